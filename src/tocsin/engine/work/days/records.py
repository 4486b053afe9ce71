"""Which day a record speaks of, and which records are copies of one origin.

Totals of a day are stamped in the night after it, some a day or two later; means and sightings speak of the six hours before
their stamp; heads are counted at 14 h and at 2 h of the next day. A higher platform passes records on under its own stamp: of
all records of one source on one time the one of the lowest platform counts, the others are its copies.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tocsin.engine.work.days.figures import DayFigures
from tocsin.engine.work.firm import Firm, Source

DAY_MS = 86_400_000
HOUR_MS = 3_600_000
LEVELS = ("firm", "county", "city", "province")  # nearest to the origin first; others behind
TOTALS = (Source.GAS_USE, Source.WATER_USE, Source.TRUCK_COUNT, Source.TANK_MOVEMENT)
WINDOWS = (Source.EMISSION_MONITOR, Source.VIDEO)
STATEMENTS = (Source.DECLARATION, Source.COMMITMENT)
WINDOWS_OF_A_DAY = 4
COUNT_HOURS = (14, 26)  # when heads are counted, hours of the day they speak of
SAME_BEFORE_STUCK = 2  # equal readings of a measured quantity after which it is not believed


@dataclass(frozen=True, eq=False)
class Channel:
    """One source at one hour of the day, by day. `value` and `share`: float64 (days, 2), what was said and how likely the record
    speaks of this day (two where stamps leave it open), NaN and 0 where nothing; `level`: uint8 (days,), index into the firm's
    levels; `ts`: int64 (days,), stamp in Unix ms, 0 where nothing; `trusted`: bool (days,), False where the value is stuck;
    `copies`: uint8 (days,), records of higher platforms counted as the same.
    """

    source: Source
    slot: int
    value: NDArray[np.float64]
    share: NDArray[np.float64]
    level: NDArray[np.uint8]
    ts: NDArray[np.int64]
    trusted: NDArray[np.bool_]
    copies: NDArray[np.uint8]


@dataclass(frozen=True)
class Happening:
    """A visit or a report: `day` it speaks of, `value` 1 or 0, `level` index, `ts` of the first record, `copies` of it above."""

    source: Source
    day: int
    value: float
    level: int
    ts: int
    copies: int


def channels(firm: Firm, figures: DayFigures) -> tuple[Channel, ...]:
    """All channels of a firm that have a record."""
    found: list[Channel] = []
    for source in TOTALS:
        found += _totals(firm, source, figures)
    for source in WINDOWS:
        found += _slots(firm, source, WINDOWS_OF_A_DAY)
    found += _slots(firm, Source.GATE_HEADCOUNT, len(COUNT_HOURS))
    for source in (Source.PERMITS, *STATEMENTS):
        found += _slots(firm, source, 1)
    return tuple(found)


def happenings(firm: Firm, copy_hours: float) -> tuple[Happening, ...]:
    """Visits and reports of a firm, each once: one of a higher platform that follows a lower one's of the same value within
    `copy_hours` is its copy.
    """
    found: list[Happening] = []
    for source in (Source.INSPECTOR_VISIT, Source.PUBLIC_REPORT):
        chosen = _of(firm, source)
        used: list[tuple[int, int, float, int]] = []  # rank, ts, value, index into found
        for index in sorted(chosen, key=lambda k: (_rank(firm, k), firm.evidence.ts[k])):
            rank, ts, value = _rank(firm, index), int(firm.evidence.ts[index]), float(firm.evidence.value[index])
            origin = next(
                (u for u in reversed(used) if u[0] < rank and u[2] == value and 0 <= ts - u[1] <= copy_hours * HOUR_MS), None
            )
            if origin is not None:
                known = found[origin[3]]
                found[origin[3]] = Happening(source, known.day, known.value, known.level, known.ts, known.copies + 1)
                continue
            used.append((rank, ts, value, len(found)))
            day = (ts - firm.days.first_ms) // DAY_MS
            found.append(Happening(source, day, value, int(firm.evidence.level[index]), ts, 0))
    return tuple(found)


def _of(firm: Firm, source: Source) -> NDArray[np.intp]:
    return np.flatnonzero(firm.evidence.source == tuple(Source).index(source))


def _rank(firm: Firm, index: int) -> int:
    name = firm.evidence.levels[int(firm.evidence.level[index])]
    return LEVELS.index(name) if name in LEVELS else len(LEVELS)


def _empty(firm: Firm, source: Source, slot: int) -> Channel:
    days = len(firm.days)
    return Channel(
        source,
        slot,
        np.full((days, 2), np.nan),
        np.zeros((days, 2)),
        np.zeros(days, np.uint8),
        np.zeros(days, np.int64),
        np.ones(days, np.bool_),
        np.zeros(days, np.uint8),
    )


def _slots(firm: Firm, source: Source, slots: int) -> list[Channel]:
    """Channels of a source whose stamp tells its time: one a slot of the day."""
    chosen = _of(firm, source)
    made = [_empty(firm, source, slot) for slot in range(slots)]
    order = sorted(chosen, key=lambda k: (_rank(firm, k), firm.evidence.ts[k]))
    for index in order:
        day, slot = _time_of(source, int(firm.evidence.ts[index]) - firm.days.first_ms)
        if not 0 <= day < len(firm.days):
            continue
        channel = made[slot]
        if channel.ts[day] != 0:
            channel.copies[day] += 1
            continue
        _put(channel, day, 0, float(firm.evidence.value[index]), 1.0)
        channel.ts[day] = firm.evidence.ts[index]
        channel.level[day] = firm.evidence.level[index]
    if source is Source.EMISSION_MONITOR:
        _mark_stuck(made)
    return [channel for channel in made if channel.ts.any()]


def _time_of(source: Source, offset_ms: int) -> tuple[int, int]:
    """The day a record speaks of and its slot, from the ms since the first midnight."""
    if source in WINDOWS:
        window = offset_ms // (DAY_MS // WINDOWS_OF_A_DAY) - 1
        return window // WINDOWS_OF_A_DAY, window % WINDOWS_OF_A_DAY
    if source is Source.GATE_HEADCOUNT:
        day, hour = offset_ms // DAY_MS, offset_ms % DAY_MS / HOUR_MS
        if hour >= COUNT_HOURS[0]:
            return day, 0
        return (day - 1, 1) if hour >= COUNT_HOURS[1] - 24 else (day - 1, 0)
    return offset_ms // DAY_MS, 0


def _put(channel: Channel, day: int, place: int, value: float, share: float) -> None:
    channel.value[day, place] = value
    channel.share[day, place] = share


def _mark_stuck(slots: list[Channel]) -> None:
    """A measured flow that repeats to the last digit is a dead analyser's; a stop mark (0) may well repeat."""
    last, same = np.nan, 0
    for day in range(len(slots[0].ts)):
        for channel in slots:
            value = channel.value[day, 0]
            if np.isnan(value):
                continue
            same = same + 1 if value == last and value > 0.0 else 1
            last = value
            channel.trusted[day] = same < SAME_BEFORE_STUCK


def _totals(firm: Firm, source: Source, figures: DayFigures) -> list[Channel]:
    """The one channel of a total: each record goes to the latest day before it that has none yet, late ones by their hour."""
    chosen = _of(firm, source)
    if len(chosen) == 0:
        return []
    lowest = min(_rank(firm, k) for k in chosen)
    channel = _empty(firm, source, 0)
    for index in chosen:
        if _rank(firm, index) == lowest:
            _place_total(firm, channel, int(index), figures)
    for index in chosen:  # copies above fill what was lost below
        if _rank(firm, index) > lowest:
            day = (int(firm.evidence.ts[index]) - firm.days.first_ms) // DAY_MS - 1
            if 0 <= day < len(firm.days):
                if channel.ts[day] == 0:
                    _fill(firm, channel, int(index), day)
                else:
                    channel.copies[day] += 1
    return [channel]


def _place_total(firm: Firm, channel: Channel, index: int, figures: DayFigures) -> None:
    offset = int(firm.evidence.ts[index]) - firm.days.first_ms
    stamped, hour = offset // DAY_MS, offset % DAY_MS / HOUR_MS
    free = [
        day
        for day in range(stamped - 1, stamped - 1 - figures.late_days, -1)
        if 0 <= day < len(firm.days) and channel.ts[day] == 0
    ]
    if figures.night_hours <= hour < figures.late_hours:
        free = [day for day in free if day < stamped - 1]
    if not free:
        return
    night_before = stamped - 1
    _fill(firm, channel, index, free[0])
    if hour < figures.night_hours and free[0] < night_before < len(firm.days) and channel.ts[night_before] // HOUR_MS:
        _share_two(firm, channel, free[0], night_before, stamped, figures)


def _share_two(firm: Firm, channel: Channel, early: int, late: int, stamped: int, figures: DayFigures) -> None:
    """Two records of one night, for two days: which is which stays open, so that each day holds both."""
    offset = int(channel.ts[late]) - firm.days.first_ms
    if offset // DAY_MS != stamped or offset % DAY_MS / HOUR_MS >= figures.night_hours:
        return
    first, second = channel.value[late, 0], channel.value[early, 0]
    for day in (early, late):
        _put(channel, day, 0, first if day == late else second, 0.5)
        _put(channel, day, 1, second if day == late else first, 0.5)


def _fill(firm: Firm, channel: Channel, index: int, day: int) -> None:
    _put(channel, day, 0, float(firm.evidence.value[index]), 1.0)
    channel.ts[day] = firm.evidence.ts[index]
    channel.level[day] = firm.evidence.level[index]
