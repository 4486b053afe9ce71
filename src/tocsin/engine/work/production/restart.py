"""Work that begins again before a planned stop ends, or while the firm still declares itself stopped."""

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from tocsin.engine.work.firm import QUARTER_MS, QUARTERS_OF_A_DAY, WHOLE, Episode, EpisodeKind, Firm, OrderKind, Source
from tocsin.engine.work.load.model import Load, Running
from tocsin.engine.work.load.orders import stops_of
from tocsin.engine.work.production.figures import ProductionFigures
from tocsin.engine.work.production.runs import HOUR, Run, grouped, runs_of
from tocsin.engine.work.production.scope import Scope, whole_scope
from tocsin.engine.work.production.weighing import hours_of_work, telling, weigh

SAID = (Source.DECLARATION, Source.COMMITMENT)
ORIGIN_LEVELS = ("firm", "county")  # where the firm's word arrives first


@dataclass(frozen=True, eq=False)
class Words:
    """The firm's own statements: `ts` int64 rising, `producing` bool."""

    ts: NDArray[np.int64]
    producing: NDArray[np.bool_]


def unannounced_restarts(firm: Firm, load: Load, figures: ProductionFigures) -> list[Episode]:
    """Episodes of the whole firm."""
    scope = whole_scope(firm, load, figures)
    if scope is None:
        return []
    words = words_of(firm)
    ran = scope.running == Running.YES
    found = []
    ordered = np.zeros(firm.days.quarters, np.bool_)
    planned = np.zeros(firm.days.quarters, np.bool_)
    for stop in stops_of(firm, serve_days=0, slow_serve_days=figures.slow_serve_days):
        if stop.order.kind is OrderKind.ORDERED_STOP:
            ordered[stop.begin : stop.end] = True
        elif stop.scope == WHOLE:
            planned[stop.begin : stop.end] = True
            trials = replace(figures, trial_share=math.inf)  # an overhaul ends with trials at any load
            rules = trials if stop.order.kind is OrderKind.OVERHAUL else figures
            found += _in_planned(firm, Run(stop.served, stop.end), ran, scope, words, rules)
    return found + _declared_stopped(firm, ran & ~ordered & ~planned, ran, scope, words, figures)


def words_of(firm: Firm) -> Words:
    """What the firm said of itself and when it was first heard; copies that went up to higher levels are left out."""
    evidence = firm.evidence
    sources, levels = tuple(Source), evidence.levels
    own = np.array([sources[code] in SAID for code in evidence.source], np.bool_)
    near = np.array([levels[code] in ORIGIN_LEVELS for code in evidence.level], np.bool_)
    kept = own & near
    return Words(evidence.ts[kept], evidence.value[kept] > 0.0)


def _in_planned(
    firm: Firm, stop: Run, ran: NDArray[np.bool_], scope: Scope, words: Words, figures: ProductionFigures
) -> list[Episode]:
    """Work inside a planned stop or overhaul, until the firm says so or the stop ends."""
    found = []
    hours = hours_of_work(scope, ran, figures)
    runs = telling(runs_of(ran, stop.begin, stop.end, int(figures.gap_h * HOUR)), scope, hours, figures)
    for group in grouped(runs, int(figures.join_h * HOUR)):
        weighed = weigh(firm, group, scope, hours, None, figures)
        odds, features = weighed.odds, weighed.features
        over = np.flatnonzero(odds >= np.log(figures.tell / (1.0 - figures.tell)))
        if not len(over):
            continue
        begin, at = group[0].begin, group[0].begin + int(over[0])
        at = max(at, _heard_by(firm, words, at, figures))
        said = _says_so(firm, words, begin)
        if said is not None and said <= at:
            continue
        end = min(group[-1].end, said if said is not None else group[-1].end)
        end = _last_run(ran, begin, end)
        share = float(np.nanmean(scope.share[begin:end]))
        why = (("process_share", share), *((name, float(values[-1])) for name, values in features.items()))
        probability = 1.0 / (1.0 + np.exp(-min(float(odds[min(end, begin + len(odds)) - begin - 1]), 20.0)))
        found.append(
            Episode(
                firm.days.ms(begin),
                firm.days.ms(end),
                EpisodeKind.UNANNOUNCED_RESTART,
                float(probability),
                firm.days.ms(at + 1),
                why=why,
            )
        )
    return found


def _last_run(ran: NDArray[np.bool_], begin: int, end: int) -> int:
    """The quarter after the last one in which it ran before `end`."""
    inside = np.flatnonzero(ran[begin:end])
    return begin + int(inside[-1]) + 1 if len(inside) else end


def _heard_by(firm: Firm, words: Words, at: int, figures: ProductionFigures) -> int:
    """Quarter until which the firm may still be about to say so on the day of `at`: its first word from then on, else
    `said_by_h`.
    """
    day = at // QUARTERS_OF_A_DAY
    latest = day * QUARTERS_OF_A_DAY + figures.said_by_h * HOUR
    heard = [firm.days.quarter(int(ts)) for ts in words.ts if firm.days.quarter(int(ts)) >= at]
    return min(heard[0] if heard else latest, latest)


def _says_so(firm: Firm, words: Words, begin: int) -> int | None:
    """Quarter at which the firm first said after `begin` that it produces, and said nothing else that day; None if never."""
    begin_ms = firm.days.ms(begin)
    for at in np.flatnonzero((words.ts >= begin_ms) & words.producing):
        day = (words.ts - firm.days.first_ms) // (QUARTERS_OF_A_DAY * QUARTER_MS)
        same = (day == day[at]) & (words.ts >= begin_ms)
        if words.producing[same].all():
            return firm.days.quarter(int(words.ts[at]))
    return None


def _declared_stopped(
    firm: Firm, ran: NDArray[np.bool_], worked: NDArray[np.bool_], scope: Scope, words: Words, figures: ProductionFigures
) -> list[Episode]:
    """Work that begins after days of rest while the firm, asked every day, goes on saying that it stands."""
    found = []
    for group in grouped(runs_of(ran, 0, len(ran), int(figures.gap_h * HOUR)), int(figures.join_h * HOUR)):
        begin = group[0].begin
        if not _had_stopped(firm, begin, worked, words, figures):
            continue
        denied = _denials(firm, begin, ran, words, figures)
        if len(denied) < figures.denials:
            continue
        end = _last_run(ran, begin, min(len(ran), (denied[-1] // QUARTERS_OF_A_DAY + 1) * QUARTERS_OF_A_DAY))
        share = float(np.nanmean(scope.share[begin:end][ran[begin:end]]))
        why = (("process_share", share), ("denials", float(len(denied))))
        probability, at = 1.0 - 0.5 ** len(denied), denied[figures.denials - 1]
        kind = EpisodeKind.UNANNOUNCED_RESTART
        found.append(Episode(firm.days.ms(begin), firm.days.ms(end), kind, probability, firm.days.ms(at + 1), why=why))
    return found


def _had_stopped(firm: Firm, begin: int, worked: NDArray[np.bool_], words: Words, figures: ProductionFigures) -> bool:
    """Whether the firm stood still for days before `begin`, said so, and no order of the time before explains that."""
    first = begin - int(figures.declared_h * HOUR)
    if first < 0 or worked[first:begin].any():
        return False
    for stop in stops_of(firm, serve_days=0, slow_serve_days=0):
        if stop.begin < begin and stop.end > first:
            return False
    said = (words.ts >= firm.days.ms(first)) & (words.ts < firm.days.ms(begin))
    return bool(said.any()) and float(words.producing[said].mean()) < 0.5


def _denials(firm: Firm, begin: int, ran: NDArray[np.bool_], words: Words, figures: ProductionFigures) -> list[int]:
    """Quarter of the last statement of each day on which the firm, at work since `begin`, said that it stands; until it says
    else.
    """
    denied = []
    day_of = (words.ts - firm.days.first_ms) // (QUARTERS_OF_A_DAY * QUARTER_MS)
    for day in range(begin // QUARTERS_OF_A_DAY, len(firm.days)):
        heard = (day_of == day) & (words.ts >= firm.days.ms(begin + int(figures.heard_h * HOUR)))
        if words.producing[heard].any():
            break
        if heard.any():
            last = firm.days.quarter(int(words.ts[heard][-1]))
            if ran[begin:last].sum() >= figures.restart_h * HOUR and ran[max(begin, last - QUARTERS_OF_A_DAY) : last].any():
                denied.append(last)
    return denied
