"""What a line of the log is, how a shift ends, and whether its time is over."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final


class EntryKind(StrEnum):
    """What a line of the shift log is."""

    NOTE = "note"
    TELEPHONE = "telephone"  # said by somebody on the telephone, entered by the desk (代录)
    INSTRUCTION = "instruction"  # a leader's word (领导批示)
    SHIFT = "shift"  # begun, joined, handed over, signed: written by the desk itself


WRITTEN_BY_HAND: Final = (EntryKind.NOTE, EntryKind.TELEPHONE, EntryKind.INSTRUCTION)


class ShiftEnd(StrEnum):
    """How a shift ended."""

    HANDED_OVER = "handed_over"
    UNHANDED = "unhanded"  # another took the desk without a handover, with the reason


class ShiftStanding(StrEnum):
    """Whether a running shift should have been handed over by now."""

    RUNNING = "running"
    DUE = "due"  # its time is over
    UNHANDED = "unhanded"  # and the grace too


def standing_of(began_at: datetime, now: datetime, *, longest: timedelta, grace: timedelta) -> ShiftStanding:
    """How a shift that has not ended stands.

    >>> begin = datetime(2026, 1, 3, 8, 30)
    >>> standing_of(begin, begin + timedelta(hours=24, minutes=10), longest=timedelta(hours=24), grace=timedelta(minutes=30))
    <ShiftStanding.DUE: 'due'>
    """
    lasted = now - began_at
    if lasted <= longest:
        return ShiftStanding.RUNNING
    return ShiftStanding.DUE if lasted <= longest + grace else ShiftStanding.UNHANDED
