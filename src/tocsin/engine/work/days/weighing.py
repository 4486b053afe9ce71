"""How likely a reading is at each point of the scale of activity, as log-likelihoods with a limit on what one source can say."""

from math import lgamma

import numpy as np
from numpy.typing import NDArray

from tocsin.engine.work.days.activity import IDLE, SCALE, STOPPED
from tocsin.engine.work.days.figures import DayFigures, HeadFigures
from tocsin.engine.work.days.normals import Normal
from tocsin.engine.work.days.records import Channel
from tocsin.engine.work.firm import Source

Floats = NDArray[np.float64]
COUNTS = (Source.TRUCK_COUNT, Source.VIDEO)
HEAT = (Source.GAS_USE, Source.EMISSION_MONITOR)  # what fires show, with goods or without
NOTHING = np.zeros(len(SCALE))
OVERHAUL_SPREAD = 0.5  # of permits, by what is expected
PLAIN_WORK = 0.4  # output from which on a source is far from what it shows at rest


def weigh(channel: Channel, day: int, normal: Normal, ordered: bool, figures: DayFigures) -> Floats:
    """Log-likelihood of what a machine source said of a day, float64 (points,), 0 everywhere where it said nothing."""
    level = normal.level()
    if not channel.trusted[day] or channel.ts[day] == 0 or not level > 0.0:
        return NOTHING
    rule = figures.sources[channel.source]
    rest = normal.rest(figures.base_prior)
    likely = np.zeros(len(SCALE))
    for value, share in zip(channel.value[day], channel.share[day], strict=True):
        if share > 0.0:
            likely += share * np.exp(_fit(channel, float(value), normal, rest, ordered, figures))
    if ordered:  # who works against an order keeps some sources quiet
        quiet = figures.quiet_in_order
        likely[SCALE.working] = (1.0 - quiet) * likely[SCALE.working] + quiet * likely[SCALE.state == STOPPED].max()
    floor = rule.astray * likely.max() if likely.max() > 0.0 else 1.0
    odds = np.log(likely + floor + 1e-300)
    odds -= odds.max()
    return np.maximum(odds * rule.weight * normal.sure(), -rule.most)


def _fit(channel: Channel, value: float, normal: Normal, rest: float, ordered: bool, figures: DayFigures) -> Floats:
    rule, level = figures.sources[channel.source], normal.level()
    if channel.source in COUNTS:
        return _fit_count(value, level * (rest + (1.0 - rest) * SCALE.output), rule.spread)
    if channel.source is Source.GATE_HEADCOUNT:
        return _fit_heads(value / level, channel.slot, rest, ordered, rule.spread, figures.heads)
    if channel.source is Source.EMISSION_MONITOR and value <= 0.0:
        # a stop mark set by hand: usual at rest, an excuse at work
        mark = figures.mark_in_order if ordered else figures.mark_at_work
        return np.asarray(np.where(SCALE.working, np.log(mark), np.log(0.5)), np.float64)
    shown = rest + (1.0 - rest) * SCALE.output
    spread = np.hypot(normal.spread(rule.spread, figures.spread_days), 0.04 / shown)
    ratio = np.log(max(value / level, 0.01) / shown)
    odds = -0.5 * (ratio / spread) ** 2 - np.log(spread)
    if channel.source in HEAT:  # furnaces are kept hot by fire, or by power alone
        fired = _bell(float(np.log(max(value / level, 0.01) / max(figures.hot_shown, rest))), 0.0, figures.hot_spread)
        odds[SCALE.hot] = np.logaddexp(odds[SCALE.hot], fired) - np.log(2.0)
    return np.asarray(odds)


def _fit_count(value: float, mean: Floats, spread: float) -> Floats:
    """Negative binomial: a Poisson count whose mean itself wanders by `spread`."""
    size = 1.0 / spread**2
    mean = np.maximum(mean, 0.3)
    return np.asarray(
        lgamma(value + size)
        - lgamma(size)
        - lgamma(value + 1.0)
        + size * np.log(size / (size + mean))
        + value * np.log(mean / (size + mean))
    )


def _fit_heads(ratio: float, slot: int, rest: float, ordered: bool, at_work: float, heads: HeadFigures) -> Floats:
    """Heads in the plant against a normal working day's: few at rest, a crew of maintenance under an order, most of the shift
    where it stands ready or overhauls by day, and at work more or less by rate.
    """
    middle = np.where(SCALE.output > 0.0, 0.55 + 0.45 * np.minimum(SCALE.output, 1.2), heads.ready)
    spread = np.where(SCALE.output > 0.7, at_work, heads.ready_spread)
    if slot == 1:
        middle = np.where(SCALE.state == IDLE, rest, rest + (1.0 - rest) * np.minimum(SCALE.output, 1.2))
        spread = np.full(len(SCALE), 0.2)
    odds = -0.5 * ((ratio - middle) / spread) ** 2 - np.log(spread)
    calm = _bell(ratio, rest, heads.calm_spread)
    kept = _bell(ratio, heads.kept, heads.kept_spread)
    share = heads.kept_share if ordered and slot == 0 else 0.02
    quiet = np.logaddexp(np.log(share) + kept, np.log(1.0 - share) + calm)
    odds[SCALE.state == STOPPED] = quiet
    odds[SCALE.hot] = np.logaddexp(odds[SCALE.hot], quiet) - np.log(2.0)
    return np.asarray(odds)


def _bell(value: float, middle: float, spread: float) -> float:
    return float(-0.5 * ((value - middle) / spread) ** 2 - np.log(spread))


def weigh_permits(count: float, usual: float, figures: DayFigures) -> Floats:
    """Special operation permits of a day: an overhaul has many, on some days more than on others."""
    usual = max(usual, 0.5)
    busy = _fit_count(count, np.array([figures.overhaul_permits + 2.0]), OVERHAUL_SPREAD)[0]
    odds = float(busy) - (count * np.log(usual) - usual - lgamma(count + 1.0))
    made = np.where(SCALE.overhaul, np.clip(odds, -3.0, 4.0), 0.0)
    return np.asarray((made - made.max()) * figures.permits_weight)


def leave_rate(odds: Floats, share: float) -> Floats:
    """Log-likelihoods of a source that shall say whether a firm works more than at what rate: among points of plain work only
    `share` of the differences is left.
    """
    plain = SCALE.output >= PLAIN_WORK
    best = odds[plain].max()
    return np.asarray(np.where(plain, best + share * (odds - best), odds))


def step_at_work(odds: float) -> Floats:
    """A vote of so much for or against work, whatever its rate, as log-likelihoods (points,)."""
    return np.asarray(np.where(SCALE.working, min(odds, 0.0), -max(odds, 0.0)))


def log_odds(odds: Floats, prior: Floats) -> float:
    """What a log-likelihood over the scale adds to the log-odds of working, given how likely its points were."""
    at_work, at_rest = SCALE.working, ~SCALE.working
    weight = np.maximum(prior, 1e-9)
    work = float((np.exp(odds[at_work]) * weight[at_work]).sum() / weight[at_work].sum())
    rest = float((np.exp(odds[at_rest]) * weight[at_rest]).sum() / weight[at_rest].sum())
    return float(np.log(max(work, 1e-12)) - np.log(max(rest, 1e-12)))
