"""Production inside the scope of an ordered stop."""

import math

import numpy as np
from numpy.typing import NDArray

from tocsin.engine.work.firm import Episode, EpisodeKind, Firm, OrderKind
from tocsin.engine.work.load import Load, Stop, stops_of
from tocsin.engine.work.load.model import Running
from tocsin.engine.work.production.figures import ProductionFigures
from tocsin.engine.work.production.runs import HOUR, Run, grouped, runs_of
from tocsin.engine.work.production.scope import Scope, scope_of_stop


def hidden_production(firm: Firm, load: Load, figures: ProductionFigures) -> list[Episode]:
    """Episodes inside ordered stops, whole and partial."""
    found = []
    for stop in stops_of(firm, serve_days=figures.serve_days, slow_serve_days=figures.slow_serve_days):
        if stop.order.kind is OrderKind.ORDERED_STOP:
            scope = scope_of_stop(firm, load, stop, figures)
            if scope is not None:
                found += _in_stop(firm, stop, scope, figures)
    return found


def _in_stop(firm: Firm, stop: Stop, scope: Scope, figures: ProductionFigures) -> list[Episode]:
    worked = work_in(scope, figures)
    runs = runs_of(worked, stop.served, stop.end, int(figures.gap_h * HOUR))
    found = []
    for group in grouped(runs, int(figures.join_h * HOUR)):
        episode = _told(firm, group, worked, scope, figures)
        if episode is not None:
            found.append(episode)
    return found


def work_in(scope: Scope, figures: ProductionFigures) -> NDArray[np.bool_]:
    """Quarters that count as work: running, at a low rate, or with the protective device on while the meter shows nothing."""
    low = (scope.running == Running.LOW) & (scope.share >= figures.low_share) & ~scope.mixed
    return np.asarray((scope.running == Running.YES) | low | scope.guarded)


def _told(firm: Firm, group: list[Run], worked: NDArray[np.bool_], scope: Scope, figures: ProductionFigures) -> Episode | None:
    """The episode of a group of runs, where the evidence at some quarter was enough to tell it."""
    begin, end = group[0].begin, group[-1].end
    odds, features = log_odds(group, worked, scope, figures)
    over = np.flatnonzero(odds >= math.log(figures.tell / (1 - figures.tell)))
    if not len(over):
        return None
    at = int(over[0])
    first = _first_that_counts(group, begin + at, scope, figures)
    inside = slice(first, end)
    share, partial = _rate(scope, inside, worked[inside], figures)
    why = (("process_share", share), *((name, float(values[-1])) for name, values in features.items()))
    kind = EpisodeKind.PARTIAL_HIDDEN_PRODUCTION if partial else EpisodeKind.HIDDEN_PRODUCTION
    probability = 1.0 / (1.0 + math.exp(-float(np.clip(odds.max(), -20, 20))))
    return Episode(firm.days.ms(first), firm.days.ms(end), kind, probability, firm.days.ms(begin + at + 1), why=why)


def _rate(scope: Scope, inside: slice, at_work: NDArray[np.bool_], figures: ProductionFigures) -> tuple[float, bool]:
    """Mean share of the normal level at work, and whether that makes it partial."""
    if scope.guarded[inside][at_work].mean() > 0.5:  # the meter is blind; the device that protects its line goes with the rate
        share = float(np.nanmedian(scope.guard[inside][at_work]))
        return share, share < figures.partial_guard
    known = scope.share[inside][at_work & np.isfinite(scope.share[inside])]
    share = float(known.mean()) if len(known) else 0.0
    of_all = scope.of_all[inside][at_work & np.isfinite(scope.of_all[inside])]
    if len(of_all) > 0.5 * at_work.sum() and of_all.mean() > 0.3 * share:  # lines without a meter stand still beside it
        share = min(share, float(of_all.mean()))
    return share, share < figures.partial_share


def _first_that_counts(group: list[Run], at: int, scope: Scope, figures: ProductionFigures) -> int:
    """Begin of the episode: a run before, that by itself was a test, is not yet part of it."""
    for run in group:
        if run.end >= at or not like_test(run, scope, figures):
            return run.begin
    return group[0].begin


def like_test(run: Run, scope: Scope, figures: ProductionFigures) -> bool:
    """Whether a run by itself may have been a test: short, and in the hours for it."""
    return run.end - run.begin <= figures.test_h * HOUR and bool(scope.test_hours[run.begin : run.end].all())


def log_odds(
    group: list[Run], worked: NDArray[np.bool_], scope: Scope, figures: ProductionFigures
) -> tuple[NDArray[np.float64], dict[str, NDArray[np.float64]]]:
    """Log-odds that the firm works at each quarter from the group's begin to its end, by what was known then, and the features
    that made them.
    """
    begin, end = group[0].begin, group[-1].end
    full = (scope.running == Running.YES)[begin:end] | scope.guarded[begin:end]
    weight = np.where(full, 1.0, figures.test_h / figures.low_h)  # hours at a low rate count for less
    least = np.maximum(figures.mixed_from, scope.clutter[begin:end])
    clear = np.clip((scope.share[begin:end] - least) / (figures.mixed_clear - figures.mixed_from), figures.mixed_least, 1.0)
    weight = np.where(scope.mixed[begin:end], np.nan_to_num(clear), weight)
    now = np.where(worked[begin:end], weight, 0.0) / HOUR
    longest, before = np.zeros(end - begin), np.zeros(end - begin)
    past, best = 0.0, 0.0
    for run in group:
        inside = slice(run.begin - begin, run.end - begin)
        grown = np.cumsum(now[inside])
        longest[inside] = np.maximum(best, grown)
        before[inside] = past
        best = max(best, float(grown[-1]))
        if not like_test(run, scope, figures):
            past += float(grown[-1])
        longest[run.end - begin :], before[run.end - begin :] = best, past
    features = {
        "longest_run_h": longest,
        "night_h": np.cumsum(now * ~scope.test_hours[begin:end]),
        "joint_h": np.cumsum(now * scope.joint[begin:end]),
        "earlier_h": before,
        "mixed_share": np.cumsum(now * scope.mixed[begin:end]) / np.maximum(np.cumsum(now), 1e-9),
    }
    odds = (
        figures.start
        + figures.per_run_h * longest
        + figures.per_night_h * np.minimum(features["night_h"], 2.0)
        + figures.per_joint_h * np.minimum(features["joint_h"], 1.0)
        + figures.per_more_h * np.minimum(before, figures.more_limit_h)
        + figures.mixed * features["mixed_share"]
    )
    return odds, features
