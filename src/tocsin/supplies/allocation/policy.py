"""`policy.toml` as frozen values."""

from pathlib import Path
from typing import Annotated

import msgspec

from tocsin.base.policy import PolicyFile, reader
from tocsin.supplies.allocation.rules.question import Figures, Road, road_to

FILE = Path(__file__).with_name("policy.toml")

type Positive = Annotated[float, msgspec.Meta(gt=0, le=1_000_000)]


class Streets(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Ways on the streets of the city's own ground: speed by rank, how far store and place may lie from their first street."""

    trunk_kmh: Positive = 60
    major_kmh: Positive = 40
    minor_kmh: Positive = 25
    lane_kmh: Positive = 15
    reach_m: Annotated[float, msgspec.Meta(gt=0, le=5000)] = 400
    beside_m: Annotated[float, msgspec.Meta(gt=0, le=500)] = 10

    @property
    def kmh(self) -> dict[str, float]:
        """Speed by rank of the ground's roads."""
        return {"trunk": self.trunk_kmh, "major": self.major_kmh, "minor": self.minor_kmh, "lane": self.lane_kmh}


class Way(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How long the way is where nobody says better."""

    detour: Annotated[float, msgspec.Meta(ge=1, le=5)]
    town_km: Positive
    town_kmh: Positive
    open_kmh: Positive
    most_km: Positive
    yuan_per_km: Positive
    place_m: Positive = 500
    beside_m: Positive = 100
    streets: Streets = Streets()

    def road(self, km: float) -> Road:
        """The way of so many kilometres in a straight line."""
        return road_to(km, detour=self.detour, town_km=self.town_km, town_kmh=self.town_kmh, open_kmh=self.open_kmh)


class Loading(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a store loads in a minute, and what a vehicle carries."""

    pieces_per_min: Positive
    vehicle_pieces: Positive
    vehicle_kg: Positive = 5000
    vehicle_m3: Positive = 25


class Stay(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What shall stay behind."""

    share: Annotated[float, msgspec.Meta(ge=0, le=1)]


class Search(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How long the optimiser may look."""

    seconds: Annotated[float, msgspec.Meta(ge=1, le=120)]


class AllocationPolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file."""

    way: Way
    loading: Loading
    stay: Stay
    search: Search

    @property
    def figures(self) -> Figures:
        """What the question takes of it."""
        return Figures(
            pieces_per_min=self.loading.pieces_per_min,
            vehicle_pieces=self.loading.vehicle_pieces,
            vehicle_kg=self.loading.vehicle_kg,
            vehicle_m3=self.loading.vehicle_m3,
            yuan_per_km=self.way.yuan_per_km,
            stay_share=self.stay.share,
        )


ALLOCATION = PolicyFile("supplies.allocation", FILE, reader(AllocationPolicy), "物资调配方案", "Allocation of supplies")


def allocation_policy() -> AllocationPolicy:
    """The policy in force."""
    return ALLOCATION.current()
