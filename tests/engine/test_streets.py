"""Ways on streets: joins as named tables, and quickest ways beside a slow twin on drawn towns."""

import heapq
import math
from itertools import pairwise

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from tocsin.base.geometry import METRES_PER_DEGREE, LocalPlane, distance_m
from tocsin.engine.streets import StreetNet, WaysFrom, street_net

TOWN = LocalPlane(120.4, 36.1)
KMH = {"trunk": 60.0, "minor": 30.0}
REACH_M = 400.0

type Spot = tuple[float, float]


def degrees(*metres: Spot) -> list[Spot]:
    """Places so many metres to the east and north of the town's middle, as a map has them: rounded to a tenth of a metre."""
    lon, lat = TOWN.to_degrees(np.array([x for x, _ in metres]), np.array([y for _, y in metres]))
    return list(zip(np.round(lon, 6).tolist(), np.round(lat, 6).tolist(), strict=True))


def line(*metres: Spot) -> shapely.LineString:
    return shapely.LineString(degrees(*metres))


def net_of(*lines: shapely.Geometry, ranks: list[str] | None = None) -> StreetNet:
    net = street_net(lines, ranks or ["minor"] * len(lines))
    assert net is not None
    return net


def ways(net: StreetNet, spot: Spot, closed: list[shapely.Geometry] | None = None) -> WaysFrom:
    return WaysFrom(net, *degrees(spot)[0], kmh=KMH, reach_m=REACH_M, closed=closed or [])


JOINS = {
    "a common corner": ([line((0, 0), (500, 0), (1000, 0)), line((500, 0), (500, 500))], True),
    "a bridge: they cross without a corner": ([line((0, 0), (1000, 0)), line((500, -500), (500, 500))], False),
    "an end that lies on a line without a corner": ([line((0, 0), (1000, 0)), line((500, 0), (500, 500))], True),
    "an end two metres short of a line": ([line((0, 0), (1000, 0)), line((500, 2), (500, 500))], True),
    "an end ten metres short of a line": ([line((0, 0), (1000, 0)), line((500, 10), (500, 500))], False),
    "two pieces of one street": (
        [shapely.MultiLineString([line((0, 0), (400, 0)), line((600, 0), (1000, 0))]), line((400, 0), (400, 500), (500, 500))],
        True,
    ),
}


@pytest.mark.parametrize(("lines", "joined"), JOINS.values(), ids=JOINS)
def test_lines_meet_where_maps_mean_them_to(lines: list[shapely.Geometry], joined: bool) -> None:
    found = ways(net_of(*lines), (100, 0)).to(*degrees((500, 500))[0])
    assert (found is not None) == joined


def test_no_line_is_no_net() -> None:
    assert street_net([], []) is None
    assert street_net([shapely.from_wkt("LINESTRING EMPTY")], ["minor"]) is None


def test_the_quicker_street_goes_before_the_shorter() -> None:
    short = line((0, 0), (1000, 0))
    fast = line((0, 0), (0, 200), (1000, 200), (1000, 0))
    found = ways(net_of(short, fast, ranks=["minor", "trunk"]), (1000, 0)).to(*degrees((0, 0))[0])
    assert found is not None
    assert found.km == pytest.approx(1.4, abs=0.01)
    assert found.minutes == pytest.approx(1.4, abs=0.01)


def test_a_closed_stretch_is_gone_around_and_a_cut_off_place_has_no_way() -> None:
    net = net_of(line((0, 0), (1000, 0)), line((0, 0), (0, 400), (1000, 400), (1000, 0)))
    dig = line((500, -5), (500, 5))
    around = ways(net, (1000, 0), [dig]).to(*degrees((0, 0))[0])
    assert around is not None
    assert around.km == pytest.approx(1.8, abs=0.01)
    assert ways(net, (1000, 0), [dig, line((500, 395), (500, 405))]).to(*degrees((0, 0))[0]) is None


def test_a_place_far_from_any_street_has_no_way() -> None:
    net = net_of(line((0, 0), (1000, 0)))
    assert ways(net, (0, 0)).to(*degrees((500, REACH_M + 50))[0]) is None
    assert ways(net, (0, REACH_M + 50)).to(*degrees((500, 0))[0]) is None


def test_both_places_on_one_stretch() -> None:
    start = ways(net_of(line((0, 0), (1000, 0))), (200, 0))
    found, course = start.to(*degrees((700, 0))[0]), start.course(*degrees((700, 0))[0])
    assert found is not None
    assert course is not None
    assert found.km == pytest.approx(0.5, abs=0.01)
    assert course[0].tolist() == pytest.approx(degrees((700, 0))[0], abs=2e-6)


@st.composite
def towns(draw: st.DrawFn) -> tuple[list[tuple[Spot, Spot, str]], Spot, Spot, list[tuple[Spot, Spot]]]:
    """Streets between crossings of a bent grid, some missing; two crossings; some streets closed in their middle."""
    size = draw(st.integers(2, 5))
    bent = draw(st.lists(st.tuples(st.integers(-60, 60), st.integers(-60, 60)), min_size=size * size, max_size=size * size))
    spots = {
        (a, b): (300.0 * a + bent[a * size + b][0], 300.0 * b + bent[a * size + b][1]) for a in range(size) for b in range(size)
    }
    pairs = [((a, b), (a + da, b + db)) for a, b in spots for da, db in ((1, 0), (0, 1)) if (a + da, b + db) in spots]
    chosen = draw(st.lists(st.sampled_from(pairs), min_size=1, unique=True))
    streets = [(spots[a], spots[b], draw(st.sampled_from(sorted(KMH)))) for a, b in chosen]
    ends = sorted({spot for one, other, _ in streets for spot in (one, other)})
    closed = draw(st.lists(st.sampled_from([(one, other) for one, other, _ in streets]), max_size=2, unique=True))
    return streets, draw(st.sampled_from(ends)), draw(st.sampled_from(ends)), closed


def slow_minutes(streets: list[tuple[Spot, Spot, str]], start: Spot, end: Spot, closed: list[tuple[Spot, Spot]]) -> float:
    """By a heap over crossings as they were drawn, without the net."""
    beside: dict[Spot, list[tuple[Spot, float]]] = {}
    for one, other, rank in streets:
        if (one, other) not in closed:
            minutes = distance_m(*degrees(one)[0], *degrees(other)[0]) / 1000 / KMH[rank] * 60
            beside.setdefault(one, []).append((other, minutes))
            beside.setdefault(other, []).append((one, minutes))
    best, heap = {start: 0.0}, [(0.0, start)]
    while heap:
        minutes, at = heapq.heappop(heap)
        for other, more in beside.get(at, []):
            if minutes + more < best.get(other, math.inf):
                best[other] = minutes + more
                heapq.heappush(heap, (minutes + more, other))
    return best.get(end, math.inf)


def around(one: Spot, other: Spot) -> shapely.Geometry:
    """A closed spot in the middle of a street."""
    (lon, lat) = degrees(((one[0] + other[0]) / 2, (one[1] + other[1]) / 2))[0]
    return shapely.Point(lon, lat).buffer(20 / METRES_PER_DEGREE)


@settings(max_examples=150)
@given(town=towns())
def test_the_quickest_way_is_the_slow_twins(
    town: tuple[list[tuple[Spot, Spot, str]], Spot, Spot, list[tuple[Spot, Spot]]],
) -> None:
    streets, start, end, closed = town
    net = net_of(*(line(one, other) for one, other, _ in streets), ranks=[rank for *_, rank in streets])
    shut = [around(*one) for one in closed]
    here, there = degrees(start)[0], degrees(end)[0]
    if {start, end} - {spot for one, other, _ in streets if (one, other) not in closed for spot in (one, other)}:
        return  # its own street is closed: it starts from another one nearby, which the twin has not
    ahead, back = (WaysFrom(net, *one, kmh=KMH, reach_m=5.0, closed=shut) for one in (here, there))
    found, course, wanted = ahead.to(*there), ahead.course(*there), slow_minutes(streets, start, end, closed)
    if found is None or course is None:
        assert (found, course, wanted) == (None, None, math.inf)
        return
    assert found.minutes == pytest.approx(wanted, rel=0.002, abs=0.01)
    turned = back.to(*here)
    assert turned is not None
    assert turned.minutes == pytest.approx(found.minutes, abs=0.01)
    length = sum(distance_m(*one, *other) for one, other in pairwise(course.tolist()))
    assert found.km == pytest.approx(length / 1000, rel=0.002, abs=0.003)
    assert course[0].tolist() == pytest.approx(there)
    assert course[-1].tolist() == pytest.approx(here)
    assert not any(shapely.intersects(shapely.linestrings(course), one) for one in shut if len(course) > 1)
