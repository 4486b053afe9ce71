"""The scorer of work status and duty: its rules as tables, and a slow twin that counts quarter hours."""

import math
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tocsin.workshop.accuracy.work.episodes import (
    EITHER_HIDDEN,
    HOUR_MS,
    KINDS,
    WIDENED_MS,
    WIDENED_OTHERWISE_MS,
    Span,
    score_kind,
)
from tocsin.workshop.accuracy.work.folders import Compared
from tocsin.workshop.accuracy.work.states import Row, accuracy, brier, confusion, f1_by_state, known, macro_f1, reliability
from tocsin.workshop.accuracy.work.tables import tables

HIDDEN, PARTIAL, OFF, SUDDEN = "hidden_production", "partial_hidden_production", "protective_off", "sudden_stop"


def span(
    begin_h: float, end_h: float, kind: str = HIDDEN, probability: float = 1.0, firm: str = "F1", told_h: float | None = None
) -> Span:
    """An episode in hours."""
    told = None if told_h is None else round(told_h * HOUR_MS)
    return Span(firm, round(begin_h * HOUR_MS), round(end_h * HOUR_MS), kind, probability, told)


ONE = [
    # what, true, named, right, found
    ("the same", span(100, 110), span(100, 110), 1, 1),
    ("half of it within twelve hours", span(100, 110), span(78, 98), 1, 0),
    ("less than half", span(100, 110), span(70, 95), 0, 0),
    ("an hour of overlap of a long one", span(100, 300), span(100, 101), 1, 1),
    ("less than an hour", span(100, 300), span(100, 100.75), 1, 0),
    ("half of a short one", span(100, 101), span(100.5, 102), 1, 1),
    ("a month named for one night finds it and is false", span(400, 410), span(100, 800), 0, 1),
    ("below one half is not named", span(100, 110), span(100, 110, probability=0.49), 0, 0),
    ("another firm", span(100, 110), span(100, 110, firm="F2"), 0, 0),
    ("another kind", span(100, 110), span(100, 110, PARTIAL), 0, 0),
    ("protective devices within one hour", span(100, 104, OFF), span(97, 99.5, OFF), 0, 0),
    ("protective devices half within one hour", span(100, 104, OFF), span(98.5, 99.5, OFF), 1, 0),
    ("sudden stops within two hours", span(100, 104, SUDDEN), span(97, 99, SUDDEN), 1, 0),
]


@pytest.mark.parametrize(("true", "named", "right", "found"), [row[1:] for row in ONE], ids=[row[0] for row in ONE])
def test_one_named_and_one_true(true: Span, named: Span, right: int, found: int) -> None:
    score = score_kind(true.kind, [true], [named], 365)
    assert score.right == right
    assert sum(one.found for one in score.true) == found


def test_kinds_of_hidden_production_are_one_only_where_asked() -> None:
    true, named = [span(0, 10, PARTIAL)], [span(0, 10, HIDDEN)]
    assert score_kind(HIDDEN, true, named, 365).precision == 0.0
    assert score_kind(PARTIAL, true, named, 365).recall == 0.0
    assert score_kind(EITHER_HIDDEN, true, named, 365).f1 == 1.0


def test_delay_is_that_of_the_earliest_finder_and_false_ones_count_by_firm_and_year() -> None:
    named = [span(3, 9, told_h=5), span(2, 9, told_h=4), span(500, 510, told_h=501)]
    score = score_kind(HIDDEN, [span(1, 10)], named, firm_days=730)
    assert score.delays_ms == [3 * HOUR_MS]
    assert score.false_a_firm_and_year == pytest.approx(365.25 / 730)


def test_each_manner_of_hidden_production_is_counted_by_itself() -> None:
    behind = replace(span(100, 110, PARTIAL), manners=("low load", "own generator"))
    open_ = replace(span(300, 310), manners=("low load",))
    told = (span(100, 110, HIDDEN, told_h=103), span(300, 310, HIDDEN, told_h=301))
    shown = tables(
        Compared({"F1": "mine"}, 120, (Row("full", "full", 1.0, True, "rich", "mine", "none", "F1"),), (behind, open_), told)
    )
    assert "| low load | 2 | 2 | 1 | 1.000 | 3.0 h |" in shown
    assert "| own generator | 1 | 1 | 0 | 1.000 | 3.0 h |" in shown


def test_nothing_true_and_nothing_named_has_no_figure() -> None:
    score = score_kind(HIDDEN, [], [], 365)
    assert all(math.isnan(one) for one in (score.precision, score.recall, score.f1))
    assert score_kind(HIDDEN, [span(0, 1)], [], 365).f1 == 0.0


def quarters(one: Span, widened_ms: int = 0) -> set[int]:
    """The quarter hours of an episode, one by one."""
    quarter = HOUR_MS // 4
    return set(range((one.start_ms - widened_ms) // quarter, (one.end_ms + widened_ms) // quarter))


spans = st.builds(
    lambda begin, length, kind, firm: Span(firm, begin * HOUR_MS // 4, (begin + length) * HOUR_MS // 4, kind),
    st.integers(60, 400),
    st.integers(1, 200),
    st.sampled_from([HIDDEN, OFF, SUDDEN]),
    st.sampled_from(["F1", "F2"]),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(spans, max_size=6), st.lists(spans, max_size=6))
def test_agrees_with_its_slow_twin(true: list[Span], named: list[Span]) -> None:
    for kind in (HIDDEN, OFF, SUDDEN):
        score = score_kind(kind, true, named, 365)
        own_true, own_named = [one for one in true if one.kind == kind], [one for one in named if one.kind == kind]
        widened = WIDENED_MS.get(kind, WIDENED_OTHERWISE_MS)
        for one, right in score.named:
            inside = [len(quarters(one) & quarters(other, widened)) for other in own_true if other.firm == one.firm]
            assert right == (max(inside, default=0) * 2 >= len(quarters(one)))
        for found in score.true:
            shared = [len(quarters(found.span) & quarters(other)) for other in own_named if other.firm == found.span.firm]
            assert found.found == (max(shared, default=0) >= min(4.0, len(quarters(found.span)) / 2))


def test_every_kind_of_the_format_is_scored() -> None:
    assert len(set(KINDS)) == 8


def row(true: str, told: str, probability: float = 1.0) -> Row:
    """A day."""
    return Row(true, told, probability, true in ("partial", "full", "over"), "rich", "mine")


def test_unknown_is_a_miss_with_it_and_left_out_without() -> None:
    rows = [row("full", "full"), row("full", "unknown"), row("stopped", "stopped", 0.0), row("stopped", "full", 0.6)]
    assert f1_by_state(rows) == {"full": pytest.approx(2 / 4), "stopped": pytest.approx(2 / 3)}
    assert macro_f1(known(rows)) == pytest.approx((2 / 3 + 2 / 3) / 2)
    assert accuracy(rows) == pytest.approx(2 / 3)
    assert confusion(rows)["stopped", "full"] == 1


def test_brier_and_bands() -> None:
    rows = [row("full", "full", 0.9), row("stopped", "stopped", 0.2), row("full", "full", 1.0)]
    assert brier(rows) == pytest.approx((0.01 + 0.04 + 0.0) / 3)
    assert [(band.rows, band.true) for band in reliability(rows, (0.0, 0.5, 1.0))] == [(1, 0.0), (2, 1.0)]
    assert math.isnan(brier([]))
