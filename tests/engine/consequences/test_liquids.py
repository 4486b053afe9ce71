"""Liquids that boil, spread and evaporate, and clouds heavier than air."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.languages import english as english
from tocsin.engine.consequences import dense, pool, two_phase
from tocsin.engine.consequences.limits import OutsideRange
from tocsin.engine.consequences.scenario import steps
from tocsin.engine.consequences.scenario.chain import StepRefused, run
from tocsin.engine.consequences.scenario.outcome import Context
from tocsin.engine.consequences.weather import Stability, Weather
from tocsin.hazchem.releases.policy.substances import OwnFigures, find_substance

ATM = 101_325.0
CHLORINE = find_substance("chlorine", OwnFigures())
BENZENE = find_substance("benzene", OwnFigures())
WEATHER = Weather(3.0, Stability.D)


@given(st.floats(0.3, 30))
def test_omega_chokes_where_its_flux_is_highest(omega: float) -> None:
    ratio = two_phase.critical_ratio(omega)
    here = two_phase.mass_flux(omega, ratio)
    assert here >= two_phase.mass_flux(omega, ratio * 0.98) - 1e-12
    assert here >= two_phase.mass_flux(omega, min(ratio * 1.02, 0.9999)) - 1e-12


@given(st.floats(245, 330))
def test_a_long_pipe_lets_out_what_boils_and_a_hole_what_is_liquid(temperature: float) -> None:
    def rate(length: float) -> float:
        return two_phase.two_phase_hole(
            CHLORINE, temperature_k=temperature, outside_pa=ATM, diameter_m=0.02, length_m=length, discharge=1.0
        ).rate_kg_s

    assert rate(0.1) == rate(3.0)
    assert min(rate(0.0), rate(0.1)) <= rate(0.05) <= max(rate(0.0), rate(0.1))


def test_a_liquid_below_its_boiling_point_is_refused_as_two_phase() -> None:
    with pytest.raises(OutsideRange, match="below the air; it does not boil"):
        two_phase.two_phase_hole(BENZENE, temperature_k=300, outside_pa=ATM, diameter_m=0.02, length_m=1, discharge=1)


@given(st.floats(240, 330))
def test_the_share_that_flashes(temperature: float) -> None:
    found = two_phase.flash_share(CHLORINE, temperature, ATM)
    assert 0 <= found < 1
    assert two_phase.flash_share(CHLORINE, temperature + 5, ATM) > found


@given(st.floats(0.5, 20), st.floats(1, 1e4))
def test_a_pool_evaporates_faster_in_more_wind_and_on_more_ground(wind: float, area: float) -> None:
    def rate(wind_m_s: float, area_m2: float) -> float:
        return pool.evaporating_kg_s(BENZENE, area_m2, 293.15, Weather(wind_m_s, Stability.D))

    assert rate(wind * 1.5, area) > rate(wind, area) > 0
    assert rate(wind, area * 2) > rate(wind, area)


def test_a_bund_holds_the_pool() -> None:
    free = pool.pool_of(BENZENE, 5000, 293, WEATHER, ground="concrete", bund_area_m2=None, time_s=600)
    held = pool.pool_of(BENZENE, 5000, 293, WEATHER, ground="concrete", bund_area_m2=50, time_s=600)
    assert held.area_m2 == 50
    assert free.depth_m == pytest.approx(0.005)
    assert held.rate_kg_s < free.rate_kg_s
    assert not held.boiling


sources = st.builds(
    dense.DenseSource,
    density_kg_m3=st.floats(1.8, 8),
    temperature_k=st.floats(180, 300),
    air_kg_m3=st.just(1.2),
    air_k=st.just(293.0),
    wind_m_s=st.floats(1, 8),
)


@given(sources, st.floats(0.5, 200))
def test_a_heavy_plume_thins_out(source: dense.DenseSource, flow: float) -> None:
    try:
        plume = dense.DensePlume(source, flow)
        x = np.geomspace(plume.limit.low, plume.limit.high, 300)
    except OutsideRange:
        return
    shares = plume.share(x)
    assert ((shares > 0) & (shares <= 1)).all()
    assert (np.diff(shares) <= 1e-12).all()
    assert (np.diff(plume.half_width(x)) > 0).all()


@given(sources, st.floats(0.0, 1.0))
def test_warming_is_turned_around(source: dense.DenseSource, share: float) -> None:
    assert math.isclose(float(source.real_share(np.array(source.at_air_temperature(share)))), share, abs_tol=1e-12)


LIGHT = [
    ("methane at air's warmth", dense.DenseSource(0.67, 293, 1.2, 293, 3), "below the air; take a Gaussian model"),
    ("little of it in much wind", dense.DenseSource(1.3, 293, 1.2, 293, 15), "below 0.15: take a Gaussian model"),
]


@pytest.mark.parametrize(("name", "source", "told"), LIGHT, ids=[row[0] for row in LIGHT])
def test_what_is_not_heavy_is_refused(name: str, source: dense.DenseSource, told: str) -> None:
    with pytest.raises(OutsideRange, match=told):
        dense.DensePlume(source, 0.01)


def test_a_liquid_on_the_ground_is_no_cloud() -> None:
    spill = (steps.LiquidHole(diameter_m=0.02, head_m=2, duration_s=600), steps.GaussianPlume())
    with pytest.raises(StepRefused, match="all of the liquid falls to the ground; put a step pool before it"):
        run(spill, Context(BENZENE, WEATHER))
    assert len(run((spill[0], steps.Pool(), spill[1]), Context(BENZENE, WEATHER))) == 3
