"""Areas by code: what we write of units, whoever reads it finds again, towns among them."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import Polygon, box, union_all
from shapely.geometry.base import BaseGeometry

from tests.mobilisation.public_warnings.messages import rain
from tocsin.mobilisation.incoming_warnings.rules.areas import shape_of_alert, units_of_alert
from tocsin.mobilisation.public_warnings.queries.warnings import shape_of_unit
from tocsin.mobilisation.public_warnings.rules.cap.areas import write_polygon
from tocsin.mobilisation.public_warnings.rules.cap.checking import check
from tocsin.mobilisation.public_warnings.rules.cap.message import Area, Named
from tocsin.mobilisation.public_warnings.rules.cap.writing import as_bytes, write_alert
from tocsin.mobilisation.public_warnings.rules.places import Units, as_cap

UNITS = ["370213", "370202", "370200", "370213001", "370213003", "370202001", "370600"]


@pytest.mark.django_db
@pytest.mark.one_database
@settings(max_examples=30, deadline=None)
@given(codes=st.lists(st.sampled_from(UNITS), min_size=1, max_size=4, unique=True))
def test_whoever_reads_our_message_finds_the_units_of_which_it_speaks(codes: list[str]) -> None:
    info = replace(rain().infos[0], areas=(as_cap(Units(tuple(codes)), "x", shape_of_unit),))
    read = check(as_bytes(write_alert(rain(infos=(info,)))), trusted=[], takes_unsigned=True).alert
    assert read is not None
    names = ("GB/T 2260", "statistical code")
    found = shape_of_alert(read, names, shape_of_unit)
    for code in codes:
        county = shape_of_unit(code[:6])
        assert county is not None
        assert county.difference(found).area < 1e-6
    if any(len(code) == 9 for code in codes):
        assert set(units_of_alert(read, names)) == set(codes)


COUNTY = box(120.0, 36.0, 121.0, 37.0)
OUTLINES = {
    "370213": COUNTY,
    "370213001": box(120.0, 36.0, 120.2, 36.2),
    "370213002": box(120.2, 36.0, 120.4, 36.2),
    "370213003": box(120.9, 36.0, 121.1, 36.2),  # beyond the county's border, which is of another map
    "370213009": box(122.0, 36.0, 122.1, 36.1),  # somewhere else: no outline of this county's town
}
FIRST, SECOND, PART = OUTLINES["370213001"], OUTLINES["370213002"], box(120.05, 36.05, 120.06, 36.06)
WIDE = box(119.999, 35.999, 120.201, 36.201)  # of the first town, as senders draw it: some metres into its neighbours
ELSEWHERE = box(120.5, 36.5, 120.6, 36.6)
AREAS: list[tuple[str, tuple[Polygon, ...], tuple[str, ...], BaseGeometry]] = [
    ("a town", (), ("370213001",), FIRST),
    ("two towns", (), ("370213001", "370213002"), union_all([FIRST, SECOND])),
    ("a town is cut to its county", (), ("370213003",), box(120.9, 36.0, 121.0, 36.2)),
    ("nobody has drawn it", (), ("370213004",), COUNTY),
    ("one of two has been drawn", (), ("370213001", "370213004"), COUNTY),
    ("its outline is somewhere else", (), ("370213009",), COUNTY),
    ("a part of a town is drawn", (PART,), ("370213001",), PART),
    ("a part of a town, and another one", (PART,), ("370213001", "370213002"), union_all([PART, SECOND])),
    ("drawn into its neighbour, which is named", (WIDE,), ("370213001", "370213002"), union_all([WIDE, SECOND])),
    ("drawn for a town that we have not", (ELSEWHERE,), ("370213004",), ELSEWHERE),
    ("drawn for another town alone", (PART,), ("370213001", "370213004"), COUNTY),
    ("drawn for both", (PART, ELSEWHERE), ("370213001", "370213004"), union_all([PART, ELSEWHERE])),
]


@pytest.mark.parametrize(("drawn", "codes", "holds"), [row[1:] for row in AREAS], ids=[row[0] for row in AREAS])
def test_a_town_is_what_a_department_has_drawn_and_nobody_whom_it_names_falls_out(
    drawn: tuple[Polygon, ...], codes: tuple[str, ...], holds: BaseGeometry
) -> None:
    polygons = tuple(write_polygon([(lat, lon) for lon, lat in one.exterior.coords]) for one in drawn)
    area = Area("x", polygons=polygons, geocodes=tuple(Named("statistical code", code) for code in codes))
    found = shape_of_alert(rain(infos=(replace(rain().infos[0], areas=(area,)),)), ("statistical code",), OUTLINES.get)
    assert found.symmetric_difference(holds).area < 1e-9
