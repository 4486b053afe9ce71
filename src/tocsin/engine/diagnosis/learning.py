"""Priors that learn slowly from findings: a Dirichlet prior of stated weight, with a floor and a cap on what it may change."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from tocsin.engine.diagnosis.judge import UNKNOWN
from tocsin.engine.diagnosis.templates import Templates

Shares = NDArray[np.float64]


@dataclass(frozen=True)
class Learning:
    """How findings teach: the shipped prior counts as `equivalent_findings` findings; fewer than `least_findings` teach
    nothing; no share falls below `floor`, or farther from the shipped one than by `most_factor`.
    """

    equivalent_findings: float
    least_findings: float
    floor: float
    most_factor: float


def causes_of(templates: Templates) -> tuple[str, ...]:
    """The causes in the order of shares: those of the templates, then "unknown"."""
    return (*(template.cause for template in templates.causes), UNKNOWN)


def shipped_shares(templates: Templates) -> Shares:
    """Prior shares of `causes_of` that sum to 1: what the ranking would be without any sign."""
    logs = np.array([*(template.prior for template in templates.causes), templates.unknown]) / templates.temper
    shares: Shares = np.exp(logs - logs.max())
    return shares / shares.sum()


def learnt_shares(shipped: Shares, counts: Sequence[int], learning: Learning) -> Shares:
    """Shares after findings: (N0 shipped + counts) / (N0 + n), the mean of the Dirichlet posterior, held within its bounds.

    `shipped` float64[k] sums to 1, `counts` k numbers. Bounds are kept by one common factor, so that the result sums to 1.

    >>> learning = Learning(100.0, 20.0, 0.01, 4.0)
    >>> learnt_shares(np.array([0.5, 0.5]), [100, 0], learning).round(3).tolist()
    [0.75, 0.25]
    """
    many = sum(counts)
    if many < learning.least_findings:
        return shipped
    weight = learning.equivalent_findings
    wanted = (weight * shipped + np.asarray(counts, np.float64)) / (weight + many)
    lowest = np.maximum(shipped / learning.most_factor, np.minimum(learning.floor, shipped))
    highest = np.minimum(shipped * learning.most_factor, 1.0)
    low, high = 0.0, float((highest / wanted).max())
    for _step in range(100):  # the sum grows with the factor, from lowest.sum() <= 1 to highest.sum() >= 1
        middle = (low + high) / 2
        if np.clip(wanted * middle, lowest, highest).sum() < 1:
            low = middle
        else:
            high = middle
    shares: Shares = np.clip(wanted * high, lowest, highest)
    return shares


def with_learnt(templates: Templates, counts: Mapping[str, int], learning: Learning) -> Templates:
    """The templates with priors moved so that their shares are the learnt ones; counts of unknown causes are left out."""
    causes = causes_of(templates)
    shipped = shipped_shares(templates)
    learnt = learnt_shares(shipped, [counts.get(cause, 0) for cause in causes], learning)
    shift = dict(zip(causes, (templates.temper * np.log(learnt / shipped)).tolist(), strict=True))
    return replace(
        templates,
        causes=tuple(replace(one, prior=one.prior + shift[one.cause]) for one in templates.causes),
        unknown=templates.unknown + shift[UNKNOWN],
    )
