"""Courses of a shift, readers and companions: what holds whatever the signs are."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.engine.duty.crew import DAY, FIRST, HOUR, LONG_H, MINUTE, Record, ordinary, signs_of
from tocsin.engine.duty.courses import STATES, Conduct, course_table
from tocsin.engine.duty.kinds import Seen, weigh_kinds
from tocsin.engine.duty.readers import WATCHED, Readers
from tocsin.engine.duty.shift import DutyState, PlannedShift, Sign
from tocsin.engine.duty.twins import companion, stand_in
from tocsin.supervision.posts.policy import duty_policy

FIGURES = duty_policy().figures


def planned(person: int, day: int = 0, post: str = "control room") -> PlannedShift:
    start = FIRST + day * DAY
    return PlannedShift(f"P{person}", "control_room_operator", post, start, start + LONG_H * HOUR, False)


@given(st.integers(1, 60))
def test_courses_share_one_whole(half_hours: int) -> None:
    table = course_table(half_hours, FIGURES.courses)
    assert np.exp(table.log_prior).sum() == pytest.approx(1.0)
    assert (table.switch < max(half_hours, 1)).all()


@given(st.integers(2, 40))
def test_state_is_what_most_of_the_shift_was(half_hours: int) -> None:
    table = course_table(half_hours, FIGURES.courses)
    for first, then, switch, state in zip(table.first, table.then, table.switch, table.state, strict=True):
        spent = {first: switch, then: half_hours - switch} if first != then else {first: half_hours}
        if STATES[state] is DutyState.ON_POST:
            assert 2 * spent[Conduct.HERE] >= half_hours
        elif Conduct.HERE in spent and first != then:
            assert 2 * spent[Conduct.HERE] <= half_hours


RECORDS = st.lists(
    st.tuples(st.sampled_from(list(Sign)), st.integers(-30, LONG_H * 60 + 30), st.floats(-1, 300)).map(
        lambda row: (row[0], FIRST + row[1] * MINUTE, row[2])
    ),
    max_size=40,
)


@given(RECORDS)
@settings(max_examples=80, deadline=None)
def test_any_signs_give_finite_weights(records: list[Record]) -> None:
    shift = planned(0)
    table = course_table(2 * LONG_H, FIGURES.courses)
    seen = Seen(
        shift, signs_of(records), np.full((len(WATCHED), 2 * LONG_H), 0.8), np.full(len(WATCHED), 0.01), shift.end_ms + HOUR
    )
    for weights in weigh_kinds(seen, table, FIGURES).values():
        assert weights.shape == table.first.shape
        assert np.isfinite(weights).all()


def test_dead_sources_without_records_weigh_nothing() -> None:
    shift = planned(0)
    table = course_table(2 * LONG_H, FIGURES.courses)
    seen = Seen(shift, signs_of([]), np.zeros((len(WATCHED), 2 * LONG_H)), np.full(len(WATCHED), 0.01), shift.end_ms + HOUR)
    for weights in weigh_kinds(seen, table, FIGURES).values():
        assert np.ptp(weights) == pytest.approx(0.0, abs=1e-9)


def test_others_prove_a_reader_alive_and_dead() -> None:
    """Four people with signs, then positioning dies at noon of the second day; the fifth person has no sign of their own."""
    shifts = [planned(person, day) for person in range(5) for day in range(2)]
    died = FIRST + DAY + 5 * HOUR
    signs = {
        f"P{person}": signs_of(
            [
                record
                for day in range(2)
                for record in ordinary(person, FIRST + day * DAY)
                if record[0] != Sign.POSITIONING or record[1] < died
            ]
        )
        for person in range(4)
    }
    readers = Readers(shifts, signs, FIGURES)
    now = FIRST + DAY + (LONG_H + 1) * HOUR
    alive = readers.alive("P4", FIRST + DAY, 2 * LONG_H, now)[WATCHED.index(Sign.POSITIONING)]
    assert ((alive >= 0.0) & (alive <= 1.0)).all()
    assert alive[:8].min() > 0.9
    assert alive[14:].max() < 0.1
    gate = readers.alive("P4", FIRST + DAY, 2 * LONG_H, now)[WATCHED.index(Sign.GATE)]
    assert gate.min() > 0.9


def test_companions_are_mutual_and_strangers_are_not() -> None:
    signs = {f"P{person}": signs_of(ordinary(person, FIRST)) for person in range(3)}
    signs["P3"] = signs_of([(sign, ts + 3000, value + 0.4) for sign, ts, value in ordinary(0, FIRST) if sign == Sign.POSITIONING])
    end = FIRST + LONG_H * HOUR
    assert companion(planned(3), signs, FIGURES, end) == "P0"
    assert companion(planned(0), signs, FIGURES, end) == "P3"
    assert companion(planned(1), signs, FIGURES, end) is None


def test_two_cards_that_lie_are_no_walk() -> None:
    lies = [(Sign.POSITIONING, FIRST + step * 30 * MINUTE, 90.0 + step % 2) for step in range(20)]
    signs = {"P0": signs_of(lies), "P1": signs_of(lies)}
    assert companion(planned(0), signs, FIGURES, FIRST + LONG_H * HOUR) is None


def test_stand_in_is_of_the_post_off_duty_and_there_for_long() -> None:
    roster = [planned(0), planned(1, 1), planned(2, 1, "management"), planned(3)]
    whole, short = signs_of(ordinary(1, FIRST)), signs_of(ordinary(1, FIRST, until_h=2.0))
    end = FIRST + LONG_H * HOUR
    assert stand_in(planned(0), roster, {"P1": whole}, FIGURES, end) == "P1"
    assert stand_in(planned(0), roster, {"P1": short}, FIGURES, end) is None
    assert stand_in(planned(0), roster, {"P2": whole}, FIGURES, end) is None  # of another post
    assert stand_in(planned(0), roster, {"P3": whole}, FIGURES, end) is None  # on duty anyway
