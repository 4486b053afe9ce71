"""The poller with asyncua's own server in a child process: changes, cuts, restarts, security; readings go the way of all."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, cast

import msgspec
import pytest

from tests.languages import english as english
from tests.ports import free_port
from tests.sensing.doors import DoorInMemory, device, until
from tests.sensing.opcua.certificates import identity
from tests.sensing.opcua.server import RunningServer, running_server
from tocsin.base.time import Clock
from tocsin.sensing.devices.rules import Channel
from tocsin.sensing.doors.api import opcua as poller
from tocsin.sensing.doors.api.opcua import OpcUaPoller
from tocsin.sensing.opcua.policy import OPCUA, OpcUaPolicy
from tocsin.sensing.opcua.rules.nodes import read_nodes
from tocsin.sensing.opcua.rules.places import KnownServer, Security
from tocsin.sensing.quarantine.rules import Reason

CHANNELS: dict[str, Channel] = {"methane": (0, None, ("methane", "")), "flow": (1, None, ("flow", ""))}
METHANE = "methane ns=2;s=Methane"
Story = Callable[[DoorInMemory, OpcUaPoller], Awaitable[None]]


def policy_with(*networks: str, **asking: Any) -> OpcUaPolicy:
    fast = {"first_retry_s": 0.1, "answer_within_s": 3.0, "least_period_s": 0.1} | asking
    return msgspec.structs.replace(OPCUA.shipped, networks=networks, asking=msgspec.structs.replace(OPCUA.shipped.asking, **fast))


INSIDE = policy_with("127.0.0.0/8")


def known(endpoint: str, text: str = METHANE, *, period_s: float = 30.0, **more: Any) -> KnownServer:
    place = {"security": Security.NONE, "user": "", "password": "", "certificate": b"", "code": "plc-1", **more}
    return KnownServer(endpoint=endpoint, period_s=period_s, sampling_s=0.05, queue=100, nodes=read_nodes(text), **place)


@asynccontextmanager
async def polling() -> AsyncIterator[tuple[DoorInMemory, OpcUaPoller]]:
    memory = DoorInMemory(device("plc-1", **CHANNELS), device("plc-2", methane=(7, None, ("methane", ""))))
    memory.gatehouse.clock = memory.gatehouse.ledger.clock = Clock(origin_ms=0, started_ms=0, speed=1.0)
    asked = OpcUaPoller()
    await asked.open(memory.gatehouse, cast("Any", None))
    try:
        yield memory, asked
    finally:
        asked.stop_reading()
        await asked.close()
        await memory.close()


def play(monkeypatch: pytest.MonkeyPatch, story: Story, policy: OpcUaPolicy = INSIDE) -> None:
    monkeypatch.setattr(poller, "opcua_policy", lambda: policy)
    monkeypatch.setattr(poller, "FIRST_PAUSE_S", 0.2)

    async def run() -> None:
        async with polling() as (memory, asked):
            await story(memory, asked)

    asyncio.run(run())


def enter(memory: DoorInMemory, *servers: KnownServer) -> None:
    memory.gatehouse.registry.opcua_servers = servers
    for told in memory.gatehouse.registry.on_change:
        told()


def values(memory: DoorInMemory, sensor: int = 0) -> list[float]:
    return [value for one, _ts, value in memory.log.rows() if one == sensor]


def now_ms() -> int:
    return round(time.time() * 1000)


def test_changes_come_at_once_with_the_time_of_their_source(monkeypatch: pytest.MonkeyPatch, plant: RunningServer) -> None:
    async def story(memory: DoorInMemory, asked: OpcUaPoller) -> None:
        enter(memory, known(plant.endpoint, f"{METHANE}\nflow 10 1 ns=2;s=Speed"))
        await until(lambda: values(memory) and values(memory, 1))
        source_ms = now_ms() - 60_000
        await asyncio.to_thread(plant.write, "Speed", 4.0, source_ms=source_ms)
        await until(lambda: 41.0 in values(memory, 1))
        assert {ts for sensor, ts, value in memory.log.rows() if (sensor, value) == (1, 41.0)} == {source_ms}
        assert memory.reasons() == {}
        assert asked.messages

    play(monkeypatch, story)


def test_what_is_steady_is_told_in_the_period(monkeypatch: pytest.MonkeyPatch, plant: RunningServer) -> None:
    async def story(memory: DoorInMemory, _asked: OpcUaPoller) -> None:
        enter(memory, known(plant.endpoint, period_s=0.2))
        await until(lambda: len({ts for sensor, ts, _value in memory.log.rows() if sensor == 0}) >= 4)

    play(monkeypatch, story)


def test_statuses_and_nodes_that_say_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    async def story(memory: DoorInMemory, _asked: OpcUaPoller) -> None:
        text = f"{METHANE}\nflow ns=2;s=Flow\nname ns=2;s=Name\ngone ns=2;s=Gone\nunknown ns=2;s=Pump"
        enter(memory, known(server.endpoint, text))
        await until(lambda: values(memory) and values(memory, 1))
        await asyncio.to_thread(server.write, "Methane", 13.0, status=0x40950000)
        await asyncio.to_thread(server.write, "Flow", None, status=0x808B0000)
        await until(lambda: 13.0 in values(memory) and any(value != value for value in values(memory, 1)))
        told = {
            (sensor, quality)
            for batch in memory.log.batches
            for sensor, quality in zip(batch.sensor.tolist(), batch.quality.tolist(), strict=True)
        }
        assert {(0, 1), (1, 2)} <= told
        reasons = {Reason.NO_ANSWER, Reason.VALUE_UNREADABLE, Reason.UNKNOWN_CHANNEL}
        await until(lambda: set(memory.reasons()) == reasons)

    with running_server(tmp_path) as server:
        play(monkeypatch, story)


def test_a_cut_line_loses_nothing_that_the_server_has_queued(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    async def story(memory: DoorInMemory, _asked: OpcUaPoller) -> None:
        enter(memory, known(server.endpoint))
        await until(lambda: values(memory))
        await asyncio.to_thread(server.do, "cut")
        for value in (101.0, 102.0, 103.0):
            await asyncio.to_thread(server.write, "Methane", value)
        await until(lambda: {101.0, 102.0, 103.0} <= set(values(memory)))
        assert memory.reasons()[Reason.NO_ANSWER] == 1, "one cut, one reason"

    with running_server(tmp_path) as server:
        play(monkeypatch, story)


def test_where_the_session_is_gone_its_history_is_asked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    async def story(memory: DoorInMemory, _asked: OpcUaPoller) -> None:
        enter(memory, known(server.endpoint))
        await until(lambda: values(memory))
        await asyncio.to_thread(server.do, "keep history", "Methane")
        await asyncio.to_thread(server.write, "Methane", 100.0)
        await until(lambda: 100.0 in values(memory))
        await asyncio.to_thread(server.do, "forget and cut", "Methane", [201.0, 202.0, 203.0])
        await until(lambda: {201.0, 202.0, 203.0} <= set(values(memory)))

    with running_server(tmp_path) as server:
        play(monkeypatch, story)


def test_a_server_that_was_down_is_asked_again(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    async def story(memory: DoorInMemory, _asked: OpcUaPoller) -> None:
        enter(memory, known(server.endpoint))
        await until(lambda: values(memory))
        await asyncio.to_thread(server.kill)
        await until(lambda: memory.reasons().get(Reason.NO_ANSWER, 0) >= 2)
        before = len(values(memory))
        await asyncio.to_thread(server.start)
        await until(lambda: len(values(memory)) > before)

    with running_server(tmp_path) as server:
        play(monkeypatch, story)


def test_a_child_that_falls_is_replaced_and_told(monkeypatch: pytest.MonkeyPatch, plant: RunningServer) -> None:
    async def story(memory: DoorInMemory, asked: OpcUaPoller) -> None:
        other = known(plant.endpoint, "methane ns=2;s=Methane", code="plc-2", period_s=0.2)
        enter(memory, known(plant.endpoint), other)
        await until(lambda: values(memory) and values(memory, 7))
        asked._nursery.close()
        before = len(values(memory, 7))
        await until(lambda: len(values(memory, 7)) > before)
        assert Reason.TOO_LARGE not in memory.reasons()

    play(monkeypatch, story)


def test_one_that_does_not_answer_holds_up_no_other(monkeypatch: pytest.MonkeyPatch, plant: RunningServer) -> None:
    async def story(memory: DoorInMemory, _asked: OpcUaPoller) -> None:
        enter(memory, known(f"opc.tcp://127.0.0.1:{free_port()}"), known(plant.endpoint, code="plc-2"))
        await until(lambda: values(memory, 7) and memory.reasons().get(Reason.NO_ANSWER, 0) >= 2)

    play(monkeypatch, story)


def test_what_is_withdrawn_is_asked_no_more(monkeypatch: pytest.MonkeyPatch, plant: RunningServer) -> None:
    async def story(memory: DoorInMemory, asked: OpcUaPoller) -> None:
        enter(memory, known(plant.endpoint))
        await until(lambda: values(memory))
        ((_server, task),) = asked._watched.values()
        enter(memory)
        await until(task.done)
        assert asked._watched == {}

    play(monkeypatch, story)


def test_no_more_servers_than_the_policy_says(monkeypatch: pytest.MonkeyPatch, plant: RunningServer) -> None:
    async def story(memory: DoorInMemory, asked: OpcUaPoller) -> None:
        enter(memory, known(plant.endpoint), known(plant.endpoint, code="plc-2"))
        assert list(asked._watched) == ["plc-1"]

    play(monkeypatch, story, policy_with("127.0.0.0/8", servers=1))


def test_while_the_log_is_down_nothing_piles_up(monkeypatch: pytest.MonkeyPatch, plant: RunningServer) -> None:
    async def story(memory: DoorInMemory, _asked: OpcUaPoller) -> None:
        memory.log.is_down = True
        enter(memory, known(plant.endpoint, period_s=0.1))
        await until(lambda: memory.gatehouse.intake._waiting or memory.gatehouse.ledger._counts)
        await asyncio.sleep(1.0)
        assert len(memory.gatehouse.intake.columns) <= 2, "the server waits until the log has what it told"
        memory.log.is_down = False
        await until(lambda: len(values(memory)) >= 2)

    play(monkeypatch, story)


SECURED = [
    ("signed, as a user", Security.SIGN, "tocsin", "let me read", True, ""),
    ("encrypted, as a user", Security.SIGN_AND_ENCRYPT, "tocsin", "let me read", True, ""),
    ("encrypted, as nobody", Security.SIGN_AND_ENCRYPT, "", "", True, ""),
    ("with a wrong password", Security.SIGN_AND_ENCRYPT, "tocsin", "wrong", True, "refuses the user or the password"),
    ("by another certificate", Security.SIGN_AND_ENCRYPT, "", "", False, ""),
]


@pytest.mark.parametrize(
    ("security", "user", "password", "is_its_own", "words"), [row[1:] for row in SECURED], ids=[row[0] for row in SECURED]
)
def test_secured(
    monkeypatch: pytest.MonkeyPatch,
    plant: RunningServer,
    security: Security,
    user: str,
    password: str,
    is_its_own: bool,
    words: str,
) -> None:
    mine = identity()
    certificate = (plant.folder / "certificate.der").read_bytes() if is_its_own else identity().certificate

    async def story(memory: DoorInMemory, _asked: OpcUaPoller) -> None:
        server = known(plant.endpoint, security=security, user=user, password=password, certificate=certificate, identity=mine)
        enter(memory, server)
        if is_its_own and not words:
            await until(lambda: values(memory))
            assert memory.reasons() == {}
        else:
            await until(lambda: memory.reasons().get(Reason.NO_ANSWER, 0))
            assert values(memory) == []
            assert words in str(memory.gatehouse.ledger._aside["plc-1", "no_answer"].why)

    play(monkeypatch, story)
