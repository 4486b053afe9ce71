"""Every pair of a supply and a need that it can serve, as columns, and what an allocation along them amounts to."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tocsin.engine.allocation.model import Case


@dataclass(frozen=True)
class Arcs:
    """A pairs. `minutes`: ready and on the road, without loading; `cost`: of one unit; `size`: of one unit; `most`: units that
    can go along it at all.
    """

    supply: NDArray[np.int64]
    need: NDArray[np.int64]
    way: NDArray[np.int64]
    store: NDArray[np.int64]
    minutes: NDArray[np.float64]
    cost: NDArray[np.float64]
    size: NDArray[np.float64]
    most: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.supply)

    def only(self, chosen: NDArray[np.bool_] | NDArray[np.int64]) -> "Arcs":
        """Those of them."""
        return Arcs(
            self.supply[chosen], self.need[chosen], self.way[chosen], self.store[chosen],
            self.minutes[chosen], self.cost[chosen], self.size[chosen], self.most[chosen],
        )  # fmt: skip


def arcs_of(case: Case) -> Arcs:
    """All pairs with the same item and a way between store and place, in the order of supplies and needs."""
    stores, supplies, needs, ways = case.stores, case.supplies, case.needs, case.ways
    places = int(max(ways.place.max(initial=-1), needs.place.max(initial=-1))) + 1
    keys = ways.store * places + ways.place
    order = np.argsort(keys, kind="stable")
    found_supply, found_need = _same_item(supplies.item, needs.item)
    wanted = supplies.store[found_supply] * places + needs.place[found_need]
    at = np.minimum(np.searchsorted(keys[order], wanted), max(len(keys) - 1, 0))
    there = keys[order][at] == wanted if len(keys) else np.zeros(len(wanted), bool)
    supply, need, way = found_supply[there], found_need[there], order[at[there]] if len(keys) else at[there]
    store = supplies.store[supply]
    size = case.size[supplies.item[supply]]
    with np.errstate(divide="ignore"):
        room = np.where(size > 0, stores.capacity[store] / np.where(size > 0, size, 1.0), np.inf)
    most = np.minimum(np.minimum(supplies.quantity[supply], needs.quantity[need]), room)
    if case.single:
        most = np.where(most >= needs.quantity[need] * (1 - 1e-12), needs.quantity[need], 0.0)
    minutes = stores.ready[store] + ways.minutes[way]
    arcs = Arcs(supply, need, way, store, minutes, ways.cost[way] * size, size, most)
    return arcs.only(most > 0)


def _same_item(supplied: NDArray[np.int64], needed: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    by_item = np.argsort(supplied, kind="stable")
    first = np.searchsorted(supplied[by_item], needed, side="left")
    count = np.searchsorted(supplied[by_item], needed, side="right") - first
    need = np.repeat(np.arange(len(needed)), count)
    within = np.arange(len(need)) - np.repeat(np.cumsum(count) - count, count)
    return by_item[np.repeat(first, count) + within], need


def arrivals(case: Case, arcs: Arcs, given: NDArray[np.float64]) -> NDArray[np.float64]:
    """Minutes until what goes along each arc is there. A store loads the longest way first, so that its last part is early:
    what has the same way as another or a shorter one waits until that is loaded (Jackson's rule, 1955).
    """
    order = np.lexsort((-arcs.minutes, arcs.store))
    loaded = (given * arcs.size * case.stores.loading[arcs.store])[order]
    total = np.cumsum(loaded)
    first = np.searchsorted(arcs.store[order], arcs.store[order], side="left")
    before = np.concatenate(([0.0], total))[first]
    minutes = np.empty(len(arcs))
    minutes[order] = total - before
    return np.where(given > 0, minutes + arcs.minutes, 0.0)


def trips_of(case: Case, arcs: Arcs, given: NDArray[np.float64]) -> NDArray[np.float64]:
    """Vehicles that go along each way; one for whatever goes where nobody says what a vehicle carries."""
    load = np.bincount(arcs.way, weights=given * arcs.size, minlength=len(case.ways.store))
    carries = case.stores.carries[case.ways.store]
    return np.where(load > 1e-9, np.maximum(np.ceil(load / carries - 1e-9), 1.0), 0.0)


def cost_of(case: Case, arcs: Arcs, given: NDArray[np.float64]) -> float:
    """Money: opening of every store that gives, transport, trips."""
    gives = np.bincount(arcs.store, weights=given, minlength=len(case.stores.opening)) > 1e-9
    trips = trips_of(case, arcs, given)
    return float(case.stores.opening[gives].sum() + (given * arcs.cost).sum() + (trips * case.ways.trip).sum())


def missing_of(case: Case, arcs: Arcs, given: NDArray[np.float64]) -> NDArray[np.float64]:
    """Units of each need that are not given."""
    got = np.bincount(arcs.need, weights=given, minlength=len(case.needs.quantity))
    missing = case.needs.quantity - got
    return np.where(missing > 1e-7 * np.maximum(case.needs.quantity, 1.0), missing, 0.0)


def short_of(case: Case, arcs: Arcs, given: NDArray[np.float64]) -> NDArray[np.float64]:
    """Units by which each minimum is undercut, beyond what was short before anything was given."""
    taken = np.bincount(arcs.supply, weights=given, minlength=len(case.supplies.quantity))
    minimums = case.minimums
    stock = np.bincount(minimums.row, weights=case.supplies.quantity[minimums.member], minlength=len(minimums.quantity))
    left = stock - np.bincount(minimums.row, weights=taken[minimums.member], minlength=len(minimums.quantity))
    return np.maximum(np.minimum(minimums.quantity, stock) - left, 0.0)
