"""Vector tiles: what is written is read back at its place; many points become clusters in which none is lost."""

import math

import numpy as np
import shapely
from hypothesis import given
from hypothesis import strategies as st

from tests.atlas.tile_reader import read_tile
from tocsin.atlas.layers.rules.rows import CLUSTERS_FROM, LayerRows
from tocsin.atlas.layers.rules.vector_tiles import EXTENT, TileFeature, TilePlace, encode_tile, on_unit_square

LICANG = (120.43, 36.16)


def tile_at(lon: float, lat: float, z: int) -> TilePlace:
    x, y = on_unit_square(np.array([[lon, lat]]))[0] * 2**z
    return TilePlace(z, int(x), int(y))


def point(lon: float, lat: float, **told: str) -> dict[str, object]:
    return {"type": "Feature", "geometry": {"type": "Point", "coordinates": [lon, lat]}, "properties": told}


@given(st.floats(-179, 179), st.floats(-84, 84), st.integers(0, 16))
def test_a_point_stands_in_the_tile_that_holds_it(lon: float, lat: float, z: int) -> None:
    place = tile_at(lon, lat, z)
    spot = shapely.Point(on_unit_square(np.array([[lon, lat]]))[0])
    (read,) = read_tile(encode_tile(place, {"one": [TileFeature(spot, {"name": "井", "deep": 2.5, "count": -3, "open": True})]}))[
        "one"
    ]
    assert read.properties == {"name": "井", "deep": 2.5, "count": -3, "open": True}
    ((x, y),) = read.parts[0]
    unit = (place.x + x / EXTENT) * place.size, (place.y + y / EXTENT) * place.size
    assert math.dist(unit, (spot.x, spot.y)) <= place.size / EXTENT


def test_an_area_keeps_its_hole_and_its_turn() -> None:
    """The outer ring has a positive area in the tile (y runs southwards), the hole a negative one."""
    place = tile_at(*LICANG, 14)
    left, top, right, bottom = place.box
    third = (right - left) / 3
    hole = shapely.box(left + third, top + third, right - third, bottom - third)
    (read,) = read_tile(encode_tile(place, {"area": [TileFeature(shapely.box(left, top, right, bottom) - hole, {})]}))["area"]

    def signed(ring: list[tuple[int, int]]) -> float:
        return sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(ring, ring[1:] + ring[:1], strict=True)) / 2

    assert [signed(ring) > 0 for ring in read.parts] == [True, False]


def test_what_lies_elsewhere_is_not_in_the_tile() -> None:
    rows = LayerRows.of_features([point(*LICANG, name="here"), point(121.5, 37.4, name="Yantai")])
    found = read_tile(encode_tile(tile_at(*LICANG, 12), {"wells": rows.features_of(tile_at(*LICANG, 12))}))
    assert [one.properties["name"] for one in found["wells"]] == ["here"]


def test_clusters_count_every_point_once_and_bear_the_gravest_shape() -> None:
    spots = np.random.default_rng(7).normal(LICANG, 0.02, size=(2000, 2))
    shapes = ["red" if number == 11 else "blue" for number in range(len(spots))]
    rows = LayerRows.of_features([point(lon, lat, shape=shape) for (lon, lat), shape in zip(spots.tolist(), shapes, strict=True)])
    middle = tile_at(*LICANG, 10)
    found = [
        one
        for x in range(middle.x - 2, middle.x + 3)
        for y in range(middle.y - 2, middle.y + 3)
        for one in read_tile(encode_tile(TilePlace(10, x, y), {"all": rows.features_of(TilePlace(10, x, y))})).get("all", [])
    ]
    assert sum(one.properties.get("count", 1) for one in found) == len(spots) > CLUSTERS_FROM
    assert sum(one.properties["shape"] == "red" for one in found) == 1
    assert len(found) < 200


def test_near_the_ground_every_point_is_its_own() -> None:
    rows = LayerRows.of_features(
        [point(LICANG[0] + 1e-6 * number, LICANG[1], name=str(number)) for number in range(CLUSTERS_FROM)]
    )
    place = tile_at(*LICANG, 16)
    assert len(read_tile(encode_tile(place, {"all": rows.features_of(place)}))["all"]) == CLUSTERS_FROM


def test_many_lines_are_joined_by_their_kind_and_few_keep_their_names() -> None:
    def line(number: int) -> dict[str, object]:
        lat = LICANG[1] + 1e-5 * number
        return {
            "geometry": {"type": "LineString", "coordinates": [[LICANG[0], lat], [LICANG[0] + 0.002, lat]]},
            "properties": {"name": f"pipe {number}", "kind": "gas_main" if number % 2 else "sewer"},
        }

    place = tile_at(LICANG[0] + 0.001, LICANG[1], 14)
    for count, told in ((500, 2), (3, 3)):
        rows = LayerRows.of_features([line(number) for number in range(count)])
        found = read_tile(encode_tile(place, {"pipes": rows.features_of(place)}))["pipes"]
        assert len(found) == told
        assert {one.properties["shape"] for one in found} == {"gas_main", "sewer"}
