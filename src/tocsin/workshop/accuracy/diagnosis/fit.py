"""Weights of signs fitted on cases with known truth: conditional logit, held near the reasoned weights.

Maximised is the probability of the true causes and, inside each, of the places within 100 m of the real one, less a penalty for
leaving the reasoned weights. A cause weighs what its best place weighs; which one that is, is asked anew at every step
(McFadden 1974, "Conditional logit analysis of qualitative choice behavior").
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, minimize

from tocsin.engine.diagnosis.templates import Templates
from tocsin.workshop.accuracy.diagnosis.strengths import CaseStrengths, CauseStrengths

Floats = NDArray[np.float64]
SPREAD = 0.4  # standard deviation of a weight about the reasoned one, as a share of it, and at least this much
PRIOR_SPREAD = 0.8
TEMPER_SPREAD = 0.3  # of its logarithm
PLACE_SHARE = 0.5  # how much finding the place counts against finding the cause
CAUTION = 1.25  # the fitted temper is raised by it: real streets differ more from simulated ones than those from each other


@dataclass(frozen=True)
class Reasoned:
    """What was reasoned before any fit: the prior of each cause, and (present, absent) of each of its signs, in log weights."""

    priors: Mapping[str, float]
    weights: Mapping[tuple[str, str], tuple[float, float]]
    temper: float


@dataclass(frozen=True)
class Fitted(Reasoned):
    """The same after a fit; `surprise` is the mean of -log probability of the true causes with it, before `CAUTION`."""

    surprise: float


@dataclass(frozen=True, eq=False)
class _Cause:
    """All places of one cause in all cases, one after the other.

    `rows` float64[p, 1 + 2 s]: 1 for the prior, then how far each sign is present, then how far absent; `case` intp[p] and
    `starts` intp[cases] tell whose they are; `offset` float64[cases]; `near` float64[p] as in `CauseStrengths`; `part`: where its
    weights stand among all.
    """

    rows: Floats
    case: NDArray[np.intp]
    starts: NDArray[np.intp]
    offset: Floats
    near: Floats
    part: slice


def fit(cases: Sequence[CaseStrengths], templates: Templates, reasoned: Reasoned, *, steps: int = 150) -> Fitted:
    """Weights, priors and temper fitted on these cases, shrunk towards the reasoned ones.

    A weight never crosses zero, and one reasoned to be zero stays there: a sign that physically supports can't come to weigh
    against. ValueError for a case whose true cause is not among the templates.
    """
    names = [template.cause for template in templates.causes]
    true = np.array([names.index(case.truth) for case in cases])
    start, spread, lower, upper = _start(templates, reasoned)
    widths = [1 + 2 * len(template.evidence) for template in templates.causes]
    ends = np.cumsum(widths).tolist()
    parts = [slice(end - width, end) for end, width in zip(ends, widths, strict=True)]
    causes = [_stack([case.causes[number] for case in cases], part) for number, part in enumerate(parts)]

    def loss(weights: Floats) -> tuple[float, Floats]:
        value, slope = _surprise(weights, causes, true, templates.unknown, PLACE_SHARE)
        away = (weights - start) / spread
        return value + 0.5 * float(away @ away), slope + away / spread

    bounds = Bounds(lower, upper)
    found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": steps}).x
    surprise = _surprise(found, causes, true, templates.unknown, 0.0)[0] / len(cases)
    return _fitted(found, templates, parts, surprise)


def _start(templates: Templates, reasoned: Reasoned) -> tuple[Floats, Floats, Floats, Floats]:
    """Reasoned values of all weights, how far they may spread, and the bounds that none crosses; the temper's logarithm last."""
    start: list[float] = []
    priors: list[int] = []
    for template in templates.causes:
        priors.append(len(start))
        both = [reasoned.weights[template.cause, code] for code in template.evidence]
        start += [reasoned.priors[template.cause], *(present for present, _ in both), *(absent for _, absent in both)]
    start.append(float(np.log(reasoned.temper)))
    value = np.array(start)
    spread = SPREAD * np.maximum(1.0, np.abs(value))
    lower, upper = np.where(value >= 0, 0.0, -np.inf), np.where(value <= 0, 0.0, np.inf)
    free = [*priors, len(start) - 1]
    lower[free], upper[free] = -np.inf, np.inf
    spread[priors], spread[-1] = PRIOR_SPREAD, TEMPER_SPREAD
    return value, spread, lower, upper


def _stack(cases: Sequence[CauseStrengths], part: slice) -> _Cause:
    strengths = np.concatenate([one.strengths for one in cases])
    counts = np.array([len(one.strengths) for one in cases])
    rows = np.hstack((np.ones((len(strengths), 1)), np.maximum(strengths, 0.0), np.maximum(-strengths, 0.0)))
    return _Cause(
        rows=rows,
        case=np.repeat(np.arange(len(cases)), counts),
        starts=np.cumsum(counts) - counts,
        offset=np.array([one.offset for one in cases]),
        near=np.concatenate([one.near for one in cases]),
        part=part,
    )


def _surprise(
    weights: Floats, causes: Sequence[_Cause], true: NDArray[np.intp], unknown: float, place_share: float
) -> tuple[float, Floats]:
    """Sum over cases of -log probability of the true cause, and of its true places times `place_share`; and its gradient."""
    slope = np.zeros_like(weights)
    temper = float(np.exp(weights[-1]))
    logs = np.full((len(true), len(causes) + 1), unknown)
    best, value = [], 0.0
    for number, cause in enumerate(causes):
        log = cause.rows @ weights[cause.part]
        most = np.maximum.reduceat(log, cause.starts)
        logs[:, number] = most + cause.offset
        is_best = (log >= most[cause.case] - 1e-12).astype(np.float64)
        best.append(is_best / np.add.reduceat(is_best, cause.starts)[cause.case])
        if place_share:
            lost, steepness = _places(cause, log, most)
            value += place_share * lost
            slope[cause.part] += place_share * steepness
    scaled = logs / temper
    shares = np.exp(scaled - scaled.max(axis=1, keepdims=True))
    shares /= shares.sum(axis=1, keepdims=True)
    row = np.arange(len(true))
    value -= float(np.log(np.maximum(shares[row, true], 1e-12)).sum())
    error = shares
    error[row, true] -= 1.0
    for number, cause in enumerate(causes):
        slope[cause.part] += cause.rows.T @ (best[number] * error[cause.case, number]) / temper
    slope[-1] -= float((error * scaled).sum())
    return value, slope


def _places(cause: _Cause, log: Floats, most: Floats) -> tuple[float, Floats]:
    """Sum of -log of the share of true places inside the cause, over the cases where some place is true; and its gradient."""
    shares = np.exp(log - most[cause.case])
    shares /= np.add.reduceat(shares, cause.starts)[cause.case]
    near = np.nan_to_num(cause.near)
    found = np.add.reduceat(shares * near, cause.starts)
    counts = found > 1e-9
    held = np.where(counts, found, 1.0)
    pull = np.where(counts[cause.case], shares - shares * near / held[cause.case], 0.0)
    return -float(np.log(held).sum()), cause.rows.T @ pull


def _fitted(weights: Floats, templates: Templates, parts: Sequence[slice], surprise: float) -> Fitted:
    priors, signs = {}, {}
    for template, part in zip(templates.causes, parts, strict=True):
        own = weights[part].tolist()
        count = len(template.evidence)
        priors[template.cause] = own[0]
        for code, present, absent in zip(template.evidence, own[1 : 1 + count], own[1 + count :], strict=True):
            signs[template.cause, code] = (present, absent)
    return Fitted(priors, signs, float(np.exp(weights[-1])) * CAUTION, surprise)
