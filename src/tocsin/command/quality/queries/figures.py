"""How good the alarms of an area were for those who answer them: load, floods, nuisances, times by unit, false alarms by cause.

Drills are in none of it.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

import numpy as np

from tocsin.base.levels import AlarmLevel
from tocsin.base.time import ms_from_datetime
from tocsin.command.casebook.models import Case
from tocsin.command.casebook.queries.standing import standing_outcomes
from tocsin.command.casebook.rules import rights
from tocsin.command.casebook.rules.cases import OutcomeKind
from tocsin.command.casebook.rules.order_states import OrderRole, OrderState
from tocsin.command.orders.models import Order
from tocsin.command.quality.policy import quality
from tocsin.command.quality.queries.groups import GroupFigures, groups_of
from tocsin.command.quality.queries.spreads import Spread, spread_of
from tocsin.engine.alarm_quality import busiest, chattering, load_of, standing
from tocsin.jurisdiction.areas.rules.codes import governing_prefix
from tocsin.jurisdiction.face import scope
from tocsin.warning.face import AlarmTimes, alarm_times

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import Person

type Point = tuple[str, str]  # the sensor, asset or device that rings, and the rule


@dataclass(frozen=True)
class Frequent:
    """A point that rang often, with its newest alarm and its share of all alarms."""

    alarm_id: UUID
    rule: str
    alarms: int
    share: float


@dataclass(frozen=True)
class UnitFigures:
    """The orders of a unit: how long it took to sign for them, and to end the cases that it led."""

    unit_id: UUID
    unit: str
    orders: int
    sign: Spread
    close: Spread


@dataclass(frozen=True)
class CauseCount:
    """How many false alarms had that cause."""

    code: str
    cases: int


@dataclass(frozen=True)
class FalseAlarms:
    """Of the cases closed, the share of false alarms, and their causes."""

    cases: int
    share: float | None
    causes: list[CauseCount]


@dataclass(frozen=True)
class AlarmQuality:
    """All figures of an area and a time."""

    region_code: str
    since: datetime
    until: datetime
    operators: float
    alarms: int
    per_operator_hour: float
    most_in_window: int
    floods: int
    flood_minutes: int
    flood_share: float
    standing: int
    chattering: int
    by_level: dict[AlarmLevel, int]
    top: list[Frequent]
    confirm: Spread
    groups: list[GroupFigures]
    units: list[UnitFigures]
    false_alarms: FalseAlarms


def alarm_quality(user: "Person", *, region_code: str, since: datetime, until: datetime, operators: float) -> AlarmQuality:
    """All figures over the alarms and cases that the user may see in that area."""
    policy = quality()
    rows = alarm_times(user, region_code=region_code, since=since - timedelta(minutes=policy.flood.window_min), until=until)
    begin_ms, end_ms = ms_from_datetime(since), ms_from_datetime(until)
    raised = np.array([row.raised_ms for row in rows], np.int64)
    closed = np.array([row.closed_ms for row in rows], np.int64)
    inside = [row for row in rows if begin_ms <= row.raised_ms < end_ms]
    load = load_of(raised, begin_ms=begin_ms, end_ms=end_ms, operators=operators, rule=policy.flood.rule)
    stands = standing(raised, closed, at_ms=end_ms, longer_ms=round(policy.standing_h * 3_600_000))
    minutes = len(load.in_flood)
    return AlarmQuality(
        region_code=region_code,
        since=since,
        until=until,
        operators=operators,
        alarms=len(inside),
        per_operator_hour=round(load.per_hour, 3),
        most_in_window=int(load.per_window.max(initial=0)),
        floods=load.floods,
        flood_minutes=load.flood_minutes,
        flood_share=round(load.flood_minutes / minutes, 5),
        standing=int(np.count_nonzero(stands)),
        chattering=_chattering(inside),
        by_level={level: sum(row.level == level for row in inside) for level in AlarmLevel if level},
        top=_top(inside),
        confirm=spread_of(row.confirmed_ms - row.raised_ms for row in inside if row.confirmed_ms >= 0),
        groups=groups_of(inside),
        units=_units(user, region_code, since, until),
        false_alarms=_false_alarms(user, region_code, since, until),
    )


def _top(rows: list[AlarmTimes]) -> list[Frequent]:
    """The most frequent points with their share of all alarms and the newest alarm of each."""
    points = list(dict.fromkeys(row.point for row in rows))
    place = {point: number for number, point in enumerate(points)}
    most, counts = busiest(np.array([place[row.point] for row in rows], np.int32), quality().top)
    newest = {row.point: row.alarm_id for row in sorted(rows, key=lambda row: row.raised_ms)}
    return [
        Frequent(newest[points[number]], points[number][1], count, round(count / len(rows), 4))
        for number, count in zip(most.tolist(), counts.tolist(), strict=True)
    ]


def _chattering(rows: list[AlarmTimes]) -> int:
    """How many points chattered: by every time that the condition was met, also while an alarm of it was open."""
    policy = quality()
    points = {point: number for number, point in enumerate(dict.fromkeys(row.point for row in rows))}
    events = [(points[row.point], at) for row in rows for at in row.met_ms]
    point = np.array([one for one, _at in events], np.int32)
    at_ms = np.array([at for _one, at in events], np.int64)
    within_ms = round(policy.chattering_within_s * 1000)
    return len(chattering(point, at_ms, raises=policy.chattering_raises, within_ms=within_ms))


def _units(user: "Person", region_code: str, since: datetime, until: datetime) -> list[UnitFigures]:
    """By unit: orders, how many were signed for and how long that took, and how long cases took that it led to the end."""
    cases = _cases(user, region_code)
    orders = Order.objects.filter(case__in=cases, sent_at__gte=since, sent_at__lt=until).select_related("unit", "case")
    by_unit: dict[Any, list[Order]] = {}
    for order in orders:
        by_unit.setdefault(order.unit, []).append(order)
    found = []
    for unit, own in by_unit.items():
        led = [one for one in own if _led_to_the_end(one)]
        found.append(
            UnitFigures(
                unit_id=unit.pk,
                unit=str(unit),
                orders=len(own),
                sign=spread_of(_ms(one.sent_at, one.accepted_at) for one in own if one.accepted_at),
                close=spread_of(_ms(one.case.opened_at, one.case.closed_at) for one in led),
            )
        )
    return sorted(found, key=lambda one: (-one.orders, one.unit))


_GIVEN_UP = (OrderState.RETURNED, OrderState.PASSED_ON, OrderState.WITHDRAWN)


def _led_to_the_end(order: Order) -> bool:
    """Its unit led when the case was closed: who sent the order back or passed it on ended nothing."""
    return order.role == OrderRole.LEAD and order.state not in _GIVEN_UP and order.case.closed_at is not None


def _false_alarms(user: "Person", region_code: str, since: datetime, until: datetime) -> FalseAlarms:
    """Of the cases that persons or the machine closed in that time, the share of false alarms, and their causes."""
    closed = _cases(user, region_code).filter(closed_at__gte=since, closed_at__lt=until)
    codes = Counter(standing_outcomes(OutcomeKind.FALSE_ALARM).filter(case__in=closed).values_list("code", flat=True))
    cases = closed.count()
    return FalseAlarms(
        cases=cases,
        share=round(codes.total() / cases, 4) if cases else None,
        causes=[CauseCount(code, count) for code, count in sorted(codes.items(), key=lambda one: (-one[1], one[0]))],
    )


def _cases(user: "Person", region_code: str) -> Any:
    return scope(Case.objects.real(), user, rights.SEE).filter(region_code__startswith=governing_prefix(region_code))


def _ms(begin: datetime, end: datetime | None) -> int:
    return 0 if end is None else ms_from_datetime(end) - ms_from_datetime(begin)
