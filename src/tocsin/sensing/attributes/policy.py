"""`policy.toml` as frozen values."""

from pathlib import Path
from typing import Annotated

import msgspec

from tocsin.base.policy import PolicyFile, reader
from tocsin.sensing.attributes.rules.statements import KnownAttribute

FILE = Path(__file__).with_name("policy.toml")

Share = Annotated[float, msgspec.Meta(ge=0, le=100)]
Count = Annotated[int, msgspec.Meta(ge=1, le=100_000)]


class BoundsPolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How much one device may say of itself, and how much of it is kept."""

    names: Count
    name_letters: Annotated[int, msgspec.Meta(ge=1, le=64)]
    text_letters: Annotated[int, msgspec.Meta(ge=1, le=200)]
    largest_bytes: Annotated[int, msgspec.Meta(ge=100, le=262_144)]
    message_costs: Annotated[int, msgspec.Meta(ge=1, le=1000)]
    changes: Count
    keep_days: Annotated[int, msgspec.Meta(ge=1, le=3660)]


class BatteryPolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """When a battery is low or critical, in percent of its charge, and how its end is forecast."""

    low_pct: Share
    critical_pct: Share
    recovered_pct: Share
    replaced_pct: Share
    empty_pct: Share
    trend_days: Annotated[int, msgspec.Meta(ge=7, le=730)]
    least_days: Annotated[int, msgspec.Meta(ge=3, le=365)]
    furthest_days: Annotated[int, msgspec.Meta(ge=1, le=36_500)]
    named: Annotated[int, msgspec.Meta(ge=1, le=50)]


class AttributesPolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file."""

    bounds: BoundsPolicy
    battery: BatteryPolicy
    known: dict[str, KnownAttribute]


def _check(found: AttributesPolicy, source: str) -> None:
    if not found.battery.empty_pct <= found.battery.critical_pct < found.battery.low_pct:
        raise ValueError(f"{source}: battery: empty_pct, critical_pct and low_pct must rise in this order")


ATTRIBUTES = PolicyFile(
    "sensing.attributes", FILE, reader(AttributesPolicy, _check), "设备属性与电池", "What devices say of themselves, batteries"
)


def attributes_policy() -> AttributesPolicy:
    """The policy in force."""
    return ATTRIBUTES.current()
