"""Pymodbus's own server, and hosts that are none, behind the poller."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, cast

import msgspec
import pytest
from pymodbus.server import ModbusTcpServer
from pymodbus.simulator import DataType, SimData, SimDevice

from tests.languages import english as english
from tests.ports import free_port
from tests.sensing.doors import NOW_MS, DoorInMemory, device, until
from tocsin.base.errors import Unavailable
from tocsin.sensing.devices.rules import Channel
from tocsin.sensing.doors.api import modbus as poller
from tocsin.sensing.doors.api.modbus import ModbusPoller
from tocsin.sensing.modbus.policy import MODBUS, ModbusPolicy
from tocsin.sensing.modbus.rules import (
    KnownUnit,
    read_map,
)
from tocsin.sensing.modbus.services import asking
from tocsin.sensing.modbus.services.asking import Answered, Failed, ask_once
from tocsin.sensing.quarantine.rules import Reason


def policy_with(*networks: str, **asking_: Any) -> ModbusPolicy:
    shipped = MODBUS.shipped
    fast = {"pause_s": 0.0, "answer_within_s": 1.0, "least_period_s": 0.1} | asking_
    return msgspec.structs.replace(shipped, networks=networks, asking=msgspec.structs.replace(shipped.asking, **fast))


INSIDE = policy_with("127.0.0.0/8")


@asynccontextmanager
async def running_server() -> AsyncIterator[int]:
    """Pymodbus's own server with two units, 1 and 7, on a port of loopback."""
    held = [SimData(0, values=[125, 0x4148, 0, 0xFFFF, 0b10], datatype=DataType.REGISTERS)]
    made = [
        SimDevice(
            number,
            simdata=(
                [SimData(0, values=[True, False] * 8, datatype=DataType.BITS)],
                [SimData(0, values=[False] * 16, datatype=DataType.BITS)],
                held,
                held,
            ),
        )
        for number in (1, 7)
    ]
    port = free_port()
    server = ModbusTcpServer(made, address=("127.0.0.1", port))
    await server.serve_forever(background=True)
    try:
        yield port
    finally:
        await server.shutdown()


def unit_at(port: int, text: str, *, number: int = 1, code: str = "plc-1", period_s: float = 0.1) -> KnownUnit:
    return KnownUnit(code, "127.0.0.1", port, number, period_s, read_map(text))


MAP = "methane holding 0 u16 ABCD 0.1\nflow input 1 f32\nlost holding 3 u16 ABCD 1 0 65535\nhigh holding 4 bit1\npump coil 0 bool"


def test_a_unit_tells_what_its_registers_hold() -> None:
    async def run() -> list[Answered | Failed]:
        async with running_server() as port:
            return await ask_once(unit_at(port, MAP), INSIDE)

    answers = {one.register.channel: one.value for one in asyncio.run(run()) if isinstance(one, Answered)}
    assert answers == {"methane": 12.5, "flow": 12.5, "lost": None, "high": 1.0, "pump": 1.0}


def test_a_register_that_is_not_there_costs_its_own_request_only() -> None:
    async def run() -> list[Answered | Failed]:
        async with running_server() as port:
            return await ask_once(unit_at(port, "methane holding 0 u16 ABCD 0.1\nnothing holding 900 u16"), INSIDE)

    good, bad = asyncio.run(run())
    assert isinstance(good, Answered)
    assert good.value == 12.5
    assert isinstance(bad, Failed)
    assert (bad.channels, str(bad.why)) == (("nothing",), "the unit has no such register")


REFUSED = [
    ("an address inside that no policy names", "127.0.0.1", policy_with(), "the policy"),
    ("one of clouds' metadata, whatever the policy says", "169.254.169.254", policy_with("169.254.169.0/32"), "the policy"),
    ("nobody there", "127.0.0.1", INSIDE, "does not answer"),
    ("a name that is none", "no-such-host.invalid", INSIDE, "no address"),
]


@pytest.mark.parametrize(("host", "policy", "words"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED])
def test_hosts_that_are_not_asked(host: str, policy: ModbusPolicy, words: str) -> None:
    unit = KnownUnit("plc-1", host, free_port(), 1, 60.0, read_map("methane holding 0 u16"))
    with pytest.raises(Unavailable, match=words):
        asyncio.run(ask_once(unit, policy))


def test_a_host_that_says_nothing_is_given_up() -> None:
    async def run() -> None:
        async def hold(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.read()
            writer.close()

        silent = await asyncio.start_server(hold, "127.0.0.1", 0)
        port = silent.sockets[0].getsockname()[1]
        with pytest.raises(Unavailable, match="does not answer"):
            await ask_once(unit_at(port, "methane holding 0 u16"), policy_with("127.0.0.0/8", answer_within_s=0.1))
        silent.close()

    asyncio.run(run())


CHANNELS: dict[str, Channel] = {
    "methane": (0, None, ("methane", "")),
    "lost": (1, None, ("temperature", "")),
}
Story = Callable[[DoorInMemory, ModbusPoller, int], Awaitable[None]]


def play(monkeypatch: pytest.MonkeyPatch, story: Story, policy: ModbusPolicy = INSIDE) -> None:
    monkeypatch.setattr(poller, "modbus_policy", lambda: policy)
    monkeypatch.setattr(poller, "FIRST_RETRY_S", 0.05)

    async def run() -> None:
        memory = DoorInMemory(device("plc-1", **CHANNELS), device("plc-7", methane=(2, None, ("methane", ""))))
        asked = ModbusPoller()
        async with running_server() as port:
            await asked.open(memory.gatehouse, cast("Any", None))
            try:
                await story(memory, asked, port)
            finally:
                asked.stop_reading()
                await asked.close()
                await memory.close()

    asyncio.run(run())


def enter(memory: DoorInMemory, *known: KnownUnit) -> None:
    memory.gatehouse.registry.modbus_units = known
    for told in memory.gatehouse.registry.on_change:
        told()


def test_units_behind_one_host_are_asked_in_their_periods(monkeypatch: pytest.MonkeyPatch) -> None:
    async def story(memory: DoorInMemory, asked: ModbusPoller, port: int) -> None:
        enter(memory, unit_at(port, MAP), unit_at(port, "methane holding 0 u16", number=7, code="plc-7"))
        await until(lambda: asked.messages >= 6)
        rows = memory.log.rows()
        assert {(sensor, value) for sensor, _ts, value in rows if value == value} == {(0, 12.5), (2, 125.0)}
        assert all(ts == NOW_MS for _sensor, ts, _value in rows)
        assert any(sensor == 1 and value != value for sensor, _ts, value in rows), "a bad reading where it says: not measured"
        assert set(memory.reasons()) == {Reason.UNKNOWN_CHANNEL}, "registers without a sensor"

    play(monkeypatch, story)


def test_what_is_withdrawn_is_asked_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    async def story(memory: DoorInMemory, asked: ModbusPoller, port: int) -> None:
        enter(memory, unit_at(port, "methane holding 0 u16"))
        await until(lambda: asked.messages)
        (task,) = asked._hosts.values()
        enter(memory)
        await until(task.done)
        assert asked._hosts == {}

    play(monkeypatch, story)


def test_a_host_that_does_not_answer_is_counted_and_asked_again_later(monkeypatch: pytest.MonkeyPatch) -> None:
    async def story(memory: DoorInMemory, asked: ModbusPoller, port: int) -> None:
        enter(memory, unit_at(free_port(), "methane holding 0 u16"), unit_at(port, "methane holding 0 u16", code="plc-7"))
        await until(lambda: memory.reasons().get(Reason.NO_ANSWER, 0) >= 2 and asked.messages)
        assert [row[0] for row in memory.log.rows()[:1]] == [2], "the other host is asked all the same"

    play(monkeypatch, story)


def test_no_more_hosts_than_the_policy_says(monkeypatch: pytest.MonkeyPatch) -> None:
    async def story(memory: DoorInMemory, asked: ModbusPoller, port: int) -> None:
        enter(memory, unit_at(port, "methane holding 0 u16"), unit_at(free_port(), "methane holding 0 u16", code="plc-7"))
        assert len(asked._hosts) == 1

    play(monkeypatch, story, policy_with("127.0.0.0/8", addresses=1))


def test_pymodbus_is_quiet_about_what_fails() -> None:
    assert asking.logging.getLogger("pymodbus").level > asking.logging.ERROR
