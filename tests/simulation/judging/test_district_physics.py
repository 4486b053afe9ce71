"""Formulas of the judging world against closed forms, slow twins and what is kept: matter, water, the order of things."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.simulation.judging.districts.alterations import Frozen, SpanGas
from tocsin.simulation.judging.districts.climate import STEP_H
from tocsin.simulation.judging.districts.district import District, Line
from tocsin.simulation.judging.districts.families import FAMILIES
from tocsin.simulation.judging.districts.layout import draw_district
from tocsin.simulation.judging.districts.physics.air import Cells, transport
from tocsin.simulation.judging.districts.physics.biogas import grown, warmth_factor
from tocsin.simulation.judging.districts.physics.ground_heat import late, line_source, warm_plane
from tocsin.simulation.judging.districts.physics.soil import Soil, cap_factor, spread_in_soil
from tocsin.simulation.judging.districts.physics.water import (
    drops_kpa,
    gas_orifice_m3_h,
    orifice_m3_h,
    rated_depth_m,
    runoff_m3_h,
)

pytestmark = pytest.mark.one_database


@given(st.floats(0.03, 0.35), st.floats(0.0, 0.2), st.floats(0.05, 30), st.floats(3, 20), st.floats(1, 6))
def test_gas_in_the_ground_is_let_in_lost_or_held(air: float, cap: float, leak: float, reach: float, angle: float) -> None:
    flow = np.full(60, leak)
    shells = spread_in_soil(flow, Soil(air, air + 0.15, cap), np.ones(60), reach, angle, STEP_H)
    assert shells.let_in == pytest.approx(shells.lost + shells.held, rel=1e-9)
    assert shells.share.min() >= 0
    assert shells.share.max() <= 1 + 1e-9


def test_gas_spreads_sooner_in_sand_than_in_clay_and_farther_under_a_shut_cap() -> None:
    def share(air: float, cap: float) -> float:
        shells = spread_in_soil(np.full(288, 2.0), Soil(air, air + 0.15, cap), np.ones(288), 8.0, 3.0, STEP_H)
        return float(shells.share[-1, np.searchsorted(shells.edges_m, 4.0) - 1])

    assert share(0.3, 0.01) < share(0.05, 0.01)  # fewer pores are filled sooner by the same leak
    assert share(0.2, 0.5) < share(0.2, 0.001)


def test_rain_and_frost_shut_the_surface() -> None:
    dry = cap_factor(np.zeros(600), np.full(600, 15.0), STEP_H)
    wet = cap_factor(np.r_[np.full(60, 6.0), np.zeros(540)], np.full(600, 15.0), STEP_H)
    cold = cap_factor(np.zeros(3000), np.full(3000, -10.0), STEP_H)
    assert (dry == 1).all()
    assert wet[60] < 0.3 < wet[-1]
    assert cold[-1] == pytest.approx(0.3)


def cells(draught: float) -> Cells:
    """Well 0 - duct 1 - duct 2 - well 3, with a draught from 0 to 3."""
    volume, mixing, moved = np.array([4.0, 0.5, 0.5, 6.0]), np.zeros((4, 4)), np.zeros((4, 4))
    for a, b in ((0, 1), (1, 2), (2, 3)):
        mixing[a, b] = mixing[b, a] = 0.2
        moved[a, b] = draught
    return Cells(volume, mixing, moved, np.zeros(4), {0: 0, 3: 3})


@given(st.floats(0, 5), st.floats(0.001, 1))
def test_air_between_wells_keeps_the_matter(draught: float, source: float) -> None:
    own = cells(draught)
    share = transport(own, {0: np.full(200, source)}, np.zeros((200, 4)))
    held = share @ own.volume_m3
    assert held == pytest.approx(source * STEP_H * np.arange(1, 201), rel=1e-9)
    assert share.min() >= 0


def test_a_ventilated_well_comes_to_rest_at_source_over_flow() -> None:
    own = Cells(np.array([5.0]), np.zeros((1, 1)), np.zeros((1, 1)), np.zeros(1), {0: 0})
    share = transport(own, {0: np.full(3000, 0.02)}, np.full((3000, 1), 0.5))
    assert share[-1, 0] == pytest.approx(0.02 / (0.5 * 5.0), rel=1e-6)
    at = round(2 / STEP_H) - 1
    assert share[at, 0] == pytest.approx(0.008 * (1 - math.exp(-0.5 * (at + 1) * STEP_H)), rel=1e-6)


def test_the_line_source_is_the_sum_of_what_was_given_off() -> None:
    """Slow twin: the integral over the past of point-in-time lines, q / (4 pi k t') exp(-r2 / (4 a t'))."""
    conductivity, diffusivity, away, watts, seconds = 1.4, 6e-7, 1.2, 150.0, 20 * 86400.0
    past = np.linspace(1.0, seconds, 2_000_001)
    slow = np.trapezoid(np.exp(-(away**2) / (4 * diffusivity * past)) / past, past) * watts / (4 * math.pi * conductivity)
    assert line_source(watts, conductivity, diffusivity, away, np.array([seconds]))[0] == pytest.approx(slow, rel=1e-4)
    assert line_source(watts, conductivity, diffusivity, away, np.array([-5.0, 0.0])).tolist() == [0.0, 0.0]


def test_the_warm_plane_has_the_tabled_values() -> None:
    """erfc(0.5) = 0.4795 at x = sqrt(a t), erfc(1) = 0.1573 at twice that (Abramowitz and Stegun 7.1)."""
    away = math.sqrt(6e-7 * 86400)
    assert warm_plane(10.0, 6e-7, away, np.array([86400.0]))[0] == pytest.approx(4.795, abs=1e-3)
    assert warm_plane(10.0, 6e-7, 2 * away, np.array([86400.0]))[0] == pytest.approx(1.573, abs=1e-3)


def test_a_body_follows_with_its_time() -> None:
    series = late(np.r_[2.0, np.full(1000, 12.0)], STEP_H, 3.0)
    assert series[0] == pytest.approx(2.0)
    assert series[round(3 / STEP_H)] == pytest.approx(2 + 10 * (1 - math.exp(-1)), rel=1e-3)


def test_bacteria_make_more_in_warmth_and_need_their_days() -> None:
    assert warmth_factor(np.array([20.0]))[0] == pytest.approx(1)
    assert warmth_factor(np.array([30.0]))[0] == pytest.approx(math.exp(0.8 / 8.617e-5 * (1 / 293.15 - 1 / 303.15)))
    assert warmth_factor(np.array([60.0, 80.0])).tolist() == [0.0, 0.0]
    bacteria = grown(np.r_[1.0, np.full(5000, 4.0)], STEP_H, 1.0)
    assert bacteria[round(6 / STEP_H)] < 2.6
    assert bacteria[-1] == pytest.approx(4.0, rel=1e-2)


def test_holes_let_out_what_the_books_say() -> None:
    assert orifice_m3_h(10.0, 800.0) == pytest.approx(0.6 * 1e-3 * 40 * 3600)  # sqrt(2 x 8e5 / 1000) = 40 m/s
    assert gas_orifice_m3_h(3.0, 200.0) == pytest.approx(9 * gas_orifice_m3_h(1.0, 200.0))
    assert gas_orifice_m3_h(1.0, 300.0) > gas_orifice_m3_h(1.0, 200.0) > gas_orifice_m3_h(1.0, 10.0) > 0


@given(st.lists(st.floats(0, 60), min_size=2, max_size=40), st.floats(0.1, 0.5))
def test_runoff_is_the_rain_less_what_wets(rain: list[float], rise: float) -> None:
    series = np.r_[np.array(rain), np.zeros(200)]
    out = runoff_m3_h(series, 1000.0, 0.8, rise).sum() * STEP_H
    fallen = sum(rain) * STEP_H * 0.8
    assert out <= fallen + 1e-9
    assert out >= fallen - 0.8 * (1.2 + 0.04 * STEP_H * len(series)) - 1e-9


def test_a_drain_stands_higher_the_more_flows_without_a_jump() -> None:
    flow = np.linspace(0, 500, 2001)
    depth = rated_depth_m(flow, 200.0, 300, 0.004, 40.0)
    assert (np.diff(depth) >= 0).all()
    assert np.diff(depth).max() < 0.02 + np.diff(depth)[0]
    assert depth[800] == pytest.approx(0.97 * 0.3, rel=1e-6)


def test_pressure_falls_along_the_way_of_the_water() -> None:
    district = draw_district(3, FAMILIES["new_town"])
    line = district.lines[district.of_net("water")[-1]]
    falls = drops_kpa(district, "water", line.end, 100.0)
    assert falls[district.sources["water"]] == pytest.approx(0, abs=1e-2)
    assert falls[line.end] == pytest.approx(max(falls.values()))
    assert min(falls.values()) >= -1e-9
    assert drops_kpa(district, "water", line.end, 50.0)[line.end] == pytest.approx(falls[line.end] / 2)


def test_every_manhole_drains_to_the_outfall() -> None:
    for name, family in FAMILIES.items():
        district = draw_district(11, family)
        for net in ("sewer", "storm"):
            manholes = [i for i, place in enumerate(district.places) if place.net == net]
            ends = {way[-1][1] if (way := district.downstream(manhole)) else manhole for manhole in manholes}
            assert ends == {district.sources[net]}, (name, net)


def test_drains_hand_on_all_that_flows_in() -> None:
    district: District = draw_district(5, FAMILIES["clay"])
    outfall = district.sources["sewer"]
    assert len(district.upstream(outfall)) == sum(place.net == "sewer" for place in district.places) - 1
    assert all(isinstance(line, Line) and line.diameter_mm >= 300 for line in district.lines if line.net == "sewer")


def test_span_gas_comes_and_goes_at_once() -> None:
    hours = np.arange(0, 2, 1 / 60)
    told = SpanGas(1.0, 0.2, 50.0, 0.01)(hours, np.full(len(hours), 1.0))
    assert told[hours < 1].max() == 1.0
    assert told[(hours > 1.06) & (hours < 1.19)].min() > 49
    assert told[hours > 1.3].max() < 1.2


def test_a_frozen_instrument_repeats_its_last_value() -> None:
    hours = np.arange(10.0)
    assert Frozen(3.0, 4.0)(hours, hours).tolist() == [0, 1, 2, 3, 3, 3, 3, 7, 8, 9]
