"""What really happens at a firm, quarter by quarter: the truth from which curves, evidence and episodes are made."""

from dataclasses import dataclass, field

import numpy as np

from tocsin.engine.work.firm import QUARTERS_OF_A_DAY, Days, OrderKind
from tocsin.simulation.firms.dice import Dice, Floats
from tocsin.simulation.firms.plan import FirmPlan
from tocsin.simulation.firms.schedule import Flags, Schedule, plan_schedule
from tocsin.simulation.firms.stops import Cheat, Staged, Stop, draw_cheats, draw_stops
from tocsin.simulation.firms.trades import minutes_of

DAY = QUARTERS_OF_A_DAY
HOUR = 4


@dataclass
class Course:
    """The course of a firm. `rate`: output of each line against full load, `tests`: load without output (test runs), both float64
    (lines, quarters); `hidden` marks quarters of a line that are a breach. By quarter: `generator` (the plant runs on a
    set of its own), `shunt` (share that meters see), `lessee_carries` (the load hangs on the lessee's meter), `dead` (no supply),
    `essential` (share of the essential load that runs). By day: `declared`, `crew` (held ready), `admits`. Spans are (first
    quarter, end, word).
    """

    firm: FirmPlan
    days: Days
    schedule: Schedule
    stops: list[Stop]
    cheats: list[Cheat]
    rate: Floats
    tests: Floats
    hidden: Flags
    generator: Flags
    shunt: Floats
    lessee_carries: Flags
    dead: Flags
    essential: Floats
    declared: Floats
    crew: Flags
    admits: Flags
    sudden: list[tuple[int, int, str]] = field(default_factory=list)
    nights: list[tuple[int, int, str]] = field(default_factory=list)
    restarts: list[tuple[int, int, str]] = field(default_factory=list)
    lost: list[tuple[int, int, str]] = field(default_factory=list)


def make_course(firm: FirmPlan, days: Days, staged: Staged | None = None) -> Course:
    """Everything that happens at a firm over the days; its stops and what is hidden in them drawn, or `staged`."""
    schedule = plan_schedule(firm, days)
    stops = draw_stops(firm, days) if staged is None else list(staged.stops)
    cheats = draw_cheats(firm, stops, len(days)) if staged is None else list(staged.cheats)
    quarters, lines = days.quarters, len(firm.lines)
    course = Course(
        firm, days, schedule, stops, cheats,
        rate=schedule.wanted.copy(), tests=np.zeros((lines, quarters)), hidden=np.zeros((lines, quarters), dtype=bool),
        generator=np.zeros(quarters, dtype=bool), shunt=np.ones(quarters), lessee_carries=np.zeros(quarters, dtype=bool),
        dead=np.zeros(quarters, dtype=bool), essential=np.ones(quarters), declared=np.ones(len(days)),
        crew=schedule.standby.copy(), admits=np.zeros(len(days), dtype=bool),
    )  # fmt: skip
    dice = firm.dice(4)
    course.declared[:] = np.where(schedule.working_day, 1.0, 0.0)
    for stop in stops:
        _serve(course, stop, dice)
    _run_nights(course, dice)
    for cheat in course.cheats:
        _hide(course, cheat, dice)
    _restart_early(course, dice)
    _restart_silently(course, dice)
    _ramp(course)
    _stop_suddenly(course, dice)
    _test_runs(course, dice)
    _stand_by(course, dice)
    _lose_essential(course, dice)
    course.rate[:, course.dead] = 0.0
    course.tests[:, course.dead] = 0.0
    return course


def _serve(course: Course, stop: Stop, dice: Dice) -> None:
    """The stop takes hold: in chemistry and mining by steps."""
    firm, quarters = course.firm, course.days.quarters
    lines = slice(None) if stop.line is None else slice(stop.line, stop.line + 1)
    begin, end = stop.first * DAY + stop.served, min((stop.last + 1) * DAY, quarters)
    steps = firm.trade.shutdown_days if stop.kind is OrderKind.ORDERED_STOP and dice.chance(0.7) else 0
    for step in range(steps):
        until = min((stop.first + 1 + step) * DAY, end)
        course.rate[lines, begin:until] *= dice.between(0.35, 0.65) if step == 0 else dice.between(0.1, 0.25)
        begin = until
    course.rate[lines, begin:end] = 0.0
    whole = slice(stop.first, stop.last + 1)
    if stop.line is None:
        course.declared[whole] = 0.0
        course.crew[whole] = stop.kind is OrderKind.OVERHAUL
    else:
        course.declared[whole] = np.minimum(course.declared[whole], 0.5)
    if stop.kind is OrderKind.ORDERED_STOP and stop.line is None:
        course.declared[stop.first] = 0.5 if stop.served > 36 else 0.0


def _open_days(course: Course) -> Flags:
    """Days outside all stops, with a day's margin."""
    free = np.ones(len(course.days), dtype=bool)
    for stop in course.stops:
        free[max(stop.first - 1, 0) : stop.last + 2] = False
    return free


def _run_nights(course: Course, dice: Dice) -> None:
    """A plant of day hours runs through nights, and tells nobody."""
    firm = course.firm
    if not firm.day_only or not dice.chance(0.22):
        return
    free = _open_days(course) & course.schedule.working_day
    count = dice.whole(1, 5)
    starts = [day for day in range(2, len(free) - count - 1) if free[day : day + count + 1].all()]
    if not starts:
        return
    day = dice.pick(starts)
    first = day * DAY + dice.whole(82, 88)
    last = first
    for night in range(count):
        begin = (day + night) * DAY + dice.whole(82, 90)
        last = (day + night + 1) * DAY + dice.whole(16, 24)
        course.rate[:, begin:last] = np.maximum(course.rate[:, begin:last], dice.between(0.7, 1.0))
    course.nights.append((first, last, ""))


def _hide(course: Course, cheat: Cheat, dice: Dice) -> None:
    """The cheat's quarters run, and are marked as a breach."""
    firm, quarters = course.firm, course.days.quarters
    mask = np.zeros(quarters, dtype=bool)
    for day in range(cheat.first, cheat.last + 1):
        midnight = day * DAY
        if cheat.manner == "nights":
            mask[midnight + dice.whole(80, 90) : midnight + DAY + dice.whole(16, 24)] = True
        elif cheat.manner == "short bursts":
            for _ in range(dice.whole(1, 2)):
                begin = midnight + dice.whole(0, DAY - 8)
                mask[begin : begin + dice.whole(4, 18)] = True
        elif cheat.manner == "low load":
            mask[midnight : midnight + DAY] = not dice.chance(0.08)
        else:
            for begin, end in minutes_of(firm.shifts):
                mask[midnight + begin // 15 : midnight + end // 15] = True
    first, end = cheat.first * DAY, min((cheat.last + 1) * DAY, quarters)
    mask[:first] = mask[end:] = False
    for line in cheat.lines:
        course.rate[line, mask] = np.maximum(cheat.level * (1.0 + 0.04 * dice.normals(int(mask.sum()))), 0.03)
        course.hidden[line] |= mask
    course.generator |= mask & cheat.own_generator
    course.lessee_carries |= mask & cheat.to_lessee
    course.shunt[mask] = cheat.shunted
    course.admits[cheat.first : cheat.last + 1] = cheat.admits


def _restart_early(course: Course, dice: Dice) -> None:
    """Production begins before a planned stop or an overhaul ends."""
    for stop in course.stops:
        end = min(stop.last + 1, len(course.days))
        if stop.kind is OrderKind.ORDERED_STOP or end - stop.first < 4 or not dice.chance(0.45):
            continue
        day = end - dice.whole(1, min(4, end - stop.first - 2))
        _run(course, day, end, dice)
        running = np.flatnonzero(course.rate[:, day * DAY : end * DAY].max(axis=0) > 0.02)
        if len(running):
            course.restarts.append((day * DAY + int(running[0]), day * DAY + int(running[-1]) + 1, ""))


def _run(course: Course, first: int, end: int, dice: Dice) -> None:
    """All lines run in the registered hours of some days."""
    level = dice.between(0.7, 1.0)
    for day in range(first, end):
        for begin, until in minutes_of(course.firm.shifts):
            span = slice(day * DAY + begin // 15, min(day * DAY + until // 15, end * DAY, course.days.quarters))
            course.rate[:, span] = level


def _restart_silently(course: Course, dice: Dice) -> None:
    """After a rest of some days the firm works again and goes on declaring that it stands still."""
    if not dice.chance(0.12):
        return
    free, working = _open_days(course), course.schedule.working_day
    starts = [
        day
        for day in range(6, len(free) - 5)
        if free[day - 5 : day + 4].all() and not working[day - 4 : day].any() and working[day : day + 2].all()
    ]
    if starts:
        day = dice.pick(starts)
        until = day + dice.whole(1, 3)
        course.declared[day:until] = 0.0
        running = np.flatnonzero(course.rate[:, day * DAY : until * DAY].max(axis=0) > 0.02)
        told = min(until * DAY + dice.whole(30, 40), course.days.quarters)
        if len(running):
            course.restarts.append((day * DAY + int(running[0]), told, ""))


def _ramp(course: Course) -> None:
    """After two hours or more at rest, load rises to its height by steps."""
    steps = round(course.firm.ramp_h * HOUR)
    if steps < 1:
        return
    for rate in course.rate:
        on = rate > 0.02
        starts = np.flatnonzero(on[1:] & ~on[:-1]) + 1
        for start in starts.tolist():
            if not on[max(start - 2 * HOUR, 0) : start].any():
                climb = np.arange(1, steps + 1) / (steps + 1)
                part = rate[start : start + steps]
                part *= climb[: len(part)]


def _stop_suddenly(course: Course, dice: Dice) -> None:
    """In full production, outside all stops, everything falls at once."""
    free = np.repeat(_open_days(course), DAY)
    total = course.rate.mean(axis=0) * free
    for _ in range(dice.weighted({0: 0.68, 1: 0.24, 2: 0.08})):
        running = np.convolve(total > 0.5, np.ones(8), "full")[: len(total)] >= 8
        ahead = np.convolve(total[::-1] > 0.5, np.ones(12), "full")[: len(total)][::-1] >= 12
        choices = np.flatnonzero(running & ahead)
        if not len(choices):
            return
        start = int(choices[dice.whole(0, len(choices) - 1)])
        length = dice.whole(18, 60) if dice.chance(0.8) else dice.whole(70, 200)
        end = min(start + length, course.days.quarters)
        course.rate[:, start:end] = 0.0
        total[max(start - DAY, 0) : end + DAY] = 0.0
        course.sudden.append((start, end, ""))


def _test_runs(course: Course, dice: Dice) -> None:
    """While the plant stands still, machines are tried for half an hour or so; nothing is made."""
    daily = {OrderKind.OVERHAUL: 0.3, OrderKind.PLANNED_STOP: 0.06, OrderKind.ORDERED_STOP: 0.06}
    for stop in course.stops:
        for day in range(stop.first + 3, min(stop.last + 1, len(course.days))):
            if dice.chance(daily[stop.kind]):
                line = stop.line if stop.line is not None else dice.whole(0, len(course.firm.lines) - 1)
                begin = day * DAY + dice.whole(32, 68)
                span = slice(begin, begin + dice.whole(1, 6))
                quiet = course.rate[line, span] < 0.02
                course.tests[line, span] = np.where(quiet, dice.between(0.15, 0.7), 0.0)


def _stand_by(course: Course, dice: Dice) -> None:
    """On days with a crew held ready, lines are kept warm and turning without output."""
    for day in np.flatnonzero(course.schedule.standby & ~_stopped_days(course)).tolist():
        level = dice.between(0.03, 0.15)
        for begin, end in minutes_of(course.firm.shifts):
            span = slice(day * DAY + begin // 15, min(day * DAY + end // 15, (day + 1) * DAY))
            quiet = course.rate[:, span] < 0.02
            course.tests[:, span] = np.maximum(course.tests[:, span], np.where(quiet, level, 0.0))


def _stopped_days(course: Course) -> Flags:
    """Days of a stop of the whole firm."""
    stopped = np.zeros(len(course.days), dtype=bool)
    for stop in course.stops:
        if stop.line is None:
            stopped[stop.first : stop.last + 1] = True
    return stopped


def _lose_essential(course: Course, dice: Dice) -> None:
    """The essential load fails by itself, or with the whole supply."""
    quarters = course.days.quarters
    if course.firm.essential_kw > 0 and dice.chance(0.3):
        start = dice.whole(5 * DAY, quarters - DAY)
        end = start + dice.whole(10, 44)
        course.essential[start:end] = dice.pick((0.0, 0.05, 0.1))
        course.lost.append((start, end, "device"))
    if dice.chance(0.11):
        start = dice.whole(5 * DAY, quarters - DAY)
        end = start + dice.whole(4, 10)
        course.dead[start:end] = True
        course.lost.append((start, end, "supply cut"))
