"""What speaks of a day's work besides its curves and the firm's own word: gas, water, flue gas, heads, trucks, tanks, sightings,
visits and reports.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tocsin.engine.work.days.activity import SCALE
from tocsin.engine.work.days.figures import DayFigures
from tocsin.engine.work.days.judge import flows_of, rate_of, weigh_day
from tocsin.engine.work.days.memory import Memory
from tocsin.engine.work.days.records import STATEMENTS
from tocsin.engine.work.days.weighing import log_odds, step_at_work, weigh
from tocsin.engine.work.firm import Firm, OrderKind, Source
from tocsin.engine.work.load.model import Load

SILENT = (Source.PERMITS, *STATEMENTS)
FLOWS = (Source.GAS_USE, Source.WATER_USE, Source.EMISSION_MONITOR, Source.TANK_MOVEMENT)  # go with output
LEAST_VOTE = 0.5  # log-odds from which on a source counts as one that saw work
FLAT = np.where(SCALE.working, 1.0 / SCALE.working.sum(), 1.0 / (~SCALE.working).sum())


@dataclass(frozen=True, eq=False)
class Signs:
    """By day: `odds` float64, log-odds of work that all sources add, each origin once; `sources` int64, how many saw work; `rate`
    float64, output against a normal day by what flows in and out, if it worked, NaN where nothing tells; `heard_ms` int64, when
    enough had been heard, the last record that speaks for work; `held` bool, furnaces are kept hot without goods.
    """

    odds: NDArray[np.float64]
    sources: NDArray[np.int64]
    rate: NDArray[np.float64]
    heard_ms: NDArray[np.int64]
    held: NDArray[np.bool_]


def no_signs(days: int) -> Signs:
    """Nothing was heard."""
    return Signs(
        np.zeros(days), np.zeros(days, np.int64), np.full(days, np.nan), np.zeros(days, np.int64), np.zeros(days, np.bool_)
    )


def other_signs(firm: Firm, load: Load, figures: DayFigures) -> Signs:
    """The signs of all days, each by records that speak of it and by what was learnt of the days before; only days under an
    ordered stop are looked at.
    """
    told = no_signs(len(firm.days))
    memory = Memory.of(firm, load, figures)
    ordered = [standing.kind is OrderKind.ORDERED_STOP for standing in memory.standings]
    for day in range(int(np.flatnonzero(ordered)[-1]) + 1 if any(ordered) else 0):
        weighed = weigh_day(memory, day)
        memory.learn(day, weighed.joint, rate_of(memory, day, weighed), flows_of(weighed))
        if not ordered[day]:
            continue
        told.held[day] = weighed.joint[:, SCALE.hot].sum() > 0.5
        machines = _machines(memory, day)
        votes = {name: log_odds(odds, FLAT) for name, odds in machines.items()}
        flows = [odds for name, odds in machines.items() if Source(name) in FLOWS and odds.any()]
        by_sender = strongest_of_senders(votes, firm)
        told.odds[day] = sum(by_sender.values())
        told.sources[day] = sum(vote >= LEAST_VOTE for vote in by_sender.values())
        if flows:
            total = np.sum(flows, axis=0)
            likely = np.where(SCALE.working, np.exp(total - total.max()), 0.0)
            told.rate[day] = float((likely * SCALE.output).sum() / likely.sum()) if likely.sum() > 0.0 else np.nan
        told.heard_ms[day] = _heard(memory, day, {name for name, vote in votes.items() if vote >= LEAST_VOTE})
    return told


def strongest_of_senders(votes: Mapping[str, float], firm: Firm) -> dict[str, float]:
    """Of each sender the vote that says most: whoever brings three sources is still one witness."""
    made: dict[str, float] = {}
    for source, vote in votes.items():
        origin = firm.origin_of(source)
        made[origin] = max(made.get(origin, 0.0), vote, key=abs)
    return made


def _machines(memory: Memory, day: int) -> dict[str, NDArray[np.float64]]:
    """Log-likelihoods over the scale by source, power and statements apart, the rate still in them."""
    made: dict[str, NDArray[np.float64]] = {}
    for channel, normal in zip(memory.channels, memory.normals, strict=True):
        if channel.source not in SILENT and channel.ts[day] != 0:
            odds = weigh(channel, day, normal, memory.ordered(day), memory.figures)
            name = channel.source.value
            made[name] = made[name] + odds if name in made else odds
    for one in memory.happenings:
        if one.day == day:
            visit = memory.figures.visit_seen if one.value > 0.0 else -memory.figures.visit_none
            seen = step_at_work(visit if one.source is Source.INSPECTOR_VISIT else memory.figures.report_seen)
            made[one.source.value] = made[one.source.value] + seen if one.source.value in made else seen
    for source, rule in memory.figures.sources.items():
        if source.value in made:
            made[source.value] = np.maximum(made[source.value] - made[source.value].max(), -rule.most)
    return made


def _heard(memory: Memory, day: int, names: set[str]) -> int:
    """When the last record of the day came that saw work, Unix ms; 0 where none did."""
    stamps = [int(channel.ts[day]) for channel in memory.channels if channel.source.value in names]
    stamps += [one.ts for one in memory.happenings if one.day == day and one.source.value in names]
    return max(stamps, default=0)
