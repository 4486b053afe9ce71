"""`policy.toml` as frozen values."""

from pathlib import Path
from typing import Annotated

import msgspec

from tocsin.base.policy import PolicyFile, reader

FILE = Path(__file__).with_name("policy.toml")


class Keeping(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How much is kept, of one device and in all, and for how long."""

    bytes_per_device: Annotated[int, msgspec.Meta(ge=65_536, le=1 << 32)]
    messages_per_device: Annotated[int, msgspec.Meta(ge=1, le=1_000_000)]
    bytes_in_all: Annotated[int, msgspec.Meta(ge=1 << 20, le=1 << 40)]
    days: Annotated[int, msgspec.Meta(ge=1, le=3650)]
    full_share: Annotated[float, msgspec.Meta(gt=0, le=1)]


class StrangersKeeping(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How much is kept of senders that are not registered, at each door, and for how long."""

    bytes_per_door: Annotated[int, msgspec.Meta(ge=0, le=1 << 32)]
    messages_per_door: Annotated[int, msgspec.Meta(ge=0, le=100_000)]
    messages_per_address: Annotated[int, msgspec.Meta(ge=0, le=100_000)]
    days: Annotated[int, msgspec.Meta(ge=1, le=365)]


class Replaying(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How far back a replay may import, and how much a dry run reads."""

    import_days: Annotated[int, msgspec.Meta(ge=1, le=36_500)]
    tried_messages: Annotated[int, msgspec.Meta(ge=1, le=20_000)]


class QuarantinePolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file."""

    kept: Keeping
    strangers: StrangersKeeping
    replay: Replaying


QUARANTINE = PolicyFile(
    "sensing.quarantine", FILE, reader(QuarantinePolicy), "不可读报文的保存", "Messages that could not be read"
)


def quarantine_policy() -> QuarantinePolicy:
    """The policy in force."""
    return QUARANTINE.current()
