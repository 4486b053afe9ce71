"""Scores of answers against the truth, and the tables made of them."""

import dataclasses
import math
import re
from pathlib import Path

import pytest

from tocsin.simulation.cases import make_case
from tocsin.simulation.worlds import case_of
from tocsin.warning.causes.policy.causes import shipped_templates
from tocsin.workshop.accuracy.diagnosis import side_by_side
from tocsin.workshop.accuracy.diagnosis.cases import score_case
from tocsin.workshop.accuracy.diagnosis.scores import Score, calibration_error, confusion, reliability, sum_up
from tocsin.workshop.accuracy.diagnosis.tables import diagram, tables, with_tables
from tocsin.workshop.files.cases import write_case


def told(
    truth: str, *shares: tuple[str, float], metres: float = 10.0, apart_m: float = 50.0, family: str = "rich", seed: int = 1
) -> Score:
    """A score with these shares, best first."""
    causes, values = zip(*shares, strict=True)
    return Score(
        f"{family}-{seed:06d}", family, "warm", truth, causes, values, metres, metres, True, apart_m, "gas_company", "gas_company"
    )


RIGHT = told("gas_main_leak", ("gas_main_leak", 0.8), ("sewer_biogas", 0.2))
FAR_OFF = told("gas_main_leak", ("gas_main_leak", 1.0), metres=300.0, apart_m=400.0)
SECOND = told("sewer_biogas", ("gas_main_leak", 0.6), ("sewer_biogas", 0.3), ("unknown", 0.1))
NOT_NAMED = told("no_event", ("gas_main_leak", 1.0), metres=math.nan, apart_m=math.nan)

ROWS = [
    # score, rank, first and near, Brier
    (RIGHT, 1, True, 0.08),
    (FAR_OFF, 1, False, 0.0),
    (SECOND, 2, False, 0.85),
    (NOT_NAMED, 2, False, 2.0),
]


@pytest.mark.parametrize(("one", "rank", "near", "brier"), ROWS, ids=["right", "far off", "second", "not named"])
def test_one_answer(one: Score, rank: int, near: bool, brier: float) -> None:
    assert (one.rank, one.near) == (rank, near)
    assert one.brier == pytest.approx(brier)


def test_sums_count_places_only_where_there_are_any() -> None:
    sums = sum_up([RIGHT, FAR_OFF, SECOND, NOT_NAMED])
    assert (sums.cases, sums.far) == (4, 1)
    assert (sums.first, sums.three, sums.near, sums.far_near) == pytest.approx((0.5, 1.0, 1 / 3, 0.0))


def test_confusion_and_reliability_count_every_answer() -> None:
    true, named, counts = confusion([RIGHT, SECOND])
    assert (true, counts.sum()) == (("gas_main_leak", "sewer_biogas"), 2)
    assert counts[true.index("sewer_biogas"), named.index("gas_main_leak")] == 1
    assert sum(band.told for band in reliability([RIGHT, SECOND])) == 4


CALIBRATION = [
    # share of the cause named first, how many of ten are right, error
    (0.8, 8, 0.0),
    (0.8, 5, 0.3),
    (1.0, 10, 0.0),
    (0.5, 10, 0.5),
]


@pytest.mark.parametrize(("share", "right", "error"), CALIBRATION)
def test_the_calibration_error_is_how_far_shares_are_from_what_came_true(share: float, right: int, error: float) -> None:
    ranking = (("gas_main_leak", share), ("sewer_biogas", 1 - share))
    scores = [told("gas_main_leak" if number < right else "no_event", *ranking) for number in range(10)]
    assert calibration_error(scores) == pytest.approx(error)


def test_errors_of_one_band_cancel_and_those_of_two_add_up() -> None:
    high = [told("gas_main_leak", ("gas_main_leak", 0.9), ("unknown", 0.1))] * 10
    low = [told("no_event", ("gas_main_leak", 0.7), ("unknown", 0.3))] * 10
    assert calibration_error(high + low) == pytest.approx((0.1 + 0.7) / 2)
    assert math.isnan(calibration_error([]))


def test_the_page_keeps_what_stands_around_its_tables() -> None:
    text = tables([RIGHT, SECOND, told("no_event", ("no_event", 1.0), apart_m=math.nan, family="poor")])
    assert "Poor districts" in text
    page = with_tables("before <!-- tables -->STALE<!-- end of tables --> after", text)
    assert page.startswith("before")
    assert page.endswith("after")
    assert "STALE" not in page
    assert diagram([RIGHT]).count("<circle") == 2


def test_cases_with_another_fault_stand_in_a_row_of_their_own() -> None:
    text = tables([RIGHT, dataclasses.replace(SECOND, besides=True)])
    assert "| with another fault elsewhere | 1 | 0.0% | 100.0% |" in text
    assert "another fault" not in tables([RIGHT, SECOND])


def test_worlds_stand_side_by_side_with_intervals() -> None:
    judging = [told("gas_main_leak", ("gas_main_leak", 0.8), ("sewer_biogas", 0.2), family="judging.clay")] * 8
    judging += [told("gas_main_leak", ("sewer_biogas", 0.7), ("gas_main_leak", 0.3), family="judging.clay")] * 2
    held = told("gas_main_leak", ("gas_main_leak", 1.0), family="judging.clay", seed=8_000_000)
    text = tables([RIGHT, *judging, held, told("gas_main_leak", ("gas_main_leak", 1.0), family="judging.poor")])
    assert "| held seeds of it | 1 |" in text
    assert "Held districts of the judging world" in text
    assert "| judging world | 10 | 80% (49% to 94%) |" in text  # Wilson's interval of 8 of 10
    assert "| first world | 1 | 100% (21% to 100%) |" in text
    assert "| judging world, poor | 1 |" in text
    assert "| `gas_main_leak` | 1 | 100% (21% to 100%) | 0.08 (0.08 to 0.08) | 10 | 80% (49% to 94%) | 0.26 (" in text
    assert "Districts of the judging world" in text
    assert "side by side" not in tables([RIGHT])


SEEDS = [("heat_main_leak_biogas", 4), ("power_cable_fault_heating", 4), ("no_event", 4)]


@pytest.mark.parametrize(("cause", "seed"), SEEDS, ids=[row[0] for row in SEEDS])
def test_a_made_case_is_answered(cause: str, seed: int, tmp_path: Path) -> None:
    """In a district nobody has seen the cause is among the first three."""
    folder = tmp_path / f"rich-{seed}"
    write_case(folder, make_case(seed, "rich", cause))
    one = score_case(folder, shipped_templates())
    assert (one.family, one.truth) == ("rich", cause)
    assert one.rank <= 3


def test_a_leak_that_one_well_notices_is_no_faulty_instrument(tmp_path: Path) -> None:
    """Eight calm wells within 100 m: gas through soil reaches one of them, ever faster (a district for development)."""
    folder = tmp_path / "judging.new_town-6700028"
    write_case(folder, case_of("judging", 6_700_028, "new_town", "gas_main_leak"))
    one = score_case(folder, shipped_templates())
    assert one.near
    assert one.shares[0] > 0.5


def test_the_interval_of_the_brier_score_lies_about_its_mean() -> None:
    """Of the mean, not of the sum: twice as many cases of the same kind make it narrower and move it nowhere."""
    told = ("gas_main_leak", "unknown")
    scores = [
        Score("c", "rich", "cold", "gas_main_leak", told, (share, 1 - share), 0.0, 0.0, False, 0.0, "", "")
        for share in (0.9, 0.8, 0.4, 0.95)
    ]
    for several in (scores, scores * 2):
        cell = side_by_side._brier(several)
        mean, low, high = map(float, re.findall(r"[\d.]+", cell))
        assert low <= mean <= high <= 2, cell
