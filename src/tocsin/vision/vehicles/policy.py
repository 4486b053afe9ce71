"""`policy.toml` as frozen values."""

from datetime import timedelta
from pathlib import Path
from typing import Annotated

import msgspec

from tocsin.base.policy import PolicyFile, reader
from tocsin.engine.frames.expected import SignCosts
from tocsin.vision.vehicles.rules.matching import MatchingRule

FILE = Path(__file__).with_name("policy.toml")

type Seconds = Annotated[float, msgspec.Meta(ge=0, le=31_622_400)]
type Share = Annotated[float, msgspec.Meta(ge=0, le=1)]
type Signs = Annotated[str, msgspec.Meta(min_length=2, max_length=20)]


class MatchingFigures(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """When a plate is that of an order."""

    doubtful: Annotated[float, msgspec.Meta(ge=0, le=3)]
    sure: Share
    early_s: Seconds
    late_s: Seconds
    near_days: Annotated[int, msgspec.Meta(ge=1, le=60)]


class SignFigures(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which signs are taken for each other, and how much such a difference counts."""

    alike: tuple[Signs, ...]
    alike_costs: Share
    province_costs: Share


class PlateFigures(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How plates are read and kept."""

    every_s: Annotated[float, msgspec.Meta(ge=1, le=3600)]
    same_s: Seconds
    leaving_s: Seconds
    dangerous: tuple[Annotated[str, msgspec.Meta(min_length=1, max_length=30)], ...]
    readings_days: Annotated[int, msgspec.Meta(ge=1, le=3650)]


class StoppingFigures(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What stops loading and unloading."""

    kinds: tuple[Annotated[str, msgspec.Meta(pattern=r"^[a-z_]{3,30}$")], ...]


class OrderTableFigures(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How large a table of orders may be."""

    most_bytes: Annotated[int, msgspec.Meta(ge=1000, le=50_000_000)]
    most_rows: Annotated[int, msgspec.Meta(ge=1, le=100_000)]


class VehiclePolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file."""

    matching: MatchingFigures
    signs: SignFigures
    reading: PlateFigures
    stopping: StoppingFigures
    table: OrderTableFigures


VEHICLES = PolicyFile("vision.vehicles", FILE, reader(VehiclePolicy), "来车预约与号牌比对", "Expected vehicles")


def vehicle_policy() -> VehiclePolicy:
    """The policy in force."""
    return VEHICLES.current()


def sign_costs() -> SignCosts:
    """How much signs that were read count beside other ones."""
    signs = vehicle_policy().signs
    return SignCosts(signs.alike, signs.alike_costs, signs.province_costs)


def matching_rule() -> MatchingRule:
    """When a plate is that of an order."""
    figures = vehicle_policy().matching
    early, late = timedelta(seconds=figures.early_s), timedelta(seconds=figures.late_s)
    return MatchingRule(figures.doubtful, figures.sure, early, late, sign_costs())
