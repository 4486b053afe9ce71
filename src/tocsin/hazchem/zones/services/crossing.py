"""Positions are judged once: who enters and leaves which zone, who pressed a button."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Final

import numpy as np
from django.db import transaction

from tocsin.engine.positioning.areas import Area, Border, is_inside
from tocsin.hazchem.positions.models import TrackPoint
from tocsin.hazchem.zones.models import PlantZone, ZoneBreach, ZonePresence
from tocsin.hazchem.zones.policy import border
from tocsin.hazchem.zones.queries.zones import area_of
from tocsin.hazchem.zones.rules.zones import BreachKind
from tocsin.hazchem.zones.services.telling import tell

if TYPE_CHECKING:
    from uuid import UUID

    from tocsin.hazchem.positions.models import PositionTag

AT_ONCE: Final = 2000


@transaction.atomic
def judge_positions(*, now: datetime) -> int:
    """Takes up to 2,000 positions that zones have not seen; how many there were. Again while there are any."""
    rows = list(TrackPoint.objects.filter(judged=False).select_related("tag").order_by("id")[:AT_ONCE])
    if not rows:
        return 0
    of_firm: dict[UUID, list[TrackPoint]] = defaultdict(list)
    for one in rows:
        of_firm[one.tag.object_id].append(one)
    zones = PlantZone.objects.filter(object__in=list(of_firm), active=True).select_related("unit").order_by("pk")
    sure = border()
    for zone in zones:
        area = area_of(zone)
        if area is not None:
            _cross(zone, area, of_firm[zone.object_id], sure)
    for one in sorted((one for one in rows if one.sos), key=lambda one: one.at):
        raise_sos(one.tag, one, now)
    TrackPoint.objects.filter(pk__in=[one.pk for one in rows]).update(judged=True)
    return len(rows)


def _cross(zone: PlantZone, area: Area, points: Sequence[TrackPoint], sure: Border) -> None:
    """Who is in a zone after these positions; what is older than what was judged before changes nothing."""
    depths = area.depths_m(np.array([one.lon for one in points]), np.array([one.lat for one in points]))
    known = {
        one.tag_id: one
        for one in ZonePresence.objects.select_for_update().filter(zone=zone, tag__in={one.tag_id for one in points})
    }
    new: dict[UUID, ZonePresence] = {}
    changed: dict[UUID, ZonePresence] = {}
    for point, depth in sorted(zip(points, depths.tolist(), strict=True), key=lambda pair: pair[0].at):
        row = known.get(point.tag_id) or new.get(point.tag_id)
        if point.at < point.tag.held_since or (row is not None and point.at <= row.judged_at):
            continue
        was = row.inside if row is not None else None
        elsewhere = bool(zone.floor and point.floor and point.floor != zone.floor)
        inside = False if elsewhere else is_inside(was, depth, point.accuracy_m, area.inner_radius_m, sure)
        if inside is None:
            continue
        if row is None:
            new[point.tag_id] = ZonePresence(zone=zone, tag_id=point.tag_id, inside=inside, since=point.at, judged_at=point.at)
            continue
        if row.inside != inside:
            row.inside, row.since = inside, point.at
        row.judged_at = point.at
        if point.tag_id in known:
            changed[point.tag_id] = row
    ZonePresence.objects.bulk_create(new.values())
    ZonePresence.objects.bulk_update(changed.values(), ["inside", "since", "judged_at"])


def raise_sos(tag: "PositionTag", point: TrackPoint, now: datetime) -> None:
    """A pressed button is told once, until it is over."""
    key = sos_key(tag)
    if ZoneBreach.objects.filter(key=key, ended_at__isnull=True).exists():
        return
    if ZoneBreach.objects.filter(key=key, ended_at__gte=point.at).exists():
        return  # it was pressed before that press was over: a late position of the same
    made = ZoneBreach.objects.create(
        key=key,
        object=tag.object,
        region_code=tag.region_code,
        tag=tag,
        kind=BreachKind.SOS.value,
        value=0,
        limit=0,
        lon=point.lon,
        lat=point.lat,
        raised_at=now,
    )
    tell(made, now)


def sos_key(tag: "PositionTag") -> str:
    """What a pressed button is known by."""
    return f"sos:{tag.pk}"


def end_sos(*, now: datetime, standing: Iterable[ZoneBreach]) -> int:
    """Ends those whose button is not pressed any more by the newest position; how many."""
    over = [one for one in standing if one.tag is None or not getattr(getattr(one.tag, "present", None), "sos", False)]
    return ZoneBreach.objects.filter(pk__in=[one.pk for one in over]).update(ended_at=now)
