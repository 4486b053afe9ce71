"""Whether somebody is on post: what signs prove, what they do not, and how they lie."""

from datetime import date

import pytest

from tests.engine.duty.crew import DAY, FIRST, HOUR, LICENCE, MINUTE, Change, Record, judged, nothing, ordinary
from tocsin.engine.duty.shift import Certificate, DutyState, Sign

WHO = (2, 2)  # the person and the day looked at


def unanswered(start: int) -> list[Record]:
    return [(Sign.ROLL_CALL, start + hour * HOUR, -1.0) for hour in (3, 6)]


def stayed_out(person: int, start: int) -> list[Record]:
    """Calls without an answer, the phone far away."""
    return unanswered(start) + [(Sign.PHONE_LOCATION, start + hour * HOUR, 27.0 + hour / 10) for hour in (1, 4, 7)]


def phone_at_home(person: int, start: int) -> list[Record]:
    own = [record for record in ordinary(person, start) if record[0] != Sign.PHONE_LOCATION]
    return own + [(Sign.PHONE_LOCATION, start + hour * HOUR, 8.0 + hour / 50) for hour in (1, 4, 7)]


def left_after(hours: float) -> Change:
    def change(person: int, start: int) -> list[Record]:
        far = [(Sign.PHONE_LOCATION, start + int(hours * HOUR) + HOUR * step, 14.0) for step in (1, 2)]
        missed = [(Sign.ROLL_CALL, start + int(9.5 * HOUR), -1.0)]
        return ordinary(person, start, until_h=hours) + far + missed

    return change


def came_after(hours: float) -> Change:
    def change(person: int, start: int) -> list[Record]:
        return [*ordinary(person, start, from_h=hours), (Sign.ROLL_CALL, start + HOUR, -1.0)]

    return change


def card_lies(person: int, start: int) -> list[Record]:
    """In the plant: the gate, the card 120 m away, still; nothing answered, no face at the post."""
    own = [record for record in ordinary(person, start) if record[0] == Sign.GATE]
    lies = [(Sign.POSITIONING, start + step * 30 * MINUTE, 120.0 + (step % 3)) for step in range(20)]
    return own + lies + unanswered(start) + [(Sign.PHONE_LOCATION, start + 4 * HOUR, 0.3)]


def card_with_colleague(person: int, start: int) -> list[Record]:
    """The card walks where the card of person 0 walks."""
    walk = [
        (sign, ts + 4_000, value + 0.6)
        for sign, ts, value in ordinary(0, start)
        if sign in (Sign.POSITIONING, Sign.GATE)
    ]  # fmt: skip
    return walk + unanswered(start)


def silent_card(person: int, start: int) -> list[Record]:
    return [record for record in ordinary(person, start) if record[0] != Sign.POSITIONING]


def only_calls_missed(person: int, start: int) -> list[Record]:
    own = [record for record in ordinary(person, start) if record[0] in (Sign.POSITIONING, Sign.GATE)]
    return own + unanswered(start)


@pytest.mark.parametrize(
    ("case", "change", "state"),
    [
        ("ordinary", ordinary, DutyState.ON_POST),
        ("stays out", stayed_out, DutyState.ABSENT),
        ("no sign at all, everybody else has", nothing, DutyState.ABSENT),
        ("phone at home", phone_at_home, DutyState.ON_POST),
        ("goes after 3 of 10 hours", left_after(3.0), DutyState.ABSENT),
        ("goes after 7.5 of 10 hours", left_after(7.5), DutyState.ON_POST),
        ("comes after 2 of 10 hours", came_after(2.0), DutyState.ON_POST),
        ("comes after 7 of 10 hours", came_after(7.0), DutyState.ABSENT),
        ("in the plant, answers nothing", card_lies, DutyState.NOT_REACHABLE),
        ("a colleague carries the card", card_with_colleague, DutyState.ABSENT),
        ("card silent", silent_card, DutyState.ON_POST),
    ],
)
def test_table(case: str, change: Change, state: DutyState) -> None:
    verdict = judged({WHO: change})[WHO]
    assert verdict.state is state, (case, verdict)
    assert (verdict.p_present > 0.5) == (state is DutyState.ON_POST)


def test_the_others_are_not_touched() -> None:
    verdicts = judged({WHO: stayed_out})
    assert {one.state for key, one in verdicts.items() if key != WHO} == {DutyState.ON_POST}


def test_everything_dead_is_unknown() -> None:
    verdicts = judged({(person, 2): nothing for person in range(5)}, days=4)
    assert {verdicts[person, 2].state for person in range(5)} == {DutyState.UNKNOWN}
    assert {verdicts[person, 3].state for person in range(5)} == {DutyState.ON_POST}


def test_dead_positioning_accuses_nobody() -> None:
    verdicts = judged({(person, day): silent_card for person in range(5) for day in (1, 2)})
    assert {one.state for one in verdicts.values()} == {DutyState.ON_POST}


def test_one_kind_of_sign_is_not_enough() -> None:
    """Only roll calls speak against presence: that may be a mute terminal."""
    others = [Sign.CAMERA_MATCH, Sign.PHONE_LOCATION, Sign.TERMINAL_LOGIN, Sign.PERMIT_SIGNATURE]
    verdict = judged({WHO: only_calls_missed}, dropped=others)[WHO]
    assert verdict.state is not DutyState.ABSENT
    assert sum(vote < -0.6 for _, vote in verdict.votes) <= 1


def test_absence_names_two_kinds() -> None:
    verdict = judged({WHO: stayed_out})[WHO]
    assert sum(vote < -0.6 for _, vote in verdict.votes) >= 2


def test_card_in_company_is_told() -> None:
    assert dict(judged({WHO: card_with_colleague})[WHO].votes)["company"] < 0.0
    assert judged({WHO: card_with_colleague})[0, 2].state is DutyState.ON_POST


def test_a_broken_card_is_learnt() -> None:
    """The person's card has been silent for days: later shifts hold it less against the person than the first one."""
    changes: dict[tuple[int, int], Change] = {(2, day): silent_card for day in range(1, 6)}
    verdicts = judged(changes, days=6)
    first, last = (dict(verdicts[2, day].votes).get("positioning", 0.0) for day in (1, 5))
    assert last > first or first == 0.0
    assert verdicts[2, 5].state is DutyState.ON_POST


LATE = (Certificate(LICENCE, date(2023, 1, 1), date(2026, 3, 3), "valid"),)


def test_certificate_ends_between_two_shifts() -> None:
    verdicts = judged({}, certificates=LATE)
    assert [verdicts[0, day].state for day in range(3)] == [DutyState.ON_POST, DutyState.ON_POST, DutyState.NOT_FIT]
    assert verdicts[0, 2].p_present > 0.9


def test_absent_without_certificate_is_absent() -> None:
    assert judged({WHO: stayed_out}, certificates=())[WHO].state is DutyState.ABSENT


def test_leave_is_not_asked_about() -> None:
    verdicts = judged({WHO: nothing}, leave=(WHO,))
    assert WHO not in verdicts
    assert len(verdicts) == 14


def test_colleague_in_stead_does_not_make_present() -> None:
    """An unannounced swap: the colleague's own card is at the post, the planned person's phone is far."""

    def swapped(person: int, start: int) -> list[Record]:
        strange = [(Sign.CAMERA_MATCH, start + 2 * HOUR, 0.3), (Sign.TERMINAL_LOGIN, start + 4 * MINUTE, 1.0)]
        return stayed_out(person, start) + strange

    assert judged({WHO: swapped})[WHO].state is DutyState.ABSENT


@pytest.mark.parametrize(
    ("case", "change", "hours", "state"),
    [
        ("there, four hours in", ordinary, 4.0, DutyState.ON_POST),
        ("there, an hour in", ordinary, 1.1, DutyState.ON_POST),
        ("out, five hours in", stayed_out, 5.0, DutyState.ABSENT),
        ("in the plant, five hours in", card_lies, 6.5, DutyState.NOT_REACHABLE),
    ],
)
def test_a_running_shift_is_judged_by_what_has_passed(case: str, change: Change, hours: float, state: DutyState) -> None:
    now = FIRST + 2 * DAY + int(hours * HOUR)
    verdicts = judged({WHO: change}, days=4, now_ms=now)
    assert verdicts[WHO].state is state, (case, verdicts[WHO])
    assert all(day < 3 for _, day in verdicts)
    later = judged({WHO: change}, days=3, now_ms=now)
    assert later == verdicts


def test_at_the_begin_nobody_is_accused() -> None:
    """Ten minutes in, somebody without a sign may be at the gate."""
    verdict = judged({WHO: nothing}, now_ms=FIRST + 2 * DAY + 10 * MINUTE)[WHO]
    assert verdict.state is not DutyState.ABSENT


def test_a_firm_without_any_sign_accuses_nobody() -> None:
    verdicts = judged({(person, day): nothing for person in range(5) for day in range(3)})
    assert {one.state for one in verdicts.values()} == {DutyState.UNKNOWN}


def test_alone_and_silent_is_not_proved_absent() -> None:
    """Nobody else is planned who could show that the readers were alive."""
    verdicts = judged({(0, 1): nothing}, people=1)
    assert verdicts[0, 1].state is not DutyState.ABSENT
