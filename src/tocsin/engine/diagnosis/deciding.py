"""Which one reading or question would decide: expected information about the cause, and the place, for its cost in minutes.

The information of a check is the mutual information between its outcome and the hypotheses under their present
probabilities, in bits (Lindley, Ann. Math. Statist. 27 (1956) 986; Shannon 1948).
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tocsin.base.geometry import distance_m
from tocsin.engine.diagnosis.answers import OTHER, closeness
from tocsin.engine.diagnosis.model import Hypothesis


@dataclass(frozen=True)
class Check:
    """Something that can be measured by a crew or asked by telephone.

    `at`: "asked" (the place that rings), "suspected" (the place of the likeliest hypothesis of the causes in `of`),
    "upstream" or "downstream" (the chamber there of the suspected pipe), "" (nowhere: a telephone). `asks`: quantities
    of alarms that it is for, none means all. `answered_by`: quantities ("quantity" or "quantity@owner") whose live
    sensor at that place answers it already; for a telephone one in the district. `outcomes` are named; `given` holds
    P(outcome | cause) in their order by cause, with `OTHER`. `no_answer`: share of times that nothing comes of it,
    whatever the cause. `minutes`: of the check itself, without the way.
    """

    id: str
    at: str
    of: tuple[str, ...]
    asks: tuple[str, ...]
    answered_by: tuple[str, ...]
    minutes: float
    reach_m: float
    no_answer: float
    outcomes: tuple[str, ...]
    given: Mapping[str, tuple[float, ...]]

    def outcome_given(self, outcome: str) -> dict[str, float]:
        """P(outcome | cause) by cause; ValueError for an unknown outcome."""
        column = self.outcomes.index(outcome)
        return {cause: row[column] for cause, row in self.given.items()}


@dataclass(frozen=True)
class PlacedCheck:
    """A check where it can be made: an asset's code and a place in degrees ("" and NaN by telephone), and metres from the
    place that rings (NaN by telephone).
    """

    check: Check
    asset_code: str = ""
    lon: float = math.nan
    lat: float = math.nan
    metres: float = math.nan


@dataclass(frozen=True)
class Travel:
    """How long a crew takes to a place: `start_minutes` until one is there, then `minutes_per_100_m` between places."""

    start_minutes: float
    minutes_per_100_m: float


@dataclass(frozen=True)
class Prospect:
    """What one outcome would mean: how likely it is, and each hypothesis's probability after it, in the given order."""

    outcome: str
    probability: float
    shares: tuple[float, ...]


@dataclass(frozen=True)
class Deciding:
    """How much a check would tell. `changes_first`: probability that another cause or place stands first afterwards."""

    placed: PlacedCheck
    bits: float
    minutes: float
    changes_first: float
    prospects: tuple[Prospect, ...]

    @property
    def bits_per_minute(self) -> float:
        """Expected information for its cost."""
        return self.bits / self.minutes


def likelihoods(hypotheses: Sequence[Hypothesis], placed: PlacedCheck) -> NDArray[np.float64]:
    """P(outcome | hypothesis), float64[hypotheses, outcomes]; rows sum to 1 (nothing coming of it is left out)."""
    check = placed.check
    other = np.asarray(check.given[OTHER], np.float64)
    rows = np.empty((len(hypotheses), len(check.outcomes)))
    for number, one in enumerate(hypotheses):
        close = closeness(one, of=check.of, reach_m=check.reach_m, lon=placed.lon, lat=placed.lat)
        rows[number] = close * np.asarray(check.given.get(one.cause, other)) + (1 - close) * other
    return rows


def information_bits(prior: NDArray[np.float64], rows: NDArray[np.float64]) -> float:
    """Mutual information between hypothesis and outcome in bits: sum p(h) p(o|h) log2(p(o|h) / p(o)), never below 0.

    `prior` float64[h] sums to 1, `rows` float64[h, o] are P(o | h).

    >>> information_bits(np.array([0.5, 0.5]), np.array([[1.0, 0.0], [0.0, 1.0]]))
    1.0
    """
    outcome = prior @ rows
    joint = prior[:, None] * rows
    with np.errstate(divide="ignore", invalid="ignore"):
        terms = joint * np.log2(rows / outcome)
    return max(0.0, float(np.nansum(np.where(joint > 0, terms, 0.0))))


def minutes_of(placed: PlacedCheck, travel: Travel, crews: Sequence[tuple[float, float]] = ()) -> float:
    """Minutes until its answer is in: by telephone the call alone; else the way of the nearest crew, and the work.

    `crews`: lon, lat of those on site; where there is none, one has to be sent to the place that rings first.
    """
    if math.isnan(placed.metres):
        return placed.check.minutes
    start = 0.0 if crews else travel.start_minutes
    metres = min((distance_m(*crew, placed.lon, placed.lat) for crew in crews), default=placed.metres)
    return placed.check.minutes + start + metres / 100 * travel.minutes_per_100_m


def weigh(hypotheses: Sequence[Hypothesis], placed: PlacedCheck, minutes: float) -> Deciding:
    """How much this check would tell of these hypotheses (their probabilities sum to 1), and what each outcome would mean."""
    prior = np.array([one.probability for one in hypotheses])
    rows = likelihoods(hypotheses, placed)
    answered = 1 - placed.check.no_answer
    chances = prior @ rows
    prospects = []
    changes = 0.0
    first = int(prior.argmax())
    for column, outcome in enumerate(placed.check.outcomes):
        chance = float(chances[column])
        shares = prior * rows[:, column] / chance if chance > 0 else prior
        if int(shares.argmax()) != first:
            changes += chance
        prospects.append(Prospect(outcome, answered * chance, tuple(shares.tolist())))
    return Deciding(placed, answered * information_bits(prior, rows), minutes, answered * changes, tuple(prospects))


def rank(weighed: Sequence[Deciding], *, least_bits: float) -> tuple[Deciding, ...]:
    """The checks worth making, the most information for its minutes first; ties by id and place."""
    worth = [one for one in weighed if one.bits >= least_bits]
    return tuple(sorted(worth, key=lambda one: (-one.bits_per_minute, one.placed.check.id, one.placed.asset_code)))
