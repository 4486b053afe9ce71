"""What a load that never rests is held to, once it has failed."""

from dataclasses import replace

import pytest

from tests.engine.work.devices.drawing import ROW, Plant, at, episodes_of, plant, told
from tocsin.engine.work.firm import Firm


def failed(made: Plant, *spans: tuple[int, int]) -> Firm:
    for begin, end in spans:
        made.kw["FAN"][begin:end] = 0.3
    return made.firm()


FIRST, SECOND = (at(12, 9), at(12, 17)), (at(20, 9), at(20, 12))
LONG = (at(12, 9), at(14, 9))


@pytest.mark.parametrize(("spans", "heard"), [((FIRST, SECOND), 2), ((LONG, SECOND), 1), ((SECOND,), 1)])
def test_a_failure_is_no_habit_but_what_stays_off_for_days_rests(spans: tuple[tuple[int, int], ...], heard: int) -> None:
    assert [begin for _, _, begin, _ in told(failed(plant(), *spans))] == [begin for begin, _ in spans[:heard]]


def test_a_second_failure_rests_on_the_past_only() -> None:
    """Whatever comes behind the moment in which it was told."""
    firm = failed(plant(), FIRST, SECOND)
    until = firm.days.ms(SECOND[0] + 3)
    other = replace(firm, kw=firm.kw.copy())
    other.kw[ROW["FAN"], SECOND[0] + 3 :] = 80.0
    heard = [[(e.start_ms, e.detected_ms) for e in episodes_of(each) if e.detected_ms <= until] for each in (firm, other)]
    assert heard[0] == heard[1]
    assert len(heard[0]) == 2
