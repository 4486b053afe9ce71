"""Where a message holds: its polygons and circles, and the codes that are known here, joined."""

from collections.abc import Callable, Collection, Iterable

import shapely
from shapely import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from tocsin.mobilisation.public_warnings.rules.cap.areas import read_circle, read_polygon
from tocsin.mobilisation.public_warnings.rules.cap.message import Alert, Area, Named
from tocsin.mobilisation.public_warnings.rules.places import LARGEST_M, Circle, shape_of

type Shape = Polygon | MultiPolygon
type ShapeOfUnit = Callable[[str], Shape | None]


def shape_of_alert(alert: Alert, names_of_codes: Collection[str], shape_of_unit: ShapeOfUnit) -> BaseGeometry:
    """All areas of all languages in one, in degrees, longitude first; empty where nothing says where."""
    parts = [part for info in alert.infos for area in info.areas for part in _parts(area, names_of_codes, shape_of_unit)]
    return shapely.union_all([shapely.make_valid(part) for part in parts])


def codes_of_alert(alert: Alert, names_of_codes: Collection[str]) -> tuple[str, ...]:
    """Codes of administrative units that the message names."""
    found = (code for info in alert.infos for area in info.areas for code in _codes(area.geocodes, names_of_codes))
    return tuple(dict.fromkeys(found))


def _parts(area: Area, names_of_codes: Collection[str], shape_of_unit: ShapeOfUnit) -> list[BaseGeometry]:
    found: list[BaseGeometry] = [Polygon([(lon, lat) for lat, lon in read_polygon(text)]) for text in area.polygons]
    for text in area.circles:
        (lat, lon), radius_km = read_circle(text)
        radius_m = max(1.0, min(radius_km * 1000, LARGEST_M))
        found.append(shape_of(Circle(lat, lon, radius_m), shape_of_unit))
    if not found:  # a code beside a shape says the same more roughly
        shapes = (shape_of_unit(code) for code in _codes(area.geocodes, names_of_codes))
        found += [shape for shape in shapes if shape is not None]
    return found


def _codes(geocodes: Iterable[Named], names_of_codes: Collection[str]) -> list[str]:
    """Six digits of counties and cities; a town's code of nine or twelve digits stands for its county, whose border is known.

    >>> _codes([Named("GB/T 2260", "370213"), Named("SAME", "006037"), Named("GB/T 2260", "370213001")], {"gb/t 2260"})
    ['370213', '370213']
    """
    known = {name.lower() for name in names_of_codes}
    values = [one.value.strip() for one in geocodes if one.name.strip().lower() in known]
    return [value[:6] for value in values if value.isdigit() and len(value) in (6, 9, 12)]
