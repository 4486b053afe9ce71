"""What all loads of a firm take, by step and in kW, from machines, weather and people."""

from dataclasses import dataclass

import numpy as np

from tocsin.simulation.judging.firms.course import Course
from tocsin.simulation.judging.firms.habits import shift_parts
from tocsin.simulation.judging.firms.machines import line_power
from tocsin.simulation.judging.firms.plan import REGISTERED
from tocsin.simulation.judging.firms.trades import STEP_MINUTES, STEPS, STEPS_OF_HOUR, Floats, Random

WARM_C, COOL_C = 14.0, 26.0  # below and above, people heat and cool
TRIAL = 0.3  # share of a line's power while it is only turned
HOLD = 0.9  # of the power that keeps a furnace hot


@dataclass
class Loads:
    """kW by step. `lines` [lines, steps] is all that they take, from wherever it comes; `fans` has one row a device."""

    lines: Floats
    fans: Floats
    fan_lines: list[int]
    essential: Floats
    office: Floats
    charging: Floats
    lessee: Floats
    base: Floats
    solar: Floats


def make_loads(course: Course, outside_c: Floats, irradiance: Floats) -> Loads:
    """`outside_c` and `irradiance` (W/m2) by hour."""
    firm, random = course.firm, course.firm.random(300)
    celsius = np.repeat(outside_c, STEPS_OF_HOUR)
    lines = np.empty_like(course.rate)
    for place, line in enumerate(firm.lines):
        turned = course.trials & (course.rate[place] <= 0) & (place == 0)
        rate = course.rate[place] + TRIAL * turned
        standing_by = course.crew & ~course.is_stopped(place)
        lines[place] = line_power(firm.trade.machines, line.kw, rate, standing_by, celsius, random)
        if firm.trade.holds_heat:
            held = course.hot & (course.rate[place] <= 0)
            wave = HOLD + 0.1 * np.sin(2 * np.pi * np.arange(course.steps) / random.uniform(8, 16))
            lines[place] += held * firm.trade.holds_heat * line.kw * wave
    fans, fan_lines = _fans(course, random)
    loads = Loads(
        lines=lines,
        fans=fans,
        fan_lines=fan_lines,
        essential=_essential(course, celsius, random),
        office=_office(course, celsius, random),
        charging=_charging(course, random),
        lessee=_lessee(course, random),
        base=_base(course, celsius, random),
        solar=_solar(course, np.repeat(irradiance, STEPS_OF_HOUR), celsius, random),
    )
    for load in (loads.lines, loads.fans, loads.essential, loads.office, loads.charging, loads.lessee, loads.base, loads.solar):
        load[..., course.cut] = 0.0
    return loads


def _fans(course: Course, random: Random) -> tuple[Floats, list[int]]:
    """Protective devices: they start with their line and run on for minutes; of two, one runs, by turns of days."""
    rows, lines = [], []
    for place, line in enumerate(course.firm.lines):
        runs = course.rate[place] > 0
        after = int(random.integers(1, 7))
        on = np.convolve(runs, np.ones(after + 1))[: course.steps] > 0
        if place == 0:
            on |= course.trials
        if course.firm.trade.holds_heat:
            on |= (course.crew & ~course.is_stopped(place)) | course.hot  # a hot furnace never goes without its exhaust
        own = on * line.fan_kw * (1 + random.normal(0, 0.015, course.steps)) * course.fans[place]
        if line.fans == 1:
            rows.append(own)
            lines.append(place)
        elif line.fans == 2:
            turn = (np.arange(course.steps) // (STEPS * int(random.integers(3, 10)))) % 2 == 0
            rows += [own * turn, own * ~turn]
            lines += [place, place]
    return (np.array(rows) if rows else np.zeros((0, course.steps))), lines


def _essential(course: Course, celsius: Floats, random: Random) -> Floats:
    """A load that never rests; part of it follows the weather."""
    share = 0.85 + 0.006 * np.abs(celsius - 18) + random.normal(0, 0.02, course.steps)
    return np.asarray(course.firm.essential_kw * share * course.essential)


def _office(course: Course, celsius: Floats, random: Random) -> Floats:
    """Desks, canteen, heating and cooling by degrees, while people are there; a watchman at all times."""
    degrees = np.maximum(WARM_C - celsius, 0) / 10 + np.maximum(celsius - COOL_C, 0) / 8
    people = np.where(course.crew, 1.0, 0.0)
    power = course.firm.office_kw * (0.08 + people * (0.35 + 0.7 * degrees)) * (1 + random.normal(0, 0.05, course.steps))
    return np.maximum(power, 0.0)


def _base(course: Course, celsius: Floats, random: Random) -> Floats:
    """Lights, losses, frost protection of the hall, pumps of rain and drainage; hall heating and cooling while people work."""
    firm = course.firm
    degrees = np.maximum(WARM_C - celsius, 0) / 10 + np.maximum(celsius - COOL_C, 0) / 10
    hall = firm.trade.weather * firm.process_kw * degrees * course.crew
    frost = 0.015 * firm.process_kw * np.maximum(2 - celsius, 0) / 5
    hour = (np.arange(course.steps) % STEPS) // STEPS_OF_HOUR
    lights = firm.base_kw * np.where((hour < 6) | (hour >= 19), 1.0, 0.55)
    pumps = firm.base_kw * (random.random(course.steps // 6 + 1) < 0.03).repeat(6)[: course.steps] * random.uniform(0.5, 2)
    return np.asarray(lights + hall + frost + pumps) * (1 + random.normal(0, 0.03, course.steps))


def _charging(course: Course, random: Random) -> Floats:
    """Fork lifts and cars: in the evening and at cheap hours, more after working days."""
    power = np.zeros(course.steps)
    if course.firm.charging_kw <= 0:
        return power
    works = course.output() > 0
    for day in range(course.count - 1):
        if random.random() < (0.9 if works[day] else 0.25):
            begin = day * STEPS + int(random.choice([17, 18, 22, 23])) * STEPS_OF_HOUR + int(random.integers(0, 12))
            length = int(random.integers(2, 7) * STEPS_OF_HOUR)
            fade = np.clip(np.linspace(1.6, 0.1, length), 0, 1)
            power[begin : begin + length] += (course.firm.charging_kw * random.uniform(0.5, 1) * fade)[: course.steps - begin]
    return power


def _lessee(course: Course, random: Random) -> Floats:
    """A workshop of somebody else, with hours of its own."""
    power = np.zeros(course.steps)
    if course.firm.lessee_kw <= 0:
        return power
    parts = shift_parts(REGISTERED[course.firm.lessee_shift][0])
    for day in range(course.count):
        if course.days.dates[day].weekday() == 6 or random.random() < 0.05:
            continue
        for first, end in parts:
            begin, stop = day * STEPS + first // STEP_MINUTES, min(day * STEPS + end // STEP_MINUTES, course.steps)
            cycle = np.repeat(random.random(course.steps // 4 + 1) < 0.65, 4)[begin:stop]
            power[begin:stop] = course.firm.lessee_kw * (0.3 + cycle) * random.uniform(0.85, 1.1)
    return power + 0.04 * course.firm.lessee_kw


def _solar(course: Course, irradiance: Floats, celsius: Floats, random: Random) -> Floats:
    """Modules lose 0.4 % a degree; clouds pass within the hour."""
    clouds = np.clip(1 + 0.25 * np.repeat(random.normal(0, 1, course.steps // 3 + 1), 3)[: course.steps], 0.2, 1.2)
    share = 0.82 * irradiance / 1000 * clouds * (1 - 0.004 * (celsius + irradiance / 35 - 25))
    return np.asarray(course.firm.solar_kwp * np.clip(share, 0, 1))
