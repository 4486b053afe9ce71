"""One device can't have the log, the history or the door for itself: its quota, old times, merging beside the appends."""

import asyncio
import base64
import json
import threading
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest

from tests.sensing.doors import NOW_MS, DoorInMemory, device, settle, until
from tests.sensing.packets import connect, publish
from tocsin.base.time import Clock
from tocsin.engine.columns import Readings
from tocsin.sensing.devices.policy import policy
from tocsin.sensing.doors.api.http import Application
from tocsin.sensing.doors.rules.mqtt_packets import V311
from tocsin.sensing.doors.services.quotas import Quotas
from tocsin.sensing.history.queries.layout import DAY_MS
from tocsin.sensing.history.queries.table import History
from tocsin.sensing.quarantine.rules import Reason
from tocsin.warning.detection.services import history_writer
from tocsin.warning.detection.services.history_writer import HistoryWriter

pytestmark = pytest.mark.one_database

TWENTY: dict[str, Any] = {f"m{number}": (number, None) for number in range(20)}


def play(story: Callable[[DoorInMemory], Awaitable[None]], **quota: Any) -> None:
    async def run() -> None:
        door = DoorInMemory(device("well-1"), device("well-2", methane=(1, None, ("methane", ""))))
        chosen = door.gatehouse.policy
        door.gatehouse.take_policy(msgspec.structs.replace(chosen, quota=msgspec.structs.replace(chosen.quota, **quota)))
        await story(door)
        door.appending.cancel()

    asyncio.run(run())


# Sensors of the device, what it sends at once, for how many seconds it is then not read: 6,000 a minute or 600 for each sensor,
# five minutes' worth at once.
PACES = [
    ("within what may come at once", device(), 30_000, 0.0),
    ("a second ahead", device(), 30_100, 1.0),
    ("twenty sensors may send twice as much", device(**TWENTY), 60_200, 1.0),
]


@pytest.mark.parametrize(("one", "sent", "wait_s"), [row[1:] for row in PACES], ids=[row[0] for row in PACES])
def test_the_pace_of_a_device(one: Any, sent: int, wait_s: float) -> None:
    quotas = Quotas(policy())
    assert quotas.charge(one, sent, 100.0) == pytest.approx(wait_s)
    assert quotas.wait_s(one, 100.0 + wait_s) == pytest.approx(0.0)


def test_no_device_has_more_than_its_share_of_what_waits_for_the_log() -> None:
    chosen = msgspec.structs.replace(policy(), log=msgspec.structs.replace(policy().log, readings_waiting=4000))
    quotas = Quotas(chosen)
    assert quotas.charge(device(), 1000, 100.0) == pytest.approx(0.0)
    assert quotas.charge(device(), 100, 100.0) == pytest.approx(1.0)


def test_a_flooder_is_read_more_slowly_and_its_neighbour_is_not() -> None:
    reading = b'{"values":{"methane":1}}'

    async def story(door: DoorInMemory) -> None:
        flooder, flood = door.open()
        neighbour, quiet = door.open()
        flooder.data_received(connect(V311, "well-1"))
        neighbour.data_received(connect(V311, "well-2"))
        await settle()
        flooder.data_received(b"".join(publish(V311, reading, packet_id=number + 1) for number in range(20)))
        assert flood.is_paused, "what it sends further waits in its own network"
        neighbour.data_received(publish(V311, reading, packet_id=1, topic="tocsin/well-2/readings"))
        await settle()
        assert not quiet.is_paused
        assert bytes(quiet.written[-4:]).hex() == "40020001"
        assert flood.written.count(b"\x40\x02") == 20, "what was read is in the log and acknowledged"
        assert door.reasons() == {Reason.TOO_MANY: 1}
        second, second_flood = door.open()
        second.data_received(connect(V311, "well-1", client_id="other") + publish(V311, reading, packet_id=1))
        await settle()
        assert second_flood.is_paused, "all connections of a device share its quota"
        await until(lambda: not flood.is_paused)

    play(story, readings_per_device_min=6000, readings_per_sensor_min=1, burst_min=0.001)


async def post(door: DoorInMemory, body: bytes) -> tuple[int, dict[bytes, bytes]]:
    answers: list[Any] = []
    basic = b"Basic " + base64.b64encode(b"well-1:secret")
    scope = {"path": "/v1/readings", "method": "POST", "headers": [(b"authorization", basic)], "client": ("192.0.2.7", 1)}

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body}

    async def send(message: Any) -> None:
        answers.append(message)

    await Application(door.gatehouse)(scope, receive, send)
    return answers[0]["status"], dict(answers[0]["headers"])


def test_http_says_when_to_come_again() -> None:
    async def story(door: DoorInMemory) -> None:
        body = json.dumps([{"values": {"methane": 1}}] * 20).encode()
        assert (await post(door, body))[0] == 202
        status, headers = await post(door, body)
        assert (status, headers[b"retry-after"]) == (429, b"10")

    play(story, readings_per_device_min=120, readings_per_sensor_min=1, burst_min=0.001)


def test_ten_years_of_days_in_one_message_are_a_month() -> None:
    """One device, a reading on each of 3,650 days: the doors take what a device may have kept, the rest is one row."""

    async def story(door: DoorInMemory) -> None:
        messages = [{"ts": NOW_MS - day * DAY_MS, "values": {"methane": 1}} for day in range(3650)]
        assert (await post(door, json.dumps(messages).encode()))[0] == 202
        assert len({ts // DAY_MS for _sensor, ts, _value in door.log.rows()}) == 32
        assert len(door.log.rows()) == 32
        assert door.reasons() == {Reason.TIME_TOO_OLD: 3618}

    play(story)


def test_merging_files_holds_up_no_append(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    begun, may_end = threading.Event(), threading.Event()

    def compact(history: History, *, in_turns: bool) -> int:
        begun.set()
        assert may_end.wait(60)
        return 0

    monkeypatch.setattr(History, "compact", compact)
    monkeypatch.setattr(history_writer, "COMPACT_S", 0.0)

    async def write() -> int:
        writer = HistoryWriter(History(tmp_path), Clock())
        writer.resolution = np.zeros(1)
        writer.flush_when_due()
        while not begun.is_set():
            await asyncio.sleep(0.001)
        writer.add(1, Readings.of([0], [1000], [1.0]))
        await asyncio.wait_for(writer.flush(), 60)
        may_end.set()
        return writer.last_version()

    assert asyncio.run(write()) == 1


def test_merging_goes_on_with_the_next_turn(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    history = History(tmp_path)
    days = np.repeat(np.arange(5), 1)
    for version in range(1, 4):
        history.append(Readings.of(days * 0, days * DAY_MS + version, days * 1.0), version=version)
    shipped = policy()
    none_left = msgspec.structs.replace(shipped, history=msgspec.structs.replace(shipped.history, compaction_s=-1.0))
    monkeypatch.setattr("tocsin.sensing.history.queries.table.policy", lambda: none_left)
    assert [history.compact(in_turns=True) for _ in range(5)] == [1, 1, 1, 1, 0], "a day a turn, the newest one not at all"
    assert len(history.read([0], 0, 9 * DAY_MS)) == 15


def test_readings_that_come_within_the_pace_go_into_the_log_together() -> None:
    """The first at once, those that come meanwhile in one append; nothing waits where too much has come."""

    async def story(door: DoorInMemory) -> None:
        intake, told = door.gatehouse.intake, list[int]()
        intake._pace_s = 3600.0
        for number in range(3):
            intake.columns.sensor.append(0)
            intake.columns.ts.append(number)
            intake.columns.value.append(1.0)
            intake.columns.quality.append(0)
            intake.tell(lambda number=number: told.append(number))
            await settle()
        assert told == [0]
        assert [len(batch) for batch in door.log.batches] == [1]

    play(story)
