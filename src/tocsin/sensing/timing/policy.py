"""`policy.toml` as frozen values."""

from pathlib import Path
from typing import Annotated

import msgspec

from tocsin.base.policy import PolicyFile, reader

FILE = Path(__file__).with_name("policy.toml")


class ClockPolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Over how long a clock is measured, and from when on it is off."""

    window_min: Annotated[float, msgspec.Meta(ge=1, le=1440)]
    windows: Annotated[int, msgspec.Meta(ge=1, le=200)]
    least_windows: Annotated[int, msgspec.Meta(ge=1, le=200)]
    off_s: Annotated[float, msgspec.Meta(ge=1, le=86_400)]
    named: Annotated[int, msgspec.Meta(ge=1, le=50)]


class TimingPolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file."""

    clock: ClockPolicy


TIMING = PolicyFile("sensing.timing", FILE, reader(TimingPolicy), "设备时钟", "Clocks of devices")


def timing_policy() -> TimingPolicy:
    """The policy in force."""
    return TIMING.current()
