"""The programme of a case: which columns and rows say what may be given, goal after goal."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from tocsin.engine.allocation.arcs import Arcs, missing_of, short_of, trips_of
from tocsin.engine.allocation.model import Case
from tocsin.engine.allocation.programme import Programme, Solved


@dataclass
class Question:
    """The `chosen` of all arcs of a case, as a programme. `within`: minutes after which nothing may arrive; `pieces`: only whole
    units go along an arc; `serves`: it was told to miss no more than what was reached; `keeps`: it speaks of the minimums.
    """

    case: Case
    every: Arcs
    chosen: NDArray[np.int64]
    within: float = np.inf
    pieces: bool = False
    serves: bool = True
    keeps: bool = False
    programme: Programme = field(default_factory=Programme)

    def __post_init__(self) -> None:
        self.arcs = self.every.only(self.chosen)
        case, arcs, programme = self.case, self.arcs, self.programme
        needs = case.needs.quantity
        self.scale = needs[arcs.need] if case.single else np.ones(len(arcs))
        self.sent = programme.columns(np.ones(len(arcs)) if case.single else arcs.most, whole=case.single or self.pieces)
        self.missing = programme.columns(needs)
        self.opened = self._columns_of_openings()
        self.trips = self._columns_of_trips()
        minimums = case.minimums
        touched = np.isin(minimums.member, arcs.supply) if self.keeps else np.zeros(len(minimums.member), bool)
        self.minimums = np.unique(minimums.row[touched])
        self.short = programme.columns(np.full(len(self.minimums), np.inf))
        if case.single:  # a need is served by one store or not at all: what is missing of it is all of it
            programme.rows(
                [(arcs.need, self.sent, 1.0), (np.arange(len(needs)), self.missing, 1 / np.maximum(needs, 1e-12))],
                1,
                1,
                len(needs),
            )
        else:
            programme.rows([(arcs.need, self.sent, 1.0), (np.arange(len(needs)), self.missing, 1.0)], needs, needs, len(needs))
        self._rows_of_openings()
        self._rows_of_trips()
        self._rows_of_loading()
        self._rows_of_minimums()

    def _columns_of_openings(self) -> NDArray[np.int64]:
        costly = self.case.stores.opening > 0
        costly &= np.bincount(self.arcs.store, minlength=len(costly)) > 0
        self.costly = np.flatnonzero(costly)
        return self.programme.columns(np.ones(len(self.costly)), whole=True)

    def _columns_of_trips(self) -> NDArray[np.int64]:
        ways, stores = self.case.ways, self.case.stores
        counted = (ways.trip > 0) | np.isfinite(stores.vehicles[ways.store])
        counted &= np.bincount(self.arcs.way, minlength=len(counted)) > 0
        self.counted = np.flatnonzero(counted)
        load = np.bincount(self.arcs.way, weights=self.arcs.most * self.arcs.size, minlength=len(ways.store))[self.counted]
        carries = stores.carries[ways.store[self.counted]]
        with np.errstate(invalid="ignore"):
            self.full = np.floor(load / carries + 1e-9)
            self.over = np.where(self.full > 0, load - self.full * carries, load)
        self.last = self.programme.columns(self.over > 1e-9, whole=True)
        return self.programme.columns(self.full, whole=True)

    def _rows_of_openings(self) -> None:
        """What leaves a store stays within its capacity, and nothing leaves one that is not open."""
        arcs, stores, programme = self.arcs, self.case.stores, self.programme
        number = np.full(len(stores.opening), -1)
        number[self.costly] = np.arange(len(self.costly))
        limited = np.flatnonzero(np.isfinite(stores.capacity) & (np.bincount(arcs.store, minlength=len(number)) > 0))
        row = np.full(len(number), -1)
        row[limited] = np.arange(len(limited))
        of = np.flatnonzero(row[arcs.store] >= 0)
        entries = [(row[arcs.store[of]], self.sent[of], arcs.size[of] * self.scale[of])]
        opening = limited[number[limited] >= 0]
        entries.append((row[opening], self.opened[number[opening]], -stores.capacity[opening]))
        programme.rows(entries, -np.inf, np.where(number[limited] >= 0, 0.0, stores.capacity[limited]), len(limited))
        self._rows_of_supplies(number)
        of = np.flatnonzero(number[arcs.store] >= 0)
        limit = np.ones(len(of)) if self.case.single else arcs.most[of]
        programme.gates(self.sent[of], self.opened[number[arcs.store[of]]], limit)

    def _rows_of_supplies(self, number: NDArray[np.int64]) -> None:
        """A supply gives what it has, where its store costs to open: if that is open (`number`: of its column, -1 for none)."""
        supplies = self.case.supplies
        used = np.unique(self.arcs.supply)
        opening = np.flatnonzero(number[supplies.store[used]] >= 0)
        entries = [(np.searchsorted(used, self.arcs.supply), self.sent, self.scale)]
        entries.append((opening, self.opened[number[supplies.store[used[opening]]]], -supplies.quantity[used[opening]]))
        upper = supplies.quantity[used].copy()
        upper[opening] = 0.0
        self.programme.rows(entries, -np.inf, upper, len(used))

    def _rows_of_trips(self) -> None:
        """What goes along a way is carried: by full vehicles, and by a last one that never has more than what is over then. The
        last one's small load makes the bound close.
        """
        ways, stores, arcs = self.case.ways, self.case.stores, self.arcs
        number = np.full(len(ways.store), -1)
        number[self.counted] = np.arange(len(self.counted))
        of = np.flatnonzero(number[arcs.way] >= 0)
        carries = np.where(self.full > 0, stores.carries[ways.store[self.counted]], 0.0)
        every = np.arange(len(self.counted))
        self.programme.rows(
            [
                (number[arcs.way[of]], self.sent[of], arcs.size[of] * self.scale[of]),
                (every, self.trips, -carries),
                (every, self.last, -self.over),
            ], -np.inf, 0, len(self.counted),
        )  # fmt: skip
        short = np.flatnonzero(np.isfinite(stores.vehicles))
        row = np.full(len(stores.vehicles), -1)
        row[short] = np.arange(len(short))
        from_short = np.flatnonzero(row[ways.store[self.counted]] >= 0)
        self.programme.rows(
            [(row[ways.store[self.counted[from_short]]], of[from_short], 1.0) for of in (self.trips, self.last)],
            -np.inf,
            stores.vehicles[short],
            len(short),
        )

    def _rows_of_loading(self) -> None:
        """All with at least so long a way is loaded before the latest moment at which it may leave (see `arcs.arrivals`)."""
        if not np.isfinite(self.within):
            return
        arcs, stores = self.arcs, self.case.stores
        minutes_each = arcs.size * stores.loading[arcs.store]
        order = np.lexsort((-arcs.minutes, arcs.store))
        most = np.cumsum((minutes_each * arcs.most)[order])
        first = np.searchsorted(arcs.store[order], arcs.store[order], side="left")
        could = most - np.concatenate(([0.0], most))[first]
        tight = np.flatnonzero((could > self.within - arcs.minutes[order]) & (minutes_each[order] > 0))
        same = np.zeros(len(order), bool)  # as the next: the last of those with the same way says it for all
        same[:-1] = arcs.store[order[1:]] == arcs.store[order[:-1]]
        same[:-1] &= arcs.minutes[order[1:]] == arcs.minutes[order[:-1]]
        ends = tight[~same[tight]]
        count = ends + 1 - first[ends]
        within = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
        of = order[np.repeat(first[ends], count) + within]
        row = np.repeat(np.arange(len(ends)), count)
        self.programme.rows(
            [(row, self.sent[of], (minutes_each * self.scale)[of])], -np.inf, self.within - arcs.minutes[order[ends]], len(ends)
        )

    def _rows_of_minimums(self) -> None:
        """What is given of a minimum's supplies, less what it is short of, leaves the minimum."""
        minimums, supplies = self.case.minimums, self.case.supplies
        count = len(minimums.quantity)
        stock = np.bincount(minimums.row, weights=supplies.quantity[minimums.member], minlength=count)[self.minimums]
        number = np.full(count, -1)
        number[self.minimums] = np.arange(len(self.minimums))
        spoken = np.flatnonzero(number[minimums.row] >= 0)
        member, row = minimums.member[spoken], number[minimums.row[spoken]]
        entries = [(np.arange(len(self.short)), self.short, -1.0)]
        by_supply = np.argsort(self.arcs.supply, kind="stable")
        start = np.searchsorted(self.arcs.supply[by_supply], member, side="left")
        of_member = np.searchsorted(self.arcs.supply[by_supply], member, side="right") - start
        within = np.arange(of_member.sum()) - np.repeat(np.cumsum(of_member) - of_member, of_member)
        of = by_supply[np.repeat(start, of_member) + within]
        entries.append((np.repeat(row, of_member), self.sent[of], self.scale[of]))
        least = np.minimum(minimums.quantity[self.minimums], stock)
        self.programme.rows(entries, -np.inf, stock - least, len(self.short))

    def hold(self, price: NDArray[np.float64], value: float) -> None:
        """What is priced so may not grow beyond that value."""
        of = np.flatnonzero(price)
        slack = 1e-7 * max(1.0, abs(value))
        self.programme.rows([(np.zeros(len(of), np.int64), of, price[of])], -np.inf, value + slack, 1)

    def solve(
        self,
        price: NDArray[np.float64],
        *,
        seconds: float,
        relaxed: bool = False,
        hint: NDArray[np.float64] | None = None,
        enough: float | None = None,
        free: NDArray[np.bool_] | None = None,
        gap: float = 1e-6,
    ) -> Solved:
        """Minimises; `hint`: units along every arc of a known answer (taken where it uses none but the chosen); `enough`: a value
        at which it may stop; `free`: which of the chosen arcs may differ from the hint at all; `gap`: share
        of the value by which it may be too much.
        """
        columns, held = None, None
        if hint is not None and hint.sum() <= hint[self.chosen].sum() * (1 + 1e-12):
            columns = self._columns_for(hint[self.chosen])
        if columns is not None and free is not None:
            held = (self.sent[~free], columns[self.sent[~free]])
        mend = None if held is not None else self._mended
        return self.programme.solve(
            price, seconds=seconds, relaxed=relaxed, hint=columns, enough=enough, mend=mend, held=held, gap=gap
        )

    def _mended(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        return self._columns_for(np.where(values[self.sent] > 1e-7, values[self.sent] * self.scale, 0.0))

    def price_missing(self) -> NDArray[np.float64]:
        price = np.zeros(self.programme.columns_count)
        price[self.missing] = self.case.needs.weight
        return price

    def price_cost(self) -> NDArray[np.float64]:
        price = np.zeros(self.programme.columns_count)
        price[self.sent] = self.arcs.cost * self.scale
        price[self.opened] = self.case.stores.opening[self.costly]
        price[self.trips] = price[self.last] = self.case.ways.trip[self.counted]
        return price

    def price_short(self) -> NDArray[np.float64]:
        """Each minimum counts by the share of it that is gone."""
        price = np.zeros(self.programme.columns_count)
        price[self.short] = 1 / np.maximum(self.case.minimums.quantity[self.minimums], 1e-9)
        return price

    def given(self, solved: Solved) -> NDArray[np.float64] | None:
        """Units along every arc; None where nothing was found."""
        if solved.values is None:
            return None
        given = np.zeros(len(self.every))
        sent = solved.values[self.sent] * self.scale
        given[self.chosen] = np.where(sent > 1e-7, sent, 0.0)
        return given

    def _columns_for(self, given: NDArray[np.float64]) -> NDArray[np.float64]:
        """The columns that say this allocation: what HiGHS starts from."""
        values = np.zeros(self.programme.columns_count)
        values[self.sent] = given / self.scale
        values[self.missing] = missing_of(self.case, self.arcs, given)
        gives = np.bincount(self.arcs.store, weights=given, minlength=len(self.case.stores.opening)) > 1e-9
        values[self.opened] = gives[self.costly]
        trips = trips_of(self.case, self.arcs, given)[self.counted]
        values[self.trips] = np.minimum(trips, self.full)
        values[self.last] = trips - values[self.trips]
        values[self.short] = short_of(self.case, self.arcs, given)[self.minimums]
        return values
