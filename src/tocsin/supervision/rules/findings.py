"""A hidden danger from its finding to its closure: which act is possible in which state, and when it is overdue."""

from datetime import date
from enum import StrEnum
from typing import Final


class FindingGrade(StrEnum):
    """The two grades of a hidden danger (一般隐患, 重大事故隐患)."""

    ORDINARY = "ordinary"
    MAJOR = "major"


class FindingState(StrEnum):
    """Overdue is no state: `is_overdue` answers it for any day."""

    OPEN = "open"  # 整改中: the firm must rectify
    RECTIFIED = "rectified"  # 待复查: the firm says that it has; a re-check follows
    CLOSED = "closed"  # 已销号: re-checked and passed
    WITHDRAWN = "withdrawn"  # entered by mistake, with a reason; counts nowhere


UNCLOSED: Final = frozenset({FindingState.OPEN, FindingState.RECTIFIED})


def is_overdue(state: FindingState, due_on: date, day: date) -> bool:
    """Whether the firm is too late on `day`: the last day of the limit still counts as in time. A re-check that is waited for
    is not the firm's delay.

    >>> is_overdue(FindingState.OPEN, date(2026, 11, 20), date(2026, 11, 20))
    False
    """
    return state is FindingState.OPEN and day > due_on
