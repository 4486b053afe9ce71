"""What people measured or said, weighed into a ranking that sensors made: Bayes' rule on the kept shares."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from tocsin.base.geometry import distance_m
from tocsin.engine.diagnosis.model import Evidence, Figure, Hypothesis

OTHER = "other"  # the row for every cause that a check does not name
PREFIX = "answer."  # evidence codes of answers begin so: "answer.<check>.<outcome>"


@dataclass(frozen=True)
class Answer:
    """One outcome of one check.

    `given`: P(outcome | cause) by cause, all above 0, with `OTHER` for the causes not named. `lon`, `lat`: where it was
    looked (NaN: at the place that rings, or by telephone). `reach_m`: how far from there the row still speaks of the
    causes in `of`; 0 where the place of the fault does not matter. `seen` is in `unit` (None: said, not measured);
    `figures` are kept for the sentence.
    """

    check: str
    outcome: str
    given: Mapping[str, float]
    of: tuple[str, ...] = ()
    reach_m: float = 0.0
    lon: float = math.nan
    lat: float = math.nan
    ts_ms: int | None = None
    seen: float | None = None
    unit: str = ""
    figures: Mapping[str, Figure] | None = None

    @property
    def code(self) -> str:
        """The code of its evidence."""
        return f"{PREFIX}{self.check}.{self.outcome}"


def closeness(hypothesis: Hypothesis, *, of: Sequence[str], reach_m: float, lon: float, lat: float) -> float:
    """How far a look at that place speaks of this hypothesis: 1 there, exp(-metres / reach) away from it.

    A cause that was not sought there, and one without a place, is judged by its row alone.
    """
    places = (hypothesis.lon, hypothesis.lat, lon, lat)
    if reach_m <= 0 or hypothesis.cause not in of or any(math.isnan(one) for one in places):
        return 1.0
    return math.exp(-distance_m(*places) / reach_m)


def likelihood(given: Mapping[str, float], cause: str, close: float) -> float:
    """P(outcome | hypothesis): the cause's row near the fault, the row of other causes far from it."""
    return close * given.get(cause, given[OTHER]) + (1 - close) * given[OTHER]


def weight_of(answer: Answer, hypothesis: Hypothesis) -> float:
    """Natural logarithm of the likelihood ratio of the hypothesis against causes that the check does not name.

    >>> leak = Hypothesis("gas_main_leak", "", math.nan, math.nan, "", 0.5, 0.0, ())
    >>> round(weight_of(Answer("ethane", "none", {"gas_main_leak": 0.05, "other": 0.8}), leak), 2)
    -2.77
    """
    close = closeness(hypothesis, of=answer.of, reach_m=answer.reach_m, lon=answer.lon, lat=answer.lat)
    return math.log(likelihood(answer.given, hypothesis.cause, close) / answer.given[OTHER])


def with_answers(hypotheses: Sequence[Hypothesis], answers: Sequence[Answer]) -> tuple[Hypothesis, ...]:
    """The ranking with exactly these answers, best first; those it held before are taken out, so that one can be withdrawn.

    Answers are taken as independent of each other and of the sensors, given the cause. Their weights are added after the
    probabilities were formed, since they were not tempered as signs are. Probabilities sum to 1; ties go by name.
    """
    if not hypotheses:
        return ()
    logs: list[float] = []
    told: list[Hypothesis] = []
    for one in hypotheses:
        kept = tuple(item for item in one.evidence if not item.code.startswith(PREFIX))
        taken_out = sum(item.weight for item in one.evidence if item.code.startswith(PREFIX))
        added = tuple(_evidence(answer, one) for answer in answers)
        logs.append(math.log(max(one.probability, 1e-300)) - taken_out + sum(item.weight for item in added))
        evidence = sorted((*kept, *(item for item in added if item.weight)), key=lambda item: -abs(item.weight))
        told.append(replace(one, evidence=tuple(evidence)))
    highest = max(logs)
    shares = [math.exp(log - highest) for log in logs]
    total = sum(shares)
    ranked = [replace(one, probability=share / total) for one, share in zip(told, shares, strict=True)]
    return tuple(sorted(ranked, key=lambda one: (-one.probability, one.cause)))


def _evidence(answer: Answer, hypothesis: Hypothesis) -> Evidence:
    return Evidence(
        code=answer.code,
        weight=weight_of(answer, hypothesis),
        seen=answer.seen,
        unit=answer.unit,
        ts_ms=answer.ts_ms,
        figures=answer.figures,
    )
