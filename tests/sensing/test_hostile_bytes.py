"""Hostile bytes at the doors: whatever comes, the door answers or closes, and the log holds what was well said."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, rule
from uvicorn.server import ServerState

from tests.sensing.doors import NOW_MS, DoorInMemory, MemoryTransport, settle
from tests.sensing.packets import connect, publish
from tocsin.base.reasons import kept
from tocsin.sensing.devices.policy import policy
from tocsin.sensing.doors.api.http import Application
from tocsin.sensing.doors.api.http_connection import connections_among
from tocsin.sensing.doors.api.mqtt_connection import MqttConnection, State
from tocsin.sensing.doors.rules.mqtt_packets import V5, V311
from tocsin.sensing.doors.rules.payload import Channels, Columns, read_payload
from tocsin.sensing.doors.rules.times import Times
from tocsin.sensing.doors.services.strangers import Strangers

pytestmark = pytest.mark.one_database

CORPUS = Path(__file__).parent.parent / "golden" / "hostile"
READING = b'{"values":{"methane":1}}'
TIMES = Times(NOW_MS, NOW_MS - 31 * 86_400_000, NOW_MS + 300_000)


def corpus(name: str) -> dict[str, bytes]:
    """What was once found, or thought of: a case a line, its words and then its bytes in hex."""
    lines = (CORPUS / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    return {words: bytes.fromhex(data) for words, _colon, data in (line.partition(": ") for line in lines)}


@st.composite
def mutated(draw: st.DrawFn, whole: st.SearchStrategy[bytes]) -> bytes:
    """Bytes that were right once: some changed, some gone, some put in, some twice."""
    data = bytearray(draw(whole))
    for _ in range(draw(st.integers(0, 4))):
        at = draw(st.integers(0, max(0, len(data) - 1)))
        match draw(st.integers(0, 3)):
            case 0 if data:
                data[at] = draw(st.integers(0, 255))
            case 1:
                del data[at : at + draw(st.integers(1, 8))]
            case 2:
                data[at:at] = draw(st.binary(max_size=8))
            case _:
                data[at:at] = data[at : at + draw(st.integers(1, 40))]
    return bytes(data)


versions = st.sampled_from([V311, V5])
payloads = st.one_of(st.just(READING), st.sampled_from([b"", b"[]", b"{", b"null", b'[{"values":{}}]']), st.binary(max_size=30))
publishes = st.builds(
    publish,
    versions,
    payloads,
    packet_id=st.integers(0, 3),
    topic=st.sampled_from(["tocsin/well-1/readings", "tocsin/well-2/readings", "", "$SYS", "a" * 300]),
    properties=st.one_of(st.just(b""), st.binary(max_size=12)),
)
controls = st.sampled_from(
    [
        b"\xc0\x00",
        b"\xe0\x00",
        b"\x82\x08\x00\x07\x00\x03a/b\x01",
        b"\xa2\x07\x00\x08\x00\x03a/b",
        b"\x62\x02\x00\x01",
        b"\x20\x02\x00\x00",
    ]
)
connects = st.builds(
    connect,
    versions,
    st.sampled_from(["well-1", "nobody", ""]),
    st.sampled_from(["secret", "wrong", ""]),
    client_id=st.sampled_from(["c", "d", ""]),
    keep_alive_s=st.integers(0, 65535),
    clean=st.booleans(),
)
hostile = st.one_of(
    mutated(publishes), mutated(connects), mutated(controls), publishes, connects, controls, st.binary(max_size=50)
)


class Doors(RuleBasedStateMachine):
    """Some connections at one door, the log up and down; the loop stands still between two steps."""

    connections = Bundle("connections")

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.errors: list[dict[str, Any]] = []
        self.loop.set_exception_handler(lambda _loop, context: self.errors.append(context))
        self.door: DoorInMemory = self.run(self._made())
        self.opened: list[tuple[MqttConnection, MemoryTransport]] = []
        self.told = 0

    def run(self, work: Any) -> Any:
        return self.loop.run_until_complete(work)

    async def _made(self) -> DoorInMemory:
        return DoorInMemory()

    async def _opened(self) -> tuple[MqttConnection, MemoryTransport]:
        return self.door.open()

    async def _heard(self, connection: MqttConnection, data: bytes) -> None:
        connection.data_received(data)
        await settle()

    @rule(target=connections)
    def open(self) -> Any:
        self.opened.append(self.run(self._opened()))
        return self.opened[-1]

    @rule(target=connections, version=versions)
    def log_in(self, version: int) -> Any:
        one: Any = self.open()
        self.run(self._heard(one[0], connect(version, client_id=f"c{len(self.opened)}")))
        return one

    @rule(one=connections, data=hostile)
    def hear(self, one: Any, data: bytes) -> None:
        connection, transport = one
        if transport.is_closing() or transport.is_paused or not data:
            return
        self.run(self._heard(connection, data))

    @rule(one=consumes(connections))
    def lose(self, one: Any) -> None:
        connection, transport = one
        transport.close()
        connection.connection_lost(None)

    @rule(is_down=st.booleans())
    def turn_log(self, is_down: bool) -> None:
        self.door.log.is_down = is_down
        self.run(settle())

    @invariant()
    def nothing_broke(self) -> None:
        assert self.errors == []
        assert not self.door.appending.done()

    @invariant()
    def counts_fit(self) -> None:
        inside = [one for one, _transport in self.opened if one.device is not None and one.state is State.OPEN]
        assert len(self.door.door._by_client) >= len({one.client_id for one in inside})
        assert self.door.door._per_device.total() <= len(self.opened)
        assert all(0 < count <= 16 for count in self.door.door._per_device.values())
        assert all(one.device is not None for one, transport in self.opened if one.state is State.OPEN)
        assert {sensor for sensor, _ts, _value in self.door.log.rows()} <= {0}

    def teardown(self) -> None:
        self.door.appending.cancel()
        for task in asyncio.all_tasks(self.loop):
            task.cancel()
        self.run(settle())
        self.loop.close()
        assert self.errors == []


async def hear_all(data: bytes) -> None:
    """In one piece, and again byte by byte: neither raises, both tell the same."""
    told = []
    for parts in ([data], [data[at : at + 1] for at in range(len(data))]):
        door = DoorInMemory()
        connection, transport = door.open()
        for part in parts:
            if not transport.is_closing():
                connection.data_received(part)
                await settle()
        door.appending.cancel()
        told.append((door.log.rows(), door.reasons(), transport.is_closing()))
    assert repr(told[0]) == repr(told[1])


TestDoors = Doors.TestCase
TestDoors.settings = settings(max_examples=25, stateful_step_count=20, deadline=None)


LOGIN = b"authorization: Basic d2VsbC0xOnNlY3JldA==\r\n"
requests = st.builds(
    lambda method, path, headers, body: b"".join(
        (method, b" ", path, b" HTTP/1.1\r\nhost: x\r\n", *headers, b"content-length: %d\r\n\r\n" % len(body), body)
    ),
    st.sampled_from([b"POST", b"GET", b"TRACE", b"OPTIONS", b"CONNECT", b"HEAD"]),
    st.sampled_from([b"/v1/readings", b"/", b"*", b"/v1/readings?x=%00", b"http://x/v1/readings", b"/%ff%fe"]),
    st.lists(
        st.sampled_from(
            [
                LOGIN,
                b"authorization: Basic ////\r\n",
                b"authorization: Basic d2VsbC0x\r\n",
                b"authorization: Basic //86//4=\r\n",
                b"transfer-encoding: chunked\r\n",
                b"content-length: 5\r\n",
                b"content-length: 99999999999999999999\r\n",
                b"expect: 100-continue\r\n",
                b"connection: upgrade\r\nupgrade: websocket\r\n",
                b"connection: close\r\n",
                b"x-forwarded-for: 203.0.113.7\r\n",
            ]
        ),
        max_size=4,
    ),
    payloads,
)


async def speak(*parts: bytes) -> tuple[bytes, DoorInMemory]:
    door, errors = DoorInMemory(), []
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda _loop, context: errors.append(context))
    kind = connections_among(Strangers(policy().strangers), ())
    config = uvicorn.Config(
        Application(door.gatehouse), lifespan="off", log_config=None, access_log=False, ws="none", interface="asgi3"
    )
    connection, transport = kind(config=config, server_state=ServerState(), app_state={}), MemoryTransport()
    connection.connection_made(transport)
    for part in parts:
        if not transport.is_closing() and part:
            connection.data_received(part)
        await settle()
    connection.connection_lost(None)
    await settle()
    for task in asyncio.all_tasks() - {asyncio.current_task()}:
        task.cancel()
    await settle()
    assert errors == []
    return bytes(transport.written), door


def check_http(*parts: bytes) -> None:
    written, door = asyncio.run(speak(*parts))
    assert b"HTTP/1.1 500" not in written
    assert {sensor for sensor, _ts, _value in door.log.rows()} <= {0}


@settings(max_examples=100, deadline=None)
@given(parts=st.lists(st.one_of(mutated(requests), requests), min_size=1, max_size=3))
def test_http(parts: list[bytes]) -> None:
    check_http(*parts)


atoms = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=8),
    st.sampled_from(
        [
            10**400,
            -(2**63),
            2**63,
            1e308,
            NOW_MS,
            "2025-11-24T16:00:00Z",
            "9999-12-31T23:59:59.999999+00:00",
            "0001-01-01T00:00:00+23:59",
            "\ud800",
            "\0",
        ]
    ),
)
bodies = st.one_of(
    st.builds(
        lambda ts, values: {"ts": ts, "values": values},
        atoms,
        st.dictionaries(
            st.sampled_from(["methane", "x", "", "\ud800", "a" * 400]), st.one_of(atoms, st.lists(atoms, max_size=2))
        ),
    ),
    st.recursive(
        atoms,
        lambda one: st.one_of(st.lists(one, max_size=3), st.dictionaries(st.text(max_size=3), one, max_size=3)),
        max_leaves=6,
    ),
)


@settings(max_examples=100, deadline=None)
@given(
    data=mutated(
        st.one_of(
            bodies.map(lambda one: json.dumps(one).encode("utf-8", "surrogatepass")),
            st.lists(bodies, max_size=3).map(lambda many: json.dumps(many, ensure_ascii=False).encode("utf-8", "surrogatepass")),
            st.lists(bodies, max_size=3).map(lambda many: "\n".join(json.dumps(one) for one in many).encode()),
            st.sampled_from(
                [b"[" * 5000, b'{"values":' * 3000, b'{"ts":1e999,"values":{"methane":-1e999}}', b'{"values":{"methane":NaN}}']
            ),
        )
    )
)
def test_payload(data: bytes) -> None:
    check_payload(data)


def check_payload(data: bytes) -> None:
    columns = Columns()
    faults = read_payload(data, Channels({"methane": (0, None, ("methane", ""))}), TIMES, columns)
    readings = columns.readings()
    assert set(readings.sensor.tolist()) <= {0}
    assert all(TIMES.earliest_ms <= ts <= TIMES.latest_ms for ts in readings.ts.tolist())
    assert ((readings.quality == 2) == (readings.value != readings.value)).all()
    for fault in faults:
        assert fault.why.in_english
        kept(fault.why)["text"].encode()
        assert len(fault.sample) <= 400


CHECKS: dict[str, Callable[[bytes], None]] = {
    "mqtt": lambda data: asyncio.run(hear_all(data)),
    "http": check_http,
    "payload": check_payload,
}


DEEP = (b'{"values":{"methane":1},"x":' + b"[" * 60_000, b"[" * 200_000, b'{"a":' * 30_000, b'{"values":{}}\n' + b"[" * 50_000)


@pytest.mark.parametrize("data", DEEP, ids=range(len(DEEP)))
def test_payloads_that_nest_without_end(data: bytes) -> None:
    """Also in a key that is passed over unread: it is deep before anybody looks at it."""
    check_payload(data)
    check_http(b"POST /v1/readings HTTP/1.1\r\nhost: x\r\n" + LOGIN + b"content-length: %d\r\n\r\n" % len(data) + data)


@pytest.mark.parametrize("name", CHECKS)
def test_corpus(name: str) -> None:
    for words, data in corpus(name).items():
        try:
            CHECKS[name](data)
        except Exception as error:
            error.add_note(f"{name}: {words}")
            raise
