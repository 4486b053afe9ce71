"""Records of platforms about a firm: late, biased, copied upwards, dead at times, and the firm's own word."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from tocsin.engine.work.firm import QUARTERS_OF_A_DAY, OrderKind
from tocsin.simulation.firms.course import Course
from tocsin.simulation.firms.dice import Dice, Floats
from tocsin.simulation.firms.schedule import Flags
from tocsin.simulation.firms.tables import Table

DAY = QUARTERS_OF_A_DAY
HOUR_MS = 3_600_000
DAY_MS = 86_400_000
UNITS = {
    "declaration": "state", "commitment": "producing", "gate_headcount": "persons", "gas_use": "m3", "water_use": "m3",
    "truck_count": "loaded trucks", "emission_monitor": "Nm3/h", "tank_movement": "t", "permits": "special operation permits",
    "video": "activity sightings", "inspector_visit": "production seen", "public_report": "report of production",
}  # fmt: skip
MACHINES = ("gate_headcount", "gas_use", "water_use", "truck_count", "emission_monitor", "tank_movement", "video")
type Maker = Callable[[Course, "Records", Dice, Floats, Floats, Floats, Flags], None]

FROM_THE_FIRM = ("gate_headcount", "gas_use", "water_use", "truck_count", "video")  # gone when nothing comes from the firm


@dataclass
class Records:
    """Rows of evidence.parquet without the firm's id, in no order, and `live`: machines that lived, a day."""

    live: Floats
    source: list[str] = field(default_factory=list)
    level: list[str] = field(default_factory=list)
    ts: list[int] = field(default_factory=list)
    value: list[float] = field(default_factory=list)

    def add(self, source: str, level: str, ts: float, value: float) -> None:
        """One record."""
        self.source.append(source)
        self.level.append(level)
        self.ts.append(int(ts))
        self.value.append(round(float(value), 1))


def make_records(course: Course, dark: Flags, degrees: Floats) -> Records:
    """All records of a firm. `dark`: quarters in which nothing comes from it; `degrees`: hourly temperature."""
    firm, days = course.firm, course.days
    dice = firm.dice(7)
    weight = np.array([line.kw for line in firm.lines]) / firm.full_kw
    rate = weight @ course.rate
    output = rate.reshape(-1, DAY).sum(axis=1) / course.schedule.normal_quarters
    records = Records(np.zeros(len(days)))
    dark_days = dark.reshape(-1, DAY).mean(axis=1) > 0.3
    for source in MACHINES:
        if source in firm.sources:
            dead = _dead_days(len(days), dice)
            silent = dead | (dark_days if source in FROM_THE_FIRM else False)
            records.live += ~silent
            _MAKERS[source](course, records, dice, rate, output, degrees, silent)
    _statements(course, records, dice, output)
    _people(course, records, dice, rate)
    return records


def _dead_days(count: int, dice: Dice) -> Flags:
    dead = np.zeros(count, dtype=bool)
    if dice.chance(0.3):
        first = dice.whole(0, count - 1)
        dead[first : first + round(dice.spread(3, 40))] = True
    return dead


def _midnight(course: Course, day: int) -> int:
    return course.days.first_ms + day * DAY_MS


def _posted(course: Course, day: int, dice: Dice) -> float:
    """When a total of a day is posted: in the night after it, sometimes a day or two later."""
    late = 1 if dice.chance(0.04) else 2 if dice.chance(0.015) else 0
    hours = dice.between(12.0, 23.0) if dice.chance(0.06) else dice.between(0.2, 9.0)
    return _midnight(course, day + 1 + late) + hours * HOUR_MS


def _daily(source: str, level: str, size: tuple[float, float], still: tuple[float, float], spread: float) -> Maker:
    """A source of daily totals: `size` on a normal day by employees, `still` the share of a day at rest."""

    def make(course: Course, records: Records, dice: Dice, rate: Floats, output: Floats, degrees: Floats, silent: Flags) -> None:
        full = course.firm.employees * dice.spread(*size)
        rest = dice.between(*still)
        heating = dice.between(0.0, 0.25) if source == "gas_use" and dice.chance(0.4) else 0.0
        cold = np.clip((10.0 - degrees.reshape(-1, 24).mean(axis=1)) / 15.0, 0.0, 1.5)
        mean = full * (rest + (1.0 - rest) * output + heating * cold)
        values = dice.counts(mean) if source == "truck_count" else mean * np.exp(spread * dice.normals(len(mean)))
        for day in np.flatnonzero(~silent & (dice.units(len(mean)) < 0.985)).tolist():
            ts = _posted(course, day, dice)
            if ts < _midnight(course, len(course.days)):
                records.add(source, level, ts, values[day])

    return make


def _emission(course: Course, records: Records, dice: Dice, rate: Floats, output: Floats, degrees: Floats, silent: Flags) -> None:
    """Mean flow of six hours; a dead analyser sends its last value or nothing, and a stop mark sets 0 by hand."""
    full = dice.spread(7_000.0, 80_000.0)
    floor, stuck, copied = dice.between(0.05, 0.13), dice.chance(0.6), dice.chance(0.5)
    marks = dice.chance(0.6)  # the firm marks its stops by hand
    sixth = rate.reshape(-1, 24).mean(axis=1)
    flow = full * (floor + (1.0 - floor) * sixth) * np.exp(0.05 * dice.normals(len(sixth)) + 0.05 * dice.walk(len(sixth), 30.0))
    stopped = np.repeat(course.declared == 0.0, 4)
    flow[stopped & marks] = 0.0
    last = full
    for part, value in enumerate(flow.tolist()):
        if silent[part // 4] and not stuck:
            continue
        last = last if silent[part // 4] else value
        ts = course.days.first_ms + (part + 1) * 6 * HOUR_MS + dice.between(0.0, 0.6) * HOUR_MS
        records.add("emission_monitor", "city", ts, round(last))
        if copied:
            records.add("emission_monitor", "province", ts + dice.between(0.1, 5.0) * HOUR_MS, round(last, -2))


def _video(course: Course, records: Records, dice: Dice, rate: Floats, output: Floats, degrees: Floats, silent: Flags) -> None:
    mean = dice.between(1.5, 9.0)
    sixth = rate.reshape(-1, 24).mean(axis=1)
    hour = np.arange(len(sixth)) % 4
    bright = np.where((hour == 0) | (hour == 3), dice.between(0.5, 1.0), 1.0)
    crew = np.repeat(course.crew, 4) * 0.25
    seen = dice.counts(mean * bright * np.clip(sixth * 1.1 + dice.between(0.05, 0.2) + crew, 0.0, 1.4))
    for part in np.flatnonzero(~np.repeat(silent, 4) & (dice.units(len(sixth)) < 0.97)).tolist():
        records.add("video", "county", course.days.first_ms + (part + 1) * 6 * HOUR_MS, seen[part])


def _headcount(
    course: Course, records: Records, dice: Dice, rate: Floats, output: Floats, degrees: Floats, silent: Flags
) -> None:
    """At 14 h, and at 2 h of the day after; many are copied to the county some hours later."""
    firm = course.firm
    parts = firm.shifts.count(";") + 1
    share = dice.between(0.65, 0.95) / (parts * 0.65 if firm.round_the_clock else 1.0)
    guards, copied, clerks = dice.between(0.02, 0.1), dice.chance(0.85), dice.between(0.05, 0.25)
    for day in np.flatnonzero(~silent).tolist():
        for hour in (14, 26):
            quarter = day * DAY + hour * 4
            if quarter >= len(rate) or not dice.chance(0.96):
                continue
            at_work = min(float(rate[quarter - 2 : quarter + 2].max()), 1.0) ** 0.6
            desks = clerks if hour == 14 and course.days.kind[day] in (0, 3) else 0.0
            held = dice.between(0.45, 0.85) if course.crew[day] and hour == 14 else 0.0
            mean = firm.employees * max(guards + desks * 0.6 + at_work * share, held)
            value = float(dice.count(mean))
            ts = course.days.first_ms + quarter * 15 * 60_000
            records.add("gate_headcount", "firm", ts, value)
            if copied and dice.chance(0.35):
                records.add("gate_headcount", "county", ts + dice.between(0.8, 5.8) * HOUR_MS, value)


def _statements(course: Course, records: Records, dice: Dice, output: Floats) -> None:
    """Declarations, and what higher levels pass on of them; the daily commitment; permits."""
    firm, days = course.firm, course.days
    passed = {level: dice.chance(chance) for level, chance in (("county", 1.0), ("city", 0.83), ("province", 0.53))}
    hiding = course.hidden.any(axis=0).reshape(-1, DAY).any(axis=1)
    committing = min(firm.trade.commitment * dice.between(0.92, 1.05), 1.0)
    repairs = np.zeros(len(days), dtype=bool)
    for stop in course.stops:
        repairs[stop.first : stop.last + 1] |= stop.kind is OrderKind.OVERHAUL
    usual_permits, busy_permits = dice.between(0.2, 1.1), dice.between(3.0, 8.0)
    for day in range(len(days)):
        word = _word(course, dice, day, float(output[day]), bool(hiding[day]))
        if dice.chance(0.96):
            ts = _midnight(course, day) + dice.between(7.2, 10.5) * HOUR_MS
            records.add("declaration", "firm", ts, word)
            _pass_on(course, records, dice, ts, word, passed)
        producing = word if dice.chance(0.985) else 1.0 - word
        if dice.chance(committing):
            ts = _midnight(course, day) + dice.between(6.5, 10.8) * HOUR_MS
            records.add("commitment", "county", ts, 1.0 if producing > 0 else 0.0)
        ts = _midnight(course, day) + dice.between(8.0, 16.0) * HOUR_MS
        mean = busy_permits if repairs[day] else usual_permits
        records.add("permits", "firm", ts, dice.count(mean))


def _word(course: Course, dice: Dice, day: int, output: float, hiding: bool) -> float:
    """What the firm says of itself that day; while it hides production, rarely the truth."""
    stated = float(course.declared[day])
    if hiding:
        return (1.0 if output > 0.7 else 0.5) if course.admits[day] else stated
    standing = output < 0.05
    if standing and stated == 1.0:
        return 0.0 if dice.chance(0.5) else 1.0
    if standing and not any(stop.first <= day <= stop.last for stop in course.stops):
        return 1.0 if dice.chance(course.firm.forgetful) else 0.0
    if stated == 1.0 and output < 0.7 and dice.chance(0.55):
        return 0.5
    return stated if not dice.chance(0.01) else dice.pick((0.0, 0.5, 1.0))


def _pass_on(course: Course, records: Records, dice: Dice, ts: float, word: float, passed: dict[str, bool]) -> None:
    if passed["county"] and dice.chance(0.9):
        records.add("declaration", "county", ts + dice.between(0.3, 2.8) * HOUR_MS, word)
    if passed["city"] and dice.chance(0.85):
        records.add("declaration", "city", ts + dice.between(1.0, 24.0) * HOUR_MS, word)
    if passed["province"] and dice.chance(0.7):
        records.add("declaration", "province", ts + dice.between(2.0, 26.0) * HOUR_MS, 1.0 if word > 0 else 0.0)


def _people(course: Course, records: Records, dice: Dice, rate: Floats) -> None:
    """Visits of inspectors, more under an order and mostly by day; reports of the public, some of them wrong."""
    count = len(course.days)
    ordered = np.zeros(count, dtype=bool)
    for stop in course.stops:
        ordered[stop.first : stop.last + 1] |= stop.kind is OrderKind.ORDERED_STOP
    habit = dice.between(0.5, 1.6)
    for day in np.flatnonzero(dice.units(count) < habit * np.where(ordered, 0.09, 0.02)).tolist():
        quarter = day * DAY + (dice.whole(36, 63) if dice.chance(0.85) else dice.whole(78, 95))
        going = bool(rate[quarter : quarter + 3].max() > 0.1)
        seen = float(going != dice.chance(0.06 if going else 0.02))
        ts = course.days.first_ms + quarter * 15 * 60_000
        records.add("inspector_visit", "county", ts, seen)
        for level, chance in (("city", 0.55), ("province", 0.12)):
            if dice.chance(chance):
                records.add("inspector_visit", level, ts + dice.between(1.0, 20.0) * HOUR_MS, seen)
    hidden = course.hidden.any(axis=0)
    for day in range(count):
        breach = np.flatnonzero(hidden[day * DAY : (day + 1) * DAY])
        if len(breach) and dice.chance(0.1):
            quarter = day * DAY + int(dice.pick(breach.tolist()))
        elif dice.chance(0.007):
            quarter = day * DAY + dice.whole(32, 88)
        else:
            continue
        heard = course.days.first_ms + quarter * 15 * 60_000 + dice.between(0.0, 3.0) * HOUR_MS
        records.add("public_report", "county", heard, 1.0)
        if dice.chance(0.6):
            records.add("public_report", "city", heard + dice.between(0.5, 12.0) * HOUR_MS, 1.0)


_MAKERS: dict[str, Maker] = {
    "gate_headcount": _headcount,
    "gas_use": _daily("gas_use", "city", (5.0, 25.0), (0.05, 0.18), 0.12),
    "water_use": _daily("water_use", "city", (0.35, 2.3), (0.1, 0.2), 0.16),
    "truck_count": _daily("truck_count", "province", (0.02, 0.25), (0.0, 0.4), 0.0),
    "emission_monitor": _emission,
    "tank_movement": _daily("tank_movement", "firm", (0.3, 1.6), (0.02, 0.08), 0.15),
    "video": _video,
}


def columns(firm_ids: Sequence[str], parts: Sequence[Records]) -> Table:
    """All firms' records by time, as the columns of evidence.parquet."""
    ts = np.array([one for part in parts for one in part.ts], dtype=np.int64)
    order = np.argsort(ts, kind="stable").tolist()
    firm = [firm_id for firm_id, part in zip(firm_ids, parts, strict=True) for _ in part.ts]
    source, level = [one for part in parts for one in part.source], [one for part in parts for one in part.level]
    value = [one for part in parts for one in part.value]
    return {
        "firm_id": [firm[k] for k in order],
        "source": [source[k] for k in order],
        "platform_level": [level[k] for k in order],
        "ts": ts[order],
        "value": [value[k] for k in order],
        "unit": [UNITS[source[k]] for k in order],
    }
