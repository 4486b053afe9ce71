"""What a curve on which other loads hang shows while nobody works: posts that charge, defrosting, pumps."""

import numpy as np
from numpy.typing import NDArray

from tocsin.engine.work.firm import QUARTERS_OF_A_DAY, Firm
from tocsin.engine.work.load.model import Line
from tocsin.engine.work.production.figures import ProductionFigures
from tocsin.engine.work.production.runs import HOUR

LEAST_H = 24  # seen, before anything is said of it


def clutter_of(firm: Firm, line: Line, figures: ProductionFigures) -> NDArray[np.float32]:
    """Share of the normal level that the curve seldom passes outside of registered hours, float32[days], each from the days
    before it; it rises only when it has been as high
    for `clutter_lag_days`, so that nights of work do not hide those after them. `clutter_unknown` where the firm works around the
    clock or too little was seen.
    """
    idle = idle_quarters(firm, margin_h=1)
    seldom = np.full(len(firm.days), figures.clutter_unknown, np.float32)
    if not idle.any():
        return seldom
    shares = line.share.reshape(-1, QUARTERS_OF_A_DAY)[:, idle]
    for day in range(1, len(seldom)):
        past = shares[max(0, day - figures.clutter_days) : day]
        known = past[np.isfinite(past)]
        if len(known) >= LEAST_H * HOUR:
            seldom[day] = max(0.0, float(np.quantile(known, figures.clutter_quantile)))
    return np.array([seldom[max(0, day - figures.clutter_lag_days) : day + 1].min() for day in range(len(seldom))], np.float32)


def idle_quarters(firm: Firm, margin_h: int) -> NDArray[np.bool_]:
    """Quarters of the day that lie `margin_h` and more outside of all registered shifts, bool[96]."""
    idle = np.ones(QUARTERS_OF_A_DAY, np.bool_)
    for begin, end in firm.shifts:
        covered = np.arange(begin // 15 - margin_h * HOUR, -(-end // 15) + margin_h * HOUR)
        idle[covered % QUARTERS_OF_A_DAY] = False
    return idle
