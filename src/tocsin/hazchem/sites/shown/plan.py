"""A plant on the map: units with their grade and 500 m around, bunds, equipment and detectors by their condition."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final
from uuid import UUID

import shapely

from tocsin.atlas.face import along
from tocsin.hazchem.installations.rules.kinds import PointKind
from tocsin.hazchem.installations.shown.names import GRADE_NAMES, POINT_NAMES, STANDING_NAMES
from tocsin.hazchem.sites.queries.plants import Part, conditions_by_unit
from tocsin.hazchem.sites.rules.conditions import PlantCondition, gravest
from tocsin.hazchem.sites.shown.names import CONDITION_NAMES
from tocsin.screens.geojson import Feature, Geometry, drawn
from tocsin.screens.words import figure

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

    from tocsin.hazchem.installations.models import PlantUnit

AROUND_M: Final = 500.0  # in which GB 18218 counts people
_BUND_M: Final = 6.0  # that a bund reaches beyond the middles of its tanks, where nobody has drawn it
SHAPES: Final[dict[PlantCondition, str]] = {
    PlantCondition.ALARM: "red",
    PlantCondition.LIMIT: "orange",
    PlantCondition.OUT_OF_SERVICE: "unknown",
    PlantCondition.BYPASSED: "yellow",
    PlantCondition.OFFLINE: "unknown",
    PlantCondition.PERMIT: "blue",
    PlantCondition.GOOD: "good",
    PlantCondition.UNWATCHED: "unknown",
}
_DETECTORS: Final = (PointKind.GAS, PointKind.FLAME)


def around(unit: "PlantUnit") -> "BaseGeometry | None":
    """What lies within 500 m of a unit, of its outline where it has one; None where it has no place."""
    shape = area_of(unit)
    return along(shape, AROUND_M) if shape is not None else None


def area_of(unit: "PlantUnit") -> "BaseGeometry | None":
    """A unit's outline, else its point."""
    if len(unit.outline) >= 3:
        return shapely.convex_hull(shapely.Polygon(unit.outline)) if not _is_valid(unit) else shapely.Polygon(unit.outline)
    return shapely.Point(unit.lon, unit.lat) if unit.lon is not None and unit.lat is not None else None


def _is_valid(unit: "PlantUnit") -> bool:
    return bool(shapely.is_valid(shapely.Polygon(unit.outline)))


def plan_features(units: "Iterable[PlantUnit]", parts: Iterable[Part]) -> list[Feature]:
    """GeoJSON (WGS84): the widest first, so that what is small lies on top."""
    known, rows = list(units), list(parts)
    conditions = conditions_by_unit(rows)
    rings = [one for unit in known if unit.grade and (one := _ring(unit)) is not None]
    outlines = [one for unit in known if (one := _unit(unit, gravest(conditions.get(unit.pk, [])))) is not None]
    return [*rings, *outlines, *_bunds(rows), *filter(None, map(_equipment, rows)), *_detectors(rows)]


def _ring(unit: "PlantUnit") -> Feature | None:
    shape = around(unit)
    return _feature(shape, f"{unit.name} · 500 m", str(GRADE_NAMES[unit.grade]), unit.pk, "ring") if shape is not None else None


def _unit(unit: "PlantUnit", condition: PlantCondition) -> Feature | None:
    shape = area_of(unit)
    words = " · ".join((str(GRADE_NAMES[unit.grade]), str(CONDITION_NAMES[condition])))
    return _feature(shape, unit.name, words, unit.pk, SHAPES[condition]) if shape is not None else None


def _bunds(parts: Iterable[Part]) -> Iterator[Feature]:
    """Bunds around the tanks that stand in them."""
    standing: defaultdict[tuple[UUID, str], list[Part]] = defaultdict(list)
    for part in parts:
        if part.equipment.bund and part.equipment.lon is not None and part.equipment.lat is not None:
            standing[part.equipment.unit_id, part.equipment.bund].append(part)
    for (unit, bund), tanks in standing.items():
        middles = shapely.MultiPoint([(one.equipment.lon, one.equipment.lat) for one in tanks])
        shape = along(shapely.convex_hull(middles), _BUND_M)
        worst = gravest([one.condition for one in tanks])
        yield _feature(shape, bund, " ".join(one.equipment.tag for one in tanks), unit, SHAPES[worst])


def _equipment(part: Part) -> Feature | None:
    one = part.equipment
    if one.lon is None or one.lat is None:
        return None
    words = " · ".join(filter(None, (str(CONDITION_NAMES[part.condition]), *_values(part))))
    return _feature(shapely.Point(one.lon, one.lat), str(one), words, one.unit_id, SHAPES[part.condition])


def _values(part: Part) -> Iterator[str]:
    for reading in list(part.readings.values())[:4]:
        if reading.value is not None:
            yield f"{reading.point.tag} {figure(reading.value)} {reading.unit}".strip()


def _detectors(parts: Iterable[Part]) -> Iterator[Feature]:
    """Gas and flame detectors where their sensors stand."""
    for part in parts:
        for point in part.points:
            sensor, reading = point.sensor, part.readings[point.pk]
            if point.kind not in _DETECTORS or sensor is None or sensor.lon is None or sensor.lat is None:
                continue
            words = [str(POINT_NAMES[point.kind])]
            if reading.value is not None:
                words += [f"{figure(reading.value)} {reading.unit}".strip(), str(STANDING_NAMES[reading.standing])]
            shape = "unknown" if not reading.fresh else "red" if reading.standing in ("high_high", "low_low") else "good"
            if reading.fresh and reading.standing in ("high", "low"):
                shape = "orange"
            place = shapely.Point(sensor.lon, sensor.lat)
            yield _feature(place, point.tag, " · ".join(words), part.equipment.unit_id, shape)


def _feature(shape: "BaseGeometry", name: str, words: str, unit: UUID, colour: str) -> Feature:
    geometry: Geometry = shapely.geometry.mapping(shapely.set_precision(shape, 1e-7))
    return drawn(geometry, name=name, words=words, url=f"/plants/{unit}/", shape=colour)
