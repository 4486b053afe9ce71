"""Early signs against the truth, and the tables made of them."""

import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from tocsin.engine.diagnosis.model import Hypothesis
from tocsin.engine.watch.model import EarlySign
from tocsin.simulation.cases import make_case
from tocsin.workshop.accuracy.early.scores import MINUTE_MS, Watched, score_signs
from tocsin.workshop.accuracy.early.tables import tables
from tocsin.workshop.commands.accuracy import accuracy
from tocsin.workshop.files.cases import write_case

LIMIT_MS = 1_000 * MINUTE_MS
TRUTH: dict[str, Any] = {"cause": "gas_main_leak", "lon": 120.4, "lat": 36.2, "onset_ts": 900 * MINUTE_MS}
BESIDES = {"cause": "sewer_biogas", "lon": 120.41, "lat": 36.2, "onset_ts": 800 * MINUTE_MS}
NORTH_100_M = 0.0009  # degrees


def sign(minute: int, cause: str = "gas_main_leak", lon: float = 120.4, lat: float = 36.2) -> EarlySign:
    named = Hypothesis(cause, "G1", lon, lat, "gas_company", 0.8, 3.0, ())
    return EarlySign(minute * MINUTE_MS, 1, named, 0.8, math.inf)


ROWS = [
    # signs, minutes before the limit (None: not told), late, wrong
    ([sign(950)], 50.0, 0, ()),
    ([sign(950), sign(920)], 80.0, 0, ()),
    ([sign(1_010)], None, 1, ()),
    ([sign(950), sign(1_010)], 50.0, 1, ()),
    ([sign(950, lat=36.2 + NORTH_100_M)], 50.0, 0, ()),
    ([sign(950, lat=36.2 + 2 * NORTH_100_M)], None, 0, ("gas_main_leak",)),
    ([sign(950, "sewer_biogas")], None, 0, ("sewer_biogas",)),
    ([sign(890)], None, 0, ("gas_main_leak",)),
    ([sign(950, "sewer_biogas", lon=120.41)], None, 0, ()),
    ([sign(790, "sewer_biogas", lon=120.41)], None, 0, ("sewer_biogas",)),
    ([sign(950, lon=math.nan, lat=math.nan)], None, 0, ("gas_main_leak",)),
    ([], None, 0, ()),
]
NAMES = [
    "right",
    "first of two",
    "late",
    "before and after",
    "near",
    "too far",
    "another cause",
    "before it began",
    "other fault",
]
NAMES += ["before the other began", "no place", "nothing"]


@pytest.mark.parametrize(("signs", "lead_min", "late", "wrong"), ROWS, ids=NAMES)
def test_signs_of_one_case(signs: list[EarlySign], lead_min: float | None, late: int, wrong: tuple[str, ...]) -> None:
    one = score_signs("case", "rich", {**TRUTH, "besides": [BESIDES]}, LIMIT_MS, signs, 10.0)
    assert (one.told, one.late, one.wrong) == (lead_min is not None, late, wrong)
    assert one.onset_min == 100.0
    if lead_min is not None:
        assert one.lead_min == pytest.approx(lead_min)


TOLD = Watched("case", "rich", "gas_main_leak", 100.0, 50.0, 0, (), 10.0)
MISSED = replace(TOLD, lead_min=math.nan, wrong=("sewer_biogas",))
FAST = replace(MISSED, onset_min=15.0, wrong=(), late=1)
FAULT = replace(TOLD, truth="sensor_fault", lead_min=math.nan, wrong=("gas_main_leak", "sewer_biogas"))
QUIET = replace(TOLD, truth="no_event", onset_min=math.nan, lead_min=math.nan)


def test_tables_count_events_and_wrong_signs_of_all_cases() -> None:
    text = tables([TOLD, MISSED, FAST, FAULT, QUIET])
    assert "| first world | 5 | 1 of 3: 33% (6% to 79%) | 1 of 2: 50% (9% to 91%) | 50 (50 to 50) | 1 | 0.060 (" in text
    assert "| `gas_main_leak` | first world | 1 of 3" in text
    assert "| `sensor_fault`" not in text
    assert "Causes of wrong signs: `sewer_biogas` 2, `gas_main_leak` 1." in text


def test_worlds_and_poor_families_stand_apart() -> None:
    cases = [replace(TOLD, family=family) for family in ("rich", "poor", "judging.clay", "judging.poor")]
    text = tables(cases)
    for name in ("first world", "first world, poor", "judging world", "judging world, poor"):
        assert f"| {name} | 1 | 1 of 1: 100%" in text
    assert "Causes of wrong signs: none." in text


def test_the_command_fills_a_page(tmp_path: Path) -> None:
    write_case(tmp_path / "cases/sparse-000004", make_case(4, "sparse", "heat_main_leak_biogas"))
    page = tmp_path / "page.md"
    page.write_text("before <!-- tables -->STALE<!-- end of tables --> after")
    done = CliRunner().invoke(accuracy, [str(tmp_path / "cases"), "--early", "--page", str(page)], catch_exceptions=False)
    assert done.exit_code == 0
    assert "| `heat_main_leak_biogas` | first world |" in page.read_text()
    assert "STALE" not in page.read_text()
