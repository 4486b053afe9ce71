"""What moves fast towards its limit is asked at once, before ten minutes are over too, and again as it comes nearer; what only
strays is not."""

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


def pulse_of(*, jitter: float, scale: float, quantity: str = "methane", low: float = np.nan) -> tuple[Pulse, Habits]:
    """Of a sensor that usually shows 0 and rings at 25 (and below `low`)."""
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
    unbounded = np.array([[-np.inf], [np.inf]])
    habits = Habits(np.zeros((1, 24)), np.full((1, len(FIGURES.windows)), scale), np.array([jitter]), unbounded)
    return Pulse(sensors, Peers((), np.array([0])), Rain(network, sensors, FIGURES), FIGURES), habits


def urgent(values: list[float], *, jitter: float, scale: float, quantity: str = "methane", low: float = np.nan) -> bool:
    """Whether the last of these ten minutes is urgent."""
    pulse, habits = pulse_of(jitter=jitter, scale=scale, quantity=quantity, low=low)
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


def asked(ways: list[float], *, z: float = 1.5, fast: bool = False, a_round: int = 1) -> list[int]:
    """Looks, `a_round` in ten minutes, at which the first sensor is asked, as it has gone these parts of its way."""
    network, sensors, _readings = District().parts()
    watch = Watch(network, sensors, shipped_templates(), FIGURES)
    calm = np.zeros(len(sensors))
    still = Stirring(calm, calm, calm, np.full(len(sensors), np.inf), calm > 1, calm > 1, calm > 1)
    first = np.arange(len(sensors)) == 0
    looks = []
    for number, way in enumerate(ways):
        gone = np.where(first, way, 0.0)
        stirring = replace(still, z=np.where(first, z, 0.0), way=gone, beyond=gone, urgent=first & fast)
        at_ms = 1_000 * BIN_MS + number * BIN_MS // a_round
        if watch._whom_to_ask(stirring, at_ms, full=number % a_round == 0):
            looks.append(number)
    return looks


def test_who_stirs_waits_twice_as_long_each_time() -> None:
    assert asked([0.3] * 10) == [1, 2, 4, 8]


def test_what_is_urgent_waits_for_no_second_round() -> None:
    assert asked([0.3] * 10, z=0.0, fast=True) == [0, 1, 3, 7]


def test_who_comes_nearer_to_its_limit_is_asked_again() -> None:
    assert asked([0.1, 0.1, 0.1, 0.3, 0.4, 0.4, 0.7]) == [1, 2, 4, 6]


def test_who_is_about_to_reach_its_limit_is_asked_again_once() -> None:
    assert asked([0.7, 0.7, 0.7, 0.85, 0.85, 0.92, 0.93]) == [1, 2, 4, 5]


def test_before_ten_minutes_are_over_only_what_is_urgent_is_asked() -> None:
    assert asked([0.3] * 10, a_round=2) == [2, 4, 8]
    assert asked([0.3, 0.6] * 2, a_round=2) == [2]
    assert asked([0.3, 0.6, 0.6, 0.9], fast=True, a_round=2) == [0, 1, 2, 3]


def test_who_was_asked_between_waits_no_longer_for_it() -> None:
    assert asked([0.0, 0.3] + [0.3] * 10, fast=True, a_round=2) == [0, 1, 2, 6]
    assert asked([0.0, 0.0] + [0.3] * 10, fast=True, a_round=2) == [0, 2, 6]


def test_a_glance_sees_the_ten_minutes_that_are_not_over_and_keeps_nothing_of_them() -> None:
    glanced, habits = pulse_of(jitter=0.1, scale=0.1)
    stepped, _habits = pulse_of(jitter=0.1, scale=0.1)
    for number in range(3):
        glanced.step(np.zeros(1), number, habits)
        stepped.step(np.zeros(1), number, habits)
    assert glanced.glance(np.array([5.0]), 3, habits).urgent[0]
    after, undisturbed = glanced.step(np.array([1.0]), 3, habits), stepped.step(np.array([1.0]), 3, habits)
    assert [getattr(after, name).tolist() for name in ("z", "way", "urgent")] == [
        getattr(undisturbed, name).tolist() for name in ("z", "way", "urgent")
    ]
