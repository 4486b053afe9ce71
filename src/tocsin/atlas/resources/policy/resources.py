"""`resources.toml` as frozen values."""

from pathlib import Path
from typing import Annotated

import msgspec

from tocsin.base.policy import PolicyFile, reader

FILE = Path(__file__).with_name("resources.toml")


class Reading(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the process that reads a file may use."""

    memory_megabytes: Annotated[int, msgspec.Meta(ge=1000, le=64_000)]
    seconds: Annotated[int, msgspec.Meta(ge=5, le=3600)]
    most_megabytes: Annotated[int, msgspec.Meta(ge=1, le=200)]


class Late(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """When a delivery is late, and when it is told higher up."""

    grace: Annotated[float, msgspec.Meta(ge=0, le=10)]
    dead_cycles: Annotated[float, msgspec.Meta(ge=1, le=100)]
    escalate_h: Annotated[float, msgspec.Meta(gt=0, le=720)]


class ResourcePolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file."""

    reading: Reading
    late: Late


def _check(policy: ResourcePolicy, source: str) -> None:
    if policy.late.dead_cycles <= 1 + policy.late.grace:
        raise ValueError(f"{source}: late.dead_cycles is not more than 1 + late.grace")


RESOURCES = PolicyFile("atlas.resources", FILE, reader(ResourcePolicy, _check), "数据资源", "Data resources")


def resource_policy() -> ResourcePolicy:
    """The policy in force."""
    return RESOURCES.current()
