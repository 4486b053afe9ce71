"""Areas and rules of zones: the fast way equals a slow twin, nobody flaps on a border, late positions change nothing."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import LinearRing, Point, Polygon

from tocsin.base.geometry import LocalPlane
from tocsin.engine.positioning.areas import Area, Border, crossings, is_inside
from tocsin.engine.positioning.rules import (
    MINUTE_MS,
    Clock,
    Edge,
    Inside,
    RuleKind,
    ZoneRule,
    advance,
    broken_rules,
    hold_ms,
)

pytestmark = pytest.mark.one_database

PLANE = LocalPlane(120.43, 36.16)
BORDER = Border(1.0, 50.0)


def area_of(corners_m: list[tuple[float, float]]) -> Area:
    return Area(tuple(PLANE.spot_in_degrees(x, y) for x, y in corners_m))


L_SHAPE = area_of([(0, 0), (60, 0), (60, 20), (20, 20), (20, 50), (0, 50)])
SQUARE = area_of([(0, 0), (40, 0), (40, 40), (0, 40)])


@given(
    corners=st.lists(
        st.tuples(st.floats(5, 80), st.floats(0, 2 * math.pi)), min_size=3, max_size=12, unique_by=lambda one: round(one[1], 2)
    ),
    places=st.lists(st.tuples(st.floats(-100, 100), st.floats(-100, 100)), min_size=1, max_size=20),
)
def test_depths_equal_their_slow_twin(corners: list[tuple[float, float]], places: list[tuple[float, float]]) -> None:
    star = [(r * math.cos(turn), r * math.sin(turn)) for r, turn in sorted(corners, key=lambda one: one[1])]
    shape = Polygon(star)
    if not shape.is_valid or shape.area < 1:
        return
    area = area_of(star)
    lon, lat = PLANE.to_degrees(np.array([x for x, _y in places]), np.array([y for _x, y in places]))
    fast = area.depths_m(lon, lat)
    ring, measured = LinearRing(area.ring_m), Polygon(area.ring_m)
    for k, (x, y) in enumerate(zip(*area.plane.to_metres(lon, lat), strict=True)):
        at = Point(x, y)
        slow = ring.distance(at) * (1 if measured.contains(at) else -1)
        assert fast[k] == pytest.approx(slow, abs=1e-6) or abs(slow) < 1e-6


def test_the_inner_radius_is_that_of_the_largest_circle() -> None:
    assert SQUARE.inner_radius_m == pytest.approx(20, abs=0.2)
    assert L_SHAPE.inner_radius_m == pytest.approx(11.7, abs=0.3)


@given(
    depths=st.lists(st.floats(-4.9, 4.9), min_size=1, max_size=60),
    accuracy=st.floats(5, 40),
    first=st.sampled_from([True, False]),
)
def test_nobody_flaps_whose_circle_touches_the_border(depths: list[float], accuracy: float, first: bool) -> None:
    """However somebody trembles within the accuracy about the edge, they stay on the side on which they were for certain."""
    start = 30.0 if first else -45.0
    told = crossings([start, *depths], [accuracy] * (len(depths) + 1), 100.0, BORDER)
    assert set(told) == {first}


@given(st.lists(st.tuples(st.floats(-100, 100), st.floats(0.1, 60)), min_size=1, max_size=60))
def test_a_change_is_certain_and_changes_back_only_over_the_whole_circle(track: list[tuple[float, float]]) -> None:
    told = crossings([depth for depth, _ in track], [accuracy for _, accuracy in track], 200.0, BORDER)
    for before, after, (depth, accuracy) in zip(told, told[1:], track[1:], strict=False):
        if before is not None and after != before:
            assert accuracy <= BORDER.most_m
            assert abs(depth) >= max(accuracy, BORDER.least_m)
            assert after == (depth > 0)


@given(st.floats(0.5, 3.0), st.floats(1, 49))
def test_a_small_zone_can_be_entered_and_left(radius: float, accuracy: float) -> None:
    assert is_inside(False, radius, accuracy, radius, BORDER) is True
    assert is_inside(True, -accuracy - 1, accuracy, radius, BORDER) is False


@given(st.data())
def test_late_positions_change_nothing(data: st.DataObject) -> None:
    """In whatever order a track arrives, whoever skips what is older stands where the track in time stands by what was not
    skipped.
    """
    track = data.draw(
        st.lists(st.tuples(st.integers(0, 50), st.floats(-60, 60)), min_size=1, max_size=30, unique_by=lambda one: one[0])
    )
    arriving = data.draw(st.permutations(track))
    state: bool | None = None
    newest = -1
    taken = []
    for at, depth in arriving:
        if at > newest:
            newest = at
            state = is_inside(state, depth, 3.0, 100.0, BORDER)
            taken.append((at, depth))
    assert taken == sorted(taken)
    assert state == crossings([depth for _at, depth in taken], [3.0] * len(taken), 100.0, BORDER)[-1]
    assert newest == max(at for at, _depth in track)


def one(tag: str, **facts: object) -> Inside:
    told = {"kind": "staff", "vehicle": False, "since_ms": 0, "still_ms": 0, "heard": True, "speed_km_h": None, **facts}
    return Inside(tag=tag, **told)  # type: ignore[arg-type]  # as the table gives it


NINE = 9 * MINUTE_MS
RULES: dict[str, tuple[ZoneRule, list[Inside], list[str]]] = {
    "three are at most three": (ZoneRule(RuleKind.MOST_PERSONS, 3), [one("A"), one("B"), one("C")], []),
    "four are too many": (ZoneRule(RuleKind.MOST_PERSONS, 3), [one(x) for x in "ABCD"], [""]),
    "a silent one still fills the place": (ZoneRule(RuleKind.MOST_PERSONS, 1), [one("A"), one("B", heard=False)], [""]),
    "a vehicle is no person": (ZoneRule(RuleKind.MOST_PERSONS, 1), [one("A"), one("V", vehicle=True)], []),
    "two are at least two": (ZoneRule(RuleKind.LEAST_PERSONS, 2), [one("A"), one("B")], []),
    "a silent one keeps no watch": (ZoneRule(RuleKind.LEAST_PERSONS, 2), [one("A"), one("B", heard=False)], [""]),
    "nobody is too few": (ZoneRule(RuleKind.LEAST_PERSONS, 1), [], [""]),
    "a visitor among staff": (
        ZoneRule(RuleKind.ONLY_KINDS, kinds=frozenset({"staff"})),
        [one("A"), one("B", kind="visitor")],
        ["B"],
    ),
    "alone": (ZoneRule(RuleKind.LONE_WORKER, 5), [one("A"), one("V", vehicle=True)], ["A"]),
    "together": (ZoneRule(RuleKind.LONE_WORKER, 5), [one("A"), one("B")], []),
    "still": (ZoneRule(RuleKind.STILL, 5), [one("A"), one("B", still_ms=NINE)], ["A"]),
    "still since before the zone": (ZoneRule(RuleKind.STILL, 5), [one("A", since_ms=NINE)], []),
    "a vehicle": (ZoneRule(RuleKind.NO_VEHICLES), [one("A"), one("V", vehicle=True)], ["V"]),
    "fast": (ZoneRule(RuleKind.MOST_SPEED, 15), [one("V", vehicle=True, speed_km_h=15.1), one("A", speed_km_h=15.0)], ["V"]),
    "fast when it was heard last": (ZoneRule(RuleKind.MOST_SPEED, 15), [one("V", speed_km_h=40.0, heard=False)], []),
}


@pytest.mark.parametrize("name", RULES)
def test_rules(name: str) -> None:
    rule, inside, broken = RULES[name]
    assert [found.tag for found in broken_rules([rule], inside, 10 * MINUTE_MS)] == broken


def test_whoever_is_alone_has_the_minutes_of_the_rule() -> None:
    assert hold_ms(RuleKind.LONE_WORKER, 5, 1) == 5 * MINUTE_MS


@given(st.lists(st.tuples(st.integers(1, 20), st.booleans()), min_size=1, max_size=50), st.integers(0, 30), st.integers(0, 30))
def test_a_breach_holds_before_it_begins_and_rests_before_it_ends(steps: list[tuple[int, bool]], hold: int, calm: int) -> None:
    """Against a slow twin that looks at the whole past; begins and ends alternate."""
    clock, now, past, edges = Clock(), 0, [], []
    raised = False
    for step, broken in steps:
        now += step
        past.append((now, broken))
        clock, edge = advance(clock, broken, now, hold_ms=hold, calm_ms=calm)
        run = now
        for at, was in reversed(past):
            if was != broken:
                break
            run = at
        if broken and not raised and now - run >= hold:
            raised = True
            edges.append(Edge.RAISED)
            assert edge is Edge.RAISED
        elif not broken and raised and now - run >= calm:
            raised = False
            edges.append(Edge.CLEARED)
            assert edge is Edge.CLEARED
        else:
            assert edge is Edge.NONE
        assert clock.raised is raised
    assert all(first is not second for first, second in itertools.pairwise(edges))
