"""How far a supervision order is, and what is told of it."""

from datetime import datetime
from enum import StrEnum
from typing import Final

KIND: Final = "supervision_order"  # of the act that a unit signs for
URGED: Final = "urged"  # to the unit
URGED_BACK: Final = "urged_back"  # to whoever issued it, and above where nobody answers


class UrgingState(StrEnum):
    """From its issue to the answer. Late is no state: `is_unanswered` tells it for any moment."""

    ISSUED = "issued"
    SIGNED = "signed"
    ANSWERED = "answered"


def state_of(signed_at: datetime | None, answered_at: datetime | None) -> UrgingState:
    """The state by what has been done.

    >>> state_of(None, None)
    <UrgingState.ISSUED: 'issued'>
    """
    if answered_at is not None:
        return UrgingState.ANSWERED
    return UrgingState.SIGNED if signed_at is not None else UrgingState.ISSUED


def is_unanswered(answer_by: datetime | None, answered_at: datetime | None, now: datetime) -> bool:
    """Whether the time to answer is over. It runs only once the unit has the paper."""
    return answered_at is None and answer_by is not None and now >= answer_by
