"""`policy.toml` of the map as frozen values."""

from pathlib import Path
from typing import Annotated

import msgspec

from tocsin.atlas.layers.rules.ground import KINDS, PARTS
from tocsin.base.policy import PolicyFile, reader

FILE = Path(__file__).with_name("policy.toml")


class SavedViews(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How many views a person keeps."""

    most_per_person: Annotated[int, msgspec.Meta(ge=1, le=1000)]


class GroundColumns(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Headings under which files tell part, kind and names of a feature."""

    part: tuple[str, ...]
    kind: tuple[str, ...]
    name: tuple[str, ...]
    name_en: tuple[str, ...]


class GroundFiles(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the files of the ground may hold, how many errors are told, and what the files call things."""

    most_features: Annotated[int, msgspec.Meta(ge=1, le=5_000_000)]
    errors_told: Annotated[int, msgspec.Meta(ge=1, le=2000)]
    parts: dict[str, tuple[str, ...]]
    columns: GroundColumns
    kinds: dict[str, dict[str, tuple[str, ...]]]


class Terrain(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What files of heights may hold and take, and the finest zoom of their tiles."""

    most_files: Annotated[int, msgspec.Meta(ge=1, le=1000)]
    most_megabytes: Annotated[int, msgspec.Meta(ge=1, le=2000)]
    most_megapixels: Annotated[int, msgspec.Meta(ge=1, le=20_000)]
    most_tiles: Annotated[int, msgspec.Meta(ge=100, le=1_000_000)]
    deepest_zoom: Annotated[int, msgspec.Meta(ge=8, le=16)]
    memory_megabytes: Annotated[int, msgspec.Meta(ge=500, le=64_000)]
    page_seconds: Annotated[int, msgspec.Meta(ge=10, le=3600)]
    seconds: Annotated[int, msgspec.Meta(ge=10, le=86_400)]


class MapPolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file."""

    saved_views: SavedViews
    ground: GroundFiles
    terrain: Terrain


def _check(policy: MapPolicy, source: str) -> None:
    if unknown := set(policy.ground.parts) - set(PARTS):
        raise ValueError(f"{source}: ground.parts: {min(unknown)} is no part of the ground; parts are {', '.join(PARTS)}")
    for part, words in policy.ground.kinds.items():
        known = KINDS.get(part, ())
        if unknown := set(words) - set(known):
            raise ValueError(f"{source}: ground.kinds.{part}: {min(unknown)} is no kind of it; kinds are {', '.join(known)}")


MAP = PolicyFile("atlas.layers", FILE, reader(MapPolicy, _check), "一张图", "The one map")


def map_policy() -> MapPolicy:
    """The policy in force."""
    return MAP.current()
