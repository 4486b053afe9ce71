"""What a firm wants to do before anything happens to it: shifts, rest days, holidays, busy and slack times, growth."""

from dataclasses import dataclass

import numpy as np

from tocsin.engine.work.firm import DayKind, Days
from tocsin.simulation.judging.firms.plan import Firm
from tocsin.simulation.judging.firms.trades import STEP_MINUTES, STEPS, Flags, Floats, Random

BUSY, SLACK = "busy", "slack"


@dataclass
class Habit:
    """`rate` float64[lines, steps], 0 where a line makes nothing; `crew` bool[steps]; `normal`: output of an ordinary
    working day, by day, in lines' kW times hours; `works`: by day, whether it wants to work.
    """

    rate: Floats
    crew: Flags
    normal: Floats
    works: Flags


def make_habit(firm: Firm, days: Days) -> Habit:
    """The firm's own wish over the days."""
    random = firm.random(1)
    count = len(days)
    growth = 1 + firm.growth * np.arange(count) / max(count - 1, 1)
    works = working_days(firm, days, random)
    seasons = _seasons(firm, count, random)
    rate, crew = np.zeros((len(firm.lines), count * STEPS)), np.zeros(count * STEPS, np.bool_)
    parts = shift_parts(firm.registered)
    for day in range(count):
        if works[day]:
            _day(firm, day, parts, seasons[day], growth[day], rate, crew, random)
    if firm.shift == "three":
        _break_lines(rate, random, 0.06)
    elif firm.trade.name != "glass_furnace":
        _break_lines(rate, random, 0.03)
    hours = sum(end - first for first, end in parts) / 60
    normal = firm.process_kw * hours * 0.96 * growth
    if firm.shift == "day":
        normal *= 1 - 0.5 / hours  # the noon break
    return Habit(rate, crew, normal, works)


def shift_parts(registered: str) -> list[tuple[int, int]]:
    """Minutes from the midnight on which the working day begins; parts that follow midnight lie beyond 1440.

    >>> shift_parts("22:00-06:00;06:00-08:00")
    [(1320, 1800), (1800, 1920)]
    """
    parts, before = [], 0
    for part in registered.split(";"):
        first, end = (int(clock[:2]) * 60 + int(clock[3:]) for clock in part.split("-"))
        while first < before:
            first += 1440
        while end <= first:
            end += 1440
        parts.append((first, end))
        before = end
    return parts


def working_days(firm: Firm, days: Days, random: Random) -> Flags:
    """Whether the firm works on a day, by its own rest days and its way with holidays."""
    works = np.ones(len(days), np.bool_)
    offset, long_feast = int(random.integers(0, 6)), int(random.integers(0, 12))
    for place, (day, kind) in enumerate(zip(days.dates, days.kind.tolist(), strict=True)):
        weekday = day.weekday()
        if firm.rest == "four_two":
            works[place] = (place + offset) % 6 < 4
        elif firm.rest == "sunday":
            works[place] = weekday != 6
        elif firm.rest == "weekend":
            works[place] = weekday < 5 or kind == DayKind.MAKE_UP
        elif firm.rest == "big_small":
            works[place] = weekday < 5 or (weekday == 5 and (place // 7) % 2 == 0)
        elif firm.rest == "wednesday":
            works[place] = weekday != 2
        if kind == DayKind.HOLIDAY and not firm.works_holidays:
            works[place] = False
    if not firm.works_holidays:
        _long_feasts(works, days, long_feast)
    return works


def _long_feasts(works: Flags, days: Days, more: int) -> None:
    """Around the Spring Festival (a run of six holidays or more in January or February) the plant stays closed longer."""
    holiday = days.kind == DayKind.HOLIDAY
    edges = np.flatnonzero(np.diff(np.concatenate([[0], holiday.astype(np.int8), [0]]))).reshape(-1, 2)
    for first, end in edges.tolist():
        if end - first >= 6 and days.dates[first].month <= 2:
            works[max(first - more // 2, 0) : min(end + more, len(works))] = False


def _seasons(firm: Firm, count: int, random: Random) -> list[tuple[str, float]]:
    """Busy and slack times by day, with their size; empty name where all is normal."""
    seasons = [("", 1.0)] * count
    for kind, chance, sizes in ((BUSY, 0.32, (1.25, 1.5)), (SLACK, 0.35, (0.4, 0.62))):
        if random.random() < chance:
            length = int(random.integers(5, 22))
            first = int(random.integers(8, max(count - length, 9)))
            for day in range(first, min(first + length, count)):
                seasons[day] = (kind, float(random.uniform(*sizes)) if day == first else seasons[day - 1][1])
    return seasons


def _day(
    firm: Firm,
    day: int,
    parts: list[tuple[int, int]],
    season: tuple[str, float],
    growth: float,
    rate: Floats,
    crew: Flags,
    random: Random,
) -> None:
    kind, size = season
    spare = any(line.is_spare for line in firm.lines)
    extra_line = kind == BUSY and spare
    longer = kind == BUSY and not spare and firm.shift == "day"
    pace = growth * float(np.clip(random.normal(1, 0.025), 0.92, 1.08))
    pace *= size if kind == BUSY and not extra_line and not longer else 1.0
    resting = set()
    if kind == SLACK:
        lines = [place for place, line in enumerate(firm.lines) if not line.is_spare]
        if len(lines) > 1:
            resting = set(lines[max(round(len(lines) * size), 1) :])
            if len(resting) == 0:
                pace *= size
        else:
            pace *= size
    late = 60 * float(random.integers(1, 4)) if firm.shift == "day" and random.random() < 0.06 else 0.0
    for number, (first, end) in enumerate(parts):
        is_last = number == len(parts) - 1
        until = end + (late if is_last else 0.0) + ((size - 1) * 9.5 * 60 if longer and is_last else 0.0)
        begin, stop = day * STEPS + first // STEP_MINUTES, day * STEPS + int(until) // STEP_MINUTES
        crew[begin:stop] = True
        for place, line in enumerate(firm.lines):
            if (line.is_spare and not extra_line) or place in resting:
                continue
            _shift(firm, rate[place], begin, stop, pace, number == 0, is_last, random)


def _shift(firm: Firm, rate: Floats, begin: int, stop: int, pace: float, is_first: bool, is_last: bool, random: Random) -> None:
    """One shift on one line: warming up, a break at noon, a changeover, an end that is not on the minute."""
    round_the_clock = firm.shift in ("three", "four_two")
    lead = int(random.integers(1, 4)) if is_first and not round_the_clock else 0
    tail = int(random.integers(-2, 4)) if is_last and not round_the_clock else 0
    rate[begin + lead : stop - tail] = pace
    if firm.shift == "day":
        noon = begin - begin % STEPS + 144
        rate[noon : noon + 6] = 0.0  # half an hour
    elif round_the_clock and firm.trade.name not in ("glass_furnace", "paper_mill"):
        rate[begin : begin + int(random.integers(1, 4))] *= 0.3


def _break_lines(rate: Floats, random: Random, chance: float) -> None:
    """Small repairs: one line down for half an hour to six hours, the others go on."""
    for line in rate:
        for day in np.flatnonzero(random.random(len(line) // STEPS) < chance).tolist():
            begin = day * STEPS + int(random.integers(0, STEPS))
            line[begin : begin + int(random.integers(6, 72))] = 0.0
