"""What the statistics bureau delivers: the outlines of the district's towns, with who lives in them."""

from functools import cache
from typing import TYPE_CHECKING, Any, Final

from tocsin.workshop.demo.resources.files import SHAPE, Row

if TYPE_CHECKING:
    from tocsin.simulation.city import City

TOWNS: Final = {  # digits behind the county's code -> share of the way across the county from west and from south, people
    "001": (0.22, 0.26, 61_000),
    "003": (0.20, 0.46, 48_000),
    "004": (0.30, 0.36, 57_000),
    "005": (0.22, 0.66, 31_000),
    "006": (0.50, 0.36, 112_000),
    "007": (0.47, 0.58, 83_000),
    "008": (0.46, 0.17, 94_000),
    "010": (0.30, 0.78, 36_000),
    "011": (0.12, 0.86, 22_000),
    "012": (0.74, 0.26, 46_000),
    "013": (0.76, 0.62, 39_000),
}
"""Nobody publishes the true borders: each town is what lies nearest to its middle, which is made up, too."""
OLD: Final = 0.19  # of the people
A_HOME: Final = 2.6  # people


def town_rows(city: "City") -> list[Row]:
    """Every town with its outline within the county's border."""
    from tocsin.jurisdiction.face import towns_within

    names = towns_within([city.region_code])
    rows: list[Row] = []
    for code, shape in _outlines(city.region_code).items():
        people = TOWNS[code[6:]][2]
        told = {"常住人口": people, "六十五岁以上": round(OLD * people), "户数": round(people / A_HOME)}
        rows.append({"编码": code, "名称": names[code], **told, SHAPE: shape})
    return rows


@cache
def _outlines(county_code: str) -> dict[str, dict[str, Any]]:
    """By code as GeoJSON."""
    import shapely

    from tocsin.atlas.layers.queries.base_map import region_shape

    county = region_shape(county_code)
    if county is None:
        return {}
    west, south, east, north = county.bounds
    middles = {
        f"{county_code}{digits}": shapely.Point(west + x * (east - west), south + y * (north - south))
        for digits, (x, y, _people) in TOWNS.items()
    }
    cells = shapely.voronoi_polygons(shapely.MultiPoint(list(middles.values())), extend_to=county).geoms
    inside = {code: next(cell for cell in cells if cell.covers(middle)).intersection(county) for code, middle in middles.items()}
    return {code: shapely.geometry.mapping(shape) for code, shape in inside.items()}
