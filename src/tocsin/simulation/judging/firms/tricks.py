"""Production that should not be: inside an order, before a planned stop ends, while declared stopped, by night."""

import numpy as np

from tocsin.simulation.judging.firms.course import LOW_RATE, MERGE_STEPS, Course, Episode, runs_of, scope_rate
from tocsin.simulation.judging.firms.stops import ORDERED, Stop
from tocsin.simulation.judging.firms.trades import STEPS, STEPS_OF_HOUR, Flags, Random

HIDDEN, PARTIAL, RESTART, NIGHT = (
    "hidden_production",
    "partial_hidden_production",
    "unannounced_restart",
    "night_production",
)
WAYS = {  # how, and how often of a hundred
    "shift hours": 22,
    "nights": 16,
    "weekends only": 9,
    "short bursts": 9,
    "one line": 9,
    "low load": 8,
    "own generator": 7,
    "shunt": 9,
    "lessee": 5,
    "neighbour": 2,
    "before the approval": 4,
}
HIDDEN_SHARE = 0.7  # of the ordered stops in which somebody works
RESTART_SHARE = 0.35  # of the planned stops and overhauls
NIGHTS_SHARE = 0.3  # of the firms with day hours


def cheat(course: Course, random: Random) -> None:
    """All tricks of a firm, with their episodes."""
    for stop in course.stops:
        if stop.kind == ORDERED and random.random() < HIDDEN_SHARE and stop.last - stop.first >= 4:
            _hide(course, stop, random)
        elif stop.kind != ORDERED and stop.last - stop.first >= 3 and random.random() < RESTART_SHARE:
            _restart(course, stop, random)
    if course.firm.shift in ("day", "two") and random.random() < NIGHTS_SHARE:
        _nights(course, random)


def _hide(course: Course, stop: Stop, random: Random) -> None:
    ways = [way for way in WAYS if _possible(course, stop, way)]
    shares = np.array([WAYS[way] for way in ways], dtype=np.float64)
    way = str(random.choice(np.array(ways), p=shares / shares.sum()))
    first = stop.first + 1 + int(random.integers(0, max((stop.last - stop.first) // 2, 1)))
    last = min(first + int(random.integers(2, 16)), stop.last)
    if way == "before the approval":
        first, last = max(stop.last - 2, stop.first + 1), stop.last
    before = course.rate.copy()
    if way == "weekends only":
        last = stop.last
        _work(course, stop, _weekend_hours(course, first, last), 1.0, random)
        if not (course.rate != before).any():
            return
    else:
        when = _hours(course, way, first, last, random)
        pace = float(random.uniform(0.1, 0.26)) if way == "low load" else float(random.uniform(0.55, 1.0))
        only = _one_line(course, stop, random) if way == "one line" else None
        _work(course, stop, when, pace, random, only)
    _carry(course, way, course.rate != before, random)
    _tell_hidden(course, stop, way)
    course.cheats.append((stop, way))


def _possible(course: Course, stop: Stop, way: str) -> bool:
    if way == "one line":
        return stop.line is None and sum(not line.is_spare for line in course.firm.lines) > 1
    if way == "lessee":
        return course.firm.lessee_kw > 0
    if way == "before the approval":
        return stop.approved
    return True


def _hours(course: Course, way: str, first: int, last: int, random: Random) -> Flags:
    """Steps at which somebody works: shift hours as always, nights, short bursts."""
    when = np.zeros(course.steps, np.bool_)
    for day in range(first, last + 1):
        begin = day * STEPS
        if random.random() < 0.1:
            continue
        if way == "nights" or (way in ("shunt", "own generator", "low load") and random.random() < 0.4):
            until = begin + int(random.integers(27, 31)) * STEPS_OF_HOUR
            when[begin + int(random.integers(21, 24)) * STEPS_OF_HOUR : until] = True
        elif way == "short bursts":
            hour = int(random.integers(0, 22))
            when[begin + hour * STEPS_OF_HOUR : begin + (hour + int(random.integers(2, 5))) * STEPS_OF_HOUR] = True
        else:
            hours = 24 if course.firm.shift in ("three", "four_two") else int(random.integers(8, 12))
            start = 0 if hours == 24 else int(random.integers(7, 10))
            when[begin + start * STEPS_OF_HOUR : begin + (start + hours) * STEPS_OF_HOUR] = True
    when[(last + 1) * STEPS :] = False
    return when


def _weekend_hours(course: Course, first: int, last: int) -> Flags:
    when = np.zeros(course.steps, np.bool_)
    for day in range(first, last + 1):
        if course.days.dates[day].weekday() >= 5:
            when[day * STEPS + 7 * STEPS_OF_HOUR : day * STEPS + 20 * STEPS_OF_HOUR] = True
    return when


def _one_line(course: Course, stop: Stop, random: Random) -> int:
    places = [place for place, line in enumerate(course.firm.lines) if stop.covers(place) and not line.is_spare]
    return int(random.choice(places))


def _work(course: Course, stop: Stop, when: Flags, pace: float, random: Random, only: int | None = None) -> None:
    """The lines of the scope run at these steps, with small breaks."""
    for place, line in enumerate(course.firm.lines):
        if stop.covers(place) and not line.is_spare and only in (None, place):
            breaks = np.repeat(random.random(course.steps // 12 + 1) < 0.04, 12)[: course.steps]
            course.rate[place, when & ~breaks] = pace * float(random.uniform(0.95, 1.05))
    course.crew |= when


def _carry(course: Course, way: str, changed: Flags, random: Random) -> None:
    """By which way the power comes, where it is not the firm's meters."""
    active = changed.any(0)
    if way == "own generator":
        course.unseen[active] = random.uniform(0.75, 1.0)
        course.generator |= active
    elif way == "neighbour":
        course.unseen[active] = random.uniform(0.8, 1.0)
    elif way == "lessee":
        course.on_lessee[active] = random.uniform(0.8, 1.0)
    elif way == "shunt":
        _shunt(course, active, random)


def _shunt(course: Course, active: Flags, random: Random) -> None:
    """From a date on, or only while the lines run, the total or all meters count a part."""
    spans = runs_of(active, MERGE_STEPS)
    first, end = spans[0][0], spans[-1][1]
    share = float(random.uniform(0.45, 0.85))
    course.shunt_on = "all" if random.random() < 0.5 else "total"
    if random.random() < 0.5:
        course.shunted[first - int(random.integers(0, 12)) : end] = share
    else:
        course.shunted[active] = share
    if end - first >= STEPS:
        course.episodes.append(Episode(first, end, "meter_trouble", "shunt"))


def _tell_hidden(course: Course, stop: Stop, how: str) -> None:
    """Episodes of what runs inside the scope after the first day."""
    rate = scope_rate(course, stop)
    rate[: (stop.first + 1) * STEPS] = 0.0
    rate[(stop.last + 1) * STEPS :] = 0.0
    for first, end in runs_of(rate > 0, MERGE_STEPS):
        inside = rate[first:end]
        kind = PARTIAL if inside[inside > 0].mean() < LOW_RATE else HIDDEN
        course.episodes.append(Episode(first, end, kind, how))


def _restart(course: Course, stop: Stop, random: Random) -> None:
    """The habit of before, some days too early or on rest days only; it ends with the stop, or when the firm says so."""
    days_early = int(random.integers(2, min(8, stop.last - stop.first + 1)))
    first = stop.last - days_early + 1
    says_on = first + int(random.integers(1, days_early + 1)) if random.random() < 0.4 else stop.last + 1
    when = np.zeros(course.steps, np.bool_)
    if random.random() < 0.25 and stop.last - stop.first > 7:
        when = _weekend_hours(course, stop.first + 1, stop.last)
        says_on = stop.last + 1
    else:
        when[first * STEPS + 7 * STEPS_OF_HOUR : (stop.last + 1) * STEPS] = True
    for place in range(len(course.firm.lines)):
        if stop.covers(place):
            course.rate[place, when] = course.habit.rate[place, when]
    if not (course.rate[:, when] > 0).any():
        _work(course, stop, when & _day_hours(course), 0.8, random)
    course.crew |= when & (course.rate > 0).any(0)
    course.owns_up[says_on : stop.last + 1] = True
    rate = scope_rate(course, stop)
    rate[: stop.first * STEPS], rate[says_on * STEPS :] = 0.0, 0.0
    for begin, end in runs_of(rate > 0, MERGE_STEPS):
        course.episodes.append(Episode(begin, end, RESTART))


def _day_hours(course: Course) -> Flags:
    hour = (np.arange(course.steps) % STEPS) // STEPS_OF_HOUR
    return (hour >= 8) & (hour < 18)


def _nights(course: Course, random: Random) -> None:
    """Two to six nights from 22 to 5, without notice, while no stop is in force."""
    stopped = np.zeros(course.count + 8, np.bool_)
    for stop in course.stops:
        stopped[max(stop.first - 1, 0) : stop.last + 2] = True
    free = [day for day in range(10, course.count - 7) if course.habit.works[day] and not stopped[day : day + 7].any()]
    if not free:
        return
    first, nights = int(random.choice(free)), int(random.integers(2, 7))
    pace, when = float(random.uniform(0.5, 1.0)), np.zeros(course.steps, np.bool_)
    for night in range(nights):
        hour = 22 if course.firm.shift == "day" else 23
        begin = (first + night) * STEPS + hour * STEPS_OF_HOUR + int(random.integers(0, 9))
        when[begin : (first + night) * STEPS + int(random.integers(28, 30)) * STEPS_OF_HOUR] = True
    for place, line in enumerate(course.firm.lines):
        if not line.is_spare:
            course.rate[place, when] = pace
    course.crew |= when
    steps = np.flatnonzero(when)
    course.episodes.append(Episode(int(steps[0]), int(steps[-1]) + 1, NIGHT))
