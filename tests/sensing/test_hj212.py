"""Loggers of HJ 212: frames in a stream however it is cut, what their segments measure, and the door on a real socket."""

import asyncio
import itertools
import math
from collections.abc import Awaitable, Callable
from types import SimpleNamespace
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.languages import english as english
from tests.sensing.doors import DoorInMemory, device, until
from tests.sensing.test_payload import NOW
from tocsin.base.errors import InvalidInput
from tocsin.base.levels import Quality
from tocsin.sensing.devices.rules import Channel
from tocsin.sensing.doors.api.hj212 import MOST_UNPROVED_BYTES, Hj212Door
from tocsin.sensing.doors.rules.faults import Fault
from tocsin.sensing.doors.rules.hj212 import Measured, Reader, read_message, reply_to
from tocsin.sensing.doors.rules.hj212_frames import LONGEST_BYTES, Frame, Splitter, checksum, frame
from tocsin.sensing.quarantine.rules import Reason

OF_THE_STANDARD = (
    b"##0101QN=20160801085857223;ST=32;CN=1062;PW=100000;MN=010000A8900016F000169DC0;Flag=5;CP=&&RtdInterval=30&&1C80\r\n"
)
REALTIME = (
    b"##0170QN=20260103080000001;ST=31;CN=2011;PW=123456;MN=370213000000000000000001;Flag=5;CP=&&DataTime=20260103080000;"
    b"gas001-Rtd=12.5,gas001-Flag=N;tmp001-Rtd=31.2,tmp001-Flag=N&&D641\r\n"
)
MINUTES = (
    b"##0172QN=20260103080500001;ST=31;CN=2051;PW=123456;MN=370213000000000000000001;Flag=5;CP=&&DataTime=20260103080000;"
    b"gas001-Min=11.8,gas001-Avg=12.4,gas001-Max=13.1,gas001-Flag=N&&E381\r\n"
)
AT_MS = 1_767_398_400_000  # 2026-01-03 08:00 in China
HEAD = "QN=20260103080000001;ST=31;CN=2011;PW=123456;MN=M1;Flag=5;"


def split(*pieces: bytes) -> list[Frame | Fault]:
    splitter = Splitter()
    found = [one for piece in pieces for one in splitter.feed(piece)]
    return [*found, *filter(None, [splitter.end()])]


def told(found: list[Frame | Fault]) -> list[str]:
    return [one.segment.decode() if isinstance(one, Frame) else f"! {one.sample}" for one in found]


def good(number: int) -> bytes:
    return f"{HEAD}CP=&&DataTime=20260103080000;a{number}-Rtd={number}&&".encode()


STREAMS: list[tuple[str, bytes, list[str]]] = [
    ("the standard's example", OF_THE_STANDARD, [OF_THE_STANDARD[6:-6].decode()]),
    ("two in one", frame(good(1)) + frame(good(2)), [good(1).decode(), good(2).decode()]),
    ("small letters in the checksum", frame(good(1))[:-6] + frame(good(1))[-6:].lower(), [good(1).decode()]),
    ("without its line's end", frame(good(1)).rstrip() + frame(good(2)), [good(1).decode(), good(2).decode()]),
    ("what a modem says before it", b"ICCID:89860\r\n" + frame(good(1)), ["! ICCID:89860\r\n", good(1).decode()]),
    ("a length that is too short", b"##0009" + frame(good(1))[6:] + frame(good(2)), [good(1).decode(), good(2).decode()]),
    ("a length that is too long", b"##0999" + frame(good(1))[6:] + frame(good(2)), [good(1).decode(), good(2).decode()]),
    ("a changed byte", frame(good(1)).replace(b"a1-Rtd", b"a7-Rtd") + frame(good(2)), ["! ##", good(2).decode()]),
    ("half a frame", frame(good(1))[:60] + frame(good(2)), ["! ##", good(2).decode()]),
    ("a third mark", b"#" + frame(good(1)), ["! #", good(1).decode()]),
    ("no digits", b"##12x4" + frame(good(1)), ["! #", "! #12x4", good(1).decode()]),
    ("cut off at the end", frame(good(1)) + frame(good(2))[:40], [good(1).decode(), "! ##"]),
    ("nothing but line ends", b"\r\n\r\n", []),
]


@pytest.mark.parametrize(("stream", "expected"), [row[1:] for row in STREAMS], ids=[row[0] for row in STREAMS])
def test_frames_of_a_stream(stream: bytes, expected: list[str]) -> None:
    found = told(split(stream))
    assert len(found) == len(expected)
    assert all(
        one.startswith(start) if start.startswith("!") else one == start for one, start in zip(found, expected, strict=True)
    )


@given(st.sampled_from([row[1] for row in STREAMS]), st.lists(st.integers(0, 400), max_size=8))
def test_any_cutting_gives_the_same(stream: bytes, cuts: list[int]) -> None:
    places = sorted({0, len(stream), *(cut for cut in cuts if cut < len(stream))})
    pieces = [stream[start:end] for start, end in itertools.pairwise(places)]
    frames = [one for one in split(*pieces) if isinstance(one, Frame)]
    assert frames == [one for one in split(stream) if isinstance(one, Frame)]


@given(
    st.lists(
        st.one_of(st.binary(max_size=40), st.sampled_from([b"##", b"##0100", b"&&1C80\r\n", b"CP=&&", frame(good(1))])),
        max_size=30,
    )
)
def test_whatever_comes_nothing_fails_and_little_is_kept(pieces: list[bytes]) -> None:
    splitter = Splitter()
    for piece in pieces:
        for one in splitter.feed(piece):
            if isinstance(one, Frame):
                read_all(one.segment)
        assert splitter.rest < LONGEST_BYTES


@given(st.binary(max_size=200), st.text(max_size=200))
def test_whatever_a_segment_holds_nothing_fails(raw: bytes, text: str) -> None:
    read_all(raw)
    read_all(f"{HEAD}CP=&&{text}&&".encode("gb18030", "replace"))
    read_all(f"{HEAD}CP=&&DataTime=20260103080000;a-Rtd={text}&&".encode("gb18030", "replace"))


def read_all(segment: bytes) -> list[Measured | Fault]:
    try:
        message = read_message(segment)
    except InvalidInput:
        return []
    assert reply_to(message).startswith(b"##")
    return list(Reader().measurements(message))


def slow_checksum(segment: bytes) -> int:
    """As the appendix writes it, bit by bit."""
    register = 0xFFFF
    for byte in segment:
        register = (register >> 8) ^ byte
        for _ in range(8):
            low = register & 1
            register >>= 1
            if low:
                register ^= 0xA001
    return register


@given(st.binary(max_size=300))
def test_the_checksum_is_the_appendix_s(segment: bytes) -> None:
    assert checksum(segment) == slow_checksum(segment)


def measured(content: str, command: str = "2011") -> list[tuple[str, int, float, str] | str]:
    found = read_all(f"{HEAD.replace('2011', command)}CP=&&{content}&&".encode("gb18030"))
    return [
        one.reason.value if isinstance(one, Fault) else (one.channel, one.ts_ms - AT_MS, one.value, one.quality.name)
        for one in found
    ]


T = "DataTime=20260103080000;"
CONTENTS: list[tuple[str, str, str, list[Any]]] = [
    ("normal", "2011", T + "a-Rtd=1.5,a-Flag=N", [("a", 0, 1.5, "GOOD")]),
    ("without a flag", "2011", T + "a-Rtd=-.5", [("a", 0, -0.5, "GOOD")]),
    ("over its range", "2011", T + "a-Rtd=99,a-Flag=T", [("a", 0, 99.0, "SUSPECT")]),
    ("set by hand", "2011", T + "a-Rtd=1,a-Flag=S", [("a", 0, 1.0, "SUSPECT")]),
    *((f"flag {flag}", "2011", T + f"a-Rtd=1,a-Flag={flag}", [("a", 0, 1.0, "BAD")]) for flag in "FMCDB"),
    ("a flag that nobody knows", "2011", T + "a-Rtd=1,a-Flag=x", [("a", 0, 1.0, "SUSPECT")]),
    ("the flag before the value", "2011", T + "a-Flag=D,a-Rtd=1", [("a", 0, 1.0, "BAD")]),
    ("converted, too", "2011", T + "a-Rtd=1,a-ZsRtd=2,a-Flag=N", [("a", 0, 1.0, "GOOD"), ("a-ZsRtd", 0, 2.0, "GOOD")]),
    ("a time of its own", "2011", T + "a-SampleTime=20260103075900,a-Rtd=1", [("a", -60_000, 1.0, "GOOD")]),
    ("a time that is none", "2011", T + "a-SampleTime=noon,a-Rtd=1;b-Rtd=2", ["time_unreadable", ("b", 0, 2.0, "GOOD")]),
    ("no DataTime: the frame's own", "2011", "a-Rtd=1", [("a", 1, 1.0, "GOOD")]),
    ("a DataTime that is none", "2011", "DataTime=20261340000000;a-Rtd=1", ["time_unreadable"]),
    ("no number", "2011", T + "a-Rtd=1,5;b-Rtd=--;c-Rtd=2", [("a", 0, 1.0, "GOOD"), "value_unreadable", ("c", 0, 2.0, "GOOD")]),
    ("what Python would take for one", "2011", T + "a-Rtd=1_0;b-Rtd=nan;c-Rtd=٣", ["value_unreadable"] * 3),
    ("minutes", "2051", T + "a-Min=1,a-Avg=2,a-Flag=N", [("a-Min-minute", 0, 1.0, "GOOD"), ("a-Avg-minute", 0, 2.0, "GOOD")]),
    ("hours and days", "2061", T + "a-Cou=7", [("a-Cou-hour", 0, 7.0, "GOOD")]),
    ("a day", "2031", T + "a-Avg=7", [("a-Avg-day", 0, 7.0, "GOOD")]),
    ("a heartbeat", "9015", "", []),
    ("a start", "2081", T + "RestartTime=20260103080000", []),
    ("an answer", "9011", "QnRtn=1", []),
    ("what is not read here", "2021", T + "SB1-RS=1", ["unsupported"]),
    ("a text in GBK beside it", "2011", T + "i-Info=甲烷;a-Rtd=1", [("a", 0, 1.0, "GOOD")]),
]  # fmt: skip


@pytest.mark.parametrize(("command", "content", "expected"), [row[1:] for row in CONTENTS], ids=[row[0] for row in CONTENTS])
def test_what_a_segment_measures(command: str, content: str, expected: list[Any]) -> None:
    assert measured(content, command) == expected


def test_a_value_that_was_not_measured_may_be_empty() -> None:
    (found,) = read_all(f"{HEAD}CP=&&{T}a-Rtd=,a-Flag=D&&".encode())
    assert isinstance(found, Measured)
    assert math.isnan(found.value)
    assert found.quality is Quality.BAD


def test_a_split_packet_may_tell_its_time_once() -> None:
    reader = Reader()
    first = read_message(f"{HEAD.replace('Flag=5', 'Flag=7;PNUM=2;PNO=1')}CP=&&DataTime=20260103075500;a-Rtd=1&&".encode())
    second = read_message(f"{HEAD.replace('Flag=5', 'Flag=7;PNUM=2;PNO=2')}CP=&&b-Rtd=2&&".encode())
    found = [one for message in (first, second) for one in reader.measurements(message)]
    assert [(one.channel, one.ts_ms - AT_MS) for one in found if isinstance(one, Measured)] == [("a", -300_000), ("b", -300_000)]


@pytest.mark.parametrize(("flag", "edition"), [("5", "4"), ("1", "0"), ("9", "8"), ("7;PNUM=2;PNO=1", "4"), ("x", "0")])
def test_the_answer_is_of_the_same_edition(flag: str, edition: str) -> None:
    message = read_message(f"QN=20260103080000001;ST=31;CN=2011;PW=123456;MN=M1;Flag={flag};CP=&&&&".encode())
    (found,) = split(reply_to(message))
    assert isinstance(found, Frame)
    assert found.segment.decode() == f"QN=20260103080000001;ST=91;CN=9014;PW=123456;MN=M1;Flag={edition};CP=&&&&"


@pytest.mark.parametrize("segment", [b"", b"CP=&&&&", b"ST=31;CN=2011;PW=1;CP=&&&&", b"9vK1c2VjcmV0"])
def test_a_segment_of_nobody_is_refused_with_what_is_missing(segment: bytes) -> None:
    with pytest.raises(InvalidInput, match="in clear"):
        read_message(segment)


# The door, on a socket


MN = "370213000000000000000001"
CHANNELS: dict[str, Channel] = {
    "gas001": (3, None, ("methane", "")),
    "tmp001": (4, None, ("temperature", "")),
    "gas001-Avg-minute": (5, None, ("methane", "")),
}


class Line:
    """A logger's connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    def send(self, data: bytes) -> None:
        self._writer.write(data)

    async def answer(self) -> str:
        async with asyncio.timeout(30):
            return (await self._reader.readuntil(b"\r\n")).decode()

    async def ends(self) -> bytes:
        async with asyncio.timeout(30):
            return await self._reader.read()

    def leave(self) -> None:
        self._writer.close()


Story = Callable[[DoorInMemory, Callable[[], Awaitable[Line]]], Awaitable[None]]


def play(story: Story, **log_policy: Any) -> None:
    async def run() -> None:
        known = device(MN, password="123456", **CHANNELS), device("M2", password="234567", gas001=(6, None, ("methane", "")))
        memory = DoorInMemory(*known, device("M3"), **log_policy)
        door = Hj212Door()
        listening = SimpleNamespace(door_hosts={"hj212": "127.0.0.1"}, door_ports={"hj212": 0}, doors_in_clear=False)
        await door.open(memory.gatehouse, cast("Any", listening))
        port = door.porch.port

        async def connect() -> Line:
            return Line(*await asyncio.open_connection("127.0.0.1", port))

        try:
            await story(memory, connect)
        finally:
            door.stop_reading()
            await door.close()
            await memory.close()

    asyncio.run(run())


def now(frame_of: bytes) -> bytes:
    """The same frame, spoken at the time at which the door's clock stands."""
    at = "20251125000000"  # NOW, in China
    return frame(frame_of[6:-6].replace(b"DataTime=20260103080000", f"DataTime={at}".encode()))


def test_the_clock_of_these_stories() -> None:
    assert NOW == 1_764_000_000_000


def test_what_is_answered_is_in_the_log() -> None:
    async def story(memory: DoorInMemory, connect: Callable[[], Awaitable[Line]]) -> None:
        line = await connect()
        memory.log.is_down = True
        line.send(now(REALTIME)[:50])
        line.send(now(REALTIME)[50:] + now(MINUTES))
        await until(lambda: memory.gatehouse.intake.columns or memory.gatehouse.ledger._counts)
        memory.log.is_down = False
        first, second = await line.answer(), await line.answer()
        assert "CN=9014" in first
        assert "QN=20260103080000001" in first
        assert "QN=20260103080500001" in second
        assert sorted((sensor, value) for sensor, _ts, value in memory.log.rows()) == [(3, 12.5), (4, 31.2), (5, 12.4)]
        assert memory.reasons() == {}

    play(story)


def test_a_station_sends_for_many_and_each_proves_itself() -> None:
    async def story(memory: DoorInMemory, connect: Callable[[], Awaitable[Line]]) -> None:
        line = await connect()
        line.send(now(REALTIME))
        await line.answer()
        second = now(REALTIME)[6:-6].replace(MN.encode(), b"M2")
        line.send(frame(second) + frame(second.replace(b"PW=123456", b"PW=234567")))
        assert "MN=M2" in await line.answer()
        assert [row[0] for row in memory.log.rows() if row[0] == 6] == [6]
        assert memory.reasons() == {Reason.LOGIN_REFUSED: 1, Reason.UNKNOWN_CHANNEL: 1}

    play(story)


REFUSED = [
    ("a wrong password", lambda text: text.replace(b"PW=123456", b"PW=123457")),
    ("a code that is not known", lambda text: text.replace(MN.encode(), b"370213000000000000000009")),
    ("a device without a password", lambda text: text.replace(MN.encode(), b"M3")),
]


@pytest.mark.parametrize("change", [row[1] for row in REFUSED], ids=[row[0] for row in REFUSED])
def test_who_proves_nothing_is_closed_and_counted(change: Callable[[bytes], bytes]) -> None:
    async def story(memory: DoorInMemory, connect: Callable[[], Awaitable[Line]]) -> None:
        line = await connect()
        line.send(frame(change(now(REALTIME)[6:-6])))
        assert await line.ends() == b""
        assert memory.reasons() == {Reason.LOGIN_REFUSED: 1}
        assert memory.log.rows() == []

    play(story)


def test_a_password_that_is_guessed_at_is_closed_to_right_ones_for_a_while() -> None:
    async def story(memory: DoorInMemory, connect: Callable[[], Awaitable[Line]]) -> None:
        brake = memory.gatehouse.brake
        now_s = asyncio.get_running_loop().time()
        for number in range(brake.policy.failures_per_device):
            brake.record_failure(MN, f"192.0.2.{number}", now_s)
        line = await connect()
        line.send(now(REALTIME))
        assert await line.ends() == b""
        assert memory.log.rows() == []
        assert not brake.is_guessed_at(MN, now_s + brake.policy.window_s)

    play(story)


def test_noise_before_a_login_ends_the_line_and_after_it_is_counted() -> None:
    async def story(memory: DoorInMemory, connect: Callable[[], Awaitable[Line]]) -> None:
        stranger = await connect()
        stranger.send(b"x" * (MOST_UNPROVED_BYTES + 1))
        assert await stranger.ends() == b""
        line = await connect()
        line.send(b"AT+OK\r\n" + now(REALTIME) + b"noise\r\n" + now(MINUTES))
        await line.answer()
        await line.answer()
        line.send(now(REALTIME)[:30])
        line.leave()
        await until(lambda: memory.reasons() == {Reason.UNREADABLE: 2})

    play(story)


def test_what_can_not_be_kept_is_answered_and_set_aside() -> None:
    async def story(memory: DoorInMemory, connect: Callable[[], Awaitable[Line]]) -> None:
        line = await connect()
        line.send(frame(now(REALTIME)[6:-6].replace(b"CN=2011", b"CN=2021")))
        assert "CN=9014" in await line.answer()
        line.send(REALTIME)  # weeks ahead of the door's clock
        await line.answer()
        assert memory.reasons() == {Reason.UNSUPPORTED: 1, Reason.TIME_AHEAD: 2}
        assert memory.log.rows() == []

    play(story)


def test_a_full_intake_holds_the_line_and_goes_on() -> None:
    async def story(memory: DoorInMemory, connect: Callable[[], Awaitable[Line]]) -> None:
        memory.log.is_down = True
        line = await connect()
        for _ in range(20):
            line.send(now(REALTIME))
        await until(lambda: memory.gatehouse.intake.is_full or len(memory.gatehouse.intake.columns))
        memory.log.is_down = False
        for _ in range(20):
            assert "CN=9014" in await line.answer()

    play(story, readings_waiting=4)
