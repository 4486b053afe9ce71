"""Limits of a sensor as people read them."""

from typing import Any

from tocsin.base.levels import AlarmLevel
from tocsin.screens import words
from tocsin.warning.detection.policy import load_profiles


def describe_limits(sensor: Any | None) -> list[dict[str, object]]:
    """The levels of a sensor's profile, its own limits in their place: value, level and words of a chart's lines."""
    profile = load_profiles(region=sensor.region_code).of_sensor(sensor.profile, sensor.quantity) if sensor else None
    if profile is None or sensor is None:
        return []
    own = profile.with_limits(sensor.alarm_low, sensor.alarm_high)
    return [
        {
            "value": one.limit,
            "level": AlarmLevel(one.level).name.lower(),
            "label": f"{words.LEVEL_NAMES[int(one.level)]} {words.figure(one.limit)}",
        }
        for one in (*own.low, *own.high)
    ]
