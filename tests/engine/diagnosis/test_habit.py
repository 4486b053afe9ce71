"""Medians, noise and peers equal their definitions, whatever is missing."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from tests.engine.drawing import point
from tocsin.engine.diagnosis.habit import PEERS, WIDENED, median_of, noise_of, peers_of, take_off
from tocsin.engine.diagnosis.model import SensorColumns
from tocsin.engine.network import Network

ROWS = arrays(
    np.float64,
    st.tuples(st.integers(1, 4), st.integers(0, 30)),
    elements=st.one_of(st.integers(-3, 3).map(float), st.floats(-1e6, 1e6), st.just(np.nan)),
)


@settings(max_examples=300, deadline=None)
@given(ROWS)
def test_medians_and_noise_are_those_of_what_is_there(rows: np.ndarray) -> None:
    for row, median, noise in zip(rows, median_of(rows), noise_of(rows), strict=True):
        there = row[~np.isnan(row)]
        if not len(there):
            assert np.isnan(median)
            assert np.isnan(noise)
            continue
        assert median == np.median(there)
        assert noise == pytest.approx(1.4826 * np.median(np.abs(there - np.median(there))), rel=1e-9, abs=1e-12)


def columns(quantities: list[str], assets: list[str], network: Network) -> SensorColumns:
    many = len(quantities)
    nothing = {name: [np.nan] * many for name in ("interval_s", "accuracy", "alarm_low", "alarm_high", "lon", "lat")}
    return SensorColumns.build(network, index=range(many), asset_code=assets, quantity=quantities, **nothing)


def test_peers_measure_the_same_in_the_same_kind_of_place() -> None:
    """Six thermometers in sewers, four in ducts (too few), methane (moves by itself), and one thermometer that sits nowhere."""
    places = [("sewer", k) for k in range(PEERS + 1)] + [("telecom", k) for k in range(PEERS - 1)]
    network = Network.from_features([point(f"{name}{k}", "manhole", k, 0, utility=name) for name, k in places])
    codes = list(network.codes)
    sensors = columns(["temperature"] * len(codes) + ["methane"] * len(codes) + ["temperature"], [*codes, *codes, "?"], network)
    groups, is_held = peers_of(network, sensors)
    assert groups.tolist() == [list(range(PEERS + 1))]
    assert is_held.tolist() == [False]
    _, is_held = peers_of(network, columns(["pressure"] * len(codes), codes, network))
    assert is_held.tolist() == [True]


def test_what_all_peers_do_is_usual() -> None:
    random = np.random.default_rng(1)
    shared = 4 * np.sin(np.arange(300) / 20)
    by_hour = random.normal(size=(7, 24))
    values = random.normal(size=(7, 300))
    values[:6] += shared
    values[random.random(values.shape) < 0.3] = np.nan
    values[:6, 100:105] = np.nan
    groups = np.array([[5, 1, 0, 3, 2, 4]])
    usual, deviation = take_off(values, by_hour, 12, groups, np.array([False]), 120)
    habit = by_hour[:, (12 + np.arange(300)) // 6 % 24]
    alone = values - habit
    together = np.array([np.median(column[~np.isnan(column)]) if not np.isnan(column).all() else 0.0 for column in alone[:6].T])
    np.testing.assert_allclose(usual[:6], habit[:6] + together)
    np.testing.assert_allclose(usual[6], habit[6])
    np.testing.assert_allclose(deviation, values - usual)


def test_what_takes_all_of_a_net_down_at_once_is_not_usual() -> None:
    """Demand moves six gauges together by 4 kPa; on the last day a break takes 90 kPa from each."""
    bins = np.arange(432)
    together = 4 * np.sin(bins / 20) - 90.0 * (bins >= 400)
    values = 300.0 + together + np.zeros((6, 1))
    groups, by_hour = np.arange(6)[None], np.full((6, 24), 300.0)
    _, deviation = take_off(values, by_hour, 0, groups, np.array([True]), 288)
    assert np.abs(deviation[:, :400]).max() < 1e-9
    beyond = -4.0 * (1 + 2 * WIDENED)  # the range of the first two days, and half of it more
    np.testing.assert_allclose(deviation[0, 400:], together[400:] - beyond, atol=0.05)
    _, unbounded = take_off(values, by_hour, 0, groups, np.array([False]), 288)
    assert np.abs(unbounded).max() < 1e-9
