"""Who goes and who waits inside: as a table; and the way out never leads towards the release."""

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from shapely.geometry import Point, Polygon

from tocsin.base.geometry import LocalPlane
from tocsin.engine.consequences.leaving import House, Leaving, Pace, advise, inside_share, way_out
from tocsin.engine.consequences.shapes import Kind, Outline, fan, ring_on_the_map

pytestmark = pytest.mark.one_database

HOUSE = House(air_changes_h=1.0, most_share=0.5)
SOURCE = (120.38, 36.07)
RULE = [
    # arrives, lasts, out, margin
    pytest.param(1200, 600, 600, 300, Leaving.GO, id="out before the cloud comes"),
    pytest.param(899, 600, 600, 300, Leaving.SHELTER, id="a second too late with the margin"),
    pytest.param(60, 1800, 600, 300, Leaving.SHELTER, id="half an hour behind windows"),
    pytest.param(60, 3600, 600, 300, Leaving.SHELTER_THEN_OUT, id="an hour is too long for the house"),
    pytest.param(60, None, 600, 300, Leaving.SHELTER_THEN_OUT, id="nobody knows how long"),
    pytest.param(None, None, 6000, 300, Leaving.GO, id="a fire does not travel"),
]


@pytest.mark.parametrize(("arrives", "lasts", "out", "margin", "expected"), RULE)
def test_go_or_stay(arrives: float | None, lasts: float | None, out: float, margin: float, expected: Leaving) -> None:
    assert advise(arrives_s=arrives, lasts_s=lasts, out_s=out, margin_s=margin, house=HOUSE).leaving is expected


@given(st.floats(0, 1e6), st.floats(0, 1e6), st.floats(0.05, 20))
def test_a_house_fills_and_never_holds_more_than_outside(one: float, other: float, changes: float) -> None:
    first, second = sorted((one, other))
    assert 0 <= inside_share(first, changes) <= inside_share(second, changes) <= 1


def test_a_slower_pace_takes_longer() -> None:
    assert Pace(300, 1.0, 1.3).seconds(1000) == 1600 < Pace(300, 0.5, 1.3).seconds(1000) == 2900


@given(
    wind_from=st.floats(0, 360),
    along=st.floats(0.05, 0.95),
    aside=st.floats(-0.95, 0.95),
    reach_m=st.floats(200, 8000),
)
def test_the_way_out_ends_at_the_edge_and_never_nearer_to_the_release(
    wind_from: float, along: float, aside: float, reach_m: float
) -> None:
    plane, half = LocalPlane(*SOURCE), 30.0
    ring = ring_on_the_map(Outline("x", Kind.FAN, *fan(reach_m, 0.0, half)), plane, wind_from)
    area = Polygon(ring)
    turn = math.radians(wind_from + 180 + aside * half)
    place = plane.spot_in_degrees(along * reach_m * math.sin(turn), along * reach_m * math.cos(turn))
    assume(area.covers(Point(place)))
    out = way_out(area, SOURCE, place)
    x, y = (float(one[0]) for one in plane.to_metres(np.array([place[0]]), np.array([place[1]])))
    end_x = x + out.metres * math.sin(math.radians(out.degrees))
    end_y = y + out.metres * math.cos(math.radians(out.degrees))
    end = plane.spot_in_degrees(end_x, end_y)
    assert area.exterior.distance(Point(end)) * 111_000 < 0.01 * reach_m
    assert math.hypot(end_x, end_y) >= math.hypot(x, y) * 0.999
    nearest_m = reach_m * along * math.sin(math.radians(half * (1 - abs(aside))))
    assert out.metres >= min(nearest_m, reach_m * (1 - along)) * 0.97


def test_who_is_outside_has_no_way_to_go() -> None:
    ring = ring_on_the_map(Outline("x", Kind.FAN, *fan(1000, 0.0, 30)), LocalPlane(*SOURCE), 0.0)
    assert way_out(Polygon(ring), SOURCE, (SOURCE[0], SOURCE[1] + 0.05)).metres == 0
