"""What moves fast towards its limit is asked at once, and again as it comes nearer; what only strays is not."""

from dataclasses import replace

import numpy as np
import pytest

from tests.engine.diagnosis.district import District
from tocsin.engine.diagnosis.laying import BIN_MS
from tocsin.engine.diagnosis.model import SensorColumns
from tocsin.engine.network import Network
from tocsin.engine.watch.habits import Habits, Peers
from tocsin.engine.watch.rain import Rain
from tocsin.engine.watch.stirring import Pulse, Stirring
from tocsin.engine.watch.watch import Watch
from tocsin.warning.causes.policy.causes import shipped_templates
from tocsin.warning.early_signs.policy import shipped_watch_figures

FIGURES = shipped_watch_figures()


def urgent(values: list[float], *, jitter: float, scale: float, quantity: str = "methane", low: float = np.nan) -> bool:
    """Whether the last of these ten minutes of a sensor that usually shows 0 and rings at 25 (and below `low`) is urgent."""
    network = Network.from_features([])
    sensors = SensorColumns.build(
        network,
        index=[3],
        asset_code=[""],
        quantity=[quantity],
        interval_s=[600.0],
        accuracy=[2.5],
        alarm_low=[low],
        alarm_high=[np.nan if np.isfinite(low) else 25.0],
        lon=[120.4],
        lat=[36.2],
    )
    habits = Habits(np.zeros((1, 24)), np.full((1, len(FIGURES.windows)), scale), np.array([jitter]))
    pulse = Pulse(sensors, Peers((), np.array([0])), Rain(network, sensors, FIGURES), FIGURES)
    told = [pulse.step(np.array([value]), number, habits) for number, value in enumerate(values)]
    return bool(told[-1].urgent[0])


ROWS = [
    # values, noise seen, noise by the maker, quantity, low limit, urgent
    ([0.0, 0.0, 5.0], 0.1, 2.0, "methane", np.nan, True),  # whatever the maker says
    ([0.0, 0.0, 5.0], 1.0, 1.0, "methane", np.nan, False),  # it jumps so far at all times
    ([0.0, 0.0, 2.0], 0.1, 0.1, "methane", np.nan, False),  # a small part of the way
    ([0.0, 5.0, 0.0], 0.1, 0.1, "methane", np.nan, False),  # gone again
    ([0.0, 0.0, -5.0], 0.1, 0.1, "methane", np.nan, False),  # away from its limit
    ([0.0, 0.0, -5.0], 0.1, 0.1, "pressure", -20.0, True),
    ([0.0, 0.0, np.nan], 0.1, 0.1, "methane", np.nan, False),
]


@pytest.mark.parametrize(("values", "jitter", "scale", "quantity", "low", "expected"), ROWS)
def test_what_is_urgent(values: list[float], jitter: float, scale: float, quantity: str, low: float, expected: bool) -> None:
    assert urgent(values, jitter=jitter, scale=scale, quantity=quantity, low=low) is expected


def asked(ways: list[float], *, z: float = 1.5, fast: bool = False) -> list[int]:
    """Rounds at which the first sensor of the street is asked, as it has gone these parts of its way."""
    network, sensors, _readings = District().parts()
    watch = Watch(network, sensors, shipped_templates(), FIGURES)
    calm = np.zeros(len(sensors))
    still = Stirring(calm, calm, calm, np.full(len(sensors), np.inf), calm > 1, calm > 1, calm > 1)
    first = np.arange(len(sensors)) == 0
    rounds = []
    for number, way in enumerate(ways):
        gone = np.where(first, way, 0.0)
        stirring = replace(still, z=np.where(first, z, 0.0), way=gone, beyond=gone, urgent=first & fast)
        if watch._whom_to_ask(stirring, 1_000 * BIN_MS + number * BIN_MS):
            rounds.append(number)
    return rounds


def test_who_stirs_waits_twice_as_long_each_time() -> None:
    assert asked([0.3] * 10) == [1, 2, 4, 8]


def test_what_is_urgent_waits_for_no_second_round() -> None:
    assert asked([0.3] * 10, z=0.0, fast=True) == [0, 1, 3, 7]


def test_who_comes_nearer_to_its_limit_is_asked_again() -> None:
    assert asked([0.1, 0.1, 0.1, 0.3, 0.4, 0.4, 0.7]) == [1, 2, 4, 6]


def test_who_is_about_to_reach_its_limit_is_asked_again_once() -> None:
    assert asked([0.7, 0.7, 0.7, 0.85, 0.85, 0.92, 0.93]) == [1, 2, 4, 5]
