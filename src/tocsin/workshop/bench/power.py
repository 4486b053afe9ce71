"""A year of quarter hours of 50,000 meters through the pass that learns rest and normal running, beside a bare loop over them."""

import time

import numpy as np
from numpy.typing import NDArray
from rich.console import Console

from tocsin.engine.kernel import kernel
from tocsin.engine.work.load.figures import LoadFigures
from tocsin.engine.work.load.track import DRIVERS, HOURS, QUARTERS, Tracking, new_tracks, rules_of
from tocsin.engine.work.load.tracking import YES, track_rows

METERS, DAYS = 50_000, 365
QUICK_METERS = 2_000
SLICE = 500  # meters at a time, which bounds memory
MIXED = 3  # every third meter is a connection, on which other loads hang too
SHAPES = 20  # different plants in a slice


def run(console: Console, quick: bool) -> None:
    """Prints seconds of one core for the pass and for a bare loop over the same readings, slice by slice."""
    meters = QUICK_METERS if quick else METERS
    drivers, kind = _season()
    rules = rules_of(LoadFigures())
    learn = np.ones((SLICE, DAYS), np.uint8)
    told = Tracking.empty(SLICE, DAYS)
    kw = _plants(SLICE, np.random.default_rng(1))
    spans = np.nanmax(kw, axis=1).astype(np.float64)
    warm = new_tracks(np.zeros(1), spans[:1], np.zeros(1, np.bool_))
    track_rows(kw[:1], drivers, kind, learn[:1], rules, warm, *told.rows(slice(0, 1)))
    sums = np.empty(SLICE)
    bare(kw[:1], sums[:1])
    passed, looped, ran = 0.0, 0.0, 0
    for _ in range(0, meters, SLICE):
        tracks = new_tracks(np.zeros(SLICE), 0.6 * spans, np.arange(SLICE) % MIXED == 0)
        begin = time.process_time()
        track_rows(kw, drivers, kind, learn, rules, tracks, *told.rows(slice(None)))
        passed += time.process_time() - begin
        begin = time.process_time()
        bare(kw, sums)
        looped += time.process_time() - begin
        ran += int((told.state == YES).sum())
        kw = np.roll(kw, QUARTERS // 8, axis=1)  # other plants, without the time to draw them
    points = meters * DAYS * QUARTERS
    console.print(f"{meters:,} meters, {points / 1e6:,.0f} million quarter hours, {ran / points:.0%} of them running")
    console.print(f"pass        {passed:7.1f} s of one core, {1e9 * passed / points:5.1f} ns a quarter hour")
    console.print(f"bare loop   {looped:7.1f} s of one core, {1e9 * looped / points:5.1f} ns a quarter hour")
    console.print(f"ratio       {passed / looped:7.1f}")
    if not 0.2 < ran / points < 0.8:
        raise AssertionError("plants that work two shifts run half of the time")


@kernel
def bare(kw: NDArray[np.float32], sums: NDArray[np.float64]) -> None:
    """Mean of the known readings of each row: the least that a pass over all of them can do."""
    for row in range(kw.shape[0]):
        total, known = 0.0, 0
        for t in range(kw.shape[1]):
            if np.isfinite(kw[row, t]):
                total += kw[row, t]
                known += 1
        sums[row] = total / max(known, 1)


def _season() -> tuple[NDArray[np.float64], NDArray[np.uint8]]:
    hour = np.arange(DAYS * HOURS)
    drivers = np.zeros((len(hour), DRIVERS))
    drivers[:, 0] = 1.0
    drivers[:, 1] = (hour % HOURS >= 8) & (hour % HOURS < 18)
    temperature = 14.0 - 14.0 * np.cos(2 * np.pi * hour / (DAYS * HOURS)) + 4.0 * np.sin(2 * np.pi * (hour % HOURS - 9) / HOURS)
    drivers[:, 2], drivers[:, 3] = np.maximum(0.0, 15.0 - temperature) / 10.0, np.maximum(0.0, temperature - 24.0) / 10.0
    drivers[:, 4] = np.maximum(0.0, np.sin(2 * np.pi * (hour % HOURS - 6) / HOURS))
    return drivers, np.where(np.arange(DAYS) % 7 < 5, 0, 1).astype(np.uint8)


def _plants(meters: int, random: np.random.Generator) -> NDArray[np.float32]:
    """Two-shift plants with weekends at rest, float32[meters, quarters], one reading in a hundred missing."""
    quarter = np.arange(DAYS * QUARTERS)
    hour, day = quarter % QUARTERS / 4, quarter // QUARTERS
    shapes = []
    for _ in range(SHAPES):
        begin, weekend = random.integers(5, 9), random.integers(5, 8)
        works = (hour >= begin) & (hour < begin + 16) & (day % 7 < weekend)
        level = random.uniform(20.0, 2_000.0)
        shapes.append(level * (0.02 + works * (1.0 + 0.2 * random.standard_normal(len(quarter)))))
    kw = np.array([shapes[row % SHAPES] for row in range(meters)], np.float32)
    kw[random.random(kw.shape, np.float32) < 0.01] = np.nan
    return kw
