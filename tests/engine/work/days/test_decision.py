"""What follows from whether a firm works, and what is known at a moment."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from tests.engine.work.days.drawing import FIRST_MS, WEEK, at, workshop
from tests.engine.work.days.test_days import BEFORE, LAST, TOLD, order
from tocsin.engine.work.days.figures import DecisionFigures
from tocsin.engine.work.decision import Decision, Reason, decide, seen_until, verdict
from tocsin.engine.work.firm import Order, OrderKind, Source
from tocsin.engine.work.judgement import WorkFigures

ORDERED, PLANNED = OrderKind.ORDERED_STOP, OrderKind.PLANNED_STOP
FIGURES = WorkFigures()


@pytest.mark.parametrize(
    ("p", "kind", "kinds", "contradicted", "decision", "reason"),
    [
        (0.95, ORDERED, {"power", "gas_use"}, {}, Decision.INSPECT, Reason.TWO_KINDS_AGREE),
        (0.90, ORDERED, {"power", "gas_use"}, {}, Decision.INSPECT, Reason.TWO_KINDS_AGREE),
        (0.99, ORDERED, {"power"}, {}, Decision.ASK, Reason.ONE_KIND_ONLY),
        (0.89, ORDERED, {"power", "gas_use"}, {}, Decision.ASK, Reason.LIKELY),
        (0.60, ORDERED, {"power"}, {}, Decision.ASK, Reason.LIKELY),
        (0.59, ORDERED, {"power"}, {}, Decision.CANNOT_TELL, Reason.EVEN),
        (0.39, ORDERED, set(), {}, Decision.NOTHING, Reason.ORDER_IN_FORCE),
        (0.95, ORDERED, {"power", "gas_use"}, {"declaration": False}, Decision.INSPECT, Reason.STATEMENT_CONTRADICTED),
        (0.95, None, {"power", "gas_use"}, {}, Decision.NOTHING, None),
        (0.95, None, {"power", "gas_use"}, {"declaration": False}, Decision.CONFLICT, Reason.STATEMENT_CONTRADICTED),
        (0.02, None, set(), {"declaration": True}, Decision.CONFLICT, Reason.STATEMENT_CONTRADICTED),
        (0.80, PLANNED, {"power"}, {}, Decision.ASK, Reason.PLANNED_STOP_IN_FORCE),
        (0.30, PLANNED, {"power"}, {}, Decision.NOTHING, None),
    ],
)
def test_decisions(
    p: float, kind: OrderKind | None, kinds: set[str], contradicted: Mapping[str, bool], decision: Decision, reason: Reason | None
) -> None:
    made, reasons = decide(
        p, order=kind, kinds=kinds, contradicted=contradicted, expected=True, blind=False, figures=DecisionFigures()
    )
    assert made is decision
    assert reason in reasons if reason else not reasons


def test_who_is_blind_can_not_tell_however_sure() -> None:
    made = decide(0.99, order=ORDERED, kinds={"power"}, contradicted={}, expected=True, blind=True, figures=DecisionFigures())
    assert made == (Decision.CANNOT_TELL, (Reason.NO_LIVE_SOURCE,))


def test_a_rest_day_is_no_conflict() -> None:
    contradicted = {"declaration": True}  # the word of Friday still stands on Sunday
    made = decide(
        0.01, order=None, kinds=set(), contradicted=contradicted, expected=False, blind=False, figures=DecisionFigures()
    )
    assert made[0] is Decision.NOTHING


def test_work_against_an_order_is_inspected_once_two_kinds_speak() -> None:
    """`BEFORE`, the day of the order, a day at rest, then work in spite of it."""
    made = workshop(BEFORE + "F_FF", order(ORDERED))
    now = verdict(made.firm(), at(LAST + 2, 19), FIGURES)
    assert (now.decision, now.conflict) == (Decision.INSPECT, ())
    assert {"power", "gate_headcount"} <= {vote.origin for vote in now.votes if vote.log_odds > 0.5}
    alone = verdict(made.without(*TOLD, Source.DECLARATION, Source.PERMITS).firm(), at(LAST + 2, 19), FIGURES)
    assert (alone.decision, alone.reasons[-1]) == (Decision.ASK, Reason.ONE_KIND_ONLY)


def test_a_plant_of_the_day_rests_at_night() -> None:
    firm = workshop(WEEK * 5).firm()
    day, night = (verdict(firm, at(31, hour), FIGURES) for hour in (15, 6.5))
    assert day.p_working is not None and day.p_working > 0.9
    assert night.p_working is not None and night.p_working < 0.1
    assert (day.decision, night.decision) == (Decision.NOTHING, Decision.NOTHING)


def test_the_only_metered_line_at_rest_by_an_order_does_not_rest_the_plant() -> None:
    named = (Order("O", "L", date(2025, 12, 8), None, ORDERED),)
    drawn = replace(workshop(BEFORE + "p"), beside=200.0, halted=frozenset({LAST}))
    told, untold = (
        verdict(replace(drawn, orders=orders).without(*TOLD, Source.PERMITS, Source.DECLARATION).firm(), at(LAST, 19), FIGURES)
        for orders in (named, ())
    )
    assert told.p_working is not None and untold.p_working is not None
    assert told.p_working > 0.5 > untold.p_working


def test_old_evidence_loses_weight_until_nothing_is_known() -> None:
    made = replace(workshop(WEEK * 6), dark=frozenset(range(30, 42)))
    made = replace(made, records=tuple(record for record in made.records if record[2] < at(30, 20)))
    seen = [verdict(made.firm(), at(day, 19), FIGURES) for day in (30, 31, 32, 40)]
    weights = [{vote.source: vote.weight for vote in one.votes}.get("gate_headcount", 0.0) for one in seen]
    assert weights == sorted(weights, reverse=True)
    assert weights[2] == pytest.approx(weights[1] / 2.0)
    assert (seen[-1].decision, seen[-1].p_working) == (Decision.CANNOT_TELL, None)
    assert {"power", "gate_headcount"} <= set(seen[-1].missing)


def test_a_moment_knows_nothing_later() -> None:
    firm = workshop(WEEK * 5).firm()
    seen = seen_until(firm, at(10, 12))
    assert len(seen.days) == 11
    assert np.isnan(seen.kw[:, 10 * 96 + 48 :]).all() and np.isfinite(seen.kw[:, : 10 * 96 + 48]).all()
    assert seen.evidence.ts.max() <= at(10, 12)
    assert verdict(firm, at(10, 12), FIGURES) == verdict(seen, at(10, 12), FIGURES)
    with pytest.raises(ValueError, match="before the first day"):
        seen_until(firm, FIRST_MS - 1)
