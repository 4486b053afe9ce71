"""`leaving.toml`: who leaves and who waits inside, what a leak asks for."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import msgspec

from tocsin.base.policy import PolicyFile, reader
from tocsin.engine.consequences.leaving import House, Pace

FILE = Path(__file__).with_name("leaving.toml")

type Minutes = Annotated[float, msgspec.Meta(ge=0, le=600)]
type Metres = Annotated[float, msgspec.Meta(gt=0, le=50_000)]
type Speed = Annotated[float, msgspec.Meta(gt=0, le=20)]
type Share = Annotated[float, msgspec.Meta(gt=0, le=1)]
type Count = Annotated[int, msgspec.Meta(ge=1, le=200)]


class Walking(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How people get away on foot."""

    km_h: Speed
    detour: Annotated[float, msgspec.Meta(ge=1, le=5)]
    reach_m: Metres
    towards: Share


class LeavingFigures(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """When they start, how much earlier than the cloud they must be out, how many are advised."""

    ready_min: Minutes
    margin_min: Minutes
    most_bodies: Count
    most_shelters: Count
    shelter_within_m: Metres


class HouseFigures(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How well a closed house holds."""

    air_changes_h: Annotated[float, msgspec.Meta(gt=0, le=20)]
    most_share: Share


class Slow(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A kind of exposed bodies that starts later or walks slower."""

    kind: str
    ready_min: Minutes
    km_h: Speed


class Goods(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An item that a leak asks for, by its name in the catalogue."""

    item: str
    units: Annotated[float, msgspec.Meta(gt=0, le=1_000_000)]
    cas: tuple[str, ...] = ()
    toxic: bool = False
    flammable: bool = False


class NearCases(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which equipment is proposed at a case."""

    within_m: Metres
    most_equipment: Count


class LeavingPolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file."""

    warned: tuple[str, ...]
    walking: Walking
    leaving: LeavingFigures
    house: HouseFigures
    slow: tuple[Slow, ...]
    goods: tuple[Goods, ...]
    cases: NearCases

    def pace_of(self, kind: str) -> Pace:
        """How fast people of a kind of exposed bodies get away."""
        slow = next((one for one in self.slow if one.kind == kind), None)
        ready_min, km_h = (slow.ready_min, slow.km_h) if slow else (self.leaving.ready_min, self.walking.km_h)
        return Pace(ready_min * 60, km_h / 3.6, self.walking.detour)

    def goods_for(self, cas: str, *, toxic: bool, flammable: bool) -> Iterator[tuple[str, float]]:
        """Items by name with how many units, for a substance."""
        for one in self.goods:
            if cas in one.cas if one.cas else (toxic and one.toxic) or (flammable and one.flammable):
                yield one.item, one.units

    @property
    def closed_house(self) -> House:
        """For the engine."""
        return House(self.house.air_changes_h, self.house.most_share)


LEAVING = PolicyFile("hazchem.leaving", FILE, reader(LeavingPolicy), "泄漏避险与调度", "Leaving and sheltering at leaks")


def leaving_policy() -> LeavingPolicy:
    """The policy in force."""
    return LEAVING.current()
