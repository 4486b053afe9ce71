"""What a gateway sends as lines of JSON, a message a line, read by a compiled loop.

{"ts": 1764000000000, "values": {"methane": 12.5, "temperature": null}}
"""

import numpy as np
from numpy.typing import NDArray

from tocsin.base.levels import Quality
from tocsin.engine.columns import Readings
from tocsin.engine.kernel import kernel, part
from tocsin.engine.lines.names import EMPTY, Bytes, Names, place_of
from tocsin.engine.lines.tokens import (
    CLOSE,
    COLON,
    COMMA,
    NEWLINE,
    ODD,
    OPEN,
    QUOTE,
    behind,
    behind_space,
    exact,
    is_null,
    is_plain,
    is_word,
    number_end,
    text_end,
    whole_number,
)

GOOD, BAD = int(Quality.GOOD), int(Quality.BAD)
TS, VALUES = (np.frombuffer(one, np.uint8) for one in (b"ts", b"values"))
HAS_TS, HAS_VALUES = 1, 2
ARRIVED = -(1 << 63)  # the time of a message that names none


def read_messages(data: bytes, names: Names) -> Readings | None:
    """All readings of all lines, in their order; None where one line is of another form, names a channel twice or one that is
    not known, so that a reader of JSON has to look.

    `ts` is UTC milliseconds as a whole number, `ARRIVED` where a message has none. Other keys of a message are passed over where
    they hold a number, a text or nothing. What is `null` or too large for a float64 is NaN, and bad.

    >>> names = Names.of({"methane": 12, "temperature": 13})
    >>> readings = read_messages(b'{"ts":1764000000000,"values":{"methane":12.5,"temperature":21}}', names)
    >>> readings.sensor.tolist(), readings.ts.tolist(), readings.value.tolist()
    ([12, 13], [1764000000000, 1764000000000], [12.5, 21.0])
    >>> read_messages(b'{"values":{"wind":3}}', names) is None
    True
    """
    text = np.frombuffer(data, np.uint8)
    most = int(np.count_nonzero(text == COLON))
    sensor, ts = np.empty(most, np.int32), np.empty(most, np.int64)
    value, quality = np.empty(most), np.empty(most, np.uint8)
    long = np.empty((most, 3), np.int64)
    seen = np.full(len(names.number), -1, np.int64)
    count, longs = _read(text, names.spelt, names.start, names.number, names.slots, seen, sensor, ts, value, quality, long)
    if count < 0:
        return None
    for one, start, end in long[:longs].tolist():
        value[one] = float(data[start:end])
    is_unknown = ~np.isfinite(value[:count])
    value[:count][is_unknown] = np.nan
    quality[:count][is_unknown] = BAD
    return Readings(sensor[:count], ts[:count], value[:count], quality[:count])


@kernel
def _read(
    data: Bytes,
    spelt: Bytes,
    start: NDArray[np.int64],
    number: NDArray[np.int32],
    slots: NDArray[np.int32],
    seen: NDArray[np.int64],
    sensor: NDArray[np.int32],
    ts: NDArray[np.int64],
    value: NDArray[np.float64],
    quality: NDArray[np.uint8],
    long: NDArray[np.int64],
) -> tuple[int, int]:
    """How many readings there are, -1 where a line is of another form, and how many numbers Python has to read. `seen`: by name
    where the last line that had it begins.
    """
    count, longs, at = 0, 0, 0
    while True:
        at = behind_space(data, at)
        if at >= len(data):
            return count, longs
        if data[at] == NEWLINE:
            at += 1
            continue
        line, first, found, moment = at, count, 0, ARRIVED
        at = behind(data, at, OPEN)
        if at == ODD:
            return ODD, 0
        while True:
            end = text_end(data, at)
            if end == ODD:
                return ODD, 0
            key = _key_of(data, at + 1, end)
            if key < 0 or found & key:
                return ODD, 0
            found |= key
            at = behind(data, end + 1, COLON)
            if at == ODD or at >= len(data):
                return ODD, 0
            if key == HAS_VALUES:
                at, count, longs = _read_values(
                    data, at, line, spelt, start, number, slots, seen, sensor, value, quality, long, count, longs
                )
                if at == ODD:
                    return ODD, 0
            else:
                is_text = data[at] == QUOTE
                end = text_end(data, at) if is_text else at + 4 if is_null(data, at) else number_end(data, at)
                if end == ODD or (is_text and not is_plain(data, at, end)):
                    return ODD, 0
                if key == HAS_TS:
                    if is_text or is_null(data, at):
                        return ODD, 0
                    is_whole, moment = whole_number(data, at, end)
                    if not is_whole:
                        return ODD, 0
                at = end + 1 if is_text else end
            at = behind_space(data, at)
            if at >= len(data):
                return ODD, 0
            if data[at] == CLOSE:
                break
            at = behind(data, at, COMMA)
            if at == ODD:
                return ODD, 0
        at = behind_space(data, at + 1)
        if not found & HAS_VALUES or (at < len(data) and data[at] != NEWLINE):
            return ODD, 0
        for one in range(first, count):
            ts[one] = moment


@part
def _read_values(
    data: Bytes,
    at: int,
    line: int,
    spelt: Bytes,
    start: NDArray[np.int64],
    number: NDArray[np.int32],
    slots: NDArray[np.int32],
    seen: NDArray[np.int64],
    sensor: NDArray[np.int32],
    value: NDArray[np.float64],
    quality: NDArray[np.uint8],
    long: NDArray[np.int64],
    count: int,
    longs: int,
) -> tuple[int, int, int]:
    """The object of channels and numbers that begins here: behind it, and the counts with it; -1 where it has another form."""
    at = behind(data, at, OPEN)
    if at == ODD or at >= len(data):
        return ODD, 0, 0
    if data[at] == CLOSE:
        return at + 1, count, longs
    while True:
        end = text_end(data, at)
        if end == ODD:
            return ODD, 0, 0
        name = place_of(data, at + 1, end, spelt, start, slots)
        if name == EMPTY or seen[name] == line:
            return ODD, 0, 0
        seen[name] = line
        at = behind(data, end + 1, COLON)
        if at == ODD:
            return ODD, 0, 0
        sensor[count], quality[count] = number[name], GOOD
        if is_null(data, at):
            value[count] = np.nan
            end = at + 4
        else:
            end = number_end(data, at)
            if end == ODD:
                return ODD, 0, 0
            is_exact, value[count] = exact(data, at, end)
            if not is_exact:
                long[longs, 0], long[longs, 1], long[longs, 2] = count, at, end
                longs += 1
        count += 1
        at = behind_space(data, end)
        if at >= len(data):
            return ODD, 0, 0
        if data[at] == CLOSE:
            return at + 1, count, longs
        at = behind(data, at, COMMA)
        if at == ODD:
            return ODD, 0, 0


@part
def _key_of(data: Bytes, start: int, end: int) -> int:
    """Which key it is; 0 for one that is passed over, -1 for one whose text is not looked into."""
    if is_word(data, start, end, VALUES):
        return HAS_VALUES
    if is_word(data, start, end, TS):
        return HAS_TS
    return 0 if is_plain(data, start, end) else ODD
