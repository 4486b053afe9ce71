"""Each failure does what its physics says, read from the curves it puts on channels."""

import dataclasses

import numpy as np
import pytest

from tocsin.base.errors import InvalidInput
from tocsin.simulation.city import City
from tocsin.simulation.districts.district import draw_district
from tocsin.simulation.draws import Draws
from tocsin.simulation.effects import STEP_MS, Act
from tocsin.simulation.incidents.drain import drains_on, standing_water
from tocsin.simulation.incidents.gas_main_leak import GasMainLeak
from tocsin.simulation.incidents.heat_main_leak import HeatMainLeak
from tocsin.simulation.incidents.industrial_discharge import IndustrialDischarge
from tocsin.simulation.incidents.kinds import KINDS
from tocsin.simulation.incidents.outcome import Outcome
from tocsin.simulation.incidents.water_main_burst import WaterMainBurst
from tocsin.simulation.spread import WARMTH, downstream, reach, spot
from tocsin.simulation.voids import voids_near
from tocsin.simulation.weather import Weather

START_MS = 1_768_423_200_000
SEEDS = (3, 21, 77)


@pytest.fixture(scope="module", params=SEEDS)
def city(request: pytest.FixtureRequest) -> City:
    return draw_district(request.param, "rich")


def drawn(city: City, kind: str, stream: int = 5) -> tuple[object, Outcome]:
    """A failure of a kind somewhere in the city, with what it does."""
    for turn in range(30):
        try:
            incident = KINDS[kind].drawn(city, Draws(city.seed, 100 * stream + turn), START_MS)
            return incident, incident.unfold(city, Weather(city.seed, (), city.climate))
        except InvalidInput:
            continue
    pytest.skip(f"no {kind} finds a place in this district")


def curves(city: City, outcome: Outcome, quantity: str) -> dict[str, np.ndarray]:
    sensors = city.sensors
    return {
        sensors.asset[effect.sensor]: effect.curve
        for effect in outcome.effects
        if sensors.quantity[effect.sensor] == quantity and effect.act is Act.ADD
    }


def test_gas_of_the_main_brings_ethane_and_takes_little_oxygen(city: City) -> None:
    incident, outcome = drawn(city, "gas_main_leak")
    assert isinstance(incident, GasMainLeak)
    methane, oxygen = curves(city, outcome, "methane"), curves(city, outcome, "oxygen")
    assert methane
    assert not curves(city, outcome, "hydrogen_sulphide")
    for ratio in curves(city, outcome, "ethane_ratio").values():
        assert 0.0 <= ratio.max() <= incident.ethane_pct
    for asset in set(oxygen) & set(methane):
        assert oxygen[asset].min() == pytest.approx(-0.0105 * methane[asset].max())


def test_warmth_falls_and_comes_later_with_the_way(city: City) -> None:
    incident, outcome = drawn(city, "heat_main_leak_biogas")
    assert isinstance(incident, HeatMainLeak)
    warm = curves(city, outcome, "temperature")
    assert warm
    where = spot(city, outcome.truth.asset, 0.5)
    plane = city.site.plane.to_metres(np.array([outcome.truth.lon]), np.array([outcome.truth.lat]))
    where = dataclasses.replace(where, x_m=float(plane[0][0]), y_m=float(plane[1][0]))
    ways = reach(city, where, WARMTH, 5000.0)
    order = sorted(warm, key=lambda asset: ways[asset])
    peaks = [float(warm[asset].max()) for asset in order]
    assert peaks == sorted(peaks, reverse=True)
    halves = [int(np.argmax(warm[asset] >= 0.5 * warm[asset].max())) for asset in order]
    assert halves == sorted(halves)


def test_a_discharge_arrives_well_after_well(city: City) -> None:
    incident, outcome = drawn(city, "industrial_discharge")
    assert isinstance(incident, IndustrialDischarge)
    if incident.every_day:
        incident = dataclasses.replace(incident, every_day=0.0)
        outcome = incident.unfold(city, Weather(city.seed, (), city.climate))
    methane = curves(city, outcome, "methane")
    arrivals = [
        (int(np.argmax(methane[asset] >= 0.5 * methane[asset].max())), run)
        for asset, run in downstream(city, incident.well, "sewer")
        if asset in methane
    ]
    assert [step for step, _ in arrivals] == sorted(step for step, _ in arrivals)
    for step, run in arrivals:
        assert step * STEP_MS / 3_600_000 >= run / incident.walk_m_h - 0.2


def test_dammed_water_stands_level_and_never_above_a_cover(city: City) -> None:
    wells = [str(f["properties"]["id"]) for f in city.features if f["properties"].get("utility") == "sewer"]
    well = next(name for name in wells if drains_on(city, name))
    head = np.linspace(0.0, 6.0, 20)
    surfaces = []
    for name, depth in standing_water(city, well, head).items():
        given = city.properties(name)
        assert depth.max() <= given["depth_m"]
        assert np.all(np.diff(depth) >= 0.0)
        if 0.0 < depth[6] < given["depth_m"]:
            surfaces.append(given["ground_elevation_m"] - given["depth_m"] + depth[6])
    assert max(surfaces, default=0.0) - min(surfaces, default=0.0) < 1e-9


def test_pressure_falls_most_beside_a_burst(city: City) -> None:
    incident, outcome = drawn(city, "water_main_burst")
    assert isinstance(incident, WaterMainBurst)
    pressure = curves(city, outcome, "pressure")
    assert all(-incident.drop_kpa <= curve.min() <= 0.0 for curve in pressure.values())
    assert sum(float(curve.max()) for curve in curves(city, outcome, "flow").values()) > 0.0


def test_air_thins_out_from_well_to_well(city: City) -> None:
    line = next(line for line in city.lines() if line["kind"] == "sewer")
    voids = voids_near(city, [line["from_node"]], 400.0)
    inflow = np.zeros((len(voids.wells), 600))
    inflow[0] = 100.0 * voids.holding()[0]
    concentration = voids.carry(inflow)
    assert concentration.min() >= 0.0
    assert np.all(concentration[:, -1] <= concentration[0, -1] + 1e-9)
    for row in range(1, len(voids.wells)):  # no well has more than the richest of its neighbours
        neighbours = np.flatnonzero(voids.move[row])
        assert concentration[row, -1] <= concentration[neighbours, -1].max() + 1e-9


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_failure_can_be_drawn_and_leaves_finite_curves(city: City, kind: str) -> None:
    _, outcome = drawn(city, kind, stream=9)
    assert outcome.truth.cause == kind
    assert all(np.isfinite(effect.curve).all() for effect in outcome.effects)
