"""What became of an early sign: plain values."""

from datetime import datetime, timedelta
from enum import StrEnum


class Outcome(StrEnum):
    """Whether an early sign was right; OPEN while nobody knows."""

    RIGHT = "right"
    WRONG = "wrong"
    OPEN = ""


def outcome_of(judgement: str, ended_by: str, ended_at: datetime | None, now: datetime, settle_days: float) -> Outcome:
    """A person's judgement counts before all else; an alarm proves a sign right; what ended without one is wrong once
    `settle_days` have passed since.
    """
    if judgement:
        return Outcome(judgement)
    if ended_at is None:
        return Outcome.OPEN
    if ended_by == "alarm":
        return Outcome.RIGHT
    return Outcome.WRONG if now - ended_at >= timedelta(days=settle_days) else Outcome.OPEN
