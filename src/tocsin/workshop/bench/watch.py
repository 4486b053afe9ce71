"""The watch over a city of 20,000 sensors: seconds of one core for ten minutes of readings, beside plain NumPy."""

import time

import numpy as np
from numpy.typing import NDArray
from rich.console import Console

from tocsin.engine.diagnosis.grid import Grid
from tocsin.engine.network import Network
from tocsin.engine.watch.gathering import Gathering
from tocsin.engine.watch.watch import Watch
from tocsin.warning.causes.policy.causes import shipped_templates
from tocsin.warning.early_signs.policy import shipped_watch_figures
from tocsin.workshop.bench.city import HOUR_MS, LargeCity

STEP_MS = 600_000
DAYS_BEFORE = 4
HOURS = 24
QUICK_HOURS = 3
PEER_STEPS = 3
DAY_BINS = 144


def run(console: Console, quick: bool) -> None:
    """Prints what a round costs, and what plain NumPy takes to compare all sensors with their habit; `quick`: of one district."""
    city = LargeCity.build(1) if quick else LargeCity.build()
    network = Network.from_features(city.features())
    sensors = city.sensors(network)
    figures = shipped_watch_figures()
    hours = QUICK_HOURS if quick else HOURS
    begin_ms = city.scenario.begin_ms - city.scenario.begin_ms % HOUR_MS
    grid = Grid.rolling(sensors, from_ms=begin_ms - DAYS_BEFORE * 24 * HOUR_MS)
    for readings in city.readings(begin_ms - DAYS_BEFORE * 24 * HOUR_MS, begin_ms):
        grid.append(readings)
    watch, gathering = Watch(network, sensors, shipped_templates(), figures), Gathering(figures)
    began = time.process_time()
    watch.look(grid, begin_ms, begin_ms)
    first_s = time.process_time() - began
    signs = 0
    rounds: list[float] = []
    between: list[float] = []
    asked: list[int] = []
    plain: list[float] = []
    every_ms = STEP_MS // figures.looks
    for readings in city.readings(begin_ms, begin_ms + hours * HOUR_MS, every_ms):
        grid.append(readings)
        at_ms = (grid.newest_ms // every_ms + 1) * every_ms
        began = time.process_time()
        one = watch.look(grid, at_ms, at_ms)
        signs += len(gathering.take(one))
        seconds = time.process_time() - began
        if at_ms % STEP_MS:
            between.append(seconds)
            continue
        rounds.append(seconds)
        asked.append(len(one.opinions))
        if len(plain) < PEER_STEPS:
            values = grid.view(np.arange(len(sensors)), ts_ms=at_ms - 1, as_of_ms=at_ms - 1).values
            began = time.process_time()
            compare(values)
            plain.append(time.process_time() - began)
    full = np.array(rounds)
    idle = full[np.array(asked) == 0]
    console.print(
        f"{len(sensors):,} sensors, {len(network):,} assets, {len(rounds)} rounds, {sum(asked)} diagnoses, {signs} signs"
    )
    if len(idle):
        console.print(f"a round without diagnoses   {np.median(idle):6.2f} s of one core")
    console.print(f"a round                     {np.mean(full):6.2f} s on average, {full.max():.2f} s at most")
    if between:
        console.print(f"a look between rounds       {np.mean(between):6.2f} s on average, {max(between):.2f} s at most")
    console.print(f"learning habits, once a day {first_s:6.2f} s")
    console.print(f"plain NumPy, the newest bin against the same hour of days before {np.median(plain):6.2f} s")


def compare(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Departure of the newest bin [s] from the median of that time of day, in units of its spread: what one writes first."""
    same = values[:, :-1][:, (values.shape[1] - 1) % DAY_BINS :: DAY_BINS]
    with np.errstate(invalid="ignore"):
        usual = np.nanmedian(same, axis=1)
        spread = 1.4826 * np.nanmedian(np.abs(values[:, :-1] - np.nanmedian(values[:, :-1], axis=1)[:, None]), axis=1)
        return np.asarray((values[:, -1] - usual) / np.maximum(spread, 1e-9))
