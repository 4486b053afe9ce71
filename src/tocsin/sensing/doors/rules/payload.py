"""What a device sends into columns: plain JSON (one object, a list of them, NDJSON), SenML (`senml`), Arrow (`arrow`) or
frames of electricity meters (`dlt645`). Pure: no clock, no registry, no sockets.

    {"ts": 1764000000000, "values": {"methane": 12.5, "temperature": 21.4}}

`ts` is UTC milliseconds, or ISO 8601 with a zone; without it the time of arrival is taken. `null` and NaN are a reading whose
value is not known: it is kept with quality *bad*, because that a sensor spoke is news too.
"""

import math
import sys
from array import array
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, cast

import msgspec
import numpy as np

from tocsin.base.documents import read_cbor, read_json
from tocsin.base.errors import InvalidInput, TocsinError
from tocsin.base.levels import Quality
from tocsin.base.quantities import conversion
from tocsin.engine.columns import Readings
from tocsin.engine.lines.names import Names
from tocsin.sensing.devices.rules import Channel
from tocsin.sensing.doors.rules import dlt645, senml
from tocsin.sensing.doors.rules.faults import SAMPLE_BYTES, Fault
from tocsin.sensing.doors.rules.lines import take_lines
from tocsin.sensing.doors.rules.times import Times, moment_of, time_fault
from tocsin.sensing.quarantine.rules import Reason

GOOD: Final = int(Quality.GOOD)
BAD: Final = int(Quality.BAD)
NAN: Final = math.nan
LARGEST: Final = sys.float_info.max
CBOR_LISTS: Final = frozenset(bytes([first]) for first in range(0x80, 0xA0))  # major type 4; no text in UTF-8 begins so
ARROW: Final = (b"\xff\xff\xff\xff", b"ARROW1")  # an IPC stream, an IPC file; no JSON and no CBOR begins so
EXAMPLE: Final = '{"ts": 1764000000000, "values": {"methane": 12.5}}'
WIDE: Final = 4  # channels from which adding a message column by column is quicker than value by value
UNREADABLE: Final = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)  # the last of a key that is passed over
DISABLED: Final = -1  # index of a channel whose sensor is disabled


if TYPE_CHECKING:
    from tocsin.sensing.doors.rules.arrow import Block


class Message(msgspec.Struct):
    """One object of a payload. Other keys of it are let through unread."""

    values: dict[str, float | None]
    ts: int | float | str | None = None


_decode_one = msgspec.json.Decoder(Message).decode
_decode_many = msgspec.json.Decoder(list[Message]).decode
_decode_lines = msgspec.json.Decoder(Message).decode_lines


@dataclass(frozen=True)
class Channels:
    """What the device of this code may send: its own channels, and `code/channel` of the devices that it carries."""

    known: Mapping[str, Channel]
    code: str = ""

    @cached_property
    def plain(self) -> Names:
        """Enabled channels whose readings come in the canonical unit, and their sensors."""
        return Names.of({name: one[0] for name, one in self.known.items() if one[0] >= 0 and one[1] is None})


@dataclass
class Columns:
    """Readings that grow at the end, in the arrays of `Readings`."""

    sensor: "array[int]" = field(default_factory=lambda: array("i"))
    ts: "array[int]" = field(default_factory=lambda: array("q"))
    value: "array[float]" = field(default_factory=lambda: array("d"))
    quality: "array[int]" = field(default_factory=lambda: array("B"))

    def __len__(self) -> int:
        return len(self.sensor)

    def readings(self) -> Readings:
        """The columns as they are now, without a copy: nothing may be added afterwards."""
        return Readings(
            np.frombuffer(self.sensor, np.int32),
            np.frombuffer(self.ts, np.int64),
            np.frombuffer(self.value, np.float64),
            np.frombuffer(self.quality, np.uint8),
        )


def read_payload(payload: bytes, channels: Channels, times: Times, columns: Columns) -> list[Fault]:
    """Adds what can be read to `columns` and returns what can't; an unreadable payload adds nothing.

    >>> columns = Columns()
    >>> channels = Channels({"methane": (7, None, ("methane", ""))})
    >>> times = Times(now_ms=1764000000000, earliest_ms=946684800000, latest_ms=1764000300000)
    >>> read_payload(b'{"values": {"methane": 12.5, "wind": 3}}', channels, times, columns)[0].reason.value
    'unknown_channel'
    >>> columns.readings().value.tolist()
    [12.5]
    """
    if take_lines(payload, channels, times, columns):
        return []
    faults: list[Fault] = []
    try:
        if payload.startswith(b"{"):
            message = _decode_one(payload)
            _add(message.ts, message.values, channels, times, columns, faults)
            return faults
        messages = _decode_many(payload)
    except UNREADABLE:
        try:
            messages = _decode_lines(payload)
        except UNREADABLE:
            messages = []
        if not messages:
            return _read_slowly(payload, channels, times, columns)
    _add_many(messages, channels, times, columns, faults)
    return faults


def _add_many(messages: Iterable[Message], channels: Channels, times: Times, columns: Columns, faults: list[Fault]) -> None:
    """Message by message; what names the same registered channels as one before it is added column by column."""
    indices: dict[tuple[str, ...], array[int] | None] = {}
    for message in messages:
        ts, values = message.ts, message.values
        if len(values) >= WIDE and type(ts) is int and times.earliest_ms <= ts <= times.latest_ms:
            names = tuple(values)
            if names not in indices:
                indices[names] = _plain_indices(names, channels)
            if (found := indices[names]) is not None and (numbers := _plain_numbers(values)) is not None:
                columns.sensor.extend(found)
                columns.ts.extend(array("q", (ts,)) * len(names))
                columns.value.extend(numbers)
                columns.quality.extend(array("B", (GOOD,)) * len(names))
                continue
        _add(ts, values, channels, times, columns, faults)


def _plain_indices(names: tuple[str, ...], channels: Channels) -> "array[int] | None":
    """The sensors of these channels; None where one is unknown, disabled, or sends another unit."""
    found = [channels.known.get(name) for name in names]
    if any(one is None or one[0] < 0 or one[1] is not None for one in found):
        return None
    return array("i", (one[0] for one in found if one is not None))


def _plain_numbers(values: Mapping[str, float | None]) -> "array[float] | None":
    """The values as they are; None where one is not known."""
    try:
        numbers = array("d", cast("Iterable[float]", values.values()))  # refuses a null
    except TypeError:
        return None
    return numbers if math.isfinite(sum(numbers)) else None


def _add(
    ts: int | float | str | None,
    values: Mapping[str, float | None],
    channels: Channels,
    times: Times,
    columns: Columns,
    faults: list[Fault],
) -> None:
    """One message. The path of every reading: nothing here that need not be."""
    if ts is None:
        moment = times.now_ms
    else:
        moment = ts if type(ts) is int else moment_of(ts)
        if not times.earliest_ms <= moment <= times.latest_ms:
            faults.append(time_fault(ts, moment, times))
            return
    known = channels.known
    for channel, value in values.items():
        found = known.get(channel)
        if found is None or found[0] < 0:
            faults.append(_channel_fault(channel, value, found is not None))
            continue
        index, convert, _measured = found
        if convert is not None and value is not None:
            value = convert(value)
        if value is None or not -LARGEST <= value <= LARGEST:  # NaN compares false
            columns.value.append(NAN)
            columns.quality.append(BAD)
        else:
            columns.value.append(value)
            columns.quality.append(GOOD)
        columns.sensor.append(index)
        columns.ts.append(moment)


def add_measured(
    ts_ms: int,
    channel: str,
    value: float,
    quality: Quality,
    channels: Channels,
    times: Times,
    columns: Columns,
    faults: list[Fault],
) -> None:
    """One value whose sender tells its quality; a value that is no number is *bad* whatever was told."""
    before = len(columns)
    _add(ts_ms, {channel: value}, channels, times, columns, faults)
    if len(columns) > before:
        columns.quality[-1] = max(columns.quality[-1], int(quality))


def _channel_fault(channel: str, value: object, is_known: bool) -> Fault:
    sample = f"{channel}: {value}"[:SAMPLE_BYTES]
    if is_known:
        why = InvalidInput("the sensor of channel “%(channel)s” is disabled; enable it, or stop sending", channel=channel[:64])
        return Fault(Reason.SENSOR_DISABLED, why, sample)
    why = InvalidInput("channel “%(channel)s” is not registered; register a sensor for it", channel=channel[:64])
    return Fault(Reason.UNKNOWN_CHANNEL, why, sample)


def _read_slowly(payload: bytes, channels: Channels, times: Times, columns: Columns) -> list[Fault]:
    """What the strict reader refused: frames, Arrow, SenML, NDJSON, NaN, values that are no numbers, or nothing readable."""
    if dlt645.is_frames(payload):
        return _add_frames(payload, channels, times, columns)
    try:
        if payload.startswith(ARROW):
            from tocsin.sensing.doors.rules.arrow import read_blocks  # 30 MB of memory, for whoever sends such

            return [fault for block in read_blocks(payload) for fault in _add_block(block, channels, times, columns)]
        objects = objects_of(payload)
    except InvalidInput as error:
        return [Fault(Reason.UNREADABLE, error, payload[:SAMPLE_BYTES].decode("utf-8", "replace"))]
    if senml.is_pack(objects):
        return _add_pack(objects, channels, times, columns)
    faults: list[Fault] = []
    for number, one in enumerate(objects, start=1):
        place = number if len(objects) > 1 else 0
        if not isinstance(one, dict) or not isinstance(one.get("values"), dict):
            why = InvalidInput("expected an object with “values”, such as %(example)s", example=EXAMPLE)
            faults.append(Fault(Reason.UNREADABLE, at_place(place, why), str(one)[:SAMPLE_BYTES]))
            continue
        ts, numbers = one.get("ts"), {}
        if ts is not None and (isinstance(ts, bool) or not isinstance(ts, (int, float, str))):
            why = InvalidInput("ts must be milliseconds or an ISO 8601 text")
            faults.append(Fault(Reason.TIME_UNREADABLE, at_place(place, why), str(ts)[:40]))
            continue
        for channel, value in one["values"].items():
            if value is None or (isinstance(value, (int, float)) and not isinstance(value, bool)):
                numbers[channel] = value if value is None else _as_float(value)
            else:
                why = InvalidInput("the value of “%(channel)s” must be a number or null", channel=channel[:64])
                faults.append(Fault(Reason.VALUE_UNREADABLE, at_place(place, why), f"{channel}: {value}"[:SAMPLE_BYTES]))
        _add(ts, numbers, channels, times, columns, faults)
    return faults


def at_place(place: int, why: TocsinError) -> TocsinError:
    """With the number of the message among several; 0 for the only one."""
    return InvalidInput("message %(number)s: %(why)s", number=place, why=why) if place else why


def _as_float(value: int | float) -> float:
    try:
        return float(value)
    except OverflowError:  # an integer of more than 308 digits
        return math.inf


def _add_pack(pack: list[Any], channels: Channels, times: Times, columns: Columns) -> list[Fault]:
    """A pack of SenML; a unit that it names decides over the registered one."""
    faults: list[Fault] = []
    for found in senml.measurements(pack, times.now_ms):
        if isinstance(found, Fault):
            faults.append(found)
            continue
        channel = senml.channel_of(found.name, channels.code, channels.known)
        value = found.value
        if channel in channels.known and found.unit:
            index, convert, measured = channels.known[channel]
            try:
                convert = senml.conversion_of(found.unit, *measured, convert)
            except InvalidInput as error:
                faults.append(Fault(Reason.VALUE_UNREADABLE, error, f"{channel}: {found.value} {found.unit}"[:SAMPLE_BYTES]))
                continue
            one = Channels({channel: (index, convert, measured)})
            _add(found.ts_ms, {channel: value}, one, times, columns, faults)
        else:
            _add(found.ts_ms, {channel: value}, channels, times, columns, faults)
    return faults


def _add_frames(payload: bytes, channels: Channels, times: Times, columns: Columns) -> list[Fault]:
    """Frames of electricity meters: the meter's address is the code of a carried device, or of the sender itself."""
    faults: list[Fault] = []
    for found in dlt645.read_frames(payload):
        if isinstance(found, Fault):
            faults.append(found)
            continue
        channel = found.name if found.meter == channels.code else f"{found.meter}/{found.name}"
        known = channels.known.get(channel)
        if known is not None:
            index, _convert, measured = known
            try:
                known = (index, conversion(measured[0], found.unit), measured)
            except InvalidInput as error:
                faults.append(Fault(Reason.VALUE_UNREADABLE, error, f"{channel}: {found.value} {found.unit}"[:SAMPLE_BYTES]))
                continue
        one = Channels({} if known is None else {channel: known})
        _add(None, {channel: found.value}, one, times, columns, faults)
    return faults


def _add_block(block: "Block", channels: Channels, times: Times, columns: Columns) -> list[Fault]:
    """Rows of Arrow, channel by channel; of what is wrong in many rows one fault tells how many."""
    faults: list[Fault] = []
    ts = np.where(block.arrived, times.now_ms, block.ts)
    believed = (ts >= times.earliest_ms) & (ts <= times.latest_ms)
    if not believed.all():
        wrong = int(ts[~believed][0])
        faults.append(_of_rows(time_fault(wrong, wrong, times), int((~believed).sum())))
    if (nameless := int((believed & (block.channel < 0)).sum())) > 0:
        faults.append(_of_rows(Fault(Reason.UNKNOWN_CHANNEL, InvalidInput("the row names no channel"), ""), nameless))
    for number, name in enumerate(block.names):
        rows = np.flatnonzero(believed & (block.channel == number))
        if not len(rows):
            continue
        found = channels.known.get(name)
        if found is None or found[0] < 0:
            faults.append(_of_rows(_channel_fault(name, float(block.value[rows[0]]), found is not None), len(rows)))
            continue
        index, convert, _measured = found
        value = block.value[rows]
        if convert is not None:
            value = np.array([convert(one) for one in value.tolist()])
        is_known = np.isfinite(value)
        columns.sensor.extend([index] * len(rows))
        columns.ts.extend(ts[rows].tolist())
        columns.value.extend(np.where(is_known, value, NAN).tolist())
        columns.quality.extend(np.where(is_known, GOOD, BAD).tolist())
    return faults


def _of_rows(fault: Fault, count: int) -> Fault:
    if count == 1:
        return fault
    return replace(fault, why=InvalidInput("%(why)s (%(count)s rows)", why=fault.why, count=count))


def objects_of(payload: bytes) -> list[Any]:
    """The values of a JSON text, a JSON list, NDJSON or a list in CBOR; InvalidInput says where it can't be read."""
    if payload[:1] in CBOR_LISTS:
        values: list[Any] = read_cbor(payload)
        return values
    try:
        text = payload.decode("utf-8").strip()
    except UnicodeDecodeError as error:
        raise InvalidInput("the text is no UTF-8 at byte %(place)s", place=error.start) from None
    if not text:
        raise InvalidInput("the payload is empty")
    try:
        whole = read_json(text)
    except InvalidInput:
        if "\n" not in text:
            raise
        return [read_json(line, line=number) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    return whole if isinstance(whole, list) else [whole]
