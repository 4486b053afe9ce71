"""What is to be allocated: stock in stores, needs at places, the ways between them, and what an answer holds.

All quantities of an item are in its own unit (pieces, quilts, litres). `size` turns them into one measure for vehicles, loading
and the capacity of a store: tonnes, cubic metres or pieces, as whoever writes the case likes, as long as it is one.
"""

from dataclasses import dataclass, field
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

type Goal = Literal["arrival", "cost", "reserve"]
"""`arrival`: the last part is there as early as can be; `cost`: opening, transport and trips; `reserve`: minimums stay whole."""

GOALS: Final[tuple[Goal, ...]] = ("arrival", "cost", "reserve")


@dataclass(frozen=True, kw_only=True)
class Stores:
    """Columns of S stores. Minutes from now until the first vehicle can be loaded (`ready`), minutes to load one size unit
    (`loading`), most that may leave it in size units (`capacity`, inf: no limit), money for opening it at all (`opening`),
    vehicles that stand there (`vehicles`, inf: enough) and what one of them carries in size units (`carries`, inf: all).
    """

    ready: NDArray[np.float64]
    loading: NDArray[np.float64]
    capacity: NDArray[np.float64]
    opening: NDArray[np.float64]
    vehicles: NDArray[np.float64]
    carries: NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Supplies:
    """Columns of K supplies: what one store has of one item. `quantity`: all that may be given."""

    store: NDArray[np.int64]
    item: NDArray[np.int64]
    quantity: NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Needs:
    """Columns of J needs: so much of one item at one place. `weight`: how much a missing one counts beside another need's."""

    place: NDArray[np.int64]
    item: NDArray[np.int64]
    quantity: NDArray[np.float64]
    weight: NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Ways:
    """Columns of W ways from a store to a place, at most one for each pair: minutes on the road, money for one size unit and
    money for each trip of a vehicle. A closed road is a way that is not there.
    """

    store: NDArray[np.int64]
    place: NDArray[np.int64]
    minutes: NDArray[np.float64]
    cost: NDArray[np.float64]
    trip: NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Minimums:
    """What shall stay: M sums over supplies (`member` of row `row`), each with the quantity that it shall not fall below."""

    row: NDArray[np.int64]
    member: NDArray[np.int64]
    quantity: NDArray[np.float64]


def no_minimums() -> Minimums:
    """Nothing has to stay behind."""
    nothing = np.zeros(0, np.int64)
    return Minimums(row=nothing, member=nothing, quantity=np.zeros(0))


@dataclass(frozen=True, kw_only=True)
class Case:
    """All of one question. `size`: of one unit of each item. `single`: each need from one store. `whole`: no part of a piece."""

    stores: Stores
    supplies: Supplies
    needs: Needs
    ways: Ways
    size: NDArray[np.float64]
    minimums: Minimums = field(default_factory=no_minimums)
    goals: tuple[Goal, ...] = GOALS
    single: bool = False
    whole: bool = True


@dataclass(frozen=True)
class Stage:
    """How one goal ended: the value reached, and below which nothing can be. `served`: weight of what is missing."""

    goal: Literal["served", "arrival", "cost", "reserve"]
    value: float
    bound: float

    @property
    def gap(self) -> float:
        """Share of the value by which it may be too much at most; 0 where it is proved to be the best.

        >>> Stage("cost", 100.0, 90.0).gap
        0.1
        """
        over = self.value - self.bound
        return 0.0 if over <= 1e-9 * max(1.0, abs(self.value)) else over / abs(self.value)


@dataclass(frozen=True, kw_only=True)
class Allocation:
    """The answer: `given[n]` units of supply `supply[n]` to need `need[n]`, there after `minutes[n]`; `missing`: units of each
    need that nothing can serve; `short`: units by which each minimum is undercut; `stages`: how good it is, goal by goal.
    """

    supply: NDArray[np.int64]
    need: NDArray[np.int64]
    given: NDArray[np.float64]
    minutes: NDArray[np.float64]
    missing: NDArray[np.float64]
    short: NDArray[np.float64]
    cost: float
    stages: tuple[Stage, ...]
    by_hand: bool
    """True where the time was over before anything better than the hand rule was found."""

    @property
    def arrival(self) -> float:
        """Minutes until the last part is there; 0 where nothing is given."""
        return float(self.minutes.max(initial=0.0))
