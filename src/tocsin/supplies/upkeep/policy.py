"""`policy.toml` as frozen values."""

from pathlib import Path
from typing import Annotated

import msgspec

from tocsin.base.policy import PolicyFile, reader

FILE = Path(__file__).with_name("policy.toml")

type Days = Annotated[int, msgspec.Meta(ge=0, le=365)]


class UpkeepDays(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """When keepers are told, and when gear leaves what can be promised."""

    tell_days: Days
    grace_days: Days


class UpkeepPolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file."""

    due: UpkeepDays


UPKEEP = PolicyFile("supplies.upkeep", FILE, reader(UpkeepPolicy), "物资维护", "Upkeep of supplies")


def upkeep_policy() -> UpkeepPolicy:
    """The policy in force."""
    return UPKEEP.current()
