"""What may be done with an episode, and by what it is followed. Values in, verdicts out."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from tocsin.engine.work.firm import EpisodeKind


class EpisodeState(StrEnum):
    """Where an episode stands. The machine only finds; what it was is decided by a person."""

    FOUND = "found"
    ASKED = "asked"  # the firm has a question to answer
    UNANSWERED = "unanswered"  # and has let its time pass
    ANSWERED = "answered"
    INSPECTION = "inspection"  # somebody is sent to look
    PROPOSED = "proposed"  # one person holds it for a breach; another one confirms
    CONFIRMED = "confirmed"
    EXPLAINED = "explained"  # true load, lawful reason
    FALSE = "false"  # the machine was wrong
    WITHDRAWN = "withdrawn"  # the machine no longer finds it: it counts nowhere


class EpisodeAct(StrEnum):
    """What is done with an episode."""

    ASK = "ask"
    ANSWER = "answer"
    LAPSE = "lapse"  # by the clock: no answer came in time
    UNDELIVERED = "undelivered"  # by the clock: the question reached nobody at the firm
    SEND = "send"  # an inspection
    INSPECTED = "inspected"  # two inspectors have signed what they saw
    PROPOSE = "propose"
    CONFIRM = "confirm"
    EXPLAIN = "explain"
    DISMISS = "dismiss"
    WITHDRAW = "withdraw"  # by the machine
    UNDO = "undo"
    NOTE = "note"


DECIDED: Final = frozenset((EpisodeState.CONFIRMED, EpisodeState.EXPLAINED, EpisodeState.FALSE))
CLOSED: Final = DECIDED | {EpisodeState.WITHDRAWN}
OPEN: Final = frozenset(EpisodeState) - CLOSED
BY_PERSONS: Final = frozenset(EpisodeAct) - {
    EpisodeAct.LAPSE,
    EpisodeAct.UNDELIVERED,
    EpisodeAct.INSPECTED,
    EpisodeAct.WITHDRAW,
}
BREACHES: Final = (EpisodeKind.HIDDEN_PRODUCTION, EpisodeKind.PARTIAL_HIDDEN_PRODUCTION)

_WAITS: Final = frozenset((EpisodeState.FOUND, EpisodeState.ASKED, EpisodeState.UNANSWERED, EpisodeState.ANSWERED))
_LATE: Final = frozenset(
    (EpisodeState.INSPECTION, EpisodeState.PROPOSED)
)  # an answer is taken, and changes nothing of the course
_AFTER: Final[dict[EpisodeAct, tuple[frozenset[EpisodeState], EpisodeState]]] = {
    EpisodeAct.ASK: ((_WAITS - {EpisodeState.ASKED}) | {EpisodeState.WITHDRAWN}, EpisodeState.ASKED),
    EpisodeAct.ANSWER: (frozenset((EpisodeState.ASKED, EpisodeState.UNANSWERED)), EpisodeState.ANSWERED),
    EpisodeAct.LAPSE: (frozenset((EpisodeState.ASKED,)), EpisodeState.UNANSWERED),
    EpisodeAct.UNDELIVERED: (frozenset((EpisodeState.ASKED,)), EpisodeState.FOUND),
    EpisodeAct.SEND: (_WAITS | {EpisodeState.WITHDRAWN}, EpisodeState.INSPECTION),
    EpisodeAct.PROPOSE: (OPEN - {EpisodeState.PROPOSED}, EpisodeState.PROPOSED),
    EpisodeAct.CONFIRM: (OPEN, EpisodeState.CONFIRMED),
    EpisodeAct.EXPLAIN: (OPEN, EpisodeState.EXPLAINED),
    EpisodeAct.DISMISS: (OPEN, EpisodeState.FALSE),
    EpisodeAct.WITHDRAW: (_WAITS, EpisodeState.WITHDRAWN),
    EpisodeAct.UNDO: (DECIDED, EpisodeState.FOUND),
}


def step(state: EpisodeState, act: EpisodeAct) -> EpisodeState | None:
    """The state after an act; None where it does not apply. A note changes nothing, of a closed episode either; an answer that
    comes while somebody is on the way is taken as late.

    >>> step(EpisodeState.FOUND, EpisodeAct.ASK), step(EpisodeState.CONFIRMED, EpisodeAct.ASK)
    (<EpisodeState.ASKED: 'asked'>, None)
    """
    if act is EpisodeAct.NOTE:
        return state
    if (act is EpisodeAct.ANSWER and state in _LATE) or (act is EpisodeAct.INSPECTED and state in OPEN):
        return state
    allowed, after = _AFTER.get(act, (frozenset(), state))
    return after if state in allowed else None


class Hold(StrEnum):
    """Whether a person may confirm an episode."""

    GOOD = "good"
    TWO_PERSONS = "two_persons"  # a breach turns the code red: one proposes by a signed inspection, another confirms
    ONESELF = "oneself"


def hold(kind: EpisodeKind, state: EpisodeState, *, is_proposer: bool) -> Hold:
    """A breach of an order is confirmed by a second person; anything else by one.

    >>> hold(EpisodeKind.HIDDEN_PRODUCTION, EpisodeState.INSPECTION, is_proposer=False)
    <Hold.TWO_PERSONS: 'two_persons'>
    """
    if kind not in BREACHES:
        return Hold.GOOD
    if state is not EpisodeState.PROPOSED:
        return Hold.TWO_PERSONS
    return Hold.ONESELF if is_proposer else Hold.GOOD


class FirstStep(StrEnum):
    """What follows from finding an episode, before any person has judged."""

    ASK = "ask"  # a question to the firm
    INSPECT = "inspect"  # an order to look
    MAINTAIN = "maintain"  # a task for the meter's keeper, no charge against the firm


def first_step(
    kind: EpisodeKind, *, independent: Collection[str], asks_two: Collection[str], maintains: Collection[str]
) -> FirstStep:
    """An inspection order needs two independent kinds of evidence; one is a question to the firm.

    `independent`: the kinds of evidence that speak for it. `asks_two`: kinds that are followed by an inspection order once two
    agree. `maintains`: kinds that are nobody's fault.
    """
    if kind in maintains:
        return FirstStep.MAINTAIN
    return FirstStep.INSPECT if kind in asks_two and len(set(independent)) > 1 else FirstStep.ASK


def kinds_for(votes: Iterable[tuple[str, float]], kind_odds: float) -> set[str]:
    """Independent kinds of evidence that speak for work, by the threshold of the decision itself; the episode's own curve where
    nothing else does. `votes`: origin and log-odds.

    >>> sorted(kinds_for([("power", 4.0), ("video", 0.01)], 0.5))
    ['power']
    """
    return {origin for origin, odds in votes if odds >= kind_odds} or {"power"}


@dataclass(frozen=True)
class Ban:
    """When work was forbidden by an order: from its effect to the moment from which it was allowed again; None: it still is."""

    begin: datetime
    end: datetime | None


def banned_part(start: datetime, end: datetime, bans: Iterable[Ban]) -> tuple[datetime, datetime] | None:
    """The part of a run of work that lay under an order; None where none of it did: nothing is judged by what came later."""
    within = [one for one in bans if one.begin < end and (one.end is None or one.end > start)]
    if not within:
        return None
    ends = [one.end for one in within]
    last = end if None in ends else min(end, max(one for one in ends if one is not None))
    return max(start, min(one.begin for one in within)), last


class QuestionCount(StrEnum):
    """What a question counts in a firm's monitoring."""

    NOWHERE = "nowhere"
    KEPT = "kept"
    LOST = "lost"


_NOWHERE: Final = frozenset((EpisodeState.FALSE, EpisodeState.WITHDRAWN, EpisodeState.CONFIRMED, EpisodeState.FOUND))


def count_question(state: EpisodeState, entries: Iterable[str], *, overdue: bool) -> QuestionCount:
    """What the firm's question counts: answered in time, or for a lawful reason, is kept; left to lapse is lost.

    A breach that was confirmed has its own consequence, and what the machine withdrew, got wrong or never delivered is nobody's.
    `entries`: acts upon the episode in their order; `overdue`: it waits and its time has passed.

    >>> count_question(EpisodeState.CONFIRMED, ["ask", "answer"], overdue=False)
    <QuestionCount.NOWHERE: 'nowhere'>
    """
    acts = list(entries)
    if state in _NOWHERE or EpisodeAct.ASK not in acts:
        return QuestionCount.NOWHERE
    if state is EpisodeState.EXPLAINED:
        return QuestionCount.KEPT
    if EpisodeAct.LAPSE in acts or overdue:
        return QuestionCount.LOST
    return QuestionCount.KEPT if EpisodeAct.ANSWER in acts else QuestionCount.NOWHERE
