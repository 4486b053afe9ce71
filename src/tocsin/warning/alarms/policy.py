"""`quality.toml` and `handling.toml` as frozen values; an unknown or missing key is refused with its name."""

from datetime import timedelta
from pathlib import Path
from typing import Literal

import msgspec

from tocsin.base.levels import AlarmLevel
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


class Doubtful(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How near another sensor must ring to confirm one that is not believed alone."""

    near_m: float


class Quality(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All of it."""

    loss: Loss
    flapping: Flapping
    flood: Flood
    doubt: Doubtful


QUALITY = PolicyFile("warning.quality", FILE, reader(Quality), "报警去扰", "Lost stations, flapping and floods")


def quality() -> Quality:
    """The figures in force."""
    return QUALITY.current()


HANDLING_FILE = Path(__file__).with_name("handling.toml")


class RiseMinutes(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """By level after how many minutes an alarm that nobody confirms rises; 0: never."""

    blue: float
    yellow: float
    orange: float


class LapseMinutes(RiseMinutes, frozen=True, forbid_unknown_fields=True):
    """By level after how many minutes an acknowledgement that nothing follows lapses; 0: never."""

    red: float


class Handling(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All of it."""

    longest_shelf_h: float
    longest_suppression_h: float
    level_held_h: float
    highest_by_time: Literal["yellow", "orange", "red"]
    highest_at_once: Literal["blue", "yellow", "orange", "red"]
    rise_min: RiseMinutes
    lapse_min: LapseMinutes

    def rises_after(self, level: AlarmLevel) -> timedelta | None:
        """How long an alarm of that level may wait for somebody to confirm it; None: for ever."""
        if not level or level >= AlarmLevel[self.highest_by_time.upper()]:
            return None
        return _minutes(getattr(self.rise_min, level.name.lower(), 0.0))

    def taken_at_once(self, level: AlarmLevel) -> bool:
        """Whether an alarm of that level may be acknowledged together with others."""
        return level <= AlarmLevel[self.highest_at_once.upper()]

    def lapses_after(self, level: AlarmLevel) -> timedelta | None:
        """How long an acknowledgement at that level may stand alone; None: for ever."""
        return _minutes(getattr(self.lapse_min, level.name.lower(), 0.0))


def _minutes(minutes: float) -> timedelta | None:
    return timedelta(minutes=minutes) if minutes > 0 else None


HANDLING = PolicyFile(
    "warning.handling", HANDLING_FILE, reader(Handling), "报警处理时限", "What ends or rises by time", regions=True
)


def handling(region_code: str = "") -> Handling:
    """The figures in force in a region."""
    return HANDLING.current(region=region_code)
