"""What sensors of a kind do together is their habit only as far as they did it before."""

import numpy as np
import pytest

from tests.engine.drawing import point
from tocsin.engine.columns import Readings
from tocsin.engine.diagnosis.grid import Grid
from tocsin.engine.diagnosis.habit import PEERS, WIDENED
from tocsin.engine.diagnosis.laying import BIN_MS
from tocsin.engine.diagnosis.model import SensorColumns
from tocsin.engine.network import Network
from tocsin.engine.watch.habits import Habits, Peers, learn_habits

DAY_MS = 86_400_000
START_MS = 1_768_000_000_000 - 1_768_000_000_000 % DAY_MS
BINS = 8 * 144


def learnt(quantity: str) -> tuple[Peers, Habits]:
    """Eight days of six gauges that move by 4 units together, every seventeen hours."""
    count = PEERS + 1
    gauges = [point(f"V{k}", "valve", 50.0 * k, 0, owner="water_company") for k in range(count)]
    far = point("far", "valve", -3000.0, -3000.0)  # so that all gauges lie on one side of the map's middle, in one square
    network = Network.from_features([*gauges, far])
    nothing = {name: [np.nan] * count for name in ("interval_s", "accuracy", "alarm_low", "alarm_high")}
    sensors = SensorColumns.build(
        network,
        index=range(count),
        asset_code=network.codes[:count],
        quantity=[quantity] * count,
        lon=network.lon[:count].tolist(),
        lat=network.lat[:count].tolist(),
        **nothing,
    )
    ts = START_MS + np.arange(BINS) * BIN_MS
    value = 300.0 + 4.0 * np.sin(np.arange(BINS) * 2 * np.pi / 102)
    grid = Grid.holding(sensors, Readings.concatenate([Readings.of(np.full(BINS, k), ts + k, value) for k in range(count)]))
    peers = Peers.of(network, sensors, 3000.0)
    until_ms = START_MS + 8 * DAY_MS
    return peers, learn_habits(grid, peers, from_ms=START_MS, until_ms=until_ms, windows=(3, 36), least_bins=144)


def test_a_net_that_falls_as_a_whole_departs_from_its_habit() -> None:
    peers, habits = learnt("pressure")
    assert len(peers.groups) == 1
    usual = peers.together(np.full(PEERS + 1, -3.0), habits)
    assert usual == pytest.approx(np.full(PEERS + 1, -3.0)), "demand"
    broken = peers.together(np.full(PEERS + 1, -90.0), habits)
    assert np.all(broken > -8.0 * (1 + WIDENED)), "no more than the whole range that demand had, and half of it more"


def test_weather_may_be_new() -> None:
    peers, habits = learnt("temperature")
    assert peers.together(np.full(PEERS + 1, -30.0), habits) == pytest.approx(np.full(PEERS + 1, -30.0))
