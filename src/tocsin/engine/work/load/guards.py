"""Protective devices as a second word on their line: they run with it; one that runs while its line seems still is a sign."""

import numpy as np
from numpy.typing import NDArray

from tocsin.engine.work.firm import Firm, Role
from tocsin.engine.work.load.cleaning import fill_small, run_length
from tocsin.engine.work.load.figures import LoadFigures
from tocsin.engine.work.load.model import Shares

ON_SHARE = 0.4  # of a device's usual power from which on it runs
STILL = 0.05  # of the rated power of a line, below which it stands
LEAST_QUARTERS = 4  # a device that runs by itself for less is no sign
BRIDGE = 16  # quarters without a reading that are taken to go on as before
FEW_RUNS, MANY_RUNS = 5, 20  # by itself, that make a routine
FORGET = 0.3  # weight of a day in the usual power


def guard_of(firm: Firm, kw: Shares, process_row: int, figures: LoadFigures, learn: NDArray[np.uint8]) -> Shares:
    """Power of the devices that protect a process meter as a share of their usual power, float32[quarters]; 0 where they run no
    longer by themselves than by routine (a fan that airs the hall by a clock). A device that was on when its line stopped, or
    whose start was not seen, says nothing by staying on. NaN where there is no device or nothing came. `learn` uint8[days]: days
    from which the routine is learnt.
    """
    meter = firm.meters[process_row]
    devices = [row for row, other in enumerate(firm.meters) if other.role is Role.PROTECTIVE and other.protects == meter.id]
    if not devices:
        return np.full(firm.days.quarters, np.nan, np.float32)
    known = np.isfinite(kw[devices]).any(axis=0)
    power = np.where(known, np.sum([fill_small(kw[row]) for row in devices], axis=0), np.nan)
    share = _of_usual(power, max((firm.meters[row].rated_kw or 1.0) for row in devices))
    share = _held(share, BRIDGE)
    on = share >= ON_SHARE
    still = ~(kw[process_row] > STILL * (meter.rated_kw or 1.0))
    length = run_length(on)
    before = np.arange(len(on)) - length  # the quarter before the device went on: off, and with its line at rest
    began_alone = np.where(before >= 0, (still & (share < ON_SHARE))[np.maximum(before, 0)], False)
    alone = run_length(on & still & began_alone)
    counts = alone > _routine(alone, np.repeat(learn, len(on) // len(learn)), figures.routine_times)
    return np.where(known, np.where(on & ~counts, 0.0, share), np.nan).astype(np.float32)


def _of_usual(power: NDArray[np.float64], rated_kw: float) -> NDArray[np.float64]:
    """`power` float64[quarters] over what the devices took while on, the days before."""
    share = np.empty(power.shape)
    usual = 0.8 * rated_kw
    for begin in range(0, len(power), 96):
        day = power[begin : begin + 96]
        share[begin : begin + 96] = day / usual
        on = day[day >= ON_SHARE * usual]
        if len(on):
            usual += FORGET * (float(np.median(on)) - usual)
    return share


def _held(values: NDArray[np.float64], longest: int) -> NDArray[np.float64]:
    """`values` with gaps of up to `longest` quarters filled by the value before."""
    known = np.isfinite(values)
    last = np.maximum.accumulate(np.where(known, np.arange(len(values)), 0))
    return np.where(run_length(~known) <= longest, values[last], np.nan)


def _routine(alone: NDArray[np.int64], learn: NDArray[np.uint8], times: float) -> NDArray[np.int64]:
    """How long it may run by itself at each quarter, int64[quarters]: `times` what most of its runs by itself took before, and
    LEAST_QUARTERS at least.
    """
    ended = np.flatnonzero((alone[:-1] > 0) & (alone[1:] == 0) & (learn[:-1] == 1))
    limit = np.full(len(alone), LEAST_QUARTERS)
    for number in range(FEW_RUNS, len(ended) + 1):
        usual = np.quantile(alone[ended[max(0, number - MANY_RUNS) : number]], 0.8)
        limit[ended[number - 1] + 1 :] = max(LEAST_QUARTERS, int(np.ceil(usual * times)))
    return limit
