"""What the pass over curves carries from day to day, by which rules it goes, and where it writes what it tells."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tocsin.engine.work.load.figures import LoadFigures

Floats = NDArray[np.float64]

HOURS, QUARTERS = 24, 96
DRIVERS = 5  # constant, office hours, cold, heat, sun
RING = 64  # at most so many producing days are remembered
KINDS = 2  # of days: working days, and others

RULES = np.dtype(
    [
        ("running", "f8"),
        ("mixed_running", "f8"),
        ("still_running", "f8"),
        ("low", "f8"),
        ("noise_times", "f8"),
        ("learning_days", "i8"),
        ("quantile", "f8"),
        ("producing_quarters", "i8"),
        ("prior_days", "i8"),
        ("keep", "f8"),  # per hour, of the rest level's memory
    ],
    align=True,
)

TRACK = np.dtype(
    [
        ("theta", "f8", DRIVERS),  # kW of rest for each driver
        ("gain", "f8", (DRIVERS, DRIVERS)),  # inverse information about it
        ("noise", "f8"),  # how far hours at rest lie from it, kW
        ("span", "f8"),  # normal running level above rest, kW
        ("energy", "f8"),  # of a normal day above rest, kWh
        ("curve", "f8", (KINDS, HOURS)),  # share of the span by hour, on producing days
        ("curve_days", "f8", KINDS),
        ("level_ring", "f8", RING),  # of producing days in their order, and sorted
        ("level_sorted", "f8", RING),
        ("energy_ring", "f8", RING),
        ("energy_sorted", "f8", RING),
        ("hour_share", "f8", HOURS),  # of the day at hand, NaN where unknown
        ("told", "f8", DRIVERS),  # what a step of the rest level works with
        ("ran_share", "f8"),
        ("ran", "i8"),  # quarters of the day at hand
        ("producing_days", "i8"),
        ("days", "i8"),
        ("deep", "i8"),  # hours in a row far below the rest level
        ("rested", "i8"),  # hours seen at rest since the rest level was set
        ("moved", "f8"),  # kW by which the rest level was found to lie elsewhere than was thought, since the beginning
        ("settled", "u1"),  # 1 once a day has shown both rest and running
        ("mixed", "u1"),  # 1 where other loads hang on it too, so that rest may rise into the low band
        ("on", "u1"),
    ],
    align=True,
)


@dataclass(frozen=True, eq=False)
class Tracking:
    """What the pass tells of rows and their days and quarters; see `track_rows`."""

    days: NDArray[np.float32]
    curves: NDArray[np.float32]
    share: NDArray[np.float32]
    state: NDArray[np.uint8]

    @classmethod
    def empty(cls, rows: int, days: int) -> "Tracking":
        """Room for so many."""
        return cls(
            np.empty((rows, days, 6), np.float32),
            np.empty((rows, days, HOURS), np.float32),
            np.empty((rows, days * QUARTERS), np.float32),
            np.empty((rows, days * QUARTERS), np.uint8),
        )

    def rows(self, rows: slice) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32], NDArray[np.uint8]]:
        """The arrays of some rows, in the order in which the pass fills them."""
        return self.days[rows], self.curves[rows], self.share[rows], self.state[rows]


def rules_of(figures: LoadFigures) -> NDArray[np.void]:
    """The figures as RULES[1]."""
    rules = np.zeros(1, RULES)
    rules["running"], rules["mixed_running"] = figures.running_share, figures.mixed_running_share
    rules["still_running"], rules["low"] = figures.still_running_share, figures.low_share
    rules["noise_times"], rules["quantile"] = figures.noise_times, figures.normal_quantile
    rules["learning_days"] = min(figures.learning_days, RING)
    rules["producing_quarters"] = round(figures.producing_h * 4)
    rules["prior_days"], rules["keep"] = figures.prior_days, math.exp(-1.0 / figures.memory_h)
    return rules


def new_tracks(rest_kw: Floats, span_kw: Floats, mixed: NDArray[np.bool_]) -> NDArray[np.void]:
    """TRACK records for rows of which nothing is known but a first guess at rest and running level, float64[rows], kW; `mixed`
    bool[rows]: rows on which other loads hang too.
    """
    tracks = np.zeros(len(rest_kw), TRACK)
    tracks["mixed"] = mixed
    tracks["span"] = np.maximum(span_kw, 1e-3)
    tracks["theta"][:, 0] = rest_kw
    tracks["noise"] = 0.02 * tracks["span"]
    tracks["energy"] = 0.5 * HOURS * tracks["span"]
    for driver in range(DRIVERS):
        tracks["gain"][:, driver, driver] = 100.0 if driver == 0 else 1.0
    tracks["curve"] = 1.0
    return tracks
