"""`quality.toml` as frozen values; an unknown or missing key is refused with its name."""

from pathlib import Path

import msgspec

from tocsin.base.policy import PolicyFile, reader
from tocsin.engine.alarm_quality import FloodRule

FILE = Path(__file__).with_name("policy.toml")


class Flood(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """When a flood begins and ends for one operator."""

    window_min: int
    begins_above: float
    ends_below: float

    @property
    def rule(self) -> FloodRule:
        """As the engine takes it."""
        return FloodRule(self.window_min, self.begins_above, self.ends_below)


class Proposing(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """When quieter settings are proposed."""

    weeks: int
    least_alarms: int
    least_share: float
    later_s: float


class Weekly(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """When the list of noisy rules is written: day of the week (Monday is 1) and local hour."""

    weekday: int
    hour: int


class Target(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a good alarm system stays below."""

    per_hour: float
    per_hour_most: float
    flood_share: float
    standing: int
    share_of_top: float


class Quality(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """By what alarms are judged."""

    operators: float
    standing_h: float
    chattering_raises: int
    chattering_within_s: float
    top: int
    flood: Flood
    proposal: Proposing
    weekly: Weekly
    target: Target


QUALITY = PolicyFile("command.quality", FILE, reader(Quality), "报警质量", "Alarm quality and noisy rules")


def quality() -> Quality:
    """The policy in force."""
    return QUALITY.current()
