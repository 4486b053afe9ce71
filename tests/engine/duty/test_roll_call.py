"""A roll call on a fake clock: called, called again after five minutes, then a task; silence alone never says absent."""

from hypothesis import given
from hypothesis import strategies as st

from tocsin.engine.duty.roll_call import (
    CallFigures,
    CallState,
    CallStep,
    RollCall,
    answered,
    called,
    state_of,
    step_at,
    task_raised,
)

FIGURES = CallFigures(answer_s=300.0, calls=2)
MINUTE = 60_000


def course(answer_minute: float | None, until: int = 30) -> tuple[list[tuple[int, str]], RollCall]:
    """What happens minute by minute, and the call at the end."""
    call, told = RollCall(), []
    for minute in range(until + 1):
        now = minute * MINUTE
        if answer_minute is not None and now >= answer_minute * MINUTE:
            call = answered(call, round(answer_minute * MINUTE))
        step = step_at(call, now, FIGURES)
        if step is CallStep.CALL:
            call = called(call, now)
        elif step is CallStep.RAISE_TASK:
            call = task_raised(call, now)
        if step is not CallStep.NOTHING:
            told.append((minute, step.value))
    return told, call


def test_silence() -> None:
    told, call = course(None)
    assert told == [(0, "call"), (5, "call"), (10, "raise_task")]
    assert state_of(call, 30 * MINUTE, FIGURES) is CallState.UNANSWERED


def test_answer_to_the_first_call_ends_it() -> None:
    told, call = course(3)
    assert told == [(0, "call")]
    assert state_of(call, 2 * MINUTE, FIGURES) is CallState.WAITING
    assert state_of(call, 30 * MINUTE, FIGURES) is CallState.ANSWERED


def test_answer_to_the_second_call_needs_no_task() -> None:
    told, call = course(8)
    assert told == [(0, "call"), (5, "call")]
    assert state_of(call, 30 * MINUTE, FIGURES) is CallState.ANSWERED


def test_answer_after_the_task_is_late() -> None:
    told, call = course(20)
    assert told[-1] == (10, "raise_task")
    assert state_of(call, 30 * MINUTE, FIGURES) is CallState.ANSWERED_LATE


@given(st.none() | st.floats(0, 40))
def test_never_called_more_than_twice_and_one_task_at_most(answer_minute: float | None) -> None:
    told, call = course(answer_minute)
    assert len(call.called_ms) <= FIGURES.calls
    assert sum(step == "raise_task" for _, step in told) <= 1
    assert (call.task_ms is not None) == (answer_minute is None or answer_minute > 10)
