"""What must hold whatever the figures are: more comes out of more, the cloud turns with the wind, limits meet."""

import dataclasses
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.languages import english as english
from tests.reference.consequences import plain_plume, plain_puff
from tocsin.engine.consequences import gaussian, pipe, release, tank
from tocsin.engine.consequences.limits import Limit, OutsideRange
from tocsin.engine.consequences.reach import Verdict, farthest
from tocsin.engine.consequences.scenario import steps
from tocsin.engine.consequences.scenario.chain import StepRefused, run, run_around
from tocsin.engine.consequences.scenario.outcome import Context, Point
from tocsin.engine.consequences.substance import Substance
from tocsin.engine.consequences.weather import Stability, Terrain, Weather

METHANE = Substance("methane", molar_mass_g_mol=16.04, heat_gas_j_kg_k=2226.0)
ATM = 101_325.0

weathers = st.builds(
    Weather,
    wind_m_s=st.floats(0.5, 20),
    stability=st.sampled_from(Stability),
    terrain=st.sampled_from(Terrain),
    roughness_m=st.floats(0.02, 1.0),
)
rates = st.floats(1e-3, 1e3)
distances = st.floats(100, 10_000)


@given(weathers, rates, distances, st.floats(-300, 300), st.floats(0, 50), st.floats(0, 100))
def test_the_plume_is_its_slow_twin(weather: Weather, rate: float, x: float, y: float, z: float, height: float) -> None:
    fast = gaussian.Plume(rate, weather, height).concentration(np.array([x]), np.array([y]), np.array([z]))
    assert math.isclose(fast[0], plain_plume(rate, weather, height, 600.0, x, y, z), rel_tol=1e-9, abs_tol=1e-300)


@given(weathers, rates, distances, st.floats(-300, 300), st.floats(0, 50), st.floats(1, 5000))
def test_the_puff_is_its_slow_twin(weather: Weather, mass: float, x: float, y: float, z: float, t: float) -> None:
    fast = gaussian.Puff(mass, weather).concentration(np.array([x]), np.array([y]), np.array([z]), np.array([t]))
    assert math.isclose(fast[0], plain_puff(mass, weather, 0.0, x, y, z, t), rel_tol=1e-9, abs_tol=1e-300)


@given(weathers, rates, st.floats(1.01, 10))
def test_more_comes_farther(weather: Weather, rate: float, more: float) -> None:
    def reach(rate_kg_s: float) -> float:
        plume = gaussian.Plume(rate_kg_s, weather)
        return farthest(lambda x: plume.concentration(x, 0 * x, 0 * x), 1e-5, gaussian.DISTANCE).distance_m

    assert reach(rate * more) >= reach(rate)


@given(weathers, rates, distances, st.floats(1, 400))
def test_to_both_sides_alike_and_nothing_upwind(weather: Weather, rate: float, x: float, y: float) -> None:
    plume = gaussian.Plume(rate, weather)
    there = plume.concentration(np.array([x, x, -x]), np.array([y, -y, 0.0]), np.zeros(3))
    assert there[0] == there[1]
    assert there[2] == 0.0
    assert np.isfinite(there).all()


@given(weathers, rates, distances)
def test_what_crosses_each_distance_is_what_comes_out(weather: Weather, rate: float, x: float) -> None:
    """Mass is kept: the flux through a wall across the wind is the rate."""
    plume = gaussian.Plume(rate, weather)
    across, up = gaussian.plume_spreads(np.array([x]), weather.stability, weather.terrain, roughness_m=weather.roughness_m)
    y, z = np.linspace(-6 * across[0], 6 * across[0], 301), np.linspace(0, 6 * up[0], 301)
    wall = plume.concentration(np.array(x), y[:, None], z[None, :]) * weather.wind_at(0.0)
    assert math.isclose(float(np.trapezoid(np.trapezoid(wall, z), y)), rate, rel_tol=1e-3)


@given(weathers, rates, distances)
def test_the_half_width_lies_on_the_contour(weather: Weather, rate: float, x: float) -> None:
    plume = gaussian.Plume(rate, weather)
    level = float(plume.concentration(np.array([x]), np.zeros(1), np.zeros(1))[0]) / 3
    side = plume.half_width(np.array([x]), level)
    assert math.isclose(float(plume.concentration(np.array([x]), side, np.zeros(1))[0]), level, rel_tol=1e-9)


GAS = {"outside_pa": ATM, "temperature_k": 293.15, "molar_mass_kg_mol": 0.01604, "gamma": 1.3, "diameter_m": 0.02}


@given(st.floats(1.02e5, 5e7), st.floats(1.001, 3))
def test_gas_under_more_pressure(pressure: float, more: float) -> None:
    low, high = (release.gas_hole(pressure_pa=one, **GAS) for one in (pressure, pressure * more))
    assert high.rate_kg_s > low.rate_kg_s
    assert low.choked == (ATM / pressure <= release.critical_ratio(1.3))


@given(st.floats(1.1e5, 1e7))
def test_a_pipe_without_length_is_a_hole(pressure: float) -> None:
    hole = release.gas_hole(pressure_pa=pressure, **GAS).rate_kg_s
    assert math.isclose(pipe.gas_pipe(pressure_pa=pressure, length_m=0.0, **GAS).rate_kg_s, hole, rel_tol=1e-4)


@given(st.floats(1.1e5, 1e7), st.floats(0.1, 5_000), st.floats(1.01, 4))
def test_a_longer_pipe_lets_less_through(pressure: float, length: float, longer: float) -> None:
    short, long = (pipe.gas_pipe(pressure_pa=pressure, length_m=one, **GAS).rate_kg_s for one in (length, length * longer))
    assert 0 < long < short


def test_the_rate_does_not_jump_where_the_flow_chokes() -> None:
    edge = ATM / release.critical_ratio(1.3)
    below, above = (release.gas_hole(pressure_pa=edge * one, **GAS).rate_kg_s for one in (1 - 1e-9, 1 + 1e-9))
    assert math.isclose(below, above, rel_tol=1e-6)


@given(st.floats(1.2e5, 1e7))
def test_a_vessel_gives_what_it_loses(pressure: float) -> None:
    found = tank.gas_vessel(volume_m3=2.0, pressure_pa=pressure, **GAS)
    assert math.isclose(float(np.trapezoid(found.rate_kg_s, found.time_s)), found.mass_kg, rel_tol=1e-3)
    assert (np.diff(found.rate_kg_s) <= 0).all()


@given(st.floats(0.1, 20), st.floats(0, 5e5))
def test_a_tank_gives_what_it_loses(head: float, padding: float) -> None:
    found = tank.upright_tank(
        tank_diameter_m=4, head_m=head, pressure_pa=ATM + padding, outside_pa=ATM, density_kg_m3=800, diameter_m=0.05
    )
    assert math.isclose(float(np.trapezoid(found.rate_kg_s, found.time_s)), found.mass_kg, rel_tol=1e-9)


REACHES = [
    ("within", 1.0, Verdict.AT, 1000.0),
    ("nearer than the model holds", 1e3, Verdict.NEARER, 100.0),
    ("farther than it holds", 1e-3, Verdict.BEYOND, 10_000.0),
    ("never", 1e13, Verdict.NOWHERE, 0.0),
]


@pytest.mark.parametrize(("name", "threshold", "verdict", "distance"), REACHES, ids=[row[0] for row in REACHES])
def test_verdicts_of_a_reach(name: str, threshold: float, verdict: Verdict, distance: float) -> None:
    found = farthest(lambda x: 1e6 / x**2, threshold, Limit("m", "distance", 100, 10_000, "m"))
    assert (found.verdict, found.distance_m) == (verdict, distance)


def context(weather: Weather) -> Context:
    return Context(METHANE, weather, points=(Point("school", 400.0, 20.0),))


def test_the_range_holds_the_given_weather() -> None:
    weather = Weather(3.0, Stability.D)
    scenario = (steps.GasHole(pressure_pa=5e5, diameter_m=0.02), steps.GaussianPlume())
    nominal = run(scenario, context(weather))[1].points[0].value
    around = [one.outcomes[1].points[0].value for one in run_around(scenario, context(weather), wind_share=0.3)]
    assert len(around) == 8
    assert min(around) < nominal < max(around)


def test_a_weather_outside_the_model_is_left_out_and_said() -> None:
    variants = run_around((steps.Source(rate_kg_s=1), steps.GaussianPlume()), context(Weather(0.6, Stability.F)), wind_share=0.3)
    assert [one.refused for one in variants if one.refused] == [
        f"{stability} 0.42 m/s: weather: wind is 0.42 m/s, 0.08 m/s below the least it holds for, 0.5 m/s." for stability in "EF"
    ]


REFUSED = [
    ("a calm", lambda: Weather(0.1, Stability.F), "weather: wind is 0.1 m/s, 0.4 m/s below"),
    ("a jet of no pressure", lambda: release.gas_hole(pressure_pa=1e5, **GAS), "1325 Pa below that outside"),
    ("a hole like a gate", lambda: release.hole_area_m2(3.0), "hole is 3 m, 1 m above the most it holds for, 2 m"),
    ("a rate of nothing", lambda: gaussian.Plume(0.0, Weather(2, Stability.D)), "rate is 0 kg/s; a number above 0"),
    ("not a number", lambda: Weather(math.nan, Stability.D), "wind is nan; a finite number is needed"),
]


@pytest.mark.parametrize(("name", "asked", "told"), REFUSED, ids=[row[0] for row in REFUSED])
def test_refusals_say_by_how_much(name: str, asked: object, told: str) -> None:
    with pytest.raises(OutsideRange) as refused:
        asked()  # type: ignore[operator]
    assert told in str(refused.value)


def test_a_step_without_what_it_needs_says_so() -> None:
    with pytest.raises(StepRefused) as refused:
        run((steps.GaussianPlume(),), context(Weather(3, Stability.D)))
    assert "step 1: gaussian_plume needs rate_kg_s" in str(refused.value)


def test_every_outcome_of_a_point_too_near_is_null_and_says_why() -> None:
    near = dataclasses.replace(context(Weather(3, Stability.D)), points=(Point("gate", 20.0), Point("upwind", -500.0)))
    found = run((steps.Source(rate_kg_s=1), steps.GaussianPlume()), near)[1].points
    assert found[0].value is None
    assert "80 m below the least it holds for, 100 m" in found[0].outside
    assert [one.value for one in found[1:]] == [0.0, 0.0]


@given(weathers, rates, distances, st.floats(-200, 200), st.floats(10, 3600), st.floats(0, 2))
def test_the_course_of_a_release_is_the_sum_of_its_puffs(
    weather: Weather, rate: float, x: float, y: float, duration: float, when: float
) -> None:
    """Slow twin: puffs every hundredth of the release, as wide along the wind as where they pass."""
    plume = gaussian.Plume(rate, weather)
    t = when * (x / weather.wind_at(0.0) + duration)
    (fast,) = plume.course(np.array([x]), np.array([y]), np.zeros(1), np.array([t]), duration)
    steady = plain_plume(rate, weather, 0.0, 600.0, x, y, 0.0)
    wind, along = weather.wind_at(0.0), float(gaussian.puff_spreads(np.array([x]), weather.stability)[0][0])
    begun = [(number + 0.5) / 20_000 * duration for number in range(20_000)]
    ages = np.array([t - one for one in begun if one < t])
    summed = np.exp(-0.5 * ((x - wind * ages) / along) ** 2).sum() * duration / 20_000 * wind / (math.sqrt(2 * math.pi) * along)
    assert math.isclose(fast, steady * summed, rel_tol=5e-2, abs_tol=1e-3 * steady)
    assert 0 <= fast <= steady * (1 + 1e-9)


@given(weathers, rates, distances, st.floats(1, 3600), st.floats(1.1, 5))
def test_a_longer_release_stays_longer_and_comes_nearer_to_the_steady_cloud(
    weather: Weather, rate: float, x: float, duration: float, longer: float
) -> None:
    plume = gaussian.Plume(rate, weather)
    since, until, share = plume.passage_s(x, duration)
    later = plume.passage_s(x, duration * longer)
    assert 0 <= since < until and 0 < share <= 1
    assert later[2] >= share * 0.999 and later[1] - later[0] >= (until - since) * 0.98


CLOUDS = (steps.GaussianPlume(), steps.DensePlume())
GASES = (METHANE, Substance("chlorine", molar_mass_g_mol=70.9, heat_gas_j_kg_k=480.0, boiling_k=239.1))


@given(weathers, rates, st.sampled_from(CLOUDS), st.sampled_from(GASES), st.floats(-20, 8000), st.floats(-500, 500))
def test_a_cloud_answers_finite_numbers_or_refuses(
    weather: Weather, rate: float, cloud: steps.Step, gas: Substance, x: float, y: float
) -> None:
    context = Context(gas, weather, points=(Point("there", x, y),))
    try:
        outcomes = run((steps.Source(rate_kg_s=rate, duration_s=600.0), cloud), context)
    except StepRefused:
        return
    for outcome in outcomes:
        assert all(math.isfinite(one.value) for one in outcome.figures)
        assert all(one.value is None or math.isfinite(one.value) for one in outcome.points)
        assert all(np.isfinite(one.x_m).all() and np.isfinite(one.y_m).all() for one in outcome.outlines)
