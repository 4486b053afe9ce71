"""Transmitters of fire alarms: frames in a stream however it is cut, what their data tell, and the door on a real socket."""

import asyncio
import ipaddress
import itertools
from collections.abc import Awaitable, Callable
from types import SimpleNamespace
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.languages import english as english
from tests.sensing.doors import DoorInMemory, device, until
from tests.sensing.test_payload import NOW
from tocsin.sensing.devices.rules import Channel
from tocsin.sensing.doors.api.gb26875 import MOST_UNPROVED_BYTES, Gb26875Door
from tocsin.sensing.doors.rules.faults import Fault
from tocsin.sensing.doors.rules.gb26875 import Told, read_data
from tocsin.sensing.doors.rules.gb26875_frames import LONGEST_BYTES, Command, Frame, Splitter, write_frame, write_time
from tocsin.sensing.quarantine.rules import Reason
from tocsin.sensing.transmitters.rules import KnownTransmitter

AT_MS = 1_767_398_400_000  # 2026-01-03 08:00 in China
SMOKE = bytes.fromhex(
    "40 40 01 00 01 01 00 1e 08 03 01 1a 01 00 00 00 00 00 00 00 00 00 00 00 30 00 02"
    "02 01 01 00 28 10 00 01 00 02 00 31 46 2d 41 20 d1 cc b8 d0 00 00 00 00 00 00 00 00"
    "00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 1e 08 03 01 1a 27 23 23"
)
SOURCE = "000000000001"
LABEL = bytes((0, 0, 8, 3, 1, 26))


def sent(data: bytes, *, serial: int = 7, ts_ms: int = NOW, source: str = SOURCE, command: int = Command.SEND) -> bytes:
    return write_frame(Frame(serial, bytes((1, 1)), ts_ms, source, "000000000000", command, data))


def state(bits: int, label: bytes | None = None) -> bytes:
    """The transmitter's own state."""
    return bytes((21, 1, bits)) + (write_time(NOW) if label is None else label)


def split(*pieces: bytes) -> list[Frame | Fault]:
    splitter = Splitter()
    found = [one for piece in pieces for one in splitter.feed(piece)]
    return [*found, *filter(None, [splitter.end()])]


def kinds(found: list[Frame | Fault]) -> list[int | str]:
    return [one.serial if isinstance(one, Frame) else "!" for one in found]


ONE, TWO = sent(state(2), serial=1), sent(state(4), serial=2)
STREAMS: list[tuple[str, bytes, list[int | str]]] = [
    ("a smoke detector in fire", SMOKE, [1]),
    ("two in one", ONE + TWO, [1, 2]),
    ("without data", sent(b"", serial=3), [3]),
    ("what a modem says before it", b"ICCID:89860\r\n" + ONE, ["!", 1]),
    ("a mark too many", b"@" + ONE, ["!", 1]),
    ("a changed byte", ONE[:30] + b"\xff" + ONE[31:] + TWO, ["!", 2]),
    ("a changed checksum", ONE[:-3] + b"\x00" + ONE[-2:] + TWO, ["!", 2]),
    ("a wrong end", ONE[:-1] + b"$" + TWO, ["!", 2]),
    ("longer than any", ONE[:24] + b"\xff\xff" + ONE[26:] + TWO, ["!", 2]),
    ("cut off at the end", ONE + TWO[:20], [1, "!"]),
    ("nothing but line ends", b"\r\n\r\n\0", []),
]


@pytest.mark.parametrize(("stream", "expected"), [row[1:] for row in STREAMS], ids=[row[0] for row in STREAMS])
def test_frames_of_a_stream(stream: bytes, expected: list[int | str]) -> None:
    assert kinds(split(stream)) == expected


@given(st.lists(st.sampled_from([row[1] for row in STREAMS]), min_size=1, max_size=3), st.lists(st.integers(0, 400), max_size=8))
def test_any_cutting_gives_the_same(streams: list[bytes], cuts: list[int]) -> None:
    stream = b"".join(streams)
    places = sorted({0, len(stream), *(cut for cut in cuts if cut < len(stream))})
    pieces = [stream[start:end] for start, end in itertools.pairwise(places)]
    assert kinds(split(*pieces)) == kinds(split(stream))


@given(st.lists(st.one_of(st.binary(max_size=60), st.sampled_from([b"@@", b"##", ONE, SMOKE, SMOKE[:40]])), max_size=30))
def test_whatever_comes_nothing_fails_and_little_is_kept(pieces: list[bytes]) -> None:
    splitter = Splitter()
    for piece in pieces:
        for one in splitter.feed(piece):
            if isinstance(one, Frame):
                list(read_data(one.data))
                assert one.answer(Command.CONFIRM, AT_MS).endswith(b"##")
        assert splitter.rest < LONGEST_BYTES
    list(splitter.stalled())
    assert splitter.rest < LONGEST_BYTES


@given(st.binary(max_size=200))
def test_whatever_data_hold_nothing_fails(data: bytes) -> None:
    list(read_data(data))
    for kind in (1, 2, 3, 4, 21, 24):
        list(read_data(bytes((kind,)) + data))


@given(
    st.integers(0, 0xFFFF),
    st.binary(min_size=6, max_size=6),
    st.binary(min_size=6, max_size=6),
    st.integers(0, 255),
    st.binary(max_size=1024),
)
def test_what_is_written_is_read(serial: int, source: bytes, target: bytes, command: int, data: bytes) -> None:
    frame = Frame(serial, bytes((1, 1)), AT_MS, source.hex(), target.hex(), command, data)
    raw = write_frame(frame)
    assert split(raw) == [frame]
    assert sum(raw[2:-3]) & 0xFF == raw[-3]


def test_what_stands_behind_half_a_frame_does_not_wait_for_it() -> None:
    splitter = Splitter()
    broken = ONE[:24] + (500).to_bytes(2, "little") + ONE[26:]
    assert list(splitter.feed(broken + TWO)) == []
    assert kinds(list(splitter.stalled())) == ["!", 2]
    assert splitter.rest == 0


def test_a_frame_that_comes_slowly_is_whole_all_the_same_before_it_stalls() -> None:
    splitter = Splitter()
    assert [one for byte in ONE for one in splitter.feed(bytes((byte,)))] == split(ONE)


def test_the_smoke_detector_of_the_golden_frame() -> None:
    (frame,) = split(SMOKE)
    assert isinstance(frame, Frame)
    assert (frame.source, frame.command) == (SOURCE, Command.SEND)
    told = [one for one in read_data(frame.data) if isinstance(one, Told) and not one.is_optional]
    assert told == [Told("1.0.40.00010010.fire", AT_MS + 30 * 60_000, 1.0, text="1F-A 烟感")]


def analogue(kind: int, value: int) -> bytes:
    return bytes((3, 1, 1, 2, 40, 1, 2, 3, 4, kind)) + value.to_bytes(2, "little", signed=True) + LABEL


DATA: list[tuple[str, bytes, list[Any]]] = [
    ("a sign of life", b"", []),
    ("its time, which nobody keeps", bytes((28, 1)) + LABEL, []),
    ("temperature", analogue(3, 800), [("1.2.40.04030201.temperature", 80.0, "degC")]),
    ("below zero", analogue(3, -105), [("1.2.40.04030201.temperature", -10.5, "degC")]),
    ("gas", analogue(6, 123), [("1.2.40.04030201.gas", 12.3, "pct_lel")]),
    ("pressure of water", analogue(4, 12), [("1.2.40.04030201.pressure", 1.2, "MPa")]),
    ("height of water", analogue(2, 315), [("1.2.40.04030201.height", 3.15, "m")]),
    ("an analogue value that nobody knows", analogue(128, 1), [Reason.UNSUPPORTED]),
    (
        "its own state",
        bytes((21, 1, 0b100_1010)) + LABEL,
        [("fire", 1.0, ""), ("main_power_fault", 1.0, ""), ("lines_fault", 1.0, "")],
    ),
    ("of a system", bytes((1, 1, 13, 3, 0x04, 0x02)) + LABEL, [("13.3.fault", 1.0, ""), ("13.3.backup_power_fault", 1.0, "")]),
    ("somebody pressed the button", bytes((24, 1, 0b100, 9)) + LABEL, [("manual_alarm", 1.0, "")]),
    ("a system's record", bytes((4, 1, 1, 2, 0b100, 9)) + LABEL, [("1.2.manual_alarm", 1.0, "")]),
    ("two objects", bytes((21, 2, 2)) + LABEL + b"\x04" + LABEL, [("fire", 1.0, ""), ("fault", 1.0, "")]),
    ("fewer than it tells", bytes((21, 2, 2)) + LABEL + b"\x04", [Reason.UNREADABLE, ("fire", 1.0, "")]),
    ("more than it tells", bytes((21, 1, 2)) + LABEL + b"\x04", [Reason.UNREADABLE, ("fire", 1.0, "")]),
    ("no count", b"\x15", [Reason.UNREADABLE]),
    ("no time", bytes((21, 1, 2, 0, 0, 8, 31, 2, 26)), [Reason.TIME_UNREADABLE]),
    ("a type that nobody knows", bytes((130, 1, 2)) + LABEL, [Reason.UNSUPPORTED]),
]


@pytest.mark.parametrize(("data", "expected"), [row[1:] for row in DATA], ids=[row[0] for row in DATA])
def test_what_data_tell(data: bytes, expected: list[Any]) -> None:
    found = [
        one.reason if isinstance(one, Fault) else (one.channel, one.value, one.unit)
        for one in read_data(data)
        if isinstance(one, Fault) or not one.is_optional
    ]
    assert found == expected


def test_an_alarm_that_is_cleared_ends_at_the_button() -> None:
    told = {one.channel: one.value for one in read_data(bytes((24, 1, 0b1000, 9)) + LABEL) if isinstance(one, Told)}
    assert told == {"cleared": 1.0, "manual_alarm": 0.0}


CHANNELS: dict[str, Channel] = {
    "fire": (0, None, ("fire_signal", "")),
    "1.0.40.00010010.fire": (1, None, ("fire_signal", "")),
    "1.2.40.04030201.pressure": (2, None, ("pressure", "kPa")),
    "1.2.40.04030201.gas": (3, None, ("temperature", "degC")),
}


class Transmitter:
    """The device's side of one TCP connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer, self._splitter = reader, writer, Splitter()
        self._heard: list[Frame] = []

    def send(self, data: bytes) -> None:
        self._writer.write(data)

    async def answer(self) -> Frame:
        async with asyncio.timeout(30):
            while not self._heard:
                data = await self._reader.read(4096)
                assert data, "the door has closed the line"
                self._heard += [one for one in self._splitter.feed(data) if isinstance(one, Frame)]
        return self._heard.pop(0)

    async def ends(self) -> list[Frame]:
        async with asyncio.timeout(30):
            return [one for one in self._splitter.feed(await self._reader.read()) if isinstance(one, Frame)]


Story = Callable[[DoorInMemory, Callable[[], Awaitable[Transmitter]]], Awaitable[None]]


def play(story: Story, networks: str = "127.0.0.0/8", **log_policy: Any) -> None:
    async def run() -> None:
        memory = DoorInMemory(device("tower-1", **CHANNELS), **log_policy)
        allowed = (ipaddress.ip_network(networks),)
        memory.gatehouse.registry.transmitters = {SOURCE: KnownTransmitter("tower-1", allowed)}
        door = Gb26875Door()
        listening = SimpleNamespace(door_hosts={"gb26875": "127.0.0.1"}, door_ports={"gb26875": 0}, doors_in_clear=False)
        await door.open(memory.gatehouse, cast("Any", listening))

        async def connect() -> Transmitter:
            return Transmitter(*await asyncio.open_connection("127.0.0.1", door.porch.port))

        try:
            await story(memory, connect)
        finally:
            door.stop_reading()
            await door.close()
            await memory.close()

    asyncio.run(run())


def component(bits: int) -> bytes:
    return SMOKE[27:36] + bits.to_bytes(2, "little") + SMOKE[38:69] + write_time(NOW)


def test_what_is_confirmed_is_in_the_log() -> None:
    async def story(memory: DoorInMemory, connect: Callable[[], Awaitable[Transmitter]]) -> None:
        line = await connect()
        memory.log.is_down = True
        line.send(sent(state(2), serial=5)[:20])
        line.send(sent(state(2), serial=5)[20:] + sent(component(2), serial=6))
        await until(lambda: memory.gatehouse.ledger._counts)
        memory.log.is_down = False
        answers = [await line.answer(), await line.answer()]
        assert [(one.serial, one.command, one.target, one.data) for one in answers] == [
            (5, Command.CONFIRM, SOURCE, b""),
            (6, Command.CONFIRM, SOURCE, b""),
        ]
        assert sorted(memory.log.rows()) == [(0, NOW, 1.0), (1, NOW, 1.0)]
        assert memory.reasons() == {}

    play(story)


def test_values_come_in_the_unit_of_the_standard_whatever_is_registered() -> None:
    async def story(memory: DoorInMemory, connect: Callable[[], Awaitable[Transmitter]]) -> None:
        line = await connect()
        for kind, value in ((4, 12), (6, 50)):
            line.send(sent(analogue(kind, value)[:-6] + write_time(NOW)))
            await line.answer()
        assert memory.log.rows() == [(2, NOW, 1200.0)]
        assert memory.reasons() == {Reason.VALUE_UNREADABLE: 1}

    play(story)


def test_a_fire_of_which_nobody_knows_the_place_is_set_aside_with_its_text_and_confirmed() -> None:
    async def story(memory: DoorInMemory, connect: Callable[[], Awaitable[Transmitter]]) -> None:
        line = await connect()
        line.send(sent(component(2).replace(bytes((40, 16, 0, 1, 0)), bytes((40, 17, 0, 1, 0)))))
        assert (await line.answer()).command == Command.CONFIRM
        assert memory.reasons() == {Reason.UNKNOWN_CHANNEL: 1}
        (aside,) = memory.gatehouse.ledger._aside.values()
        assert aside.sample == "1.0.40.00010011.fire: 1.0 1F-A 烟感"

    play(story)


REFUSED = [
    ("a source address that is not entered", "127.0.0.0/8", "000000000002"),
    ("another network", "10.0.0.0/8", SOURCE),
]


@pytest.mark.parametrize(("networks", "source"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED])
def test_who_is_not_entered_is_denied_closed_and_counted(networks: str, source: str) -> None:
    async def story(memory: DoorInMemory, connect: Callable[[], Awaitable[Transmitter]]) -> None:
        line = await connect()
        line.send(sent(state(2), source=source))
        assert [one.command for one in await line.ends()] == [Command.DENY]
        assert memory.reasons() == {Reason.LOGIN_REFUSED: 1}
        assert memory.log.rows() == []

    play(story, networks)


def test_noise_before_a_frame_ends_the_line_and_after_it_is_counted() -> None:
    async def story(memory: DoorInMemory, connect: Callable[[], Awaitable[Transmitter]]) -> None:
        stranger = await connect()
        stranger.send(b"x" * (MOST_UNPROVED_BYTES + 1))
        assert await stranger.ends() == []
        line = await connect()
        line.send(sent(state(2)))
        await line.answer()
        line.send(b"noise" + sent(state(0)))
        await line.answer()
        assert memory.reasons() == {Reason.UNREADABLE: 1}

    play(story)


def test_a_command_is_denied() -> None:
    async def story(memory: DoorInMemory, connect: Callable[[], Awaitable[Transmitter]]) -> None:
        line = await connect()
        line.send(sent(bytes((61, 1)), command=Command.REQUEST))
        assert (await line.answer()).command == Command.DENY
        assert memory.reasons() == {Reason.UNSUPPORTED: 1}
        line.send(sent(b"", command=Command.CONFIRM) + sent(state(0)))
        assert (await line.answer()).command == Command.CONFIRM

    play(story)


def test_a_transmitter_whose_clock_is_wrong_is_told_the_time_once() -> None:
    async def story(memory: DoorInMemory, connect: Callable[[], Awaitable[Transmitter]]) -> None:
        line = await connect()
        for _ in range(2):
            line.send(sent(state(0), ts_ms=NOW - 3_600_000))
        answers = [await line.answer() for _ in range(3)]
        assert [one.command for one in answers] == [Command.CONFIRM, Command.CONTROL, Command.CONFIRM]
        assert answers[1].data == bytes((90, 1)) + write_time(NOW)
        line.send(sent(b"", serial=answers[1].serial, command=Command.CONFIRM) + sent(state(0)))
        assert (await line.answer()).command == Command.CONFIRM

    play(story)


def test_a_full_intake_holds_the_line_and_goes_on() -> None:
    async def story(memory: DoorInMemory, connect: Callable[[], Awaitable[Transmitter]]) -> None:
        memory.log.is_down = True
        line = await connect()
        for _ in range(20):
            line.send(sent(state(2)))
        await until(lambda: memory.gatehouse.intake.is_full)
        memory.log.is_down = False
        for _ in range(20):
            assert (await line.answer()).command == Command.CONFIRM

    play(story, readings_waiting=4)
