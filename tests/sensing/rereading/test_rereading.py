"""What was mended is read again: every reading once, whoever dies and whoever else presses; what is left has its new reason."""

import dataclasses
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.people import LICANG, SHINAN, make_person
from tests.sensing.rereading.asides import NOW, add_channel, keep, register, unread
from tocsin.base.errors import Conflict, InvalidInput
from tocsin.base.time import ms_from_datetime
from tocsin.engine.columns import Readings
from tocsin.jurisdiction.people.models import User
from tocsin.jurisdiction.rights.models import Grant
from tocsin.records.audit.models import AuditEntry
from tocsin.sensing.devices.models import Device
from tocsin.sensing.doors.rules.payload import Columns
from tocsin.sensing.doors.rules.unread import pairs
from tocsin.sensing.history.queries.table import History
from tocsin.sensing.quarantine.models import KeptMessage, KeptRoom
from tocsin.sensing.quarantine.rules import Reason
from tocsin.sensing.rereading.models import Rereading, RereadingBatch
from tocsin.sensing.rereading.queries import Choice
from tocsin.sensing.rereading.services import reading
from tocsin.sensing.rereading.services.asking import ask_to_reread, discard, try_reading
from tocsin.sensing.rereading.services.reading import finish_batch, next_batch

pytestmark = pytest.mark.django_db

ALL = Choice()


@pytest.fixture
def keeper() -> User:
    register("well-1", "well-2")
    return make_person("rule_engineer", LICANG)


def run() -> Readings:
    """What the worker brings into the log until nothing is left."""
    log = []
    while (batch := next_batch(now=NOW)) is not None:
        if batch.logged:
            log.append(batch.readings)
        finish_batch(batch.id)
    return Readings.concatenate(log)


def rows(readings: Readings) -> list[tuple[int, int, float]]:
    return sorted(zip(readings.sensor.tolist(), readings.ts.tolist(), readings.value.tolist(), strict=True))


def ms(minutes: int) -> int:
    return ms_from_datetime(NOW - timedelta(minutes=minutes))


def test_what_was_mended_is_read_at_the_time_of_its_arrival(keeper: User) -> None:
    keep(*(unread("well-1", {"wind": number}, minutes=number) for number in (30, 20, 10)))
    keep(unread("well-1", b"no JSON", minutes=5, reason=Reason.UNREADABLE))
    before = try_reading(actor=keeper, choice=ALL, now=NOW)
    assert (before.tried, before.whole, before.unread, before.readings) == (4, 0, 4, 0)
    wind = add_channel("well-1", "wind")
    dry = try_reading(actor=keeper, choice=ALL, now=NOW)
    assert (dry.tried, dry.whole, dry.unread, dry.readings, dry.reasons) == (4, 3, 1, 3, {"unreadable": 1})
    assert KeptMessage.objects.count() == 4
    asked = ask_to_reread(actor=keeper, choice=ALL, now=NOW)
    assert rows(run()) == [(wind, ms(30), 30.0), (wind, ms(20), 20.0), (wind, ms(10), 10.0)]
    asked.refresh_from_db()
    assert (asked.state, asked.found, asked.tried, asked.whole, asked.partly, asked.unread) == ("ended", 4, 4, 3, 0, 1)
    assert (asked.readings, asked.imported, asked.region_code) == (3, 0, LICANG)
    (left,) = KeptMessage.objects.all()
    assert (left.reason, left.tried_at) == (Reason.UNREADABLE, NOW)
    room = KeptRoom.objects.get(device__code="well-1")
    assert (room.messages, room.size, room.dropped) == (1, left.size, 0)
    assert rows(run()) == []
    entry = AuditEntry.objects.get(action="quarantine.reread")
    assert (entry.actor_id, entry.region_code, entry.details["messages"]) == (keeper.pk, LICANG, 4)


def test_a_part_that_is_read_is_not_read_again(keeper: User) -> None:
    taken = Columns()
    taken.sensor.append(0)
    taken.ts.append(ms(10))
    keep(unread("well-1", {"methane": 1, "wind": 2, "rain": 3}, minutes=10, taken=pairs(taken)))
    wind = add_channel("well-1", "wind")
    ask_to_reread(actor=keeper, choice=ALL, now=NOW)
    assert rows(run()) == [(wind, ms(10), 2.0)]
    (left,) = KeptMessage.objects.all()
    assert (left.reason, len(left.taken)) == (Reason.UNKNOWN_CHANNEL, 24)
    assert KeptRoom.objects.get(device__code="well-1").size == left.size == len(left.content) + 24
    rain = add_channel("well-1", "rain")
    ask_to_reread(actor=keeper, choice=ALL, now=NOW)
    assert rows(run()) == [(rain, ms(10), 3.0)]
    assert not KeptMessage.objects.exists()


def test_who_dies_after_the_transaction_leaves_the_same_batch(keeper: User) -> None:
    keep(*(unread("well-1", {"wind": number}, minutes=number) for number in (30, 20)))
    add_channel("well-1", "wind")
    ask_to_reread(actor=keeper, choice=ALL, now=NOW)
    first = next_batch(now=NOW)
    assert first is not None
    again = next_batch(now=NOW + timedelta(hours=3))
    assert again == first
    assert not KeptMessage.objects.exists()
    finish_batch(first.id)
    finish_batch(first.id)
    assert next_batch(now=NOW) is None
    assert not RereadingBatch.objects.exists()


def test_two_people_who_press_at_once_get_each_message_once(keeper: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "BATCH", 2)
    other = make_person("system_administrator", LICANG)
    Grant.objects.create(user=other, role="rule_engineer", region_code=LICANG)
    keep(*(unread("well-1", {"wind": number}, minutes=number) for number in range(5)))
    wind = add_channel("well-1", "wind")
    for person in (keeper, other):
        ask_to_reread(actor=person, choice=ALL, now=NOW)
    with pytest.raises(Conflict):
        ask_to_reread(actor=keeper, choice=ALL, now=NOW)
    assert rows(run()) == [(wind, ms(number), float(number)) for number in reversed(range(5))]
    assert sorted(Rereading.objects.values_list("found", "tried")) == [(5, 0), (5, 5)]


def test_old_readings_only_go_into_the_history(keeper: User, settings: Any, tmp_path: Path) -> None:
    settings.CONFIGURATION = dataclasses.replace(settings.CONFIGURATION, data=tmp_path)
    old, new = NOW - timedelta(days=200), NOW - timedelta(days=3)
    keep(unread("well-1", {"methane": 7}, minutes=60, reason=Reason.TIME_TOO_OLD, ts=old))
    keep(unread("well-1", {"methane": 8}, minutes=50, reason=Reason.TIME_TOO_OLD, ts=new))
    keep(unread("well-1", {"methane": 9}, minutes=40, reason=Reason.TIME_TOO_OLD, ts=NOW - timedelta(days=4_000)))
    dry = try_reading(actor=keeper, choice=ALL, now=NOW)
    assert (dry.whole, dry.readings, dry.imported, dry.reasons) == (2, 1, 1, {"time_too_old": 1})
    ask_to_reread(actor=keeper, choice=Choice(reason="time_too_old"), now=NOW)
    assert rows(run()) == [(0, ms_from_datetime(new), 8.0)]
    found = History(tmp_path / "history").read([0], 0, ms_from_datetime(NOW))
    assert rows(found) == [(0, ms_from_datetime(old), 7.0)]
    assert [one.reason for one in KeptMessage.objects.all()] == [Reason.TIME_TOO_OLD]


def test_a_time_that_lay_ahead_does_not_mend_itself(keeper: User) -> None:
    keep(unread("well-1", {"methane": 7}, minutes=60 * 24, reason=Reason.TIME_AHEAD, ts=NOW - timedelta(hours=23)))
    ask_to_reread(actor=keeper, choice=ALL, now=NOW)
    assert rows(run()) == []
    assert [one.reason for one in KeptMessage.objects.all()] == [Reason.TIME_AHEAD]


def test_a_disabled_device_is_told_as_such(keeper: User) -> None:
    keep(unread("well-1", {"methane": 7}, minutes=3))
    Device.objects.filter(code="well-1").update(enabled=False)
    ask_to_reread(actor=keeper, choice=ALL, now=NOW)
    assert rows(run()) == []
    assert [one.reason for one in KeptMessage.objects.all()] == [Reason.SENSOR_DISABLED]


def test_the_choice_is_one_device_one_reason_one_span(keeper: User) -> None:
    for code in ("well-1", "well-2"):
        keep(*(unread(code, {"methane": number}, minutes=number) for number in (30, 20, 10)))
    chosen = Choice("well-2", "unknown_channel", NOW - timedelta(minutes=25), NOW - timedelta(minutes=15))
    ask_to_reread(actor=keeper, choice=chosen, now=NOW)
    assert rows(run()) == [(1, ms(20), 20.0)]
    with pytest.raises(InvalidInput):
        ask_to_reread(actor=keeper, choice=Choice("well-2", "unreadable"), now=NOW)


def test_rights_are_those_of_now(keeper: User) -> None:
    stranger = make_person("rule_engineer", SHINAN)
    keep(unread("well-1", {"methane": 7}, minutes=3))
    with pytest.raises(InvalidInput):
        ask_to_reread(actor=stranger, choice=ALL, now=NOW)
    assert try_reading(actor=stranger, choice=ALL, now=NOW).tried == 0
    assert discard(actor=stranger, choice=Choice("well-1"), reason="mine") == 0
    ask_to_reread(actor=keeper, choice=ALL, now=NOW)
    Grant.objects.filter(user=keeper).delete()
    assert rows(run()) == []
    assert KeptMessage.objects.count() == 1


def test_thrown_away_is_thrown_away_with_a_reason(keeper: User) -> None:
    keep(*(unread("well-1", b"x", minutes=number) for number in range(3)), unread("well-2", b"y"))
    for choice, reason in ((Choice("well-1"), " "), (ALL, "noise")):
        with pytest.raises(InvalidInput):
            discard(actor=keeper, choice=choice, reason=reason)
    assert discard(actor=keeper, choice=Choice("well-1"), reason="noise of a test") == 3
    room = KeptRoom.objects.get(device__code="well-1")
    assert (room.messages, room.size, room.dropped) == (0, 0, 0)
    assert KeptMessage.objects.count() == 1
    entry = AuditEntry.objects.get(action="quarantine.discarded")
    assert (entry.details["messages"], entry.details["reason"]) == (3, "noise of a test")


def test_what_is_thrown_away_in_the_middle_brings_nothing(keeper: User, monkeypatch: pytest.MonkeyPatch) -> None:
    keep(unread("well-1", {"methane": 1}, minutes=2), unread("well-1", {"methane": 2}, minutes=1))
    ask_to_reread(actor=keeper, choice=ALL, now=NOW)
    decode = reading.read_messages

    def meanwhile(messages: list[KeptMessage], **given: object) -> list[object]:
        outcomes = decode(messages, **given)  # type: ignore[arg-type]
        discard(actor=keeper, choice=Choice("well-1", ends=NOW - timedelta(minutes=2)), reason="noise")
        return list(outcomes)

    monkeypatch.setattr(reading, "read_messages", meanwhile)
    assert rows(run()) == [(0, ms(1), 2.0)]
