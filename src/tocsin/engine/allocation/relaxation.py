"""A cost below which nothing can be: needs are priced in place of served, and each store then decides for itself.

Lagrangian relaxation of the demand rows; the prices climb by the volume algorithm of Barahona and Anbil (2000), whose averages
are close to the solution with parts of openings. What the relaxation leaves out (the order of loading, minimums,
vehicles that several needs share) only lowers the bound: it holds for the whole question.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tocsin.engine.allocation.arcs import Arcs
from tocsin.engine.allocation.model import Case

ROUNDS: Final = 2_000
PATIENCE: Final = 12  # rounds without a better bound after which steps grow shorter
SHORTEST: Final = 1e-4
AHEAD, AIM = 1.05, 0.98  # the next aim beside the bound, and the share of an aim at which the next one is taken
BLEND: Final = 0.1  # share of the latest answer in the averages

type Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Priced:
    """`bound`: no allocation costs less. `prices`: of one unit of each need. `shares`: units along each arc on the average of the
    last rounds. `opened`: how often each store gave. `idle`: money by which a store that gives is too dear at these prices.
    """

    bound: float
    prices: Numbers
    shares: Numbers
    opened: Numbers
    idle: Numbers


@dataclass(frozen=True)
class _Round:
    """What all stores do at some prices: what that amounts to, what each part gives, and the profit of each store."""

    value: float
    given: Numbers
    profit: Numbers
    got: Numbers


class Relaxation:
    """Columns of the parts of a case's arcs: an arc in full vehicles is one part, what is left over another, dearer one."""

    def __init__(self, case: Case, arcs: Arcs, *, within: float, missing: float) -> None:
        self.case, self.arcs, self.allowed = case, arcs, missing
        stores = case.stores
        count = len(stores.opening)
        with np.errstate(divide="ignore", invalid="ignore"):
            loading = stores.loading[arcs.store] * arcs.size
            loaded = np.where(loading > 0, (within - arcs.minutes) / loading, np.inf)
            first = np.full(count, np.inf)
            np.minimum.at(first, arcs.store, arcs.minutes)
            time = np.where(stores.loading > 0, (within - first) / stores.loading, np.inf)
            rolling = np.where(stores.vehicles > 0, stores.vehicles * stores.carries, 0.0)
        most = np.minimum(arcs.most, np.maximum(loaded, 0.0) + 1e-9)
        self.capacity = np.minimum(np.minimum(stores.capacity, time), rolling) + 1e-9
        self._parts(most)
        limited = np.isfinite(self.capacity) | (self.trip > 0)
        self.limited = limited[self.store]

    def _parts(self, most: Numbers) -> None:
        """The parts, and of stores with a single way the trips, which all their goods share."""
        case, arcs = self.case, self.arcs
        stores, ways = case.stores, case.ways
        load = np.bincount(arcs.way, weights=most * arcs.size, minlength=len(ways.store))
        alone = np.bincount(arcs.way, minlength=len(ways.store)) == 1
        used = np.flatnonzero(load > 0)
        ways_of = np.bincount(ways.store[used], minlength=len(stores.opening))
        weightless = np.zeros(len(stores.opening), bool)
        weightless[arcs.store[arcs.size <= 0]] = True
        stepped = (ways_of == 1) & ~weightless
        self.trip = np.zeros(len(stores.opening))
        only = used[stepped[ways.store[used]]]
        self.trip[ways.store[only]] = ways.trip[only]
        self.carries = stores.carries
        trip = np.where(stepped[arcs.store], 0.0, ways.trip[arcs.way])
        carries = np.minimum(stores.carries[arcs.store], np.maximum(load[arcs.way], 1e-9))
        full = np.floor(most * arcs.size / carries + 1e-9) * carries / np.where(arcs.size > 0, arcs.size, 1.0)
        split = alone[arcs.way] & (trip > 0) & (arcs.size > 0) & (not case.single)
        full = np.where(split, np.minimum(full, most), most)
        each = arcs.cost + trip * arcs.size / carries
        if case.single:
            whole = np.maximum(np.ceil(most * arcs.size / carries - 1e-9), 1.0)
            each = np.where(alone[arcs.way] & (most > 0), arcs.cost + trip * whole / np.maximum(most, 1e-12), each)
        rest = np.flatnonzero(split & (most - full > 1e-9))
        first = np.flatnonzero(full > 0)
        over = (most - full)[rest]
        self.arc = np.concatenate([first, rest])
        self.cost = np.concatenate([each[first], arcs.cost[rest] + trip[rest] / over])
        self.most = np.concatenate([full[first], over])
        self.need, self.supply, self.store = (of[self.arc] for of in (arcs.need, arcs.supply, arcs.store))
        self.size = arcs.size[self.arc]

    def price(self, start: Numbers, *, target: float, left: Callable[[], float], enough: float = 0.0) -> Priced:
        """Prices whose bound is as high as it gets before `left()` is 0. `target`: cost of a known answer; `enough`: gap to it
        at which it need not look further.
        """
        wanted = self.case.needs.quantity
        prices, best = start, self._answer(start)
        shares, opened = best.given, (best.profit > 0).astype(np.float64)
        length, waited, aim = 1.0, 0, best.value
        for _round in range(ROUNDS):
            lacking = wanted - self._got(shares, prices)
            lacking = np.where((prices <= 0) & (lacking < 0), 0.0, lacking)
            square = float(lacking @ lacking)
            if square <= 1e-12 or length < SHORTEST or target - best.value <= enough * target or left() <= 0:
                break
            if best.value > AIM * aim:
                aim = min(best.value * AHEAD, target)
            tried = np.maximum(prices + length * (aim - best.value) / square * lacking, 0.0)
            answer = self._answer(tried)
            shares = BLEND * answer.given + (1 - BLEND) * shares
            opened = BLEND * (answer.profit > 0) + (1 - BLEND) * opened
            if answer.value > best.value + 1e-7 * abs(best.value):
                if float(lacking @ (wanted - answer.got)) > 0:
                    length = min(length * 1.1, 2.0)
                prices, best, waited = tried, answer, 0
            else:
                waited += 1
                if waited >= PATIENCE:
                    length, waited = length * 0.66, 0
        along = np.bincount(self.arc, weights=shares, minlength=len(self.arcs))
        return Priced(best.value, prices, along, opened, np.maximum(-best.profit, 0.0))

    def worth(self, priced: Priced, spare: float) -> NDArray[np.bool_]:
        """Arcs that a good answer can do with: those of the averages, and of each need the cheapest at these prices, until
        `spare` times its quantity could go along them.
        """
        arcs = self.arcs
        order = np.lexsort((self.over(priced), arcs.need))
        need = arcs.need[order]
        total = np.cumsum(arcs.most[order])
        first = np.searchsorted(need, need, side="left")
        before = total - arcs.most[order] - np.concatenate(([0.0], total))[first]
        worth = np.zeros(len(arcs), bool)
        worth[order] = before < spare * self.case.needs.quantity[need]
        return worth | (priced.shares > 1e-3)

    def over(self, priced: Priced) -> Numbers:
        """How much a unit along each arc costs above its price, with its part of a store that is too dear to give."""
        arcs, count = self.arcs, len(self.trip)
        cheapest = np.full(len(arcs), np.inf)
        np.minimum.at(cheapest, self.arc, self.cost)
        units = np.bincount(arcs.store, weights=arcs.most, minlength=count)
        load = np.bincount(arcs.store, weights=arcs.most * arcs.size, minlength=count)
        due = priced.idle / np.maximum(units, 1e-9)
        trip = self.trip / np.minimum(self.carries, np.maximum(load, 1e-9))
        return cheapest + due[arcs.store] + trip[arcs.store] * arcs.size - priced.prices[arcs.need]

    def ranks(self, priced: Priced) -> tuple[Numbers, Numbers]:
        """Two orders in which arcs may be taken by hand: by the part of them that goes on the average, and by how often their
        store gives; then by what they cost too much.
        """
        over = self.over(priced)
        behind = over / (1.0 + np.abs(over))
        part = np.round(priced.shares / np.maximum(self.arcs.most, 1e-12), 1)
        return behind - 20 * part, behind - 20 * np.round(priced.opened[self.arcs.store], 2)

    def vehicles(self, priced: Priced) -> Numbers:
        """Vehicles along each way, as the averages have them."""
        ways = self.case.ways
        load = np.bincount(self.arcs.way, weights=priced.shares * self.arcs.size, minlength=len(ways.store))
        return np.maximum(np.ceil(load / self.carries[ways.store] - 0.3), 0.0)

    def start(self) -> Numbers:
        """Prices to begin with: what the last unit of each need would cost if it had all stores to itself."""
        quantity = self.case.needs.quantity
        supplies = self.case.supplies
        asked = np.bincount(self.supply, weights=self.most, minlength=len(supplies.store))
        units = np.bincount(supplies.store, weights=np.minimum(asked, supplies.quantity), minlength=len(self.trip))
        dues = self.case.stores.opening + self.trip
        each = self.cost + (dues / np.maximum(units, 1e-9))[self.store]
        order = np.lexsort((each, self.need))
        need = self.need[order]
        filled = np.cumsum(self.most[order])
        first = np.searchsorted(need, need, side="left")
        before = filled - self.most[order] - np.concatenate(([0.0], filled))[first]
        last = np.flatnonzero(before < quantity[need] * (1 - 1e-9))
        prices = np.zeros(len(quantity))
        np.maximum.at(prices, need[last], each[order[last]])
        return prices

    def _answer(self, prices: Numbers) -> _Round:
        gain = prices[self.need] - self.cost
        taken = np.flatnonzero(gain > 0)
        taken = taken[_dearest_first(gain[taken], self.supply[taken])]
        amount = _clipped(self.most[taken], self.supply[taken], self.case.supplies.quantity[self.supply[taken]])
        given = np.zeros(len(self.arc))
        given[taken] = amount
        trips = self._limit(given, gain, taken[self.limited[taken]])
        profit = np.bincount(self.store, weights=given * gain, minlength=len(self.trip)) - trips - self.case.stores.opening
        given[profit[self.store] <= 0] = 0.0
        got = np.bincount(self.need, weights=given, minlength=len(prices))
        left_out, lost = self._left_out(prices)
        value = float(prices @ self.case.needs.quantity) - float(np.maximum(profit, 0.0).sum()) - lost
        return _Round(value, given, profit, got + left_out)

    def _limit(self, given: Numbers, gain: Numbers, taken: NDArray[np.int64]) -> Numbers:
        """Cuts what stores give down to their capacity and to the vehicles that pay; returns what their trips cost."""
        trips = np.zeros(len(self.trip))
        size = self.size[taken]
        taken = taken[size > 0]
        if not len(taken):
            return trips
        size = self.size[taken]
        order = _dearest_first(gain[taken] / size, self.store[taken])
        taken, size = taken[order], size[order]
        store = self.store[taken]
        load = _clipped(given[taken] * size, store, self.capacity[store])
        allowed = self.capacity.copy()
        stepped = self.trip > 0
        if stepped.any():
            vehicles = self._vehicles(store, load, load / size * gain[taken])
            trips = vehicles * np.where(stepped, self.trip, 0.0)
            full = np.where(vehicles > 0, np.maximum(vehicles, 1.0) * self.carries, 0.0)
            allowed = np.where(stepped, np.minimum(allowed, full), allowed)
        given[taken] = _clipped(load, store, allowed[store]) / size
        return trips

    def _vehicles(self, store: NDArray[np.int64], load: Numbers, money: Numbers) -> Numbers:
        """Vehicles of each store that pay: what one more carries is worth no more than what those before it carry."""
        total = np.bincount(store, weights=load, minlength=len(self.trip))
        count = np.where(total > 0, np.maximum(np.ceil(total / self.carries - 1e-9), 1.0), 0.0).astype(np.int64)
        of = np.repeat(np.arange(len(count)), count)
        number = np.arange(len(of)) - np.repeat(np.cumsum(count) - count, count) + 1
        before = np.cumsum(total) - total
        with np.errstate(invalid="ignore"):
            at = before[of] + np.minimum(number * self.carries[of], total[of])
        worth = np.interp(at, np.concatenate(([0.0], np.cumsum(load))), np.concatenate(([0.0], np.cumsum(money))))
        start = np.cumsum(np.bincount(store, weights=money, minlength=len(total)))
        start = np.concatenate(([0.0], start[:-1]))
        previous = np.where(number > 1, np.concatenate(([0.0], worth[:-1])), start[of])
        pays = worth - previous > self.trip[of]
        return np.bincount(of, weights=pays, minlength=len(total))

    def _left_out(self, prices: Numbers) -> tuple[Numbers, float]:
        """What may go missing, where that is dearest: units of each need, and what they would cost."""
        wanted, weight = self.case.needs.quantity, self.case.needs.weight
        out = np.zeros(len(prices))
        if not self.allowed and weight.all():
            return out, 0.0
        out[weight <= 0] = wanted[weight <= 0]
        counted = np.flatnonzero(weight > 0)
        order = counted[np.argsort(-prices[counted] / weight[counted], kind="stable")]
        heavy = wanted[order] * weight[order]
        taken = np.clip(self.allowed - (np.cumsum(heavy) - heavy), 0.0, heavy)
        out[order] = taken / weight[order]
        return out, float(out @ prices)

    def _got(self, shares: Numbers, prices: Numbers) -> Numbers:
        out, _ = self._left_out(prices)
        return np.bincount(self.need, weights=shares, minlength=len(prices)) + out


def _dearest_first(gain: Numbers, group: NDArray[np.int64]) -> NDArray[np.int64]:
    """The order of groups, and in each of gains, the highest first. One key for both is faster than two; gains that differ by
    less than a trillionth of the highest may change places.
    """
    return np.argsort(group - gain / (gain.max(initial=0.0) * 1.000001 + 1e-300))


def _clipped(amount: Numbers, group: NDArray[np.int64], most: Numbers) -> Numbers:
    """Amounts, group after group, cut where the sum of a group passes its most."""
    total = np.cumsum(amount)
    first = np.searchsorted(group, group, side="left")
    before = total - amount - np.concatenate(([0.0], total))[first]
    return np.clip(most - before, 0.0, amount)
