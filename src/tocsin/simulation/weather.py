"""The weather of a place as a function of time: season, day, fronts that pass, rain, and what rain leaves behind.

Means of 1991-2020 for Qingdao (China Meteorological Administration, rounded): -0.2 °C in January, 25.6 °C in August; rain on
about one day in eight in winter and one in three in July.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tocsin.simulation import noise

Floats = NDArray[np.float64]
Times = NDArray[np.int64]

HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS
YEAR_MS = 365.2425 * DAY_MS
LOCAL_MS = 8 * HOUR_MS  # Asia/Shanghai: UTC+8 all the year

_COLDEST_DAY = 22  # of January
_SOAK_MM = 6.0  # rain after which the ground takes no more
_DRYING_MS = 30 * HOUR_MS


@dataclass(frozen=True)
class Climate:
    """What is usual at a place: °C of the year's mean, half its swing, the passing fronts, half the day's swing; share of days
    with rain by month, January first; mm/h of a usual shower in winter and what summer adds.
    """

    mean_c: float = 13.1
    swing_c: float = 13.3
    front_c: float = 2.4
    day_c: float = 3.2
    rain_days: tuple[float, ...] = (0.10, 0.11, 0.15, 0.20, 0.23, 0.27, 0.38, 0.33, 0.22, 0.16, 0.16, 0.12)
    shower_mm_h: float = 0.35
    summer_mm_h: float = 1.8


QINGDAO = Climate()


@dataclass(frozen=True)
class Rain:
    """One shower: from, to (Unix ms, UTC) and its mean intensity in mm/h; it swells and fades as a squared sine."""

    start_ms: int
    end_ms: int
    mean_mm_h: float


@dataclass(frozen=True)
class Weather:
    """The weather of one seed, with the showers a scenario adds; all methods take and give arrays of one shape."""

    seed: int
    extra: tuple[Rain, ...] = ()
    climate: Climate = QINGDAO

    def outdoor_slow_c(self, time_ms: Times) -> Floats:
        """Air temperature without its daily swing, °C: season and passing fronts."""
        year = 2.0 * math.pi * (time_ms - _COLDEST_DAY * DAY_MS) / YEAR_MS
        fronts = self.climate.front_c * noise.wander(self.seed, 9001, time_ms=time_ms, period_ms=60 * HOUR_MS)
        return self.climate.mean_c - self.climate.swing_c * np.cos(year) + fronts

    def outdoor_c(self, time_ms: Times) -> Floats:
        """Air temperature, °C; warmest about 14:30 local time."""
        hour = local_hour(time_ms)
        return self.outdoor_slow_c(time_ms) + self.climate.day_c * np.cos(2.0 * math.pi * (hour - 14.5) / 24.0)

    def rain_mm_h(self, time_ms: Times) -> Floats:
        """Rain now, mm/h."""
        rain = np.zeros(time_ms.shape)
        for shower in self.showers(time_ms):
            part = np.clip((time_ms - shower.start_ms) / (shower.end_ms - shower.start_ms), 0.0, 1.0)
            rain += 2.0 * shower.mean_mm_h * np.sin(math.pi * part) ** 2
        return rain

    def runoff_mm_h(self, time_ms: Times) -> Floats:
        """What reaches the drains: the rain half an hour late, then ebbing with two hours' time constant, mm/h."""
        runoff = np.zeros(time_ms.shape)
        for shower in self.showers(time_ms):
            late = time_ms - HOUR_MS // 2
            part = np.clip((late - shower.start_ms) / (shower.end_ms - shower.start_ms), 0.0, 1.0)
            rising = np.where(part < 0.5, np.sin(math.pi * part) ** 2, 1.0)
            after = np.maximum(0, late - (shower.start_ms + shower.end_ms) // 2)
            runoff += 2.0 * shower.mean_mm_h * rising * np.exp(-after / (2 * HOUR_MS))
        return runoff

    def wetness(self, time_ms: Times) -> Floats:
        """How full of water the ground is beyond its usual state, 0 to 1."""
        fallen = np.zeros(time_ms.shape)
        for shower in self.showers(time_ms):
            length = shower.end_ms - shower.start_ms
            part = np.clip((time_ms - shower.start_ms) / length, 0.0, 1.0)
            drying = np.exp(-np.maximum(0, time_ms - shower.end_ms) / _DRYING_MS)
            fallen += shower.mean_mm_h * length / HOUR_MS * part * drying
        return 1.0 - np.exp(-fallen / _SOAK_MM)

    def showers(self, time_ms: Times) -> list[Rain]:
        """Every shower that can be felt at one of these times (six days back: beyond that the ground is dry again)."""
        if time_ms.size == 0:
            return []
        first = int(time_ms.min()) // DAY_MS - 6
        days = np.arange(first, int(time_ms.max()) // DAY_MS + 1)
        month = days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) % 12
        rainy = noise.uniform(self.seed, 9002, days) < np.array(self.climate.rain_days)[month]
        hours = 1.0 + 7.0 * noise.uniform(self.seed, 9003, days) ** 2
        start = (days + noise.uniform(self.seed, 9004, days)) * DAY_MS
        summer = 0.5 - 0.5 * np.cos(2.0 * math.pi * (month + 0.5) / 12.0)
        mean = np.exp(0.6 * noise.normal(self.seed, 9005, days)) * (self.climate.shower_mm_h + self.climate.summer_mm_h * summer)
        own = [Rain(int(start[i]), int(start[i] + hours[i] * HOUR_MS), float(mean[i])) for i in np.flatnonzero(rainy).tolist()]
        return [*own, *self.extra]


def local_hour(time_ms: Times) -> Floats:
    """Hour of the local day, 0 to 24."""
    hour: Floats = (time_ms + LOCAL_MS) % DAY_MS / HOUR_MS
    return hour
