"""`policy.toml` as frozen values."""

from pathlib import Path
from typing import Annotated

import msgspec

from tocsin.base.policy import PolicyFile, reader

FILE = Path(__file__).with_name("policy.toml")


class MusterPolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file."""

    fresh_before_s: Annotated[float, msgspec.Meta(ge=0, le=3600)]
    told_people: Annotated[int, msgspec.Meta(ge=0, le=10_000)]
    keep_days: Annotated[float, msgspec.Meta(ge=0, le=36_500)]


MUSTERS = PolicyFile("hazchem.musters", FILE, reader(MusterPolicy), "紧急集合点名", "Musters of plants")


def muster_policy() -> MusterPolicy:
    """The policy in force."""
    return MUSTERS.current()
