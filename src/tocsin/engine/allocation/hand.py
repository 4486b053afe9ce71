"""The hand rule: what a good store keeper does with a list and a telephone. Feasible, fast, never the last word."""

import numpy as np
from numpy.typing import NDArray

from tocsin.engine.allocation.arcs import Arcs
from tocsin.engine.allocation.model import Case


def by_hand(
    case: Case,
    arcs: Arcs,
    *,
    within: float = np.inf,
    rank: NDArray[np.float64] | None = None,
    planned: NDArray[np.float64] | None = None,
) -> NDArray[np.float64]:
    """Units along each arc. Needs in the order of their weight, then those with the fewest sources to spare; each takes from the
    nearest (or, where arrival is no goal, the cheapest) first. A store that already gives is taken before one that has to open.
    `rank`: the order of arcs in place of that, lowest first; `within`: minutes after which nothing may arrive; `planned`:
    vehicles of each way that are filled before any other goes.
    """
    given, most = np.zeros(len(arcs)), arcs.most.copy()
    left = case.supplies.quantity.astype(np.float64, copy=True)
    room = case.stores.capacity.astype(np.float64, copy=True)
    space = np.zeros(len(case.ways.store))  # in vehicles that already go that way
    vehicles = case.stores.vehicles.astype(np.float64, copy=True)
    latest = np.full(len(room), np.inf)  # minute at which a store has loaded all, so that what goes farthest is there in time
    loaded = np.zeros(len(room))
    opened = case.stores.opening <= 0
    hurried = "arrival" in case.goals
    by_need = np.argsort(arcs.need, kind="stable")
    starts = np.searchsorted(arcs.need[by_need], np.arange(len(case.needs.quantity) + 1))
    left_over = case.needs.quantity.astype(np.float64, copy=True)
    order_of_needs = _order(case, arcs)
    rounds = [(need, False) for need in order_of_needs]
    if planned is not None:
        allowed = np.where(np.isfinite(case.stores.carries[case.ways.store]), planned, 0.0)
        going = np.bincount(case.ways.store, weights=allowed, minlength=len(vehicles))
        allowed[(going > vehicles)[case.ways.store]] = 0.0
        vehicles -= np.where(going > vehicles, 0.0, going)
        space += np.where(allowed > 0, allowed * np.where(allowed > 0, case.stores.carries[case.ways.store], 0.0), 0.0)
        rounds = [(need, True) for need in order_of_needs] + rounds
    for need, only_planned in rounds:
        own = by_need[starts[need] : starts[need + 1]]
        opening = np.where(opened[arcs.store[own]], 0.0, case.stores.opening[arcs.store[own]])
        money = arcs.cost[own] + opening / np.maximum(case.needs.quantity[need], 1.0)
        order = np.lexsort((money, arcs.minutes[own])) if hurried else np.lexsort((arcs.minutes[own], money))
        order = order if rank is None else np.argsort(rank[own], kind="stable")
        wanted = float(left_over[need])
        for arc in own[order]:
            if wanted <= 0:
                break
            supply, store, way = arcs.supply[arc], arcs.store[arc], arcs.way[arc]
            more = vehicles[store] * case.stores.carries[store] if vehicles[store] > 0 and not only_planned else 0.0
            carried = space[way] + more
            size = arcs.size[arc]
            fits = min(room[store], carried) / size if size > 0 else np.inf
            end = min(latest[store], within - arcs.minutes[arc])
            if size > 0 and case.stores.loading[store] > 0:
                fits = min(fits, max(end - loaded[store], 0.0) / (case.stores.loading[store] * size))
            amount = min(wanted, left[supply], most[arc], fits)
            if case.whole:
                amount = np.floor(amount + 1e-9)
            if amount <= 0 or (case.single and amount < wanted):
                continue
            given[arc] += amount
            wanted -= amount
            left_over[need] = wanted
            most[arc] -= amount
            left[supply] -= amount
            room[store] -= amount * size
            latest[store] = end
            loaded[store] += amount * size * case.stores.loading[store]
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
