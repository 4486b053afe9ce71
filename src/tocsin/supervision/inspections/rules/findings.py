"""A hidden danger from its finding to its closure: which act is possible in which state, and when it is overdue."""

from datetime import date
from enum import StrEnum
from typing import Annotated, Final

import msgspec

from tocsin.fieldwork.rules import ActData, Short, Text


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


class FindingAct(StrEnum):
    """What is done with a finding, by the firm or by inspectors."""

    FIX = "fix"  # 五定: person, money, measure, limit, plan of a major one
    RECTIFY = "rectify"  # the firm: done
    ASK_EXTENSION = "ask_extension"
    GRANT_EXTENSION = "grant_extension"
    REFUSE_EXTENSION = "refuse_extension"
    PASS = "pass"  # noqa: S105 - a re-check that is passed
    FAIL = "fail"  # a re-check that is not passed, with a new limit
    WITHDRAW = "withdraw"
    NOTE = "note"
    PHOTO = "photo"
    PENALTY = "penalty"
    DOCUMENT = "document"


class FindingData(ActData, frozen=True, kw_only=True):
    """What an act upon a finding may carry."""

    days: Annotated[int, msgspec.Meta(ge=0, le=3650)] | None = None  # to rectify, after a re-check that was not passed
    until: Short = ""  # a day, YYYY-MM-DD: the end that an extension asks for
    person: Short = ""
    money: Short = ""
    measure: Text = ""
    limit: Short = ""
    plan: Text = ""


class FindingVerdict(StrEnum):
    """What an act does. All but the first two are conflicts: kept and shown, without effect."""

    GOES_ON = "goes_on"
    STAYS = "stays"
    ALREADY = "already"
    ENDED = "ended"
    TOO_EARLY = "too_early"  # a re-check of what nobody has rectified
    OUTDATED = "outdated"  # the finding has gone on since this person saw it


FIXINGS: Final = ("person", "money", "measure", "limit", "plan")
"""The five fixings of a major hidden danger (五定: 定人员、定资金、定措施、定时限、定预案)."""

OF_THE_FIRM: Final = frozenset({FindingAct.FIX, FindingAct.RECTIFY, FindingAct.ASK_EXTENSION, FindingAct.NOTE, FindingAct.PHOTO})
_STEPS: Final[dict[tuple[FindingState, FindingAct], FindingState]] = {
    (FindingState.OPEN, FindingAct.RECTIFY): FindingState.RECTIFIED,
    (FindingState.OPEN, FindingAct.WITHDRAW): FindingState.WITHDRAWN,
    (FindingState.RECTIFIED, FindingAct.WITHDRAW): FindingState.WITHDRAWN,
    (FindingState.RECTIFIED, FindingAct.PASS): FindingState.CLOSED,
    (FindingState.RECTIFIED, FindingAct.FAIL): FindingState.OPEN,
}
_ANY_TIME: Final = frozenset({FindingAct.NOTE, FindingAct.PHOTO, FindingAct.PENALTY, FindingAct.DOCUMENT})
_WHILE_OPEN: Final = frozenset(
    {FindingAct.FIX, FindingAct.ASK_EXTENSION, FindingAct.GRANT_EXTENSION, FindingAct.REFUSE_EXTENSION}
)


def step(state: FindingState, act: FindingAct, *, outdated: bool = False) -> tuple[FindingVerdict, FindingState]:
    """What an act does in a state, and the state after it. `outdated`: somebody else took the finding further meanwhile."""
    if act in _ANY_TIME:
        return FindingVerdict.STAYS, state
    if state not in UNCLOSED:
        return FindingVerdict.ENDED, state
    if act in _WHILE_OPEN:
        return (FindingVerdict.STAYS if state is FindingState.OPEN else FindingVerdict.ALREADY), state
    after = _STEPS.get((state, act))
    if after is None:
        early = act in (FindingAct.PASS, FindingAct.FAIL)
        return (FindingVerdict.TOO_EARLY if early else FindingVerdict.ALREADY), state
    return (FindingVerdict.OUTDATED, state) if outdated else (FindingVerdict.GOES_ON, after)


def limit_days(grade: FindingGrade, asked: int, *, ordinary: int, major: int) -> int:
    """Days to rectify: what the inspector asks for, never more than the policy's limit of the grade, never less than none."""
    return max(0, min(asked, major if grade is FindingGrade.MAJOR else ordinary))
