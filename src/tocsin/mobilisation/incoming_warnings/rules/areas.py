"""Where a message holds: its polygons and circles, and the codes that are known here, joined."""

from collections.abc import Callable, Collection, Iterable

import shapely
from shapely import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from tocsin.jurisdiction.areas.rules.codes import governs
from tocsin.mobilisation.public_warnings.rules.cap.areas import read_circle, read_polygon
from tocsin.mobilisation.public_warnings.rules.cap.message import Alert, Area, Named
from tocsin.mobilisation.public_warnings.rules.places import LARGEST_M, Circle, shape_of

COUNTY_DIGITS, TOWN_DIGITS = 6, 9
WRITTEN_DIGITS = (2, 4, 6, 9, 12)  # of a province, city, county, town; twelve with the village, or zeros
_SHARE = 0.05  # of a shape or a unit: what they have in common, where it is more than a border of which two maps tell

type Shape = Polygon | MultiPolygon
type ShapeOfUnit = Callable[[str], Shape | None]


def shape_of_alert(alert: Alert, names_of_codes: Collection[str], shape_of_unit: ShapeOfUnit) -> BaseGeometry:
    """All areas of all languages in one, in degrees, longitude first; empty where nothing says where."""
    parts = [part for info in alert.infos for area in info.areas for part in _parts(area, names_of_codes, shape_of_unit)]
    return shapely.union_all([shapely.make_valid(part) for part in parts])


def units_of_alert(alert: Alert, names_of_codes: Collection[str]) -> tuple[str, ...]:
    """Codes of the units where these say where it holds: six digits, towns nine. Empty where a shape alone says it; beside a
    town's code it is one's own drawing of the town.
    """
    found: dict[str, None] = {}
    for area in (area for info in alert.infos for area in info.areas):
        codes = _codes(area.geocodes, names_of_codes)
        is_drawn = bool(area.polygons or area.circles) and not any(len(code) == TOWN_DIGITS for code in codes)
        if is_drawn or not codes:
            return ()
        found |= dict.fromkeys(codes)
    return tuple(found)


def governed_by(counties: Collection[str], code: str) -> bool:
    """Whether a unit, as a message names it, meets these counties.

    >>> governed_by(["370213"], "370213001"), governed_by(["370213"], "370200"), governed_by(["370213"], "370202")
    (True, True, False)
    """
    county = code[:COUNTY_DIGITS]
    return any(governs(county, one) for one in counties)


def _parts(area: Area, names_of_codes: Collection[str], shape_of_unit: ShapeOfUnit) -> list[BaseGeometry]:
    """What is drawn, and units that lie elsewhere; a code beside a shape in the same unit says the same more roughly. A town
    whose outline nobody delivers is its whole county, unless something is drawn there that no other code explains.
    """
    found: list[BaseGeometry] = [Polygon([(lon, lat) for lat, lon in read_polygon(text)]) for text in area.polygons]
    for text in area.circles:
        (lat, lon), radius_km = read_circle(text)
        radius_m = max(1.0, min(radius_km * 1000, LARGEST_M))
        found.append(shape_of(Circle(lat, lon, radius_m), shape_of_unit))
    codes = _codes(area.geocodes, names_of_codes)
    outlines = {code: outline_of(code, shape_of_unit) for code in codes}
    known = [shape for shape in outlines.values() if shape is not None]
    drawn = [part for one in found for part in shapely.get_parts(shapely.make_valid(one))]
    unexplained = [part for part in drawn if not any(_means(part, shape) for shape in known)]
    found += [shape for shape in known if not any(_means(part, shape) for part in drawn)]
    counties = {code[:COUNTY_DIGITS] for code, shape in outlines.items() if shape is None}
    wholes = [shape for shape in map(shape_of_unit, sorted(counties)) if shape is not None]
    return found + [whole for whole in wholes if not any(_means(part, whole) for part in unexplained)]


def outline_of(code: str, shape_of_unit: ShapeOfUnit) -> Shape | None:
    """The border of a unit; of a town within its county's, as both come from different maps. None for a town that nobody has
    drawn.
    """
    shape, county = shape_of_unit(code), shape_of_unit(code[:COUNTY_DIGITS])
    if len(code) != TOWN_DIGITS or shape is None or county is None:
        return shape
    inside = [one for one in shapely.get_parts(shape.intersection(county)) if one.geom_type == "Polygon" and not one.is_empty]
    return MultiPolygon(inside) if inside else None


def _means(part: BaseGeometry, unit: Shape) -> bool:
    """Whether what is drawn speaks of the unit, or of some place in it."""
    return bool(part.intersection(unit).area > _SHARE * min(part.area, unit.area))


def _codes(geocodes: Iterable[Named], names_of_codes: Collection[str]) -> list[str]:
    """As they are written here: six digits of provinces, cities and counties, nine of a town. Senders write two to twelve, with
    zeros behind.

    >>> _codes([Named("GB/T 2260", "370213"), Named("SAME", "006037"), Named("GB/T 2260", "370213001000")], {"gb/t 2260"})
    ['370213', '370213001']
    >>> _codes([Named("GB/T 2260", "370213000000"), Named("GB/T 2260", "3702"), Named("GB/T 2260", "37021")], {"gb/t 2260"})
    ['370213', '370200']
    """
    known = {name.lower() for name in names_of_codes}
    values = [one.value.strip() for one in geocodes if one.name.strip().lower() in known]
    return [_short(value) for value in values if value.isascii() and value.isdigit() and len(value) in WRITTEN_DIGITS]


def _short(code: str) -> str:
    county, town = code[:COUNTY_DIGITS].ljust(COUNTY_DIGITS, "0"), code[COUNTY_DIGITS:TOWN_DIGITS]
    return county + town if town.strip("0") else county
