"""What the measuring points of a case say since it is mended, as the closing rule takes it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from tocsin.base.errors import Unavailable
from tocsin.base.levels import Quality
from tocsin.base.time import datetime_from_ms, ms_from_datetime
from tocsin.command.casebook.models import Case, Membership
from tocsin.command.casebook.policy import Closing, policy_of
from tocsin.command.casebook.rules.cases import CaseState
from tocsin.command.closing.rules import ClosingNeed, PointReadings, is_calm, needs_of_point
from tocsin.sensing.face import history
from tocsin.warning.face import alarms_at_any_sensor, first_levels, loaded_alarm, place_of_sensor, warm_sensors

if TYPE_CHECKING:
    from numpy.typing import NDArray

DAY_MS: Final = 86_400_000
BASELINE_DAYS: Final = 7
LOOK_BACK: Final = timedelta(days=1)
WATCHED: Final = (CaseState.MENDED.value, CaseState.RECHECKING.value)


@dataclass(frozen=True)
class Lack:
    """One thing that closing still lacks; of a measuring point which one, and when it will be there if nothing changes."""

    need: ClosingNeed
    point: PointReadings | None = None
    calm_from: datetime | None = None


@dataclass(frozen=True)
class CalmStanding:
    """How the points of a case stand against the closing rule: what each lacks, and since when all of them are calm."""

    lacks: tuple[Lack, ...]
    calm_since: datetime | None

    @property
    def needs(self) -> frozenset[ClosingNeed]:
        """What is lacking, whichever point it is of."""
        return frozenset(one.need for one in self.lacks)


@dataclass(frozen=True)
class Recheck:
    """How a mended case stands against the closing rule: since when all readings are calm, and how long they have to stay so.

    `error` tells why it is not known; then all else is empty.
    """

    calm_since: datetime | None = None
    to_go: timedelta | None = None
    lacks: tuple[Lack, ...] = ()
    error: str = ""


def recheck_of(case: Case, *, now: datetime) -> Recheck | None:
    """The re-check (复核) of a case by the rule; None before it is mended and when it is closed."""
    if case.state not in WATCHED:
        return None
    try:
        standing = calm_standing(case, now=now)
    except Unavailable as unavailable:
        return Recheck(error=str(unavailable))
    since, calm_for = standing.calm_since, policy_of(case.policy).closing.figures.calm_for
    to_go = None if since is None else max(timedelta(), since + calm_for - now)
    return Recheck(since, to_go, standing.lacks)


def calm_standing(case: Case, *, now: datetime) -> CalmStanding:
    """What the readings of the case's points still lack, and since when all of them are calm; Unavailable without the history."""
    points, figures = points_of(case, now=now), policy_of(case.policy).closing.figures
    since = [point.calm_since for point in points]
    calm_since = max((one for one in since if one is not None), default=None) if None not in since else None
    lacks = [
        Lack(need, point, None if point.calm_since is None else point.calm_since + figures.calm_for)
        for point in points
        for need in needs_of_point(point, figures, now=now)
    ]
    order = list(ClosingNeed)
    return CalmStanding(tuple(sorted(lacks, key=lambda one: order.index(one.need))), calm_since if points else case.opened_at)


def points_of(case: Case, *, now: datetime) -> list[PointReadings]:
    """One entry for each sensor with an alarm in the case, and for each whose warmth was part of the evidence, by the last day's
    readings. Of the latter only the warmth is asked: they rang at no limit.
    """
    closing = policy_of(case.policy).closing
    rows = Membership.objects.filter(case=case, alarm_id__in=alarms_at_any_sensor()).select_related(*loaded_alarm("alarm"))
    ringing = {row.alarm.sensor.index: row.alarm.sensor for row in rows if row.alarm.sensor is not None}
    warm: dict[int, Any] = {}
    if case.lead_id is not None and _cause(case) in closing.warmth_causes:
        warm = warm_sensors(case.lead_id, closing.warmth_causes)
        warm |= {index: one for index, one in ringing.items() if one.quantity == "temperature"}
    until = ms_from_datetime(now)
    sensors = {**warm, **ringing}
    found = history().read(list(sensors), ms_from_datetime(now - LOOK_BACK), until + 1)
    points = []
    for index, sensor in sensors.items():
        good = (found.sensor == index) & (found.quality == Quality.GOOD)
        ts, value = found.ts[good], found.value[good]
        point = _point(sensor, ts, value, closing, rings=index in ringing)
        off = (
            _off_baseline(index, float(value[-1]), ms_from_datetime(case.begun_at), until) if index in warm and len(ts) else None
        )
        points.append(replace(point, off_baseline_c=off, place=place_of_sensor(sensor), quantity=sensor.quantity))
    return points


def _point(sensor: Any, ts: "NDArray[np.int64]", value: "NDArray[np.float64]", closing: Closing, *, rings: bool) -> PointReadings:
    if not len(ts):
        return PointReadings(samples=0, calm_since=None, newest_at=None)
    low, high = first_levels(
        sensor.profile, sensor.quantity, region=sensor.region_code, low=sensor.alarm_low, high=sensor.alarm_high
    )
    if not rings:
        low = high = None
    below = None if high is None else closing.calm_below(sensor.quantity, limit=high.limit, clear=high.clear)
    calm = [is_calm(one, below=below, above=low.clear if low else None) for one in value.tolist()]
    samples = _last_true(calm)
    return PointReadings(
        samples=samples,
        calm_since=datetime_from_ms(int(ts[-samples])) if samples else None,
        newest_at=datetime_from_ms(int(ts[-1])),
        every=_every(sensor.interval_s, ts[-max(samples, 2) :]),
        newest=float(value[-1]),
        below=below,
        above=low.clear if low else None,
    )


def _every(named_s: float, ts: "NDArray[np.int64]") -> timedelta:
    """How often it measures: as its device names it, or more rarely where it does (what reports changes is silent when calm)."""
    seen_s = float(np.median(np.diff(ts))) / 1000 if len(ts) > 1 else 0.0
    return timedelta(seconds=max(named_s, seen_s))


def _off_baseline(sensor: int, newest: float, begun_ms: int, now_ms: int) -> float | None:
    """Degrees above the median of the same hour on the seven days before the case; None where nothing was measured then."""
    past = history().read([sensor], begun_ms - BASELINE_DAYS * DAY_MS, begun_ms)
    of_day: NDArray[np.int64] = (past.ts - now_ms) % DAY_MS
    hour = DAY_MS // 24
    near = (of_day < hour) | (of_day > DAY_MS - hour)
    values = past.value[near & (past.quality == Quality.GOOD)]
    return newest - float(np.median(values)) if len(values) else None


def _last_true(flags: Iterable[bool]) -> int:
    """How many of the last flags are true without a break."""
    count = 0
    for flag in flags:
        count = count + 1 if flag else 0
    return count


def _cause(case: Case) -> str:
    if case.lead is None:
        return ""
    if case.lead.true_cause:
        return case.lead.true_cause
    return str((case.lead.cause or {}).get("cause", ""))
