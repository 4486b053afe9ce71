"""What people read: measured values in titles, figures in reasons, the caution before everything else."""

from datetime import UTC, datetime

from tocsin.engine.detection.detections import FIGURES, KINDS
from tocsin.screens import words
from tocsin.warning.alarms.models import Alarm
from tocsin.warning.alarms.rules.states import AlarmState
from tocsin.warning.alarms.shown import sentences


def alarm(**fields: object) -> Alarm:
    at = datetime(2026, 1, 3, tzinfo=UTC)
    plain: dict[str, object] = {
        "rule": "high", "quantity": "methane", "state": AlarmState.ACTIVE_UNACKNOWLEDGED, "value": 27.04, "limit": 25.0,
        "figures": {}, "level": 2, "count": 1, "raised_at": at, "updated_at": at,
    }  # fmt: skip
    return Alarm(**{**plain, **fields})


def test_a_title_says_what_was_measured() -> None:
    assert sentences.alarm_title(alarm()) == "Combustible gas 27 %LEL"
    assert sentences.alarm_title(alarm(rule="low", quantity="oxygen", value=17.25)) == "Oxygen low, 17.2 %vol"
    assert "unknown" in sentences.alarm_title(alarm(unknown=True))


def test_no_title_names_a_cause() -> None:
    for rule in KINDS:
        for quantity in words.QUANTITY_NAMES:
            assert "leak" not in sentences.alarm_title(alarm(rule=rule, quantity=quantity)).lower()


def test_every_alarm_rule_has_title_and_reason_with_all_figures() -> None:
    for rule, kind in KINDS.items():
        if kind == "alarm":
            figures = dict.fromkeys([name for name in FIGURES[rule] if name], 12.5)
            reasons = sentences.alarm_reasons(alarm(rule=rule, figures=figures))
            assert reasons, rule
            assert "–" not in reasons[0], (rule, reasons)
            assert rule in sentences.TITLES


def test_reasons_tell_figures() -> None:
    figures = {"limit": 20.0, "clear": 16.0, "readings": 2.0, "held_s": 0.0}
    assert sentences.alarm_reasons(alarm(figures=figures, count=3)) == [
        "Measured 27 %LEL, at or above the limit of 25 %LEL.",
        "It held for 2 readings in a row.",
        "The condition was met 3 times while the alarm was open.",
    ]


def test_gas_in_a_well_is_handled_as_a_leak_until_measurement_excludes_it() -> None:
    assert sentences.guidance("methane", "manhole")[0] == "Until measurement excludes it, handle this as a gas leak."
    assert sentences.guidance("pressure", "manhole") == []


def test_every_act_has_a_sentence() -> None:
    said = sentences.entry_sentence("level_set", quantity="methane", level=4, value=None, text="crew sees steam")
    assert said == "Level set to level 1 (red): crew sees steam"
    for act in sentences.ACTS:
        assert sentences.entry_sentence(act, quantity="methane", level=2, value=3.0)
