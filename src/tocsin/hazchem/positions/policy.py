"""`policy.toml` as frozen values."""

from datetime import timedelta
from pathlib import Path
from typing import Annotated

import msgspec

from tocsin.base.policy import PolicyFile, reader
from tocsin.hazchem.positions.rules.arriving import PositionBounds

FILE = Path(__file__).with_name("policy.toml")

type Metres = Annotated[float, msgspec.Meta(gt=0, le=100_000)]


class DoorFigures(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is taken."""

    ahead_s: Annotated[float, msgspec.Meta(ge=0, le=3600)]
    oldest_h: Annotated[float, msgspec.Meta(gt=0, le=168)]
    at_once: Annotated[int, msgspec.Meta(ge=1, le=5000)]
    a_minute: Annotated[int, msgspec.Meta(ge=1, le=1_000_000)]
    unjudged: Annotated[int, msgspec.Meta(ge=100, le=10_000_000)]
    accuracy_m: Metres
    reach_m: Metres


class PlanFigures(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Plans with coordinates of their own."""

    least_apart_m: Metres
    worst_m: Metres


class PresentFigures(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """When somebody counts as present."""

    silent_min: Annotated[float, msgspec.Meta(gt=0, le=1440)]
    gone_h: Annotated[float, msgspec.Meta(gt=0, le=168)]
    battery_low_percent: Annotated[float, msgspec.Meta(ge=0, le=100)]
    step_m: Metres


class KeepingFigures(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How long rows are kept."""

    track_days: Annotated[float, msgspec.Meta(gt=0, le=3650)]
    tags_days: Annotated[float, msgspec.Meta(ge=0, le=3650)]


class SightFigures(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """When command sees positions."""

    incident_m: Metres


class PositionPolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file."""

    door: DoorFigures
    plans: PlanFigures
    present: PresentFigures
    keeping: KeepingFigures
    sight: SightFigures


POSITIONS = PolicyFile("hazchem.positions", FILE, reader(PositionPolicy), "人员车辆定位", "Positions in plants")


def position_policy() -> PositionPolicy:
    """The policy in force."""
    return POSITIONS.current()


def position_bounds() -> PositionBounds:
    """What a position may be."""
    door = position_policy().door
    return PositionBounds(timedelta(seconds=door.ahead_s), timedelta(hours=door.oldest_h), door.accuracy_m)
