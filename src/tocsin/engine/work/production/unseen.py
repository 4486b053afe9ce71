"""Work under an order that no curve shows: a meter bridged, a generator of one's own. Other sources must agree on it."""

import math

import numpy as np
from numpy.typing import NDArray

from tocsin.engine.work.firm import QUARTERS_OF_A_DAY, Episode, EpisodeKind, Firm
from tocsin.engine.work.load.orders import Stop
from tocsin.engine.work.production.figures import ProductionFigures
from tocsin.engine.work.production.runs import HOUR, Run, grouped, runs_of
from tocsin.engine.work.production.scope import Scope
from tocsin.engine.work.production.signs import Signs


def unseen_work(
    firm: Firm, stop: Stop, scope: Scope | None, signs: Signs, seen: list[Episode], figures: ProductionFigures
) -> list[Episode]:
    """Episodes of whole days on which several sources saw work, apart from those that the curves told."""
    days = np.arange(len(firm.days))
    sure = (signs.odds >= figures.unseen_day) & (signs.sources >= figures.least_sources) & ~signs.held
    sure &= (days * QUARTERS_OF_A_DAY >= stop.served) & (days * QUARTERS_OF_A_DAY < stop.end)
    for episode in seen:
        known = (
            firm.days.quarter(episode.start_ms) - figures.join_h * HOUR,
            firm.days.quarter(episode.end_ms) + figures.join_h * HOUR,
        )
        sure &= ((days + 1) * QUARTERS_OF_A_DAY <= known[0]) | (days * QUARTERS_OF_A_DAY >= known[1])
    found = []
    for group in grouped(runs_of(sure, 0, len(days), 0), int(figures.join_h / 24)):
        told = _of_days(firm, Run(group[0].begin, group[-1].end), sure, scope, signs, figures)
        if told is not None:
            found.append(told)
    return found


def _of_days(
    firm: Firm, days: Run, sure: NDArray[np.bool_], scope: Scope | None, signs: Signs, figures: ProductionFigures
) -> Episode | None:
    told = [day for day in range(days.begin, days.end) if sure[day]]
    total = np.cumsum([min(float(signs.odds[day]), figures.signs_limit) for day in told])
    over = np.flatnonzero(total >= figures.unseen_sum)
    if not len(over):
        return None
    opens, closes = _hours(firm)
    rates = signs.rate[told][np.isfinite(signs.rate[told])]
    rate = float(rates.mean()) if len(rates) else 1.0
    shown = _shown(scope, told, figures)
    slow = rate < figures.partial_rate or (shown < figures.partial_share and rate < figures.partial_shown)
    kind = EpisodeKind.PARTIAL_HIDDEN_PRODUCTION if slow else EpisodeKind.HIDDEN_PRODUCTION
    begin, end = days.begin * QUARTERS_OF_A_DAY + opens, (days.end - 1) * QUARTERS_OF_A_DAY + closes
    probability = 1.0 / (1.0 + math.exp(-(float(total[-1]) - figures.unseen_sum + 0.5)))
    why = (("other_signs", float(total[-1])), ("sources", float(signs.sources[told].max())), ("rate", rate))
    return Episode(firm.days.ms(begin), firm.days.ms(end), kind, probability, int(signs.heard_ms[told[int(over[0])]]), why=why)


def _shown(scope: Scope | None, days: list[int], figures: ProductionFigures) -> float:
    """The share that the curve shows on the days, where it shows work at a low rate for hours; NaN else."""
    if scope is None:
        return math.nan
    shares = scope.share.reshape(-1, QUARTERS_OF_A_DAY)[days]
    worked = shares[shares >= figures.low_share]
    return float(np.median(worked)) if len(worked) >= figures.low_h * HOUR * len(days) else math.nan


def _hours(firm: Firm) -> tuple[int, int]:
    """Quarters of the day from which and until which the firm is registered to work; all of it where a shift passes midnight."""
    begin = min((shift[0] for shift in firm.shifts), default=0) // 15
    end = max((shift[1] for shift in firm.shifts), default=1440) // 15
    return (0, QUARTERS_OF_A_DAY) if end > QUARTERS_OF_A_DAY else (begin, end)
