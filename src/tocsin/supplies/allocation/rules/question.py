"""Lots, stores and needs become the question that the engine answers, and its answer becomes so much of each lot. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from tocsin.engine.allocation.model import Allocation, Case, Goal, Minimums, Needs, Stores, Supplies, Ways
from tocsin.supplies.allocation.rules.plans import Because
from tocsin.supplies.stock.rules.lots import Pickable, order_of_issue

THOUSAND = 1000


@dataclass(frozen=True)
class Wish:
    """So much of an item (thousandths of its unit) for one line of a request. `pieces`: thousandths of a piece in one unit."""

    need_id: UUID
    item_id: UUID
    amount: int
    pieces: int = THOUSAND


@dataclass(frozen=True)
class Offer:
    """A lot in a store that may be given, and how many hours pass until it can be loaded (agreements, production)."""

    lot: Pickable
    store_id: UUID
    item_id: UUID
    lead_h: int = 0


@dataclass(frozen=True)
class Road:
    """The way from a store to the place of need."""

    minutes: float
    km: float


@dataclass(frozen=True, kw_only=True)
class Figures:
    """What loading and driving cost, by policy."""

    pieces_per_min: float
    vehicle_pieces: float
    yuan_per_km: float
    stay_share: float


@dataclass
class Posed:
    """A question with the names of what its columns stand for. A source is a store with one lead time: the engine's store."""

    case: Case
    wishes: Sequence[Wish]
    sources: list[tuple[UUID, int]]
    lots: list[list[Offer]] = field(default_factory=list)  # of each supply, in the order of issue


@dataclass(frozen=True)
class Given:
    """So much of one holding for one line, there after so many minutes."""

    need_id: UUID
    holding_id: int
    amount: int
    minutes: float


def pose(
    wishes: Sequence[Wish], offers: Iterable[Offer], roads: Mapping[UUID, Road], goals: tuple[Goal, ...], figures: Figures
) -> Posed:
    """The question: stores without a road stand in no way. Where all wishes are whole units, so is all that is given."""
    items = {one.item_id: number for number, one in enumerate({wish.item_id: wish for wish in wishes}.values())}
    whole = all(one.amount % THOUSAND == 0 for one in wishes)
    sources: dict[tuple[UUID, int], int] = {}
    heaps: dict[tuple[int, int], list[Offer]] = defaultdict(list)
    for one in sorted(offers, key=lambda each: order_of_issue(each.lot)):
        if one.item_id in items and one.lot.amount > 0:
            source = sources.setdefault((one.store_id, one.lead_h), len(sources))
            heaps[source, items[one.item_id]].append(one)
    quantities = [_units(sum(one.lot.amount for one in heap), whole=whole) for heap in heaps.values()]
    reached = [number for (store, _), number in sources.items() if store in roads]
    places = [roads[store] for (store, _) in sources if store in roads]
    pieces = {items[one.item_id]: one.pieces / THOUSAND for one in wishes}
    count = len(sources)
    case = Case(
        stores=Stores(
            ready=np.array([lead * 60.0 for _, lead in sources], np.float64),
            loading=np.full(count, 1 / figures.pieces_per_min),
            capacity=np.full(count, np.inf),
            opening=np.zeros(count),
            vehicles=np.full(count, np.inf),
            carries=np.full(count, figures.vehicle_pieces),
        ),
        supplies=Supplies(
            store=np.array([store for store, _ in heaps], np.int64),
            item=np.array([item for _, item in heaps], np.int64),
            quantity=np.array(quantities, np.float64),
        ),
        needs=Needs(
            place=np.zeros(len(wishes), np.int64),
            item=np.array([items[one.item_id] for one in wishes], np.int64),
            quantity=np.array([one.amount / THOUSAND for one in wishes], np.float64),
            weight=np.ones(len(wishes)),
        ),
        ways=Ways(
            store=np.array(reached, np.int64),
            place=np.zeros(len(reached), np.int64),
            minutes=np.array([one.minutes for one in places], np.float64),
            cost=np.zeros(len(reached)),
            trip=np.array([2 * one.km * figures.yuan_per_km for one in places], np.float64),
        ),
        size=np.array([pieces[number] for number in range(len(items))], np.float64),
        minimums=_minimums(np.array(quantities, np.float64), figures.stay_share),
        goals=goals,
        whole=whole,
    )
    return Posed(case, wishes, list(sources), list(heaps.values()))


def _units(amount: int, *, whole: bool) -> float:
    return float(amount // THOUSAND) if whole else amount / THOUSAND


def _minimums(quantities: NDArray[np.float64], share: float) -> Minimums:
    """Of every heap so great a share shall stay."""
    rows = np.arange(len(quantities), dtype=np.int64)
    return Minimums(row=rows, member=rows, quantity=quantities * share)


def lots_of(posed: Posed, answer: Allocation) -> list[Given]:
    """What is given, lot by lot: first what expires first, to what is reached first."""
    left = [[one.lot.amount for one in heap] for heap in posed.lots]
    given: list[Given] = []
    for at in np.lexsort((answer.need, answer.minutes)):
        supply, wanted = int(answer.supply[at]), round(float(answer.given[at]) * THOUSAND)
        need = posed.wishes[int(answer.need[at])].need_id
        for number, offer in enumerate(posed.lots[supply]):
            taken = min(wanted, left[supply][number])
            if taken > 0:
                left[supply][number] -= taken
                wanted -= taken
                given.append(Given(need, offer.lot.holding_id, taken, float(answer.minutes[at])))
    return given


def missing_of_wishes(posed: Posed, answer: Allocation) -> dict[UUID, tuple[int, Because]]:
    """What nobody can give, in thousandths, and why."""
    told: dict[UUID, tuple[int, Because]] = {}
    case = posed.case
    for at in np.flatnonzero(answer.missing):
        item = case.needs.item[at]
        having = case.supplies.item == item
        wanted = case.needs.quantity[case.needs.item == item].sum()
        reached = np.isin(case.supplies.store[having], case.ways.store)
        if case.supplies.quantity[having].sum() < wanted:
            because = Because.STOCK
        elif case.supplies.quantity[having][reached].sum() < wanted:
            because = Because.WAY
        else:
            because = Because.LIMITS
        told[posed.wishes[int(at)].need_id] = (round(float(answer.missing[at]) * THOUSAND), because)
    return told


def road_to(km: float, *, detour: float, town_km: float, town_kmh: float, open_kmh: float) -> Road:
    """The way as far as nobody says better: the straight line times a factor; the first and last kilometres in town.

    >>> road_to(10, detour=1.4, town_km=20, town_kmh=40, open_kmh=70).minutes
    21.0
    """
    length = km * detour
    town = min(length, town_km)
    return Road(round(town / town_kmh * 60 + (length - town) / open_kmh * 60, 1), round(length, 1))
