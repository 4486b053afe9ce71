"""When a firm would work if nothing stood against it: shifts, days of rest, holidays, low and busy times."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tocsin.engine.work.firm import QUARTERS_OF_A_DAY, DayKind, Days
from tocsin.simulation.firms.dice import Dice, Floats
from tocsin.simulation.firms.plan import FirmPlan
from tocsin.simulation.firms.trades import minutes_of

Flags = NDArray[np.bool_]
QUARTERS_OF_AN_HOUR = 4
SPRING_MONTHS = (1, 2)
LONG_HOLIDAY_DAYS = 6
BY_DATE = 0.6  # share of firms that rest from midnight to midnight, though their shift goes on behind it
UNPUNCTUAL = 0.25  # share of firms whose days begin and end a quarter hour early or late


@dataclass(frozen=True)
class Schedule:
    """`wanted`: rate of each line against full load, float64 (lines, quarters). `working_day`: days with planned production;
    `standby`: days without, but with a crew held ready; `normal_quarters`: full-load quarters of one line on a normal day.
    """

    wanted: Floats
    working_day: Flags
    standby: Flags
    normal_quarters: float


def plan_schedule(firm: FirmPlan, days: Days) -> Schedule:
    """The firm's own wish, before orders and mishaps."""
    dice = firm.dice(1)
    count, quarters = len(days), days.quarters
    working = _working_days(firm, days, dice)
    standby = ~working & (dice.units(count) < 0.02) & (days.kind == DayKind.WORKING_DAY)
    short_notice = dice.units(count) * (8.0 if firm.round_the_clock else 1.0)  # days without work, some with a crew held ready
    standby |= working & (short_notice < 0.007)
    working &= short_notice >= 0.02
    level, longer = _levels(firm, count, dice)
    loose = not firm.round_the_clock and dice.chance(UNPUNCTUAL)
    on = np.zeros(quarters)
    for day in np.flatnonzero(working).tolist():
        jitter = (dice.whole(-1, 1), dice.whole(-1, 1)) if loose else (0, 0)
        _work_day(firm, dice, on, day, float(level[day]), (jitter[0], jitter[1] + int(longer[day])))
    if dice.chance(BY_DATE):
        on = _by_date(firm, on, working)
    normal = np.zeros(3 * QUARTERS_OF_A_DAY)
    _shift_hours(firm, normal, QUARTERS_OF_A_DAY, 1.0, (0, 0))
    wanted = np.repeat(on[None, :], len(firm.lines), axis=0)
    for line in range(len(firm.lines)):
        own = 1.0 + 0.025 * dice.walk(count, 4.0)
        if len(firm.lines) > 1:
            own[dice.units(count) < 0.02] = 0.0
        wanted[line] *= np.repeat(np.maximum(own, 0.0), QUARTERS_OF_A_DAY)
    _pause(wanted, dice, count)
    if firm.trade.name == "chlor_alkali" and dice.chance(0.4):  # less in the dear hours
        hour = np.arange(quarters) // 4 % 24
        wanted *= np.where(((hour >= 9) & (hour < 12)) | ((hour >= 17) & (hour < 21)), 0.86, 1.0)
    return Schedule(wanted, working, standby, float(normal.sum()))


def _pause(wanted: Floats, dice: Dice, count: int) -> None:
    """In some weeks lines stand still for hours: full silos, no material, a changed tool."""
    if not dice.chance(0.4):
        return
    first = dice.whole(0, count - 1)
    for day in range(first, min(first + round(dice.spread(2, 40)), count)):
        for rate in wanted:
            if dice.chance(0.35):
                begin = day * QUARTERS_OF_A_DAY + dice.whole(0, QUARTERS_OF_A_DAY - 1)
                rate[begin : begin + round(dice.spread(3, 26))] = 0.0


def _working_days(firm: FirmPlan, days: Days, dice: Dice) -> Flags:
    weekday = np.array([day.weekday() for day in days.dates])
    working = ~np.isin(weekday, firm.rest_days)
    if firm.trade.name == "chlor_alkali":
        return working
    working[days.kind == DayKind.MAKE_UP] = True
    if firm.works_holidays:
        return working
    for first, last in _holidays(days):
        if days.dates[first].month in SPRING_MONTHS and last - first >= LONG_HOLIDAY_DAYS:
            before, after = dice.whole(0, 9), dice.whole(0, 10)
            working[max(first - before, 0) : last + 1 + after] = False
        elif dice.chance(0.75):
            working[first : last + 1] = False
    return working


def _holidays(days: Days) -> list[tuple[int, int]]:
    marks = np.concatenate(([False], days.kind == DayKind.HOLIDAY, [False]))
    edges = np.flatnonzero(marks[1:] != marks[:-1])
    return [(int(first), int(end) - 1) for first, end in zip(edges[::2], edges[1::2], strict=True)]


def _levels(firm: FirmPlan, count: int, dice: Dice) -> tuple[Floats, NDArray[np.int64]]:
    """Rate of each day against the normal one, and quarters of overtime."""
    level = np.minimum(1.0 + 0.045 * dice.walk(count, 6.0), 1.05)
    level[dice.units(count) < 0.1] *= dice.between(0.82, 0.95)
    longer = np.zeros(count, dtype=np.int64)
    if dice.chance(0.3):
        begin = dice.whole(0, count - 1)
        level[begin : begin + dice.whole(4, 25)] *= dice.between(0.35, 0.68)
    for _ in range(2):
        if dice.chance(0.2):
            begin = dice.whole(0, count - 1)
            busy = slice(begin, begin + dice.whole(3, 11))
            if firm.round_the_clock or (not firm.day_shift and dice.chance(0.7)):  # faster where the day has no more hours
                level[busy] *= dice.between(1.2, 1.42)
            else:
                level[busy] *= dice.between(1.0, 1.2)
                longer[busy] = dice.whole(10, 15)
    level[dice.units(count) < 0.015] *= 0.5
    return level, longer


def _work_day(firm: FirmPlan, dice: Dice, on: Floats, day: int, level: float, jitter: tuple[int, int]) -> None:
    _shift_hours(firm, on, day * QUARTERS_OF_A_DAY, level, jitter)
    if not firm.round_the_clock and dice.chance(0.008):  # sent home early, now and then much too early
        end = day * QUARTERS_OF_A_DAY + minutes_of(firm.shifts)[-1][1] // 15
        begin = end - (dice.whole(16, 30) if dice.chance(0.15) else dice.whole(3, 8))
        tidied = begin + dice.whole(0, 2)
        on[begin:tidied] *= 0.5
        on[tidied : end + 4 * QUARTERS_OF_AN_HOUR] = 0.0


def _by_date(firm: FirmPlan, on: Floats, working: Flags) -> Floats:
    """Hours behind midnight belong to the date they fall on: worked where it is a working day, as far as that one's shifts go."""
    made = on.copy()
    for day in range(len(working)):
        begin = day * QUARTERS_OF_A_DAY
        if not working[day]:
            made[begin : begin + QUARTERS_OF_A_DAY] = 0.0
        elif day > 0 and not working[day - 1]:
            for first, last in minutes_of(firm.shifts):
                early = slice(begin + max(first - 1440, 0) // 15, begin + max(last - 1440, 0) // 15)
                made[early] = on[begin + min(first, 1439) // 15 : begin + QUARTERS_OF_A_DAY].max(initial=0.0)
    return made


def _shift_hours(firm: FirmPlan, on: Floats, midnight: int, level: float, jitter: tuple[int, int]) -> None:
    pairs = minutes_of(firm.shifts)
    for position, (begin, end) in enumerate(pairs):
        first = midnight + begin // 15 + (jitter[0] if position == 0 else 0)
        last = midnight + end // 15 + (jitter[1] if position == len(pairs) - 1 else 0)
        on[max(first, 0) : max(last, 0)] = level
    if firm.breaks and firm.day_only and len(pairs) == 1:
        on[midnight + 48 : midnight + 52] *= 0.05
