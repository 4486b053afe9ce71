"""Whether a firm works now, and what follows from it: probability, votes, and one named verdict with its reasons."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np

from tocsin.engine.work.days.activity import SCALE
from tocsin.engine.work.days.figures import DecisionFigures
from tocsin.engine.work.days.judge import POWER, PRODUCING, calibrated, flows_of, put_together, rate_of, weigh_day
from tocsin.engine.work.days.memory import Memory
from tocsin.engine.work.days.now import DAY_MS, FIRM_ORIGIN, Now, blind_now, look_now, now_prior
from tocsin.engine.work.firm import QUARTERS_OF_A_DAY, Days, Evidence, Firm, OrderKind, PointQuality
from tocsin.engine.work.judgement import WorkFigures
from tocsin.engine.work.load.load import production_load


class Decision(StrEnum):
    """What follows from whether a firm works."""

    INSPECT = "inspect"  # works against an order, by two independent kinds of evidence: somebody is sent to look
    ASK = "ask"  # likely works where it should not, or by one kind of evidence only: a question to the firm, checked in time
    CONFLICT = "conflict"  # the firm says one thing, independent machines another
    CANNOT_TELL = "cannot_tell"
    NOTHING = "nothing"


class Reason(StrEnum):
    """Why a decision fell as it did."""

    NO_LIVE_SOURCE = "no_live_source"
    EVEN = "even"  # evidence for and against is about as strong
    ORDER_IN_FORCE = "order_in_force"
    PLANNED_STOP_IN_FORCE = "planned_stop_in_force"
    TWO_KINDS_AGREE = "two_kinds_agree"
    ONE_KIND_ONLY = "one_kind_only"
    LIKELY = "likely"
    STATEMENT_CONTRADICTED = "statement_contradicted"


@dataclass(frozen=True)
class Vote:
    """What one source says now. `level`: the platform that carried the record; `ts_ms`: its stamp; `log_odds`: what it adds to
    the log-odds of working, already by `weight`, which falls with age; `origin`: votes of one origin are not independent;
    `copies`: records of higher platforms counted as the same.
    """

    source: str
    level: str
    ts_ms: int
    log_odds: float
    weight: float
    origin: str
    copies: int = 0


@dataclass(frozen=True)
class Verdict:
    """Whether a firm works at `at_ms`, judged over the hours before. `p_working`: None where it cannot be told; `conflict`:
    statements of the firm that machines contradict, never averaged with them; `missing`: sources that are silent and would help.
    """

    at_ms: int
    p_working: float | None
    decision: Decision
    reasons: tuple[Reason, ...]
    votes: tuple[Vote, ...]
    conflict: tuple[str, ...]
    missing: tuple[str, ...]


def verdict(firm: Firm, at_ms: int, figures: WorkFigures) -> Verdict:
    """Judges one firm at a moment by what had come until then. ValueError for a moment before the firm's first day."""
    seen = seen_until(firm, at_ms)
    load = production_load(seen, figures.load)
    memory = Memory.of(seen, load, figures.days)
    today = len(seen.days) - 1
    for day in range(today):
        weighed = weigh_day(memory, day)
        memory.learn(day, weighed.joint, rate_of(memory, day, weighed), flows_of(weighed))
    now = look_now(memory, load, at_ms, today)
    weighed = put_together(memory, today, now_prior(memory, load, at_ms, today), now.machines, now.statements)
    p_working = calibrated(float(weighed.joint.sum(axis=0)[SCALE.working].sum()), figures.days)
    blind = blind_now(now)
    votes = _votes(seen, now, weighed.votes)
    decision, reasons = decide(
        p_working,
        order=memory.standings[today].kind,
        kinds={vote.origin for vote in votes if vote.log_odds >= figures.days.decision.kind_odds},
        contradicted={name: now.statements[name] > PRODUCING for name in weighed.conflict},
        expected=memory.expected(today) >= 0.5,
        blind=blind,
        figures=figures.days.decision,
    )
    return Verdict(at_ms, None if blind else p_working, decision, reasons, votes, weighed.conflict, now.missing)


def decide(
    p_working: float,
    *,
    order: OrderKind | None,
    kinds: Collection[str],
    contradicted: Mapping[str, bool],
    expected: bool,
    blind: bool,
    figures: DecisionFigures,
) -> tuple[Decision, tuple[Reason, ...]]:
    """What follows (domain rule, confidence C): with an order in force, 0.9 and two independent kinds of evidence an inspection;
    one kind, or 0.6 to 0.9, a question to the firm; a statement that machines contradict is a conflict.

    `order`: what stops the whole firm today; `kinds`: independent kinds of evidence that speak for work; `contradicted`:
    statements that machines contradict, True for one of producing; `expected`: whether a plant that is up works today; `blind`:
    hardly a source lives.

    >>> decide(0.95, order=OrderKind.ORDERED_STOP, kinds={"power"}, contradicted={}, expected=True, blind=False,
    ...     figures=DecisionFigures())[0]
    <Decision.ASK: 'ask'>
    """
    clash = (Reason.STATEMENT_CONTRADICTED,) if contradicted else ()
    if blind:
        return Decision.CANNOT_TELL, (Reason.NO_LIVE_SOURCE,)
    likely = p_working >= figures.likely
    if order is OrderKind.ORDERED_STOP:
        stopped = (Reason.ORDER_IN_FORCE, *clash)
        if p_working >= figures.sure:
            if len(set(kinds)) >= figures.kinds_to_inspect:
                return Decision.INSPECT, (*stopped, Reason.TWO_KINDS_AGREE)
            return Decision.ASK, (*stopped, Reason.ONE_KIND_ONLY)
        if likely:
            return Decision.ASK, (*stopped, Reason.LIKELY)
        if p_working >= 1.0 - figures.likely:
            return Decision.CANNOT_TELL, (*stopped, Reason.EVEN)
        return Decision.NOTHING, stopped
    if order is not None and likely:
        return Decision.ASK, (Reason.PLANNED_STOP_IN_FORCE, *clash, Reason.LIKELY)
    says_stopped = any(not producing for producing in contradicted.values())
    if contradicted and (likely if says_stopped else expected):
        return Decision.CONFLICT, clash
    return Decision.NOTHING, clash


def seen_until(firm: Firm, at_ms: int) -> Firm:
    """The firm as it was known at a moment: days up to that of the moment, quarters that were over, records that had come."""
    count = min((at_ms - firm.days.first_ms) // DAY_MS + 1, len(firm.days))
    if count < 1:
        raise ValueError(f"{at_ms} lies before the first day of firm {firm.id}")
    days = Days(firm.days.first_ms, firm.days.dates[:count], firm.days.kind[:count])
    kw, quality = firm.kw[:, : days.quarters].copy(), firm.quality[:, : days.quarters].copy()
    over = max(firm.days.quarter(at_ms), 0)
    kw[:, over:] = np.nan
    quality[:, over:] = PointQuality.ABSENT
    told = firm.evidence
    come = told.ts <= at_ms
    evidence = Evidence(told.source[come], told.level[come], told.ts[come], told.value[come], told.levels)
    hours = days.quarters * 24 // QUARTERS_OF_A_DAY
    return replace(
        firm,
        days=days,
        kw=kw,
        quality=quality,
        evidence=evidence,
        temperature_c=firm.temperature_c[:hours],
        irradiance_w_m2=firm.irradiance_w_m2[:hours],
    )


def _votes(firm: Firm, now: Now, votes: Mapping[str, float]) -> tuple[Vote, ...]:
    """The votes with where and when they come from, the heaviest first."""
    made = []
    for name, odds in votes.items():
        told = now.told[name]
        level = firm.evidence.levels[told.level] if told.level is not None else now.power_level
        origin = told.origin if told.origin in (FIRM_ORIGIN, POWER) else firm.origin_of(name)
        made.append(Vote(name, level, told.ts_ms, float(odds), told.weight, origin, told.copies))
    return tuple(sorted(made, key=lambda vote: -abs(vote.log_odds)))
