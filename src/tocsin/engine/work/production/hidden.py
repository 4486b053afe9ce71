"""Production inside the scope of an ordered stop."""

import math

import numpy as np
from numpy.typing import NDArray

from tocsin.engine.work.firm import QUARTERS_OF_A_DAY, WHOLE, Episode, EpisodeKind, Firm, OrderKind
from tocsin.engine.work.load.model import Load
from tocsin.engine.work.load.orders import Stop, stops_of
from tocsin.engine.work.production.figures import ProductionFigures
from tocsin.engine.work.production.runs import HOUR, Run, grouped, runs_of
from tocsin.engine.work.production.scope import Scope, scope_of_stop
from tocsin.engine.work.production.signs import Signs
from tocsin.engine.work.production.unseen import unseen_work
from tocsin.engine.work.production.weighing import Floats, hours_of_work, telling, weigh, work_in


def hidden_production(firm: Firm, load: Load, signs: Signs | None, figures: ProductionFigures) -> list[Episode]:
    """Episodes inside ordered stops, whole and partial. `signs`: other evidence of the firm's days, None without."""
    found = []
    for stop in stops_of(firm, serve_days=figures.serve_days, slow_serve_days=figures.slow_serve_days):
        if stop.order.kind is not OrderKind.ORDERED_STOP:
            continue
        of_stop = signs if stop.scope == WHOLE else None  # what speaks of all of the firm says nothing of one line
        scope = scope_of_stop(firm, load, stop, figures)
        seen = [] if scope is None else _in_stop(firm, stop, scope, of_stop, figures)
        unseen = [] if of_stop is None else unseen_work(firm, stop, scope, of_stop, seen, figures)
        found += seen + unseen
    return found


def _in_stop(firm: Firm, stop: Stop, scope: Scope, signs: Signs | None, figures: ProductionFigures) -> list[Episode]:
    worked = work_in(scope, figures)
    if signs is not None:
        worked &= ~_kept_hot(scope, signs, figures)
    hours = hours_of_work(scope, worked, figures)
    runs = telling(runs_of(worked, stop.served, stop.end, int(figures.gap_h * HOUR)), scope, hours, figures)
    found = []
    for group in grouped(runs, int(figures.join_h * HOUR)):
        episode = _told(firm, group, worked, hours, scope, signs, figures)
        if episode is not None:
            found.append(episode)
    return found


def _kept_hot(scope: Scope, signs: Signs, figures: ProductionFigures) -> NDArray[np.bool_]:
    """Quarters in which furnaces are kept hot without goods, bool[quarters]: all of a day that was judged so, and of the day
    after it those up to the first that departs from its power, since that day is not over when its first quarters are looked at.
    """
    hot = np.repeat(signs.held, QUARTERS_OF_A_DAY)
    share = scope.share.reshape(-1, QUARTERS_OF_A_DAY)
    for day in np.flatnonzero(signs.held[:-1] & ~signs.held[1:]) + 1:
        usual = np.median(share[day - 1][np.isfinite(share[day - 1])]) if np.isfinite(share[day - 1]).any() else 0.0
        departs = np.flatnonzero(share[day] > figures.hot_like * usual)
        begin = day * QUARTERS_OF_A_DAY
        hot[begin : begin + (int(departs[0]) if len(departs) else QUARTERS_OF_A_DAY)] = True
    return hot


def _told(
    firm: Firm,
    group: list[Run],
    worked: NDArray[np.bool_],
    hours: Floats,
    scope: Scope,
    signs: Signs | None,
    figures: ProductionFigures,
) -> Episode | None:
    """The episode of a group of runs, where the evidence at some quarter was enough to tell it."""
    begin, end = group[0].begin, group[-1].end
    weighed = weigh(firm, group, scope, hours, signs, figures)
    over = np.flatnonzero(weighed.odds >= math.log(figures.tell / (1 - figures.tell)))
    if not len(over):
        return None
    inside = slice(begin, end)
    share, partial = rate_of(scope, inside, worked[inside], signs, figures, usual_h=registered_h(firm))
    why = (("process_share", share), *((name, float(values[-1])) for name, values in weighed.features.items()))
    kind = EpisodeKind.PARTIAL_HIDDEN_PRODUCTION if partial else EpisodeKind.HIDDEN_PRODUCTION
    probability = 1.0 / (1.0 + math.exp(-float(np.clip(weighed.odds.max(), -20, 20))))
    at = begin + int(over[0]) + 1
    return Episode(firm.days.ms(begin), firm.days.ms(end), kind, probability, firm.days.ms(at), why=why)


def rate_of(
    scope: Scope,
    inside: slice,
    at_work: NDArray[np.bool_],
    signs: Signs | None,
    figures: ProductionFigures,
    *,
    usual_h: float = 24.0,
) -> tuple[float, bool]:
    """Mean share of the normal level at work, and whether that makes it partial. Where the meters may be blind, other evidence of
    the days tells the rate, else the protective device, which goes with it. `usual_h`: hours that a normal day works; what flows
    on a longer one came at a lower rate.
    """
    other = math.nan if signs is None else told_rate(signs, inside, figures)
    if scope.guarded[inside][at_work].mean() > 0.5:
        share = other if math.isfinite(other) else float(np.nanmedian(scope.guard[inside][at_work]))
        return share, share < (figures.partial_rate if math.isfinite(other) else figures.partial_guard)
    known = scope.share[inside][at_work & np.isfinite(scope.share[inside])]
    share = float(known.mean()) if len(known) else 0.0
    of_all = scope.of_all[inside][at_work & np.isfinite(scope.of_all[inside])]
    if len(of_all) > 0.5 * at_work.sum():
        connection = float(of_all.mean())
        bridged = connection < -figures.bridged or connection > figures.doubt * share
        if bridged and other > figures.doubt * share:
            return other, other < figures.partial_rate
        if connection > 0.3 * share:  # lines without a meter stand still beside it
            share = min(share, connection)
    days = max((inside.stop - inside.start) / QUARTERS_OF_A_DAY, 1.0)
    flows = other * min(usual_h * HOUR * days / max(float(at_work.sum()), 1.0), 1.0)
    if share < figures.partial_share and flows >= figures.partial_rate:
        return flows, False  # what flows in and out is more than the meters carry: the power comes from elsewhere
    return share, share < figures.partial_share


def registered_h(firm: Firm) -> float:
    """Hours of a day in the registered shifts; 24 where none are registered."""
    return sum(end - begin for begin, end in firm.shifts) / 60.0 or 24.0


def told_rate(signs: Signs, inside: slice, figures: ProductionFigures) -> float:
    """Output against a normal day that other evidence tells, mean of the days on which several sources saw work; NaN without."""
    days = np.arange(inside.start // QUARTERS_OF_A_DAY, -(-inside.stop // QUARTERS_OF_A_DAY))
    sure = days[(signs.sources[days] >= figures.least_sources) & np.isfinite(signs.rate[days])]
    return float(signs.rate[sure].mean()) if len(sure) else math.nan
