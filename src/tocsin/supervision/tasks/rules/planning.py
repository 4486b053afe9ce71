"""Which tasks an object has by rule, in which period and until when: one task where several levels ask for the same."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final


class Every(StrEnum):
    """How often a task comes; the shortest period first."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    HALF_YEAR = "half_year"
    YEAR = "year"
    EVENT = "event"  # after something happened, not by the calendar


class MetBy(StrEnum):
    """What shows that a task is done. All but ENTRY are records that exist anyway."""

    INSPECTION = "inspection"  # a signed inspection of the object
    CERTIFICATES = "certificates"  # every certificate that its key people need is valid
    MONITORING = "monitoring"  # a record of a machine: meters, gates, emissions, tanks
    COMMITMENT = "commitment"  # the daily safety commitment that the firm publishes anyway
    PERMITS = "permits"  # special operation permits in the firm's own system
    FINDING = "finding"  # the hidden danger that began it was rectified
    ENTRY = "entry"  # somebody of the firm says so on the phone page


OF_AUTHORITY: Final = frozenset({MetBy.INSPECTION})
"""What the authority owes: on nobody's list of a firm, and without weight in its points."""
BY_HAND: Final = frozenset({MetBy.ENTRY, MetBy.COMMITMENT, MetBy.PERMITS})
"""What a person of the firm may enter, also where a record of a platform ticks it off by itself."""
MONTHS: Final = {Every.MONTH: 1, Every.QUARTER: 3, Every.HALF_YEAR: 6, Every.YEAR: 12}
_ORDER: Final = tuple(Every)


@dataclass(frozen=True)
class TaskRule:
    """One rule. Empty tuples stand for all. `level`: who asks; rules of one `subject` ask for the same thing."""

    code: str
    subject: str
    level: str
    every: Every
    weight: int
    met_by: MetBy
    due_working_day: int = 0  # 0: the last working day of the period; n: its n-th one, or n working days after the event
    due_at_minute: int = 24 * 60  # of the local day: 600 is 10:00
    late_days: int = 0  # how long it can be done late
    trades: tuple[str, ...] = ()
    risk_classes: tuple[str, ...] = ()
    colours: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    major_hazard: bool = False  # only where there is a major hazard installation
    after: str = ""  # of EVENT: what must have happened
    role: str = ""  # of key people: who does it, where that person has an account
    asks_photo: bool = False
    asks_track: bool = False


def weight_of(rule: TaskRule, weight: int) -> int:
    """The weight of a task of the rule in the points of the firm: none for what the authority owes."""
    return 0 if rule.met_by in OF_AUTHORITY else weight


@dataclass(frozen=True)
class Subject:
    """What rules ask of an object."""

    trade: str
    risk_class: str = ""
    colour: str = ""
    kind: str = "enterprise"
    major_hazard: bool = False


@dataclass(frozen=True)
class Period:
    """The days in which a task is done, both included."""

    key: str
    first: date
    last: date


@dataclass(frozen=True)
class Planned:
    """One task to be made: the rule that decides, and everybody who asks for it."""

    rule: TaskRule
    levels: tuple[str, ...]
    weight: int


def applies(rule: TaskRule, subject: Subject) -> bool:
    """Whether the rule asks something of such an object."""
    return (
        (not rule.trades or subject.trade in rule.trades)
        and (not rule.risk_classes or subject.risk_class in rule.risk_classes)
        and (not rule.colours or subject.colour in rule.colours)
        and (not rule.kinds or subject.kind in rule.kinds)
        and (not rule.major_hazard or subject.major_hazard)
    )


def plan(rules: Iterable[TaskRule], subject: Subject) -> list[Planned]:
    """The tasks of the calendar for such an object, each subject once.

    Where several rules ask for the same subject, the one that comes most often decides (its work answers the others too), with
    the greatest weight among them; all their levels are named. Equal ones: the first in the list.
    """
    by_subject: dict[str, list[TaskRule]] = {}
    for rule in rules:
        if rule.every is not Every.EVENT and applies(rule, subject):
            by_subject.setdefault(rule.subject, []).append(rule)
    planned = []
    for asked in by_subject.values():
        decides = min(asked, key=lambda one: _ORDER.index(one.every))
        levels = tuple(dict.fromkeys(one.level for one in asked))
        planned.append(Planned(decides, levels, max(one.weight for one in asked)))
    return planned


def period_of(every: Every, day: date) -> Period:
    """The period that holds this day. ValueError for EVENT, which has none.

    >>> period_of(Every.WEEK, date(2026, 11, 25)).key, period_of(Every.HALF_YEAR, date(2026, 11, 25)).last
    ('2026-W48', datetime.date(2026, 12, 31))
    """
    if every is Every.EVENT:
        raise ValueError("what comes after an event has no period")
    if every is Every.DAY:
        return Period(day.isoformat(), day, day)
    if every is Every.WEEK:
        first = day - timedelta(days=day.weekday())
        year, week, _ = day.isocalendar()
        return Period(f"{year}-W{week:02}", first, first + timedelta(days=6))
    months = MONTHS[every]
    begin = (day.month - 1) // months * months
    first = date(day.year, begin + 1, 1)
    end_year, end_month = (day.year, begin + months + 1) if begin + months < 12 else (day.year + 1, 1)
    number = begin // months + 1
    key = {Every.MONTH: f"{number:02}", Every.QUARTER: f"Q{number}", Every.HALF_YEAR: f"H{number}", Every.YEAR: ""}[every]
    return Period(f"{day.year}-{key}".rstrip("-"), first, date(end_year, end_month, 1) - timedelta(days=1))


def due_day(rule: TaskRule, period: Period, is_worked: Callable[[date], bool]) -> date:
    """The day on which the task is due: a working day of the period, its last day where it has none (or is a day itself)."""
    days = [period.first + timedelta(days=step) for step in range((period.last - period.first).days + 1)]
    worked = [day for day in days if is_worked(day)]
    if rule.every is Every.DAY or not worked:
        return period.last
    return worked[min(rule.due_working_day, len(worked)) - 1]  # 0 - 1: the last one


def due_after(rule: TaskRule, event: date, is_worked: Callable[[date], bool]) -> date:
    """The n-th working day after the event, whose own day is not counted (Civil Code of China, article 201)."""
    day, left = event, rule.due_working_day
    while left > 0:
        day += timedelta(days=1)
        left -= is_worked(day)
    return day
