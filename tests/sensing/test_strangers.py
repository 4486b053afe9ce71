"""Who has not proved who they are takes no device's place: sockets that drip, guessed secrets, endless requests."""

import asyncio
import logging
import socket
import ssl
from collections.abc import Awaitable, Callable
from types import SimpleNamespace
from typing import Any, cast

import msgspec
import pytest
import uvicorn

from tests.ports import free_port
from tests.sensing.doors import DoorInMemory, device, settle
from tests.sensing.packets import connect, publish
from tocsin.base.errors import InvalidInput
from tocsin.sensing.devices.policy import StrangersPolicy
from tocsin.sensing.doors.api.gb26875 import Gb26875Door
from tocsin.sensing.doors.api.hj212 import Hj212Door
from tocsin.sensing.doors.api.http import HttpDoor, listening_socket
from tocsin.sensing.doors.api.mqtt import MqttDoor
from tocsin.sensing.doors.rules.mqtt_packets import V5, V311
from tocsin.sensing.doors.services.listener import Listener
from tocsin.sensing.doors.services.strangers import Complaints, Stranger, Strangers

pytestmark = pytest.mark.one_database

FEW = StrangersPolicy(connections=3, connections_per_address=2, undisturbed_s=1.0)
A, B, C = "192.0.2.1", "192.0.2.2", "2001:db8::/64"

# Those who come as (second, address), those who are let in, those who are ended, how long the door then waits to accept.
CROWDS = [
    ("room for all", [(0.0, A), (0.1, A), (0.2, B)], [0, 1, 2], [], 0.8),
    ("an address's oldest goes", [(0.0, A), (0.1, A), (2.0, A)], [0, 1, 2], [0], 0.0),
    ("an undisturbed one stays, the newcomer goes", [(0.0, A), (0.1, A), (0.9, A)], [0, 1], [], 0.0),
    ("the oldest of all goes", [(0.0, A), (0.1, B), (0.2, C), (3.0, C)], [0, 1, 2, 3], [0], 0.0),
    ("who goes from the same address makes room for both", [(0.0, A), (0.1, B), (0.2, B), (3.0, B)], [0, 1, 2, 3], [1], 0.0),
]


@pytest.mark.parametrize(("crowd", "entered", "ended", "wait_s"), [row[1:] for row in CROWDS], ids=[row[0] for row in CROWDS])
def test_the_rule(crowd: list[tuple[float, str]], entered: list[int], ended: list[int], wait_s: float) -> None:
    strangers = Strangers(FEW)
    gone: list[int] = []
    inside = [
        number
        for number, (since_s, network) in enumerate(crowd)
        if strangers.enter(Stranger(network, since_s, lambda number=number: gone.append(number)))  # type: ignore[misc]
    ]
    assert (inside, gone) == (entered, ended)
    assert len(strangers) == len(inside) - len(gone)
    assert strangers.wait_s(crowd[-1][0]) == pytest.approx(wait_s)


def test_lines_that_a_stranger_causes_are_counted_instead_of_told(caplog: pytest.LogCaptureFixture) -> None:
    complaints = Complaints(logging.getLogger("tocsin.test"))
    for second in (0.0, 1.0, 2.0, 31.0):
        complaints.tell(second, logging.WARNING, "%s knocks", A)
    assert [record.getMessage() for record in caplog.records] == [f"{A} knocks", f"{A} knocks (and 2 more like it)"]


def play(story: Callable[[DoorInMemory], Awaitable[None]]) -> None:
    async def run() -> None:
        door = DoorInMemory(device("well-1"), device("well-2"))
        try:
            await story(door)
        finally:
            door.appending.cancel()
            if door.door.porch.port:
                await door.close()

    asyncio.run(run())


def test_600_dripping_sockets_leave_a_device_its_place() -> None:
    """Each says a byte of a CONNECT that never ends; a device behind the same address is let in all the same."""

    async def story(door: DoorInMemory) -> None:
        port = await door.listen(undisturbed_s=0.0)
        loop = asyncio.get_running_loop()
        drips = []
        for _ in range(600):
            one = socket.socket()
            one.setblocking(False)
            await loop.sock_connect(one, ("127.0.0.1", port))
            one.send(b"\x10")
            drips.append(one)
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(connect(V311) + publish(V311, b'{"values":{"methane":1}}', packet_id=1))
        assert await asyncio.wait_for(reader.readexactly(8), 5) == bytes.fromhex("2002000040020001")
        assert len(door.door.porch.strangers) <= door.gatehouse.policy.strangers.connections_per_address
        for one in drips:
            one.close()
        writer.close()

    play(story)


def test_sockets_that_never_begin_tls_make_room() -> None:
    async def story(_door: DoorInMemory) -> None:
        strangers = Strangers(msgspec.structs.replace(FEW, undisturbed_s=0.0, connections_per_address=3))
        listener = Listener(strangers, lambda stranger: asyncio.Protocol(), lambda: ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER))
        await listener.open("127.0.0.1", 0)
        port = listener._sockets[0].getsockname()[1]
        silent = [await asyncio.open_connection("127.0.0.1", port) for _ in range(5)]
        for reader, _writer in silent[:2]:
            assert await asyncio.wait_for(reader.read(), 5) == b"", "the oldest are ended"
        assert len(strangers) == 3
        assert strangers.end_late(float("inf")) == 3
        for reader, _writer in silent[2:]:
            assert await asyncio.wait_for(reader.read(), 5) == b""
        listener.close()

    play(story)


def test_answers_wait_for_nothing() -> None:
    """Without TCP_NODELAY an answer waits until the device has confirmed the one before: until it sends again."""

    async def story(_door: DoorInMemory) -> None:
        at_once: list[int] = []

        class Ask(asyncio.Protocol):
            def connection_made(self, transport: asyncio.BaseTransport) -> None:
                at_once.append(transport.get_extra_info("socket").getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
                transport.close()

        listener = Listener(Strangers(FEW), lambda stranger: Ask(), lambda: None)
        await listener.open("127.0.0.1", 0)
        reader, writer = await asyncio.open_connection("127.0.0.1", listener.port)
        assert await asyncio.wait_for(reader.read(), 5) == b""
        assert at_once == [1]
        writer.close()
        listener.close()

    play(story)
    with listening_socket(uvicorn.Config("unused", port=0)) as listening:
        listening.listen()
        with socket.create_connection(listening.getsockname()), listening.accept()[0] as accepted:
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_bytes_do_not_move_the_deadline_of_a_login() -> None:
    async def story(door: DoorInMemory) -> None:
        connection, transport = door.open()
        began = asyncio.get_running_loop().time()
        for byte in connect(V5)[:5]:
            connection.data_received(bytes((byte,)))
        door.door.sweep(began + 9.9)
        assert not transport.is_closing()
        connection.data_received(b"\0")
        door.door.sweep(began + 10.2)
        assert transport.is_aborted, "ten seconds after the accept, however lately it was heard"
        open_connection, open_transport = door.open()
        open_connection.data_received(connect(V5))
        await settle()
        door.door.sweep(began + 30)
        assert not open_transport.is_closing(), "a device that logged in is no stranger"

    play(story)


def test_a_closed_connection_whose_peer_takes_nothing_is_cut() -> None:
    async def story(door: DoorInMemory) -> None:
        connection, transport = door.open()
        connection.data_received(connect(V5, password="no"))
        await settle()
        assert transport.is_closing()
        assert not transport.is_aborted
        door.door.sweep(asyncio.get_running_loop().time() + 6)
        assert transport.is_aborted

    play(story)


def test_wrong_secrets_hold_back_neither_the_device_nor_its_neighbours_nor_the_database() -> None:
    """A guesser behind the same address uses up the brake of the device and that of the address."""

    async def story(door: DoorInMemory) -> None:
        answers = []
        for number in range(120):
            connection, transport = door.open()
            connection.data_received(connect(V5, "well-1" if number < 12 else f"nobody-{number}", "guess"))
            await settle()
            answers.append(transport.written[3])
            connection.connection_lost(None)
        assert answers == [0x86] * 10 + [0x9F] * 2 + [0x86] * 90 + [0x9F] * 18
        assert vars(door.gatehouse.registry)["looks"] == 100, "what the brake holds back asks for no look at the registry"
        for code in ("well-1", "well-2"):
            connection, transport = door.open()
            connection.data_received(connect(V5, code))
            await settle()
            assert transport.written[3] == 0, f"{code} with its own secret is let in"

    play(story)


def test_a_secret_typed_as_the_code_is_not_kept() -> None:
    async def story(door: DoorInMemory) -> None:
        secret = "zL9c_vK3xQ-rT8mW1yB5nD7pF0gH2jS4"
        await door.gatehouse.login("http", secret, b"x", "192.0.2.7", 0.0)
        (aside,) = door.gatehouse.ledger._aside.values()
        assert aside.sample == secret[:8]
        assert secret[:9] not in repr(aside)

    play(story)


class Http:
    """The HTTP door of a gatehouse in memory, on loopback."""

    def __init__(self, memory: DoorInMemory, **changed: Any) -> None:
        self._memory, self.door = memory, HttpDoor()
        self.keep(**changed)
        self._writers: list[asyncio.StreamWriter] = []
        self.port = free_port()

    def keep(self, **changed: Any) -> None:
        """From now on these figures of the policy hold."""
        policy = self._memory.gatehouse.policy
        strangers = msgspec.structs.replace(policy.strangers, undisturbed_s=0.0)
        http = msgspec.structs.replace(policy.http, **changed)
        self._memory.gatehouse.take_policy(msgspec.structs.replace(policy, strangers=strangers, http=http))

    async def __aenter__(self) -> "Http":
        ports = {"http": self.port}
        settings = SimpleNamespace(
            door_hosts={"http": "127.0.0.1"}, door_ports=ports, doors_in_clear=False, trusted_proxies=(), certificate_header=""
        )
        await self.door.open(self._memory.gatehouse, cast("Any", settings))
        while self.door._server is None or not self.door._server.started:
            await asyncio.sleep(0)
        return self

    def leave(self) -> None:
        """All who spoke so far close their connections."""
        for writer in self._writers:
            writer.close()

    async def __aexit__(self, *error: object) -> None:
        self.leave()
        self.door.stop_reading()
        assert self.door._server is not None
        self.door._server.force_exit = True
        await self.door.close()

    async def say(self, data: bytes) -> asyncio.StreamReader:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        writer.write(data)
        self._writers.append(writer)
        return reader

    async def status(self, reader: asyncio.StreamReader) -> int:
        return int((await asyncio.wait_for(reader.readline(), 60)).split()[1])


LOGIN = b"POST /v1/readings HTTP/1.1\r\nhost: x\r\nauthorization: Basic d2VsbC0xOnNlY3JldA==\r\n"  # well-1:secret
BODY = b'{"values":{"methane":1}}'
SLOW = LOGIN + b"content-length: 100\r\n\r\n{"
WHOLE = LOGIN + b"content-length: %d\r\n\r\n" % len(BODY) + BODY


def test_headers_that_never_end_leave_a_device_its_place() -> None:
    async def story(memory: DoorInMemory) -> None:
        async with Http(memory, login_within_s=0.2) as http:
            first = await http.say(b"POST /v1/rea")
            assert await asyncio.wait_for(first.read(), 60) == b"", "closed at its time, though it was never silent for long"
            http.keep(login_within_s=600.0)  # from here on it is the crowd that has to make room
            for _ in range(60):
                await http.say(b"POST /v1/rea")
            reader = await http.say(WHOLE)
            assert await http.status(reader) == 202
            assert len(http.door._strangers) <= memory.gatehouse.policy.strangers.connections_per_address

    play(story)


def test_a_body_that_never_ends_and_too_many_at_once_of_one_device() -> None:
    async def story(memory: DoorInMemory) -> None:
        async with Http(memory, body_within_s=600.0, requests_per_device=1) as http:
            slow = await http.say(SLOW)
            while not http.door._server or not http.door._server.server_state.tasks:
                await asyncio.sleep(0)
            second = await http.say(WHOLE)
            assert await http.status(second) == 429
            http.leave()
            while http.door._server.server_state.tasks:
                await asyncio.sleep(0)
            http.keep(body_within_s=0.05)
            slow = await http.say(SLOW)
            assert await http.status(slow) == 408
            http.keep(body_within_s=600.0)
            third = await http.say(WHOLE)
            assert await http.status(third) == 202

    play(story)


CLEAR = [
    ("http on every interface", HttpDoor, {"http": "0.0.0.0"}, "TOCSIN_DOOR_HTTP_HOST=127.0.0.1"),  # noqa: S104 - what is refused
    ("hj212 on every interface", Hj212Door, {"hj212": "0.0.0.0"}, "TOCSIN_HJ212_HOST=127.0.0.1"),  # noqa: S104 - what is refused
    ("gb26875 on every interface", Gb26875Door, {"gb26875": "0.0.0.0"}, "TOCSIN_GB26875_HOST=127.0.0.1"),  # noqa: S104 - what is refused
    ("mqtt without certificate", MqttDoor, {"mqtt": "192.0.2.1"}, "TOCSIN_MQTT_TLS_CERTIFICATE"),
]


@pytest.mark.parametrize(("door", "hosts", "mend"), [row[1:] for row in CLEAR], ids=[row[0] for row in CLEAR])
def test_a_door_in_clear_beyond_this_machine_does_not_open(door: type[Any], hosts: dict[str, str], mend: str) -> None:
    settings = SimpleNamespace(door_hosts=hosts, door_ports=dict.fromkeys(hosts, 1), doors_in_clear=False)
    settings.mqtt_tls_certificate = settings.mqtt_tls_key = ""

    async def story(memory: DoorInMemory) -> None:
        with pytest.raises(InvalidInput, match=mend) as refusal:
            await door().open(memory.gatehouse, settings)
        assert "TOCSIN_DOOR_IN_CLEAR=1" in str(refusal.value)

    play(story)
