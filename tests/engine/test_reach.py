"""What can reach an asset: by slow and obvious means, and the rules that hold for every network."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.engine.drawing import line, point
from tocsin.engine.features import LINE_KINDS
from tocsin.engine.network import Network, Way
from tocsin.engine.reach import Medium, Reach
from tocsin.lifelines.policy import shipped_media

DAY_S = 86_400.0


def chain(kind: str, count: int = 4) -> list[dict[str, Any]]:
    """P0 --L0--> P1 --L1--> P2 ..., 100 m each."""
    utility = kind if kind in ("sewer", "storm_drain") else ""
    points = [point(f"P{k}", "manhole", 100.0 * k, 0.0, utility=utility) for k in range(count)]
    return points + [line(f"L{k}", kind, points[k], points[k + 1]) for k in range(count - 1)]


@st.composite
def networks(draw: st.DrawFn) -> Network:
    """Up to nine chambers in a square of 300 m, joined at random by lines of any kind."""
    count = draw(st.integers(2, 9))
    place = st.integers(0, 300)
    points = [point(f"P{k}", "chamber", draw(place), draw(place)) for k in range(count)]
    pairs = draw(st.lists(st.tuples(st.integers(0, count - 1), st.integers(0, count - 1)), max_size=14))
    lines = [line(f"L{k}", draw(st.sampled_from(LINE_KINDS)), points[a], points[b]) for k, (a, b) in enumerate(pairs) if a != b]
    return Network.from_features(points + lines)


def slow_seconds(network: Network, end: int, medium: Medium) -> list[float]:
    """Seconds from every asset to the end by relaxing all ways until nothing changes (Bellman and Ford)."""
    seconds = [math.inf] * len(network)
    seconds[end] = 0.0
    for _ in range(len(network)):
        for target in range(len(network)):
            for source, metres, way in zip(*network.ways.into(target), strict=True):
                speed = medium.speed_m_s.get(Way(way), 0.0)
                if speed > 0:
                    seconds[source] = min(seconds[source], seconds[target] + max(metres, 1.0) / speed)
    return seconds


@settings(max_examples=60, deadline=None)
@given(networks(), st.sampled_from(sorted(shipped_media())))
def test_reach_equals_its_slow_twin(network: Network, name: str) -> None:
    medium = shipped_media()[name]
    found = Reach.into(network, 0, medium, 10 * DAY_S).seconds
    slow = slow_seconds(network, 0, medium)
    assert found == pytest.approx({asset: s for asset, s in enumerate(slow) if s <= 10 * DAY_S})


@settings(max_examples=60, deadline=None)
@given(networks(), st.sampled_from(sorted(shipped_media())))
def test_travel_time_grows_along_the_way_and_never_beats_the_fastest_speed(network: Network, name: str) -> None:
    medium = shipped_media()[name]
    reach = Reach.into(network, 0, medium, 10 * DAY_S)
    fastest = max(medium.speed_m_s.values())
    for arrival in reach.arrivals():
        times = [reach.seconds[asset] for asset in arrival.way]
        assert times == sorted(times, reverse=True)
        assert arrival.way[0] == arrival.asset
        assert arrival.way[-1] == 0
        assert arrival.travel_time_s >= (len(arrival.way) - 1) / fastest


@settings(max_examples=40, deadline=None)
@given(networks(), st.sampled_from(sorted(shipped_media())))
def test_into_and_out_of_agree(network: Network, name: str) -> None:
    medium = shipped_media()[name]
    into = Reach.into(network, 0, medium, DAY_S).seconds
    for asset, seconds in into.items():
        assert Reach.out_of(network, asset, medium, DAY_S).seconds[0] == pytest.approx(seconds)


@settings(max_examples=40, deadline=None)
@given(networks(), st.sampled_from(sorted(shipped_media())), st.floats(0.1, 48), st.floats(0.1, 48))
def test_more_time_reaches_no_less(network: Network, name: str, a_h: float, b_h: float) -> None:
    less, more = (Reach.into(network, 0, shipped_media()[name], hours * 3600) for hours in sorted((a_h, b_h)))
    assert less.seconds.items() <= more.seconds.items()


@pytest.mark.parametrize("kind", ["sewer", "storm_drain"])
def test_only_standing_water_goes_against_the_flow(kind: str) -> None:
    """P0 --> P1 --> P2 --> P3: what comes to P1?"""
    network = Network.from_features(chain(kind))

    def sources(medium: str) -> set[str]:
        found = Reach.into(network, network.position["P1"], shipped_media()[medium], 10 * DAY_S).seconds
        return {network.codes[asset] for asset in found}

    assert sources("sewage") == {"P0", "L0", "P1"}
    assert sources("water") == {"P0", "L0", "P1"}
    assert sources("backwater") == {"P1", "L1", "P2", "L2", "P3"}


def test_heat_creeps_along_the_trench_and_not_through_soil() -> None:
    """H0 ==trench== H1 ==trench== H2, and a chamber C 40 m beside H1."""
    features = [*chain("heat_main_supply", 3), point("C", "chamber", 100, 40)]
    network = Network.from_features(features)
    heat = shipped_media()["heat"]
    from_far = Reach.into(network, network.position["P0"], heat, 100 * DAY_S)
    assert from_far.seconds[network.position["P2"]] == pytest.approx(200 / heat.speed_m_s[Way.HEAT_TRENCH], rel=0.01)
    assert network.position["C"] not in from_far


def test_the_search_stays_within_its_metres() -> None:
    network = Network.from_features(chain("telecom_duct", 20))
    reach = Reach.into(network, 0, shipped_media()["gas"], 10 * DAY_S, within_m=500)
    assert max(np.hypot(network.x_m[a] - network.x_m[0], network.y_m[a]) for a in reach.seconds) < 650
