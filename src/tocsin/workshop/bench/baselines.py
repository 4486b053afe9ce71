"""Baselines against what practice uses: days of simulated cities foretold, holidays and rain among them, beside what came.

Each kind of sensor (a quantity at a kind of place) counts once. Sensors that are themselves the weather are left out.
"""

import time
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray
from rich.console import Console

from tocsin.base.quantities import quantity_of
from tocsin.engine.baselines.baseline import fit
from tocsin.engine.baselines.circumstances import DAY_H, HOUR_MS, Circumstances
from tocsin.engine.baselines.hours import Hours, lay_on_hours
from tocsin.records.calendar.policy import working_days
from tocsin.simulation.city import City
from tocsin.simulation.demand import Calendar
from tocsin.simulation.scenario import Scenario
from tocsin.simulation.world import World

Floats = NDArray[np.float64]
Told = tuple[Floats, Floats, Floats]  # middle, low, high of the day after, float64[s, 24]

LOCAL_H = 8
PAST_DAYS = 14
FORETOLD_DAYS = 8
WEATHER = {("temperature", "substation"), ("rainfall", "heat_station"), ("rainfall", "pump_station")}
RAINY_MM = 1.0
ALPHA = 0.05  # of the band
_EPOCH = date(1970, 1, 1)

# Last day (not foretold itself) and seed of each city: ordinary weeks, holidays, rain, cold and heat.
SEASONS = (
    (date(2026, 5, 11), 6),
    (date(2026, 2, 24), 4),
    (date(2026, 10, 12), 9),
    (date(2026, 1, 15), 3),
    (date(2026, 4, 8), 5),
    (date(2026, 7, 20), 7),
    (date(2026, 8, 12), 8),
    (date(2026, 11, 24), 10),
)


@dataclass(frozen=True, eq=False)
class Sample:
    """One city's hours, `kind` int64[s] of each sensor (-1: weather itself), and `names` of the kinds."""

    hours: Hours
    circumstances: Circumstances
    floor: Floats
    kind: NDArray[np.int64]


def run(console: Console, quick: bool) -> None:
    """Prints Markdown tables: error, coverage and score by kind of sensor and by kind of day, with the time that a fit takes."""
    with warnings.catch_warnings(
        action="ignore", category=RuntimeWarning
    ):  # a peer without readings of an hour knows nothing of it
        _run(console, quick)


def _run(console: Console, quick: bool) -> None:
    names: dict[tuple[str, str], int] = {}
    book: dict[str, list[Floats]] = {}
    for end, seed in SEASONS[:2] if quick else SEASONS:
        sample = _sample(end, seed, names)
        for day, past, ahead in _days(sample, step=3 if quick else 1):
            for harm, harmed in (("", past), ("harmed", _harmed(past))):
                for method, tell in METHODS.items():
                    marks = _marks(tell(sample, harmed, ahead), sample.hours.sample[:, day : day + DAY_H])
                    for row in _sums(marks, sample.kind, len(names)):
                        rest, rain = ahead.rest.mean() > 0.5, ahead.rain_mm_h.sum() > RAINY_MM
                        book.setdefault(method, []).append(np.array([harm == "harmed", rest, rain, *row]))
        console.print(f"[dim]{end}: {len(sample.kind)} sensors[/dim]", highlight=False)
    _print(console, {method: np.array(rows) for method, rows in book.items()}, names)
    _print_speed(console, sample)


def _sample(end: date, seed: int, names: dict[tuple[str, str], int]) -> Sample:
    calendar = working_days()
    days_off, made_up = ((day - _EPOCH).days for day in calendar.holidays), ((day - _EPOCH).days for day in calendar.make_up_days)
    city = City.build(seed)
    world = World(city, Scenario("bench", "bench", 0, calendar=Calendar(frozenset(days_off), frozenset(made_up))))
    length = (PAST_DAYS + FORETOLD_DAYS) * DAY_H
    first = (end - _EPOCH).days * DAY_H - LOCAL_H - length
    readings = world.readings(first * HOUR_MS, (first + length) * HOUR_MS)
    order = np.lexsort((readings.ts, readings.sensor))
    position = readings.sensor[order].astype(np.int64)
    hours = lay_on_hours(
        position, readings.ts[order], readings.value[order], sensors=len(city.sensors), first_hour=first, hours=length
    )
    kinds = list(zip(city.sensors.quantity, city.sensors.place, strict=True))
    air = [number for number, kind in enumerate(kinds) if kind == ("temperature", "substation")]
    gauges = [number for number, kind in enumerate(kinds) if kind[0] == "rainfall"]
    local = [_EPOCH + timedelta(days=day) for day in ((first + np.arange(length) + LOCAL_H) // DAY_H).tolist()]
    outdoor, rain = (np.nanmean(hours.middle[of], axis=0) for of in (air, gauges))
    circumstances = Circumstances(first, np.array(calendar.rest_days(local)), outdoor, rain, LOCAL_H)
    kind = np.array([-1 if one in WEATHER else names.setdefault(one, len(names)) for one in kinds])
    floor = np.array([quantity_of(quantity).resolution / 2 for quantity, _ in kinds])
    return Sample(hours, circumstances, floor, kind)


def _days(sample: Sample, step: int) -> Iterator[tuple[int, Hours, Circumstances]]:
    """Each foretold day: its first column, the fortnight before it, its circumstances."""
    first = sample.hours.first_hour
    for day in range(PAST_DAYS, PAST_DAYS + FORETOLD_DAYS, step):
        start = day * DAY_H
        past = sample.hours.before(first + start, PAST_DAYS * DAY_H)
        yield start, past, sample.circumstances.between(first + start, first + start + DAY_H)


def _harmed(past: Hours) -> Hours:
    """The same with two days that stand still, one without readings and one spike in a hundred hours, for every sensor."""
    middle, sample = past.middle.copy(), past.sample.copy()
    random = np.random.default_rng(1)
    size = 10.0 * np.nanstd(middle, axis=1, keepdims=True)
    spiked = random.random(middle.shape) < 0.01
    for values in (middle, sample):
        values += np.where(spiked, size, 0.0)
        values[:, 8 * DAY_H : 10 * DAY_H] = values[:, 8 * DAY_H - 1 : 8 * DAY_H]
        values[:, 11 * DAY_H : 12 * DAY_H] = np.nan
    return Hours(past.first_hour, middle, sample)


def _baseline(sample: Sample, past: Hours, ahead: Circumstances) -> Told:
    before = sample.circumstances.between(past.first_hour, ahead.first_hour)
    told = fit(past, before, floor=sample.floor, kin=sample.kind).expect(ahead)
    return told.middle, told.low, told.high


def _same_hour(sample: Sample, past: Hours, ahead: Circumstances) -> Told:
    """Median of the same hour of seven days; its band from how it missed the week before."""
    middle, single = _by_day(past.middle), _by_day(past.sample)
    missed = [single[:, day] - np.nanmedian(middle[:, day - 7 : day], axis=1) for day in range(7, PAST_DAYS)]
    return _banded(np.nanmedian(middle[:, -7:], axis=1), np.concatenate(missed, axis=1))


def _fortnight(sample: Sample, past: Hours, ahead: Circumstances) -> Told:
    """Median of the same hour of the fortnight, smoothed with its neighbours (the habit that diagnosis began with)."""
    by_hour = np.nanmedian(_by_day(past.middle), axis=1)
    by_hour = 0.5 * by_hour + 0.25 * (np.roll(by_hour, 1, axis=1) + np.roll(by_hour, -1, axis=1))
    return _banded(by_hour, past.sample - np.tile(by_hour, (1, PAST_DAYS)))


def _yesterday(sample: Sample, past: Hours, ahead: Circumstances) -> Told:
    """What was measured at the same hour the day before."""
    return _banded(past.middle[:, -DAY_H:], past.sample[:, DAY_H:] - past.middle[:, :-DAY_H])


METHODS: dict[str, Callable[[Sample, Hours, Circumstances], Told]] = {
    "baseline": _baseline,
    "same hour, 7 days": _same_hour,
    "same hour, 14 days": _fortnight,
    "yesterday": _yesterday,
}


def _by_day(values: Floats) -> Floats:
    return values.reshape(len(values), -1, DAY_H)


def _banded(middle: Floats, missed: Floats) -> Told:
    low, high = np.nanquantile(missed, [ALPHA / 2, 1 - ALPHA / 2], axis=1)
    return middle, middle + low[:, None], middle + high[:, None]


def _marks(told: Told, measured: Floats) -> Floats:
    """Count, error, coverage, width and interval score (Gneiting and Raftery 2007) of each sensor: float64[5, s]."""
    middle, low, high = told
    known = np.isfinite(measured) & np.isfinite(middle) & np.isfinite(low)
    beyond = np.maximum(low - measured, 0.0) + np.maximum(measured - high, 0.0)
    columns = known, np.abs(measured - middle), beyond <= 0.0, high - low, high - low + 2 / ALPHA * beyond
    return np.array([np.where(known, column, 0.0).sum(axis=1) for column in columns])


def _sums(marks: Floats, kind: NDArray[np.int64], kinds: int) -> Floats:
    """Marks summed by kind: float64[kinds, 1 + 5], the number of the kind first."""
    there = kind >= 0
    sums = [np.bincount(kind[there], weights=mark[there], minlength=kinds) for mark in marks]
    return np.stack((np.arange(kinds, dtype=np.float64), *sums), axis=1)


HARMED, REST, RAIN, KIND, COUNT, ERROR, INSIDE, WIDTH, SCORE = range(9)


def _print(console: Console, book: dict[str, Floats], names: dict[tuple[str, str], int]) -> None:
    some = next(iter(book.values()))
    lines = [("quantity", "place", *(f"{method}: error, in band, score" for method in book))]
    calm = some[:, HARMED] == 0
    for (quantity, place), number in sorted(names.items()):
        lines.append((quantity, place or "–", *_figures(book, calm & (some[:, KIND] == number))))
    _print_table(console, lines)
    rows = {
        "all kinds": calm,
        "days off": calm & (some[:, REST] == 1),
        "working days": calm & (some[:, REST] == 0),
        f"days with rain (over {RAINY_MM:g} mm)": calm & (some[:, RAIN] == 1),
        "past harmed": some[:, HARMED] == 1,
    }
    heads = [("days", *(f"{method}: error, in band, score" for method in book))]
    _print_table(console, heads + [(name, *_figures(book, chosen)) for name, chosen in rows.items()])


def _figures(book: dict[str, Floats], chosen: NDArray[np.bool_]) -> list[str]:
    """For each method error and score against the seven-day median's (mean of the kinds), and the share inside the band."""
    cells = []
    peer = _by_kind(book["same hour, 7 days"][chosen])
    for rows in book.values():
        own = _by_kind(rows[chosen])
        with np.errstate(divide="ignore", invalid="ignore"):
            error, score = own[:, ERROR] / peer[:, ERROR], own[:, SCORE] / peer[:, SCORE]
            inside = own[:, INSIDE] / own[:, COUNT]
        cells.append(f"{np.nanmean(error):.2f}, {100 * np.nanmean(inside):.1f} %, {np.nanmean(score):.2f}")
    return cells


def _by_kind(rows: Floats) -> Floats:
    """Sums of the rows of each kind that is there."""
    kinds, place = np.unique(rows[:, KIND], return_inverse=True)
    sums = np.zeros((len(kinds), rows.shape[1]))
    np.add.at(sums, place, rows)
    return sums[sums[:, COUNT] > 0]


def _print_table(console: Console, lines: list[tuple[str, ...]]) -> None:
    console.print()
    for number, line in enumerate(lines):
        console.print("| " + " | ".join(line) + " |", highlight=False, soft_wrap=True)
        if number == 0:
            console.print("|" + " --- |" * len(line), highlight=False, soft_wrap=True)


def _print_speed(console: Console, sample: Sample) -> None:
    """Processor time of a fit of 400 sensors and 14 days, the best of five."""
    past = sample.hours.before(sample.hours.first_hour + PAST_DAYS * DAY_H, PAST_DAYS * DAY_H)
    some = Hours(past.first_hour, past.middle[:400].copy(), past.sample[:400].copy())
    before = sample.circumstances.between(past.first_hour, past.first_hour + PAST_DAYS * DAY_H)
    for kin, words in ((None, "each by itself"), (sample.kind[:400], "with kin")):
        taken = []
        for _ in range(5):
            begin = time.process_time()
            fit(some, before, floor=sample.floor[:400], kin=kin)
            taken.append(time.process_time() - begin)
        console.print(f"400 sensors, 14 days, {words}: {1000 * min(taken):.0f} ms", highlight=False)
