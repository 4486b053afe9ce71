"""Deliveries: a file comes, is judged in a process of its own, and is served, or set aside while the old data go on being served.

The order in which things are written: the file, its row, the version of the table, and last, in one transaction, which version is
served. Whatever dies in between leaves the old version served, and `take_up_arrived` does the rest.
"""

import os
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID
from zlib import compress, decompress

import msgspec
from django.db import transaction
from django.utils.translation import gettext as _

from tocsin.atlas.resources.models import Contract, Delivery, Resource
from tocsin.atlas.resources.policy.resources import resource_policy
from tocsin.atlas.resources.queries.resources import contract_of, resources_for, visible_deliveries
from tocsin.atlas.resources.queries.rows import folder
from tocsin.atlas.resources.rules import rights
from tocsin.atlas.resources.rules.levels import OPEN, Shared, Stage
from tocsin.atlas.resources.services.child import Answer
from tocsin.atlas.resources.services.notices import tell_of_asking, tell_of_broken, tell_of_proposal
from tocsin.atlas.resources.services.reading import read_file
from tocsin.atlas.resources.services.register import CLOCKS, add_contract, due_of, kept_resource
from tocsin.atlas.resources.services.tables import write_version
from tocsin.base.documents import decode_json
from tocsin.base.errors import Conflict, InvalidInput, NotAllowed
from tocsin.base.gate import FOREIGN_FILES
from tocsin.base.storable import storable
from tocsin.engine.deliveries.masks import STARS
from tocsin.engine.deliveries.profile import Profile
from tocsin.engine.deliveries.verdicts import Verdict
from tocsin.jurisdiction.face import require
from tocsin.records.face import record_audit

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User

MOST_PROFILE: Final = 50_000_000
LEFT_AFTER: Final = timedelta(minutes=10)
_TRIES: Final = 3


def deliver(
    *,
    actor: "User",
    resource_id: UUID,
    file_name: str,
    content: bytes | Path,
    now: datetime,
    layer: str = "",
    way: Shared = Shared.UPLOAD,
    with_arrival: Callable[[], None] | None = None,
) -> Delivery:
    """Takes a file in for a resource and judges it; what became of it is in the row. A file on disk (`content`) is moved.
    `with_arrival` is done in the transaction in which the delivery is written down.
    """
    resource = resources_for(actor).get(pk=resource_id)
    require(actor, rights.KEEP, resource.region_code, (resource.owner_id,))
    most, size = resource_policy().reading.most_megabytes, _size(content)
    if not size:
        raise InvalidInput(_("The file is empty."))
    if size > most * 1_000_000:
        raise InvalidInput(_("A file has at most %(most)s MB.") % {"most": most})
    if not resource.active:
        raise Conflict(_("This resource is given up: take it up again first."))
    made = Delivery(resource=resource, way=way.value, file_name=storable(file_name)[:200], layer=storable(layer)[:120], size=size)
    made.at, made.by = now, actor
    _keep(file_of(made.pk), content)
    with transaction.atomic():
        made.save(force_insert=True)
        told = {"resource": resource.name_zh, "file": made.file_name, "way": made.way, "bytes": made.size}
        record_audit(actor, "delivery.arrived", "delivery", made.pk, resource.region_code, told)
        if with_arrival is not None:
            with_arrival()
    with FOREIGN_FILES.held(actor.pk if way is Shared.UPLOAD else None):
        return settle(made, now=now)


def settle(delivery: Delivery, *, now: datetime, although_broken: bool = False) -> Delivery:
    """Judges what arrived and serves it or sets it aside. `although_broken`: two persons have decided to use it."""
    rows = folder() / "inbox" / f"{delivery.pk}.parquet"
    try:
        for _try in range(_TRIES):
            resource = Resource.objects.select_related("contract", "good").get(pk=delivery.resource_id)
            answer = _read(delivery, resource, rows, now)
            if answer.refused or (answer.verdict == Verdict.BROKEN and not although_broken):
                _set_aside(delivery, resource, answer, now)
                return delivery
            version = write_version(resource.pk, delivery.pk, rows)
            if _serve(delivery, resource, answer, version, now):
                file_of(delivery.pk).unlink(missing_ok=True)
                return delivery
    finally:
        rows.unlink(missing_ok=True)
    raise Conflict(_("Another delivery of this resource came at the same time: try again."))


@transaction.atomic
def propose_use(*, actor: "User", delivery_id: UUID, reason: str, now: datetime) -> Delivery:
    """Asks that a broken delivery be used all the same; a second person who keeps the resource decides."""
    found = _undecided(actor, delivery_id, (Stage.SET_ASIDE,))
    if found.problem:
        raise Conflict(_("This file can't be read at all: ask for a new one."))
    if not reason.strip():
        raise InvalidInput(_("Say why this delivery may be used."))
    found.stage, found.reason, found.proposed_by = Stage.PROPOSED.value, storable(reason.strip())[:300], actor
    found.save(update_fields=["stage", "reason", "proposed_by"])
    _note(actor, "delivery.proposed", found, reason=found.reason)
    tell_of_proposal(found, now)
    return found


def agree_to_use(*, actor: "User", delivery_id: UUID, now: datetime) -> Delivery:
    """Uses a broken delivery as another person has asked; the new profile is what the next one is compared with."""
    with transaction.atomic():
        found = _undecided(actor, delivery_id, (Stage.PROPOSED,))
        if found.proposed_by_id == actor.pk:
            raise NotAllowed(_("Whoever asked for it can't agree to it: a second person decides."))
        found.decided_by, found.decided_at = actor, now
        found.save(update_fields=["decided_by", "decided_at"])
        _note(actor, "delivery.agreed", found, reason=found.reason)
    return settle(found, now=now, although_broken=True)


def judge_again(*, actor: "User", delivery_id: UUID, now: datetime) -> Delivery:
    """Judges a delivery that was set aside by the contract that holds now."""
    with transaction.atomic():
        found = _undecided(actor, delivery_id, (Stage.SET_ASIDE, Stage.PROPOSED))
        _note(actor, "delivery.judged_again", found)
    return settle(found, now=now)


@transaction.atomic
def ask_for_new(*, actor: "User", delivery_id: UUID, now: datetime) -> Delivery:
    """The delivery is dropped, and its owner asked for a new file."""
    found = drop_delivery(actor=actor, delivery_id=delivery_id, now=now)
    tell_of_asking(found, now)
    return found


@transaction.atomic
def drop_delivery(*, actor: "User", delivery_id: UUID, now: datetime) -> Delivery:
    """A delivery that was set aside is not wanted: its file goes, that it came stays."""
    found = _undecided(actor, delivery_id, (Stage.SET_ASIDE, Stage.PROPOSED))
    found.stage, found.decided_by, found.decided_at = Stage.DROPPED.value, actor, now
    found.save(update_fields=["stage", "decided_by", "decided_at"])
    _note(actor, "delivery.dropped", found)
    transaction.on_commit(lambda: file_of(found.pk).unlink(missing_ok=True))
    return found


@transaction.atomic
def confirm_unchanged(resource_id: UUID, delivery_id: UUID, *, now: datetime) -> bool:
    """Whoever fetches a resource has looked: the source still holds what is served, whose age begins anew. False where another
    delivery is served.
    """
    resource = Resource.objects.select_for_update(of=("self",)).get(pk=resource_id)
    if resource.good_id != delivery_id:
        return False
    resource.delivered_at = now
    resource.due_at = due_of(resource)
    resource.late_since = resource.head_told_at = None
    resource.save(update_fields=["delivered_at", *CLOCKS])
    return True


def take_up_arrived(*, now: datetime) -> int:
    """Deliveries that a process left behind when it died are judged again; how many there were."""
    left = list(Delivery.objects.filter(stage=Stage.ARRIVED.value, at__lt=now - LEFT_AFTER)[:5])
    for one in left:
        settle(one, now=now)
    return len(left)


def file_of(delivery_id: UUID) -> Path:
    """Where the file of a delivery lies until it is served or dropped."""
    return folder() / "inbox" / f"{delivery_id}.file"


def _read(delivery: Delivery, resource: Resource, rows: Path, now: datetime) -> Answer:
    path = file_of(delivery.pk)
    if not path.exists():
        return Answer(refused="its file is gone: ask for a new one")
    before = None
    if resource.good is not None and resource.good.profile:
        before = decode_json(decompress(bytes(resource.good.profile)), Profile, most_bytes=MOST_PROFILE)
    return read_file(
        path,
        rows,
        now_ms=int(now.timestamp() * 1000),
        layer=delivery.layer,
        contract=resource.contract.text if resource.contract else "",
        slug=resource.slug,
        name=resource.name_zh,
        before=before,
    )


@transaction.atomic
def _set_aside(delivery: Delivery, resource: Resource, answer: Answer, now: datetime) -> None:
    _write_judgement(delivery, resource.contract, answer)
    delivery.stage = Stage.SET_ASIDE.value
    delivery.save()
    _note(delivery.by, "delivery.set_aside", delivery, findings=[one["code"] for one in delivery.findings])
    tell_of_broken(resource, delivery, now)


def _serve(delivery: Delivery, read: Resource, answer: Answer, version: int, now: datetime) -> bool:
    """Makes the version the one that is served, in one transaction; False where another delivery or contract came between."""
    with transaction.atomic():
        resource = Resource.objects.select_for_update(of=("self",)).get(pk=read.pk)
        if (resource.good_id, resource.contract_id) != (read.good_id, read.contract_id):
            return False
        contract = read.contract or add_contract(delivery.by, resource, answer.contract, reason="", now=now)
        _write_judgement(delivery, contract, answer)
        delivery.stage, delivery.version, delivery.landed_at = Stage.LANDED.value, version, now
        delivery.profile = compress(msgspec.json.encode(answer.profile), 6)
        delivery.save()
        if resource.good_id is not None:
            Delivery.objects.filter(pk=resource.good_id).update(profile=None)
        resource.good, resource.rows, resource.delivered_at = delivery, answer.rows, now
        resource.due_at = due_of(resource)
        resource.late_since = resource.head_told_at = None
        resource.west, resource.south, resource.east, resource.north = answer.box or (None, None, None, None)
        resource.save(update_fields=["good", "rows", "delivered_at", *CLOCKS, "west", "south", "east", "north"])
        over = Delivery.objects.filter(resource=resource, stage__in=OPEN, at__lte=delivery.at).exclude(pk=delivery.pk)
        gone = list(over.values_list("pk", flat=True))
        over.update(stage=Stage.DROPPED.value, decided_at=now)
        _note(delivery.by, "delivery.landed", delivery, verdict=delivery.verdict, rows=delivery.rows, version=version)
    for pk in gone:
        file_of(pk).unlink(missing_ok=True)
    return True


def _write_judgement(delivery: Delivery, contract: Contract | None, answer: Answer) -> None:
    delivery.contract, delivery.digest = contract, answer.digest
    delivery.problem = {"template": answer.refused, "figures": answer.figures} if answer.refused else {}
    delivery.verdict = answer.verdict
    delivery.findings = [_without_masked(msgspec.to_builtins(one), contract) for one in answer.findings]
    delivery.untold = list(answer.untold)
    delivery.rows = None if answer.refused else answer.rows


def _without_masked(finding: dict[str, Any], contract: Contract | None) -> dict[str, Any]:
    """A finding, which every reader of the resource sees, tells no value of a column that is masked."""
    agreed = contract_of(contract)
    if agreed is None or "sample" not in finding["figures"]:
        return finding
    masks = {one.name for one in agreed.columns if one.mask is not None}
    if finding["column"] not in masks:
        return finding
    return {**finding, "figures": {**finding["figures"], "sample": STARS}}


def _undecided(actor: "User", delivery_id: UUID, stages: tuple[Stage, ...]) -> Delivery:
    found = visible_deliveries(actor).select_related("resource").get(pk=delivery_id)
    kept_resource(actor, found.resource_id)
    found = Delivery.objects.select_for_update(of=("self",)).select_related("resource", "by").get(pk=delivery_id)
    if found.stage not in stages:
        raise Conflict(_("This delivery was decided upon already, or is still being read."))
    return found


def _note(actor: "User", action: str, delivery: Delivery, **details: object) -> None:
    told = {"resource": delivery.resource.name_zh, "file": delivery.file_name, **details}
    record_audit(actor, action, "delivery", delivery.pk, delivery.resource.region_code, told)


def _size(content: bytes | Path) -> int:
    return len(content) if isinstance(content, bytes) else content.stat().st_size


def _keep(path: Path, content: bytes | Path) -> None:
    """Writes a file, or moves it there, so that it is there after a power cut."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if isinstance(content, Path):
        with content.open("rb+") as file:
            os.fsync(file.fileno())
        content.replace(path)
        return
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
