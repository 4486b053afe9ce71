"""Weather of a region by hour: season, day, passing fronts, cloud."""

import numpy as np

from tocsin.engine.work.firm import Days
from tocsin.simulation.judging.firms.trades import Floats


def make_weather(seed: int, region: int, days: Days) -> tuple[Floats, Floats]:
    """Temperature in degrees C and irradiance in W/m2, float64[days * 24] each."""
    random = np.random.default_rng([seed, 82, region])
    count = len(days)
    hour = np.tile(np.arange(24), count)
    day_of_year = np.repeat([day.timetuple().tm_yday for day in days.dates], 24)
    latitude = np.radians(random.uniform(30, 40))
    front = np.interp(np.arange(count * 24) / 24, np.arange(count + 1), _fronts(random, count + 1))
    season = random.uniform(12, 18) - random.uniform(10, 15) * np.cos(2 * np.pi * (day_of_year - 22) / 365)
    cloud = np.repeat(np.clip(random.beta(1.2, 1.4, count), 0, 1), 24)
    swing = (5.5 - 3 * cloud) * np.cos(2 * np.pi * (hour - 14.5) / 24)
    tilt = np.radians(-23.44) * np.cos(2 * np.pi * (day_of_year + 10) / 365)
    height = np.sin(latitude) * np.sin(tilt) + np.cos(latitude) * np.cos(tilt) * np.cos(np.pi * (hour + 0.5 - 12) / 12)
    # clear sky by Haurwitz 1945, cloud by Kasten and Czeplak 1980
    clear = np.where(height > 0.01, 1098 * height * np.exp(-0.057 / np.maximum(height, 0.01)), 0.0)
    return season + front + swing, clear * (1 - 0.75 * cloud**3.4)


def _fronts(random: np.random.Generator, count: int) -> Floats:
    level, course = 0.0, np.empty(count)
    for day in range(count):
        level = 0.72 * level + random.normal(0, 2.6)
        course[day] = level
    return course
