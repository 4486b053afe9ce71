"""What is told of the load that stands for production."""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from tocsin.engine.work.firm import QUARTERS_OF_A_DAY
from tocsin.engine.work.load.tracking import CANNOT_TELL, LOW, NO, YES

Shares = NDArray[np.float32]


class Running(IntEnum):
    """Whether a quarter hour saw production. `LOW`: more than rest and less than running, stand-by or work at a low rate."""

    NO = NO
    YES = YES
    CANNOT_TELL = CANNOT_TELL
    LOW = LOW


class Grounds(IntEnum):
    """What the word about a quarter rests on."""

    NOTHING = 0
    PROCESS = 1  # meters of the process
    TOTAL = 2  # the grid connection less what is known not to produce


@dataclass(frozen=True, eq=False)
class Line:
    """One curve followed: a process meter, all of the firm as the grid connection shows it, or what has no meter.

    Of quarters: `kw` float32 as believed, `share` float32 of the normal running level, `state` uint8 (`Running`). Of days, as
    known when the day begins: `rest_kw` (at noon), `span_kw` (normal running level above it), `normal_kwh` (above rest, of a
    normal day), `moved_kw` (by how much rest had been found to lie elsewhere than at first); and the day's own `energy_kwh` above
    rest while it ran, of `known` uint8 quarters. `expected` float32[days, 24]:
    share of a producing day of its kind. `guard` float32 of quarters: power of the devices that protect it as a share of what
    they take while it runs, NaN without such or where they tell nothing. All NaN where unknown.
    """

    meter: str
    kw: Shares
    share: Shares
    state: NDArray[np.uint8]
    rest_kw: Shares
    span_kw: Shares
    normal_kwh: Shares
    energy_kwh: Shares
    known: NDArray[np.uint8]
    moved_kw: Shares
    expected: Shares
    guard: Shares

    def day_share(self) -> Shares:
        """Energy above rest of each day against a normal one, float32[days]; gaps count like the known quarters of that day."""
        with np.errstate(divide="ignore", invalid="ignore"):
            scale = np.where(self.known > 0, QUARTERS_OF_A_DAY / self.known.astype(np.float32), np.nan)
            return np.asarray(self.energy_kwh * scale / self.normal_kwh, np.float32)


@dataclass(frozen=True, eq=False)
class Load:
    """The load that stands for production, each quarter judged by what was known then.

    `lines`: the process meters. `whole`: the grid connection and own generation less loads known not to produce; None without.
    `unmetered`: what is left of `whole` without process meters and their protective devices; None where there are none.
    Of quarters: `kw` and `share` float32 of all of the firm (NaN unknown), `state` uint8 (`Running`), `grounds` uint8
    (`Grounds`). Of days: `day_share` (energy against a normal working day), `known_share` of its quarters, `running_h`,
    `night_ratio` (mean power above rest 22-06 h over 08-18 h) and `usual_night_ratio` (its median on producing days before);
    `rest_kw` and `normal_kw` as known when the day begins. `rests_on`: ids of the meters used.
    """

    lines: tuple[Line, ...]
    whole: Line | None
    unmetered: Line | None
    kw: Shares
    share: Shares
    state: NDArray[np.uint8]
    grounds: NDArray[np.uint8]
    day_share: Shares
    known_share: Shares
    running_h: Shares
    night_ratio: Shares
    usual_night_ratio: Shares
    rest_kw: Shares
    normal_kw: Shares
    rests_on: tuple[str, ...]

    def line(self, meter: str) -> Line | None:
        """The line of a process meter."""
        return next((line for line in self.lines if line.meter == meter), None)

    def deciding_hours(self, day: int) -> tuple[int, ...]:
        """Hours of the local day in which it ran for half an hour or more; of a day without such, those known to be at rest."""
        hours = self.state[day * QUARTERS_OF_A_DAY : (day + 1) * QUARTERS_OF_A_DAY].reshape(-1, 4)
        ran = np.flatnonzero((hours == YES).sum(axis=1) >= 2)
        return tuple(map(int, ran if len(ran) else np.flatnonzero((hours == NO).all(axis=1))))
