"""Single series of nine kinds, as public benchmarks of streaming detection have them: some 1,000 to 20,000 readings, one to four
anomalies, a window of a tenth of the series shared among them.

An anomaly disturbs what drives the series (a queue's service, a room's heating, the inflow of a road), not its readings, and
its size is drawn evenly in the logarithm from clear to modest.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from tocsin.simulation.judging.series.labels import BEGIN_MS, DAY_MS, HOUR_MS, Floats, JudgingSeries, Random, log_uniform, walk

PROBATION = 0.15  # share of a series in which a detector may still learn
FIRST_ANOMALY = 0.2
WINDOW_SHARE = 0.1  # of a series, for all its windows together
MINUTE_MS = 60_000


@dataclass
class Course:
    """Rows at their times, and the disturbances: `sizes` is 0 where all is ordinary."""

    random: Random
    ts_ms: NDArray[np.int64]
    spans: list[tuple[int, int]] = field(default_factory=list)

    @property
    def rows(self) -> int:
        return len(self.ts_ms)

    @property
    def hours(self) -> Floats:
        """Hour of the local day, 0 to 24."""
        return ((self.ts_ms + 8 * HOUR_MS) % DAY_MS) / HOUR_MS

    @property
    def weekend(self) -> NDArray[np.bool_]:
        return ((self.ts_ms + 8 * HOUR_MS) // DAY_MS + 3) % 7 >= 5

    def disturb(self, count: int, shortest: int, longest: int) -> list[slice]:
        """Places of anomalies: apart, after the first fifth; rows of each between `shortest` and `longest`."""
        free = (1 - FIRST_ANOMALY - 0.04) / count
        for number in range(count):
            length = round(log_uniform(self.random, shortest, longest))
            low = FIRST_ANOMALY + free * number
            begin = int(self.rows * (low + self.random.uniform(0.0, 0.55) * free))
            self.spans.append((begin, min(begin + length, self.rows)))
        return [slice(*span) for span in self.spans]


def make_single(kind: str, seed: int) -> JudgingSeries:
    """One series of a kind of `SINGLES`; the same seed gives the same."""
    random = np.random.default_rng([seed, 71, sorted(SINGLES).index(kind)])
    course, values = SINGLES[kind](random)
    anomalous = np.zeros(course.rows, np.bool_)
    for begin, end in course.spans:
        anomalous[begin:end] = True
    share = int(WINDOW_SHARE * course.rows / len(course.spans))
    windows = tuple((begin, min(max(end, begin + share), course.rows)) for begin, end in course.spans)
    return JudgingSeries(kind, ("value",), course.ts_ms, values[:, None], anomalous, windows, int(PROBATION * course.rows))


def _course(random: Random, low: int, high: int, step_ms: int) -> Course:
    rows = round(log_uniform(random, low, high))
    begin = BEGIN_MS + int(random.integers(0, 360)) * DAY_MS
    return Course(random, begin + np.arange(rows, dtype=np.int64) * step_ms)


def _bump(hours: Floats, at: float, width: float) -> Floats:
    """A hill of the day around an hour, height 1."""
    away = np.abs((hours - at + 12) % 24 - 12)
    return np.exp(-((away / width) ** 2) / 2)


def _processor(random: Random) -> tuple[Course, Floats]:
    """Load of a processor in percent: tasks that come and go, a job every so often; runaway, hang, thrashing."""
    course = _course(random, 3_000, 6_000, 5 * MINUTE_MS)
    rows, tasks, busy = course.rows, 0, np.empty(course.rows)
    arrival, leaving = random.uniform(0.2, 1.2), random.uniform(0.15, 0.5)
    coming, staying = random.poisson(arrival, rows), random.random(rows)
    for row in range(rows):
        tasks = int(tasks * (1 - leaving) + staying[row]) + int(coming[row])
        busy[row] = tasks
    weight, every = random.uniform(0.03, 0.12), int(random.choice([12, 36, 72, 288]))
    use = random.uniform(0.03, 0.25) + weight * busy + walk(random, rows, 0.95, 0.01)
    use[int(random.integers(every)) :: every] += random.uniform(0.1, 0.5)
    for span in course.disturb(int(random.integers(1, 4)), 6, 200):
        way = random.integers(3)
        if way == 0:
            use[span] += log_uniform(random, 0.35, 2.0)
        elif way == 1:
            use[span] = 0.004
        else:
            use[span] += np.where(random.random(len(use[span])) < 0.5, log_uniform(random, 0.8, 3.0), -0.05)
    percent = 100 * (1 - np.exp(-np.maximum(use, 0.001))) + random.normal(0, 0.4, rows)
    return course, np.round(np.clip(percent, 0, 100), 2)


def _latency(random: Random) -> tuple[Course, Floats]:
    """Milliseconds until an answer: a queue by the use of the day (mean of M/M/1: service / (1 - use)); slow service, crowds."""
    course = _course(random, 3_000, 8_000, 5 * MINUTE_MS)
    hours = course.hours
    use = random.uniform(0.15, 0.3) + random.uniform(0.15, 0.35) * _bump(hours, random.uniform(10, 20), 3.5)
    use *= np.where(course.weekend, random.uniform(0.6, 1.0), 1.0) * np.exp(walk(random, course.rows, 0.9, 0.08))
    service = random.uniform(4, 90) * np.exp(walk(random, course.rows, 0.999, 0.04))
    for span in course.disturb(int(random.integers(1, 4)), 5, 120):
        if random.random() < 0.6:
            service[span] *= log_uniform(random, 1.6, 6.0)
        else:
            use[span] += random.uniform(0.25, 0.5)
    mean = service / (1 - np.minimum(use, 0.93))
    requests = random.uniform(60, 600)
    return course, np.round(mean * random.gamma(requests, 1 / requests, course.rows), 3)


def _transfers(random: Random) -> tuple[Course, Floats]:
    """Bytes in five minutes: a trickle with transfers of heavy tails; copies that go on, silence."""
    course = _course(random, 3_000, 5_000, 5 * MINUTE_MS)
    rows = course.rows
    trickle = random.uniform(2e4, 4e5) * np.exp(walk(random, rows, 0.7, 0.25)) * (0.5 + _bump(course.hours, 14, 5))
    starts = random.random(rows) < random.uniform(0.01, 0.05)
    volume = np.where(starts, (random.pareto(1.6, rows) + 1) * random.uniform(5e5, 3e6), 0.0)
    volume = np.minimum(volume, 4e7)
    total = trickle + volume + 0.4 * np.roll(volume, 1)
    for span in course.disturb(int(random.integers(1, 4)), 8, 150):
        if random.random() < 0.65:
            total[span] += log_uniform(random, 4e6, 8e7) * random.gamma(8, 1 / 8, len(total[span]))
        else:
            total[span] = random.poisson(40, len(total[span]))
    return course, np.round(total)


def _price(random: Random) -> tuple[Course, Floats]:
    """Price of a thousand views on an exchange of advertisements, hourly: weeks, hours, heavy noise; bids run up or fall away."""
    course = _course(random, 1_200, 2_000, HOUR_MS)
    rows = course.rows
    level = walk(random, rows, 0.98, 0.12) + random.uniform(0.05, 0.25) * _bump(course.hours, 20, 4)
    level += np.where(course.weekend, random.uniform(-0.15, 0.1), 0.0)
    noise = random.standard_t(5, rows) * random.uniform(0.06, 0.16)
    for span in course.disturb(int(random.integers(1, 4)), 2, 40):
        level[span] += (1 if random.random() < 0.75 else -1) * log_uniform(random, 0.6, 2.2)
    return course, np.round(random.uniform(0.3, 6.0) * np.exp(level + noise), 4)


def _room(random: Random) -> tuple[Course, Floats]:
    """Temperature of an office in degrees C, hourly: season, people, a thermostat; heating fails, windows stay open."""
    course = _course(random, 4_000, 8_000, HOUR_MS)
    rows, hours = course.rows, course.hours
    day_of_year = ((course.ts_ms + 8 * HOUR_MS) % (365 * DAY_MS)) / DAY_MS
    outside = 13 - 13 * np.cos(2 * np.pi * (day_of_year - 20) / 365) - 4 * np.cos(2 * np.pi * (hours - 3) / 24)
    outside += walk(random, rows, 0.985, 3.0)
    wanted = np.where((hours > 6) & (hours < 19) & ~course.weekend, random.uniform(20, 22), random.uniform(16, 19))
    power, loss, gain = np.full(rows, random.uniform(3.0, 5.0)), np.full(rows, random.uniform(0.03, 0.08)), random.uniform(0, 0.4)
    for span in course.disturb(int(random.integers(1, 4)), 12, 160):
        way = random.integers(3)
        if way == 0:
            power[span] = 0.0
            wanted[span] = np.minimum(wanted[span], 12)
        elif way == 1:
            loss[span] *= log_uniform(random, 3, 10)
        else:
            wanted[span] += random.uniform(5, 9)
    inside, course_of = 20.0, np.empty(rows)
    for row in range(rows):
        # people, sun; cooling holds 26 degrees
        free = inside + loss[row] * (outside[row] - inside) + gain * (8 < hours[row] < 18)
        heated = min(max(wanted[row] - free, 0.0), power[row])
        inside = free + heated - max(free - max(26.0, wanted[row]), 0.0) * 0.8
        course_of[row] = inside
    return course, np.round(course_of + random.normal(0, 0.15, rows), 2)


def _bearing(random: Random) -> tuple[Course, Floats]:
    """Temperature of a machine's bearing in degrees C: friction by load, cooling by flow, planned stops; friction grows, cooling
    fails, the machine trips.
    """
    course = _course(random, 9_000, 20_000, 5 * MINUTE_MS)
    rows = course.rows
    load = np.full(rows, 1.0) * (0.85 + 0.15 * np.repeat(random.random(rows // 96 + 1), 96)[:rows]) + walk(
        random, rows, 0.97, 0.02
    )
    for start in range(int(random.integers(300, 600)), rows, int(random.integers(600, 900))):
        load[start : start + int(random.integers(40, 90))] = 0.0  # cleaning, seen twice before judging begins
    friction, cooling = np.ones(rows), np.full(rows, 1 / random.uniform(20, 50))
    for span in course.disturb(int(random.integers(1, 4)), 100, 600):
        length = len(load[span])
        way = random.integers(3)
        if way == 0:
            friction[span] = 1 + np.linspace(0, log_uniform(random, 0.35, 1.2), length)
        elif way == 1:
            cooling[span] *= random.uniform(0.3, 0.7)
        else:
            load[span.start : span.start + 30] *= np.linspace(1.0, 1.35, 30)
            load[span.start + 30 : span.stop] = 0.0
    ambient = 24 + walk(random, rows, 0.999, 2.5) + 2 * np.sin(2 * np.pi * (course.hours - 9) / 24)
    degrees, course_of, heat = 70.0, np.empty(rows), random.uniform(1.2, 2.2)
    for row in range(rows):
        degrees += heat * load[row] * friction[row] - cooling[row] * (degrees - ambient[row])
        course_of[row] = degrees
    return course, np.round(course_of + random.normal(0, 0.35, rows), 2)


def _taxis(random: Random) -> tuple[Course, Floats]:
    """Passengers by half hour: commuters, nights out, weather; holidays, storms, a big event, a strike."""
    course = _course(random, 5_000, 10_300, HOUR_MS // 2)
    hours, weekend = course.hours, course.weekend
    work = 0.9 * _bump(hours, 8.5, 1.3) + 1.0 * _bump(hours, 18.7, 2.0) + 0.55 * _bump(hours, 13, 3.2) + 0.12
    free = 0.35 * _bump(hours, 11.5, 3) + 0.9 * _bump(hours, 20.5, 3.2) + 0.6 * _bump(hours, 0.5, 1.8) + 0.15
    demand = np.where(weekend, free, work) * np.exp(walk(random, course.rows, 0.99, 0.07))
    for span in course.disturb(int(random.integers(2, 5)), 10, 96):
        way = random.integers(4)
        if way == 0:
            demand[span] = (0.75 * free * np.exp(walk(random, course.rows, 0.99, 0.05)))[span]
        elif way == 1:
            demand[span] *= random.uniform(0.08, 0.5)
        elif way == 2:
            demand[span] += log_uniform(random, 0.4, 1.2)
        else:
            demand[span] *= log_uniform(random, 1.35, 2.0)
    mean, shape = random.uniform(2_000, 16_000) * demand, random.uniform(150, 600)
    return course, random.poisson(mean * random.gamma(shape, 1 / shape, course.rows)).astype(np.float64)


def _posts(random: Random) -> tuple[Course, Floats]:
    """Posts that name a firm, in five minutes: each draws others after it (self-exciting counts); news, an outage."""
    course = _course(random, 8_000, 16_000, 5 * MINUTE_MS)
    base = log_uniform(random, 1.5, 30) * (0.25 + _bump(course.hours, random.uniform(13, 21), 4.5))
    base *= np.where(course.weekend, random.uniform(0.6, 1.1), 1.0)
    echo, silent = random.uniform(0.3, 0.6), np.zeros(course.rows, np.bool_)
    shock = (random.random(course.rows) < 0.0015) * base * (1 + random.pareto(2.5, course.rows))
    for span in course.disturb(int(random.integers(1, 5)), 8, 120):
        if random.random() < 0.8:
            shock[span] += (
                log_uniform(random, 2.5, 15) * base.mean() * np.exp(-np.arange(len(shock[span])) / (len(shock[span]) / 2))
            )
        else:
            silent[span] = True
    counts, drawn = np.empty(course.rows), 0.0
    for row in range(course.rows):
        drawn = 0.6 * drawn + 0.4 * (counts[row - 1] if row else base[0])
        counts[row] = 0 if silent[row] else random.poisson(base[row] * (1 - echo) + shock[row] + echo * drawn)
    return course, counts


def _road(random: Random) -> tuple[Course, Floats]:
    """Speed on a road in km/h at uneven times: free flow, peaks over capacity; an accident, a closed lane, a dead counter."""
    rows = round(log_uniform(random, 1_200, 3_000))
    steps = random.choice(np.array([4, 5, 5, 5, 6, 10, 15]) * MINUTE_MS, rows)
    course = Course(random, BEGIN_MS + int(random.integers(360)) * DAY_MS + np.cumsum(steps).astype(np.int64))
    hours = course.hours
    inflow = 0.25 + 0.6 * _bump(hours, 8, 1.2) + 0.65 * _bump(hours, 17.8, 1.6) + 0.2 * _bump(hours, 13, 3)
    inflow = np.where(course.weekend, 0.3 + 0.35 * _bump(hours, 15, 4), inflow) * np.exp(walk(random, rows, 0.9, 0.1))
    capacity, dead = np.ones(rows), np.zeros(rows, np.bool_)
    for span in course.disturb(int(random.integers(1, 4)), 8, 60):
        if random.random() < 0.75:
            capacity[span] = random.uniform(0.25, 0.5)
        else:
            dead[span] = True
    # the travel time function of the Bureau of Public Roads: 1 + 0.15 (flow / capacity)^4
    speed = random.uniform(55, 100) / (1 + 0.15 * (inflow / capacity) ** 4 + 0.4 * np.maximum(inflow / capacity - 1, 0))
    speed += random.normal(0, random.uniform(2, 4.5), rows)
    return course, np.round(np.where(dead, 0.0, np.maximum(speed, 1)), 0)


SINGLES: dict[str, Callable[[Random], tuple[Course, Floats]]] = {
    "processor load": _processor,
    "answer time": _latency,
    "transfers": _transfers,
    "advertisement price": _price,
    "room temperature": _room,
    "bearing temperature": _bearing,
    "taxi passengers": _taxis,
    "posts": _posts,
    "road speed": _road,
}
