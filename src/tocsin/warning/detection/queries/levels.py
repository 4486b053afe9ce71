"""The levels at which a sensor rings first."""

from typing import TYPE_CHECKING

from tocsin.warning.detection.policy import load_profiles

if TYPE_CHECKING:
    from tocsin.engine.detectors.levels import Level


def first_levels(
    profile: str, quantity: str, *, region: str, low: float | None, high: float | None
) -> "tuple[Level | None, Level | None]":
    """The levels at which a sensor rings first below and above its normal band; None on a side that has none.

    `profile`, `low` and `high` are the sensor's own, in the quantity's unit.
    """
    found = load_profiles(region=region).of_sensor(profile, quantity)
    if found is None:
        return None, None
    watched = found.with_limits(low, high)
    return next(iter(watched.low), None), next(iter(watched.high), None)
