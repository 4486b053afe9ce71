"""What the meters say: quarter-hour means of what passes them, in steps of their pulses, with gaps, estimates and troubles."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tocsin.simulation.judging.firms.course import Course, Episode
from tocsin.simulation.judging.firms.loads import Loads
from tocsin.simulation.judging.firms.trades import STEPS, STEPS_OF_QUARTER, Flags, Floats, Random

MEASURED, ESTIMATED, MISSING, ABSENT = range(4)
QUARTERS = STEPS // STEPS_OF_QUARTER
TRANSFORMERS = (1, 10, 20, 40, 60, 80, 120, 160, 300, 400, 800, 1000, 1500, 3000)
TROUBLES = ("missing", "estimated", "stuck", "reversed", "multiplier")
TROUBLED_FIRMS = 0.45
SILENT_FIRMS = 0.12  # nothing from the firm at all for some days
SWAPPED = 0.2  # meters changed in the regular way, some with another transformer


@dataclass
class Meter:
    """One meter with its readings: `kw` and `quality` by quarter hour. `line`: place of the line, for process and protective."""

    id: str
    role: str
    true_kw: Floats
    kw: Floats
    quality: NDArray[np.uint8]
    rated_kw: float | None
    multiplier: float
    line: int | None = None
    protects: str | None = None
    changed: int | None = None  # quarter hour


def make_meters(course: Course, loads: Loads) -> list[Meter]:
    """All meters of a firm; their troubles of 24 hours and more become episodes of the course."""
    random = course.firm.random(400)
    meters = _fitted(course, loads, random)
    for meter in meters:
        _read(meter, random)
    for meter in meters:
        if random.random() < SWAPPED:
            _swap(meter, course.count, random)
    if random.random() < TROUBLED_FIRMS:
        for _ in range(int(random.integers(1, 4))):
            _trouble(course, meters, random)
    if random.random() < SILENT_FIRMS:
        first, end = _span(course.count, random)
        for meter in meters:
            meter.kw[first:end], meter.quality[first:end] = np.nan, ABSENT
        _tell(course, first, end, "nothing from the firm")
    return meters


def _fitted(course: Course, loads: Loads, random: Random) -> list[Meter]:
    """The meters as they hang: the connection net of own generation; lines, devices and others behind it."""
    firm = course.firm
    seen = loads.lines * (1 - course.unseen)
    moved = (seen * course.on_lessee).sum(0)
    own = seen * (1 - course.on_lessee)
    all_fans = loads.fans.sum(0) if len(loads.fans) else np.zeros(course.steps)
    behind = own.sum(0) + moved + all_fans + loads.essential + loads.office + loads.charging + loads.lessee + loads.base
    total = behind - loads.solar
    counted = 1 - course.shunted
    meters: list[Meter] = []

    def hang(role: str, kw: Floats, rated: float, line: int | None = None, protects: str | None = None) -> Meter:
        name = f"{firm.id}-M{len(meters) + 1:02d}"
        power = kw.reshape(-1, STEPS_OF_QUARTER).mean(1)
        wrong = rated * random.choice([0.1, 10]) if random.random() < 0.03 else rated * random.uniform(0.95, 1.3)
        multiplier = next((size for size in TRANSFORMERS if size * 6 >= rated), TRANSFORMERS[-1])
        known = None if random.random() < 0.04 else round(float(wrong), 1)
        quality = np.zeros(len(power), np.uint8)
        meters.append(Meter(name, role, power, power.copy(), quality, known, multiplier, line, protects))
        return meters[-1]

    peak = float(np.quantile(behind, 0.999)) * 1.2
    shares = (0.55, 0.45) if firm.feeders == 2 else (1.0,)
    for share in shares:
        hang("total", total * share * counted, peak * share)
    all_shunted = counted if course.shunt_on == "all" else np.ones(course.steps)
    metered = {
        place: hang("process", own[place] * all_shunted, line.kw * 1.25, place).id
        for place, line in enumerate(firm.lines)
        if line.has_meter
    }
    for row, place in enumerate(loads.fan_lines):
        protects = None if random.random() < 0.03 and firm.lines[place].fans == 1 else metered[place]
        hang("protective", loads.fans[row], firm.lines[place].fan_kw * 1.2, place, protects)
    if firm.has_essential_meter:
        hang("protective", loads.essential, firm.essential_kw * 1.2)
    if firm.has_office_meter:
        hang("office", loads.office, firm.office_kw * 1.5)
    if firm.charging_kw and random.random() < 0.7:
        hang("charging", loads.charging, firm.charging_kw * 1.2)
    if firm.lessee_kw and (random.random() < 0.8 or course.on_lessee.any()):
        hang("lessee", loads.lessee + moved, firm.lessee_kw * 1.5)
    if firm.solar_kwp and random.random() < 0.7:
        hang("solar", loads.solar, firm.solar_kwp)
    return meters


def _read(meter: Meter, random: Random) -> None:
    """Pulses of 0.01 kWh at the meter times its transformer, small gaps, estimates for lost transmissions."""
    step = 0.04 * 0.01 * meter.multiplier * 25
    carried = np.round(np.cumsum(meter.true_kw) / step) * step
    meter.kw = np.diff(carried, prepend=0.0)
    count = len(meter.kw)
    for chance, lengths, quality in ((0.02, (1, 9), ABSENT), (0.01, (1, 6), MISSING), (0.012, (2, 12), ESTIMATED)):
        for day in np.flatnonzero(random.random(count // QUARTERS) < chance).tolist():
            first = day * QUARTERS + int(random.integers(0, QUARTERS))
            _lose(meter, first, min(first + int(random.integers(*lengths)), count), quality)


def _lose(meter: Meter, first: int, end: int, quality: int) -> None:
    if quality == ESTIMATED:
        before, after = meter.kw[max(first - 1, 0)], meter.kw[min(end, len(meter.kw) - 1)]
        meter.kw[first:end] = np.linspace(np.nan_to_num(before), np.nan_to_num(after), end - first)
    else:
        meter.kw[first:end] = np.nan
    meter.quality[first:end] = quality


def _swap(meter: Meter, count: int, random: Random) -> None:
    """Exchanged in the regular way: hours without readings, and in the books a day or more later."""
    first = int(random.integers(5 * QUARTERS, (count - 5) * QUARTERS))
    end = first + int(random.integers(2, 24))
    _lose(meter, first, end, ABSENT)
    meter.changed = min(end + int(random.integers(0, 3 * QUARTERS)), len(meter.kw) - 1)


def _span(count: int, random: Random) -> tuple[int, int]:
    """Quarters of a trouble: a day and a quarter to ten days."""
    hours = float(30 * (8 ** random.random()))
    first = int(random.integers(6 * QUARTERS, max((count - 11) * QUARTERS, 6 * QUARTERS + 1)))
    return first, min(first + int(4 * hours), count * QUARTERS)


def _trouble(course: Course, meters: list[Meter], random: Random) -> None:
    big = [meter for meter in meters if meter.role in ("total", "process", "protective")]
    meter = big[int(random.integers(len(big)))]
    first, end = _span(course.count, random)
    how = str(random.choice(np.array(TROUBLES), p=[0.3, 0.2, 0.15, 0.1, 0.25]))
    visible = np.nan_to_num(np.abs(meter.true_kw[first:end])).mean() > 0.15 * np.nan_to_num(np.abs(meter.true_kw)).mean()
    if how in ("stuck", "reversed", "multiplier") and not visible:
        how = "missing"  # a resting meter cannot be seen to be wrong
    if how == "missing":
        _lose(meter, first, end, ABSENT if random.random() < 0.6 else MISSING)
    elif how == "estimated":
        meter.kw[first:end] = np.round(float(np.nanmean(meter.kw[first - QUARTERS : first])), 1)
        meter.quality[first:end] = ESTIMATED
    elif how == "stuck":
        meter.kw[first:end] = meter.kw[first - 1]
    elif how == "reversed":
        meter.kw[first:end] *= -1
    else:
        meter.kw[first:end] *= float(random.choice([0.1, 0.333, 2, 5, 10]))
        if random.random() < 0.4:
            meter.changed = first
    _tell(course, first, end, how)


def _tell(course: Course, first: int, end: int, how: str) -> None:
    course.episodes.append(Episode(first * STEPS_OF_QUARTER, end * STEPS_OF_QUARTER, "meter_trouble", how))


def lives(meters: list[Meter], count: int) -> Flags:
    """By day, whether most readings of the connection came and were measured, bool[days]."""
    totals = np.array([meter.quality == MEASURED for meter in meters if meter.role == "total"]).all(0)
    return np.asarray(totals.reshape(count, QUARTERS).mean(1) > 0.5)
