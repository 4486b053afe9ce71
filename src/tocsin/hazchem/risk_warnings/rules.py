"""The life of a risk warning, and who is told when: at once by its level, further up by silence. Values in, verdicts out.

Levels and tiers after the national risk warning system for chemical firms (red, orange, yellow, blue; push and feedback close a
loop on firm, park, county, city, province: mechanism published for Jilin, 2020). The times are the policy's.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

import msgspec

RISK_PUSH: Final = "risk_warning"  # purposes of notices
RISK_ANSWER: Final = "risk_warning_answer"


class RiskTier(StrEnum):
    """Who can be told, from the firm upward."""

    FIRM = "firm"
    PARK = "park"
    COUNTY = "county"
    CITY = "city"
    PROVINCE = "province"


class RiskState(StrEnum):
    """How far a warning is."""

    PUSHED = "pushed"
    CONFIRMED = "confirmed"  # the firm has taken it
    ANSWERED = "answered"  # the firm has said why, and what was done
    CLOSED = "closed"  # whoever supervises has checked the answer


UNANSWERED: Final = (RiskState.PUSHED, RiskState.CONFIRMED)


class RiskAct(StrEnum):
    """What can happen to it."""

    RISE = "rise"  # a further alarm of a higher level, or an alarm that rises
    CONFIRM = "confirm"
    ANSWER = "answer"
    RETURN = "return"  # the answer is sent back
    CLOSE = "close"


class RiskRefusal(StrEnum):
    """Why an act is not granted."""

    CLOSED = "closed"
    CONFIRMED = "confirmed"
    ANSWERED = "answered"
    NOT_ANSWERED = "not_answered"


class RiskReason(StrEnum):
    """Why it rang, as the firm tells."""

    PROCESS_UPSET = "process_upset"
    EQUIPMENT_FAULT = "equipment_fault"
    INSTRUMENT_FAULT = "instrument_fault"
    OPERATING_ERROR = "operating_error"
    UTILITY_FAILURE = "utility_failure"
    PLANNED_WORK = "planned_work"
    WEATHER = "weather"
    LEAK = "leak"
    OTHER = "other"


class RiskMeasure(StrEnum):
    """What was done about it."""

    ADJUSTED = "adjusted"
    ISOLATED = "isolated"
    STOPPED = "stopped"
    REPAIRED = "repaired"
    INSTRUMENT_REPAIRED = "instrument_repaired"
    EVACUATED = "evacuated"
    WATCHED = "watched"
    OTHER = "other"


_STATES: Final[dict[RiskAct, dict[RiskState, RiskState | RiskRefusal]]] = {
    RiskAct.RISE: {
        RiskState.PUSHED: RiskState.PUSHED,
        RiskState.CONFIRMED: RiskState.PUSHED,
        RiskState.ANSWERED: RiskState.PUSHED,
        RiskState.CLOSED: RiskRefusal.CLOSED,
    },
    RiskAct.CONFIRM: {
        RiskState.PUSHED: RiskState.CONFIRMED,
        RiskState.CONFIRMED: RiskRefusal.CONFIRMED,
        RiskState.ANSWERED: RiskRefusal.ANSWERED,
        RiskState.CLOSED: RiskRefusal.CLOSED,
    },
    RiskAct.ANSWER: {
        RiskState.PUSHED: RiskState.ANSWERED,
        RiskState.CONFIRMED: RiskState.ANSWERED,
        RiskState.ANSWERED: RiskRefusal.ANSWERED,
        RiskState.CLOSED: RiskRefusal.CLOSED,
    },
    RiskAct.RETURN: {
        RiskState.PUSHED: RiskRefusal.NOT_ANSWERED,
        RiskState.CONFIRMED: RiskRefusal.NOT_ANSWERED,
        RiskState.ANSWERED: RiskState.CONFIRMED,
        RiskState.CLOSED: RiskRefusal.CLOSED,
    },
    RiskAct.CLOSE: {
        RiskState.PUSHED: RiskRefusal.NOT_ANSWERED,
        RiskState.CONFIRMED: RiskRefusal.NOT_ANSWERED,
        RiskState.ANSWERED: RiskState.CLOSED,
        RiskState.CLOSED: RiskRefusal.CLOSED,
    },
}


def after(state: RiskState, act: RiskAct) -> RiskState | RiskRefusal:
    """Where a warning stands after an act, or why it is refused.

    >>> after(RiskState.PUSHED, RiskAct.ANSWER), after(RiskState.PUSHED, RiskAct.CLOSE)
    (<RiskState.ANSWERED: 'answered'>, <RiskRefusal.NOT_ANSWERED: 'not_answered'>)
    """
    return _STATES[act][state]


class Clocks(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Of one level: who is told at once, and after how many minutes of silence the next tier is. `confirm_min`, `answer_min`: of
    the firm; `check_min`: of whoever checks its answer; `take_min`: of each tier above the firm to take note.
    """

    at_once: tuple[RiskTier, ...]
    confirm_min: float
    answer_min: float
    check_min: float
    take_min: float


@dataclass(frozen=True)
class Told:
    """A tier that was told at this level; `taken`: somebody there took note."""

    at: datetime
    taken: bool


@dataclass(frozen=True)
class Facts:
    """How a warning stands at its level. `present`: the tiers that somebody stands for; `told`: those told at this level."""

    state: RiskState
    pushed_at: datetime
    asked_at: datetime
    answered_at: datetime | None
    present: Collection[RiskTier]
    told: Mapping[RiskTier, Told]
    fired: Collection[str]


@dataclass(frozen=True)
class Escalation:
    """A tier that is told because of a silence: `trigger` is `confirm`, `answer`, `check`, or `take-` and the silent tier."""

    tier: RiskTier
    trigger: str
    at: datetime


def first_tiers(clocks: Clocks, present: Collection[RiskTier]) -> tuple[RiskTier, ...]:
    """Who is told at once: those of the policy for whom somebody stands, else the lowest tier for which anybody does."""
    named = tuple(tier for tier in RiskTier if tier in clocks.at_once and tier in present)
    return named or tuple(tier for tier in RiskTier if tier in present)[:1]


def escalations(facts: Facts, clocks: Clocks) -> list[Escalation]:
    """Every silence that tells a further tier if nothing happens before, the earliest first: each silence once, each tier once.

    A firm that does not confirm or answer in time, a tier that takes no note before the firm answers, an answer that nobody
    checks: each tells the lowest tier that has not been told at this level.
    """
    left = [tier for tier in RiskTier if tier in facts.present and tier not in facts.told and tier is not RiskTier.FIRM]
    found = []
    for (at, trigger), tier in zip(_silences(facts, clocks), left, strict=False):
        found.append(Escalation(tier, trigger, at))
    return found


def _silences(facts: Facts, clocks: Clocks) -> list[tuple[datetime, str]]:
    """When each silence that has told nobody yet is over, the earliest first."""
    if facts.state is RiskState.CLOSED:
        return []
    ends: list[tuple[datetime, str]] = []
    if facts.state is RiskState.PUSHED:
        ends.append((facts.pushed_at + timedelta(minutes=clocks.confirm_min), "confirm"))
    if facts.state in UNANSWERED:
        ends.append((facts.asked_at + timedelta(minutes=clocks.answer_min), "answer"))
        take = timedelta(minutes=clocks.take_min)
        above = [(tier, one) for tier, one in facts.told.items() if tier is not RiskTier.FIRM and not one.taken]
        ends += [(one.at + take, f"take-{tier}") for tier, one in above]
    if facts.answered_at is not None and facts.state is RiskState.ANSWERED:
        ends.append((facts.answered_at + timedelta(minutes=clocks.check_min), "check"))
    return sorted(end for end in ends if end[1] not in facts.fired)
