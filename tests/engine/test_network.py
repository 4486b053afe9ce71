"""Networks read from features: what is refused, and which ways they hold."""

from typing import Any

import numpy as np
import pytest
import shapely

from tests.engine.drawing import line, point
from tocsin.base.errors import InvalidInput
from tocsin.engine.network import Network, Way

A = point("A", "manhole", 0, 0, utility="sewer")
B = point("B", "manhole", 100, 0, utility="sewer")
SEWER = line("AB", "sewer", A, B, diameter_mm=300)


def ways_into(network: Network, code: str) -> dict[str, Way]:
    others, _, kinds = network.ways.into(network.position[code])
    return {network.codes[other]: Way(kind) for other, kind in zip(others, kinds, strict=True)}


def test_lines_join_their_ends_and_drains_flow() -> None:
    """A --AB--> B"""
    network = Network.from_features([A, B, SEWER])
    assert ways_into(network, "B") == {"AB": Way.DOWNSTREAM}
    assert ways_into(network, "A") == {"AB": Way.UPSTREAM}
    assert ways_into(network, "AB") == {"A": Way.DOWNSTREAM, "B": Way.UPSTREAM}
    assert network.length_m[network.position["AB"]] == pytest.approx(100, abs=0.2)


@pytest.mark.parametrize(("metres", "touches"), [(5.0, True), (14.5, True), (15.5, False)])
def test_soil_leads_from_a_line_into_a_chamber_within_15_m(metres: float, touches: bool) -> None:
    """A chamber C beside the middle of the sewer AB; not back, or things would leave the line at its far end at once."""
    chamber = point("C", "chamber", 50, metres)
    network = Network.from_features([A, B, SEWER, chamber])
    assert (ways_into(network, "C").get("AB") == Way.SOIL) is touches
    assert "C" not in ways_into(network, "AB")


def test_a_crossing_leads_from_a_pipe_under_pressure_into_the_drain() -> None:
    """The gas main G--H crosses the sewer A--B in its middle."""
    g, h = point("G", "valve", 50, -60, buried=True), point("H", "valve", 50, 60, buried=True)
    network = Network.from_features([A, B, SEWER, g, h, line("GH", "gas_main", g, h)])
    assert ways_into(network, "AB")["GH"] == Way.CROSSING
    assert "AB" not in ways_into(network, "GH")


def test_a_buried_valve_is_no_space() -> None:
    buried = point("V", "valve", 50, 3, buried=True)
    network = Network.from_features([A, B, SEWER, buried])
    assert not network.is_space[network.position["V"]]
    assert "AB" not in ways_into(network, "V")


def test_premises_drain_to_the_nearest_sewer_manhole() -> None:
    house = point("H", "building", 80, 30, use="workshop")
    storm = point("R", "manhole", 82, 30, utility="storm_drain")
    network = Network.from_features([A, B, SEWER, house, storm])
    assert ways_into(network, "B")["H"] == Way.DRAINS_TO
    assert ways_into(network, "H") == {"B": Way.BACKS_UP}


@pytest.mark.parametrize(
    ("feature", "words"),
    [
        ({"type": "Feature", "geometry": None, "properties": {"kind": "manhole"}}, "no property 'id'"),
        (point("X", "well", 0, 0), "unknown kind 'well'"),
        ({**point("X", "sewer", 0, 0)}, "a sewer is a LineString"),
        ({**A, "geometry": {"type": "Point", "coordinates": ["a", 1]}}, "not pairs of numbers"),
        ({**A, "geometry": {"type": "Point", "coordinates": [4_000_000, 1]}}, "not degrees"),
        (point("X", "manhole", 0, 0, depth_m="deep"), "depth_m is 'deep', not a number"),
    ],
)
def test_a_feature_that_cannot_be_read_is_refused_by_name(feature: dict[str, Any], words: str) -> None:
    with pytest.raises(InvalidInput, match=words):
        Network.from_features([B, feature])


def test_a_code_that_occurs_twice_and_an_end_that_is_not_there_are_refused() -> None:
    with pytest.raises(InvalidInput, match="'A' occurs twice"):
        Network.from_features([A, A])
    with pytest.raises(InvalidInput, match="ends at 'B'"):
        Network.from_features([A, SEWER])


def test_an_empty_network_is_a_network() -> None:
    assert len(Network.from_features([])) == 0


def test_the_nearest_place_on_an_asset_is_the_geometrys() -> None:
    """Bent lines, one of them with a corner twice, and points, beside what the geometry library says."""
    random = np.random.default_rng(3)
    bent = {**SEWER, "geometry": {"type": "LineString", "coordinates": []}}
    features = [A, B]
    for number in range(40):
        corners = [point("", "", x, y)["geometry"]["coordinates"] for x, y in random.uniform(-200, 200, (2 + number % 4, 2))]
        corners.insert(1, corners[0])
        shape = {"type": "LineString", "coordinates": corners}
        features.append({**bent, "geometry": shape, "properties": {**SEWER["properties"], "id": f"L{number}"}})
    network = Network.from_features(features)
    for asset, shape in enumerate(network.geometry):
        for x_m, y_m in random.uniform(-300, 300, (5, 2)):
            place = shapely.Point(x_m, y_m)
            assert network.distance_m(asset, x_m, y_m) == pytest.approx(shapely.distance(shape, place))
            nearest = shapely.shortest_line(shape, place).coords[0]
            assert network.nearest_on(asset, x_m, y_m) == pytest.approx(nearest)
