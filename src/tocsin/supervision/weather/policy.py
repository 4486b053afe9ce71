"""`policy.toml` of the weather as frozen values; an unknown or missing key is refused with its name."""

from pathlib import Path

import msgspec

from tocsin.base.policy import PolicyFile, reader

FILE = Path(__file__).with_name("policy.toml")


class WeatherPolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is taken for the weather of a place, and for how long."""

    levels_up: int
    old_h: float
    hours_at_once: int
    keep_days: int
    ahead_min: float
    coldest_c: float
    hottest_c: float
    brightest_w_m2: float


WEATHER = PolicyFile("supervision.weather", FILE, reader(WeatherPolicy), "气象数据", "Weather")


def weather_policy() -> WeatherPolicy:
    """The policy in force."""
    return WEATHER.current()
