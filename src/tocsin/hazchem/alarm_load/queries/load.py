"""Alarms of a firm's points in a time: their figures, and a burst of them in order."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

import numpy as np

from tocsin.base.time import datetime_from_ms, ms_from_datetime
from tocsin.engine.flood import NOWHERE, Folded, fold
from tocsin.hazchem.alarm_load.policy import alarm_load_policy
from tocsin.hazchem.alarm_load.rules import Judged, Rung, bursts, judge
from tocsin.hazchem.installations.models import PlantJoint, PlantPoint
from tocsin.hazchem.installations.queries.units import visible_units
from tocsin.hazchem.installations.rules.kinds import PointKind
from tocsin.supervision.face import visible_objects
from tocsin.warning.face import alarm_times_at

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from tocsin.jurisdiction.face import Person
    from tocsin.supervision.face import SupervisedObject
    from tocsin.warning.face import AlarmTimes

SAFETY = (PointKind.GAS, PointKind.FLAME, PointKind.INTERLOCK)
"""Kinds of points whose alarms are never folded beneath others."""


def firms_with_plants(user: "Person", q: str = "") -> "QuerySet[SupervisedObject]":
    """Firms that the user sees and that have a unit, by name."""
    found = visible_objects(user).filter(pk__in=visible_units(user).values("object_id"))
    return (found.filter(name__icontains=q.strip()) if q.strip() else found).order_by("name", "pk")


def points_of_firms(firms: Collection[UUID]) -> dict[UUID, list[PlantPoint]]:
    """By firm its points that a sensor measures, with equipment, unit and sensor. One query."""
    rows = PlantPoint.objects.filter(equipment__unit__object__in=firms, equipment__unit__active=True, sensor__isnull=False)
    rows = rows.select_related("equipment__unit", "sensor__device").order_by("equipment__unit__name", "equipment__tag", "tag")
    found: dict[UUID, list[PlantPoint]] = {one: [] for one in firms}
    for point in rows:
        found[point.equipment.unit.object_id].append(point)
    return found


@dataclass(frozen=True, eq=False)
class FirmAlarms:
    """A firm's alarms from `since` to `until`, those of the window before with them, beside the points at which they rang."""

    firm: "SupervisedObject"
    since: datetime
    until: datetime
    rows: "Sequence[AlarmTimes]"
    points: Sequence[PlantPoint]
    judged: Judged

    @property
    def point_of(self) -> dict[str, PlantPoint]:
        """By sensor's id as a text."""
        return {str(one.sensor_id): one for one in self.points}


def alarms_of_firms(firms: "Collection[SupervisedObject]", *, since: datetime, until: datetime) -> dict[UUID, FirmAlarms]:
    """By firm the alarms at its points with their figures; as many queries for many firms as for one."""
    points = points_of_firms([one.pk for one in firms])
    policies = {one.pk: alarm_load_policy(one.region_code) for one in firms}
    early = since - timedelta(minutes=max((one.flood.window_min for one in policies.values()), default=0))
    firm_of = {str(point.sensor_id): pk for pk, own in points.items() for point in own}
    sensors = [point.sensor_id for own in points.values() for point in own if point.sensor_id is not None]
    rows: dict[UUID, list[AlarmTimes]] = {one.pk: [] for one in firms}
    for row in alarm_times_at(sensors, since=early, until=until) if sensors else ():
        rows[firm_of[row.point[0]]].append(row)
    begin_ms, end_ms = ms_from_datetime(since), ms_from_datetime(until)
    return {
        one.pk: FirmAlarms(
            one,
            since,
            until,
            rows[one.pk],
            points[one.pk],
            judge(_rungs(rows[one.pk]), begin_ms=begin_ms, end_ms=end_ms, policy=policies[one.pk]),
        )
        for one in firms
    }


def firm_alarms(firm: "SupervisedObject", *, since: datetime, until: datetime) -> FirmAlarms:
    """The same of one firm."""
    return alarms_of_firms([firm], since=since, until=until)[firm.pk]


def _rungs(rows: "Iterable[AlarmTimes]") -> list[Rung]:
    numbers: dict[tuple[str, str], int] = {}
    return [
        Rung(numbers.setdefault(one.point, len(numbers)), one.level, one.raised_ms, one.closed_ms, one.met_ms) for one in rows
    ]


@dataclass(frozen=True, eq=False)
class Burst:
    """A burst of a firm's alarms in order."""

    begins: datetime
    ends: datetime
    rows: "Sequence[AlarmTimes]"
    folded: Folded


def times_of_bursts(found: FirmAlarms) -> list[tuple[datetime, datetime]]:
    """From when to when each flood lasted, the newest last; where there was none, the fullest window."""
    window = alarm_load_policy(found.firm.region_code).flood.window_min
    spans = bursts(found.judged.load, begin_ms=ms_from_datetime(found.since), window_min=window)
    return [(datetime_from_ms(begin), datetime_from_ms(end)) for begin, end in spans]


def burst_of(found: FirmAlarms, begins: datetime, ends: datetime) -> Burst:
    """The alarms that were raised in a time, in order."""
    begin_ms, end_ms = ms_from_datetime(begins), ms_from_datetime(ends)
    rows = [one for one in found.rows if begin_ms <= one.raised_ms < end_ms]
    points = found.point_of
    number: dict[UUID, int] = {}
    for point in found.points:
        number.setdefault(point.equipment_id, len(number))
    at = [points.get(one.point[0]) for one in rows]
    folded = fold(
        np.array([one.raised_ms for one in rows], np.int64),
        np.array([one.level for one in rows], np.int8),
        np.array([NOWHERE if one is None else number[one.equipment_id] for one in at], np.int32),
        np.array([one is not None and one.kind in SAFETY for one in at], np.bool_),
        _feeds(found.firm.pk, number),
        alarm_load_policy(found.firm.region_code).fold.rule,
    )
    return Burst(begins, ends, rows, folded)


def _feeds(firm: UUID, number: Mapping[UUID, int]) -> dict[int, list[int]]:
    """What feeds what by the firm's pipes, in numbers; equipment without a point has one as well: a way may lead over it."""
    numbers = dict(number)
    found: dict[int, list[int]] = {}
    joints = PlantJoint.objects.filter(source__unit__object=firm, source__unit__active=True, target__unit__active=True)
    for source, target in joints.values_list("source_id", "target_id"):
        begin = numbers.setdefault(source, len(numbers))
        found.setdefault(begin, []).append(numbers.setdefault(target, len(numbers)))
    return found
