"""A line that no meter shows by itself: what it takes is the step that the curve made when it was stopped."""

import numpy as np
from numpy.typing import NDArray

from tocsin.engine.work.firm import QUARTERS_OF_A_DAY
from tocsin.engine.work.load.model import Line, Load, Running, Shares
from tocsin.engine.work.load.orders import Stop
from tocsin.engine.work.production.figures import ProductionFigures
from tocsin.engine.work.production.runs import HOUR


def line_without_meter(load: Load, stop: Stop, figures: ProductionFigures) -> tuple[NDArray[np.uint8], Shares] | None:
    """`running` uint8 (`Running`) and `share` float32 of the line's own level, of quarters; None where no curve holds it.

    Before the stop the curve showed all lines, after it the others; the line runs again when the curve comes back more than half
    of the way, or in hours in which no line used to run. Until the others were seen by themselves, nothing is told.
    """
    row = _curve_of(load)
    if row is None:
        return None
    running = np.full(len(row.share), Running.CANNOT_TELL, np.uint8)
    share = np.full(len(row.share), np.nan, np.float32)
    smooth = _two_hours(row.share)
    usual = _level(smooth, max(0, stop.begin - figures.step_before_d * QUARTERS_OF_A_DAY), stop.begin, figures)
    if usual is None:
        return None
    usual = max(usual, figures.usual_least)  # weeks at a low rate before the stop are no measure
    spread = _spread(smooth, max(0, stop.begin - figures.step_before_d * QUARTERS_OF_A_DAY), stop.begin, figures)
    others = figures.others_share * usual
    seen: list[float] = []
    for begin in range(stop.served, stop.end, QUARTERS_OF_A_DAY):
        day = slice(begin, begin + QUARTERS_OF_A_DAY)
        step = max(usual - others, 0.0)
        used = np.repeat(row.expected[begin // QUARTERS_OF_A_DAY] >= figures.any_line, HOUR)
        own = np.where(used, (smooth[day] - others) / max(step, 1e-6), smooth[day] / max(step, usual / 2))
        known = np.isfinite(own) & (step >= max(figures.step_least * usual, figures.step_spreads * spread)) & bool(seen)
        share[day] = np.where(known, np.maximum(own, 0.0), np.nan)
        running[day] = np.where(known, np.where(own >= 0.5, Running.YES, Running.NO), Running.CANNOT_TELL)
        level = _level(np.where(used, smooth[day], np.nan), 0, QUARTERS_OF_A_DAY, figures)
        if level is not None and level < figures.obeyed_share * usual and (level - others < 0.5 * step or not seen):
            seen.append(level)
            others = float(np.median(seen))
            spread = max(spread, _spread(np.where(used, smooth[day], np.nan), 0, QUARTERS_OF_A_DAY, figures))
    return running, share


def _curve_of(load: Load) -> Line | None:
    """The curve that holds lines without meter."""
    return load.whole if load.unmetered is None else load.unmetered


def _two_hours(share: Shares) -> Shares:
    """Mean of the known quarters of the last two hours, float32[quarters]."""
    known = np.isfinite(share)
    sums = np.cumsum(np.where(known, share, 0.0))
    counts = np.cumsum(known)
    back = 2 * HOUR
    sums[back:] -= sums[:-back].copy()
    counts[back:] -= counts[:-back].copy()
    return np.where(counts > 0, sums / np.maximum(counts, 1), np.nan).astype(np.float32)


def _level(smooth: Shares, begin: int, end: int, figures: ProductionFigures) -> float | None:
    """Median of what runs between two quarters; None where too little does."""
    inside = smooth[begin:end]
    runs = inside[inside >= figures.any_line]
    return float(np.median(runs)) if len(runs) >= 2 * HOUR else None


def _spread(smooth: Shares, begin: int, end: int, figures: ProductionFigures) -> float:
    """How far what runs lies from its median between two quarters, as a standard deviation (1.4826 times the median of it)."""
    inside = smooth[begin:end]
    runs = inside[inside >= figures.any_line]
    return 1.4826 * float(np.median(np.abs(runs - np.median(runs)))) if len(runs) >= 2 * HOUR else 0.0
