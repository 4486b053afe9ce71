"""A hidden danger from its finding to its closure: which act is possible in which state, and when it is overdue."""

from datetime import date
from enum import StrEnum
from typing import Annotated, Final
from uuid import UUID

import msgspec

from tocsin.fieldwork.rules import ActData, Short, Text


class FindingGrade(StrEnum):
    """The two grades of a hidden danger (一般隐患, 重大事故隐患)."""

    ORDINARY = "ordinary"
    MAJOR = "major"


class FindingState(StrEnum):
    """Overdue is no state: `is_overdue` answers it for any day."""

    OPEN = "open"  # 整改中: the firm must rectify
    ACCEPTED = "accepted"  # 风险暂受: a lead accepts the risk until a day; then it is open again by itself
    RECTIFIED = "rectified"  # 待复查: the firm says that it has; a re-check follows
    CLOSED = "closed"  # 已销号: re-checked and passed
    WITHDRAWN = "withdrawn"  # entered by mistake, with a reason; counts nowhere


UNCLOSED: Final = frozenset({FindingState.OPEN, FindingState.ACCEPTED, FindingState.RECTIFIED})


def is_overdue(state: FindingState, due_on: date, day: date, *, unserved: bool = False) -> bool:
    """Whether the firm is too late on `day`: the last day of the limit still counts as in time. A re-check that is waited for
    is not the firm's delay, nor is what nobody at the firm was told.

    >>> is_overdue(FindingState.OPEN, date(2026, 11, 20), date(2026, 11, 20))
    False
    """
    return state is FindingState.OPEN and not unserved and day > due_on


class FindingAct(StrEnum):
    """What is done with a finding, by the firm or by inspectors."""

    REPORT_OWN = "report_own"  # the firm found it itself; `subject_id` is the id that its device made
    FIX = "fix"  # 五定: person, money, measure, limit, plan of a major one
    RECTIFY = "rectify"  # the firm: done
    ASK_EXTENSION = "ask_extension"
    GRANT_EXTENSION = "grant_extension"
    REFUSE_EXTENSION = "refuse_extension"
    PASS = "pass"  # noqa: S105 - a re-check that is passed
    FAIL = "fail"  # a re-check that is not passed, with a new limit
    SERVE = "serve"  # the firm was told: by signature, by notice, or by hand
    ASK_ACCEPTANCE = "ask_acceptance"  # the firm asks that the risk be accepted until a day
    ACCEPT_RISK = "accept_risk"
    REFUSE_RISK = "refuse_risk"
    COME_BACK = "come_back"  # the machine: the accepted time is over
    CLOSE_OWN = "close_own"  # the firm closes an ordinary danger that it found itself
    WITHDRAW = "withdraw"
    NOTE = "note"
    PHOTO = "photo"
    PENALTY = "penalty"
    DOCUMENT = "document"


class FindingData(ActData, frozen=True, kw_only=True):
    """What an act upon a finding may carry."""

    days: Annotated[int, msgspec.Meta(ge=0, le=3650)] | None = None  # to rectify
    grade: FindingGrade | None = None  # of one that the firm found itself, and where
    object: UUID | None = None
    until: Short = ""  # a day, YYYY-MM-DD: the end that an extension or an acceptance asks for
    person: Short = ""
    money: Short = ""
    measure: Text = ""
    limit: Short = ""
    plan: Text = ""
    served: Short = ""  # how the firm was told: `services.serving.Served`


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

OF_THE_FIRM: Final = frozenset(
    {
        FindingAct.FIX,
        FindingAct.RECTIFY,
        FindingAct.ASK_EXTENSION,
        FindingAct.ASK_ACCEPTANCE,
        FindingAct.CLOSE_OWN,
        FindingAct.NOTE,
        FindingAct.PHOTO,
    }
)
OF_THE_LEAD: Final = frozenset(
    {FindingAct.GRANT_EXTENSION, FindingAct.REFUSE_EXTENSION, FindingAct.ACCEPT_RISK, FindingAct.REFUSE_RISK}
)
OF_THE_MACHINE: Final = frozenset({FindingAct.COME_BACK})
_STEPS: Final[dict[tuple[FindingState, FindingAct], FindingState]] = {
    (FindingState.OPEN, FindingAct.RECTIFY): FindingState.RECTIFIED,
    (FindingState.OPEN, FindingAct.ACCEPT_RISK): FindingState.ACCEPTED,
    (FindingState.OPEN, FindingAct.CLOSE_OWN): FindingState.CLOSED,
    (FindingState.ACCEPTED, FindingAct.COME_BACK): FindingState.OPEN,
    (FindingState.ACCEPTED, FindingAct.RECTIFY): FindingState.RECTIFIED,
    (FindingState.ACCEPTED, FindingAct.WITHDRAW): FindingState.WITHDRAWN,
    (FindingState.OPEN, FindingAct.WITHDRAW): FindingState.WITHDRAWN,
    (FindingState.RECTIFIED, FindingAct.WITHDRAW): FindingState.WITHDRAWN,
    (FindingState.RECTIFIED, FindingAct.PASS): FindingState.CLOSED,
    (FindingState.RECTIFIED, FindingAct.FAIL): FindingState.OPEN,
}
_ANY_TIME: Final = frozenset({FindingAct.NOTE, FindingAct.PHOTO, FindingAct.PENALTY, FindingAct.DOCUMENT})
_WHILE_OPEN: Final = frozenset(
    {
        FindingAct.FIX,
        FindingAct.SERVE,
        FindingAct.ASK_EXTENSION,
        FindingAct.GRANT_EXTENSION,
        FindingAct.REFUSE_EXTENSION,
        FindingAct.ASK_ACCEPTANCE,
        FindingAct.REFUSE_RISK,
    }
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
