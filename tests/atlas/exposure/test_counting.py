"""Who is in an area: the columns and the tiles agree with counting cell by cell, and nobody is counted twice."""

from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry.base import BaseGeometry

from tocsin.engine.exposure.areas import along, circle
from tocsin.engine.exposure.counting import Bodies, Counted, Tiles, count_people
from tocsin.engine.exposure.grid import CELLS_PER_DEGREE, TILE, boxes_of, cells_at, numbers_of, shares_of, tiles_of

WEST, SOUTH = 120.4, 36.1
SPAN = 2 * TILE / CELLS_PER_DEGREE


def bodies(*rows: tuple[float, float, tuple[float, float, float], bool]) -> Bodies:
    lon, lat, people, covers = zip(*rows, strict=True) if rows else ((), (), (), ())
    return Bodies(np.array(lon), np.array(lat), np.array(people, np.float64).reshape(-1, 3), np.array(covers, np.bool_))


def tiles_around(shape: BaseGeometry, seed: int) -> Tiles:
    """Every tile that the shape's bounds touch, some cells empty; one of them twice, as where two regions meet."""
    west, south, east, north = tiles_of(shape)
    places = [(x, y) for y in range(south, north + 1) for x in range(west, east + 1)]
    places.append(places[0])
    rng = np.random.default_rng(seed)
    people = rng.integers(0, 40, (len(places), 3, TILE, TILE)) * (rng.random((len(places), 1, TILE, TILE)) < 0.5)
    x, y = (np.array(one, np.int64) for one in zip(*places, strict=True))
    return Tiles(x, y, people.astype(np.float32))


def slowly(shape: BaseGeometry, known: Bodies, tiles: Tiles) -> np.ndarray:
    """The rule, cell by cell: dwellings alone where there are any, else the greater of the grid's share and the bodies there."""
    by_cell: dict[int, np.ndarray] = {}
    for at in range(len(tiles.x)):
        for y in range(TILE):
            for x in range(TILE):
                column, row = int(tiles.x[at]) * TILE + x, int(tiles.y[at]) * TILE + y
                box = boxes_of(np.array([column]), np.array([row]), 1)[0]
                share = box.intersection(shape).area / box.area
                number = int(numbers_of(np.array([column]), np.array([row]))[0])
                by_cell[number] = by_cell.get(number, np.zeros(3)) + share * tiles.people[at, :, y, x]
    numbers = numbers_of(*cells_at(known.lon, known.lat))
    covered = {int(one) for one, covers in zip(numbers, known.covers, strict=True) if covers}
    inside: dict[int, np.ndarray] = {}
    for at, number in enumerate(numbers.tolist()):
        if shape.intersects(shapely.Point(known.lon[at], known.lat[at])):
            inside[number] = inside.get(number, np.zeros(3)) + known.people[at]
    total = np.zeros(3)
    for number in by_cell.keys() | inside.keys():
        own = inside.get(number, np.zeros(3))
        total += own if number in covered else np.maximum(own, by_cell.get(number, np.zeros(3)))
    return total


places = st.tuples(st.integers(0, 400), st.integers(0, 400)).map(
    lambda pair: (WEST + pair[0] / 400 * SPAN, SOUTH + pair[1] / 400 * SPAN)
)
rows = st.tuples(places, st.tuples(*[st.integers(0, 900)] * 3), st.booleans()).map(
    lambda row: (*row[0], tuple(map(float, row[1])), row[2])
)


@settings(max_examples=12, deadline=None)
@given(corners=st.lists(places, min_size=3, max_size=7), known=st.lists(rows, max_size=12), seed=st.integers(0, 99))
def test_the_fast_count_is_the_slow_one(corners: list[tuple[float, float]], known: list[Any], seed: int) -> None:
    shape = shapely.MultiPoint(corners).convex_hull
    tiles = tiles_around(shape, seed)
    found = count_people(shape, bodies(*known), [tiles])
    assert found.people == pytest.approx(slowly(shape, bodies(*known), tiles), rel=1e-6, abs=1e-4)
    assert found.people == pytest.approx(found.from_bodies + found.from_grid)


@settings(max_examples=20, deadline=None)
@given(place=places, radius=st.floats(1.0, 4000.0))
def test_shares_sum_to_the_area(place: tuple[float, float], radius: float) -> None:
    shape = circle(*place, radius)
    west, south, east, north = tiles_of(shape)
    x, y = (one.ravel() for one in np.meshgrid(np.arange(west, east + 1), np.arange(south, north + 1)))
    shares = shares_of(shape, x, y)
    assert shares.sum() / CELLS_PER_DEGREE**2 == pytest.approx(shape.area, rel=1e-6)


def test_parts_of_the_grid_add_up_in_any_order() -> None:
    shape = circle(WEST + SPAN / 2, SOUTH + SPAN / 2, 900.0)
    tiles = tiles_around(shape, 3)
    parts = [Tiles(tiles.x[at : at + 1], tiles.y[at : at + 1], tiles.people[at : at + 1]) for at in range(len(tiles.x))]
    known = bodies((WEST + SPAN / 2, SOUTH + SPAN / 2, (500.0, 0.0, 0.0), False))
    whole, split = count_people(shape, known, [tiles]), count_people(shape, known, reversed(parts))
    assert split.people == pytest.approx(whole.people)


def one_cell(*known: tuple[float, float, tuple[float, float, float], bool]) -> Counted:
    """Two hundred people by the grid in the cell of the first body, by day and by night."""
    column, row = cells_at(np.array([WEST]), np.array([SOUTH]))
    people = np.zeros((1, 3, TILE, TILE), np.float32)
    people[0, :, row[0] % TILE, column[0] % TILE] = 200.0
    tiles = Tiles(column // TILE, row // TILE, people)
    return count_people(boxes_of(column - 1, row - 1, 3)[0], bodies(*known), [tiles])


@pytest.mark.parametrize(
    ("known", "people"),
    [
        pytest.param([], [200, 200, 200], id="the grid alone"),
        pytest.param([(45.0, 120.0, 95.0, True)], [45, 120, 95], id="a dwelling stands there: the grid is silent"),
        pytest.param([(45.0, 120.0, 95.0, True), (700.0, 4.0, 4.0, False)], [745, 124, 99], id="pupils are out of their homes"),
        pytest.param([(700.0, 4.0, 4.0, False)], [700, 200, 200], id="a school alone: the greater of both, never the sum"),
    ],
)
def test_nobody_is_counted_twice(known: list[tuple[float, float, float, bool]], people: list[float]) -> None:
    place = (WEST + 0.0001, SOUTH + 0.0001)
    found = one_cell(*((*place, (day, night, off), covers) for day, night, off, covers in known))
    assert found.people.tolist() == people


def test_what_is_registered_close_by_makes_an_empty_area_empty() -> None:
    nothing = Tiles(np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros((0, 3, TILE, TILE), np.float32))
    field = circle(WEST, SOUTH, 20.0)
    house = bodies((WEST + 0.001, SOUTH + 0.001, (45.0, 120.0, 95.0), True))
    assert count_people(field, house, [nothing]).known
    assert not count_people(field, bodies(), [nothing]).known


def test_a_strip_along_a_line_is_as_wide_as_it_is_asked() -> None:
    strip = along(shapely.LineString([(WEST, SOUTH), (WEST + 0.02, SOUTH)]), 100.0)
    west, south, _east, north = strip.bounds
    assert (north - south) * 111_195 == pytest.approx(200.0, rel=0.01)
    assert west < WEST


def test_a_body_with_a_shape_lies_where_its_shape_does() -> None:
    bridge = Bodies(
        np.array([WEST]),
        np.array([SOUTH]),
        np.zeros((1, 3)),
        np.zeros(1, np.bool_),
        {0: shapely.LineString([(WEST, SOUTH), (WEST + 0.02, SOUTH)])},
    )
    assert count_people(circle(WEST + 0.02, SOUTH, 50.0), bridge, []).bodies.tolist() == [0]
    assert count_people(circle(WEST + 0.03, SOUTH, 50.0), bridge, []).bodies.tolist() == []
