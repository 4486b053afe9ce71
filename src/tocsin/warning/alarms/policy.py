"""`quality.toml` as frozen values; an unknown or missing key is refused with its name."""

from pathlib import Path

import msgspec

from tocsin.base.policy import PolicyFile, reader
from tocsin.warning.alarms.rules.inhibition import Loss

FILE = Path(__file__).with_name("quality.toml")


class Flapping(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How often within how many seconds a condition must come to flap, and how long it must stay away to be calm."""

    raises: int
    window_s: float
    calm_s: float


class Flood(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How many new alarms a device may raise in a window, how long it must be calm, and what is a flood for an operator."""

    alarms_per_device: int
    window_s: float
    calm_s: float
    console_alarms: int
    console_window_s: float


class Quality(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All of it."""

    loss: Loss
    flapping: Flapping
    flood: Flood


QUALITY = PolicyFile("warning.quality", FILE, reader(Quality), "报警去扰", "Lost stations, flapping and floods")


def quality() -> Quality:
    """The figures in force."""
    return QUALITY.current()
