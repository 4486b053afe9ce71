"""Labelled series of many kinds, as one meets them outside the city's own sensors: servers, traffic, counts, machines, water
loops, tanks and pumps, waves. Ordinary behaviour first, then anomalies of known place and form.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Random = np.random.Generator
DAY_MS = 86_400_000
BEGIN_MS = 1_440_000_000_000
QUIET_SHARE = 0.3  # of a series, before its first anomaly


@dataclass(frozen=True, eq=False)
class LabelledSeries:
    """`ts_ms` int64[n] UTC, `values` float64[n, channels], `anomalies` as pairs of rows (first, one past the last)."""

    kind: str
    ts_ms: NDArray[np.int64]
    values: Floats
    anomalies: tuple[tuple[int, int], ...]


@dataclass(frozen=True, eq=False)
class FaultyNetwork:
    """Components in a network (`names`, one channel each), `leads_to` from each to the next, and which one fails at a row."""

    names: tuple[str, ...]
    leads_to: dict[str, list[str]]
    values: Floats
    faulty: str
    at_row: int


def make_series(kind: str, seed: int, *, anomalous: bool = True) -> LabelledSeries:
    """A series of one of `KINDS`; the same seed gives the same series, with or without its anomalies.

    >>> make_series("server", 1).values.shape
    (4000, 1)
    """
    random = np.random.default_rng([seed, sorted(KINDS).index(kind)])
    return KINDS[kind](random, anomalous)


def make_network(seed: int, *, components: int = 12, rows: int = 1_500, amplified: float = 1.0) -> FaultyNetwork:
    """Components each of which follows its own noise and those before it, later and more or less strongly; one of them
    shifts, drifts or goes wild.
    """
    random = np.random.default_rng([seed, components])
    names = tuple(f"part{number:02d}" for number in range(components))
    faulty, at_row = int(random.integers(components)), int(random.uniform(0.6, 0.95) * rows)
    own = np.column_stack([_walk(random, rows, 0.3, 1.0) for _ in names])
    length = min(80, rows - at_row)
    form = random.integers(3)
    change = [np.full(length, random.uniform(5, 9)), random.normal(0, 6, length), np.linspace(0, 12, length)][form]
    own[at_row : at_row + length, faulty] += change
    values, leads_to = own.copy(), dict[str, list[str]]()
    for effect in range(1, components):
        for cause in random.choice(effect, min(effect, int(random.integers(1, 3))), replace=False).tolist():
            leads_to.setdefault(names[cause], []).append(names[effect])
            delayed = np.roll(values[:, cause], lag := int(random.integers(6)))
            delayed[:lag] = values[0, cause]
            values[:, effect] += amplified * random.uniform(0.4, 1.1) * delayed
    values = values * random.uniform(0.1, 50, components) + random.uniform(0, 100, components)
    return FaultyNetwork(names, leads_to, values, names[faulty], at_row)


def _walk(random: Random, rows: int, memory: float, scale: float) -> Floats:
    """An autoregressive series of the first order."""
    out = random.normal(0, scale, rows)
    for row in range(1, rows):
        out[row] += memory * out[row - 1]
    return out


def _places(random: Random, rows: int, count: int, apart: float) -> list[int]:
    """Rows at which anomalies begin, in order, a share of the series apart."""
    found: list[int] = []
    while len(found) < count:
        place = int(random.uniform(QUIET_SHARE, 0.95) * rows)
        if all(abs(place - other) > apart * rows for other in found):
            found.append(place)
    return sorted(found)


def _hours(ts_ms: NDArray[np.int64]) -> Floats:
    return np.asarray(ts_ms % DAY_MS / 3_600_000.0, np.float64)


def _working(ts_ms: NDArray[np.int64]) -> NDArray[np.bool_]:
    return np.asarray((ts_ms // DAY_MS + 3) % 7 < 5, np.bool_)


def _single(
    kind: str,
    ts_ms: NDArray[np.int64],
    level: Floats,
    spoil: Callable[[Random, Floats, slice], Floats],
    random: Random,
    anomalous: bool,
    lengths: tuple[int, int],
    apart: float = 0.1,
) -> LabelledSeries:
    """One channel, spoilt at some places by `spoil` (random, series, rows) -> the values there."""
    level = level.copy()
    anomalies = []
    for begin in _places(random, len(level), int(random.integers(1, 4)), apart) if anomalous else []:
        rows = slice(begin, min(begin + int(random.integers(*lengths)), len(level)))
        level[rows] = spoil(random, level, rows)
        anomalies.append((rows.start, rows.stop))
    return LabelledSeries(kind, ts_ms, level[:, None], tuple(anomalies))


def _server(random: Random, anomalous: bool) -> LabelledSeries:
    rows = 4_000
    ts_ms = BEGIN_MS + np.arange(rows, dtype=np.int64) * 300_000
    daily = np.sin(2 * np.pi * _hours(ts_ms) / 24)
    form = int(random.integers(4))
    if form == 0:
        level = random.uniform(5, 60) + _walk(random, rows, 0.6, random.uniform(0.2, 3))
        level[:: int(random.integers(12, 288))] += random.uniform(2, 30)  # what runs every so often
    elif form == 1:
        level = random.lognormal(random.uniform(2, 6), random.uniform(0.3, 1.2), rows)
    elif form == 2:
        level = 40 + 15 * daily + _walk(random, rows, 0.8, 2)
    else:
        level = random.poisson(random.uniform(1, 30) * (1.2 + daily)).astype(np.float64)
    usual, spread = float(np.median(level)), float(np.std(level))

    def spoil(random: Random, level: Floats, rows: slice) -> Floats:
        here, size, sign = level[rows], random.uniform(2, 5) * spread, random.choice([-1.0, 1.0])
        wild, ramp = usual + (here - usual) * random.uniform(3, 6), np.linspace(0, 2 * size, len(here))
        return [here + sign * size, np.full(len(here), here[0]), wild, here + ramp][int(random.integers(4))]

    return _single("server", ts_ms, level, spoil, random, anomalous, (10, 200))


def _traffic(random: Random, anomalous: bool) -> LabelledSeries:
    rows = 2_500
    ts_ms = BEGIN_MS + np.cumsum(random.choice([300_000, 300_000, 300_000, 600_000, 900_000], rows)).astype(np.int64)
    hours = _hours(ts_ms)
    peaks = ((8.0, 1.8, 1.0), (17.5, 2.2, 0.9), (13.0, 4.0, 0.5))
    flow = np.where(_working(ts_ms), 1.0, 0.6) * sum(high * np.exp(-(((hours - at) / wide) ** 2)) for at, wide, high in peaks)
    form = int(random.integers(3))
    speed, taken = 70 - 25 * flow + random.normal(0, 2.5, rows), 2 + 18 * flow + random.gamma(2, 1, rows)
    travel = 100 + 150 * flow * random.lognormal(0, 0.25, rows) + random.exponential(15, rows)
    level = np.round([speed, taken, travel][form], 1)

    def spoil(random: Random, level: Floats, rows: slice) -> Floats:
        here = level[rows]
        jammed = [np.clip(here - random.uniform(20, 45), 3, 99), here + random.uniform(12, 40), here * random.uniform(3, 6)][form]
        return jammed if random.random() < 0.7 else np.full(len(here), here[0])

    return _single("traffic", ts_ms, level, spoil, random, anomalous, (6, 60))


def _counts(random: Random, anomalous: bool) -> LabelledSeries:
    rows = 6_000
    ts_ms = BEGIN_MS + np.arange(rows, dtype=np.int64) * 300_000
    mean = (
        random.uniform(5, 60) * (1.1 + np.sin(2 * np.pi * (_hours(ts_ms) / 24 - 0.3))) * np.exp(_walk(random, rows, 0.97, 0.06))
    )
    level = random.negative_binomial(2, 2 / (2 + mean)).astype(np.float64)

    def spoil(random: Random, level: Floats, rows: slice) -> Floats:
        after = np.arange(rows.stop - rows.start)
        return level[rows] + float(mean.mean()) * random.uniform(5, 15) * np.exp(-after / (len(after) / 2))

    return _single("counts", ts_ms, level, spoil, random, anomalous, (6, 60))


def _rides(random: Random, anomalous: bool) -> LabelledSeries:
    rows = 4_000
    ts_ms = BEGIN_MS + np.arange(rows, dtype=np.int64) * 1_800_000
    hours = _hours(ts_ms)
    daily = 1 + 0.6 * np.sin(2 * np.pi * (hours - 10) / 24) + 0.25 * np.sin(4 * np.pi * (hours - 7) / 24)
    level = 15_000 * daily * np.where(_working(ts_ms), 1.0, 0.85) + _walk(random, rows, 0.85, 500)

    def spoil(random: Random, level: Floats, rows: slice) -> Floats:
        other_hour = level[rows.start - 3 * 48 + 7 : rows.stop - 3 * 48 + 7]
        return [level[rows] * random.uniform(0.2, 0.6), other_hour, level[rows] * random.uniform(1.3, 1.7)][
            int(random.integers(3))
        ]

    return _single("rides", ts_ms, level, spoil, random, anomalous, (24, 60))


def _machine(random: Random, anomalous: bool) -> LabelledSeries:
    rows = 5_000
    ts_ms = BEGIN_MS + np.arange(rows, dtype=np.int64) * 300_000
    level = 85 + _walk(random, rows, 0.995, 0.5) + _walk(random, rows, 0.5, 0.8)

    def spoil(random: Random, level: Floats, rows: slice) -> Floats:
        after = np.arange(rows.stop - rows.start)
        fall = [40 * np.exp(-after / (len(after) / 2)), 25 * after / len(after), random.normal(0, 6, len(after))]
        return np.asarray(level[rows] - fall[int(random.integers(3))], np.float64)

    return _single("machine", ts_ms, level, spoil, random, anomalous, (50, 300))


def _waves(random: Random, anomalous: bool) -> LabelledSeries:
    rows = 5_000
    ts_ms = BEGIN_MS + np.arange(rows, dtype=np.int64) * 1_000
    period = int(random.integers(20, 90))
    phase = (np.arange(rows) / period + np.cumsum(random.normal(0, 0.002, rows))) % 1
    beat = 3 * np.exp(-(((phase - 0.5) / 0.03) ** 2)) + np.exp(-(((phase - 0.75) / 0.08) ** 2))
    level = (beat if random.random() < 0.5 else np.sign(phase - 0.5)) + random.normal(0, 0.05, rows)

    def spoil(random: Random, level: Floats, rows: slice) -> Floats:
        earlier = level[rows.start - period // 3 : rows.stop - period // 3]
        return [level[rows][::-1], level[rows] * random.uniform(0.2, 0.5), earlier][int(random.integers(3))]

    return _single("waves", ts_ms, level, spoil, random, anomalous, (period // 2, 2 * period))


def _water_loop(random: Random, anomalous: bool) -> LabelledSeries:
    """Eight channels of a pump's loop, once a second, that move together; one fault that lasts."""
    rows, channels = 1_150, 8
    ts_ms = BEGIN_MS + np.arange(rows, dtype=np.int64) * 1_000
    common = np.column_stack([_walk(random, rows, memory, 1.0) for memory in (0.3, 0.6, 0.95)])
    scale = random.uniform(0.01, 3, channels)
    values = (common @ random.normal(0, 0.4, (3, channels)) + random.normal(0, 1, (rows, channels))) * scale
    begin, length, form = int(random.uniform(450, 650)), int(random.uniform(200, 400)), int(random.integers(4))
    for channel in random.choice(channels, int(random.integers(2, 6)), replace=False).tolist() if anomalous else []:
        here, after = slice(begin, begin + length), np.arange(length)
        shift = random.choice([-1, 1]) * random.uniform(2, 5) * np.minimum(after / random.uniform(1, 60), 1)
        wild, swing = random.normal(0, random.uniform(2, 5), length), 3 * np.sin(after * random.uniform(0.05, 1.5))
        change = [shift * scale[channel], wild * scale[channel], -0.8 * values[here, channel], swing * scale[channel]]
        values[here, channel] += change[form]
    anomalies = ((begin, begin + length),) if anomalous else ()
    return LabelledSeries("water_loop", ts_ms, values + random.uniform(0, 100, channels), anomalies)


def _tanks(random: Random, anomalous: bool) -> LabelledSeries:
    """Three tanks with their pumps, a reading a quarter of an hour: level, flow, state and pressure of each."""
    rows = 4_000
    ts_ms = BEGIN_MS + np.arange(rows, dtype=np.int64) * 900_000
    hours = _hours(ts_ms)
    use = 20 * (1 + 0.5 * np.sin(2 * np.pi * (hours - 9) / 24) + 0.2 * np.sin(4 * np.pi * hours / 24)) + _walk(
        random, rows, 0.9, 1
    )
    begins = _places(random, rows, 2, 0.15)
    faults = [(b, b + int(random.integers(40, 160)), int(random.integers(5)), int(random.integers(3))) for b in begins]
    level, running, values = np.array([3.0, 4.0, 2.5]), np.zeros(3, np.bool_), np.empty((rows, 12))
    for row in range(rows):
        now = [fault for fault in faults if anomalous and fault[0] <= row < fault[1]]
        running = np.where(level < 2, True, np.where(level > 5, False, running))
        works, drawn = running.copy(), max(use[row], 1.0) * np.array([0.4, 0.35, 0.25])
        for _, _, form, tank in now:
            works[tank] = form == 0 or (works[tank] and form != 1)  # the pump runs on, or stands still
            drawn[tank] *= 1.6 if form == 2 else 1.0  # a leak
        flow = np.where(works, 18 + random.normal(0, 0.3, 3), 0.0)
        level = np.clip(level + (flow - drawn) / 60, 0, 6.5)
        pressure = 30 + 3 * level - 0.05 * use[row] + 4 * works + random.normal(0, 0.2, 3)
        values[row] = np.concatenate((level + random.normal(0, 0.01, 3), flow, works, pressure))
        for begin, _, form, tank in now:
            if form == 3:
                values[row, tank] = values[begin - 1, tank]  # the level stands still
            elif form == 4:
                values[row, 3 + tank] = 0.0  # the flow meter is dead
    return LabelledSeries("tanks", ts_ms, values, tuple((b, e) for b, e, _, _ in faults) if anomalous else ())


KINDS: dict[str, Callable[[Random, bool], LabelledSeries]] = {
    "counts": _counts,
    "machine": _machine,
    "rides": _rides,
    "server": _server,
    "tanks": _tanks,
    "traffic": _traffic,
    "water_loop": _water_loop,
    "waves": _waves,
}
