"""Areas of warnings: what CAP says of them holds all that was drawn, in at most 100 places, closed and valid."""

import math

import pytest
import shapely
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from shapely import MultiPolygon, Point, Polygon

from tocsin.base.errors import InvalidInput
from tocsin.base.geometry import distance_m
from tocsin.mobilisation.public_warnings.rules.cap.areas import read_circle, read_polygon
from tocsin.mobilisation.public_warnings.rules.places import (
    MOST_RINGS,
    MOST_VERTICES,
    Along,
    Circle,
    Place,
    Plume,
    Ring,
    Units,
    as_cap,
    check_place,
    outward,
    shape_of,
)

COAST = Polygon(
    [
        (120.3 + 0.05 * math.cos(a / 500) * (1 + 0.2 * math.sin(a)), 36.1 + 0.04 * math.sin(a / 500) * (1 + 0.2 * math.sin(a)))
        for a in range(3141)
    ]
).buffer(0)


def of_unit(code: str) -> Polygon | None:
    return COAST if code == "370213" else None


def held(rings: list[str], shape: Polygon | MultiPolygon) -> bool:
    drawn = [Polygon([(lon, lat) for lat, lon in read_polygon(ring)]) for ring in rings]
    return bool(shapely.union_all(drawn).covers(shape))


@st.composite
def stars(draw: st.DrawFn) -> Polygon:
    """Spiky rings round a place, of up to 400 places, from a street to a county in size."""
    count = draw(st.integers(3, 400))
    size = draw(st.floats(0.0005, 0.3))
    spikes = draw(st.lists(st.floats(0.1, 1.0), min_size=count, max_size=count))
    lon, lat = draw(st.floats(75, 130)), draw(st.floats(18, 50))
    angles = [2 * math.pi * index / count for index in range(count)]
    places = [
        (lon + size * far * math.cos(angle), lat + size * far * math.sin(angle))
        for angle, far in zip(angles, spikes, strict=True)
    ]
    return Polygon(places)


@given(stars())
@settings(max_examples=60, deadline=None)
def test_nobody_inside_falls_out(shape: Polygon) -> None:
    assume(shape.is_valid and shape.area > 1e-9)
    rings = outward(shape)
    assert all(len(ring) <= MOST_VERTICES and ring[0] == ring[-1] for ring in rings)
    drawn = [Polygon([(lon, lat) for lat, lon in ring]) for ring in rings]
    assert all(one.is_valid for one in drawn)
    assert shapely.union_all(drawn).covers(shape)


def test_a_rough_coast_grows_little() -> None:
    [ring] = outward(COAST)
    drawn = Polygon([(lon, lat) for lat, lon in ring])
    assert drawn.covers(COAST)
    assert drawn.area < 1.1 * COAST.convex_hull.area, "a comb of 500 teeth is a disc in 100 places"


def test_many_islands_become_few_rings() -> None:
    islands = MultiPolygon([Point(120 + x / 20, 36 + y / 20).buffer(0.004) for x in range(10) for y in range(10)])
    rings = outward(islands)
    assert len(rings) <= MOST_RINGS
    assert shapely.union_all([Polygon([(lon, lat) for lat, lon in ring]) for ring in rings]).covers(islands)


PLACES: list[tuple[str, Place]] = [
    ("county", Units(("370213",))),
    ("polygon", Ring(((36.1, 120.3), (36.1, 120.4), (36.2, 120.35), (36.1, 120.3)))),
    ("along a pipe", Along(((36.1, 120.3), (36.11, 120.32), (36.11, 120.35)), 200.0)),
    ("plume", Plume(36.1, 120.3, towards_deg=315, length_m=3000)),
]


@pytest.mark.parametrize("place", [row[1] for row in PLACES], ids=[row[0] for row in PLACES])
def test_cap_holds_what_was_drawn(place: Place) -> None:
    check_place(place)
    area = as_cap(place, "somewhere", of_unit)
    assert held(list(area.polygons), shape_of(place, of_unit))
    assert [row.value for row in area.geocodes] == (["370213"] if isinstance(place, Units) else [])


def test_a_circle_is_rounded_up() -> None:
    area = as_cap(Circle(36.123456, 120.345678, 1500.0), "round", of_unit)
    (lat, lon), radius_km = read_circle(area.circles[0])
    assert distance_m(lon, lat, 120.345678, 36.123456) + 1500.0 <= radius_km * 1000


def test_a_plume_lies_downwind() -> None:
    shape = shape_of(Plume(36.1, 120.3, towards_deg=90, length_m=2000, half_angle_deg=20), of_unit)
    assert shape.covers(Point(120.32, 36.1)), "1.8 km to the east"
    assert not shape.covers(Point(120.28, 36.1))
    assert shape.covers(Point(120.2996, 36.1)), "a little against the wind"


def test_a_town_has_no_known_border() -> None:
    area = as_cap(Units(("370213001",)), "a street", of_unit)
    assert (area.polygons, area.geocodes[0].value) == ((), "370213001")


BAD = [
    Units(()),
    Units(("37",)),
    Ring(((36.1, 120.3), (36.1, 120.4), (36.2, 120.35))),
    Ring(((36, 120), (37, 121), (36, 121), (37, 120), (36, 120))),
    Ring(((120.3, 36.1), (120.4, 36.1), (120.4, 36.2), (120.3, 36.1))),
    Circle(36, 120, 0),
    Circle(math.nan, 120, 10),
    Circle(36, 120, 1e9),
    Along(((36, 120),), 10),
    Plume(36, 120, 400, 100),
]


@pytest.mark.parametrize("place", BAD, ids=str)
def test_what_is_no_area_is_refused(place: Place) -> None:
    with pytest.raises(InvalidInput):
        check_place(place)
