"""What meters make of the loads: what they see, what they round, what they lose, and what is wrong with them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tocsin.engine.work.firm import QUARTERS_OF_A_DAY, PointQuality, Role
from tocsin.simulation.firms.course import Course
from tocsin.simulation.firms.dice import Dice, Floats
from tocsin.simulation.firms.loads import Loads

DAY = QUARTERS_OF_A_DAY
MULTIPLIERS = (1, 10, 20, 40, 80, 160, 400, 1000, 3000)
SECONDARY_KW = 6.0  # what a meter measures at most before its multiplier
RESOLUTION_KW = 0.004  # before the multiplier
DARK = "nothing from the firm"
TROUBLES = {
    DARK: 0.38,
    "missing": 0.14,
    "estimated": 0.14,
    "mult": 0.12,
    "stuck": 0.08,
    "neg": 0.06,
    "shunted": 0.05,
    "swapped": 0.03,
}


@dataclass
class MeterRow:
    """One line of meters.csv. `line`: index of the line it measures, or whose device; `changed`: quarter of the entry in the
    books.
    """

    role: Role
    line: int | None = None
    id: str = ""
    protects: str | None = None
    rated_kw: float = 0.0
    multiplier: int = 1
    changed: int | None = None


@dataclass(frozen=True)
class Metered:
    """The meters of a firm and their readings; `kw` float64 and `quality` uint8 (`PointQuality`), (meters, quarters).

    `troubles` are (first quarter, end, word); `dark` marks quarters in which nothing comes from the firm.
    """

    rows: list[MeterRow]
    kw: Floats
    quality: NDArray[np.uint8]
    troubles: list[tuple[int, int, str]]
    dark: NDArray[np.bool_]


def make_meters(course: Course, loads: Loads) -> Metered:
    """The meters and readings of a firm."""
    firm, dice = course.firm, course.firm.dice(6)
    rows, curves = _seen(course, loads, dice)
    for number, row in enumerate(rows):
        row.id = f"{firm.id}-M{number + 1:02d}"
    names = {row.line: row.id for row in rows if row.role is Role.PROCESS}
    for row in rows:
        if row.role is Role.PROTECTIVE and row.line is not None:
            wrong = len(names) > 1 and dice.chance(0.03)  # the device list has errors
            row.protects = dice.pick(list(names.values())) if wrong else names[row.line]
    kw = np.stack(curves)
    for row, curve in zip(rows, kw, strict=True):
        _rate(row, curve, dice)
    quality = np.full(kw.shape, PointQuality.MEASURED, dtype=np.uint8)
    dark = np.zeros(course.days.quarters, dtype=bool)
    troubles = _go_wrong(course, rows, kw, quality, dark, dice)
    for row, curve in zip(rows, kw, strict=True):
        step = RESOLUTION_KW * row.multiplier
        curve[:] = np.round(np.round(curve / step) * step, 3)
    for meter in range(len(rows)):
        _lose(kw[meter], quality[meter], dice)
    return Metered(rows, kw, quality, troubles, dark)


def _seen(course: Course, loads: Loads, dice: Dice) -> tuple[list[MeterRow], list[Floats]]:
    """The true power behind every meter, with the tricks of the firm."""
    firm = course.firm
    cheating = course.hidden.any(axis=0)
    lines = np.where(course.generator & cheating, loads.lines * 0.03, loads.lines)
    moved = np.where(course.lessee_carries & course.hidden, loads.lines, 0.0)
    seen = (lines - moved) * course.shunt
    lessee = loads.lessee + moved.sum(axis=0)
    hidden_from_total = loads.lines.sum(axis=0) - seen.sum(axis=0) - moved.sum(axis=0)
    total = loads.total - hidden_from_total
    rows: list[MeterRow] = []
    curves: list[Floats] = []

    def add(role: Role, curve: Floats, line: int | None = None) -> None:
        rows.append(MeterRow(role, line))
        curves.append(np.array(curve))

    if firm.feeders == 2:
        share = dice.between(0.4, 0.7) + 0.02 * dice.normals(len(total))
        if dice.chance(0.5):  # for some days one feeder carries all
            first = dice.whole(0, len(course.days) - 5) * DAY
            share[first : first + dice.whole(1, 15) * DAY] = float(dice.whole(0, 1))
        add(Role.TOTAL, total * share)
        add(Role.TOTAL, total * (1.0 - share))
    else:
        add(Role.TOTAL, total)
    for position, line in enumerate(firm.lines):
        if line.metered:
            add(Role.PROCESS, seen[position], position)
    for curve, line_of in zip(loads.protective, loads.device_of, strict=True):
        add(Role.PROTECTIVE, curve, line_of)
    for role, metered, kilowatts, curve in (
        (Role.PROTECTIVE, firm.essential_metered, firm.essential_kw, loads.essential),
        (Role.OFFICE, firm.office_metered, firm.office_kw, loads.office),
        (Role.CHARGING, firm.charging_metered, firm.charging_kw, loads.charging),
        (Role.SOLAR, firm.solar_metered, firm.solar_kwp, loads.solar),
        (Role.LESSEE, firm.lessee_metered, firm.lessee_kw, lessee),
    ):
        if metered and kilowatts > 0:
            add(role, curve)
    return rows, curves


def _rate(row: MeterRow, curve: Floats, dice: Dice) -> None:
    """Rated power, multiplier and what stands in the books."""
    rated = max(float(np.quantile(curve, 0.995)) * dice.between(1.02, 1.35), 0.1)
    multiplier = next((one for one in MULTIPLIERS if one * SECONDARY_KW >= rated), MULTIPLIERS[-1])
    row.rated_kw = round(rated * (dice.pick((0.3, 3.0, 10.0)) if dice.chance(0.03) else 1.0), 1)
    row.multiplier = multiplier
    changed = dice.whole(0, len(curve) - 1) if dice.chance(0.12) else None  # a swap after which all is well
    row.changed = changed


def _go_wrong(
    course: Course,
    rows: list[MeterRow],
    kw: Floats,
    quality: NDArray[np.uint8],
    dark: NDArray[np.bool_],
    dice: Dice,
) -> list[tuple[int, int, str]]:
    """Troubles of a day and longer, none over another; a shunt of a cheat that lasts as long is one as well."""
    quarters = kw.shape[1]
    troubles: list[tuple[int, int, str]] = []
    for cheat in course.cheats:
        if cheat.shunted < 1.0 and cheat.last > cheat.first:
            running = np.flatnonzero(course.hidden[:, cheat.first * DAY : (cheat.last + 1) * DAY].any(axis=0))
            if len(running):
                troubles.append((cheat.first * DAY + int(running[0]), cheat.first * DAY + int(running[-1]) + 1, "shunted"))
    for _ in range(dice.weighted({0: 0.46, 1: 0.35, 2: 0.15, 3: 0.04})):
        first, length = dice.whole(DAY, quarters - 2 * DAY), round(dice.spread(100, 1000))
        end = min(first + length, quarters)
        if any(first < its + DAY and begin - DAY < end for begin, its, _ in troubles):
            continue
        word = dice.weighted(TROUBLES)
        if _spoil(rows, kw, quality, dark, (first, end), word, dice):
            troubles.append((first, end, word))
    return troubles


def _spoil(
    rows: list[MeterRow],
    kw: Floats,
    quality: NDArray[np.uint8],
    dark: NDArray[np.bool_],
    span: tuple[int, int],
    word: str,
    dice: Dice,
) -> bool:
    """Makes the readings of a span wrong; False where the firm has no meter that this can happen to."""
    part = slice(*span)
    meter = 0 if dice.chance(0.4) else dice.whole(0, len(rows) - 1)
    if word == DARK:
        for one in range(len(rows)):
            quality[one, part] = PointQuality.ABSENT if dice.chance(0.5) else PointQuality.MISSING
        dark[part] = True
    elif word == "missing":
        quality[meter, part] = np.where(
            dice.units(span[1] - span[0]) < 0.92, dice.pick((PointQuality.MISSING, PointQuality.ABSENT)), quality[meter, part]
        )
    elif word == "estimated":
        quality[meter, part] = PointQuality.ESTIMATED
        kw[meter, part] = _estimate(kw[meter], span, dice)
    elif word == "mult":
        kw[meter, part] *= dice.pick((0.1, 0.25, 0.5, 1.5, 2.0, 2.5, 4.0, 10.0))
        rows[meter].changed = span[0] + (dice.whole(0, 8) if dice.chance(0.3) else 0)
    elif word == "neg":
        kw[meter, part] *= -1.0
    elif word == "stuck":
        kw[meter, part] = kw[meter, span[0]]
    elif word == "shunted":
        kw[meter, part] *= dice.between(0.3, 0.65)
    else:
        process = [number for number, row in enumerate(rows) if row.role is Role.PROCESS]
        if len(process) < 2:
            return False
        pair = process[:2]
        kw[pair, part] = kw[pair[::-1], part]
        rows[pair[0]].changed = rows[pair[1]].changed = span[0]
    return True


def _estimate(curve: Floats, span: tuple[int, int], dice: Dice) -> Floats:
    """What a collector writes: the last value, a straight line, or the same hours of a week before."""
    first, end = span
    habit = dice.pick(("hold", "line", "week"))
    if habit == "week" and first >= 7 * DAY:
        return np.resize(curve[first - 7 * DAY : first], end - first)
    if habit == "line":
        return np.linspace(curve[first], curve[min(end, len(curve) - 1)], end - first)
    return np.full(end - first, curve[max(first - 1, 0)])


def _lose(curve: Floats, quality: NDArray[np.uint8], dice: Dice) -> None:
    """Short gaps, and short spans written by the collector as a straight line."""
    quarters = len(curve)
    for kind in (PointQuality.ABSENT, PointQuality.MISSING, PointQuality.ESTIMATED):
        for _ in range(dice.whole(1, 6)):
            first = dice.whole(1, quarters - 42)
            end = first + round(dice.spread(2, 40))
            sound = quality[first:end] == PointQuality.MEASURED
            if kind == PointQuality.ESTIMATED:
                curve[first:end] = np.where(sound, np.linspace(curve[first - 1], curve[end], end - first), curve[first:end])
            quality[first:end] = np.where(sound, kind, quality[first:end])
