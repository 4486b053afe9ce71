"""Looks for signs of gaming, and keeps what a person makes of them. A sign alone moves no point: only its confirmation does."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any
from uuid import UUID

import numpy as np
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tocsin.base.errors import Conflict, InvalidInput
from tocsin.base.ids import deterministic_id
from tocsin.jurisdiction.face import require
from tocsin.records.face import record_audit
from tocsin.screens.clock import current_time
from tocsin.supervision.inspections.models import FindingEntry, GamingSign, InspectionEntry
from tocsin.supervision.inspections.policy.inspections import inspection_policy
from tocsin.supervision.inspections.queries.gaming import visible_signs
from tocsin.supervision.inspections.rules.gaming import GamingKind, GamingState, Spot, bulk, impossible_travel
from tocsin.supervision.objects.models import PhotoPrint
from tocsin.supervision.objects.rules import rights
from tocsin.supervision.objects.services.ledger import note_event
from tocsin.supervision.tasks.models import TaskEntry
from tocsin.supervision.tasks.rules.acts import TaskAct

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User


def look_for_gaming(*, now: datetime) -> int:
    """Makes a sign of each thing that looks like gaming, once; returns how many are new."""
    since = now - timedelta(hours=inspection_policy().gaming.look_back_hours)
    found = [*_bulks(since, now), *_same_photos(since), *_travels(since)]
    known = set(GamingSign.objects.filter(pk__in=[one.pk for one in found]).values_list("pk", flat=True))
    new = {one.pk: one for one in found if one.pk not in known}
    GamingSign.objects.bulk_create(new.values(), ignore_conflicts=True)
    return len(new)


def _bulks(since: datetime, now: datetime) -> list[GamingSign]:
    rows = TaskEntry.objects.filter(act=TaskAct.DONE.value, received_at__gte=since, at__lte=now).order_by("at")
    by_object: dict[UUID, list[tuple[datetime, str]]] = defaultdict(list)
    for object_id, at, task_id in rows.values_list("task__object_id", "at", "task_id"):
        by_object[object_id].append((timezone.localtime(at), str(task_id)))
    signs = []
    for object_id, entries in by_object.items():
        run = bulk([at for at, _task in entries], inspection_policy().gaming_figures)
        if run is not None:
            part = entries[run[0] : run[1]]
            evidence = {"from": part[0][0].isoformat(), "to": part[-1][0].isoformat(), "tasks": [task for _at, task in part]}
            signs.append(_sign(GamingKind.BULK, object_id, part[-1][0], evidence, part[0][0].date()))
    return signs


def _same_photos(since: datetime) -> list[GamingSign]:
    gaming = inspection_policy().gaming
    new = list(PhotoPrint.objects.filter(at__gte=since))
    if not new:
        return []
    before = PhotoPrint.objects.filter(at__gte=since - timedelta(days=gaming.same_photo_days)).order_by("at")
    known = list(before)
    hashes = np.array([int(one.hash, 16) for one in known], dtype=np.uint64)
    signs = []
    for one in new:
        differing = np.bitwise_count(hashes ^ np.uint64(int(one.hash, 16)))
        for index in np.flatnonzero(differing <= gaming.same_photo_bits):
            other = known[index]
            if (other.at, other.attachment_id) < (one.at, one.attachment_id):
                evidence = {
                    "photo": str(one.attachment_id),
                    "before": str(other.attachment_id),
                    "before_object": str(other.object_id),
                }
                signs.append(_sign(GamingKind.SAME_PHOTO, one.object_id, one.at, evidence, one.attachment_id))
                break
    return signs


def _travels(since: datetime) -> list[GamingSign]:
    signs = []
    for spots in _spots(since).values():
        spots.sort(key=lambda one: one[0].at)
        for (earlier, _object), (later, object_id) in pairwise(spots):
            speed = impossible_travel(earlier, later, inspection_policy().gaming_figures)
            if speed is not None:
                evidence = {
                    "entries": [earlier.id, later.id],
                    "km_h": round(speed),
                    "from": earlier.at.isoformat(),
                    "to": later.at.isoformat(),
                }
                signs.append(_sign(GamingKind.IMPOSSIBLE_TRAVEL, object_id, later.at, evidence, later.id))
    return signs


def _spots(since: datetime) -> dict[Any, list[tuple[Spot, UUID]]]:
    """Where each person's entries were made, as far as the devices told it."""
    found: dict[Any, list[tuple[Spot, UUID]]] = defaultdict(list)
    for model, path in ((TaskEntry, "task"), (FindingEntry, "finding"), (InspectionEntry, "inspection")):
        rows = model._default_manager.filter(received_at__gte=since, data__has_key="lon")
        for pk, actor, at, data, object_id in rows.values_list("pk", "actor_id", "at", "data", f"{path}__object_id"):
            if actor is not None and "lat" in data:
                found[actor].append((Spot(str(pk), at, data["lon"], data["lat"]), object_id))
    return found


def _sign(kind: GamingKind, object_id: UUID, at: datetime, evidence: Mapping[str, object], key: object) -> GamingSign:
    return GamingSign(
        id=deterministic_id("gaming", kind.value, object_id, key),
        object_id=object_id,
        kind=kind.value,
        at=at,
        evidence=evidence,
        state=GamingState.OPEN.value,
    )


@transaction.atomic
def decide_sign(*, actor: "User", sign_id: UUID, confirmed: bool, words: str) -> GamingSign:
    """What a person makes of a sign, with words. Confirmed, it is false data in the points; dismissed, it is nothing."""
    visible = visible_signs(actor).get(pk=sign_id)
    require(actor, rights.LEAD, visible.object.region_code)
    sign = GamingSign.objects.select_for_update(of=("self",)).select_related("object").get(pk=sign_id)
    if sign.state != GamingState.OPEN:
        raise Conflict(_("Somebody has decided on this sign."))
    if not words.strip():
        raise InvalidInput(_("Say in words what you found."))
    now = current_time()
    sign.state = (GamingState.CONFIRMED if confirmed else GamingState.DISMISSED).value
    sign.decided_at, sign.decided_by, sign.words = now, actor, words.strip()[:500]
    sign.save()
    if confirmed:
        note_event(
            supervised_object=sign.object,
            kind="false_data",
            key=f"gaming:{sign.pk}",
            began_on=timezone.localdate(now),
            now=now,
            entered_by=actor,
            evidence={"sign": str(sign.pk), "kind": sign.kind},
        )
    told = {"kind": sign.kind, "state": sign.state, "words": sign.words}
    record_audit(actor, "gaming.decided", "gaming_sign", sign.pk, sign.object.region_code, told)
    return sign
