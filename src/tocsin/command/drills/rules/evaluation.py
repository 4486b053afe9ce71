"""The evaluation of a drill: each step against its clock. Values in, verdicts out."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class StepVerdict(StrEnum):
    """How a step of the drill went."""

    IN_TIME = "in_time"
    LATE = "late"
    MISSED = "missed"  # not done when the drill ended, though it was due
    NOT_DUE = "not_due"  # the drill ended before


@dataclass(frozen=True)
class Stepped:
    """One clock: begun, due, met; `stopped_at` where the step was no longer waited for."""

    began_at: datetime
    due_at: datetime
    met_at: datetime | None = None
    stopped_at: datetime | None = None


@dataclass(frozen=True)
class Evaluated:
    """The verdict with the time it took, and by how much it was early (negative) or late."""

    verdict: StepVerdict
    took: timedelta | None
    beyond: timedelta


def evaluate(step: Stepped, *, ended_at: datetime) -> Evaluated:
    """How this step went in a drill that ended then.

    >>> begin = datetime(2026, 1, 3, 5, 0)
    >>> evaluate(Stepped(begin, begin + timedelta(minutes=3), begin + timedelta(minutes=5)), ended_at=begin).verdict
    <StepVerdict.LATE: 'late'>
    """
    done = step.met_at
    until = done or min(step.stopped_at or ended_at, ended_at)
    beyond = until - step.due_at
    if done is not None:
        verdict = StepVerdict.IN_TIME if done <= step.due_at else StepVerdict.LATE
    else:
        verdict = StepVerdict.MISSED if step.due_at < until else StepVerdict.NOT_DUE
    return Evaluated(verdict, None if done is None else done - step.began_at, beyond)


def share_in_time(evaluateds: Iterable[Evaluated]) -> float | None:
    """Of the steps that were due or done, the share done in time; None where none was."""
    counted = [one for one in evaluateds if one.verdict is not StepVerdict.NOT_DUE]
    return sum(one.verdict is StepVerdict.IN_TIME for one in counted) / len(counted) if counted else None
