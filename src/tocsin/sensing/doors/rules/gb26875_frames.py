"""Frames of GB/T 26875.3-2011 in a stream of bytes: found, checked, answered. Pure.

    40 40 | serial 2 | version 2 | time 6 | source 6 | target 6 | length 2 | command 1 | data | checksum 1 | 23 23

Numbers have their low byte first; the length is that of the data, at most 1024; the checksum is the sum of all between the
opening mark and itself, its low byte. What lies between frames, and a frame that was changed on the way, costs nothing behind.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from enum import IntEnum
from typing import Final

from tocsin.base.errors import InvalidInput
from tocsin.base.time import datetime_from_ms, ms_from_datetime
from tocsin.sensing.doors.rules.faults import SAMPLE_BYTES, Fault
from tocsin.sensing.quarantine.rules import Reason

CHINA: Final = timezone(timedelta(hours=8))  # times of the standard have no zone
MARK, END = b"@@", b"##"
HEAD_BYTES: Final = 27  # from the mark to the command
TAIL_BYTES: Final = 3
MOST_DATA: Final = 1024
LONGEST_BYTES: Final = HEAD_BYTES + MOST_DATA + TAIL_BYTES


class Command(IntEnum):
    """What a frame wants (table 2); from 7 on they are reserved."""

    CONTROL = 1
    SEND = 2
    CONFIRM = 3
    REQUEST = 4
    REPLY = 5
    DENY = 6


@dataclass(frozen=True)
class Frame:
    """One frame whose checksum is right. Addresses are written as twelve hexadecimal digits, the high byte first."""

    serial: int
    version: bytes
    ts_ms: int | None
    source: str
    target: str
    command: int
    data: bytes

    @property
    def wants_answer(self) -> bool:
        """Whether it is sent again until it is confirmed or denied."""
        return self.command not in (Command.CONFIRM, Command.REPLY, Command.DENY)

    def answer(self, command: Command, now_ms: int) -> bytes:
        """The frame that confirms or denies this one: the same serial number, the addresses the other way round."""
        return write_frame(Frame(self.serial, self.version, now_ms, self.target, self.source, command, b""))


def write_frame(frame: Frame) -> bytes:
    """The frame as it is sent.

    >>> write_frame(Frame(1, bytes((1, 1)), 1767398400000, "000000000000", "00000000000a", Command.CONFIRM, b"")).hex(" ")
    '40 40 01 00 01 01 00 00 08 03 01 1a 00 00 00 00 00 00 0a 00 00 00 00 00 00 00 03 36 23 23'
    """
    addresses = b"".join(bytes.fromhex(one)[::-1] for one in (frame.source, frame.target))
    head = frame.serial.to_bytes(2, "little") + frame.version + write_time(frame.ts_ms or 0) + addresses
    body = head + len(frame.data).to_bytes(2, "little") + bytes((frame.command,)) + frame.data
    return MARK + body + bytes((sum(body) & 0xFF,)) + END


def read_time(label: bytes) -> int | None:
    """UTC milliseconds of a time label (second, minute, hour, day, month, year): local time of China. None where it is no time.

    >>> read_time(bytes((0, 0, 8, 3, 1, 26))), read_time(bytes((0, 0, 8, 31, 2, 26)))
    (1767398400000, None)
    """
    second, minute, hour, day, month, year = label
    try:
        return ms_from_datetime(datetime(2000 + year, month, day, hour, minute, second, tzinfo=CHINA))
    except ValueError:
        return None


def write_time(ts_ms: int) -> bytes:
    """The time label of a moment."""
    at = datetime_from_ms(ts_ms).astimezone(CHINA)
    return bytes((at.second, at.minute, at.hour, at.day, at.month, max(0, at.year - 2000)))


class Splitter:
    """Cuts what arrives into frames, however it was cut on the way; keeps the beginning of one whose end has not arrived."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._passed = bytearray()  # the beginning of what belonged to no frame, until one begins
        self._skipped = 0  # how many bytes that is

    @property
    def rest(self) -> int:
        """Bytes that wait for their end; less than one frame's."""
        return len(self._buffer)

    def feed(self, data: bytes) -> Iterator[Frame | Fault]:
        """The frames that are whole now, in their order, and what between them is none."""
        self._buffer += data
        yield from self._frames()

    def stalled(self) -> Iterator[Frame | Fault]:
        """The end of the frame that waits does not come: it is none, and what stands behind its mark is looked at."""
        if len(self._buffer) >= len(MARK):
            self._pass(1)
            yield from self._frames()
        if fault := self._fault():
            yield fault

    def end(self) -> Fault | None:
        """The connection has ended: what is left."""
        self._pass(len(self._buffer))
        return self._fault(ended=True)

    def _frames(self) -> Iterator[Frame | Fault]:
        while True:
            at = self._buffer.find(MARK)
            self._pass(at if at >= 0 else len(self._buffer) - self._buffer.endswith(MARK[:1]))
            if len(self._buffer) < HEAD_BYTES:
                return
            length = int.from_bytes(self._buffer[24:26], "little")
            whole = HEAD_BYTES + length + TAIL_BYTES
            if length <= MOST_DATA and len(self._buffer) < whole:
                return
            if length > MOST_DATA or not self._is_checked(whole):
                self._pass(1)
                continue
            if fault := self._fault():
                yield fault
            yield self._take(whole)

    def _is_checked(self, whole: int) -> bool:
        summed = sum(self._buffer[2 : whole - TAIL_BYTES]) & 0xFF
        return self._buffer[whole - TAIL_BYTES] == summed and self._buffer[whole - 2 : whole] == END

    def _take(self, whole: int) -> Frame:
        raw = bytes(self._buffer[:whole])
        del self._buffer[:whole]
        return Frame(
            serial=int.from_bytes(raw[2:4], "little"),
            version=raw[4:6],
            ts_ms=read_time(raw[6:12]),
            source=raw[17:11:-1].hex(),
            target=raw[23:17:-1].hex(),
            command=raw[26],
            data=raw[HEAD_BYTES:-TAIL_BYTES],
        )

    def _pass(self, count: int) -> None:
        self._passed += self._buffer[: max(0, min(count, SAMPLE_BYTES - len(self._passed)))]
        self._skipped += count
        del self._buffer[:count]

    def _fault(self, *, ended: bool = False) -> Fault | None:
        skipped, passed = self._skipped, bytes(self._passed)
        self._skipped = 0
        self._passed.clear()
        if not passed.strip(b"\r\n\0"):
            return None
        why = InvalidInput("%(bytes)s bytes that belong to no frame, or to one that was changed on the way", bytes=skipped)
        if ended:
            why = InvalidInput("the connection ended within a frame")
        return Fault(Reason.UNREADABLE, why, passed.hex(" ")[:SAMPLE_BYTES])
