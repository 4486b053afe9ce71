"""How long a protective device is used to stay low while its line runs: it comes up late, works by a clock or a level."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from tocsin.engine.work.devices.figures import ProtectiveFigures
from tocsin.engine.work.devices.spans import runs_of
from tocsin.engine.work.firm import QUARTERS_OF_A_DAY

START_QUARTERS = 3  # a lapse that begins so soon after its line is of its start
REST_QUARTERS = 4  # of the line before its run, and the device must come up anew


@dataclass(frozen=True)
class LapseHabit:
    """Quarters a lapse must last to be more than an ordinary one of this device: of one that begins with the line's run, and of
    any other. 0 where there is no such habit; a start that was hardly seen gets some time.
    """

    at_start: int
    within: int


def lapse_habit(runs: NDArray[np.bool_], low: NDArray[np.bool_], figures: ProtectiveFigures) -> LapseHabit:
    """The habit of the quarters looked at, bool[quarters] each: the line runs, the device takes less than it should.

    Short lapses (`lapse_quarters` at most) that come `lapse_often` times and on two days are the way the device works; longer
    ones are no habit, however often they come. Of the begins of the line's run most must show a lag before one is granted.

    >>> line = np.ones(192, bool)
    >>> lapse_habit(line, np.arange(192) % 12 < 2, ProtectiveFigures())
    LapseHabit(at_start=6, within=4)
    """
    lapses, fresh = runs_of(runs & low), fresh_runs(runs)
    within = [(begin, end - begin) for begin, end in lapses if not fresh[begin] and end - begin <= figures.lapse_quarters]
    days = {begin // QUARTERS_OF_A_DAY for begin, _ in within}
    habit = len(within) >= figures.lapse_often and len(days) >= 2
    lags = np.zeros(len(runs), np.int64)
    for begin, end in lapses:
        if fresh[begin]:
            lags[begin] = min(end - begin, figures.lapse_quarters)
    starts = [lags[a : a + START_QUARTERS].max() for a in _starts(runs)]
    seen = len(starts) >= figures.lapse_often
    return LapseHabit(
        at_start=_beyond(float(np.quantile(starts, figures.lapse_quantile)), figures) if seen else figures.start_unknown,
        within=_beyond(float(np.quantile([length for _, length in within], figures.lapse_quantile)), figures) if habit else 0,
    )


def fresh_runs(runs: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Quarters with which a run of the line has begun after a rest, and those next to them, bool[quarters].

    >>> fresh_runs(np.array([0, 0, 0, 0, 1, 1, 1, 1], bool)).astype(int).tolist()
    [0, 0, 0, 0, 1, 1, 1, 0]
    """
    fresh = np.zeros(len(runs), np.bool_)
    for begin in _starts(runs):
        fresh[begin : begin + START_QUARTERS] = runs[begin : begin + START_QUARTERS]
    return fresh


def _starts(runs: NDArray[np.bool_]) -> list[int]:
    """Quarters with which the line begins to run, after a rest."""
    return [begin for (_, end), (begin, _) in pairwise([(0, 0), *runs_of(runs)]) if begin - end >= REST_QUARTERS]


def _beyond(usual: float, figures: ProtectiveFigures) -> int:
    return int(np.ceil(figures.lapse_times * usual)) + 1 if usual > 0.0 else 0
