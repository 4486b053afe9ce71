"""The ground: blocks, buildings, parks, water, rails and roads with their names, which make a map that people recognise."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import shapely

from tocsin.base.errors import InvalidInput

PARTS: Final[Mapping[str, tuple[str, float]]] = {
    "sea": ("Polygon", 0),
    "water": ("Polygon", 9),
    "wood": ("Polygon", 9),
    "park": ("Polygon", 10.5),
    "block": ("Polygon", 11.5),
    "building": ("Polygon", 13.5),
    "rail": ("LineString", 9),
    "road": ("LineString", 8),
    "place": ("Point", 8),
}
"""What the ground consists of: the shape of each part and the zoom from which a tile carries it. Drawn in this order."""

ROAD_FROM_ZOOM: Final[Mapping[str, float]] = {"trunk": 8, "major": 10, "minor": 11.5, "lane": 13}
BLOCK_USES: Final = ("residential", "commercial", "industrial", "public")
PLACE_KINDS: Final = ("sea", "quarter", "station", "park", "hill", "water", "landmark")


KINDS: Final[Mapping[str, tuple[str, ...]]] = {
    "road": tuple(ROAD_FROM_ZOOM),
    "block": BLOCK_USES,
    "building": BLOCK_USES,
    "water": ("water", "pond"),
    "place": PLACE_KINDS,
}
"""The kinds within a part; roads, blocks and places always have one."""
ALWAYS_OF_A_KIND: Final = ("road", "block", "place")


@dataclass(frozen=True)
class GroundFeature:
    """One piece: its part, the kind within it (rank of a road, use of a block, kind of a place), its names."""

    part: str
    kind: str
    name: str
    name_en: str
    geometry: shapely.Geometry

    @property
    def from_zoom(self) -> float:
        """The zoom from which a tile carries it."""
        return ROAD_FROM_ZOOM[self.kind] if self.part == "road" else PARTS[self.part][1]


def read_ground(features: Iterable[Mapping[str, Any]]) -> list[GroundFeature]:
    """From GeoJSON features with `part`, `kind`, `name` and `name_en`. InvalidInput names the feature that can't be read."""
    found = [_feature(number, one) for number, one in enumerate(features, 1)]
    if not found:
        raise InvalidInput("the file holds no features")
    return found


def _feature(number: int, given: Mapping[str, Any]) -> GroundFeature:
    told = given.get("properties") or {}
    part, kind = str(told.get("part", "")), str(told.get("kind") or "")
    if part not in PARTS:
        known = ", ".join(PARTS)
        raise InvalidInput(
            "feature %(number)d: part %(part)s is unknown; known are %(known)s", number=number, part=repr(part[:40]), known=known
        )
    allowed = {"road": tuple(ROAD_FROM_ZOOM), "block": BLOCK_USES, "place": PLACE_KINDS}.get(part)
    if allowed and kind not in allowed:
        raise InvalidInput(
            "feature %(number)d: kind %(kind)s of a %(part)s is unknown; known are %(known)s",
            number=number,
            kind=repr(kind[:40]),
            part=part,
            known=", ".join(allowed),
        )
    try:
        shape = shapely.force_2d(shapely.geometry.shape(given["geometry"]))
    except (KeyError, TypeError, ValueError, AttributeError, shapely.errors.ShapelyError) as error:
        raise InvalidInput(
            "feature %(number)d has no geometry that can be read: %(error)s", number=number, error=str(error)[:200]
        ) from error
    wanted = PARTS[part][0]
    if shape.is_empty or shape.geom_type.removeprefix("Multi") != wanted:
        raise InvalidInput(
            "feature %(number)d is a %(kind)s; a %(part)s is a %(wanted)s",
            number=number,
            kind=shape.geom_type,
            part=part,
            wanted=wanted,
        )
    west, south, east, north = shape.bounds
    if not (west >= -180 and east <= 180 and south >= -90 and north <= 90):
        raise InvalidInput(
            "feature %(number)d lies outside the earth in degrees: is the file in WGS84 or CGCS2000?", number=number
        )
    name, name_en = str(told.get("name") or "")[:120], str(told.get("name_en") or told.get("name") or "")[:120]
    return GroundFeature(part, kind, name, name_en, shape)
