"""The table of states: every state meets every act, and the outcome is named."""

import pytest

from tocsin.base.levels import AlarmLevel
from tocsin.warning.alarms.rules.states import (
    Act,
    AlarmState,
    Refused,
    Standing,
    health_of,
    is_late,
    level_after,
    rings,
    transition,
)

AU, AA = AlarmState.ACTIVE_UNACKNOWLEDGED, AlarmState.ACTIVE_ACKNOWLEDGED
RU, LA, NO = AlarmState.RETURNED_UNACKNOWLEDGED, AlarmState.LATCHED, AlarmState.NORMAL
SH, SU, OUT = AlarmState.SHELVED, AlarmState.SUPPRESSED, AlarmState.OUT_OF_SERVICE
STAND_STILL = {Refused.NO_ALARM, Refused.SET_ASIDE, Refused.NOT_SET_ASIDE_SO}

# name, state, act, latching rule?, state afterwards or the refusal
TABLE = [
    ("a condition raises an alarm", NO, Act.RAISE, True, AU),
    ("a repeat of an alarm nobody took rings on", AU, Act.RAISE, True, AU),
    ("a repeat of a taken alarm stays taken", AA, Act.RAISE, True, AA),
    ("a condition that comes back rings again", RU, Act.RAISE, True, AU),
    ("a latched alarm rings again", LA, Act.RAISE, True, AU),
    ("nothing to clear", NO, Act.CLEAR, True, NO),
    ("a condition goes before anybody saw it", AU, Act.CLEAR, True, RU),
    ("the same without latch: it must still be seen", AU, Act.CLEAR, False, RU),
    ("a taken alarm of a toxic gas latches", AA, Act.CLEAR, True, LA),
    ("a taken alarm of another quantity ends", AA, Act.CLEAR, False, NO),
    ("a second clear changes nothing", RU, Act.CLEAR, True, RU),
    ("a clear of a latched alarm changes nothing", LA, Act.CLEAR, True, LA),
    ("a higher level is an alarm by itself", NO, Act.ESCALATE, True, AU),
    ("a higher level rings on", AU, Act.ESCALATE, True, AU),
    ("a higher level than the one taken rings again", AA, Act.ESCALATE, True, AU),
    ("a higher level after the return rings again", RU, Act.ESCALATE, True, AU),
    ("a higher level after latching rings again", LA, Act.ESCALATE, False, AU),
    ("nothing to acknowledge", NO, Act.ACKNOWLEDGE, True, Refused.NO_ALARM),
    ("a person takes an alarm", AU, Act.ACKNOWLEDGE, True, AA),
    ("it is taken once", AA, Act.ACKNOWLEDGE, True, Refused.ALREADY_ACKNOWLEDGED),
    ("a returned alarm of a toxic gas, taken, latches", RU, Act.ACKNOWLEDGE, True, LA),
    ("a returned alarm of another quantity, taken, ends", RU, Act.ACKNOWLEDGE, False, NO),
    ("a latched alarm has been taken", LA, Act.ACKNOWLEDGE, True, Refused.ALREADY_ACKNOWLEDGED),
    ("nothing to reset", NO, Act.RESET, True, Refused.NO_ALARM),
    ("no reset while the gas is there", AU, Act.RESET, True, Refused.STILL_ACTIVE),
    ("no reset while the gas is there, taken or not", AA, Act.RESET, True, Refused.STILL_ACTIVE),
    ("no reset before somebody took it", RU, Act.RESET, True, Refused.NOT_ACKNOWLEDGED),
    ("a person resets a latched alarm", LA, Act.RESET, True, NO),
]


@pytest.mark.parametrize(("state", "act", "latching", "expected"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE])
def test_plain_states(state: AlarmState, act: Act, latching: bool, expected: AlarmState | Refused) -> None:
    after = transition(Standing(state), act, latching=latching)
    assert (after if isinstance(after, Refused) else after.state) == expected


def test_the_table_is_complete() -> None:
    plain = (NO, AU, AA, RU, LA)
    acts = (Act.RAISE, Act.CLEAR, Act.ESCALATE, Act.ACKNOWLEDGE, Act.RESET)
    assert {(row[1], row[2]) for row in TABLE} == {(state, act) for state in plain for act in acts}


# name, (state, beneath), act, (state, beneath) afterwards or the refusal
ASIDE = [
    ("an active alarm is shelved", (AU, None), Act.SHELVE, (SH, AU)),
    ("a taken alarm is shelved", (AA, None), Act.SHELVE, (SH, AA)),
    ("nothing to shelve", (NO, None), Act.SHELVE, Refused.NO_ALARM),
    ("shelved once", (SH, AU), Act.SHELVE, Refused.SET_ASIDE),
    ("a taken alarm comes back untaken", (SH, AA), Act.UNSHELVE, (AU, None)),
    ("a returned alarm comes back returned", (SH, RU), Act.UNSHELVE, (RU, None)),
    ("a latched alarm comes back latched", (SH, LA), Act.UNSHELVE, (LA, None)),
    ("an alarm that ended beneath is over", (SH, NO), Act.UNSHELVE, (NO, None)),
    ("only what is shelved can be unshelved", (AU, None), Act.UNSHELVE, Refused.NOT_SET_ASIDE_SO),
    ("suppression does not end by unshelving", (SU, AU), Act.UNSHELVE, Refused.NOT_SET_ASIDE_SO),
    ("the gas goes on the shelf", (SH, AU), Act.CLEAR, (SH, RU)),
    ("the gas comes back on the shelf, silently", (SH, RU), Act.RAISE, (SH, AU)),
    ("it ends and begins on the shelf", (SH, NO), Act.RAISE, (SH, AU)),
    ("a level above the highest so far breaks the shelf", (SH, AA), Act.ESCALATE, (AU, None)),
    ("it does not break a suppression by design", (SU, AA), Act.ESCALATE, (SU, AU)),
    ("nor what is out of service", (OUT, AA), Act.ESCALATE, (OUT, AU)),
    ("no acknowledgement on the shelf", (SH, AU), Act.ACKNOWLEDGE, Refused.SET_ASIDE),
    ("no reset on the shelf", (SH, LA), Act.RESET, Refused.SET_ASIDE),
    ("suppression by design wins over the shelf", (SH, AU), Act.SUPPRESS, (SU, AU)),
    ("out of service wins over suppression", (SU, RU), Act.TAKE_OUT_OF_SERVICE, (OUT, RU)),
    ("a shelf does not win over out of service", (OUT, AU), Act.SHELVE, Refused.SET_ASIDE),
    ("suppression ends", (SU, AU), Act.UNSUPPRESS, (AU, None)),
    ("back in service", (OUT, AA), Act.RETURN_TO_SERVICE, (AU, None)),
]


@pytest.mark.parametrize(("before", "act", "expected"), [row[1:] for row in ASIDE], ids=[row[0] for row in ASIDE])
def test_states_set_aside(before: tuple[AlarmState, AlarmState | None], act: Act, expected: object) -> None:
    after = transition(Standing(*before), act, latching=True)
    assert (after if isinstance(after, Refused) else (after.state, after.beneath)) == expected


def test_every_standing_meets_every_act_without_an_error() -> None:
    plain = (NO, AU, AA, RU, LA)
    standings = [Standing(state) for state in plain] + [Standing(aside, state) for aside in (SH, SU, OUT) for state in plain]
    for standing in standings:
        for act in Act:
            for latching in (True, False):
                after = transition(standing, act, latching=latching)
                if isinstance(after, Standing):
                    assert (after.beneath is not None) == (after.state in (SH, SU, OUT))


def test_levels() -> None:
    assert level_after(AlarmLevel.RED, AlarmLevel.YELLOW, held=False) == AlarmLevel.YELLOW
    assert level_after(AlarmLevel.RED, AlarmLevel.YELLOW, held=True) == AlarmLevel.RED
    assert level_after(AlarmLevel.YELLOW, AlarmLevel.RED, held=True) == AlarmLevel.RED


def test_what_rings() -> None:
    assert rings(AU, AlarmLevel.RED, late=False)
    assert not rings(AU, AlarmLevel.YELLOW, late=False)
    assert not rings(AA, AlarmLevel.RED, late=False)
    assert not rings(AU, AlarmLevel.RED, late=True)


@pytest.mark.parametrize(
    ("age_ms", "speed", "late"), [(0, 1, False), (15 * 60_000, 1, False), (15 * 60_001, 1, True), (20 * 60_000, 60, False)]
)
def test_news_from_the_past(age_ms: int, speed: float, late: bool) -> None:
    assert is_late(1_000_000_000_000 - age_ms, 1_000_000_000_000, speed=speed) is late


def test_health_is_the_worst_finding() -> None:
    assert health_of([]) == "good"
    assert health_of(["stuck", "range"]) == "out_of_range"
    assert health_of({"noise", "stuck"}) == "stuck"
