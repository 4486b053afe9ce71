"""`policy.toml` as frozen values."""

from pathlib import Path
from typing import Annotated

import msgspec

from tocsin.base.policy import PolicyFile, reader
from tocsin.engine.positioning.areas import Border

FILE = Path(__file__).with_name("policy.toml")

type Seconds = Annotated[float, msgspec.Meta(ge=0, le=3600)]
type Metres = Annotated[float, msgspec.Meta(gt=0, le=10_000)]


class BorderFigures(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How sure a crossing must be."""

    least_m: Metres
    most_m: Metres


class ClockFigures(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How long a rule is broken before a breach, and holds before its end."""

    hold_s: Seconds
    calm_s: Seconds


class WatcherFigures(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """When a watcher is away."""

    away_m: Metres
    hold_s: Seconds


class KeepingFigures(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How long rows are kept."""

    breaches_days: Annotated[float, msgspec.Meta(ge=0, le=3650)]


class ZonePolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file."""

    border: BorderFigures
    clock: ClockFigures
    watcher: WatcherFigures
    keeping: KeepingFigures


ZONES = PolicyFile("hazchem.zones", FILE, reader(ZonePolicy), "电子围栏", "Zones of plants")


def zone_policy() -> ZonePolicy:
    """The policy in force."""
    return ZONES.current()


def border() -> Border:
    """How sure a crossing must be."""
    figures = zone_policy().border
    return Border(figures.least_m, figures.most_m)
