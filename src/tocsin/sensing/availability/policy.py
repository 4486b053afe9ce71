"""`policy.toml` as frozen values."""

from pathlib import Path
from typing import Annotated

import msgspec

from tocsin.base.policy import PolicyFile, reader

FILE = Path(__file__).with_name("policy.toml")


class PeriodsPolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which periods are counted, and how far a reading may lie from its own."""

    slack: Annotated[float, msgspec.Meta(ge=0, lt=0.5)]
    shortest_s: Annotated[float, msgspec.Meta(ge=1, le=86_400)]
    longest_s: Annotated[float, msgspec.Meta(ge=1, le=86_400)]
    event_quantities: tuple[str, ...]


class NightPolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """When a day is judged, how much at once, and how long it is kept."""

    wait_min: Annotated[int, msgspec.Meta(ge=0, le=1380)]
    devices_at_once: Annotated[int, msgspec.Meta(ge=1, le=2000)]
    keep_days: Annotated[int, msgspec.Meta(ge=31, le=3660)]


class TellingPolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """From which rate on somebody is told."""

    poor_pct: Annotated[float, msgspec.Meta(ge=0, le=100)]
    named: Annotated[int, msgspec.Meta(ge=1, le=50)]


class AvailabilityPolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file."""

    periods: PeriodsPolicy
    night: NightPolicy
    telling: TellingPolicy


AVAILABILITY = PolicyFile("sensing.availability", FILE, reader(AvailabilityPolicy), "设备在线率", "Online rate of devices")


def availability_policy() -> AvailabilityPolicy:
    """The policy in force."""
    return AVAILABILITY.current()
