"""Readings that may be believed: gaps, estimates, values that stand still, reversed and wrongly scaled meters set aside."""

import numpy as np
from numpy.typing import NDArray

from tocsin.engine.work.firm import FEEDING, QUARTERS_OF_A_DAY, Firm, PointQuality, Role
from tocsin.engine.work.load.figures import LoadFigures

AT_REST = 0.15  # of rated power, or where that is unknown of the highest seen: below, a value may well stand still
TRUST_DAYS = 3  # of a meter, before its rated power is held against it


def believable(firm: Firm, figures: LoadFigures) -> NDArray[np.float32]:
    """`firm.kw` float32[meters, quarters] with NaN where a reading says nothing, each quarter by what was known then."""
    kw = firm.kw.astype(np.float32, copy=True)
    kw[firm.quality != PointQuality.MEASURED] = np.nan  # an estimate goes on as before, whatever happened
    generates = firm.solar_kwp > 0 or any(meter.role in FEEDING for meter in firm.meters)
    for row, meter in enumerate(firm.meters):
        if meter.role is Role.STORAGE:
            continue  # it feeds, too, and charges at one and the same power for hours
        if meter.role is not Role.TOTAL or not generates:
            np.abs(kw[row], out=kw[row])  # wired the wrong way round
        stands = np.concatenate(([False], kw[row, 1:] == kw[row, :-1]))
        stands &= kw[row] > AT_REST * (meter.rated_kw or highest_so_far(kw[row]))
        if meter.rated_kw is not None:
            _drop_wrong_scale(kw[row], meter.rated_kw * figures.scale_limit)
        kw[row, run_length(stands) >= figures.stuck_h * 4] = np.nan
    return kw


def highest_so_far(kw: NDArray[np.float32]) -> NDArray[np.float32]:
    """The highest value up to and with each of `kw` float32[t]; 0 where there was none yet.

    >>> highest_so_far(np.array([np.nan, 2.0, 1.0, 3.0], np.float32)).tolist()
    [0.0, 2.0, 2.0, 3.0]
    """
    return np.maximum.accumulate(np.nan_to_num(kw))


def run_length(flags: NDArray[np.bool_]) -> NDArray[np.int64]:
    """How many of `flags` bool[t] in a row are set, up to and with each; 0 where not set.

    >>> run_length(np.array([True, True, False, True])).tolist()
    [1, 2, 0, 1]
    """
    place = np.arange(1, len(flags) + 1)
    last_unset = np.maximum.accumulate(np.where(flags, 0, place))
    return np.where(flags, place - last_unset, 0)


def _drop_wrong_scale(kw: NDArray[np.float32], limit_kw: float) -> None:
    """Sets `kw` float32[t] NaN above the limit, once the first days have shown that the limit fits the meter."""
    trusted = TRUST_DAYS * QUARTERS_OF_A_DAY
    begin = kw[:trusted]
    if np.isfinite(begin).any() and np.nanmax(begin) <= limit_kw / 1.5:
        kw[trusted:][kw[trusted:] > limit_kw] = np.nan


def fill_small(kw: NDArray[np.float32]) -> NDArray[np.float32]:
    """`kw` float32[t] with gaps filled by the day before, else 0: for small loads taken off a sum."""
    filled = kw.astype(np.float32, copy=True)
    for begin in range(0, len(kw), QUARTERS_OF_A_DAY):
        day = filled[begin : begin + QUARTERS_OF_A_DAY]
        gap = ~np.isfinite(day)
        if gap.any():
            day[gap] = filled[begin - QUARTERS_OF_A_DAY : begin][gap] if begin else 0.0
    return filled
