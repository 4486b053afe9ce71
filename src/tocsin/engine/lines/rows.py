"""Files of readings as lines of JSON, a reading a line, read by a compiled loop.

{"sensor": "well-7/methane", "ts": 1764000000000, "value": 12.5}
{"device": "well-7", "channel": "methane", "ts": "2026-11-24T05:00:00Z", "value": null, "quality": 2}
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tocsin.base.levels import Quality
from tocsin.engine.kernel import kernel, part
from tocsin.engine.lines.moments import moment
from tocsin.engine.lines.names import EMPTY, Bytes, Names, place_of, place_of_pair
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
    digits_end,
    exact,
    is_null,
    is_plain,
    is_word,
    number_end,
    text_end,
    whole_number,
)

GOOD, BAD = int(Quality.GOOD), int(Quality.BAD)
SENSOR, DEVICE, CHANNEL, TS, VALUE, QUALITY = (
    np.frombuffer(one, np.uint8) for one in (b"sensor", b"device", b"channel", b"ts", b"value", b"quality")
)
HAS_SENSOR, HAS_DEVICE, HAS_CHANNEL, HAS_TS, HAS_VALUE, HAS_QUALITY = 1, 2, 4, 8, 16, 32
NO_TIME = 1  # milliseconds that no device means: what was sent is no time


@dataclass(frozen=True, eq=False)
class Rows:
    """Rows of a file, in its order.

    `sensor` int32: the number of its name, -1 where that is not known. `ts` int64: UTC milliseconds, 1 where it can't be read.
    `value` float64 as sent, NaN where none is known. `quality` uint8. `line` int64: where in the bytes each row begins.
    """

    sensor: NDArray[np.int32]
    ts: NDArray[np.int64]
    value: NDArray[np.float64]
    quality: NDArray[np.uint8]
    line: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.sensor)


def read_rows(data: bytes, names: Names) -> Rows | None:
    """All rows of whole lines; None where one line is of another form than those above, so that a reader of JSON has to look.

    Keys come in any order, with `sensor` or with `device` and `channel`; others are passed over where they hold a number, a text
    or nothing. `ts` is UTC milliseconds or a time of ISO 8601, of UTC where it names no zone.

    >>> names = Names.of({"well-7/methane": 12})
    >>> rows = read_rows(b'{"sensor":"well-7/methane","ts":1764000000000,"value":12.5}', names)
    >>> rows.sensor.tolist(), rows.ts.tolist(), rows.value.tolist()
    ([12], [1764000000000], [12.5])
    >>> read_rows(b'{"sensor": {"id": 7}}', names) is None
    True
    """
    text = np.frombuffer(data, np.uint8)
    most = int(np.count_nonzero(text == NEWLINE)) + 1
    rows = Rows(
        np.empty(most, np.int32), np.empty(most, np.int64), np.empty(most), np.empty(most, np.uint8), np.empty(most, np.int64)
    )
    long = np.empty((most, 3), np.int64)
    count, longs = _read(
        text, names.spelt, names.start, names.number, names.slots, rows.sensor, rows.ts, rows.value, rows.quality, rows.line, long
    )
    if count < 0:
        return None
    for row, start, end in long[:longs].tolist():
        value = float(data[start:end])
        rows.value[row] = value
        if not np.isfinite(value):
            rows.quality[row] = BAD
    return Rows(rows.sensor[:count], rows.ts[:count], rows.value[:count], rows.quality[:count], rows.line[:count])


@kernel
def _read(
    data: Bytes,
    spelt: Bytes,
    start: NDArray[np.int64],
    number: NDArray[np.int32],
    slots: NDArray[np.int32],
    sensor: NDArray[np.int32],
    ts: NDArray[np.int64],
    value: NDArray[np.float64],
    quality: NDArray[np.uint8],
    line: NDArray[np.int64],
    long: NDArray[np.int64],
) -> tuple[int, int]:
    """How many rows there are, -1 where one is of another form, and how many numbers Python has to read."""
    row, longs, at = 0, 0, 0
    while True:
        at = behind_space(data, at)
        if at >= len(data):
            return row, longs
        if data[at] == NEWLINE:
            at += 1
            continue
        line[row] = at
        ts[row], value[row], quality[row] = NO_TIME, np.nan, GOOD
        found, who_start, who_end, channel_start, channel_end = 0, 0, 0, 0, 0
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
            end = text_end(data, at) if data[at] == QUOTE else at + 4 if is_null(data, at) else number_end(data, at)
            if end == ODD:
                return ODD, 0
            is_text = data[at] == QUOTE
            is_none = not is_text and is_null(data, at)
            if key == HAS_VALUE:
                if is_text:
                    return ODD, 0
                if not is_none:
                    is_exact, value[row] = exact(data, at, end)
                    if not is_exact:
                        long[longs, 0], long[longs, 1], long[longs, 2] = row, at, end
                        longs += 1
            elif key == HAS_TS:
                if is_text:
                    is_read, ts[row] = moment(data, at + 1, end)
                elif is_none:
                    return ODD, 0
                else:
                    is_read, ts[row] = whole_number(data, at, end)
                if not is_read:
                    return ODD, 0
            elif key == HAS_QUALITY:
                if is_text or (not is_none and (end > at + 3 or digits_end(data, at) < end)):
                    return ODD, 0
                if not is_none:
                    quality[row] = min(whole_number(data, at, end)[1], BAD)
            elif key:
                if is_none or not (is_text or (key == HAS_SENSOR and digits_end(data, at) == end)):
                    return ODD, 0
                first = at + 1 if is_text else at
                if key == HAS_CHANNEL:
                    channel_start, channel_end = first, end
                elif key == HAS_DEVICE or not found & HAS_DEVICE:
                    who_start, who_end = first, end
            elif is_text and not is_plain(data, at, end):
                return ODD, 0
            at = behind_space(data, end + 1 if is_text else end)
            if at >= len(data):
                return ODD, 0
            if data[at] == CLOSE:
                break
            at = behind(data, at, COMMA)
            if at == ODD:
                return ODD, 0
        at = behind_space(data, at + 1)
        if at < len(data) and data[at] != NEWLINE:
            return ODD, 0
        is_pair = found & (HAS_DEVICE | HAS_CHANNEL) == HAS_DEVICE | HAS_CHANNEL
        if not (is_pair or found & (HAS_SENSOR | HAS_DEVICE) == HAS_SENSOR) or not found & HAS_TS or not found & HAS_VALUE:
            return ODD, 0
        if is_pair:
            one = place_of_pair(data, who_start, who_end, channel_start, channel_end, spelt, start, slots)
        else:
            one = place_of(data, who_start, who_end, spelt, start, slots)
        if one == EMPTY and not (is_plain(data, who_start, who_end) and is_plain(data, channel_start, channel_end)):
            return ODD, 0
        sensor[row] = number[one] if one != EMPTY else EMPTY
        if np.isnan(value[row]):
            quality[row] = BAD
        row += 1


@part
def _key_of(data: Bytes, start: int, end: int) -> int:
    """Which key it is; 0 for one that is passed over, -1 for one whose text is not looked into."""
    if is_word(data, start, end, SENSOR):
        return HAS_SENSOR
    if is_word(data, start, end, TS):
        return HAS_TS
    if is_word(data, start, end, VALUE):
        return HAS_VALUE
    if is_word(data, start, end, DEVICE):
        return HAS_DEVICE
    if is_word(data, start, end, CHANNEL):
        return HAS_CHANNEL
    if is_word(data, start, end, QUALITY):
        return HAS_QUALITY
    return 0 if is_plain(data, start, end) else ODD
