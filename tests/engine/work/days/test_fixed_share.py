"""What slack and busy days show of the power that is drawn at any rate."""

import numpy as np
import pytest

from tocsin.engine.work.days.activity import SCALE, STATES
from tocsin.engine.work.days.figures import PowerFigures
from tocsin.engine.work.days.fixed_share import FixedShare
from tocsin.engine.work.days.power import PowerNormal, PowerRow, weigh_power
from tocsin.engine.work.firm import WorkState

FIGURES = PowerFigures()
SPREADS = (FIGURES.process_rest, FIGURES.process_run)


def flows(output: float) -> np.ndarray:
    """A water meter that shows a rate within a twentieth."""
    return -0.5 * ((SCALE.output - output) / 0.05) ** 2


def shown_by(output: float, fixed: float) -> float:
    return fixed + (1.0 - fixed) * output


@pytest.mark.parametrize("output", [0.5, 1.4])
@pytest.mark.parametrize(("fixed", "least", "most"), [(0.4, 0.7, 1.0), (0.0, 0.0, 0.03)])
def test_days_off_the_usual_power_tell_whether_a_share_of_it_is_fixed(
    output: float, fixed: float, least: float, most: float
) -> None:
    made = FixedShare(FIGURES)
    for _ in range(6):
        made.learn(shown_by(output, fixed), 1.0, *SPREADS, flows(output))
    assert least < made.chance < most


@pytest.mark.parametrize("output", [0.5, 1.0])
def test_usual_days_and_stopped_lines_tell_nothing(output: float) -> None:
    """Half of the output in half of the line hours is power in proportion, whatever is fixed."""
    made = FixedShare(FIGURES)
    for _ in range(6):
        made.learn(output, output, *SPREADS, flows(output))
    assert made.chance == FIGURES.fixed_expected


@pytest.mark.parametrize(("output", "state"), [(0.6, WorkState.PARTIAL), (1.24, WorkState.OVER)])
def test_a_plant_with_a_fixed_share_works_less_or_more_than_its_power_shows(output: float, state: WorkState) -> None:
    days = np.ones(20)
    shares = np.ones(20)
    shares[10:] = shown_by(output, FIGURES.fixed_share)
    row = PowerRow(True, np.repeat(shares[:, None] * 100.0, 96, axis=1), days, 2400.0 * days, 100.0 * days, 0.0 * days,
                   np.ones(96, np.bool_), 24.0 * days)  # fmt: skip
    normal = PowerNormal(FIGURES)
    for day in range(10):
        normal.learn(row, day, full=1.0, stopped=0.0, working=1.0, output=1.0)
    before = STATES[SCALE.state[weigh_power(row, 19, normal, ordered=False).argmax()]]
    for day in range(10, 19):
        normal.learn_fixed(row, day, flows(output))
    after = STATES[SCALE.state[weigh_power(row, 19, normal, ordered=False).argmax()]]
    assert (before, after) == (WorkState.FULL, state)
