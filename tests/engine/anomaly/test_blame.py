"""The component at fault is named, though what it does to others is larger; and nothing after the row asked about counts."""

import numpy as np
import pytest

from tocsin.base.errors import InvalidInput
from tocsin.engine.anomaly.blame import rank_components
from tocsin.simulation.series import make_network


@pytest.mark.parametrize("amplified", [1.0, 3.0])
def test_most_faults_are_named_first(amplified: float) -> None:
    named = []
    for seed in range(100, 120):
        network = make_network(seed, amplified=amplified)
        row = min(network.at_row + 25, len(network.values) - 1)
        suspects = rank_components(network.values, network.names, network.leads_to, at_row=row)
        assert sum(suspect.share for suspect in suspects) == pytest.approx(1)
        named.append(suspects[0].component == network.faulty)
    assert np.mean(named) >= 0.85


def test_later_readings_change_nothing() -> None:
    network = make_network(4)
    row = network.at_row + 10
    spoilt = network.values.copy()
    spoilt[row + 1 :] += 1e6
    assert rank_components(spoilt, network.names, network.leads_to, at_row=row) == rank_components(
        network.values, network.names, network.leads_to, at_row=row
    )


def test_a_pump_that_stops_is_named_and_not_the_tank_it_empties() -> None:
    """pump -> tank -> outlet; the tank's level, of two channels, falls more than the pump's flow did."""
    random = np.random.default_rng(3)
    flow = 10 + random.normal(0, 0.5, 900)
    flow[800:] = 4
    level = np.zeros(900)
    for row in range(1, 900):
        level[row] = 0.9 * level[row - 1] + flow[row - 1] + random.normal(0, 0.2)
    values = np.column_stack((flow, level, 5 * level + random.normal(0, 1, 900), np.roll(level, 2) + random.normal(0, 0.3, 900)))
    suspects = rank_components(values, ("pump", "tank", "tank", "outlet"), {"pump": ["tank"], "tank": ["outlet"]}, at_row=840)
    assert suspects[0].component == "pump" and suspects[0].share > 0.5


def test_what_can_not_be_answered_is_refused() -> None:
    values = np.random.default_rng(0).normal(0, 1, (200, 2))
    with pytest.raises(InvalidInput, match="names 'c'"):
        rank_components(values, ("a", "b"), {"a": ["c"]}, at_row=150)
    with pytest.raises(InvalidInput, match="20 readings stand before the 60"):
        rank_components(values, ("a", "b"), {"a": ["b"]}, at_row=79)
