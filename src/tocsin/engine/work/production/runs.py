"""Runs of quarters."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

HOUR = 4  # quarters


@dataclass(frozen=True)
class Run:
    """Quarters `begin` until before `end`, pauses of a run inside."""

    begin: int
    end: int


def runs_of(flags: NDArray[np.bool_], begin: int, end: int, gap: int) -> list[Run]:
    """Runs of set `flags` between two quarters, joined over pauses of up to `gap` quarters.

    >>> runs_of(np.array([0, 1, 1, 0, 1, 0, 0, 1], bool), 0, 8, 1)
    [Run(begin=1, end=5), Run(begin=7, end=8)]
    """
    ran = begin + np.flatnonzero(flags[begin:end])
    if not len(ran):
        return []
    breaks = np.flatnonzero(np.diff(ran) > gap + 1)
    firsts, lasts = np.concatenate(([0], breaks + 1)), np.concatenate((breaks, [len(ran) - 1]))
    return [Run(int(ran[a]), int(ran[b]) + 1) for a, b in zip(firsts, lasts, strict=True)]


def grouped(runs: list[Run], pause: int) -> list[list[Run]]:
    """Runs in groups whose pauses last up to `pause` quarters."""
    groups: list[list[Run]] = []
    for run in runs:
        if groups and run.begin - groups[-1][-1].end <= pause:
            groups[-1].append(run)
        else:
            groups.append([run])
    return groups
