"""`plants.toml` as frozen values."""

from pathlib import Path
from typing import Annotated

import msgspec

from tocsin.base.policy import PolicyFile, reader

FILE = Path(__file__).with_name("plants.toml")

type Share = Annotated[float, msgspec.Meta(gt=0, le=1)]


class LevelShares(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Limits of a level as shares of the height."""

    low_low: Share
    low: Share
    high: Share
    high_high: Share


class Liquefied(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Vessels of liquefied gas."""

    most_share: Share


class WindOfNow(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which measured wind counts at a plant."""

    within_m: Annotated[float, msgspec.Meta(gt=0, le=100_000)]
    newest_min: Annotated[float, msgspec.Meta(gt=0, le=1440)]


class PlantPolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file."""

    assess_every_years: Annotated[int, msgspec.Meta(ge=1, le=10)]
    assess_soon_days: Annotated[int, msgspec.Meta(ge=1, le=365)]
    fresh_min: Annotated[float, msgspec.Meta(gt=0, le=1440)]
    full_soon_min: Annotated[float, msgspec.Meta(gt=0, le=1440)]
    settle_min: Annotated[float, msgspec.Meta(ge=0, le=1440)]
    file_within_days: Annotated[int, msgspec.Meta(ge=1, le=365)]
    most_bypass_h: Annotated[float, msgspec.Meta(gt=0, le=8760)]
    level_shares: LevelShares
    liquefied: Liquefied
    wind: WindOfNow


def _check(policy: PlantPolicy, source: str) -> None:
    shares = policy.level_shares
    if not shares.low_low <= shares.low < shares.high <= shares.high_high:
        raise ValueError(f"{source}: level_shares rise from low_low over low and high to high_high")


PLANTS = PolicyFile("hazchem.plants", FILE, reader(PlantPolicy, _check), "危化品装置与储罐", "Units and tanks of plants")


def plants() -> PlantPolicy:
    """The policy in force."""
    return PLANTS.current()
