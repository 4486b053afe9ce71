"""Temperature and sun of a region, hour by hour."""

import numpy as np

from tocsin.engine.work.firm import Days
from tocsin.simulation.firms.dice import Dice, Floats

WARMEST_DAY = 203  # of the year


def make_weather(seed: int, region: int, days: Days) -> tuple[Floats, Floats]:
    """Temperature in °C and irradiance in W/m2, float64[hours] each: a northern coast, with warm and cold spells and clouds."""
    dice = Dice(seed, 3_000_000 + region)
    hours = len(days) * 24
    hour = np.arange(hours) % 24
    of_year = np.repeat(np.array([day.timetuple().tm_yday for day in days.dates], dtype=np.float64), 24)
    season = np.cos(2.0 * np.pi * (of_year - WARMEST_DAY) / 365.25)
    mean = dice.between(11.0, 16.0) + dice.between(12.0, 15.0) * season
    daily = dice.between(3.0, 5.0) * np.cos(2.0 * np.pi * (hour - 15.0) / 24.0)
    temperature = mean + daily + 3.5 * dice.walk(hours, 60.0) + 0.5 * dice.normals(hours)
    half_day = 6.0 + 1.4 * season
    height = np.clip(np.cos(np.pi * (hour + 0.5 - 12.2) / (2.0 * half_day)), 0.0, 1.0) * (np.abs(hour + 0.5 - 12.2) < half_day)
    clear = np.clip(0.72 + 0.25 * dice.walk(hours, 30.0) + 0.08 * dice.normals(hours), 0.08, 1.0)
    return np.round(temperature, 1), np.round((680.0 + 270.0 * season) * height * clear)
