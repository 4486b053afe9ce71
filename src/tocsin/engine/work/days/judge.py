"""The verdict on each day of a firm: how it worked, how likely it worked at all, and which source said what."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tocsin.engine.work.days.activity import PARTIAL, SCALE, STATES
from tocsin.engine.work.days.figures import DayFigures
from tocsin.engine.work.days.memory import Memory
from tocsin.engine.work.days.power import PowerNormal, PowerRow, weigh_power
from tocsin.engine.work.days.records import STATEMENTS, TOTALS, WINDOWS
from tocsin.engine.work.days.weighing import leave_rate, log_odds, step_at_work, weigh, weigh_permits
from tocsin.engine.work.firm import Day, Firm, Source, WorkState
from tocsin.engine.work.load.model import Load

POWER = "power"
TELLING = frozenset(source.value for source in (*TOTALS, *WINDOWS, Source.GATE_HEADCOUNT, Source.INSPECTOR_VISIT))
FLOWS = frozenset(source.value for source in (Source.GAS_USE, Source.WATER_USE, Source.TANK_MOVEMENT, Source.EMISSION_MONITOR))
PRODUCING = 0.25  # a statement above this says that the firm works, in part or wholly

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Weighed:
    """What was said of one day. `machines`: log-likelihood over the scale by source; `votes`: what each adds to the log-odds of
    working, a statement of the firm among them where it counts; `conflict`: statements that machines contradict; `joint`: float64
    (3, points), the outcome, sums to 1.
    """

    machines: Mapping[str, Floats]
    votes: Mapping[str, float]
    conflict: tuple[str, ...]
    joint: Floats

    @property
    def blind(self) -> bool:
        """True where hardly a source was alive: no curve, and at most one other that tells work from rest."""
        alive = sum(1 for name in self.machines if name in TELLING)
        return POWER not in self.machines and alive < 2


def judge_days(firm: Firm, load: Load, figures: DayFigures) -> list[Day]:
    """One verdict a day, in the order of days; each from records of that day (late ones too) and of days before."""
    memory = Memory.of(firm, load, figures)
    made: list[Day] = []
    for day in range(len(firm.days)):
        weighed = weigh_day(memory, day)
        made.append(_day(memory, day, weighed))
        memory.learn(day, weighed.joint, rate_of(memory, day, weighed), flows_of(weighed))
    return made


def weigh_day(memory: Memory, day: int) -> Weighed:
    """All evidence of a day, put together by what was learnt of the days before."""
    machines = machines_of(memory, day)
    said: dict[str, float] = {}
    for channel in memory.channels:
        if channel.source in STATEMENTS and channel.ts[day] != 0:
            said[channel.source.value] = float(channel.value[day, 0])
    return put_together(memory, day, memory.prior(day), machines, said)


def put_together(memory: Memory, day: int, parts: Floats, machines: Mapping[str, Floats], said: Mapping[str, float]) -> Weighed:
    """Prior `parts` float64 (3, points), machines and statements to the outcome."""
    prior = parts.sum(axis=0)
    votes = {name: log_odds(odds, prior) for name, odds in machines.items()}
    conflict, spoken = hear(said, votes, memory.ordered(day), memory.expected(day) < 0.5, memory.figures)
    votes |= spoken
    total = sum(machines.values(), np.zeros(len(SCALE))) + sum(map(step_at_work, spoken.values()), np.zeros(len(SCALE)))
    joint = parts * np.exp(total - total.max())
    return Weighed(machines, votes, conflict, joint / joint.sum())


def machines_of(memory: Memory, day: int) -> dict[str, Floats]:
    """Log-likelihoods over the scale of what is not the firm's own word, by source."""
    figures, ordered = memory.figures, memory.ordered(day)
    made: dict[str, Floats] = {}
    for row, power in zip(memory.rows, memory.row_normals, strict=True):
        if row.process and _others_tell(memory, row, day):
            continue
        _add(made, POWER, _weigh_row(memory, row, power, day, alone=POWER not in made))
    for channel, normal in zip(memory.channels, memory.normals, strict=True):
        if channel.source in STATEMENTS or channel.ts[day] == 0:
            continue
        if channel.source is Source.PERMITS:
            made[channel.source.value] = weigh_permits(float(channel.value[day, 0]), memory.usual_permits, figures)
        else:
            _add(made, channel.source.value, weigh(channel, day, normal, ordered, figures))
    for one in memory.happenings:
        if one.day == day:
            seen = figures.visit_seen if one.value > 0.0 else -figures.visit_none
            _add(made, one.source.value, step_at_work(seen if one.source is Source.INSPECTOR_VISIT else figures.report_seen))
    for source, rule in figures.sources.items():
        if source.value in made:
            odds = leave_rate(made[source.value], figures.rate_by_others) if POWER in made else made[source.value]
            made[source.value] = np.maximum(odds - odds.max(), -rule.most)
    return made


def _others_tell(memory: Memory, row: PowerRow, day: int) -> bool:
    """Whether all lines of a row are told to stop, so that only the connection speaks of the lines without a meter."""
    others = (other for other in memory.rows if other is not row and other.told(day, memory.figures.power))
    return memory.metered_stop(day) and any(others)


def _weigh_row(memory: Memory, row: PowerRow, power: PowerNormal, day: int, *, alone: bool) -> Floats:
    """What a row says; while a line without meter is ordered to stop, the metered ones at full are less than all."""
    ordered = memory.ordered(day)
    plain = weigh_power(row, day, power, ordered, alone=alone)
    missing = memory.unmetered_stop(day) if row.process else 0.0
    if missing == 0.0 or not plain.any():
        return plain
    obeyed = memory.figures.power.obeyed
    without = weigh_power(row, day, power, ordered, alone=alone, missing=missing)
    return np.asarray(np.logaddexp(np.log(obeyed) + without, np.log(1.0 - obeyed) + plain))


def rate_of(memory: Memory, day: int, weighed: Weighed) -> float:
    """Output of a day at work as the curves have it, else as all sources have it: what normal levels of sources are learnt by."""
    told = weighed.machines.get(POWER)
    joint = weighed.joint if told is None else memory.prior(day) * np.exp(told)
    chances = np.where(SCALE.working, joint.sum(axis=0), 0.0)
    return float((chances * SCALE.output).sum() / max(chances.sum(), 1e-12))


def flows_of(weighed: Weighed) -> Floats:
    """Log-likelihood over the scale of what a plant uses, moves or lets off: it follows output more than power does."""
    return sum((odds for name, odds in weighed.machines.items() if name in FLOWS), np.zeros(len(SCALE)))


def _add(made: dict[str, Floats], name: str, odds: Floats) -> None:
    if odds.any():
        made[name] = made[name] + odds if name in made else odds


def hear(
    said: Mapping[str, float], votes: Mapping[str, float], ordered: bool, resting: bool, figures: DayFigures
) -> tuple[tuple[str, ...], dict[str, float]]:
    """The firm's own word, one origin however often it is given: statements that machines contradict, and the vote of the rest,
    which counts only where machines say little, or where it admits work under an order.
    """
    conflict: list[str] = []
    spoken: dict[str, float] = {}
    machines = sum(votes.values())
    for name, value in said.items():
        producing = value > PRODUCING
        against = sum(1 for vote in votes.values() if (-vote if producing else vote) > figures.conflict_odds)
        if against >= figures.conflict_machines:
            conflict.append(name)
        elif abs(machines) < figures.statement_silence or (ordered and producing):
            if producing:
                spoken[name] = figures.statement_at_rest if resting else figures.statement_producing
            else:
                spoken[name] = -(figures.statement_in_order if ordered else figures.statement_stopped)
    strongest = max(spoken, key=lambda name: spoken[name], default="")
    return tuple(conflict), {strongest: spoken[strongest]} if spoken else {}


def calibrated(probability: float, figures: DayFigures) -> float:
    """The probability that such verdicts came true with."""
    kept = min(max(probability, 1e-6), 1.0 - 1e-6)
    odds = figures.slope * np.log(kept / (1.0 - kept)) + figures.shift
    return float(1.0 / (1.0 + np.exp(-odds)))


def _day(memory: Memory, day: int, weighed: Weighed) -> Day:
    by_state = np.bincount(SCALE.state, weights=weighed.joint.sum(axis=0), minlength=len(STATES))
    state = WorkState.UNKNOWN if weighed.blind else STATES[int(by_state.argmax())]
    working = calibrated(float(by_state[PARTIAL:].sum()), memory.figures)
    votes = sorted(((name, round(vote, 3)) for name, vote in weighed.votes.items()), key=lambda vote: -abs(vote[1]))
    return Day(memory.firm.days.dates[day], state, working, tuple(votes), weighed.conflict)
