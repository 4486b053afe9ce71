"""A store that refused a write because of the disk takes messages again by itself once there is room."""

import asyncio
import resource
import sys
from pathlib import Path

import numpy as np
import pytest

from tests.bus.running import RunningBus
from tocsin.base.errors import Unavailable
from tocsin.bus import store_errors
from tocsin.bus.connection import connect
from tocsin.bus.envelope import decode_readings
from tocsin.bus.store_errors import StoreErrors
from tocsin.bus.streams import READINGS
from tocsin.engine.columns import Readings

SAID = b"[7] [ERR] Filestore [READINGS] Critical write error: write 1.blk: no space left on device\n"
LARGEST_FILE = 1 << 20  # bytes: a message of 30,000 readings has some 400,000
BATCHES, OF_A_BATCH = 8, 30_000


@pytest.fixture
def log_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(store_errors, "LOOK_S", 0.0)
    (tmp_path / "nats-server.log").write_bytes(SAID)
    return tmp_path / "nats-server.log"


def test_what_was_said_before_this_start_calls_for_nothing(log_file: Path) -> None:
    errors = StoreErrors(log_file, log_file.parent, room_bytes=0)
    assert not errors.call_for_restart()
    with log_file.open("ab") as file:
        file.write(b"[8] [ERR] 127.0.0.1:54748 - authentication error\n")
    assert not errors.call_for_restart()


def test_a_failed_write_calls_for_a_restart_as_soon_as_there_is_room(log_file: Path) -> None:
    errors, full = (StoreErrors(log_file, log_file.parent, room_bytes=room) for room in (0, 1 << 62))
    with log_file.open("ab") as file:
        file.write(SAID)
    assert errors.call_for_restart()
    assert not full.call_for_restart()
    full._room_bytes = 0
    assert full.call_for_restart(), "remembered, though nothing more was said"


def test_a_log_that_begins_anew_is_read_from_its_start(log_file: Path) -> None:
    log_file.write_bytes(SAID * 3)
    errors = StoreErrors(log_file, log_file.parent, room_bytes=0)
    log_file.write_bytes(SAID)
    assert errors.call_for_restart()


def test_a_log_that_is_not_there_yet_says_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store_errors, "LOOK_S", 0.0)
    errors = StoreErrors(tmp_path / "nats-server.log", tmp_path, room_bytes=0)
    assert not errors.call_for_restart()


def test_a_log_that_is_put_aside_meanwhile_is_read_when_the_new_one_is_there(
    log_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    errors = StoreErrors(log_file, log_file.parent, room_bytes=0)
    log_file.unlink()
    with monkeypatch.context() as moment:
        moment.setattr(errors, "_size", lambda: 3 * len(SAID))  # looked at before it went
        assert not errors.call_for_restart()
    log_file.write_bytes(SAID)
    assert errors.call_for_restart()


@pytest.mark.skipif(sys.platform != "linux", reason="limits of another process can be set on Linux only")
def test_after_a_write_that_failed_the_log_takes_everything_again(bus: RunningBus) -> None:
    """A limit on the size of files stands for the full disk: a write fails in the middle of a stream's file."""

    async def story() -> None:
        async with await connect() as connection:
            await connection.publish_readings(_batch(0), message_id="b0")
            first = bus.server_pid()
            _soft, hard = resource.prlimit(first, resource.RLIMIT_FSIZE)
            resource.prlimit(first, resource.RLIMIT_FSIZE, (LARGEST_FILE, hard))
            refused = 0
            async with asyncio.timeout(60):
                for number in range(1, BATCHES):
                    while True:
                        try:
                            await connection.publish_readings(_batch(number), message_id=f"b{number}")
                            break
                        except Unavailable:
                            refused += 1
                            await asyncio.sleep(0.1)
            assert refused
            assert bus.server_pid() != first
            found = []
            async with asyncio.timeout(60):
                async for entries in connection.read_log(READINGS, 1):
                    found += [decode_readings(payload).value[0] for _, payload in entries]
                    if len(found) >= BATCHES:
                        break
            assert found == [float(number) for number in range(BATCHES)], "each once, in order"

    asyncio.run(story())


def _batch(number: int) -> Readings:
    """Its first value is its number; the others are noise, which no encoding makes small."""
    index = np.arange(OF_A_BATCH)
    value = np.random.default_rng(number).random(OF_A_BATCH)
    value[0] = number
    return Readings.of(index, index * 1000, value)
