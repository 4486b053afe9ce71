"""Rules of zones and the watchers of permitted work are judged as they stand: breaches begin and end."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

from django.db import transaction

from tocsin.base.geometry import distance_m
from tocsin.base.time import datetime_from_ms, ms_from_datetime
from tocsin.engine.positioning.rules import Broken, Clock, Edge, Inside, advance, broken_rules, hold_ms
from tocsin.hazchem.permits.models import WorkPermit
from tocsin.hazchem.permits.rules.kinds import PermitState
from tocsin.hazchem.positions.models import PositionTag
from tocsin.hazchem.positions.queries.tags import newest_place, silent_before
from tocsin.hazchem.positions.rules.tags import TagKind
from tocsin.hazchem.zones.models import BreachClock, PlantZone, ZoneBreach, ZonePresence
from tocsin.hazchem.zones.policy import ZonePolicy, zone_policy
from tocsin.hazchem.zones.queries.zones import presences_in, rules_of
from tocsin.hazchem.zones.rules.zones import BreachKind
from tocsin.hazchem.zones.services.crossing import end_sos
from tocsin.hazchem.zones.services.telling import tell

if TYPE_CHECKING:
    from uuid import UUID

    from tocsin.supervision.face import SupervisedObject

MINUTE_MS: Final = 60_000


@dataclass(frozen=True)
class Finding:
    """Something that is broken now, with all that a breach of it says."""

    key: str
    kind: BreachKind
    firm: "SupervisedObject"
    hold_ms: int
    value: float = 0.0
    limit: float = 0.0
    zone: PlantZone | None = None
    permit: WorkPermit | None = None
    tag: PositionTag | None = None


@transaction.atomic
def judge_zones(*, now: datetime) -> int:
    """One round of all clocks; how many breaches began or ended."""
    policy = zone_policy()
    found = {one.key: one for one in (*_of_zones(policy, now), *_of_watchers(policy, now))}
    clocks = {one.key: one for one in BreachClock.objects.select_for_update()}
    count = 0
    for key in sorted({*found, *clocks}):
        count += _step(clocks.get(key), key, found.get(key), policy, now)
    sos = ZoneBreach.objects.filter(kind=BreachKind.SOS, ended_at__isnull=True).select_related("tag__present")
    return count + end_sos(now=now, standing=sos)


def _of_zones(policy: ZonePolicy, now: datetime) -> Iterator[Finding]:
    rows = PlantZone.objects.filter(active=True, rules__isnull=False).distinct().select_related("object__organisation")
    zones = list(rows.prefetch_related("rules"))
    inside: dict[UUID, list[ZonePresence]] = defaultdict(list)
    for one in presences_in(zones, now) if zones else ():
        inside[one.zone_id].append(one)
    now_ms, silent = ms_from_datetime(now), silent_before(now)
    usual_ms = round(policy.clock.hold_s * 1000)
    for zone in zones:
        tags = {str(one.tag_id): one.tag for one in inside[zone.pk]}
        for broken in broken_rules(rules_of(zone), (_inside(one, silent) for one in inside[zone.pk]), now_ms):
            yield _finding(zone, broken, tags.get(broken.tag), usual_ms)


def _inside(one: ZonePresence, silent: datetime) -> Inside:
    present = one.tag.present
    return Inside(
        tag=str(one.tag_id),
        kind=one.tag.kind,
        vehicle=one.tag.kind == TagKind.VEHICLE,
        since_ms=ms_from_datetime(one.since),
        still_ms=ms_from_datetime(present.still_since),
        heard=present.at >= silent,
        speed_km_h=present.speed_km_h,
    )


def _finding(zone: PlantZone, broken: Broken, tag: PositionTag | None, usual_ms: int) -> Finding:
    return Finding(
        key=f"zone:{zone.pk}:{broken.kind}:{broken.tag}",
        kind=BreachKind(broken.kind.value),
        firm=zone.object,
        hold_ms=hold_ms(broken.kind, broken.limit, usual_ms),
        value=broken.value,
        limit=broken.limit,
        zone=zone,
        tag=tag,
    )


def _of_watchers(policy: ZonePolicy, now: datetime) -> Iterator[Finding]:
    """Watchers who are heard, away from the work that goes on under their eyes. Of one who is silent nothing is said."""
    running = WorkPermit.objects.filter(state=PermitState.RUNNING, watcher__isnull=False, lon__isnull=False, lat__isnull=False)
    tagged = running.filter(watcher__in=PositionTag.objects.filter(person__isnull=False).values("person"))
    for permit in tagged.select_related("object__organisation", "approver"):
        tag = newest_place(permit.watcher_id, permit.object_id) if permit.watcher_id else None
        if tag is None or tag.present.at < silent_before(now) or permit.lon is None or permit.lat is None:
            continue
        metres = distance_m(tag.present.lon, tag.present.lat, permit.lon, permit.lat)
        if metres - tag.present.accuracy_m > policy.watcher.away_m:
            yield Finding(
                key=f"permit:{permit.pk}",
                kind=BreachKind.WATCHER_AWAY,
                firm=permit.object,
                hold_ms=round(policy.watcher.hold_s * 1000),
                value=metres,
                limit=policy.watcher.away_m,
                permit=permit,
                tag=tag,
            )


def _step(row: BreachClock | None, key: str, found: Finding | None, policy: ZonePolicy, now: datetime) -> int:
    clock = _clock(row)
    calm_ms = round(policy.clock.calm_s * 1000)
    hold = found.hold_ms if found else 0
    after, edge = advance(clock, found is not None, ms_from_datetime(now), hold_ms=hold, calm_ms=calm_ms)
    if edge is Edge.RAISED and found is not None:
        _raise(found, after, now)
    elif edge is Edge.CLEARED:
        ZoneBreach.objects.filter(key=key, ended_at__isnull=True).update(ended_at=now)
    if after == Clock():
        BreachClock.objects.filter(key=key).delete()
    elif after != clock:
        told = {"broken_at": _moment(after.broken_ms), "calm_at": _moment(after.calm_ms), "raised": after.raised}
        BreachClock.objects.update_or_create(key=key, defaults=told)
    return edge is not Edge.NONE


def _raise(found: Finding, clock: Clock, now: datetime) -> None:
    value = found.value
    if found.kind is BreachKind.LONE_WORKER and clock.broken_ms is not None:
        value = (ms_from_datetime(now) - clock.broken_ms) / MINUTE_MS
    made, new = ZoneBreach.objects.get_or_create(
        key=found.key,
        ended_at=None,
        defaults={
            "object": found.firm,
            "region_code": found.firm.region_code,
            "zone": found.zone,
            "permit": found.permit,
            "tag": found.tag,
            "kind": found.kind.value,
            "value": round(value, 2),
            "limit": found.limit,
            "lon": found.tag.present.lon if found.tag else None,
            "lat": found.tag.present.lat if found.tag else None,
            "raised_at": now,
        },
    )
    if new:
        tell(made, now)


def _clock(row: BreachClock | None) -> Clock:
    if row is None:
        return Clock()
    return Clock(_ms(row.broken_at), _ms(row.calm_at), row.raised)


def _ms(moment: datetime | None) -> int | None:
    return None if moment is None else ms_from_datetime(moment)


def _moment(ms: int | None) -> datetime | None:
    return None if ms is None else datetime_from_ms(ms)
