"""Worlds beside each other: figures and intervals by firm, and which world a case is of."""

import math
from pathlib import Path

import numpy as np
import pytest

from tocsin.base.errors import InvalidInput
from tocsin.workshop.accuracy.intervals import bootstrap
from tocsin.workshop.accuracy.work.episodes import HOUR_MS, Span, score_kind
from tocsin.workshop.accuracy.work.folders import Compared, compare_folders
from tocsin.workshop.accuracy.work.states import Row, brier, macro_f1
from tocsin.workshop.accuracy.work.tables import tables
from tocsin.workshop.accuracy.work.worlds import beside, worlds_of

pytestmark = pytest.mark.one_database

HIDDEN = "hidden_production"


def row(firm: str, true: str, told: str, probability: float) -> Row:
    return Row(true, told, probability, true != "stopped", "rich", "foundry", "none", firm)


def compared(world: str = "own", lead: str = "A") -> Compared:
    """Six firms: two of three hidden nights are found, one more is named for nothing."""
    firms = [f"{lead}/F{number}" for number in range(6)]
    days = tuple(
        row(firm, *day)
        for firm in firms
        for day in (
            ("full", "full", 0.9),
            ("stopped", "stopped", 0.1),
            ("stopped", "full" if firm[-1] == "3" else "stopped", 0.2),
        )
    )
    true = tuple(Span(firm, 0, 8 * HOUR_MS, HIDDEN) for firm in firms[:3])
    named = tuple(Span(firm, 0, 8 * HOUR_MS, HIDDEN, 0.9, HOUR_MS) for firm in (*firms[:2], firms[5]))
    return Compared(dict.fromkeys(firms, "foundry"), 18, days, true, named, (), dict.fromkeys(firms, world))


def test_figures_agree_with_those_of_the_other_tables() -> None:
    part = compared()
    head, rows = beside({"own": part})
    shown = {line[0]: line[1] for line in rows}
    score = score_kind(HIDDEN, part.true, part.named, part.firm_days)
    assert head == ["", "own, 6 firms"]
    assert shown[f"`{HIDDEN}`: precision"].startswith(f"{score.precision:.2f} (")
    assert shown[f"`{HIDDEN}`: F1"].startswith(f"{score.f1:.2f} (")
    assert shown[f"`{HIDDEN}`: false a firm and year"].startswith(f"{score.false_a_firm_and_year:.2f} (")
    assert shown["days: macro-F1"].startswith(f"{macro_f1(part.days):.2f} (")
    assert shown["days: Brier score"].startswith(f"{brier(part.days):.4f} (")
    assert shown["`night_production`: F1"] == "", "nothing there, nothing measured"


def test_worlds_stand_side_by_side() -> None:
    own, other = compared(), compared("judging", "B")
    both = Compared(
        own.trade | other.trade,
        36,
        own.days + other.days,
        own.true + other.true,
        own.named + other.named,
        (),
        own.world | other.world,
    )
    assert list(worlds_of(both)) == ["own", "judging"]
    text = tables(both)
    assert "| own, 6 firms | judging, 6 firms |" in text
    assert text.index("### Worlds beside each other") < text.index("## World: own") < text.index("## World: judging")
    assert "## World:" not in tables(own), "a single world is the page's matter"


def test_intervals_hold_the_figure_and_narrow_with_more_firms() -> None:
    def share(sums: np.ndarray) -> float:
        return float(sums[0] / sums[1]) if sums[1] else math.nan

    few = [(float(number % 4 != 0), 1.0) for number in range(12)]
    low, high = bootstrap(few, share)
    assert low < 0.75 < high
    narrow = bootstrap(few * 20, share)
    assert narrow[1] - narrow[0] < (high - low) / 3
    assert bootstrap(few, share) == (low, high), "the same each time"
    assert all(math.isnan(end) for end in bootstrap([(0.0, 0.0)], share))


def test_the_truth_says_of_which_world_a_case_is(tmp_path: Path) -> None:
    case, answers = tmp_path / "case", tmp_path / "answers"
    (case / "truth").mkdir(parents=True)
    answers.mkdir()
    (case / "firms.csv").write_text("firm_id,trade\nF1,foundry\n")
    (case / "truth" / "daily_state.csv").write_text("firm_id,date,state,evidence,ordered_stop\nF1,2026-03-02,full,rich,none\n")
    (case / "truth" / "episodes.csv").write_text("firm_id,start,end,kind,how\n")
    (answers / "daily_state.csv").write_text("firm_id,date,state,p_working\nF1,2026-03-02,full,0.9\n")
    (answers / "episodes.csv").write_text("firm_id,start,end,kind,probability\n")
    assert compare_folders([(case, answers)]).world == {"case/F1": "own"}
    (case / "truth" / "world.csv").write_text("world\njudging\n")
    assert compare_folders([(case, answers)]).world == {"case/F1": "judging"}
    (case / "truth" / "world.csv").write_text("world\n")
    with pytest.raises(InvalidInput, match="one row with the name of the world"):
        compare_folders([(case, answers)])
