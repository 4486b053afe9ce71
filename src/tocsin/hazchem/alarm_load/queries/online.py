"""How much a firm's points reported, planned outages left out, with the works that prove them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from tocsin.hazchem.alarm_load.queries.load import points_of_firms
from tocsin.hazchem.installations.models import PlantPoint
from tocsin.sensing.face import PlannedOutage, SensorDay, begin_of, last_judged_day, planned_outages, sensor_days

DAYS: Final = 30
WEEK: Final = 7


@dataclass(frozen=True)
class PointRate:
    """A point's online rate in percent: of the last judged day, the mean of seven days and of thirty; None where unknown."""

    point: PlantPoint
    day_pct: float | None
    week_pct: float | None
    month_pct: float | None
    planned: bool  # a planned outage lay in these days


@dataclass(frozen=True)
class FirmRate:
    """A firm's points on the last judged day, and the means over them. `outages`: planned ones of its sensors, each once."""

    day: date | None
    points: Sequence[PointRate]
    outages: Sequence[PlannedOutage]
    day_pct: float | None
    week_pct: float | None
    month_pct: float | None


def day_rates(points: Mapping[UUID, Sequence[PlantPoint]]) -> dict[UUID, float | None]:
    """By firm, whose points are given, the mean over its points of the last judged day. As many queries for many as for one."""
    last = last_judged_day()
    sensors = [one.sensor_id for own in points.values() for one in own if one.sensor_id is not None]
    if last is None or not sensors:
        return dict.fromkeys(points)
    days = sensor_days(sensors, last=last, days=1)
    pct = {sensor: found[0].pct if found else None for sensor, found in days.items()}
    return {firm: mean([pct.get(one.sensor_id) for one in own if one.sensor_id is not None]) for firm, own in points.items()}


def firm_rate(firm: UUID) -> FirmRate:
    """The online rate of a firm, point by point, the lowest first."""
    points = points_of_firms([firm])[firm]
    last = last_judged_day()
    if last is None:
        return FirmRate(None, [PointRate(one, None, None, None, planned=False) for one in points], [], None, None, None)
    sensors = [one.sensor_id for one in points if one.sensor_id is not None]
    days = sensor_days(sensors, last=last, days=DAYS)
    rates = [_rate(one, days.get(one.sensor_id, []) if one.sensor_id else [], last) for one in points]
    rates.sort(key=lambda one: (one.day_pct is None, one.day_pct or 0.0, one.point.tag))
    found = planned_outages(sensors, begin_of(last - timedelta(days=DAYS - 1)), begin_of(last + timedelta(days=1)))
    outages = {(one.address, one.begins): one for spans in found.values() for one in spans}
    means = (mean([getattr(one, name) for one in rates]) for name in ("day_pct", "week_pct", "month_pct"))
    return FirmRate(last, rates, sorted(outages.values(), key=lambda one: one.begins), *means)


def mean(values: Sequence[float | None]) -> float | None:
    """Of those that are known; None for none.

    >>> mean([100.0, None, 50.0]), mean([None])
    (75.0, None)
    """
    known = [one for one in values if one is not None]
    return sum(known) / len(known) if known else None


def _rate(point: PlantPoint, days: Sequence[SensorDay], last: date) -> PointRate:
    today = next((one.pct for one in days if one.day == last), None)
    week = [one.pct for one in days if one.day > last - timedelta(days=WEEK)]
    return PointRate(point, today, mean(week), mean([one.pct for one in days]), planned=any(one.planned for one in days))
