"""Gaps in the cover of posts: what is found equals what a walk minute by minute finds."""

from datetime import UTC, date, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from tocsin.engine.duty.holes import Hole, RequiredPost, Why, holes
from tocsin.engine.duty.shift import Certificate, PlannedShift

HOUR = 3_600_000
START = int(datetime(2026, 3, 1, 16, tzinfo=UTC).timestamp()) * 1000  # midnight in UTC+8
LEADERS = frozenset({"principal", "shift_leader"})


def shift(person: str, begin_h: float, end_h: float, *, role: str = "shift_leader", leave: bool = False) -> PlannedShift:
    return PlannedShift(person, role, "control room", START + int(begin_h * HOUR), START + int(end_h * HOUR), leave)


def required(begin_h: float, end_h: float, number: int = 1) -> RequiredPost:
    return RequiredPost("leader_on_site", LEADERS, number, ((START + int(begin_h * HOUR), START + int(end_h * HOUR)),))


def hours(found: list[Hole]) -> list[tuple[float, float, int, tuple[tuple[str, Why], ...]]]:
    return [((one.start_ms - START) / HOUR, (one.end_ms - START) / HOUR, one.missing, one.why) for one in found]


def test_covered_day_has_no_hole() -> None:
    roster = [shift("a", 0, 12), shift("b", 12, 24)]
    assert holes([required(0, 24)], roster, {}, {}, START, START + 24 * HOUR) == []


def test_nobody_planned_is_one_hole_without_reasons() -> None:
    assert hours(holes([required(8, 40)], [], {}, {}, START, START + 48 * HOUR)) == [(8.0, 40.0, 1, ())]


def test_leave_and_swap() -> None:
    roster = [shift("a", 0, 12, leave=True), shift("b", 4, 12)]
    assert hours(holes([required(0, 12)], roster, {}, {}, START, START + 12 * HOUR)) == [(0.0, 4.0, 1, (("a", Why.ON_LEAVE),))]


def test_certificate_that_ends_in_the_night_opens_a_hole_at_midnight() -> None:
    papers = {"a": [Certificate("licence", date(2023, 3, 2), date(2026, 3, 2), "valid")]}
    found = holes([required(0, 48)], [shift("a", 20, 32)], {"a": "licence"}, papers, START + 20 * HOUR, START + 32 * HOUR)
    assert hours(found) == [(24.0, 32.0, 1, (("a", Why.CERTIFICATE_EXPIRED),))]


def test_somebody_of_another_role_does_not_count() -> None:
    roster = [shift("a", 0, 12, role="duty_technician")]
    assert hours(holes([required(0, 12)], roster, {}, {}, START, START + 12 * HOUR)) == [(0.0, 12.0, 1, ())]


def test_two_wanted_one_there() -> None:
    roster = [shift("a", 0, 8), shift("a", 0, 12)]  # one person counts once
    assert hours(holes([required(0, 12, 2)], roster, {}, {}, START, START + 12 * HOUR)) == [(0.0, 12.0, 1, ())]


SHIFTS = st.lists(
    st.tuples(st.sampled_from("abcd"), st.integers(0, 47), st.integers(1, 20), st.booleans()).map(
        lambda row: shift(row[0], row[1], row[1] + row[2], leave=row[3])
    ),
    max_size=8,
)


@given(SHIFTS, st.integers(1, 2), st.integers(0, 30), st.integers(1, 30))
@settings(max_examples=60, deadline=None)
def test_same_as_hour_by_hour(roster: list[PlannedShift], number: int, begin: int, length: int) -> None:
    end = min(begin + length, 48)
    found = holes([required(begin, end, number)], roster, {}, {}, START, START + 48 * HOUR)
    missing = {}
    for hour in range(begin, end):
        ts = START + hour * HOUR
        there = {one.person for one in roster if not one.leave and one.start_ms <= ts < one.end_ms}
        if len(there) < number:
            missing[hour] = number - len(there)
    told = {hour: one.missing for one in found for hour in range((one.start_ms - START) // HOUR, (one.end_ms - START) // HOUR)}
    assert told == missing
    assert all(one.start_ms < one.end_ms for one in found)
