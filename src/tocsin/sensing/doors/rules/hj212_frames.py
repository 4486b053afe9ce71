"""Frames of HJ 212 in a stream of bytes: found, checked, answered. Pure.

A frame is `##`, the length of its segment in four decimal digits, the segment, its checksum in four hexadecimal digits, CR LF
(HJ 212-2017 and HJ 212-2025, section "communication packet"). What lies between frames, a half frame, a wrong length or a wrong
checksum costs what it has spoilt and nothing behind it.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from tocsin.base.errors import InvalidInput
from tocsin.sensing.doors.rules.faults import SAMPLE_BYTES, Fault
from tocsin.sensing.frame_keys.rules import BEGIN, decrypted
from tocsin.sensing.quarantine.rules import Reason

MARK: Final = b"##"
HEAD_BYTES: Final = 6  # mark and length
CHECK_BYTES: Final = 4
LONGEST_BYTES: Final = HEAD_BYTES + 9999 + CHECK_BYTES + 2  # no length of four digits says more
END: Final = re.compile(rb"&&([0-9A-Fa-f]{4})\r?\n")
CHECK: Final = re.compile(rb"[0-9A-Fa-f]{4}")
MN: Final = re.compile(rb"(?:^|;)MN=([^;]{1,64})")

type KeysOf = Callable[[str], Sequence[bytes]]
"""The keys by which the logger of an MN may encrypt now."""


def checksum(segment: bytes) -> int:
    """The CRC of HJ 212 (appendix A): each byte is put to the high byte of the register, which is not CRC-16/MODBUS.

    >>> f"{checksum(b'ST=91;CN=9014;CP=&&&&'):04X}"
    '4980'
    """
    register = 0xFFFF
    for byte in segment:
        register = (register >> 8) ^ byte
        register = register >> 8 ^ _TABLE[register & 0xFF]
    return register


def _entry(low: int) -> int:
    for _ in range(8):
        low = low >> 1 ^ (0xA001 if low & 1 else 0)
    return low


_TABLE: Final = tuple(_entry(low) for low in range(256))


def frame(segment: bytes) -> bytes:
    """The segment as it is sent.

    >>> frame(b"ST=91;CN=9014;CP=&&&&")
    b'##0021ST=91;CN=9014;CP=&&&&4980\\r\\n'
    """
    return b"##%04d%b%04X\r\n" % (len(segment), segment, checksum(segment))


@dataclass(frozen=True)
class Frame:
    """A segment in clear whose checksum is right. `length_fits` is false where its length told something else."""

    segment: bytes
    length_fits: bool = True
    was_encrypted: bool = False


class Splitter:
    """Cuts what arrives into frames, however it was cut on the way; keeps the beginning of one whose end has not arrived.

    A frame of the right length whose checksum is wrong is looked at once more by each key that `keys_of` its MN.
    """

    def __init__(self, keys_of: KeysOf = lambda mn: ()) -> None:
        self._keys_of = keys_of
        self._buffer = bytearray()
        self._is_misled = False  # the frame that waits for its end is not as long as it tells

    @property
    def rest(self) -> int:
        """Bytes that wait for their end; at most one frame's."""
        return len(self._buffer)

    def feed(self, data: bytes) -> Iterator[Frame | Fault]:
        """The frames that are whole now, in their order, and what between them is none."""
        self._buffer += data
        while self._buffer:
            if fault := self._skip_to_mark():
                yield fault
            if len(self._buffer) < HEAD_BYTES:
                return
            found = self._next()
            if found is None:
                return
            yield found

    def end(self) -> Fault | None:
        """The connection has ended: what is left of a frame, if anything is."""
        left = bytes(self._buffer)
        self._buffer.clear()
        return _fault(InvalidInput("the connection ended within a frame"), left) if left.strip() else None

    def _skip_to_mark(self) -> Fault | None:
        at = self._buffer.find(MARK)
        if at < 0:
            at = len(self._buffer) - self._buffer.endswith(b"#")
        passed = bytes(self._buffer[:at])
        del self._buffer[:at]
        why = InvalidInput("%(bytes)s bytes that belong to no frame", bytes=len(passed))
        return _fault(why, passed) if passed.strip() else None

    def _next(self) -> Frame | Fault | None:
        """The frame or the fault at the beginning of the buffer; None where its end has not arrived."""
        digits = bytes(self._buffer[2:HEAD_BYTES])
        if not digits.isdigit():
            why = InvalidInput("no length of four digits after ##: %(digits)s", digits=repr(digits)[1:])
            return self._drop(1, why)
        told = HEAD_BYTES + int(digits)
        is_long_enough = len(self._buffer) >= told + CHECK_BYTES
        if is_long_enough and not self._is_misled:
            if self._is_checked(told):
                return self._take(told, length_fits=True)
            if plain := self._in_clear(told):
                self._take(told, length_fits=True)
                return Frame(plain, was_encrypted=True)
            self._is_misled = True
        end = END.search(self._buffer, HEAD_BYTES, LONGEST_BYTES)
        if end is not None and self._is_checked(end.start() + 2):
            return self._take(end.start() + 2, length_fits=False)
        again = self._buffer.find(MARK, HEAD_BYTES, LONGEST_BYTES)
        stops = [place for place in (end.end() if end else -1, again) if place > 0]
        if (end is None and not (is_long_enough and stops)) and len(self._buffer) < LONGEST_BYTES:
            return None
        stop = min(stops, default=len(self._buffer))
        why = InvalidInput(
            "its checksum does not fit: the line has changed it, the logger counts another CRC, or encrypts by a key that is not "
            "the device's"
        )
        return self._drop(stop, why)

    def _is_checked(self, end: int) -> bool:
        told = bytes(self._buffer[end : end + CHECK_BYTES])
        return bool(CHECK.fullmatch(told)) and int(told, 16) == checksum(bytes(self._buffer[HEAD_BYTES:end]))

    def _in_clear(self, end: int) -> bytes:
        """The segment as one of its logger's keys decrypts it; empty where none does."""
        told = bytes(self._buffer[end : end + CHECK_BYTES])
        if not CHECK.fullmatch(told):
            return b""
        segment = bytes(self._buffer[HEAD_BYTES:end])
        mn = MN.search(segment, 0, max(0, segment.find(BEGIN)))
        tried = (decrypted(segment, key) for key in (self._keys_of(mn[1].decode("ascii", "replace")) if mn else ()))
        return next((plain for plain in tried if int(told, 16) == checksum(plain)), b"")

    def _take(self, end: int, *, length_fits: bool) -> Frame:
        segment = bytes(self._buffer[HEAD_BYTES:end])
        del self._buffer[: end + CHECK_BYTES]
        self._is_misled = False
        return Frame(segment, length_fits)

    def _drop(self, count: int, why: InvalidInput) -> Fault:
        dropped = bytes(self._buffer[:count])
        del self._buffer[:count]
        self._is_misled = False
        return _fault(why, dropped)


def _fault(why: InvalidInput, sample: bytes) -> Fault:
    return Fault(Reason.UNREADABLE, why, sample[:SAMPLE_BYTES].decode("gb18030", "replace"))
