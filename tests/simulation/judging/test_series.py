"""Series that only judge: a seed gives the same series, truth fits the readings, water is neither made nor lost."""

from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pytest

from tocsin.simulation.judging.series import attacks, loops, waterworks
from tocsin.simulation.judging.series.singles import SINGLES, WINDOW_SHARE, make_single

if TYPE_CHECKING:
    from tocsin.simulation.judging.series.labels import JudgingSeries

pytestmark = pytest.mark.one_database

SHORT = partial(attacks.make_attacked, past_days=20, attacked_days=50)
MAKERS = {**{kind: partial(make_single, kind) for kind in SINGLES}, "loop": loops.make_loop, "network": SHORT}


@pytest.mark.parametrize("kind", sorted(MAKERS))
def test_a_seed_gives_the_same_series(kind: str) -> None:
    once, again, other = MAKERS[kind](5), MAKERS[kind](5), MAKERS[kind](6)
    np.testing.assert_array_equal(once.values, again.values)
    np.testing.assert_array_equal(once.anomalous, again.anomalous)
    assert once.values.shape != other.values.shape or not np.array_equal(once.values, other.values)


@pytest.mark.parametrize("kind", sorted(MAKERS))
def test_truth_fits_the_readings(kind: str) -> None:
    for seed in range(3):
        made: JudgingSeries = MAKERS[kind](seed)
        rows = len(made.ts_ms)
        assert made.values.shape == (rows, len(made.names)) and np.isfinite(made.values).all()
        assert (np.diff(made.ts_ms) > 0).all()
        assert made.windows and not made.anomalous[: made.judged_from].any()
        inside = np.zeros(rows, np.bool_)
        for begin, end in made.windows:
            assert made.judged_from < begin < end <= rows and made.anomalous[begin] and not made.anomalous[begin - 1]
            inside[begin:end] = True
        assert inside[made.anomalous].all()
        assert made.anomalous.mean() < 0.6


@pytest.mark.parametrize("kind", sorted(SINGLES))
def test_windows_share_a_tenth_of_a_single_series(kind: str) -> None:
    made = make_single(kind, 1)
    assert 1_000 <= len(made.ts_ms) <= 20_000
    for begin, end in made.windows:
        assert end - begin >= min(int(WINDOW_SHARE * len(made.ts_ms) / len(made.windows)), len(made.ts_ms) - begin)


def test_a_loop_has_the_past_and_the_length_of_an_experiment() -> None:
    for seed in range(20):
        made = loops.make_loop(seed)
        (begin, end) = made.windows[0]
        assert 400 <= made.judged_from <= 450 and 200 <= end - begin <= 600 and 1_000 <= len(made.ts_ms) <= 1_200
        assert loops._departs(made.values, made.judged_from, begin, end) >= loops.VISIBLE


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_water_is_neither_made_nor_lost(seed: int) -> None:
    trace = attacks.attack_network(seed, 10, 60).trace
    stored = trace.stored_after_m3 - trace.stored_before_m3
    assert trace.taken_m3 == pytest.approx(trace.delivered_m3 + trace.spilled_m3 + stored, rel=1e-9)
    assert trace.spilled_by_hour[:240].sum() == 0, "without an attack no tank spills"


def test_pumps_work_where_their_curve_meets_the_head() -> None:
    network = waterworks.draw_network(np.random.default_rng(4))
    level = [0.6 * height for height in network.height_m]
    for station in network.stations:
        flows = [waterworks.station_flow(network, station, level, pumps, 1.0) for pumps in range(station.pumps + 1)]
        assert flows[0] == 0 and all(more > less for less, more in pairwise(flows))
        source = 10.0 if station.source < 0 else network.ground_m[station.source] + level[station.source]
        static = network.ground_m[station.target] + level[station.target] - source
        delivered = station.lift_m - station.droop * flows[1] ** 2
        assert delivered == pytest.approx(static + station.loss * flows[1] ** 2)


def test_a_told_level_moves_the_pumps_and_a_replay_hides_the_tank() -> None:
    attacked = attacks.attack_network(6_000_001, 30, 100)
    low = [attack for attack in attacked.attacks if attack.kind == "level told low"]
    assert low
    for attack in low:
        target = attacked.network.stations[attack.station].target
        real, written = (
            attacked.trace.levels_m[attack.begin : attack.end, target],
            attacked.values[attack.begin : attack.end, target],
        )
        assert real.mean() > written.mean()
    for attack in attacked.attacks:
        for column in attack.concealed:
            back = slice(attack.begin - attack.replay_hours, attack.end - attack.replay_hours)
            np.testing.assert_array_equal(attacked.values[attack.begin : attack.end, column], attacked.values[back, column])
