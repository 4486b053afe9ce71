"""What lines and everything beside them draw, in kW by quarter hours."""

from dataclasses import dataclass

import numpy as np

from tocsin.engine.work.firm import QUARTERS_OF_A_DAY, DayKind
from tocsin.simulation.firms.course import Course
from tocsin.simulation.firms.dice import Dice, Floats
from tocsin.simulation.firms.plan import Line
from tocsin.simulation.firms.trades import Shape

DAY = QUARTERS_OF_A_DAY
IDLING = 0.33  # share of its power that a protective device draws without doing its work


@dataclass(frozen=True)
class Loads:
    """Mean power of each quarter, float64[quarters] each or (lines, quarters); `protective` holds one row a device, `device_of`
    its line. `off` are (line, first, end, word) of devices that failed their line.
    """

    lines: Floats
    protective: Floats
    device_of: tuple[int, ...]
    off: tuple[tuple[int, int, int, str], ...]
    essential: Floats
    office: Floats
    charging: Floats
    solar: Floats
    lessee: Floats
    rest: Floats

    @property
    def total(self) -> Floats:
        """What the grid gives: everything less own generation."""
        net: Floats = self.lines.sum(axis=0) + self.protective.sum(axis=0) + self.essential + self.office
        return net + self.charging + self.lessee + self.rest - self.solar


def make_loads(course: Course, temperature_c: Floats, irradiance_w_m2: Floats) -> Loads:
    """The loads of a firm; the weather is hourly."""
    firm, dice, quarters = course.firm, course.firm.dice(5), course.days.quarters
    degrees = np.repeat(temperature_c, 4)
    drawn = np.stack([_line_kw(line, course, position, dice) for position, line in enumerate(firm.lines)])
    off = _draw_off(course, dice)
    protective, device_of = _protective(course, off, dice)
    producing = np.clip(course.rate.mean(axis=0), 0.0, 1.2)
    alive = 1.0 - course.dead
    essential = _essential(course, degrees, producing, dice) * alive
    office = _office(course, dice) * alive
    charging = _charging(course, dice) * alive
    sunny = np.repeat(irradiance_w_m2, 4) / 1000.0
    clouds = np.clip(1.0 + 0.12 * dice.walk(quarters, 3.0), 0.3, 1.1)
    solar = firm.solar_kwp * 0.78 * sunny * clouds * alive
    lessee = _lessee(course, dice) * alive
    rest = _rest(course, drawn.sum(axis=0), degrees, producing, dice) * alive
    return Loads(drawn * alive, protective * alive, device_of, off, essential, office, charging, solar, lessee, rest)


def _line_kw(line: Line, course: Course, position: int, dice: Dice) -> Floats:
    rate = np.maximum(course.rate[position], course.tests[position])
    quarters = len(rate)
    shape, rough = course.firm.trade.shape, line.roughness
    if shape is Shape.BATCH:
        pattern = _batches(rate, line.period_h, dice) * (1.0 + 0.08 * dice.normals(quarters))
    elif shape is Shape.MELT:
        turn = (np.arange(quarters) / (line.period_h * 4.0) + dice.unit()) % 1.0
        pattern = np.where(turn < 0.72, 1.25, 0.35) * (1.0 + 0.03 * dice.normals(quarters))
    elif shape in (Shape.ROUGH, Shape.PACKING):
        pattern = np.exp(rough * 0.7 * dice.normals(quarters) + rough * 0.3 * dice.walk(quarters, 6.0) - rough * rough / 3)
    else:
        pattern = 1.0 + rough * 0.5 * dice.normals(quarters) + rough * 0.5 * dice.walk(quarters, 20.0)
    idle = line.kw * dice.between(0.0, 0.012)
    at_work = course.rate[position] > 0.02
    if course.firm.holding_over_rest:
        warm = np.convolve(at_work, np.ones(2 * DAY), "same") > 0
    else:
        warm = np.repeat(at_work.reshape(-1, DAY).any(axis=1), DAY)
    hot = line.kw * course.firm.holding * warm
    drawn: Floats = np.maximum(line.kw * rate * pattern, np.maximum(idle, hot))
    return drawn


def _batches(rate: Floats, period_h: float, dice: Dice) -> Floats:
    """Vessels are heated, react, are cooled and emptied; the mean over a batch is 1."""
    period = period_h * 4.0
    phase = (np.cumsum(rate > 0.02) / period + dice.unit()) % 1.0
    steps = np.array([1.6, 1.15, 0.95, 0.75, 0.25])
    edges = np.array([0.18, 0.45, 0.68, 0.86])
    level = steps[np.searchsorted(edges, phase)]
    lengths = np.diff(np.concatenate(([0.0], edges, [1.0])))
    return level / float((steps * lengths).sum())


def _draw_off(course: Course, dice: Dice) -> tuple[tuple[int, int, int, str], ...]:
    """Times at which a line runs without its device: half an hour or more of a run."""
    off = []
    for position, line in enumerate(course.firm.lines):
        chance = 0.4 if line.protective_kw > 0 else 0.0
        while dice.chance(chance):
            running = course.rate[position] > 0.1
            choices = np.flatnonzero(running[: -2 * DAY])
            if not len(choices):
                break
            start = int(choices[dice.whole(0, len(choices) - 1)])
            still = np.flatnonzero(~running[start:])
            end = start + min(int(still[0]) if len(still) else 2 * DAY, round(dice.spread(6, 200)))
            if end - start >= 2:
                off.append((position, start, end, "off" if dice.chance(0.75) else "idling"))
            chance *= 0.5
    return tuple(off)


def _protective(course: Course, off: tuple[tuple[int, int, int, str], ...], dice: Dice) -> tuple[Floats, tuple[int, ...]]:
    rows, device_of = [], []
    quarters = course.days.quarters
    for position, line in enumerate(course.firm.lines):
        if line.protective_kw <= 0:
            continue
        reach = dice.whole(0, 4)  # quarters that the device runs before and after its line
        running = np.maximum(course.rate[position], course.tests[position]) > 0.02
        on = np.convolve(running, np.ones(2 * reach + 1), "same") > 0 if reach else running.copy()
        if dice.chance(0.25):  # tried every day, working or not
            for day in range(len(course.days)):
                begin = day * DAY + dice.whole(28, 44)
                on[begin : begin + dice.whole(1, 5)] = True
        share = on.astype(np.float64)
        for its, first, end, word in off:
            if its == position:
                share[first:end] = 0.0 if word == "off" else IDLING
        turns = [np.ones(quarters, dtype=bool)]
        if line.standby:
            week = (np.arange(quarters) // (DAY * dice.whole(3, 10)) + dice.whole(0, 1)) % 2
            turns = [week == 0, week == 1]
        for turn in turns:
            noise = 1.0 + 0.012 * dice.normals(quarters)
            rows.append(line.protective_kw * np.maximum(share * turn * noise, dice.between(0.0, 0.015)))
            device_of.append(position)
    return (np.stack(rows) if rows else np.zeros((0, quarters))), tuple(device_of)


def _essential(course: Course, degrees: Floats, producing: Floats, dice: Dice) -> Floats:
    firm, quarters = course.firm, course.days.quarters
    if firm.essential_kw <= 0:
        return np.zeros(quarters)
    load = np.ones(quarters)
    if firm.trade.essential == "refrigeration":
        load = np.clip(1.0 + 0.018 * (degrees - 12.0), 0.6, 2.0) * (1.0 + 0.2 * producing) * (1.0 + 0.06 * dice.normals(quarters))
        for day in range(len(course.days)):
            for _ in range(dice.whole(1, 4)):  # defrosting
                begin = day * DAY + dice.whole(0, DAY - 1)
                load[begin : begin + dice.whole(2, 4)] *= 0.3
    elif firm.trade.essential == "main fan":
        load *= 1.0 + 0.008 * dice.normals(quarters)
    else:
        load *= (1.0 + 0.15 * producing) * (1.0 + 0.15 * dice.walk(quarters, 4.0) + 0.05 * dice.normals(quarters))
    return firm.essential_kw * np.maximum(load, 0.02) * course.essential


def _people_in(course: Course) -> Floats:
    """Share of an office at its desks, by quarters."""
    hour = np.arange(course.days.quarters) % DAY / 4.0
    worked = np.isin(course.days.kind, (DayKind.WORKING_DAY, DayKind.MAKE_UP)).astype(np.float64)
    daily = np.repeat(np.maximum(worked, 0.15), DAY)
    return daily * np.clip(np.minimum(hour - 7.5, 18.5 - hour), 0.0, 1.0)


def _office(course: Course, dice: Dice) -> Floats:
    return course.firm.office_kw * (0.2 + 0.8 * _people_in(course)) * np.exp(0.15 * dice.walk(course.days.quarters, 6.0))


def _charging(course: Course, dice: Dice) -> Floats:
    """Fork lifts and lorries are charged one by one, for some by night where it is cheap."""
    firm, quarters = course.firm, course.days.quarters
    load = np.zeros(quarters)
    if firm.charging_kw <= 0:
        return load
    by_night, a_day = dice.chance(0.4), dice.between(0.5, 5.0)
    for day in range(len(course.days)):
        for _ in range(dice.count(a_day)):
            begin = day * DAY + (dice.whole(80, 112) if by_night else dice.whole(28, 92))
            load[begin : begin + dice.whole(2, 18)] += firm.charging_kw
    return np.minimum(load, 4.0 * firm.charging_kw)


def _lessee(course: Course, dice: Dice) -> Floats:
    """Somebody else on the connection, with hours of their own."""
    firm, quarters = course.firm, course.days.quarters
    if firm.lessee_kw <= 0:
        return np.zeros(quarters)
    begin, length = (dice.whole(72, 88), 40) if firm.lessee_nights else (dice.whole(30, 38), dice.whole(30, 44))
    on = np.zeros(quarters)
    for day, date in enumerate(course.days.dates):
        if date.weekday() < 6 and course.days.kind[day] != DayKind.HOLIDAY and dice.chance(0.95):
            first = day * DAY + begin + dice.whole(-1, 1)
            on[first : first + length] = dice.between(0.8, 1.15)
            on[first + length // 2 : first + length // 2 + 4] *= 0.35
    return firm.lessee_kw * np.maximum(on * np.exp(0.2 * dice.walk(quarters, 3.0)), 0.05)


def _rest(course: Course, lines: Floats, degrees: Floats, producing: Floats, dice: Dice) -> Floats:
    """What has no meter of its own: base load, compressed air, heating and cooling, drainage, drying."""
    firm, quarters = course.firm, course.days.quarters
    hour = np.arange(quarters) % DAY / 4.0
    base = firm.base_kw * np.exp(0.12 * dice.walk(quarters, 12.0) + 0.04 * dice.normals(quarters))
    air = firm.auxiliary * np.convolve(lines, np.ones(2) / 2, "same") * (1.0 + 0.05 * dice.walk(quarters, 8.0))
    occupied = np.maximum(np.maximum(producing, 0.8 * _people_in(course)), 0.35 if dice.chance(0.5) else 0.05)
    heating = firm.heating_kw * np.clip((16.0 - degrees) / 16.0, 0.0, 1.6) * occupied
    cooling = firm.cooling_kw * np.clip((degrees - 23.0) / 10.0, 0.0, 1.5) * occupied
    drained = np.zeros(quarters)
    if firm.drainage_kw > 0:
        begin, length = dice.whole(0, 92), dice.whole(12, 28)
        for day in range(len(course.days)):
            first = day * DAY + begin + dice.whole(-1, 1)
            drained[max(first, 0) : first + length + dice.whole(-2, 2)] = 1.0
    dried = np.zeros(quarters)
    if firm.drying_kw > 0:
        day = dice.whole(0, 6)
        while day < len(course.days):
            length = dice.whole(12, 70)
            first = day * DAY + dice.whole(40, 80)
            dried[first : first + length] = 0.7 + 0.3 * (hour[first : first + length] < 12)
            day += dice.whole(2, 12)
    return base + air + heating + cooling + firm.drainage_kw * drained + firm.drying_kw * dried
