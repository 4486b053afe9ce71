"""Alarms that stand beside works: at a gas or flame point of the unit, or near the place."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final
from uuid import UUID

import numpy as np
from django.db.models import Max, Q

from tocsin.base.geometry import distance_m
from tocsin.hazchem.installations.models import PlantPoint
from tocsin.hazchem.installations.queries.wind import WindGrade, wind_grade
from tocsin.hazchem.permits.models import WorkPermit
from tocsin.hazchem.permits.policy.permits import permit_policy
from tocsin.hazchem.permits.rules.kinds import PermitAct, PermitKind, PermitState
from tocsin.hazchem.permits.rules.stopping import GAS_POINTS, STOPPING_QUANTITIES
from tocsin.warning.alarms.rules.states import AlarmState
from tocsin.warning.face import Alarm, open_alarms

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import Person

_ACTIVE: Final = (AlarmState.ACTIVE_UNACKNOWLEDGED, AlarmState.ACTIVE_ACKNOWLEDGED)
_METRES_OF_DEGREE: Final = 111_000.0  # of latitude; a little short, so that a box in degrees is a little wide


@dataclass(frozen=True)
class PlacedWork:
    """Where a work is. `begun`: when it began, or went on after a stop or pause; `covers`: of the points that it disturbs."""

    permit: UUID
    unit: UUID | None
    lon: float | None
    lat: float | None
    begun: datetime
    covers: Sequence[str] = ()


@dataclass(frozen=True)
class AlarmBeside:
    """An alarm that stands beside a work; `metres` None where either has no place."""

    permit: UUID
    alarm: Alarm
    metres: float | None


def works_going_on(kinds: Iterable[PermitKind]) -> list[PlacedWork]:
    """Works of these kinds that go on now or are paused. One query, whatever their number."""
    begun = Max("steps__at", filter=Q(steps__act__in=[PermitAct.STARTED, PermitAct.RESUMED]))
    states = [PermitState.RUNNING, PermitState.PAUSED]
    rows = WorkPermit.objects.filter(state__in=states, kind__in=[one.value for one in kinds]).order_by()
    told = rows.annotate(begun=begun).values_list("pk", "unit_id", "lon", "lat", "begun", "begins_at", "cover_ids")
    return [PlacedWork(pk, unit, lon, lat, begun or begins, tuple(covers)) for pk, unit, lon, lat, begun, begins, covers in told]


def placed(permit: WorkPermit) -> PlacedWork:
    """A permit's work with its place."""
    return PlacedWork(permit.pk, permit.unit_id, permit.lon, permit.lat, permit.started_at or permit.begins_at, permit.cover_ids)


def wind_at_work(permit: WorkPermit, user: "Person", now: datetime) -> WindGrade | None:
    """The wind of now at the place of a work, else of its unit, else of its firm; None where it is not known or not measured."""
    spots = (permit, permit.unit, permit.object)
    places = ((one.lon, one.lat) for one in spots if one is not None and one.lon is not None and one.lat is not None)
    place = next(places, None)
    return wind_grade(user, permit.object.organisation_id, *place, now) if place is not None else None


def alarms_that_stop(since: datetime) -> list[Alarm]:
    """Open alarms of gas and fire that were raised from then on."""
    return open_alarms(since, quantities=STOPPING_QUANTITIES)


def alarms_beside(works: Sequence[PlacedWork], alarms: Iterable[Alarm]) -> Iterator[AlarmBeside]:
    """Each alarm with each work that it stands beside: at a gas or flame point of its unit, or within `distances.alarm`.

    One query for the points of all units, and one look at all places for each alarm.
    """
    units_at, of_unit = _units_at_sensors(works), defaultdict(list)
    for work in works:
        of_unit[work.unit].append(work)
    near = _Places(works)
    for alarm in alarms:
        found = {work.permit: work for work in near.within(alarm)}
        found |= {work.permit: work for unit in units_at.get(alarm.sensor_id, ()) for work in of_unit[unit]}
        for work in found.values():
            yield AlarmBeside(work.permit, alarm, _metres(work, alarm))


def of_own_work(alarm: Alarm, covers: Sequence[str]) -> bool:
    """Whether the alarm arose at a point that the work is known to disturb, under a cover that the desk has confirmed."""
    cover = alarm.cover
    return cover is not None and str(cover.pk) in covers and cover.second_id is not None


def is_active(alarm: Alarm) -> bool:
    """Whether what it tells of still holds."""
    return alarm.state in _ACTIVE


class _Places:
    """Works by their places, looked through at once."""

    def __init__(self, works: Sequence[PlacedWork]) -> None:
        self._works = [one for one in works if one.lon is not None and one.lat is not None]
        self._lon = np.array([one.lon for one in self._works], dtype=np.float64)
        self._lat = np.array([one.lat for one in self._works], dtype=np.float64)
        self._nearest = permit_policy().distances.alarm

    def within(self, alarm: Alarm) -> Iterator[PlacedWork]:
        """Those within the distance of an alarm of gas or fire."""
        if not self._works or alarm.lon is None or alarm.lat is None or alarm.quantity not in STOPPING_QUANTITIES:
            return
        high = self._nearest / _METRES_OF_DEGREE
        wide = high / max(0.01, float(np.cos(np.radians(alarm.lat))))
        boxed = (np.abs(self._lat - alarm.lat) <= high) & (np.abs(self._lon - alarm.lon) <= wide)
        for place in np.flatnonzero(boxed):
            metres = _metres(self._works[place], alarm)
            if metres is not None and metres <= self._nearest:
                yield self._works[place]


def _units_at_sensors(works: Iterable[PlacedWork]) -> dict[UUID | None, set[UUID]]:
    """By sensor at a gas or flame point the units of these works that have it."""
    units = {one.unit for one in works if one.unit is not None}
    found: dict[UUID | None, set[UUID]] = defaultdict(set)
    if units:
        rows = PlantPoint.objects.filter(kind__in=GAS_POINTS, sensor__isnull=False).order_by()
        for sensor, unit in rows.values_list("sensor_id", "equipment__unit_id"):
            if unit in units:
                found[sensor].add(unit)
    return found


def _metres(work: PlacedWork, alarm: Alarm) -> float | None:
    if work.lon is None or work.lat is None or alarm.lon is None or alarm.lat is None:
        return None
    return round(distance_m(work.lon, work.lat, alarm.lon, alarm.lat), 1)
