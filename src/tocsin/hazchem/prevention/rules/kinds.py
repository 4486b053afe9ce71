"""Kinds of the risk ledger: how a risk was found and is graded, its colour, what stands against it, how often that is checked."""

import calendar
from datetime import date, timedelta
from enum import StrEnum
from typing import Final


class RiskMethod(StrEnum):
    """How an event was found."""

    JHA = "jha"  # job hazard analysis (工作危害分析)
    SCL = "scl"  # safety check list (安全检查表分析)
    HAZOP = "hazop"  # hazard and operability study
    OTHER = "other"


class RiskScale(StrEnum):
    """By which scale it is graded."""

    LS = "ls"  # risk matrix, R = L·S
    LEC = "lec"  # Graham and Kinney, D = L·E·C


class RiskColour(StrEnum):
    """The four colours of a risk, the gravest first (重大、较大、一般、低风险)."""

    RED = "red"
    ORANGE = "orange"
    YELLOW = "yellow"
    BLUE = "blue"


class MeasureKind(StrEnum):
    """What stands against an event (管控措施: 工程技术、维护保养、人员操作、应急措施)."""

    ENGINEERING = "engineering"
    MAINTENANCE = "maintenance"
    OPERATION = "operation"
    EMERGENCY = "emergency"


class CheckPeriod(StrEnum):
    """How often a measure is checked, in local days."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    HALF_YEAR = "half_year"
    YEAR = "year"


GRAVITY: Final[dict[RiskColour, int]] = {
    RiskColour.RED: 4,
    RiskColour.ORANGE: 3,
    RiskColour.YELLOW: 2,
    RiskColour.BLUE: 1,
}
"""How grave a colour is; 0 is left for what nobody has graded."""
_DAYS: Final = {CheckPeriod.DAY: 1, CheckPeriod.WEEK: 7}
_MONTHS: Final = {CheckPeriod.MONTH: 1, CheckPeriod.QUARTER: 3, CheckPeriod.HALF_YEAR: 6, CheckPeriod.YEAR: 12}
LONGEST_DAYS: Final[dict[CheckPeriod, int]] = {
    CheckPeriod.DAY: 1,
    CheckPeriod.WEEK: 7,
    CheckPeriod.MONTH: 31,
    CheckPeriod.QUARTER: 92,
    CheckPeriod.HALF_YEAR: 184,
    CheckPeriod.YEAR: 366,
}
"""The most days from one check to the next."""


def next_due(period: CheckPeriod, done_on: date) -> date:
    """The last day of the next check: a period after the day of the last one; the 31st becomes the last day of a shorter month.

    >>> next_due(CheckPeriod.MONTH, date(2026, 1, 31)), next_due(CheckPeriod.WEEK, date(2026, 12, 28))
    (datetime.date(2026, 2, 28), datetime.date(2027, 1, 4))
    """
    if period in _DAYS:
        return done_on + timedelta(days=_DAYS[period])
    month = done_on.month - 1 + _MONTHS[period]
    year, month = done_on.year + month // 12, month % 12 + 1
    return date(year, month, min(done_on.day, calendar.monthrange(year, month)[1]))
