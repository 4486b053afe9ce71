"""A roll call as a course of steps: called once, called again, then a task; silence is a question, not yet an absence."""

from dataclasses import dataclass, replace
from enum import StrEnum


@dataclass(frozen=True)
class CallFigures:
    """`answer_s`: how long an answer to one call is awaited; `calls`: how often is called before a task goes out."""

    answer_s: float
    calls: int


class CallState(StrEnum):
    """Where a roll call of one person stands."""

    WAITING = "waiting"
    ANSWERED = "answered"
    UNANSWERED = "unanswered"  # all calls without an answer; the task is due or out
    ANSWERED_LATE = "answered_late"  # after the last call had run out


class CallStep(StrEnum):
    """What is to be done."""

    NOTHING = "nothing"
    CALL = "call"
    RAISE_TASK = "raise_task"


@dataclass(frozen=True)
class RollCall:
    """The calls to one person so far, Unix ms; `answered_ms` and `task_ms` once that has happened."""

    called_ms: tuple[int, ...] = ()
    answered_ms: int | None = None
    task_ms: int | None = None


@dataclass(frozen=True)
class Due:
    """What is to be done, and when; for NOTHING no moment."""

    step: CallStep
    at_ms: int | None = None


def state_of(call: RollCall, now_ms: int, figures: CallFigures) -> CallState:
    """Where the call stands at `now_ms`."""
    ran_out = _last_deadline(call, figures)
    all_called = len(call.called_ms) >= figures.calls
    if call.answered_ms is not None and call.answered_ms <= now_ms:
        late = all_called and ran_out is not None and call.answered_ms > ran_out
        return CallState.ANSWERED_LATE if late else CallState.ANSWERED
    if call.task_ms is not None or (all_called and ran_out is not None and now_ms >= ran_out):
        return CallState.UNANSWERED
    return CallState.WAITING


def next_due(call: RollCall, figures: CallFigures) -> Due:
    """What is to be done next and from when: the first call at once, the next ones and the task when an answer has not come in
    time. An answer or the task ends it.
    """
    if call.answered_ms is not None or call.task_ms is not None:
        return Due(CallStep.NOTHING)
    deadline = _last_deadline(call, figures)
    if deadline is None:
        return Due(CallStep.CALL, 0)
    return Due(CallStep.CALL if len(call.called_ms) < figures.calls else CallStep.RAISE_TASK, deadline)


def step_at(call: RollCall, now_ms: int, figures: CallFigures) -> CallStep:
    """What is to be done now.

    >>> figures = CallFigures(answer_s=300.0, calls=2)
    >>> [step_at(RollCall((0,)), minute * 60_000, figures).value for minute in (0, 4, 5)]
    ['nothing', 'nothing', 'call']
    >>> step_at(RollCall((0, 300_000)), 600_000, figures).value
    'raise_task'
    """
    due = next_due(call, figures)
    return due.step if due.at_ms is not None and now_ms >= due.at_ms else CallStep.NOTHING


def called(call: RollCall, now_ms: int) -> RollCall:
    """The call after one more."""
    return replace(call, called_ms=(*call.called_ms, now_ms))


def answered(call: RollCall, now_ms: int) -> RollCall:
    """The call after an answer; only the first one counts."""
    return call if call.answered_ms is not None else replace(call, answered_ms=now_ms)


def task_raised(call: RollCall, now_ms: int) -> RollCall:
    """The call after its task went out."""
    return replace(call, task_ms=now_ms)


def _last_deadline(call: RollCall, figures: CallFigures) -> int | None:
    return call.called_ms[-1] + round(figures.answer_s * 1000.0) if call.called_ms else None
