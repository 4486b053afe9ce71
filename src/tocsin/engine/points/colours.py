"""Bands of the score, and the steps between colours."""

from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from tocsin.engine.points.figures import Figures

LONGEST_RUN = 1000  # days on end are counted no further


class Colour(IntEnum):
    """The colours of the code, worst first, so that better is greater. Grey says that there is not enough data."""

    GREY = -1
    RED = 0
    YELLOW = 1
    BLUE = 2
    GREEN = 3


def band_of(hundredths: NDArray[np.int32], figures: Figures) -> NDArray[np.int8]:
    """The band of each score, int8[n] of `Colour`. Every score has exactly one: a band reaches from its lowest score, included,
    to the next band's lowest, excluded; below yellow all is red, from green's lowest up all is green.
    """
    return np.searchsorted(np.array(figures.bands), hundredths, side="right").astype(np.int8)


def next_standing(
    band: NDArray[np.int8], before: NDArray[np.int8], runs: NDArray[np.int16], figures: Figures
) -> tuple[NDArray[np.int8], NDArray[np.int8], NDArray[np.int16]]:
    """Standing, colour and runs of today from today's band and yesterday's standing and runs.

    `band` int8[n] and `before` int8[n] are `Colour`s; `before` is grey for an object that never had a colour. `runs` int16[n, 3]
    are the days on end in yellow or better, blue or better, green. An object becomes worse at once. It becomes better by one
    step a day at most, and only after `step_days` on end in the band it steps to, or a better one. Without enough data (a grey
    band) nothing becomes better: days on end begin anew, the standing stays, and it is shown as grey unless it is red.
    """
    ladder = np.array([Colour.YELLOW, Colour.BLUE, Colour.GREEN], np.int8)
    reached = band[:, None] >= ladder[None, :]
    runs = np.where(reached, np.minimum(runs + 1, LONGEST_RUN), 0).astype(np.int16)
    known = band != Colour.GREY
    new = before == Colour.GREY
    step = np.clip(before, 0, 2)  # the column of the next better colour: yellow's for red
    lasted = np.take_along_axis(runs, step[:, None].astype(np.intp), axis=1)[:, 0] >= figures.step_days
    better = (band > before) & lasted & (before < Colour.GREEN)
    stepped = np.where(better, before + 1, np.minimum(band, before))
    standing = np.where(known, np.where(new, band, stepped), before).astype(np.int8)
    grey = ~known & (standing != Colour.RED)
    colour = np.where(grey, Colour.GREY, standing).astype(np.int8)
    return standing, colour, runs
