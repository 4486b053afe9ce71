"""How the decision on one reward goes from its draft to its end, and who may do what. Values in, verdicts out."""

from datetime import date, datetime, time, timedelta, tzinfo
from enum import StrEnum
from typing import Final, Protocol
from uuid import UUID


class RewardState(StrEnum):
    """Where a decision stands."""

    DRAFT = "draft"
    PROPOSED = "proposed"  # a second person is to agree
    AGREED = "agreed"  # to be collected
    PAID = "paid"
    LAPSED = "lapsed"  # not collected in time
    NONE = "none"  # two persons decided that nothing is paid
    DROPPED = "dropped"  # a draft that another one answers for, or that was made by mistake


BY_HAND: Final = "hand"
"""Where a fine comes from that an officer typed, whatever the firm's file holds."""


class RewardAct(StrEnum):
    """What is done to a decision."""

    DRAFT = "draft"
    ENTER = "enter"
    STANDING = "standing"
    PROPOSE = "propose"
    AGREE = "agree"
    DECLINE = "decline"
    CHANGE = "change"  # the reports of the group changed: it is decided anew
    DROP = "drop"
    CLAIM = "claim"
    PAY = "pay"
    LAPSE = "lapse"
    SECOND_USE = "second_use"


_S, _A = RewardState, RewardAct
UNPAID: Final = (_S.DRAFT, _S.PROPOSED, _S.AGREED)
"""States in which a change of the group still counts."""
ALLOWED: Final[dict[RewardAct, frozenset[RewardState]]] = {
    _A.ENTER: frozenset((_S.DRAFT,)),
    _A.PROPOSE: frozenset((_S.DRAFT,)),
    _A.DROP: frozenset((_S.DRAFT,)),
    _A.AGREE: frozenset((_S.PROPOSED,)),
    _A.DECLINE: frozenset((_S.PROPOSED,)),
    _A.CLAIM: frozenset((_S.AGREED,)),
    _A.PAY: frozenset((_S.AGREED,)),
    _A.LAPSE: frozenset((_S.AGREED,)),
}


class ClaimVerdict(StrEnum):
    """Whether a reward may be claimed or paid now."""

    OPEN = "open"
    PAID = "paid"
    LAPSED = "lapsed"
    NOT_DECIDED = "not_decided"


def judge_claim(state: RewardState, until: datetime | None, now: datetime) -> ClaimVerdict:
    """Whether a claim still counts: a term that is over counts at once, also before a loop has seen it.

    >>> judge_claim(RewardState.PAID, None, datetime(2026, 1, 1))
    <ClaimVerdict.PAID: 'paid'>
    """
    if state is RewardState.PAID:
        return ClaimVerdict.PAID
    if state is RewardState.LAPSED or (state is RewardState.AGREED and until is not None and now >= until):
        return ClaimVerdict.LAPSED
    return ClaimVerdict.OPEN if state is RewardState.AGREED else ClaimVerdict.NOT_DECIDED


def is_one_of_the_officers(person: UUID, *officers: UUID | None) -> bool:
    """Who proposed or agreed does not agree a second time and does not pay."""
    return person in officers


class WorkingDays(Protocol):
    """The calendar of working days."""

    def after(self, day: date, working_days: int) -> date: ...


def decide_due(answered_at: datetime, working_days: int, calendar: WorkingDays, zone: tzinfo) -> datetime:
    """The end of the last working day, that of the answer not counted."""
    return _end_of(calendar.after(answered_at.astimezone(zone).date(), working_days), zone)


def collect_until(decided_at: datetime, days: int, zone: tzinfo) -> datetime:
    """The end of the last day on which a reward is collected; days of the calendar."""
    return _end_of(decided_at.astimezone(zone).date() + timedelta(days=days), zone)


def _end_of(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(), tzinfo=zone)
