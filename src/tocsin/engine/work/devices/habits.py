"""What a line and the device that protects it are used to do together."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tocsin.engine.work.devices.figures import ProtectiveFigures

BINS = 10  # of the line's power, up to its usual highest
LEAST_IN_A_BIN = 4

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Pairing:
    """From `threshold_kw` of the line on the device has been at work, in `kept` of the quarters; `line_kw` and `device_kw`:
    what it takes at which power of the line (rising; between them by interpolation); `seen`: quarters of the line's running it
    was learnt from; below `standby_kw` of the line even power is stand-by.
    """

    threshold_kw: float
    kept: float
    line_kw: Floats
    device_kw: Floats
    seen: int
    least_kw: float
    standby_kw: float

    def expected(self, line_kw: Floats) -> Floats:
        """Power of the device at such power of the line, kW."""
        return np.interp(line_kw, self.line_kw, self.device_kw)

    def limit(self, line_kw: Floats, figures: ProtectiveFigures) -> Floats:
        """Below this the device is off or idling, kW: by the line's power, and by what it took at the lowest rate."""
        return np.minimum(figures.off * self.expected(line_kw), figures.steady_low * self.least_kw)


def pairing_of(line: Floats, device: Floats, high_kw: float, figures: ProtectiveFigures, around: int = 0) -> Pairing | None:
    """What can be learnt from the quarters of both, float64 (quarters,), kW, NaN where unknown; None where it is too little.
    `around`: quarters before and after in which the device's work counts too, for one that works by a clock or a level.

    `high_kw`: the line's usual highest power, from a longer time than this, in which it may have stood. The threshold is learnt,
    since a furnace that only keeps its heat draws power and needs no hood: it is the least power of the line above which the
    device was at work at every load, and below `load` only if it was often seen so.
    """
    known = np.isfinite(line) & np.isfinite(device)
    line, device = line[known], device[known]
    busy = line > figures.load * high_kw
    if busy.sum() < figures.learn_quarters:
        return None
    level = float(np.percentile(device[busy], 75))
    if level <= 0:
        return None
    at_work = device > figures.at_work * level
    bins = np.minimum((np.maximum(line, 0.0) / high_kw * BINS).astype(np.int64), BINS - 1)
    count = np.bincount(bins, minlength=BINS)
    kept = np.bincount(bins, weights=_widened(at_work, around), minlength=BINS)
    first = at = BINS
    while at > 1:
        at -= 1
        if kept[at] < figures.kept * count[at]:
            break
        if count[at] >= (LEAST_IN_A_BIN if at >= figures.load * BINS else figures.learn_quarters):
            first = at  # a load that was never seen shows no duty
        elif at < figures.load * BINS:
            break
    seen, working = int(count[first:].sum()), int(kept[first:].sum())
    if first == BINS or working < figures.learn_quarters:
        return None
    middles, powers = [], []
    for k in range(first, BINS):
        here = (bins == k) & at_work
        if here.sum() >= LEAST_IN_A_BIN:
            middles.append(float(np.median(line[here])))
            powers.append(float(np.median(device[here])))
    if not middles:
        return None
    least = float(np.percentile(device[(bins >= first) & at_work], 10))
    threshold, standby = first / BINS * high_kw, figures.load * high_kw
    return Pairing(threshold, working / seen, np.array(middles), np.array(powers), seen, least, standby)


def _widened(flags: NDArray[np.bool_], around: int) -> NDArray[np.bool_]:
    """`flags` bool[t], set also where one within so many places is."""
    return np.convolve(flags, np.ones(2 * around + 1), "same") > 0.5 if around else flags
