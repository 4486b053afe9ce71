"""Payloads of Sparkplug B as bytes: the few fields of its protobuf message that decide about a reading. Pure.

Field numbers and data types are those of the Sparkplug specification 3.0, section 6.4. Fields that are not read are passed over,
as protobuf demands; values keep their wire form until the metric's data type is known, since data messages may leave it out.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from tocsin.base.errors import InvalidInput

VARINT, FIXED64, BYTES, FIXED32 = 0, 1, 2, 5
LONGEST_VARINT: Final = 10
INT8, INT16, INT32, INT64, UINT8, UINT16, UINT32, UINT64, FLOAT, DOUBLE, BOOLEAN = range(1, 12)
SIGNED: Final = {INT8: 8, INT16: 16, INT32: 32, INT64: 64}
NUMBERS: Final = range(INT8, BOOLEAN + 1)
UNSIGNED: Final = {UINT8: 8, UINT16: 16, UINT32: 32, UINT64: 64}
COMPRESSED: Final = "SPBV1.0_COMPRESSED"
QUALITY: Final = "Quality"  # property of a metric: 192 good, 500 stale, 0 bad

type Raw = int | bytes


@dataclass
class Metric:
    """One metric of a payload. `value` is a number where it is one, None for null and for everything that is no number."""

    name: str = ""
    alias: int | None = None
    ts_ms: int | None = None
    datatype: int = 0
    is_historical: bool = False
    is_null: bool = False
    quality: int | None = None
    integer: int | None = None  # as it stands on the wire: two's complement
    real: float | None = None
    text: str | None = None
    has_other: bool = False  # bytes, a data set, a template

    def value(self, datatype: int) -> float | None:
        """The number that the metric has if it is of this data type; None where it has none."""
        if self.is_null or (datatype and datatype not in NUMBERS):
            return None
        if self.real is not None:
            return self.real
        if self.integer is None:
            return None
        if datatype in SIGNED:
            bits = SIGNED[datatype]
            low = self.integer & ((1 << bits) - 1)
            return float(low - (1 << bits) if low >> (bits - 1) else low)
        if datatype in UNSIGNED:
            return float(self.integer & ((1 << UNSIGNED[datatype]) - 1))
        return float(self.integer)

    def word(self, datatype: int) -> str | float | bool | None:
        """What the metric says in a word: its text, its truth or its number; None where it says nothing, or more than a word."""
        number = self.value(datatype)
        return self.text if number is None and not self.is_null else bool(number) if datatype == BOOLEAN else number


@dataclass
class Payload:
    """One message. `seq` is missing in deaths and commands."""

    ts_ms: int | None = None
    seq: int | None = None
    uuid: str = ""
    metrics: list[Metric] = field(default_factory=list)


def read_message(data: bytes) -> Payload:
    """The payload; InvalidInput where the bytes are no protobuf message of this form."""
    found = Payload()
    for number, value in _fields(data):
        if number == 1:
            found.ts_ms = _integer(value)
        elif number == 2:
            found.metrics.append(_metric(_bytes(value)))
        elif number == 3:
            found.seq = _integer(value)
        elif number == 4:
            found.uuid = _text(value)
    return found


def write_rebirth(ts_ms: int) -> bytes:
    """The command (NCMD) by which a node is asked for its births: `Node Control/Rebirth`, true.

    >>> read_message(write_rebirth(1764000000000)).metrics[0].name
    'Node Control/Rebirth'
    """
    name = b"Node Control/Rebirth"
    at = _varint(ts_ms)
    metric = b"\x0a" + _varint(len(name)) + name + b"\x18" + at + b"\x20" + bytes((BOOLEAN,)) + b"\x70\x01"
    return b"\x08" + at + b"\x12" + _varint(len(metric)) + metric


def _metric(data: bytes) -> Metric:
    found = Metric()
    for number, value in _fields(data):
        match number:
            case 1:
                found.name = _text(value)
            case 2:
                found.alias = _integer(value)
            case 3:
                found.ts_ms = _integer(value)
            case 4:
                found.datatype = _integer(value)
            case 5:
                found.is_historical = bool(_integer(value))
            case 7:
                found.is_null = bool(_integer(value))
            case 9:
                found.quality = _quality(_bytes(value))
            case 10 | 11 | 14:
                found.integer = _integer(value)
            case 12:
                found.real = float(struct.unpack("<f", _sized(value, 4))[0])
            case 13:
                found.real = float(struct.unpack("<d", _sized(value, 8))[0])
            case 15:
                found.text = _text(value)
            case 16 | 17 | 18 | 19:
                found.has_other = True
    return found


def _quality(data: bytes) -> int | None:
    """The property `Quality` of a set of properties, whose keys and values stand in two lists."""
    keys: list[str] = []
    values: list[bytes] = []
    for number, value in _fields(data):
        if number == 1:
            keys.append(_text(value))
        elif number == 2:
            values.append(_bytes(value))
    if QUALITY not in keys or keys.index(QUALITY) >= len(values):
        return None
    for number, value in _fields(values[keys.index(QUALITY)]):
        if number in (3, 4):
            return _integer(value)
    return None


def _fields(data: bytes) -> Iterator[tuple[int, Raw]]:
    """Number and value of each field; a fixed one is given as its bytes."""
    at = 0
    while at < len(data):
        key, at = _read_varint(data, at)
        number, kind = key >> 3, key & 7
        if kind == VARINT:
            value, at = _read_varint(data, at)
            yield number, value
            continue
        if kind == BYTES:
            size, at = _read_varint(data, at)
        elif kind in (FIXED32, FIXED64):
            size = 4 if kind == FIXED32 else 8
        else:
            raise InvalidInput("the payload is no protobuf message: wire type %(kind)s at byte %(place)s", kind=kind, place=at)
        if number == 0 or at + size > len(data):
            raise InvalidInput("the payload is no protobuf message: field %(number)s ends beyond it", number=number)
        yield number, data[at : at + size]
        at += size


def _read_varint(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    for place in range(at, min(at + LONGEST_VARINT, len(data))):
        value |= (data[place] & 0x7F) << shift
        if data[place] < 0x80:
            return value & 0xFFFF_FFFF_FFFF_FFFF, place + 1
        shift += 7
    raise InvalidInput("the payload is no protobuf message: it ends within a number")


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes((*out, value))


def _integer(value: Raw) -> int:
    if isinstance(value, bytes):
        raise InvalidInput("the payload is no Sparkplug message: a number is expected, not bytes")
    return value


def _bytes(value: Raw) -> bytes:
    if not isinstance(value, bytes):
        raise InvalidInput("the payload is no Sparkplug message: bytes are expected, not a number")
    return value


def _sized(value: Raw, size: int) -> bytes:
    data = _bytes(value)
    if len(data) != size:
        raise InvalidInput("the payload is no Sparkplug message: a value of %(size)s bytes is expected", size=size)
    return data


def _text(value: Raw) -> str:
    try:
        return _bytes(value).decode("utf-8")
    except UnicodeDecodeError as error:
        raise InvalidInput("the text is no UTF-8 at byte %(place)s", place=error.start) from None
