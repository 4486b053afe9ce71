"""What single signs see in the district: a curve written into it, and the evidence that it must leave behind."""

from collections.abc import Callable

import numpy as np
import pytest

from tests.engine.diagnosis.district import Curve, District, gusting, rising, settling, square
from tests.engine.diagnosis.incidents import discharge
from tocsin.engine.diagnosis.weighing import log_weights, shares_of, spot_to_name


def outbursts(hours: np.ndarray) -> np.ndarray:
    """Ten minutes of a high value every seven hours, for two days."""
    return np.where((hours > -46) & (hours % 7 < 0.2) | (np.abs(hours) < 0.2), 30.0, 0.0)


def warmth_of_day(hours: np.ndarray) -> np.ndarray:
    """From three days before on it swells at the hour of the question and is gone half a day later."""
    return np.where(hours > -80, 30.0 * np.clip(np.cos(2 * np.pi * hours / 24), 0.0, 1.0), 0.0)


def gassy() -> District:
    """Gas in S2, beside the main, and less of it in T1, farther away."""
    return District().write("S2", "methane", gusting(-4, 40, 4)).write("T1", "methane", gusting(-4, 30, 4))


SEEN: list[tuple[str, Callable[[], District], tuple[str, str], str, str]] = [
    (
        "outbursts",
        lambda: District().write("T1", "methane", outbursts),
        ("T1", "methane"),
        "sensor_fault",
        "comes_and_goes.present",
    ),
    (
        "by day",
        lambda: District().write("T1", "methane", warmth_of_day),
        ("T1", "methane"),
        "sensor_fault",
        "follows_day.present",
    ),
    ("gradient", gassy, ("S2", "methane"), "gas_main_leak", "gas_gradient.present"),
    (
        "warm sewage",
        lambda: discharge().write("S2", "level", square(-0.5, 1.0, 0.1)),
        ("S1", "methane"),
        "industrial_discharge",
        "sewage_stirs.present",
    ),
]


@pytest.mark.parametrize(("district", "channel", "cause", "code"), [row[1:] for row in SEEN], ids=[row[0] for row in SEEN])
def test_it_is_seen(district: Callable[[], District], channel: tuple[str, str], cause: str, code: str) -> None:
    told = next(one for one in district().ask(*channel).hypotheses if one.cause == cause)
    assert code in [item.code for item in told.evidence]


NOT_SEEN: list[tuple[str, Curve, str]] = [
    ("a step is no outburst", square(-3, 3, 30.0), "comes_and_goes.present"),
    ("a steady rise follows no day", settling(-60, 30, 20), "follows_day.present"),
    ("a fast rise is no drift", rising(-1, 30, 1), "steady_drift.present"),
]


@pytest.mark.parametrize(("curve", "code"), [row[1:] for row in NOT_SEEN], ids=[row[0] for row in NOT_SEEN])
def test_it_is_not_seen(curve: Curve, code: str) -> None:
    fault = next(
        one for one in District().write("T1", "methane", curve).ask("T1", "methane").hypotheses if one.cause == "sensor_fault"
    )
    assert code not in [item.code for item in fault.evidence]


SPOTS = [
    # shares, x of the spots, named
    ("the likeliest", [0.6, 0.4], [0.0, 500.0], 0),
    ("two beside each other beat one", [0.4, 0.3, 0.3], [0.0, 500.0, 560.0], 1),
    ("nearly as good: the likelier", [0.49, 0.5, 0.01], [0.0, 90.0, -90.0], 1),
]


@pytest.mark.parametrize(("shares", "x_m", "named"), [row[1:] for row in SPOTS], ids=[row[0] for row in SPOTS])
def test_the_spot_with_the_most_probability_around_is_named(shares: list[float], x_m: list[float], named: int) -> None:
    assert spot_to_name(np.array(shares), np.column_stack((x_m, np.zeros(len(x_m)))), 100.0) == named


def test_strengths_count_by_their_side() -> None:
    weights = log_weights(np.array([[0.5, np.nan], [-0.5, 1.0]]), np.array([2.0, 1.0]), np.array([-4.0, 0.0]))
    assert weights.tolist() == [1.0, -1.0]
    assert shares_of(weights).sum() == pytest.approx(1.0)
