"""The MQTT door against the standards, byte by byte, and against every way of cutting a stream into pieces."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.sensing.doors import NOW_MS, DoorInMemory, MemoryTransport, device, settle, until
from tests.sensing.packets import connect, packet, publish, text
from tocsin.sensing.doors.rules.mqtt_packets import V5, V311, MqttError, read_connect, read_length, write_length
from tocsin.sensing.quarantine.rules import Reason

Story = Callable[[DoorInMemory], Awaitable[None]]


def play(story: Story, **log_policy: int) -> None:
    async def run() -> None:
        await story(DoorInMemory(**log_policy))

    asyncio.run(run())


def exchange(*sent: bytes) -> tuple[bytes, DoorInMemory, MemoryTransport]:
    """Everything a client of these bytes gets back."""
    result: list[tuple[bytes, DoorInMemory, MemoryTransport]] = []

    async def story(door: DoorInMemory) -> None:
        connection, transport = door.open()
        for data in sent:
            if not transport.is_closing():
                connection.data_received(data)
                await settle()
        result.append((bytes(transport.written), door, transport))

    play(story)
    return result[0]


READING = b'{"ts": 1764000000000, "values": {"methane": 12.5}}'

GOLDEN_SESSIONS = Path(__file__).parent.parent / "golden" / "mqtt"
GOLDEN = [
    # name, bytes of the client after its CONNECT, expected answer in 3.1.1, expected answer in 5 (None: not of that version)
    ("ping", "c0 00", "d0 00", "d0 00"),
    ("subscribe is refused", "82 08 00 07 00 03 61 2f 62 01", "90 03 00 07 80", None),
    ("subscribe is refused, v5", "82 09 00 07 00 00 03 61 2f 62 01", None, "90 04 00 07 00 87"),
    ("unsubscribe", "a2 07 00 08 00 03 61 2f 62", "b0 02 00 08", None),
    ("unsubscribe, v5", "a2 08 00 08 00 00 03 61 2f 62", None, "b0 04 00 08 00 11"),
    ("second connect breaks the protocol", "10 00", "", "e0 01 82"),
    ("pubrel without qos 2", "62 02 00 01", "", "e0 01 82"),
    ("length of five bytes", "30 ff ff ff ff 01", "", "e0 01 81"),
]


@pytest.mark.parametrize("version", [V311, V5])
@pytest.mark.parametrize(("name", "sent", "v311", "v5"), GOLDEN, ids=[row[0] for row in GOLDEN])
def test_golden_bytes(name: str, sent: str, v311: str | None, v5: str | None, version: int) -> None:
    expected = v5 if version == V5 else v311
    if expected is None:
        return
    answer, _door, _transport = exchange(connect(version), bytes.fromhex(sent))
    accepted = connack_of(version)
    assert answer.hex(" ") == (accepted + bytes.fromhex(expected)).hex(" ")


@pytest.mark.parametrize(("name", "version"), [("mosquitto-3.1.1", V311), ("mosquitto-5", V5)])
def test_golden_sessions_of_mosquitto(name: str, version: int) -> None:
    """What Debian's mosquitto_pub sent: CONNECT, PUBLISH (with properties in 5), DISCONNECT."""
    connecting, publishing, leaving = map(bytes.fromhex, (GOLDEN_SESSIONS / f"{name}.hex").read_text().splitlines())
    written, door, transport = exchange(connecting, publishing, leaving)
    assert written == connack_of(version) + bytes.fromhex("40020001")
    assert door.log.rows() == [(0, NOW_MS, 12.5)]
    assert transport.is_closing()


def connack_of(version: int) -> bytes:
    if version == V311:
        return bytes.fromhex("20020000")
    properties = bytes.fromhex("2401 27 00040400 2900 2a00 11 00000000".replace(" ", ""))
    return packet(0x20, b"\0\0" + write_length(len(properties)) + properties)


@pytest.mark.parametrize("version", [V311, V5])
def test_a_reading_is_acknowledged_after_the_log_has_it(version: int) -> None:
    async def story(door: DoorInMemory) -> None:
        connection, transport = door.open()
        connection.data_received(connect(version))
        await settle()
        door.log.is_down = True
        transport.written.clear()
        connection.data_received(publish(version, READING, packet_id=7) + publish(version, READING, packet_id=8))
        await settle()
        assert not transport.written, "the log has not got it"
        door.log.is_down = False
        await until(lambda: transport.written)
        await settle()
        assert bytes(transport.written).hex() == "4002000740020008"
        assert door.log.rows() == [(0, NOW_MS, 12.5), (0, NOW_MS, 12.5)]

    play(story)


@pytest.mark.parametrize(
    ("version", "answer"), [(V311, "4002 0009"), (V5, "4003 0009 87")], ids=["3.1.1 has no reason codes", "5 says not authorized"]
)
def test_a_foreign_topic_is_counted_and_set_aside(version: int, answer: str) -> None:
    foreign = publish(version, READING, packet_id=9, topic="tocsin/well-2/readings")
    written, door, transport = exchange(connect(version), foreign)
    assert written == connack_of(version) + bytes.fromhex(answer)
    assert door.log.rows() == []
    assert door.reasons() == {Reason.FOREIGN_TOPIC: 1}
    assert not transport.is_closing()


def test_what_can_not_be_read_is_acknowledged_too() -> None:
    """Else a device would send it for ever."""
    written, door, _ = exchange(connect(V5), publish(V5, b"\xff\xfe", packet_id=1))
    assert written == connack_of(V5) + bytes.fromhex("4003 0001 99")
    assert door.reasons() == {Reason.UNREADABLE: 1}


def test_qos_2_is_refused() -> None:
    _, door, transport = exchange(connect(V311), publish(V311, READING, qos=2, packet_id=1))
    assert transport.is_closing()
    assert door.reasons() == {Reason.UNSUPPORTED: 1}
    written, _, transport = exchange(connect(V5), publish(V5, READING, qos=2, packet_id=1))
    assert written == connack_of(V5) + bytes.fromhex("e0019b")
    assert transport.is_closing()


def test_properties_of_a_publish_are_read_over_and_aliases_refused() -> None:
    content_type = b"\x03" + text("application/json") + b"\x26" + text("a") + text("b")
    _, door, _ = exchange(connect(V5), publish(V5, READING, properties=content_type))
    assert door.log.rows() == [(0, NOW_MS, 12.5)]
    written, _, _ = exchange(connect(V5), publish(V5, READING, properties=b"\x23\x00\x01"))
    assert written.endswith(bytes.fromhex("e00194"))


REFUSED = [
    ("wrong secret", connect(V311, password="no"), "20020004"),
    ("wrong secret, v5", connect(V5, password="no"), "2003008600"),
    ("unknown device", connect(V311, username="nobody"), "20020004"),
    ("mqtt 3.1", packet(0x10, text("MQIsdp") + b"\x03\x02\x00\x3c" + text("c")), "20020001"),
    ("empty client id without clean session", connect(V311, client_id="", clean=False), "20020002"),
    ("no connect first", b"\xc0\x00", ""),
    ("nonsense", b"GET / HTTP/1.1\r\n\r\n", ""),
]


@pytest.mark.parametrize(("sent", "expected"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED])
def test_refused_at_the_door(sent: bytes, expected: str) -> None:
    written, door, transport = exchange(sent)
    assert written.hex() == expected
    assert transport.is_closing()
    assert door.log.rows() == []


def test_the_brake_on_failed_logins() -> None:
    async def story(door: DoorInMemory) -> None:
        answers = []
        for _ in range(12):
            connection, transport = door.open()
            connection.data_received(connect(V5, password="no"))
            await settle()
            answers.append(transport.written[3])
        assert answers == [0x86] * 10 + [0x9F] * 2
        connection, transport = door.open()
        connection.data_received(connect(V5))
        await settle()
        assert transport.written[3] == 0, "the right secret is let in, whatever others behind the address try"

    play(story)


def test_an_assigned_client_id_and_a_keep_alive_of_the_server() -> None:
    written, _, _ = exchange(connect(V5, client_id="", keep_alive_s=0))
    assert b"\x12\x00\x20" in written, "assigned client identifier of 32 letters"
    assert written.endswith(b"\x13" + (600).to_bytes(2))


def test_the_same_client_takes_over_and_a_revoked_device_is_cut_off() -> None:
    async def story(door: DoorInMemory) -> None:
        first, first_transport = door.open()
        first.data_received(connect(V5))
        await settle()
        second, second_transport = door.open()
        second.data_received(connect(V5))
        await settle()
        assert first_transport.written.endswith(bytes.fromhex("e0018e"))
        assert first_transport.is_closing()
        first.connection_lost(None)
        door.gatehouse.registry.devices = {"well-1": device(secret="rotated")}
        door.door._check_devices()
        assert second_transport.written.endswith(bytes.fromhex("e00187"))

    play(story)


def test_a_full_door_stops_reading_until_the_log_has_caught_up() -> None:
    async def story(door: DoorInMemory) -> None:
        connection, transport = door.open()
        connection.data_received(connect(V311))
        await settle()
        door.log.is_down = True
        number = 0
        while not transport.is_paused:
            number += 1
            assert number < 50, "the door must stop reading"
            connection.data_received(publish(V311, READING, packet_id=number))
            await settle()
        door.log.is_down = False
        await until(lambda: not transport.is_paused and len(door.log.rows()) == number)
        await settle()
        assert len(door.log.rows()) == number
        assert transport.written.count(b"\x40\x02") == number

    play(story, readings_waiting=10)


messages = st.lists(
    st.tuples(
        st.sampled_from(
            [b'{"values":{"methane":1}}', b"[]", b"{", b'{"values":{"wind":1}}', b'[{"values":{"methane":null}}]', b""]
        ),
        st.integers(0, 3),
        st.sampled_from(["tocsin/well-1/readings", "tocsin/well-2/readings", "x"]),
    ),
    max_size=12,
)


@settings(max_examples=150, deadline=None)
@given(version=st.sampled_from([V311, V5]), messages=messages, tail=st.binary(max_size=40), data=st.data())
def test_however_the_stream_is_cut_the_result_is_the_same(
    version: int, messages: list[tuple[bytes, int, str]], tail: bytes, data: st.DataObject
) -> None:
    stream = connect(version) + b"".join(
        publish(version, payload, packet_id=identifier, topic=topic) for payload, identifier, topic in messages
    )
    stream += tail
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=10)))
    parts = [stream[start:end] for start, end in zip([0, *cuts], [*cuts, len(stream)], strict=True) if end > start]

    whole, whole_door, whole_transport = exchange(stream)
    cut, cut_door, cut_transport = exchange(*parts)
    if not whole_transport.is_closing():
        assert cut == whole
    assert repr(cut_door.log.rows()) == repr(whole_door.log.rows())  # as text, where NaN equals NaN
    assert cut_door.reasons() == whole_door.reasons()
    assert cut_transport.is_closing() == whole_transport.is_closing()


@given(st.binary(max_size=60))
def test_any_bytes_are_a_connect_or_an_error(data: bytes) -> None:
    with contextlib.suppress(MqttError):
        read_connect(data)


@given(st.integers(0, 268_435_455))
def test_lengths_come_back(value: int) -> None:
    written = write_length(value)
    assert read_length(written, 0) == (value, len(written))
