"""Key pictures out of RTP packets (RFC 3550): of H.264 (RFC 6184) and H.265 (RFC 7798).

Only key pictures are kept: each can be decoded without any other, so nothing is computed for the pictures in between.
"""

from collections.abc import Callable
from typing import Final

from tocsin.vision.recognition.rules.rtsp.descriptions import Codec, Track
from tocsin.vision.recognition.rules.rtsp.messages import BrokenStream

_START: Final = b"\x00\x00\x00\x01"
_SETS: Final = {Codec.H264: frozenset((7, 8)), Codec.H265: frozenset((32, 33, 34))}
_KEYS: Final = {Codec.H264: frozenset((5,)), Codec.H265: frozenset(range(16, 22))}
MOST_SETS: Final = 16
MOST_SET_BYTES: Final = 4096


class KeyPictures:
    """Gathers the packets of one track; whole key pictures come out with their parameter sets before them (Annex B).

    `most_bytes`: of one picture; a larger one is BrokenStream. A picture of which a packet is missing, or may be, is left out.
    """

    def __init__(self, track: Track, most_bytes: int) -> None:
        self._track, self._most = track, most_bytes
        self._sets: dict[int, list[bytes]] = {}  # by kind
        self._renewed: set[int] = set()  # kinds that this picture brought anew
        for one in filter(None, track.sets):
            self._keep_set(one)
        self._renewed.clear()
        self._timestamp, self._sequence = -1, -1
        self._units: list[bytes] = []
        self._size = 0
        self._fragment: bytearray | None = None
        self._lost = False

    def take(self, packet: bytes) -> list[bytes]:
        """The key pictures that are whole with this packet: none or one, two where a mark of the end was missing."""
        if len(packet) < 12 or packet[0] >> 6 != 2:
            raise BrokenStream("a packet that is no RTP")
        if packet[1] & 0x7F != self._track.payload:
            return []
        marker, sequence, timestamp = packet[1] >> 7, int.from_bytes(packet[2:4]), int.from_bytes(packet[4:8])
        payload = _payload(packet)
        ended = self._end() if timestamp != self._timestamp else []
        if self._sequence >= 0 and sequence != (self._sequence + 1) & 0xFFFF:
            self._lost, self._fragment = True, None
        self._sequence, self._timestamp = sequence, timestamp
        if payload:
            (self._take_h264 if self._track.codec is Codec.H264 else self._take_h265)(payload)
        return ended + (self._end() if marker else [])

    def _take_h264(self, payload: bytes) -> None:
        kind = payload[0] & 0x1F
        if 1 <= kind <= 23:
            self._add(payload)
        elif kind == 24:  # STAP-A: several units, each behind its length
            self._add_each(payload[1:])
        elif kind == 28 and len(payload) > 2:  # FU-A: a part of one
            self._join(payload[1], payload[2:], lambda told: bytes([payload[0] & 0xE0 | told & 0x1F]))
        else:
            raise BrokenStream(f"packets of a form that is not read (type {kind})")

    def _take_h265(self, payload: bytes) -> None:
        if len(payload) < 3:
            return
        kind = payload[0] >> 1 & 0x3F
        if kind < 48:
            self._add(payload)
        elif kind == 48:
            self._add_each(payload[2:])
        elif kind == 49 and len(payload) > 3:
            self._join(payload[2], payload[3:], lambda told: bytes([payload[0] & 0x81 | (told & 0x3F) << 1, payload[1]]))
        else:
            raise BrokenStream(f"packets of a form that is not read (type {kind})")

    def _add_each(self, data: bytes) -> None:
        while len(data) > 2:
            length = int.from_bytes(data[:2])
            if not 0 < length <= len(data) - 2:
                raise BrokenStream("a packet of several units that does not hold together")
            self._add(data[2 : 2 + length])
            data = data[2 + length :]

    def _join(self, told: int, part: bytes, head: Callable[[int], bytes]) -> None:
        if told & 0x80:  # it begins
            self._fragment = bytearray(head(told))
        if self._fragment is None:
            self._lost = True
            return
        self._fragment += part
        self._check(len(self._fragment))
        if told & 0x40:  # it ends
            self._add(bytes(self._fragment))
            self._fragment = None

    def _add(self, unit: bytes) -> None:
        if self._kind(unit) in _SETS[self._track.codec]:
            self._keep_set(unit)
            return
        self._check(self._size + len(unit))
        self._size += len(unit)
        self._units.append(unit)

    def _check(self, size: int) -> None:
        if size > self._most:
            raise BrokenStream("a picture of too many bytes")

    def _kind(self, unit: bytes) -> int:
        return unit[0] & 0x1F if self._track.codec is Codec.H264 else unit[0] >> 1 & 0x3F

    def _keep_set(self, unit: bytes) -> None:
        """Those of one picture take the place of all earlier ones of their kind."""
        kind = self._kind(unit)
        kept = self._sets.setdefault(kind, [])
        if kind not in self._renewed:
            kept.clear()
            self._renewed.add(kind)
        kept.append(unit)
        if len(kept) > MOST_SETS or len(unit) > MOST_SET_BYTES:
            raise BrokenStream("parameter sets without end")

    def _end(self) -> list[bytes]:
        units, lost = self._units, self._lost or self._fragment is not None
        self._units, self._size, self._lost, self._fragment = [], 0, False, None
        self._renewed.clear()
        if lost or not any(self._kind(one) in _KEYS[self._track.codec] for one in units):
            return []
        sets = [one for _kind, kept in sorted(self._sets.items()) for one in kept]
        return [b"".join(_START + one for one in (*sets, *units))]


def _payload(packet: bytes) -> bytes:
    start = 12 + 4 * (packet[0] & 0x0F)
    if packet[0] & 0x10:
        if len(packet) < start + 4:
            raise BrokenStream("a packet that is no RTP")
        start += 4 + 4 * int.from_bytes(packet[start + 2 : start + 4])
    end = len(packet) - (packet[-1] if packet[0] & 0x20 else 0)
    return packet[start:end]
