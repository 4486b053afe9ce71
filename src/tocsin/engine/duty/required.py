"""Which posts a firm must fill, by its trade, its people and its hours: rules of law and policy in, spans of time out."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from tocsin.engine.duty.holes import RequiredPost

_DAY_MS = 86_400_000
_LOCAL_MS = 28_800_000
_MINUTE_MS = 60_000


class When(StrEnum):
    """When a post must be filled."""

    ALWAYS = "always"
    PRODUCTION = "production"  # while the firm works by its registered hours, or is known to work
    OFFICE = "office"  # office hours of working days
    HIGH_RISK_DAYS = "high_risk_days"  # special periods that an authority has named: the whole of those days


@dataclass(frozen=True)
class PostRule:
    """One rule. `trades` empty: for all; `high_risk`: only units marked so; `least_employees`: from so many on, and
    `least_employees_high_risk` for units of high risk. A unit whose number of people is unknown is not asked for what hangs
    on it.
    """

    key: str
    roles: frozenset[str]
    number: int
    when: When
    trades: frozenset[str]
    high_risk: bool
    least_employees: int
    least_employees_high_risk: int


@dataclass(frozen=True)
class Unit:
    """What of a firm decides on its posts. `hours`: registered, as (begin, end) in minutes of the local day, the end behind
    1,440 where a shift passes midnight; empty where unknown, which is the whole day.
    """

    trade: str
    high_risk: bool
    employees: int | None
    hours: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Calendar:
    """Local days ahead as numbers since 1970: those on which the firm works, office days, and special periods.
    `office`: begin and end of office hours, minutes.
    """

    production: frozenset[int]
    office_days: frozenset[int]
    special: frozenset[int]
    office: tuple[int, int]


def applies(rule: PostRule, unit: Unit) -> bool:
    """Whether a rule asks a unit for a post."""
    if rule.trades and unit.trade not in rule.trades:
        return False
    if rule.high_risk and not unit.high_risk:
        return False
    least = rule.least_employees_high_risk if unit.high_risk else rule.least_employees
    return least <= 0 or (unit.employees is not None and unit.employees >= least)


def required_posts(rules: Iterable[PostRule], unit: Unit, calendar: Calendar, from_ms: int, to_ms: int) -> list[RequiredPost]:
    """The posts a unit must fill between two moments, each with its spans by rising begin."""
    found = []
    for rule in rules:
        if applies(rule, unit):
            spans = _joined(_spans(rule.when, unit, calendar, from_ms, to_ms))
            cut = tuple((max(low, from_ms), min(high, to_ms)) for low, high in spans if low < to_ms and high > from_ms)
            if cut:
                found.append(RequiredPost(rule.key, rule.roles, rule.number, cut))
    return found


def at_once(spans: Iterable[tuple[int, int]]) -> list[tuple[int, tuple[tuple[int, int], ...]]]:
    """How many of these spans lie over each other, and when: by number, each with its spans by rising begin.

    >>> at_once([(0, 10), (5, 20)])
    [(1, ((0, 5), (10, 20))), (2, ((5, 10),))]
    """
    wanted = [one for one in spans if one[0] < one[1]]
    marks = sorted({mark for one in wanted for mark in one})
    found: dict[int, list[tuple[int, int]]] = {}
    for low, high in pairwise(marks):
        count = sum(1 for begin, end in wanted if begin <= low and end >= high)
        if count:
            found.setdefault(count, []).append((low, high))
    return [(count, tuple(_joined(found[count]))) for count in sorted(found)]


def _spans(when: When, unit: Unit, calendar: Calendar, from_ms: int, to_ms: int) -> list[tuple[int, int]]:
    if when is When.ALWAYS:
        return [(from_ms, to_ms)]
    hours: Sequence[tuple[int, int]] = unit.hours or ((0, 1440),)
    days = calendar.production
    if when is When.OFFICE:
        days, hours = calendar.office_days, (calendar.office,)
    elif when is When.HIGH_RISK_DAYS:
        days, hours = calendar.special, ((0, 1440),)
    first, last = (from_ms + _LOCAL_MS) // _DAY_MS - 1, (to_ms + _LOCAL_MS) // _DAY_MS
    return [
        (day * _DAY_MS - _LOCAL_MS + begin * _MINUTE_MS, day * _DAY_MS - _LOCAL_MS + end * _MINUTE_MS)
        for day in range(first, last + 1)
        if day in days
        for begin, end in hours
    ]


def _joined(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for low, high in sorted(spans):
        if joined and low <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], high))
        else:
            joined.append((low, high))
    return joined
