"""Registered working hours of a firm as text and as minutes."""

import re

from tocsin.base.errors import InvalidInput

MINUTES_OF_A_DAY = 1440
_PART = re.compile(r"([01]?\d|2[0-4]):([0-5]\d)-([01]?\d|2[0-4]):([0-5]\d)")


def read_hours(text: str) -> tuple[tuple[int, int], ...]:
    """Shifts as (begin, end) in minutes of the local day, the end behind 1,440 where one passes midnight; InvalidInput names
    the part that is none.

    >>> read_hours("21:00-05:00;05:00-09:00")
    ((1260, 1740), (300, 540))
    """
    shifts = []
    for part in filter(None, (one.strip() for one in text.split(";"))):
        found = _PART.fullmatch(part)
        if found is None:
            raise InvalidInput("“%(given)s” is no shift; write it as 08:00-17:30, several joined by semicolons", given=part)
        first_h, first_min, last_h, last_min = map(int, found.groups())
        begin, end = first_h * 60 + first_min, last_h * 60 + last_min
        if begin >= MINUTES_OF_A_DAY or end > MINUTES_OF_A_DAY:
            raise InvalidInput("“%(given)s” lies beyond the day", given=part)
        shifts.append((begin, end if end > begin else end + MINUTES_OF_A_DAY))
    return tuple(shifts)
