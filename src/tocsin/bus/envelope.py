"""What lies in the log: readings as binary columns, events as JSON.

A batch of readings is a header of eight bytes (letters `TR`, version, flags, number of rows as uint32) and then four column
buffers, all little endian: `ts` int64, `value` float64, `sensor` int32, `quality` uint8. 21 bytes a reading, and both ends
read and write it without touching a single row. With flag 1 the place of a trace follows (`base.tracing`), 55 letters.
"""

import logging
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from tocsin.base.decoding import convert
from tocsin.base.documents import decode_json
from tocsin.base.errors import InvalidInput
from tocsin.engine.columns import Readings

log = logging.getLogger(__name__)

VERSION = 1
BYTES_PER_READING = 21
TRACED = 1
TRACE_BYTES = 55
_HEADER = struct.Struct("<2sBBI")


class Event(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An event as it lies in the stream EVENTS.

    `name` is `<capability>.<EventName>`, `at` is UTC (ISO 8601), `region` the code prefix whose people may see it.
    `trace` is there where spans are told to somebody: the place from which its readers go on.
    """

    id: str
    at: str
    name: str
    version: int
    region: str
    data: dict[str, Any]
    trace: str | msgspec.UnsetType = msgspec.UNSET

    def below(self, place: str) -> "Event":
        """The same event, to be told below this place of a trace."""
        return msgspec.structs.replace(self, trace=place) if place else self

    def read[E: msgspec.Struct](self, kind: type[E]) -> E:
        """The event as the class that was written; InvalidInput where it is another one, or of another version."""
        if self.name != event_name(kind):
            raise InvalidInput(f"{self.name} is read as {event_name(kind)}")
        try:
            return convert(self.data, kind)
        except msgspec.ValidationError as error:
            raise InvalidInput(f"this is no {self.name} of this version: {error}") from error


def event_name(kind: type[msgspec.Struct]) -> str:
    """What an event of this class is called in the log: `<capability>.<class>`, or the `NAME` that the class keeps."""
    return str(getattr(kind, "NAME", f"{kind.__module__.split('.')[1]}.{kind.__name__}"))


@dataclass(frozen=True)
class Told[E: msgspec.Struct]:
    """An event read as its class, with the id and the region of its envelope."""

    id: str
    region: str
    event: E


def read_events[E: msgspec.Struct](events: Iterable[Event], kinds: Iterable[type[E]]) -> Iterator[Told[E]]:
    """Those of the events that are of one of the classes, in their order. One of another version is logged and passed over."""
    by_name = _by_name(tuple(kinds))
    for event in events:
        kind = by_name.get(event.name)
        try:
            if kind is not None:
                yield Told(event.id, event.region, event.read(kind))
        except InvalidInput as error:
            log.error("event %s is passed over: %s", event.id, error)


@cache
def _by_name(kinds: tuple[type[msgspec.Struct], ...]) -> dict[str, Any]:
    return {event_name(kind): kind for kind in kinds}


def encode_readings(readings: Readings, trace: str = "") -> bytes:
    """Columns as bytes; `decode_readings` gives them back equal to the last bit, `trace_of_batch` the place of a trace."""
    place = trace.encode() if len(trace) == TRACE_BYTES else b""
    return b"".join(
        (
            _HEADER.pack(b"TR", VERSION, TRACED if place else 0, len(readings)),
            readings.ts.astype("<i8", copy=False).tobytes(),
            readings.value.astype("<f8", copy=False).tobytes(),
            readings.sensor.astype("<i4", copy=False).tobytes(),
            readings.quality.astype("u1", copy=False).tobytes(),
            place,
        )
    )


def decode_readings(payload: bytes) -> Readings:
    """The columns of one batch, read-only views of `payload`; InvalidInput where the bytes are something else."""
    if len(payload) < _HEADER.size:
        raise InvalidInput(f"a batch of readings has at least {_HEADER.size} bytes, not {len(payload)}")
    letters, version, flags, count = _HEADER.unpack_from(payload)
    if letters != b"TR" or version != VERSION:
        raise InvalidInput(f"a batch of readings begins with b'TR' and version {VERSION}, not {letters!r} and {version}")
    size = _HEADER.size + count * BYTES_PER_READING + (TRACE_BYTES if flags & TRACED else 0)
    if len(payload) != size:
        raise InvalidInput(f"{count} readings take {size} bytes, not {len(payload)}")

    def column(kind: str, start: int) -> NDArray[Any]:
        return np.frombuffer(payload, dtype=kind, count=count, offset=_HEADER.size + start * count)

    return Readings(sensor=column("<i4", 16), ts=column("<i8", 0), value=column("<f8", 8), quality=column("u1", 20))


def trace_of_batch(payload: bytes) -> str:
    """The place of a trace from which a batch that `decode_readings` has read goes on; empty where it carries none."""
    return payload[-TRACE_BYTES:].decode("ascii", "replace") if payload[3] & TRACED else ""


def encode_event(event: Event) -> bytes:
    """The JSON of one event."""
    return msgspec.json.encode(event)


def decode_event(payload: bytes) -> Event:
    """The event of its JSON; InvalidInput where it is something else."""
    try:
        return decode_json(payload, Event)
    except InvalidInput as error:
        raise InvalidInput(f"this is no event: {error}") from error
