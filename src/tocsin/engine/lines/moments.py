"""Times in ISO 8601 as JSON usually carries them, by the grammar of RFC 3339."""

import numpy as np

from tocsin.engine.kernel import part
from tocsin.engine.lines.names import Bytes
from tocsin.engine.lines.tokens import COLON, MINUS, PLUS, POINT, SPACE, ZERO, digits_end

DAYS_BEFORE = np.array([0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365], np.int64)
FROM_YEAR, TO_YEAR = 1970, 2199  # others are left to a reader that knows more of calendars
LETTER_T, LETTER_Z = ord("T"), ord("Z")


@part
def moment(data: Bytes, start: int, end: int) -> tuple[bool, int]:
    """UTC milliseconds of `2026-11-24T05:00:00.250+08:00`, of UTC where no zone follows, without what is below a millisecond;
    False where it is of another form, or a day that no calendar has.
    """
    if end - start < 19 or data[start + 4] != MINUS or data[start + 7] != MINUS:
        return False, 0
    if (data[start + 10] != LETTER_T and data[start + 10] != SPACE) or data[start + 13] != COLON or data[start + 16] != COLON:
        return False, 0
    year, month, day = _digits(data, start, 4), _digits(data, start + 5, 2), _digits(data, start + 8, 2)
    hour, minute, second = _digits(data, start + 11, 2), _digits(data, start + 14, 2), _digits(data, start + 17, 2)
    if not FROM_YEAR <= year <= TO_YEAR or not 1 <= month <= 12 or day < 1:
        return False, 0
    if not 0 <= hour <= 23 or not 0 <= minute <= 59 or not 0 <= second <= 59:
        return False, 0
    leap = 1 if year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) else 0
    if day > DAYS_BEFORE[month] - DAYS_BEFORE[month - 1] + (leap if month == 2 else 0):
        return False, 0
    past = year - 1
    days = 365 * past + past // 4 - past // 100 + past // 400 - 719_162 + DAYS_BEFORE[month - 1] + day - 1
    days += leap if month > 2 else 0
    ms = ((days * 24 + hour) * 60 + minute) * 60_000 + second * 1000
    at = start + 19
    if at < end and data[at] == POINT:
        stop = digits_end(data, at + 1)
        if stop == at + 1 or stop > at + 10:
            return False, 0
        worth = 100
        for place in range(at + 1, min(stop, at + 4)):
            ms += worth * (int(data[place]) - ZERO)
            worth //= 10
        at = stop
    if at == end or (at + 1 == end and data[at] == LETTER_Z):
        return True, ms
    if at + 6 != end or (data[at] != PLUS and data[at] != MINUS) or data[at + 3] != COLON:
        return False, 0
    hours, minutes = _digits(data, at + 1, 2), _digits(data, at + 4, 2)
    if not 0 <= hours <= 23 or not 0 <= minutes <= 59:
        return False, 0
    east = (hours * 60 + minutes) * 60_000
    return True, ms - east if data[at] == PLUS else ms + east


@part
def _digits(data: Bytes, start: int, count: int) -> int:
    """The whole number of so many digits; -1 where one is none."""
    if digits_end(data, start) < start + count:
        return -1
    whole = 0
    for at in range(start, start + count):
        whole = whole * 10 + int(data[at]) - ZERO
    return whole
