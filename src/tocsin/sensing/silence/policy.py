"""`policy.toml` as frozen values."""

from pathlib import Path
from typing import Annotated

import msgspec

from tocsin.base.policy import PolicyFile, reader

FILE = Path(__file__).with_name("policy.toml")


class UnitsPolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """After how long somebody is told, and how many devices a notice names."""

    minutes: Annotated[float, msgspec.Meta(ge=1, le=10_080)]
    periods: Annotated[float, msgspec.Meta(ge=1, le=100)]
    named: Annotated[int, msgspec.Meta(ge=1, le=50)]


class SilencePolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file."""

    units: UnitsPolicy


SILENCE = PolicyFile("sensing.silence", FILE, reader(SilencePolicy), "设备静默提醒", "Devices that do not answer")


def silence_policy() -> SilencePolicy:
    """The policy in force."""
    return SILENCE.current()
