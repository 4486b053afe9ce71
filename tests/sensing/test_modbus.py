"""Units of Modbus: maps as tables, values as tables, and pymodbus's own server behind the poller."""

import asyncio
import struct
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, cast

import msgspec
import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from pymodbus.server import ModbusTcpServer
from pymodbus.simulator import DataType, SimData, SimDevice

from tests.languages import english as english
from tests.people import make_person
from tests.ports import free_port
from tests.sensing.doors import NOW_MS, DoorInMemory, device, until
from tocsin.base.errors import Conflict, InvalidInput, NotAllowed, Unavailable
from tocsin.jurisdiction.areas.services import ensure_regions
from tocsin.jurisdiction.people.services.system import system_actor
from tocsin.sensing.devices.rules import Channel, NewDevice, NewSensor
from tocsin.sensing.devices.services import register_many
from tocsin.sensing.doors.api import modbus as poller
from tocsin.sensing.doors.api.modbus import ModbusPoller
from tocsin.sensing.doors.services.registry import _load
from tocsin.sensing.modbus.models import ModbusUnit
from tocsin.sensing.modbus.policy import MODBUS, ModbusPolicy
from tocsin.sensing.modbus.rules import (
    FORMATS,
    MOST_WORDS,
    ORDERS,
    KnownUnit,
    Register,
    blocks_of,
    check_place,
    read_map,
)
from tocsin.sensing.modbus.services import asking, trial, units
from tocsin.sensing.modbus.services.asking import Answered, Failed, ask_once
from tocsin.sensing.quarantine.rules import Reason

LICANG, YANTAI = "370213", "370602"

WRONG = [
    ("", "no register"),
    ("# nothing", "no register"),
    ("methane holding 0", "line 1: a register has"),
    ("methane holding 0 u16\nmethane input 0 u16", "twice"),
    ("methane memory 0 u16", "line 1: table “memory”"),
    ("methane holding 0 u24", "type “u24”"),
    ("methane holding 0 bool", "does not fit"),
    ("methane coil 0 u16", "does not fit"),
    ("methane holding 40001x u16", "from 0 to 65535"),
    ("methane holding 65535 f32", "from 0 to 65535"),
    ("methane holding 0 u16 ACBD", "byte order"),
    ("methane holding 0 u16 ABCD ten", "is no number"),
    ("methane holding 0 u16 ABCD 0", "the factor is not 0"),
    ("methane holding 0 u16 ABCD inf", "is no number"),
    ("a/b holding 0 u16", "channel"),
    ("\n".join(f"c{number} holding {number} u16" for number in range(4)), "4 registers; one unit has 3 at most"),
]


@pytest.mark.parametrize(("text", "refusal"), WRONG)
def test_maps_that_are_refused(text: str, refusal: str) -> None:
    with pytest.raises(InvalidInput, match=refusal):
        read_map(text, 3)


def test_a_map() -> None:
    text = """
        # of a gas detector
        methane, holding, 0, u16, ABCD, 0.1, 0, 65535   # tenths
        flow\tinput\t10\tF32\tcdab
        pump coil 3 bool
        high;holding;2;bit1
    """
    found = read_map(text)
    assert found == (
        Register("methane", "holding", 0, "u16", "ABCD", 0.1, 0.0, (65535.0,)),
        Register("flow", "input", 10, "f32", "CDAB"),
        Register("pump", "coil", 3, "bool"),
        Register("high", "holding", 2, "bit1"),
    )
    assert read_map("\n".join(one.line() for one in found)) == found


VALUES: list[tuple[str, list[int | bool], float | None]] = [
    ("u16", [0x0102], 258.0),
    ("u16 BADC", [0x0201], 258.0),
    ("s16", [0xFFFE], -2.0),
    ("u32 ABCD", [0x0001, 0x0002], 65538.0),
    ("u32 CDAB", [0x0002, 0x0001], 65538.0),
    ("u32 BADC", [0x0100, 0x0200], 65538.0),
    ("u32 DCBA", [0x0200, 0x0100], 65538.0),
    ("s32", [0xFFFF, 0xFFFE], -2.0),
    ("f32", [0x4148, 0x0000], 12.5),
    ("f32 CDAB", [0x0000, 0x4148], 12.5),
    ("f32", [0x7FC0, 0x0000], None),
    ("f32", [0x7F80, 0x0000], None),
    ("f64", [0x4029, 0, 0, 0], 12.5),
    ("s64", [0xFFFF] * 4, -1.0),
    ("u16 ABCD 0.1 -5", [100], 5.0),
    ("u16 ABCD 0.1 0 65535", [65535], None),
    ("u16 ABCD 1 0 65535 32767", [32767], None),
    ("s16 ABCD 1 0 -32768", [0x8000], None),
    ("bit0", [0b10], 0.0),
    ("bit1", [0b10], 1.0),
    ("bit15", [0x8000], 1.0),
]


@pytest.mark.parametrize(("kind", "raw", "expected"), VALUES)
def test_values(kind: str, raw: list[int | bool], expected: float | None) -> None:
    (register,) = read_map(f"c holding 0 {kind}")
    assert register.size == len(raw)
    assert register.value(raw) == (expected if expected is None else pytest.approx(expected))


def test_bits_of_a_table_of_bits() -> None:
    (register,) = read_map("c coil 0 bool")
    assert (register.value([True]), register.value([False])) == (1.0, 0.0)


@given(st.sampled_from(sorted(FORMATS)), st.sampled_from(ORDERS), st.integers(-(2**15), 2**15 - 1))
def test_every_type_and_order_reads_what_a_slow_twin_writes(kind: str, order: str, number: int) -> None:
    if kind.startswith("u"):
        number = abs(number)
    data = struct.pack(FORMATS[kind], number)
    words = [data[at : at + 2] for at in range(0, len(data), 2)]
    words = words[::-1] if order in ("CDAB", "DCBA") else words
    words = [one[::-1] for one in words] if order in ("BADC", "DCBA") else words
    assert Register("c", "holding", 0, kind, order).value([int.from_bytes(one) for one in words]) == number


@given(st.text(max_size=80))
def test_whatever_a_map_says_it_is_read_or_refused(text: str) -> None:
    try:
        read_map(text)
    except InvalidInput:
        return


@given(
    st.lists(st.tuples(st.sampled_from(("holding", "input")), st.integers(0, 400), st.sampled_from(sorted(FORMATS))), max_size=60)
)
def test_blocks_read_every_register_and_nothing_between(rows: list[tuple[str, int, str]]) -> None:
    registers = [Register(f"c{number}", table, address, kind) for number, (table, address, kind) in enumerate(rows)]
    wanted = {(one.table, one.address + at) for one in registers for at in range(one.size)}
    blocks = blocks_of(registers)
    assert {(one.table, one.address + at) for one in blocks for at in range(one.count)} == wanted
    assert sorted(one.channel for block in blocks for one in block.registers) == sorted(one.channel for one in registers)
    assert all(one.count <= MOST_WORDS for one in blocks)


PLACES = [
    ("10.8.1.20", 502, 1, 60.0, ""),
    ("plc-7.plant.example", 502, 255, 1.0, ""),
    ("2001:db8::7", 502, 0, 60.0, ""),
    ("http://x", 502, 1, 60.0, "no name or address"),
    ("", 502, 1, 60.0, "no name or address"),
    ("10.8.1.20", 0, 1, 60.0, "port 0"),
    ("10.8.1.20", 502, 256, 60.0, "unit 256"),
    ("10.8.1.20", 502, 1, 0.5, "every 0.5 s"),
    ("10.8.1.20", 502, 1, float("nan"), "every nan s"),
]


@pytest.mark.parametrize(("host", "port", "unit", "period_s", "refusal"), PLACES)
def test_places(host: str, port: int, unit: int, period_s: float, refusal: str) -> None:
    if refusal:
        with pytest.raises(InvalidInput, match=refusal):
            check_place(host, port, unit, period_s, 1.0)
    else:
        check_place(host, port, unit, period_s, 1.0)


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


@pytest.fixture
def plant(db: None) -> Any:
    ensure_regions()
    devices = [NewDevice(code=code, region_code=region) for code, region in (("plc-1", LICANG), ("plc-2", YANTAI))]
    sensors = [NewSensor(device_code="plc-1", channel="methane", quantity="methane", lon=120.4, lat=36.2)]
    register_many(actor=system_actor(), devices=devices, sensors=sensors)


def made(code: str = "plc-1", text: str = "methane holding 0 u16 ABCD 0.1", **other: Any) -> ModbusUnit:
    place = {"host": "127.0.0.1", "port": 502, "unit": 1, "period_s": 60.0, **other}
    actor = place.pop("actor", None) or system_actor()
    return units.enter_unit(actor=actor, device_code=code, registers=read_map(text), **place)


def test_the_poller_hears_of_entries_changes_and_ends(plant: None) -> None:
    before = _load((-1, -1, -1, -1))
    assert before is not None
    unit = made()
    after = _load(before.version)
    assert after is not None
    assert after.modbus_units == (KnownUnit("plc-1", "127.0.0.1", 502, 1, 60.0, read_map("methane holding 0 u16 ABCD 0.1")),)
    place = {"host": "127.0.0.1", "port": 503, "unit": 2, "period_s": 5.0}
    units.change_unit(actor=system_actor(), unit_id=unit.pk, registers=read_map("flow input 0 f32"), **place)
    units.withdraw_unit(actor=system_actor(), unit_id=unit.pk)
    last = _load(after.version)
    assert last is not None
    assert last.modbus_units == ()


def test_who_may_enter_what(plant: None) -> None:
    engineer = make_person("rule_engineer", LICANG)
    made(actor=engineer)
    with pytest.raises(Conflict, match="entered already"):
        made(actor=engineer)
    with pytest.raises(InvalidInput, match="no device"):
        made("plc-2", actor=engineer)
    far = made("plc-2")
    with pytest.raises(NotAllowed):
        units.withdraw_unit(actor=engineer, unit_id=far.pk)
    with pytest.raises(InvalidInput, match=r"every 0\.1 s"):
        units.change_unit(
            actor=engineer,
            unit_id=ModbusUnit.objects.get(device__code="plc-1").pk,
            host="h",
            port=1,
            unit=1,
            period_s=0.1,
            registers=read_map("a coil 0 bool"),
        )


FORM = {"device_code": "plc-1", "host": "127.0.0.1", "port": "502", "unit": "1", "period_s": "60", "map": "methane holding 0 u16"}


def test_on_the_pages(plant: None, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    client.force_login(make_person("rule_engineer", LICANG))
    client.cookies["django_language"] = "en"
    wrong = client.post("/sensing/modbus/enter/", {**FORM, "map": "methane holding 0 u24"})
    assert wrong.status_code == 400
    assert "line 1: type “u24”" in wrong.content.decode()
    assert "methane holding 0 u24" in wrong.content.decode(), "what was typed stays"
    page = client.post("/sensing/modbus/enter/", {**FORM, "map": "methane holding 0 u16\nflow input 0 f32"}, follow=True)
    assert "No sensor is registered for flow" in page.content.decode()
    unit = ModbusUnit.objects.get()
    address = f"/sensing/modbus/{unit.pk}/"
    assert "which is inside; the policy" in client.post(f"{address}try/").content.decode()

    async def answered(_unit: KnownUnit, _policy: ModbusPolicy) -> list[Answered | Failed]:
        one, two = _unit.registers
        return [Answered(one, 12.5), Failed((two.channel,), InvalidInput("the unit is busy"))]

    monkeypatch.setattr(trial, "ask_once", answered)
    shown = client.post(f"{address}try/").content.decode()
    assert "12.5" in shown
    assert "the unit is busy" in shown
    client.post(f"{address}change/", {**FORM, "port": "503"})
    unit.refresh_from_db()
    assert (unit.port, unit.registers) == (503, ["methane holding 0 u16 ABCD 1 0"])
    client.post(f"{address}withdraw/")
    assert not ModbusUnit.objects.exists()


def test_by_the_api(plant: None, client: Client) -> None:
    client.force_login(make_person("rule_engineer", LICANG))
    client.cookies["django_language"] = "en"
    new = {
        "device_code": "plc-1",
        "host": "127.0.0.1",
        "registers": [{"channel": "methane", "table": "holding", "address": 0, "type": "u16", "missing": [65535]}],
    }
    added = client.post("/api/v1/sensing/modbus-units", new, content_type="application/json")
    assert added.status_code == 201
    assert (added.json()["port"], added.json()["registers"][0]["missing"]) == (502, [65535.0])
    address = f"/api/v1/sensing/modbus-units/{added.json()['id']}"
    assert client.get("/api/v1/sensing/modbus-units").json()["total"] == 1
    assert "which is inside" in client.post(f"{address}/try").json()["refused"]
    edit = {key: value for key, value in new.items() if key != "device_code"} | {"period_s": 5}
    assert client.put(address, edit, content_type="application/json").json()["period_s"] == 5.0
    assert client.get(address).json()["period_s"] == 5.0
    assert client.delete(address).status_code == 204


def test_who_does_not_manage_sensors_sees_no_addresses(plant: None, client: Client) -> None:
    unit = made()
    client.force_login(make_person("viewer", LICANG))
    assert client.get("/sensing/modbus/").status_code == 403
    assert client.get(f"/api/v1/sensing/modbus-units/{unit.pk}").status_code == 404
    assert client.get("/api/v1/sensing/modbus-units").json()["items"] == []


def test_pymodbus_is_quiet_about_what_fails() -> None:
    assert asking.logging.getLogger("pymodbus").level > asking.logging.ERROR
