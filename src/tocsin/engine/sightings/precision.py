"""How often a recogniser was right, by what people said, and what another threshold or a mask would have changed.

An interval is Wilson's (Wilson 1927, J. Am. Stat. Assoc. 22:209–212): with few verdicts it is wide, and never leaves 0 to 1.
"""

import math
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

Z_95: Final = 1.959964
SIDE: Final = 8
"""Cells of a mask along each side of the picture."""

type Cell = tuple[int, int]


@dataclass(frozen=True)
class Tally:
    """Verdicts of persons upon what a recogniser reported."""

    confirmed: int
    rejected: int

    @property
    def count(self) -> int:
        """How many verdicts there are."""
        return self.confirmed + self.rejected

    @property
    def share(self) -> float | None:
        """Confirmed ones of all; None where there is none."""
        return self.confirmed / self.count if self.count else None

    @property
    def interval(self) -> tuple[float, float]:
        """Where the true share lies with 95 %; 0 to 1 where nothing is known."""
        return wilson(self.confirmed, self.count)


def wilson(hits: int, count: int, z: float = Z_95) -> tuple[float, float]:
    """The interval of a share by Wilson's score.

    >>> [round(one, 3) for one in wilson(8, 10)]
    [0.49, 0.943]
    >>> wilson(0, 0)
    (0.0, 1.0)
    """
    if count == 0:
        return 0.0, 1.0
    share, square = hits / count, z * z
    middle = (share + square / (2 * count)) / (1 + square / count)
    reach = z / (1 + square / count) * math.sqrt(share * (1 - share) / count + square / (4 * count * count))
    return max(0.0, middle - reach), min(1.0, middle + reach)


def has_drifted(before: Tally, lately: Tally) -> bool:
    """Whether the two shares differ by more than chance: their intervals do not meet.

    >>> has_drifted(Tally(90, 10), Tally(5, 15)), has_drifted(Tally(9, 1), Tally(4, 2))
    (True, False)
    """
    return lately.interval[1] < before.interval[0] or lately.interval[0] > before.interval[1]


@dataclass(frozen=True)
class Past:
    """A sighting that a person has decided: its best score, the middle of its box, whether it was true."""

    score: float
    place: tuple[float, float]
    true: bool


@dataclass(frozen=True)
class Trial:
    """What a proposal would have made of the past: false ones spared, true ones lost, and the share of what is left."""

    spared: int
    lost: int
    left: Tally


def passes(score: float, place: tuple[float, float], *, threshold: float | None, cells: Collection[Cell]) -> bool:
    """Whether an event still counts: at or above the threshold, and outside of the masked cells.

    >>> passes(0.7, (0.9, 0.1), threshold=0.6, cells={(7, 0)}), passes(0.7, (0.5, 0.1), threshold=0.6, cells={(7, 0)})
    (False, True)
    """
    return (threshold is None or score >= threshold) and cell_of(place) not in cells


def try_threshold(past: Iterable[Past], threshold: float) -> Trial:
    """The past with nothing below that score."""
    return _tried([(one, one.score >= threshold) for one in past])


def try_mask(past: Iterable[Past], cells: frozenset[Cell]) -> Trial:
    """The past with nothing in those cells."""
    return _tried([(one, cell_of(one.place) not in cells) for one in past])


def propose_threshold(past: Sequence[Past], *, most_lost: float) -> float | None:
    """The score that spares most false ones and loses at most that share of the true ones; of equal ones the lowest. None where
    none spares any.

    >>> seen = [Past(0.9, (0, 0), True), Past(0.8, (0, 0), True), Past(0.6, (0, 0), False), Past(0.7, (0, 0), False)]
    >>> propose_threshold(seen, most_lost=0.0)
    0.8
    """
    true = sum(one.true for one in past)
    best, found = 0, None
    for threshold in sorted({one.score for one in past}):
        trial = try_threshold(past, threshold)
        if trial.lost <= most_lost * true and trial.spared > best:
            best, found = trial.spared, threshold
    return found


def propose_mask(past: Iterable[Past], *, least: int) -> frozenset[Cell]:
    """Cells in which at least so many were rejected and none was confirmed.

    >>> propose_mask([Past(0.9, (0.99, 1.0), False)] * 3, least=3)
    frozenset({(7, 7)})
    """
    false: Counter[Cell] = Counter()
    true: set[Cell] = set()
    for one in past:
        if one.true:
            true.add(cell_of(one.place))
        else:
            false[cell_of(one.place)] += 1
    return frozenset(cell for cell, count in false.items() if count >= least and cell not in true)


def cell_of(place: tuple[float, float]) -> Cell:
    """Column and row of the cell that a place of the picture lies in.

    >>> cell_of((0.0, 0.13))
    (0, 1)
    """
    column, row = (min(SIDE - 1, max(0, int(part * SIDE))) for part in place)
    return column, row


def _tried(past: Sequence[tuple[Past, bool]]) -> Trial:
    stays = [one for one, kept in past if kept]
    goes = [one for one, kept in past if not kept]
    left = Tally(sum(one.true for one in stays), sum(not one.true for one in stays))
    return Trial(sum(not one.true for one in goes), sum(one.true for one in goes), left)
