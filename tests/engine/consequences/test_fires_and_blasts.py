"""Fires and blasts: views against plain integration, curves that fall, limits that meet."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.languages import english as english
from tests.reference.consequences import plain_cylinder_view
from tocsin.engine.consequences import blast, fires
from tocsin.engine.consequences.harm import Probit
from tocsin.engine.consequences.limits import OutsideRange
from tocsin.engine.consequences.radiation import cylinder_view, transmissivity
from tocsin.engine.consequences.weather import Stability, Weather

WEATHER = Weather(3.0, Stability.D)
VIEWS = [
    ("upright, near", 2.0, 2.0, 0.0),
    ("upright, far", 8.0, 2.0, 0.0),
    ("upright, low", 3.0, 0.8, 0.0),
    ("leaning this way", 4.0, 2.0, 0.5),
    ("leaning far", 6.0, 3.0, 0.8),
]


@pytest.mark.parametrize(("name", "distance", "height", "tilt"), VIEWS, ids=[row[0] for row in VIEWS])
def test_the_view_of_a_cylinder_is_what_integration_finds(name: str, distance: float, height: float, tilt: float) -> None:
    found = float(cylinder_view(np.array([distance]), height, 1.0, tilt)[0])
    assert found == pytest.approx(plain_cylinder_view(distance, height, tilt), rel=0.02)


@given(st.floats(1, 200), st.floats(0.005, 0.15), st.floats(0.5, 20))
def test_heat_of_a_pool_falls_with_distance(diameter: float, burning: float, wind: float) -> None:
    fire = fires.PoolFire(diameter, burning, Weather(wind, Stability.D))
    heat = fire.heat_w_m2(np.geomspace(diameter / 2 * 1.01, 5000, 200))
    assert np.isfinite(heat).all()
    away = heat[np.argmax(heat) :]
    assert (np.diff(away) <= 1e-9).all()
    assert heat[-1] < heat[0]


@given(st.floats(10, 1e6), st.floats(1.01, 3))
def test_a_larger_vessel_burns_wider(mass: float, more: float) -> None:
    small, large = (fires.Fireball(one, 46e6, 1.8e6, WEATHER) for one in (mass, min(mass * more, 1e6)))
    x = np.geomspace(1, 5000, 50)
    assert large.diameter_m >= small.diameter_m
    assert (np.diff(small.heat_w_m2(x)) < 0).all()


@given(st.floats(0.001, 1e6), st.floats(0, 6000))
def test_air_lets_through_a_share(path: float, water: float) -> None:
    assert 0 < float(transmissivity(np.array([path]), water)[0]) <= 1


@given(st.floats(0.01, 1e6))
def test_pressure_of_tnt_falls_and_does_not_jump(mass: float) -> None:
    charge = blast.TntBlast(mass)
    pressure = charge.pressure_pa(np.geomspace(charge.limit.low, charge.limit.high, 2000))
    steps = np.diff(np.log(pressure))
    assert (steps < 0.01).all()  # where two of Swisdak's pieces meet he rounds 0.7 % upwards
    assert (steps > -0.05).all()


@given(st.floats(1e6, 1e12), st.integers(1, 7))
def test_a_stronger_cloud_presses_harder(energy: float, strength: int) -> None:
    weak, strong = blast.EnergyBlast(energy, strength), blast.EnergyBlast(energy, min(strength + 1, 7))
    x = np.geomspace(weak.limit.low, weak.limit.high, 100)
    assert (strong.pressure_pa(x) >= weak.pressure_pa(x)).all()
    assert (np.diff(weak.pressure_pa(x)) <= 0).all()


def test_strengths_whose_curves_are_not_at_hand_begin_farther() -> None:
    cloud = blast.EnergyBlast(1e9, 10)
    assert cloud.limit.low == pytest.approx(2.5 * cloud.length_m)
    with pytest.raises(OutsideRange, match="strength is 11"):
        blast.EnergyBlast(1e9, 11)


@settings(max_examples=50)
@given(st.floats(-100, 0), st.floats(0.3, 8), st.floats(0.5, 3), st.floats(0.01, 0.99), st.floats(0.1, 500))
def test_a_probit_is_turned_around(a: float, b: float, n: float, share: float, time: float) -> None:
    probit = Probit("x", a, b, n)
    assert math.isclose(probit.share(probit.value_for(share, time), time), share, rel_tol=1e-6)
