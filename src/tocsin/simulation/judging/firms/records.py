"""What platforms tell: words of the firm, counts, uses, cameras, visits, reports, each with lag, bias, outages and copies."""

from dataclasses import dataclass, field

import numpy as np

from tocsin.simulation.judging.firms.course import Course
from tocsin.simulation.judging.firms.stops import OVERHAUL, Stop
from tocsin.simulation.judging.firms.trades import STEPS, STEPS_OF_HOUR, Flags, Floats, Random

HOUR_MS = 3_600_000
UNITS = {
    "declaration": "state",
    "commitment": "producing",
    "gate_headcount": "persons",
    "gas_use": "m3",
    "water_use": "m3",
    "truck_count": "loaded trucks",
    "emission_monitor": "Nm3/h",
    "permits": "special operation permits",
    "video": "activity sightings",
    "inspector_visit": "producing",
    "public_report": "report of production",
}
MACHINES = ("gate_headcount", "gas_use", "water_use", "truck_count", "emission_monitor", "video")


@dataclass
class Records:
    """Rows of evidence, and which sources lived on each day, for the truth's word on it."""

    rows: list[tuple[str, str, int, float]] = field(default_factory=list)  # source, level, ms, value
    live: dict[str, Flags] = field(default_factory=dict)


def make_records(course: Course, outside_c: Floats) -> Records:
    """All evidence about a firm over the days."""
    records = Records()
    _words(course, records, course.firm.random(500))
    _people(course, records, course.firm.random(501))
    output = course.output() / np.maximum(course.habit.normal, 1e-9)
    _uses(course, records, output, outside_c, course.firm.random(502))
    _stack(course, records, course.firm.random(503))
    _sights(course, records, course.firm.random(504))
    _visits(course, records, course.firm.random(505))
    _reports(course, records, course.firm.random(506))
    return records


def _ms(course: Course, hours: float) -> int:
    return int(course.days.first_ms + hours * HOUR_MS)


def _outages(count: int, random: Random) -> Flags:
    """Days on which a source lives: some are dead for a week or more, few for good."""
    live = random.random(count) > random.uniform(0.005, 0.05)
    if random.random() < 0.25:
        first = int(random.integers(0, count))
        live[first : first + int(random.integers(4, 25))] = False
    if random.random() < 0.03:
        live[int(random.integers(count // 3, count)) :] = False
    return np.asarray(live)


def _copy(records: Records, row: tuple[str, str, int, float], level: str, random: Random, *, rounded: int | None = None) -> None:
    """The same record on a higher level, hours later."""
    source, _, ms, value = row
    later = ms + int(random.gamma(2.0, 4.0) * HOUR_MS)
    records.rows.append((source, level, later, value if rounded is None else float(round(value, rounded))))


def _stop_on(course: Course, day: int) -> Stop | None:
    return next((stop for stop in course.stops if stop.first <= day <= stop.last and stop.line is None), None)


def _words(course: Course, records: Records, random: Random) -> None:
    """The firm's declaration and commitment: true on most ordinary days, what suits it during a stop."""
    output = course.output() / np.maximum(course.habit.normal, 1e-9)
    levels = [level for level, chance in (("county", 0.97), ("city", 0.75), ("province", 0.5)) if random.random() < chance]
    live, told = _outages(course.count, random), _outages(course.count, random)
    for day in range(course.count):
        stop = _stop_on(course, day)
        honest = 1.0 if output[day] > 0.7 else 0.5 if output[day] > 0.05 else 0.0
        word = honest
        if stop is not None:
            word = honest if course.owns_up[day] else 0.0
            if stop.first == day:
                word = honest
        elif random.random() < course.firm.careless:
            word = 1.0
        at = _ms(course, day * 24 + float(random.uniform(7.2, 12)))
        if live[day]:
            row = ("declaration", "firm", at, word)
            records.rows.append(row)
            for level in levels:
                if random.random() < 0.93:
                    _copy(records, row, level, random, rounded=0 if level == "province" else None)
        if "commitment" in course.firm.sources and told[day] and random.random() < 0.95:
            records.rows.append(("commitment", "county", _ms(course, day * 24 + float(random.uniform(6.5, 10))), float(word > 0)))
        if "permits" in course.firm.sources:
            mean = 6.0 if stop is not None and stop.kind == OVERHAUL else 0.7 if output[day] > 0.05 else 0.12
            at = _ms(course, day * 24 + float(random.uniform(8, 18)))
            records.rows.append(("permits", "firm", at, float(random.poisson(mean))))


def _people(course: Course, records: Records, random: Random) -> None:
    """Heads in the plant at 14 and at 2 o'clock; lessees' people are in it where there are any."""
    if "gate_headcount" not in course.firm.sources:
        return
    live = _outages(course.count, random)
    records.live["gate_headcount"] = live
    has_copy, misses = random.random() < 0.4, float(random.uniform(0.0, 0.15))
    shifts = {"three": 3.2, "two": 2.0, "four_two": 2.4}.get(course.firm.shift, 1.15)
    for day in np.flatnonzero(live).tolist():
        for hour in (14, 26):
            step = day * STEPS + hour * STEPS_OF_HOUR
            if step >= course.steps:
                continue
            working = float((course.rate[:, step - 6 : step + 6] > 0).any(1).mean()) if step else 0.0
            people = course.firm.employees / shifts * (0.25 + 0.75 * min(working * 1.3, 1)) * bool(course.crew[step] or working)
            guards = random.integers(1, 5) + (0.05 * course.firm.employees if _stop_on(course, day) is None and hour == 14 else 0)
            seen = float(random.binomial(max(int(people), 0), 1 - misses) + int(guards))
            row = ("gate_headcount", "firm", _ms(course, day * 24 + hour), seen)
            records.rows.append(row)
            if has_copy and random.random() < 0.5:
                _copy(records, row, "county", random)


def _uses(course: Course, records: Records, output: Floats, outside_c: Floats, random: Random) -> None:
    """Gas, water and loaded trucks of a day, posted in the next night or morning, a tenth a day late."""
    trade, kw, day_c = course.firm.trade, course.firm.process_kw, outside_c.reshape(-1, 24).mean(1)
    hot = course.hot.reshape(-1, STEPS).mean(1)
    burnt = course.generator.reshape(-1, STEPS).mean(1)
    heating = 0.15 * np.maximum(12 - day_c, 0) / 10
    goods = np.convolve(output, [0.5, 0.3, 0.2])[: course.count]  # what was made goes out over three days
    series: dict[str, Floats] = {
        "gas_use": trade.gas_m3 * kw / 100 * (0.04 + 0.9 * output + 0.55 * hot + heating * (output > 0.02)),
        "water_use": max(trade.water_m3, 4.0) * kw / 100 * (0.06 + 0.94 * output + 0.15 * burnt),
        "truck_count": trade.trucks * (kw / 500) ** 0.5 * (0.05 + 0.95 * goods + 0.25 * (burnt > 0)),
    }
    levels = {"gas_use": "city", "water_use": "city", "truck_count": "province"}
    for source, amount in series.items():
        if source not in course.firm.sources:
            continue
        live, bias = _outages(course.count, random), float(random.uniform(0.75, 1.25))
        records.live[source] = live
        for day in np.flatnonzero(live).tolist():
            if source == "truck_count":
                value = float(random.poisson(amount[day] * bias))
            else:
                value = round(float(amount[day] * bias * random.normal(1, 0.06)), 1)
            late = 24.0 if random.random() < 0.1 else 0.0
            at = _ms(course, day * 24 + 24 + late + float(random.uniform(1, 9)))
            records.rows.append((source, levels[source], at, max(value, 0.0)))


def _stack(course: Course, records: Records, random: Random) -> None:
    """Flue gas, six-hour means: it flows by lines and their fans; analysers die, repeat their last value, are marked stopped."""
    if "emission_monitor" not in course.firm.sources:
        return
    weights = np.array([line.kw for line in course.firm.lines])[:, None]
    flow = (weights * np.minimum(course.rate, 1.2) * course.fans).sum(0) / course.firm.process_kw + 0.5 * course.hot
    six = flow.reshape(-1, 6 * STEPS_OF_HOUR).mean(1)
    live = _outages(course.count, random)
    stuck = random.random(course.count) < 0.01
    size, province, last = course.firm.process_kw * float(random.uniform(15, 45)), random.random() < 0.4, 0.0
    marked = random.random() < 0.3  # during a stop the firm sets the mark by hand
    for place, share in enumerate(six.tolist()):
        day = place // 4
        if not live[day]:
            continue
        value = size * share * float(random.normal(1, 0.07)) + size * 0.01 * float(random.random())
        if stuck[day]:
            value = last
        if marked and _stop_on(course, day) is not None and not course.owns_up[day]:
            value = 0.0
        last = round(max(value, 0.0))
        row = ("emission_monitor", "city", _ms(course, (place + 1) * 6), last)
        records.rows.append(row)
        if province and random.random() < 0.6:
            _copy(records, row, "province", random, rounded=-2)
    records.live["emission_monitor"] = live & ~stuck


def _sights(course: Course, records: Records, random: Random) -> None:
    """A camera at gate or yard: sightings in six hours, fewer in the dark; wind, dogs and the lessee are seen, too."""
    if "video" not in course.firm.sources:
        return
    live = _outages(course.count, random)
    records.live["video"] = live
    activity = np.minimum(course.rate.mean(0) * 1.2, 1.2) + 0.12 * course.crew + 0.1 * course.generator
    six, most = activity.reshape(-1, 6 * STEPS_OF_HOUR).mean(1), float(random.uniform(4, 16))
    by_night, noise = float(random.uniform(0.3, 0.9)), float(random.uniform(0.1, 0.8))
    for place, share in enumerate(six.tolist()):
        if live[place // 4]:
            light = by_night if place % 4 in (0, 3) else 1.0
            value = float(random.poisson(most * share * light + noise))
            records.rows.append(("video", "county", _ms(course, (place + 1) * 6), value))


def _visits(course: Course, records: Records, random: Random) -> None:
    """Officers, mostly by day, more often while a stop is in force; they see whether a line runs at that hour, nearly always."""
    for day in range(course.count):
        if random.random() < (0.09 if _stop_on(course, day) is not None else 0.02):
            hour = float(random.uniform(8.5, 18) if random.random() < 0.85 else random.uniform(19, 24))
            step = min(int((day * 24 + hour) * STEPS_OF_HOUR), course.steps - 1)
            runs = bool((course.rate[:, step] > 0).any())
            seen = runs and random.random() < 0.92
            level = str(random.choice(["county", "city", "province"], p=[0.65, 0.28, 0.07]))
            records.rows.append(("inspector_visit", level, _ms(course, day * 24 + hour), float(seen)))


def _reports(course: Course, records: Records, random: Random) -> None:
    """Neighbours write when a firm works that should not, one day in twelve; and now and then about nothing."""
    output = course.output() / np.maximum(course.habit.normal, 1e-9)
    for day in range(course.count):
        stop = _stop_on(course, day)
        chance = 0.08 if stop is not None and output[day] > 0.1 else 0.008 if stop is not None else 0.0
        if random.random() < chance:
            level = "county" if random.random() < 0.65 else "city"
            records.rows.append(("public_report", level, _ms(course, day * 24 + float(random.uniform(9, 31))), 1.0))
