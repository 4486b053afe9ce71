"""Which component of a network is at fault, when many look strange: the one that no longer does what the components before it
make it do.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tocsin.base.errors import InvalidInput

OWN_LAGS = 2  # readings of its own past that foretell a channel
LAGS = 8  # readings, the present one among them, of each channel before it
RIDGE = 5.0
OUTLIER = 6.0  # robust deviations beyond which a value teaches nothing further
LARGEST = 0.1  # share of the departures in the window that is looked at
ORDINARY = 2.5  # their mean in ordinary hours: 2.1 for normal noise
FEWEST = 60  # readings to learn from

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Suspect:
    """A component, its share of the blame (all sum to 1; equal where nothing is strange), how far it departs from what the
    components before it explain (robust standard deviations, the mean of the largest tenth), and the channel that departs
    most.
    """

    component: str
    share: float
    departure: float
    channel: int


def rank_components(
    values: Floats,
    component_of: Sequence[str],
    leads_to: Mapping[str, Sequence[str]],
    *,
    at_row: int,
    within: int = 60,
) -> tuple[Suspect, ...]:
    """Components of a network by their share of the blame for what is strange in the `within` readings up to `at_row`, worst
    first, ties by name. Later readings are not looked at.

    `values` float64[n, channels], not finite where nothing was read; `component_of` names the component of each channel;
    `leads_to` says where what happens in a component shows next: a pipe in the direction of flow, a call graph turned round,
    both directions where it can go both ways.

    A fault spreads along the network, but only where it began is the law of the component itself broken: given the channels
    before it, everything further on still behaves as it did (the causal Markov condition; Budhathoki et al., ICML 2022, score
    root causes by it). Each channel is foretold, by ridge regression on the readings before the window, from its own last
    readings and those of the channels that lead to it.

    InvalidInput for a component without a channel, or fewer than 60 readings before the window.
    """
    names = sorted(set(component_of))
    for name in {*leads_to, *(other for others in leads_to.values() for other in others)}:
        if name not in names:
            raise InvalidInput(f"the network names {name!r}, but the channels belong to {', '.join(names)}")
    learnt = at_row + 1 - within
    if learnt < FEWEST:
        raise InvalidInput(f"{max(learnt, 0)} readings stand before the {within} that are looked at; {FEWEST} are needed")
    level = _standardised(values[: at_row + 1], learnt)
    before: dict[str, set[str]] = {name: set() for name in names}
    for cause, effects in leads_to.items():
        for effect in effects:
            before[effect].add(cause)
    departure = np.array(
        [
            _departure(level, channel, [c for c, other in enumerate(component_of) if other in before[name]], learnt)
            for channel, name in enumerate(component_of)
        ]
    )
    worst = {
        name: max((c for c, other in enumerate(component_of) if other == name), key=lambda c: departure[c]) for name in names
    }
    beyond = np.array([max(departure[worst[name]] - ORDINARY, 0.0) for name in names])
    share = beyond / beyond.sum() if beyond.sum() > 0 else np.full(len(names), 1.0 / len(names))
    order = sorted(range(len(names)), key=lambda k: (-share[k], -departure[worst[names[k]]], names[k]))
    return tuple(Suspect(names[k], float(share[k]), float(departure[worst[names[k]]]), worst[names[k]]) for k in order)


def _standardised(values: Floats, learnt: int) -> Floats:
    """Each channel less its median, over its robust deviation, both of the first `learnt` readings; gaps carry on."""
    filled = np.where(np.isfinite(values), values, np.nan)
    rows = np.where(np.isnan(filled), 0, np.arange(len(filled))[:, None])
    np.maximum.accumulate(rows, axis=0, out=rows)
    filled = np.nan_to_num(np.take_along_axis(filled, rows, axis=0))
    middle = np.median(filled[:learnt], axis=0)
    spread = 1.4826 * np.median(np.abs(filled[:learnt] - middle), axis=0)
    spread = np.where(spread > 0, spread, np.std(filled[:learnt], axis=0))
    return np.asarray((filled - middle) / np.where(spread > 0, spread, 1.0), np.float64)


def _departure(level: Floats, channel: int, before: Sequence[int], learnt: int) -> float:
    """Mean of the largest departures after `learnt` from what the channel's past and the channels before it foretell."""
    columns = [np.ones(len(level))]
    columns += [_delayed(level[:, channel], lag) for lag in range(1, OWN_LAGS + 1)]
    columns += [_delayed(level[:, other], lag) for other in before for lag in range(LAGS)]
    terms = np.column_stack(columns)
    taught = np.clip(terms[LAGS:learnt], -OUTLIER, OUTLIER)
    target = np.clip(level[LAGS:learnt, channel], -OUTLIER, OUTLIER)
    weights = np.linalg.solve(taught.T @ taught + RIDGE * np.eye(terms.shape[1]), taught.T @ target)
    error = np.abs(level[:, channel] - terms @ weights)
    usual = 1.4826 * float(np.median(error[LAGS:learnt])) + 1e-6
    window = np.sort(error[learnt:]) / usual
    return float(window[-max(1, round(LARGEST * len(window))) :].mean())


def _delayed(series: Floats, lag: int) -> Floats:
    """The series `lag` readings later; its first value stands in for what came before."""
    return np.concatenate((np.full(lag, series[0]), series[: len(series) - lag]))
