"""`policy.toml` as frozen values."""

from pathlib import Path
from typing import Annotated

import msgspec

from tocsin.base.policy import PolicyFile, reader

FILE = Path(__file__).with_name("policy.toml")


class LinePolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How long a connection of a transmitter may be silent, and how many there may be."""

    login_within_s: Annotated[float, msgspec.Meta(ge=1, le=3600)]
    silence_s: Annotated[float, msgspec.Meta(ge=10, le=86_400)]
    connections: Annotated[int, msgspec.Meta(ge=1, le=100_000)]


class ClockPolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """When a transmitter is told the time."""

    off_s: Annotated[float, msgspec.Meta(ge=1, le=86_400)]
    again_s: Annotated[float, msgspec.Meta(ge=60, le=604_800)]


class TransmitterPolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file."""

    line: LinePolicy
    clock: ClockPolicy


TRANSMITTERS = PolicyFile("sensing.transmitters", FILE, reader(TransmitterPolicy), "消防传输装置接入", "Door for fire alarms")


def transmitter_policy() -> TransmitterPolicy:
    """The policy in force."""
    return TRANSMITTERS.current()
