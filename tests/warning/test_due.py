"""What time has to do with alarms is found by one statement: what an act would change is due, and calm costs little."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from tests.warning.district import NOW, detection
from tocsin.jurisdiction.people.models import User
from tocsin.sensing.devices.models import Sensor
from tocsin.warning.alarms.loops import KEPT, keep_clocks
from tocsin.warning.alarms.models import Alarm
from tocsin.warning.alarms.rules.inhibition import FLOOD
from tocsin.warning.alarms.rules.states import AlarmState
from tocsin.warning.alarms.services.detections import apply_detections
from tocsin.warning.alarms.services.due import due_now

pytestmark = pytest.mark.django_db

SOON, LATER = NOW + timedelta(minutes=1), NOW + timedelta(minutes=2)


def _shelved(alarm: Alarm, officer: User) -> None:
    values = {"state": AlarmState.SHELVED, "beneath": AlarmState.ACTIVE_UNACKNOWLEDGED, "shelved_until": SOON}
    Alarm.objects.filter(pk=alarm.pk).update(**values)


def _switched_off(alarm: Alarm, officer: User) -> None:
    Sensor.objects.filter(pk=alarm.sensor_id).update(enabled=False)


def _out_until(alarm: Alarm, officer: User) -> None:
    values = {"state": AlarmState.OUT_OF_SERVICE, "beneath": AlarmState.ACTIVE_UNACKNOWLEDGED, "suppressed_until": SOON}
    Alarm.objects.filter(pk=alarm.pk).update(**values)


def _out_until_and_off(alarm: Alarm, officer: User) -> None:
    _switched_off(alarm, officer)
    _out_until(alarm, officer)


def _suppressed(alarm: Alarm, officer: User) -> None:
    values = {"state": AlarmState.SUPPRESSED, "beneath": AlarmState.ACTIVE_UNACKNOWLEDGED, "suppressed_until": SOON}
    Alarm.objects.filter(pk=alarm.pk).update(**values)


def _with(**values: Any) -> Callable[[Alarm, User], None]:
    def prepare(alarm: Alarm, officer: User) -> None:
        Alarm.objects.filter(pk=alarm.pk).update(**values)

    return prepare


SITUATIONS: list[tuple[str, Callable[[Alarm, User], None], set[str]]] = [
    ("nothing", _with(), set()),
    ("a shelf ends", _shelved, {"shelf_over"}),
    ("a sensor is switched off", _switched_off, {"service"}),
    ("back by the end that was set", _out_until, {"service"}),
    ("the end that was set, of a sensor that is off", _out_until_and_off, {"service"}),
    ("a suppression ends", _suppressed, {"suppression_over"}),
    ("a set level ends", _with(level_held=True, level_held_until=SOON), {"level_is_free"}),
    ("nobody confirms", _with(rises_at=SOON), {"rises"}),
    ("nothing follows", _with(state=AlarmState.ACTIVE_ACKNOWLEDGED, rises_at=None, lapses_at=SOON), {"lapses"}),
    ("a doubt", _with(doubt="calibration"), {"doubted"}),
    ("flapping", _with(flapping_since=NOW - timedelta(days=1)), {"calms"}),
    ("a flood's summary", _with(rule=FLOOD), {"calms"}),
]


@pytest.mark.parametrize(("words", "prepare", "due"), SITUATIONS, ids=[one[0] for one in SITUATIONS])
def test_what_an_act_would_change_is_due(
    words: str, prepare: Callable[[Alarm, User], None], due: set[str], district: list[int], officer: User
) -> None:
    """The acts that are looked for do the same as all of them one after the other do."""
    apply_detections(detections=[detection()], now=NOW)
    Alarm.objects.update(rises_at=None)
    prepare(Alarm.objects.get(), officer)
    keep_clocks(now=NOW)  # what is switched off goes at once, what has an end does not yet
    if due - {"service", "doubted", "calms"}:
        assert not due_now(SOON - timedelta(seconds=1)), words
        assert due_now(LATER) == due
    after = [_rows_after(act, LATER) for act in (keep_clocks, _all_of_them)]
    assert after[0] == after[1]


def _all_of_them(*, now: datetime) -> None:
    for _name, act in KEPT:
        act(now=now)


def _rows_after(act: Callable[..., object], now: datetime) -> list[dict[str, Any]]:
    with transaction.atomic():
        act(now=now)
        rows = list(Alarm.objects.order_by("id").values())
        transaction.set_rollback(True)
    return rows


def test_a_calm_look_begins_nothing(district: list[int], officer: User) -> None:
    apply_detections(detections=[detection()], now=NOW)
    Sensor.objects.update(health="good")
    with CaptureQueriesContext(connection) as asked:
        assert keep_clocks(now=NOW) == 0
    assert [one["sql"].partition(" ")[0] for one in asked] == ["SELECT"] * 3
