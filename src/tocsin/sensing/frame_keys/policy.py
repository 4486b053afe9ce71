"""`policy.toml` as frozen values."""

from pathlib import Path
from typing import Annotated

import msgspec

from tocsin.base.policy import PolicyFile, reader


class FrameKeysPolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """When a key is old, and for how long the one before it holds."""

    renew_days: Annotated[int, msgspec.Meta(ge=1, le=3660)]
    overlap_days: Annotated[int, msgspec.Meta(ge=0, le=90)]


FRAME_KEYS = PolicyFile(
    "sensing.frame_keys",
    Path(__file__).with_name("policy.toml"),
    reader(FrameKeysPolicy),
    "数采仪密钥",
    "Keys of loggers",
)


def frame_keys_policy() -> FrameKeysPolicy:
    """The policy in force."""
    return FRAME_KEYS.current()
