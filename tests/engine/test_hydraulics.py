"""The linear pressure net against friction added up by hand, against Kirchhoff's laws solved densely, and against a net that is
not linear at all.
"""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.optimize import root

from tests.engine.drawing import line, point
from tocsin.engine.diagnosis.signs.pressure import share_explained
from tocsin.engine.hydraulics import PressureNet
from tocsin.engine.network import Network

Floats = NDArray[np.float64]
Positions = NDArray[np.intp]


def net_of(ends: list[tuple[int, int]], length_m: Floats, diameter_mm: Floats, held: list[int], joints: int) -> PressureNet:
    """On a map the joints come first, then the pipes."""
    lines = joints + np.arange(len(ends))
    found = PressureNet.build(lines, np.array(ends, np.intp).T, length_m, diameter_mm, np.array(held, np.intp))
    assert found is not None
    return found


def test_in_a_tree_two_places_share_the_friction_of_their_common_way() -> None:
    """0 (source) --100 m-- 1 --300 m-- 2, and 1 --50 m-- 3 of half the diameter; pipes 4, 5, 6."""
    net = net_of([(0, 1), (1, 2), (1, 3)], np.array([100.0, 300.0, 50.0]), np.array([200.0, 200.0, 100.0]), [0], 4)
    lost = net.lost_at(np.array([0, 1, 2, 3]))
    unit = lost[1, 1]
    assert lost[2] / unit == pytest.approx([0.0, 1.0, 4.0, 1.0], abs=1e-4)
    assert lost[3] / unit == pytest.approx([0.0, 1.0, 1.0, 1.0 + 0.5 * 2**3.17], rel=1e-4, abs=1e-4)
    halfway = net.along(lost, np.array([5]), np.array([0.5]))[0] / unit
    assert halfway == pytest.approx([0.0, 1.0, 2.5, 1.0], abs=1e-4)


def test_what_is_not_of_the_net_is_told_as_such() -> None:
    net = net_of([(0, 1)], np.array([100.0]), np.array([np.nan]), [0], 3)
    lost = net.lost_at(np.array([1, 2]))
    assert np.isnan(lost[:, 1]).all() and np.isfinite(lost[:, 0]).all()
    assert np.isnan(net.along(lost, np.array([2]), np.array([0.5]))).all()
    nobody = PressureNet.build(np.array([2]), np.array([[0], [1]]), np.ones(1), np.ones(1), np.array([2]))
    assert nobody is None, "no source feeds it"


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10_000), joints=st.integers(3, 12))
def test_it_is_kirchhoffs_law(seed: int, joints: int) -> None:
    """Drawing at one joint, the slow twin solves heads of all with the sources held at zero."""
    random = np.random.default_rng(seed)
    tree = [(int(random.integers(0, k)), k) for k in range(1, joints)]
    loops = [(int(a), int(b)) for a, b in random.integers(0, joints, (joints // 2, 2)) if a != b]
    ends = tree + loops
    length, diameter = random.uniform(20, 500, len(ends)), random.choice([100.0, 150.0, 200.0, 300.0], len(ends))
    sources = sorted({0, int(random.integers(0, joints))})
    net = net_of(ends, length, diameter, sources, joints)
    conductance = diameter**3.17 / length
    conductance /= np.median(conductance)
    balance = np.zeros((joints, joints))
    for (a, b), g in zip(ends, conductance, strict=True):
        balance[[a, b], [a, b]] += g
        balance[[a, b], [b, a]] -= g
    free = np.setdiff1d(np.arange(joints), sources)
    slow = np.zeros((joints, joints))
    slow[np.ix_(free, free)] = np.linalg.inv(balance[np.ix_(free, free)])
    assert net.lost_at(np.arange(joints)) == pytest.approx(slow, rel=1e-3, abs=1e-4)


def test_a_break_in_a_net_that_is_not_linear_is_found_by_its_pattern() -> None:
    """Five by five streets of 200 m fed at a corner, pipes sized for their flow: Hazen and Williams, solved, with and without a
    break; the pattern of the right joint explains nearly all, that of joints two streets away clearly less.
    """
    side = 5
    joints = side * side
    ends = [(k, k + 1) for k in range(joints) if (k + 1) % side] + [(k, k + side) for k in range(joints - side)]
    length = np.full(len(ends), 200.0)
    demand = np.full(joints, 3e-3)  # m3/s
    diameter = np.full(len(ends), 0.2)
    for _ in range(8):  # so that water flows about as fast everywhere
        flow = flows(ends, length, diameter, demand)
        diameter = np.clip(np.sqrt(np.abs(flow) / 0.6 * 4 / np.pi), 0.08, 0.6)
    before = heads(ends, length, diameter, demand)
    net = net_of(ends, length, 1000 * diameter, [0], joints)
    gauges = np.array([2, 4, 7, 9, 12, 15, 18, 20, 22, 24])
    patterns = net.lost_at(gauges)
    trust = np.ones(len(gauges))
    for broken in (6, 13, 17, 23):
        more = demand.copy()
        more[broken] += 8e-3
        falls = (before - heads(ends, length, diameter, more))[gauges]
        shares = share_explained(falls, patterns, trust)
        apart = np.abs(np.arange(joints) // side - broken // side) + np.abs(np.arange(joints) % side - broken % side)
        assert shares[broken] > 0.95
        assert apart[shares.argmax()] <= 1
        assert shares[apart >= 3].max() < shares[broken] - 0.05


def test_of_a_city_the_part_around_a_place_is_taken_and_held_where_mains_lead_out() -> None:
    """A main of ten pipes of 100 m along x, fed at 0 m by a station; asked at 500 m."""
    joints = [point("PS", "pump_station", 0.0, 0.0)] + [point(f"J{k}", "valve", 100.0 * k, 0.0) for k in range(1, 11)]
    mains = [line(f"M{k}", "water_main", a, b) for k, (a, b) in enumerate(itertools.pairwise(joints))]
    city = Network.from_features([*joints, *mains])
    x_m, y_m = float(city.x_m[city.position["J5"]]), float(city.y_m[city.position["J5"]])

    def held(within_m: float, most_joints: int) -> tuple[list[str], int]:
        net = PressureNet.around(city, x_m, y_m, within_m=within_m, most_joints=most_joints)
        assert net is not None
        return [city.codes[joint] for joint in net.joint[net.is_held]], len(net.line)

    assert held(2000.0, 800) == (["PS"], 10)
    assert held(250.0, 800) == (["J2", "J8"], 6)
    assert held(2000.0, 3) == (["J3", "J7"], 4)
    assert PressureNet.around(city, x_m, y_m + 5000.0, within_m=100.0, most_joints=800) is None
    unfed = Network.from_features([*joints[1:], *mains[1:]])
    assert PressureNet.around(unfed, x_m, y_m, within_m=2000.0, most_joints=800) is None


def heads(ends: list[tuple[int, int]], length: Floats, diameter: Floats, demand: Floats) -> Floats:
    """Head of each joint in metres, 0 at joint 0, which feeds all."""
    start, end = np.array(ends, np.intp).T
    resistance = 10.67 * length / (110**1.852 * diameter**4.87)

    def missing(free: Floats) -> Floats:
        head = np.concatenate(([0.0], free))
        fall = head[start] - head[end]
        flow = np.sign(fall) * (np.abs(fall) / resistance) ** (1 / 1.852)
        return (np.bincount(end, flow, len(demand)) - np.bincount(start, flow, len(demand)) - demand)[1:]

    found = root(missing, -np.linspace(0.1, 2.0, len(demand) - 1), method="hybr", tol=1e-12)
    assert np.abs(missing(found.x)).max() < 1e-6
    return np.concatenate(([0.0], found.x))


def flows(ends: list[tuple[int, int]], length: Floats, diameter: Floats, demand: Floats) -> Floats:
    start, end = np.array(ends, np.intp).T
    head = heads(ends, length, diameter, demand)
    fall = head[start] - head[end]
    return np.asarray(np.sign(fall) * (np.abs(fall) * (110**1.852 * diameter**4.87) / (10.67 * length)) ** (1 / 1.852))
