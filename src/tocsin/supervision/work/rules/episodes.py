"""What may be done with an episode, and by what it is followed. Values in, verdicts out."""

from collections.abc import Collection
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
    CONFIRMED = "confirmed"
    EXPLAINED = "explained"  # true load, lawful reason
    FALSE = "false"  # the machine was wrong


class EpisodeAct(StrEnum):
    """What is done with an episode."""

    ASK = "ask"
    ANSWER = "answer"
    LAPSE = "lapse"  # by the clock: no answer came in time
    SEND = "send"  # an inspection
    CONFIRM = "confirm"
    EXPLAIN = "explain"
    DISMISS = "dismiss"
    NOTE = "note"


CLOSED: Final = frozenset((EpisodeState.CONFIRMED, EpisodeState.EXPLAINED, EpisodeState.FALSE))
OPEN: Final = frozenset(EpisodeState) - CLOSED
BY_PERSONS: Final = frozenset(EpisodeAct) - {EpisodeAct.LAPSE}

_AFTER: Final[dict[EpisodeAct, tuple[frozenset[EpisodeState], EpisodeState]]] = {
    EpisodeAct.ASK: (frozenset((EpisodeState.FOUND, EpisodeState.ANSWERED, EpisodeState.UNANSWERED)), EpisodeState.ASKED),
    EpisodeAct.ANSWER: (frozenset((EpisodeState.ASKED, EpisodeState.UNANSWERED)), EpisodeState.ANSWERED),
    EpisodeAct.LAPSE: (frozenset((EpisodeState.ASKED,)), EpisodeState.UNANSWERED),
    EpisodeAct.SEND: (OPEN - {EpisodeState.INSPECTION}, EpisodeState.INSPECTION),
    EpisodeAct.CONFIRM: (OPEN, EpisodeState.CONFIRMED),
    EpisodeAct.EXPLAIN: (OPEN, EpisodeState.EXPLAINED),
    EpisodeAct.DISMISS: (OPEN, EpisodeState.FALSE),
}


def step(state: EpisodeState, act: EpisodeAct) -> EpisodeState | None:
    """The state after an act; None where it does not apply. A note changes nothing, of a closed episode either.

    >>> step(EpisodeState.FOUND, EpisodeAct.ASK), step(EpisodeState.CONFIRMED, EpisodeAct.ASK)
    (<EpisodeState.ASKED: 'asked'>, None)
    """
    if act is EpisodeAct.NOTE:
        return state
    allowed, after = _AFTER[act]
    return after if state in allowed else None


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
