"""Time, weather and the ground's usual warmth over the days of a case, in steps of five minutes."""

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from tocsin.base.geometry import Floats
from tocsin.simulation.judging.districts.draws import Draws

STEP_S = 300
STEP_H = STEP_S / 3600
HOUR_MS, DAY_MS = 3_600_000, 86_400_000
EAST_MS = 8 * HOUR_MS  # local days are those of China
_LAPSE_H = 6.0


@dataclass(frozen=True)
class Axis:
    """Evenly spaced times: `steps` of five minutes from `start_ms` (Unix ms) on."""

    start_ms: int
    steps: int

    @cached_property
    def hours(self) -> Floats:
        """Hours since the start, float64[steps]."""
        return np.arange(self.steps, dtype=np.float64) * STEP_H

    @cached_property
    def local_hours(self) -> Floats:
        """Hour of the local day, 0 to below 24."""
        return ((self.start_ms + EAST_MS) / HOUR_MS + self.hours) % 24

    @cached_property
    def week_days(self) -> Floats:
        """Day of the week, 0 for Monday."""
        return ((self.start_ms + EAST_MS) // DAY_MS + 3 + (((self.start_ms + EAST_MS) % DAY_MS) / HOUR_MS + self.hours) // 24) % 7

    @cached_property
    def year_days(self) -> Floats:
        """Days since the beginning of a year, 0 to below 365.2425."""
        return (self.start_ms / DAY_MS + self.hours / 24) % 365.2425

    def index(self, ts_ms: int) -> int:
        """The step that a time lies in, within the axis."""
        return min(max((ts_ms - self.start_ms) // (STEP_S * 1000), 0), self.steps - 1)


@dataclass(frozen=True)
class Climate:
    """Weather on an axis, float64[steps] each: `air_c`, `wind_ms`, `pressure_hpa`, `rain_mm_h`.

    `yearly_c`, `swing_c`: mean of the year and half its range; `heated`: the heating season is on.
    """

    axis: Axis
    air_c: Floats
    wind_ms: Floats
    pressure_hpa: Floats
    rain_mm_h: Floats
    yearly_c: float
    swing_c: float
    heated: bool

    def ground_c(self, depth_m: float, diffusivity: float = 6e-7) -> Floats:
        """Usual warmth of the ground at a depth: the year's wave, damped and late (half space with a harmonic surface)."""
        damping = depth_m * math.sqrt(math.pi / (diffusivity * 365.2425 * 86400))
        wave = self._year.real * math.cos(damping) + self._year.imag * math.sin(damping)
        return np.asarray(self.yearly_c + self.swing_c * math.exp(-damping) * wave)

    @cached_property
    def _year(self) -> NDArray[np.complex128]:
        """The year's wave at the surface, warmest on 20 July: cosine and sine."""
        return np.exp(2j * math.pi * (self.axis.year_days - 201) / 365.2425)

    @cached_property
    def day(self) -> Floats:
        """Demand of households, 1 on average, float64[steps]."""
        return meals(self.axis.local_hours)


def draw_climate(axis: Axis, lat: float, draws: Draws, storms: list[tuple[float, float, float]]) -> Climate:
    """Weather at a latitude. `storms`: (begin h, hours, mm in all) added to the showers that come by chance."""
    yearly, swing = 27.5 - 0.42 * lat, 6.0 + 0.26 * (lat - 20)
    days = axis.hours / 24
    season = yearly + swing * np.cos(2 * math.pi * (axis.year_days - 201) / 365.2425)
    fronts = _smooth(draws, axis.steps, 40.0) * 2.6
    clear = np.clip(0.8 + 0.5 * _smooth(draws, axis.steps, 20.0), 0.1, 1.6)
    day = 3.8 * np.cos(2 * math.pi * (axis.local_hours - 14.5) / 24)
    air = season + fronts + clear * day
    wind = np.clip(
        1.9 + 1.2 * _smooth(draws, axis.steps, 14.0) + 0.9 * np.cos(2 * math.pi * (axis.local_hours - 15) / 24), 0.1, None
    )
    pressure = 1013.0 - 0.35 * (season - 12) + 6.0 * _smooth(draws, axis.steps, 45.0)
    rain = np.zeros(axis.steps)
    warm = float(np.clip((season.mean() - 2) / 20, 0.05, 1))
    chance = [
        (draws.between(0, days[-1] * 24), draws.spread(0.5, 9), draws.spread(0.8, 14))
        for _ in range(draws.whole(0, 4))
        if draws.chance(warm)
    ]
    for begin, hours, millimetres in chance + storms:
        rain += millimetres * _burst(axis.hours, begin, hours, draws)
    day_of_year = float(axis.year_days[axis.steps // 2])
    return Climate(axis, air, wind, pressure, rain, yearly, swing, day_of_year < 80 or day_of_year > 315)


def _burst(hours: Floats, begin: float, long: float, draws: Draws) -> Floats:
    """A storm of one millimetre: a skewed hump with gusts, mm/h."""
    share = (hours - begin) / long
    peak = draws.between(0.2, 0.6)
    hump = np.where((share > 0) & (share < 1), np.where(share < peak, share / peak, (1 - share) / (1 - peak)), 0.0)
    hump = hump**1.4 * (1 + 0.5 * np.sin(share * draws.between(9, 30)))
    total = hump.sum() * STEP_H
    return np.asarray(hump / total if total > 0 else hump)


def _smooth(draws: Draws, steps: int, hours: float) -> Floats:
    """Wandering numbers of unit variance that forget themselves within some hours: knots joined by cubic steps."""
    each = max(1, int(hours / STEP_H))
    knots = draws.normal(steps // each + 3)
    place = np.arange(steps) / each + draws.unit()
    first = place.astype(np.int64)
    share = place - first
    share = share * share * (3 - 2 * share)
    return np.asarray(knots[first] * (1 - share) + knots[first + 1] * share)


def wander(draws: Draws, steps: int, hours: float) -> Floats:
    """A slowly wandering series of unit variance, float64[steps]."""
    return _smooth(draws, steps, hours)


def meals(local_hours: Floats) -> Floats:
    """Demand of households over the day, 1 on average: morning, noon and evening, low before dawn."""

    def hump(centre: float, width: float) -> Floats:
        away = np.abs((local_hours - centre + 12) % 24 - 12)
        return np.asarray(np.exp(-((away / width) ** 2)))

    shape = 0.32 + 1.25 * hump(7.4, 1.5) + 0.85 * hump(12.2, 1.6) + 1.45 * hump(19.2, 2.3) + 0.35 * hump(15, 4)
    return np.asarray(shape / 0.98)
