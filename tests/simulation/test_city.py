"""The simulated district is one that could exist: networks hang together, sewers fall, names lead to places."""

from collections import defaultdict

import pytest

from tocsin.base.errors import InvalidInput
from tocsin.base.quantities import QUANTITIES
from tocsin.engine.features import LINE_KINDS, POINT_KINDS
from tocsin.simulation.city import City

OWNERS = {
    "gas_company", "heating_company", "water_company", "drainage_bureau", "power_company", "telecom", "road_bureau",
    "property_owner",
}  # fmt: skip


@pytest.fixture(scope="module")
def city() -> City:
    return City.build()


def test_the_same_seed_gives_the_same_city(city: City) -> None:
    again = City.build(city.seed)
    assert again.features == city.features
    assert again.devices == city.devices
    assert (again.sensors.base == city.sensors.base).all()
    assert City.build(city.seed + 1).features != city.features


def test_it_is_large_enough(city: City) -> None:
    assert len(city.sensors) >= 2_000
    assert len(city.devices) >= 800
    assert set(city.sensors.quantity) >= {
        "methane", "temperature", "hydrogen_sulphide", "carbon_monoxide", "oxygen", "level", "pressure", "flow",
        "makeup_flow", "supply_temperature", "return_temperature", "rainfall", "conductivity", "ethane_ratio",
    }  # fmt: skip


def test_features_speak_the_network_format(city: City) -> None:
    for feature in city.features:
        given = feature["properties"]
        assert given["kind"] in POINT_KINDS + LINE_KINDS
        assert given["owner"] in OWNERS
        assert 1980 <= given["installed"] <= 2025
        lon, lat = feature["geometry"]["coordinates"][0] if given["kind"] in LINE_KINDS else feature["geometry"]["coordinates"]
        assert 120.38 < lon < 120.48
        assert 36.12 < lat < 36.20


@pytest.mark.parametrize("kind", ["gas_main", "water_main", "heat_main_supply", "power_cable"])
def test_every_main_hangs_together_with_its_works(city: City, kind: str) -> None:
    neighbours: dict[str, set[str]] = defaultdict(set)
    for feature in city.features:
        given = feature["properties"]
        if given["kind"] == kind:
            neighbours[given["from_node"]].add(given["to_node"])
            neighbours[given["to_node"]].add(given["from_node"])
    works = ("gas_regulator", "pump_station", "heat_station", "substation")
    reached: set[str] = set()
    waiting = [point for point in neighbours if city.properties(point)["kind"] in works]
    while waiting:
        point = waiting.pop()
        if point not in reached:
            reached.add(point)
            waiting.extend(neighbours[point])
    assert reached == set(neighbours)


@pytest.mark.parametrize("kind", ["sewer", "storm_drain"])
def test_drains_fall_and_end(city: City, kind: str) -> None:
    def invert_m(well: str) -> float:
        return float(city.properties(well)["ground_elevation_m"]) - float(city.properties(well)["depth_m"])

    below: dict[str, str] = {}
    for feature in city.features:
        given = feature["properties"]
        if given["kind"] == kind:
            assert given["from_node"] not in below, "a well has one pipe out"
            below[given["from_node"]] = given["to_node"]
            assert invert_m(given["to_node"]) < invert_m(given["from_node"])
    wells = [well for well in city.place if city.properties(well).get("utility") == kind]
    ends = {well for well in wells if well not in below}
    assert 1 <= len(ends) <= 6
    assert all(1.5 <= city.properties(well)["depth_m"] < 9.0 for well in wells)


def test_supply_and_return_lie_in_one_trench(city: City) -> None:
    trenches: dict[tuple[str, str], set[str]] = defaultdict(set)
    for feature in city.features:
        given = feature["properties"]
        if given["kind"].startswith("heat_main"):
            trenches[given["from_node"], given["to_node"]].add(given["kind"])
    assert trenches
    assert all(kinds == {"heat_main_supply", "heat_main_return"} for kinds in trenches.values())


def test_one_device_per_place_and_limits_within_the_quantity(city: City) -> None:
    assert len({device.asset for device in city.devices}) == len(city.devices)
    assert len({device.code for device in city.devices}) == len(city.devices)
    for device in city.devices:
        quantities = [city.sensors.quantity[index] for index in device.sensors]
        assert len(set(quantities)) == len(quantities)
    assert set(city.sensors.quantity) <= set(QUANTITIES)


def test_places_are_found_by_their_names(city: City) -> None:
    well = city.asset("石牛山路 7 号窨井")
    assert city.asset("Shiniushan Road manhole 7") == well == city.asset(well)
    with pytest.raises(InvalidInput, match="has no asset"):
        city.asset("Nowhere Street manhole 1")
