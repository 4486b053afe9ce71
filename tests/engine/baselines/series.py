"""Series with known truth for the tests of baselines."""

from dataclasses import dataclass

import numpy as np

from tocsin.engine.baselines.circumstances import Circumstances
from tocsin.engine.baselines.hours import Hours

FIRST_HOUR = 490_000 // 24 * 24 - 8  # a local midnight, a Tuesday


def circumstances_of(days: int, seed: int) -> Circumstances:
    """A week's rhythm, air with day and fronts, now and then a shower."""
    random = np.random.default_rng(seed)
    hours = np.arange(days * 24)
    front = np.interp(hours, np.arange(0, len(hours) + 60, 60), random.normal(0, 3, len(hours) // 60 + 1 + (len(hours) % 60 > 0)))
    outdoor = 8 + front + 4 * np.cos(2 * np.pi * (hours - 14) / 24)
    rain = np.zeros(len(hours))
    for start in random.integers(0, len(hours) - 6, days // 4):
        rain[start : start + 4] += random.uniform(1, 6)
    weekday = ((FIRST_HOUR + 8 + hours) // 24 + 3) % 7
    return Circumstances(FIRST_HOUR, weekday >= 5, outdoor, rain)


@dataclass(frozen=True)
class Truth:
    """A sensor that is exactly what a baseline can learn: `clean` [t] without noise, `noise` its standard deviation."""

    clean: np.ndarray
    noisy: np.ndarray
    noise: float


def sensor_of(circumstances: Circumstances, seed: int, noise: float = 0.5) -> Truth:
    """Peaks at 8 h and 19 h, later and higher on days off; follows air and rain; its level walks a little."""
    random = np.random.default_rng(seed + 1000)
    hour, rest = circumstances.hour, circumstances.rest
    shifted = (hour - rest * 1.0) % 24
    daily = 4 * np.exp(-(((shifted - 8) / 2) ** 2)) + 5 * np.exp(-(((shifted - 19) / 2.5) ** 2)) + rest * 0.8
    weather = 0.3 * circumstances.fast[:, 0] - 0.5 * circumstances.slow[:, 0] + 0.8 * circumstances.fast[:, 3]
    level = 40 + np.repeat(np.cumsum(random.normal(0, 0.1, len(hour) // 24)), 24)
    clean = level + daily + weather
    return Truth(clean, clean + random.normal(0, noise, len(clean)), noise)


def hours_of(*rows: np.ndarray) -> Hours:
    """The rows as they are, every hour one reading."""
    values = np.stack(rows)
    return Hours(FIRST_HOUR, values, values.copy())


def cut(circumstances: Circumstances, start: int, end: int) -> Circumstances:
    """The hours from `start` to `end`, with what the weather before them has left."""
    return circumstances.between(circumstances.first_hour + start, circumstances.first_hour + end)
