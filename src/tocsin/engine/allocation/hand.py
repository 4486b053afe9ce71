"""The hand rule: what a good store keeper does with a list and a telephone. Feasible, fast, never the last word."""

import numpy as np
from numpy.typing import NDArray

from tocsin.engine.allocation.arcs import Arcs
from tocsin.engine.allocation.model import Case


def by_hand(case: Case, arcs: Arcs) -> NDArray[np.float64]:
    """Units along each arc. Needs in the order of their weight, then those with the fewest sources to spare; each takes from the
    nearest (or, where arrival is no goal, the cheapest) first. A store that already gives is taken before one that has to open.
    """
    given = np.zeros(len(arcs))
    left = case.supplies.quantity.astype(np.float64, copy=True)
    room = case.stores.capacity.astype(np.float64, copy=True)
    space = np.zeros(len(case.ways.store))  # in vehicles that already go that way
    vehicles = case.stores.vehicles.astype(np.float64, copy=True)
    opened = case.stores.opening <= 0
    hurried = "arrival" in case.goals
    by_need = np.argsort(arcs.need, kind="stable")
    starts = np.searchsorted(arcs.need[by_need], np.arange(len(case.needs.quantity) + 1))
    for need in _order(case, arcs):
        own = by_need[starts[need] : starts[need + 1]]
        opening = np.where(opened[arcs.store[own]], 0.0, case.stores.opening[arcs.store[own]])
        money = arcs.cost[own] + opening / np.maximum(case.needs.quantity[need], 1.0)
        order = np.lexsort((money, arcs.minutes[own])) if hurried else np.lexsort((arcs.minutes[own], money))
        wanted = float(case.needs.quantity[need])
        for arc in own[order]:
            if wanted <= 0:
                break
            supply, store, way = arcs.supply[arc], arcs.store[arc], arcs.way[arc]
            carried = space[way] + (vehicles[store] * case.stores.carries[store] if vehicles[store] > 0 else 0.0)
            size = arcs.size[arc]
            fits = min(room[store], carried) / size if size > 0 else np.inf
            amount = min(wanted, left[supply], fits)
            if case.whole:
                amount = np.floor(amount + 1e-9)
            if amount <= 0 or (case.single and amount < wanted):
                continue
            given[arc] += amount
            wanted -= amount
            left[supply] -= amount
            room[store] -= amount * size
            opened[store] = True
            _load(case, way, store, amount * size, space, vehicles)
    return given


def _load(case: Case, way: int, store: int, load: float, space: NDArray[np.float64], vehicles: NDArray[np.float64]) -> None:
    over = load - space[way]
    if over > 1e-12 and np.isfinite(case.stores.carries[store]):
        more = np.ceil(over / case.stores.carries[store] - 1e-9)
        vehicles[store] -= more
        space[way] += more * case.stores.carries[store]
    elif over > 1e-12:
        vehicles[store] -= 1.0
        space[way] = np.inf
    space[way] -= load


def _order(case: Case, arcs: Arcs) -> NDArray[np.int64]:
    offered = np.bincount(arcs.need, weights=arcs.most, minlength=len(case.needs.quantity))
    spare = offered / np.maximum(case.needs.quantity, 1e-9)
    return np.lexsort((spare, -case.needs.weight)).astype(np.int64)
