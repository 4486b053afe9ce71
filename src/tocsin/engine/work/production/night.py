"""Nights of work in a plant that is registered for the day only, while nothing forbids it to work."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from tocsin.engine.work.firm import QUARTERS_OF_A_DAY, Episode, EpisodeKind, Firm, OrderKind
from tocsin.engine.work.load.model import Load, Running, Shares
from tocsin.engine.work.load.orders import stops_of
from tocsin.engine.work.production.figures import ProductionFigures
from tocsin.engine.work.production.runs import HOUR, Run, runs_of
from tocsin.engine.work.production.scope import Scope, whole_scope

MINUTES = 15
NEAR = 2  # quarters by which a habit may shift


def night_production(firm: Firm, load: Load, figures: ProductionFigures) -> list[Episode]:
    """Episodes of nights, joined over pauses."""
    scope = whole_scope(firm, load, figures)
    if scope is None or not registered_for_day(firm, figures):
        return []
    at_night = night_quarters(firm, figures)
    needed = figures.night_mixed_nights if scope.mixed.mean() > 0.5 else 1
    ordered = np.zeros(len(at_night), np.bool_)
    for stop in stops_of(firm, serve_days=0, slow_serve_days=figures.slow_serve_days):
        if stop.order.kind is OrderKind.ORDERED_STOP:
            ordered[stop.begin : stop.end] = True
    ran = (scope.running == Running.YES) & _unusual(load, scope, ordered, figures) & ~ordered
    ran[: figures.night_after_days * QUARTERS_OF_A_DAY] = False  # what is usual is not known
    found: list[Episode] = []
    nights: list[int] = []  # in each
    for night in runs_of(at_night, 0, len(at_night), 0):
        episode = _one_night(firm, night, ran, scope, figures)
        if episode is None:
            continue
        if found and episode.start_ms - found[-1].end_ms <= figures.join_h * 3_600_000:
            found[-1] = _joined(found[-1], episode, first=nights[-1] < needed)
            nights[-1] += 1
        else:
            found.append(episode)
            nights.append(1)
    return [episode for episode, count in zip(found, nights, strict=True) if count >= needed]


def _unusual(load: Load, scope: Scope, ordered: NDArray[np.bool_], figures: ProductionFigures) -> NDArray[np.bool_]:
    """Quarters in which a line, or where none has a meter the connection, runs at its own level of work above what it uses to
    take at that time of the night: heat that is held, stores charged in the cheap hours and work of every night are no news.
    """
    unusual = np.zeros(len(ordered), np.bool_)
    for line in load.lines:
        beyond = beyond_habit(line.share, ordered, figures)
        unusual |= (line.state == Running.YES) & (beyond >= figures.night_level)
    beyond = beyond_habit(scope.share, ordered, figures)
    plain = (beyond >= figures.night_level) & (scope.share >= scope.clutter) & (scope.share <= figures.night_most)
    return np.asarray(np.where(scope.mixed, plain, unusual))


def beyond_habit(share: Shares, aside: NDArray[np.bool_], figures: ProductionFigures) -> Shares:
    """By how much the mean of the last hour exceeds what it was at that time on most of the `night_habit_days` days before,
    float32[quarters] as `share`; days in `aside` bool[quarters] are no habit. NaN where nothing is known.
    """
    known = np.isfinite(share)
    sums, counts = (np.cumsum(np.concatenate((np.zeros(HOUR), row))) for row in (np.where(known, share, 0.0), known))
    seen = counts[HOUR:] - counts[:-HOUR]
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = (sums[HOUR:] - sums[:-HOUR]) / seen
    by_day = np.where(aside, np.nan, mean).reshape(-1, QUARTERS_OF_A_DAY)
    usual = np.zeros(by_day.shape)
    for day in range(1, len(by_day)):
        usual[day] = _quantiles(by_day[max(0, day - figures.night_habit_days) : day], figures.night_habit)
    around = np.max([np.roll(usual, shift, axis=1) for shift in range(-NEAR, NEAR + 1)], axis=0)
    return np.asarray(mean - np.maximum(around, 0.0).ravel(), np.float32)


def _quantiles(rows: NDArray[np.float64], share: float) -> NDArray[np.float64]:
    """What `np.nanquantile` says of each column, and 0 where all is NaN; it calls Python for each of them, which was
    two fifths of all judging.
    """
    ordered = np.sort(rows, axis=0)  # NaN behind
    last = np.count_nonzero(~np.isnan(rows), axis=0) - 1
    at = np.maximum(last, 0) * share
    below = np.floor(at).astype(np.intp)
    part = at - below
    low, high = (np.take_along_axis(ordered, row[np.newaxis], axis=0)[0] for row in (below, np.clip(last, 0, below + 1)))
    between = np.where(part < 0.5, low + (high - low) * part, high - (high - low) * (1 - part))
    return np.where(last < 0, 0.0, between)


def _joined(before: Episode, night: Episode, *, first: bool) -> Episode:
    """An episode with one more night; told by that one where those before were too few (`first`)."""
    return replace(
        before,
        end_ms=night.end_ms,
        probability=max(before.probability, night.probability),
        detected_ms=night.detected_ms if first else before.detected_ms,
        why=night.why,
    )


def registered_for_day(firm: Firm, figures: ProductionFigures) -> bool:
    """Whether no registered shift touches the core of the night."""
    core = set(range(0, figures.night_to_h * 60, MINUTES))
    return bool(firm.shifts) and not any(core & {minute % 1440 for minute in range(*shift, MINUTES)} for shift in firm.shifts)


def night_quarters(firm: Firm, figures: ProductionFigures) -> NDArray[np.bool_]:
    """Quarters of the night that lie outside of all shifts and the margin around them, bool[quarters]."""
    quarter = np.arange(QUARTERS_OF_A_DAY)
    night = (quarter >= (figures.night_from_h - 2) * HOUR) | (quarter < (figures.night_to_h + 1) * HOUR)
    margin = int(figures.night_margin_h * 60)
    for begin, end in firm.shifts:
        for minute in range(begin - margin, end + margin, MINUTES):
            night[minute // MINUTES % QUARTERS_OF_A_DAY] = False
    return np.tile(night, len(firm.days))


def _one_night(firm: Firm, night: Run, ran: NDArray[np.bool_], scope: Scope, figures: ProductionFigures) -> Episode | None:
    """A night in which it ran long enough, from where the run began to where it ended, into the day if need be."""
    hours = np.cumsum(ran[night.begin : night.end]) / HOUR
    of_day = np.arange(night.begin, night.end) % QUARTERS_OF_A_DAY
    core = np.cumsum(ran[night.begin : night.end] & (of_day < figures.night_to_h * HOUR)) / HOUR
    over = np.flatnonzero((hours >= figures.night_h) & (core >= figures.night_core_h))  # a shift that lasts longer is no night
    if not len(over):
        return None
    runs = [run for run in runs_of(ran, night.begin, night.end, int(figures.gap_h * HOUR)) if run.end - run.begin >= 0.5 * HOUR]
    level = scope.share[night.begin : night.end][ran[night.begin : night.end]]
    why = (("night_h", float(hours[-1])), ("process_share", float(np.nanmean(level))))
    probability = 1.0 / (1.0 + np.exp(-2.0 * (float(hours[-1]) - figures.night_h + 0.5)))
    return Episode(
        firm.days.ms(runs[0].begin),
        firm.days.ms(runs[-1].end),
        EpisodeKind.NIGHT_PRODUCTION,
        float(probability),
        firm.days.ms(night.begin + int(over[0]) + 1),
        why=why,
    )
