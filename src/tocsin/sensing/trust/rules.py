"""What a mark does to readings, and when a calibration is due. Arrays and values in, arrays and values out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import IntEnum, StrEnum
from typing import Final, Literal

import numpy as np

from tocsin.engine.columns import Readings

CALIBRATIONS: Final = "calibrations"
"""Purpose of notices about calibrations."""
KEEPER: Final = "calibration_keeper"
OWNER: Final = "sensor_owner"
"""As what somebody is told of them."""
FOREVER_MS: Final = 1 << 62


class MarkQuality(IntEnum):
    """What a mark says of readings: the first three as `base.levels.Quality`; `REPLACED`: another value stands in their place."""

    GOOD = 0
    SUSPECT = 1
    BAD = 2
    REPLACED = 3


MarkQualityName = Literal["good", "suspect", "bad", "replaced"]


class MarkRule(StrEnum):
    """Which rule marked a span; none of them where a person did."""

    STUCK = "stuck"
    NOISY = "noisy"
    OUT_OF_RANGE = "out_of_range"
    SATURATED = "saturated"
    CALIBRATION = "calibration"


class CalibrationState(StrEnum):
    """How a sensor's calibration stands."""

    UNSAID = "unsaid"
    VALID = "valid"
    DUE_SOON = "due_soon"
    OVERDUE = "overdue"


class DoubtKind(StrEnum):
    """Why a sensor is not believed alone just now."""

    CALIBRATION = "calibration"
    MARK = "mark"


@dataclass(frozen=True)
class Mark:
    """A span of one sensor's readings, `from_ms` <= ts < `to_ms`. `value`: what stands in the place of theirs, in REPLACED."""

    sensor: int
    from_ms: int
    to_ms: int
    quality: MarkQuality
    value: float = float("nan")
    by_person: bool = False


def overlaid(readings: Readings, marks: Sequence[Mark]) -> Readings:
    """The readings as the marks let them stand; they are ordered by sensor and then time.

    A rule only ever lowers the quality; a person's word stands, the last one. A value that is no number stays bad unless it is
    replaced.

    >>> sent = Readings.of(sensor=[7, 7, 7], ts=[0, 10, 20], value=[1.0, 2.0, 3.0])
    >>> found = overlaid(sent, [Mark(7, 0, 20, MarkQuality.SUSPECT), Mark(7, 10, 11, MarkQuality.REPLACED, 2.5, by_person=True)])
    >>> found.quality.tolist(), found.value.tolist()
    ([1, 3, 0], [1.0, 2.5, 3.0])
    """
    if not marks or not len(readings):
        return readings
    value, quality = readings.value.copy(), readings.quality.copy()
    for mark in sorted(marks, key=lambda one: one.by_person):
        first, last = np.searchsorted(readings.sensor, (mark.sensor, mark.sensor + 1)).tolist()
        begin, end = (np.searchsorted(readings.ts[first:last], (mark.from_ms, mark.to_ms)) + first).tolist()
        rows = slice(begin, end)
        if not mark.by_person:
            quality[rows] = np.maximum(quality[rows], mark.quality)
        elif mark.quality is MarkQuality.REPLACED:
            value[rows], quality[rows] = mark.value, mark.quality
        else:
            quality[rows] = np.where(np.isfinite(value[rows]), mark.quality, MarkQuality.BAD)
    return Readings(readings.sensor, readings.ts, value, quality)


def believed(readings: Readings) -> Readings:
    """For who knows no replaced values: they are good, as somebody entered them."""
    quality = np.where(readings.quality == MarkQuality.REPLACED, MarkQuality.GOOD, readings.quality).astype(np.uint8)
    return Readings(readings.sensor, readings.ts, readings.value, quality)


def calibration_state(due: date | None, today: date, warn_days: int) -> CalibrationState:
    """The last day of a calibration is one on which it holds.

    >>> [calibration_state(date(2026, 3, 1), date(2026, 3, day), 30).value for day in (1, 2)]
    ['due_soon', 'overdue']
    """
    if due is None:
        return CalibrationState.UNSAID
    if due < today:
        return CalibrationState.OVERDUE
    return CalibrationState.DUE_SOON if (due - today).days <= warn_days else CalibrationState.VALID


def months_later(day: date, months: int) -> date:
    """The same day that many months later; the month's last where it has none such.

    >>> months_later(date(2026, 1, 31), 1)
    datetime.date(2026, 2, 28)
    """
    year, month = divmod(day.month - 1 + months, 12)
    first = date(day.year + year, month + 1, 1)
    following = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    return first.replace(day=min(day.day, (following - first).days))
