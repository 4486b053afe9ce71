"""`policy.toml` as frozen values."""

from pathlib import Path
from typing import Annotated

import msgspec

from tocsin.base.policy import PolicyFile, reader

FILE = Path(__file__).with_name("policy.toml")


class UrgingPolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file."""

    number: str
    answer_min: Annotated[int, msgspec.Meta(ge=1, le=7 * 24 * 60)]


def _check(policy: UrgingPolicy, source: str) -> None:
    try:
        policy.number.format(year="2026", region="370213", count=1)
    except (KeyError, ValueError, IndexError):
        raise ValueError(f"{source}: number holds more than year, region and count in braces") from None


URGING = PolicyFile("command.urging", FILE, reader(UrgingPolicy, _check), "督办单", "Supervision orders", regions=True)


def urging_policy(region_code: str) -> UrgingPolicy:
    """The policy in force in a county."""
    return URGING.current(region=region_code)
