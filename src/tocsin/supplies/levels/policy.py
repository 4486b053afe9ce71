"""`policy.toml` as frozen values."""

from pathlib import Path
from typing import Annotated, Literal

import msgspec

from tocsin.base.policy import PolicyFile, reader

FILE = Path(__file__).with_name("policy.toml")

type Share = Annotated[float, msgspec.Meta(gt=0, le=1)]
type Amount = Annotated[float, msgspec.Meta(ge=0, le=1000)]
type Code = Annotated[str, msgspec.Meta(min_length=1, max_length=12)]


class LevelFigures(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How minimum, reorder point and safety stock follow from target and demand."""

    minimum_share: Share
    lead_days: Annotated[float, msgspec.Meta(gt=0, le=365)]
    lead_sigma_days: Annotated[float, msgspec.Meta(ge=0, le=365)]
    history_days: Annotated[int, msgspec.Meta(ge=7, le=730)]
    z: Annotated[float, msgspec.Meta(ge=0, le=5)]
    z_key: Annotated[float, msgspec.Meta(ge=0, le=5)]


class Rotation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """When a lot is to be exchanged."""

    life_share: Share


class Hazard(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One kind of disaster: for how many of the people at risk, and for how long, is provided."""

    code: Code
    zh: str
    en: str
    days: Annotated[int, msgspec.Meta(ge=1, le=90)]
    share: Share


class Need(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What one person needs of an item, in its count unit: once, and each day."""

    item: str
    hazards: tuple[Code, ...]
    each: Amount
    each_day: Amount
    confidence: Literal["A", "B", "C"]


class LevelPolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"hazards": "hazard", "needs": "need"}):
    """The whole file."""

    level: LevelFigures
    rotation: Rotation
    hazards: tuple[Hazard, ...]
    needs: tuple[Need, ...]


def _check(policy: LevelPolicy, source: str) -> None:
    codes = [one.code for one in policy.hazards]
    if twice := [one for one in codes if codes.count(one) > 1]:
        raise ValueError(f"{source}: hazard {twice[0]} stands there twice")
    for need in policy.needs:
        if lost := [one for one in need.hazards if one not in codes]:
            raise ValueError(f"{source}: need of {need.item} names the hazard {lost[0]}, which is not there")


LEVELS = PolicyFile("supplies.levels", FILE, reader(LevelPolicy, _check), "物资储备标准", "Levels of supplies")


def level_policy() -> LevelPolicy:
    """The policy in force."""
    return LEVELS.current()
