"""What rain explains of the levels in drains, and that only what rises beyond it is asked while it rains.

D0 --> D1 --> D2 --> D3 --> D4 --> D5 --> D6      a storm drain, a level gauge in every manhole; PS: the rain gauge
"""

import itertools

import numpy as np
import pytest

from tests.engine.drawing import line, point
from tocsin.engine.columns import Readings
from tocsin.engine.diagnosis.grid import HOUR_MS, Grid
from tocsin.engine.diagnosis.laying import BIN_MS, Floats
from tocsin.engine.diagnosis.model import SensorColumns
from tocsin.engine.network import Network
from tocsin.engine.watch.habits import Habits
from tocsin.engine.watch.model import EarlySign
from tocsin.engine.watch.rain import Rain
from tocsin.engine.watch.watch import early_signs
from tocsin.warning.causes.policy.causes import shipped_templates
from tocsin.warning.early_signs.policy import shipped_watch_figures

START_MS = 1_768_000_000_000 - 1_768_000_000_000 % 86_400_000
GAINS = np.array([0.6, 0.8, 1.0, 1.0, 1.2, 1.5, 1.0])  # of each gauge in the same rain
BINS, STORM = 10 * 144, 9 * 144 + 60  # ten days; the storm begins in the last one
FIGURES = shipped_watch_figures()


def street(count: int = 7, *, sewers: int = 0, rain_gauge: bool = True) -> tuple[Network, SensorColumns]:
    """The first manholes of the drawing, whose gauges ring at 1 m; the first `sewers` of them carry sewage."""
    drain = {"owner": "drainage_bureau", "depth_m": 3.0}
    kinds = ["sewer"] * sewers + ["storm_drain"] * (7 - sewers)
    holes = [point(f"D{k}", "manhole", 100.0 * k, 0, utility=kinds[k], **drain) for k in range(7)]
    pipes = [
        line(f"pipe{k}", "storm_drain", a, b, owner="drainage_bureau", diameter_mm=300)
        for k, (a, b) in enumerate(itertools.pairwise(holes))
    ]
    station = point("PS", "pump_station", 300, 400, owner="water_company")
    network = Network.from_features([*holes, *pipes, station])
    places = [*holes[:count], station]
    sensors = SensorColumns.build(
        network,
        index=list(range(count + 1)),
        asset_code=[place["properties"]["id"] for place in places],
        quantity=["level"] * count + ["rainfall" if rain_gauge else "pressure"],
        interval_s=[600.0] * (count + 1),
        accuracy=[0.01] * (count + 1),
        alarm_low=[np.nan] * (count + 1),
        alarm_high=[1.0] * count + [np.nan],
        lon=[place["geometry"]["coordinates"][0] for place in places],
        lat=[place["geometry"]["coordinates"][1] for place in places],
    )
    return network, sensors


def levels(*, before: bool = True, dammed: Floats | None = None) -> tuple[Floats, Floats]:
    """Levels float64[7, t] and rain float64[t]: a shower every other day, unless it was dry `before`, then the storm; `dammed` is
    added to D3 from its beginning on.
    """
    bins = np.arange(BINS)
    rain = np.where((bins % 288 > 100) & (bins % 288 < 112) & (bins < STORM) & before, 8.0, 0.0)
    storm = np.where(bins >= STORM, np.minimum((bins - STORM + 1) * 3.0, 30.0), 0.0)
    water = GAINS[:, None] * 0.02 * (rain + storm)
    if dammed is not None:
        water[3, STORM : STORM + len(dammed)] += dammed
        water[3, STORM + len(dammed) :] += dammed[-1]
    return 0.05 + water + 0.002 * np.random.default_rng(5).standard_normal(water.shape), rain + storm


def readings_of(water: Floats, rain: Floats, count: int = 7) -> Readings:
    rows = [*water[:count], rain]
    ts = START_MS + np.arange(BINS) * BIN_MS + 1000
    parts = [Readings.of(np.full(BINS, k), ts + k, row) for k, row in enumerate(rows)]
    return Readings.concatenate(parts)


def learnt(count: int = 7, *, before: bool = True, sewers: int = 0, rain_gauge: bool = True) -> Rain:
    network, sensors = street(count, sewers=sewers, rain_gauge=rain_gauge)
    rain = Rain(network, sensors, FIGURES)
    grid = Grid.holding(sensors, readings_of(*levels(before=before), count))
    usual = np.vstack([np.full((count, 24), 0.05), np.zeros((1, 24))])
    unbounded = np.array([[-np.inf], [np.inf]])
    habits = Habits(usual, np.ones((count + 1, len(FIGURES.windows))), np.ones(count + 1), unbounded)
    rain.learn(grid, habits, from_ms=START_MS, until_ms=START_MS + 9 * 24 * HOUR_MS)
    return rain


def test_each_gauge_has_its_own_share_of_the_rain() -> None:
    storm = 10 * np.array([*(GAINS * 0.06), 0.0])
    assert learnt().explained(storm) == pytest.approx(storm, abs=0.06)


def test_few_gauges_of_a_kind_are_explained_by_all_drains() -> None:
    storm = 10 * np.array([*(GAINS * 0.06), 0.0])
    assert learnt(sewers=3).explained(storm) == pytest.approx(storm, abs=0.06)


@pytest.mark.parametrize("rain_gauge", [True, False])
def test_drains_that_rise_together_tell_rain_where_no_gauge_does(rain_gauge: bool) -> None:
    rain, storm = learnt(rain_gauge=rain_gauge), np.array([*(GAINS * 0.6), 0.0])
    rain.step(storm, rain.explained(storm) > 0, START_MS)
    assert rain.wet(START_MS).tolist() == [not rain_gauge] * 7 + [False]  # a gauge that shows no rain is believed
    assert not rain.wet(START_MS + round((FIGURES.rain_h + 1) * HOUR_MS)).any()


def test_a_gauge_that_is_dammed_changes_nothing_for_itself_or_others() -> None:
    rain, storm = learnt(), np.array([*(GAINS * 0.6), 0.0])
    dammed = storm + 0.5 * (np.arange(8) == 3)
    assert (dammed - rain.explained(dammed))[3] == pytest.approx(0.5, abs=0.1)
    assert (dammed - rain.explained(dammed))[:3] == pytest.approx(0.0, abs=0.1)


def test_without_earlier_rain_all_gauges_are_expected_to_rise_alike() -> None:
    storm = np.array([*(GAINS * 0.6), 0.0])
    assert learnt(before=False).explained(storm)[:7] == pytest.approx(np.full(7, 0.6), rel=0.02)


def test_the_common_rise_of_few_gauges_says_nothing() -> None:
    assert not learnt(4).explained(np.array([*(GAINS[:4] * 0.6), 0.0])).any()


def test_a_rise_within_the_noise_is_no_rain() -> None:
    assert not learnt().explained(np.full(8, 0.9 * FIGURES.rain_least_m)).any()


def told(water: Floats, rain: Floats, until_ms: int = 2**62) -> list[EarlySign]:
    readings = readings_of(water, rain)
    readings = readings.take(readings.ts <= until_ms)
    return list(early_signs(*street(), readings, shipped_templates(), FIGURES))


def test_a_storm_that_lifts_all_drains_alike_is_no_sign() -> None:
    assert told(*levels()) == []


def test_what_a_tight_pipe_holds_back_is_told_at_its_gauge_before_the_limit() -> None:
    water, rain = levels(dammed=np.linspace(0.0, 0.9, 13))
    signs = told(water, rain)
    assert [sign.hypothesis.cause for sign in signs] == ["sewer_surcharge_rain"]
    assert signs[0].sensor == 3
    limit_ms = START_MS + int(np.flatnonzero(water[3] >= 1.0)[0]) * BIN_MS
    assert signs[0].ts_ms < limit_ms
    for shift_ms in (-1, 0, 7 * 60_000):
        known = told(water, rain, signs[0].ts_ms + shift_ms)
        assert [sign.ts_ms for sign in known] == [sign.ts_ms for sign in signs if shift_ms >= 0]
