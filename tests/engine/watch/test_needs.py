"""A cause whose likeliest signs any day brings is told only where one of those that it needs is there."""

import math
from dataclasses import replace

import pytest

from tocsin.engine.diagnosis.model import Hypothesis
from tocsin.engine.watch.gathering import Gathering, Opinion, Round
from tocsin.warning.early_signs.policy import WATCH_FILE, read_watch_figures, shipped_watch_figures

BURST = Hypothesis("water_main_burst", "W1", 120.4, 36.2, "water_company", 0.9, 3.0, ())
OPINION = Opinion(7, BURST, 0.9, frozenset({7, 8}), frozenset(), 0.0, 0.0, 0.5, math.inf)


def told(opinion: Opinion, rounds: int) -> int:
    gathering = Gathering(shipped_watch_figures())
    signs = 0
    for number in range(rounds):
        at_ms = number * 600_000
        signs += len(gathering.take(Round(at_ms, at_ms, frozenset({7}), frozenset(), (opinion,))))
    return signs


@pytest.mark.parametrize(
    ("signs", "expected"),
    [
        (set(), 0),
        ({"supply_rises", "water_main_near"}, 0),  # the morning's demand
        ({"supply_rises", "pressure_falls"}, 1),
        ({"chamber_fills"}, 1),
    ],
    ids=["nothing", "demand", "pressure", "chamber"],
)
def test_a_burst_needs_more_than_demand(signs: set[str], expected: int) -> None:
    assert told(replace(OPINION, signs=frozenset(signs)), rounds=3) == expected


def test_a_burst_is_told_once_diagnoses_agree() -> None:
    assert told(replace(OPINION, signs=frozenset({"chamber_fills"})), rounds=1) == 0


def test_a_sign_that_nobody_knows_is_refused() -> None:
    text = WATCH_FILE.read_text(encoding="utf-8").replace('"pressure_falls"', '"pressure_fells"')
    with pytest.raises(ValueError, match="pressure_fells"):
        read_watch_figures(text.encode(), "watch.toml")
