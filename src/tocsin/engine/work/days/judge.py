"""The verdict on each day of a firm: how it worked, how likely it worked at all, and which source said what."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tocsin.engine.work.days.activity import FULL, PARTIAL, SCALE, STATES
from tocsin.engine.work.days.expectation import NORMAL_RATES, Course, Habit, components, standings
from tocsin.engine.work.days.figures import DayFigures
from tocsin.engine.work.days.normals import Normal
from tocsin.engine.work.days.power import power_rows, weigh_power
from tocsin.engine.work.days.records import STATEMENTS, TOTALS, WINDOWS, channels, happenings
from tocsin.engine.work.days.weighing import log_odds, weigh, weigh_permits
from tocsin.engine.work.firm import Day, DayKind, Firm, OrderKind, Source, WorkState
from tocsin.engine.work.load import Load

POWER = "power"
LIVE = frozenset(source.value for source in (*TOTALS, *WINDOWS, Source.GATE_HEADCOUNT, Source.INSPECTOR_VISIT))
Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Weighed:
    """What the sources of a day said: log-likelihoods over the scale by source, and the firm's own word."""

    machines: dict[str, Floats]
    statements: dict[str, float]


def judge_days(firm: Firm, load: Load, figures: DayFigures) -> list[Day]:
    """One verdict a day, in the order of days; each from records of that day (late ones too) and of days before."""
    found = channels(firm, figures)
    normals = [Normal(figures.sources[c.source].base if c.source in figures.sources else 0.0) for c in found]
    rows = power_rows(load, figures.power)
    row_normals = [Normal(0.0, 0.75) for _ in rows]
    happened = happenings(firm)
    habit, course = Habit.of(firm, figures.expectation), Course()
    usual_permits = 1.0
    made: list[Day] = []
    for day, standing in enumerate(standings(firm)):
        date, kind = firm.days.dates[day], int(firm.days.kind[day])
        expected = habit.expects(date, kind)
        parts = components(standing, course, expected, kind == DayKind.HOLIDAY, figures.expectation)
        prior = parts.sum(axis=0)
        ordered = standing.kind is OrderKind.ORDERED_STOP
        machines: dict[str, Floats] = {}
        for row, normal in zip(rows, row_normals, strict=True):
            told = weigh_power(row, day, normal, ordered, figures.power)
            if told.any():
                machines[POWER] = machines.get(POWER, 0.0) + told
        statements: dict[str, float] = {}
        for channel, normal in zip(found, normals, strict=True):
            value = channel.value[day, 0]
            if channel.source in STATEMENTS:
                if np.isfinite(value):
                    statements[channel.source.value] = float(value)
            elif channel.source is Source.PERMITS:
                if np.isfinite(value):
                    machines[channel.source.value] = weigh_permits(float(value), usual_permits, figures)
            else:
                said = weigh(channel, day, normal, ordered, figures)
                if said.any():
                    machines[channel.source.value] = machines.get(channel.source.value, 0.0) + said
        for event in happened:
            if event.day == day:
                odds = (
                    (figures.visit_seen if event.value > 0.5 else -figures.visit_none)
                    if event.source is Source.INSPECTOR_VISIT
                    else figures.report_seen
                )
                machines[event.source.value] = (
                    machines.get(event.source.value, 0.0)
                    + np.where(SCALE.working, max(odds, 0) - max(odds, 0), 0.0)
                    + np.where(SCALE.working, min(odds, 0.0), -max(odds, 0.0))
                )
        for source, rule in figures.sources.items():
            if source.value in machines:
                machines[source.value] = np.maximum(machines[source.value] - machines[source.value].max(), -rule.most)
        said_all = sum(machines.values(), np.zeros(len(SCALE)))
        votes = {name: log_odds(odds, prior) for name, odds in machines.items()}
        conflict, spoken = _statements(statements, votes, ordered, expected < 0.5, figures)
        for name, odds in spoken.items():
            votes[name] = odds
            said_all = said_all + np.where(SCALE.working, max(odds, 0.0), -min(odds, 0.0)) - abs(odds)
        joint = parts * np.exp(said_all - said_all.max())
        total = joint.sum()
        posterior = joint.sum(axis=0) / total
        shares = joint.sum(axis=1) / total
        live = sum(1 for name, odds in machines.items() if name in LIVE and odds.any())
        weight = 1.0 if POWER in machines or live >= 2 else 0.0
        made.append(_day(firm, day, posterior, votes, conflict, weight, figures))
        # learning for the days to come
        working = float(posterior[SCALE.working].sum())
        output = float((posterior * SCALE.output)[SCALE.working].sum() / max(working, 1e-9))
        course.up = float(shares[0] + shares[1])
        if working > 0.5:
            rate = np.where(SCALE.working, posterior, 0.0)
            course.rate = 0.5 * course.rate + 0.5 * (0.7 * rate / rate.sum() + 0.3 * NORMAL_RATES)
        if standing.kind is None:
            habit.learn(date, kind, float(shares[0]), float(shares[1]))
        full = float(posterior[SCALE.state == FULL].sum())
        for row, normal in zip(rows, row_normals, strict=True):
            if np.isfinite(row.run[day]) and row.known[day] > 0.8:
                if full > 0.6 or (len(normal.running) < 4 and working > 0.6 and output > 0.5):
                    normal.running.append(float(row.run[day] + row.low[day]))
                elif working < 0.1:
                    normal.resting.append(float(row.run[day] + row.low[day]))
        for channel, normal in zip(found, normals, strict=True):
            if channel.trusted[day] and np.isfinite(channel.value[day, 0]) and channel.share[day, 0] > 0.9:
                normal.learn(float(channel.value[day, 0]), working, output)
                if channel.source is Source.PERMITS and working > 0.9:
                    usual_permits = 0.9 * usual_permits + 0.1 * float(channel.value[day, 0])
    return made


def _statements(
    said: dict[str, float], votes: dict[str, float], ordered: bool, resting: bool, figures: DayFigures
) -> tuple[tuple[str, ...], dict[str, float]]:
    """The firm's own word, which is one origin however often it is given: what machines contradict is a conflict; the rest counts
    only where they say little, or where it admits work under an order.
    """
    conflict: list[str] = []
    spoken: dict[str, float] = {}
    machines = sum(votes.values())
    for name, value in said.items():
        producing = value > 0.25
        against = sum(1 for v in votes.values() if (v < -figures.conflict_odds if producing else v > figures.conflict_odds))
        if against >= figures.conflict_machines:
            conflict.append(name)
        elif abs(machines) < figures.statement_silence or (ordered and producing):
            if producing:
                spoken[name] = figures.statement_at_rest if resting else figures.statement_producing
            else:
                spoken[name] = -(figures.statement_in_order if ordered else figures.statement_stopped)
    if len(spoken) > 1:
        strongest = max(spoken, key=lambda name: spoken[name])
        spoken = {strongest: spoken[strongest]}
    return tuple(conflict), spoken


def _day(
    firm: Firm,
    day: int,
    posterior: Floats,
    votes: dict[str, float],
    conflict: tuple[str, ...],
    weight: float,
    figures: DayFigures,
) -> Day:
    by_state = np.bincount(SCALE.state, weights=posterior, minlength=len(STATES))
    p = float(np.clip(by_state[PARTIAL:].sum(), 1e-6, 1 - 1e-6))
    p = 1.0 / (1.0 + np.exp(-(figures.slope * np.log(p / (1 - p)) + figures.shift)))
    state = STATES[int(by_state.argmax())] if weight >= figures.unknown_weight else WorkState.UNKNOWN
    ranked = tuple(sorted(((n, round(v, 3)) for n, v in votes.items()), key=lambda v: -abs(v[1])))
    return Day(firm.days.dates[day], state, float(p), ranked, conflict)
