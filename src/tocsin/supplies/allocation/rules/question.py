"""Lots, stores and needs become the question that the engine answers, and its answer becomes so much of each lot. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

import numpy as np

from tocsin.engine.allocation.model import Allocation, Case, Goal, Minimums, Needs, Stores, Supplies, Ways
from tocsin.supplies.allocation.rules.plans import Because, Shortfall
from tocsin.supplies.stock.rules.lots import Pickable, order_of_issue

THOUSAND = 1000


@dataclass(frozen=True)
class Wish:
    """So much of an item (thousandths of its unit) for one line of a request. `pieces`: thousandths of a piece in one unit; `kg`
    and `m3`: of one unit, None where the catalogue does not say.
    """

    need_id: UUID
    item_id: UUID
    amount: int
    pieces: int = THOUSAND
    kg: float | None = None
    m3: float | None = None


@dataclass(frozen=True)
class Offer:
    """A lot in a store that may be given, and how many hours pass until it can be loaded (agreements, production).

    `all_of_it`: it was requisitioned for this request, and nothing of it has to stay.
    """

    lot: Pickable
    store_id: UUID
    item_id: UUID
    lead_h: int = 0
    region_code: str = ""
    all_of_it: bool = False


@dataclass(frozen=True)
class Road:
    """The way from a store to the place of need."""

    minutes: float
    km: float


@dataclass(frozen=True)
class Stay:
    """What of an item shall stay in a region: `minimum`, of what is `available` there, all in thousandths."""

    region_code: str
    item_id: UUID
    minimum: int
    available: int


@dataclass(frozen=True, kw_only=True)
class Figures:
    """What loading and driving cost, by policy."""

    pieces_per_min: float
    vehicle_pieces: float
    vehicle_kg: float
    vehicle_m3: float
    yuan_per_km: float
    stay_share: float


@dataclass
class Posed:
    """A question with the names of what its columns stand for. A source is a store with one lead time: the engine's store."""

    case: Case
    wishes: Sequence[Wish]
    sources: list[tuple[UUID, int]]
    lots: list[list[Offer]] = field(default_factory=list)  # of each supply, in the order of issue
    stays: dict[int, Stay] = field(default_factory=dict)  # by row of the minimums, those that levels set


@dataclass(frozen=True)
class Given:
    """So much of one holding for one line, there after so many minutes."""

    need_id: UUID
    holding_id: int
    amount: int
    minutes: float


def pose(
    wishes: Sequence[Wish],
    offers: Iterable[Offer],
    roads: Mapping[UUID, Road],
    goals: tuple[Goal, ...],
    figures: Figures,
    stays: Iterable[Stay] = (),
) -> Posed:
    """The question: stores without a road stand in no way. Where all wishes are whole units, so is all that is given. `stays`:
    what regions shall keep; of an item without such a level each store shall keep a share of what it has.
    """
    items = {one.item_id: number for number, one in enumerate({wish.item_id: wish for wish in wishes}.values())}
    whole = all(one.amount % THOUSAND == 0 for one in wishes)
    sources: dict[tuple[UUID, int, bool], int] = {}
    heaps: dict[tuple[int, int], list[Offer]] = defaultdict(list)
    for one in sorted(offers, key=lambda each: order_of_issue(each.lot)):
        if one.item_id in items and one.lot.amount > 0:
            source = sources.setdefault((one.store_id, one.lead_h, one.all_of_it), len(sources))
            heaps[source, items[one.item_id]].append(one)
    quantities = [_units(sum(one.lot.amount for one in heap), whole=whole) for heap in heaps.values()]
    reached = [number for (store, _, _), number in sources.items() if store in roads]
    places = [roads[store] for store, _, _ in sources if store in roads]
    sizes = {items[one.item_id]: size_of(one, figures) for one in wishes}
    count = len(sources)
    minimums, levels = _minimums(list(heaps.values()), quantities, stays, figures.stay_share)
    case = Case(
        stores=Stores(
            ready=np.array([lead * 60.0 for _, lead, _ in sources], np.float64),
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
        size=np.array([sizes[number] for number in range(len(items))], np.float64),
        minimums=minimums,
        goals=goals,
        whole=whole,
    )
    return Posed(case, wishes, [(store, lead) for store, lead, _ in sources], list(heaps.values()), levels)


def _units(amount: int, *, whole: bool) -> float:
    return float(amount // THOUSAND) if whole else amount / THOUSAND


def _minimums(
    heaps: Sequence[Sequence[Offer]], quantities: Sequence[float], stays: Iterable[Stay], share: float
) -> tuple[Minimums, dict[int, Stay]]:
    """Of what may be given in a region so much shall stay that the region keeps its minimum; of a heap of which no level speaks
    the share. What lies in the region and may not be given counts as staying.
    """
    members: dict[tuple[str, UUID], list[int]] = defaultdict(list)
    for number, heap in enumerate(heaps):
        if heap[0].all_of_it:
            continue
        members[heap[0].region_code, heap[0].item_id].append(number)
    rows: list[int] = []
    member: list[int] = []
    least: list[float] = []
    levels: dict[int, Stay] = {}
    for stay in stays:
        own = members.pop((stay.region_code, stay.item_id), [])
        if not own:
            continue
        offered = sum(quantities[number] for number in own)
        elsewhere = max(0.0, stay.available / THOUSAND - offered)
        if (kept := min(offered, stay.minimum / THOUSAND - elsewhere)) > 0:
            levels[len(least)] = stay
            rows += [len(least)] * len(own)
            member += own
            least.append(kept)
    for number in sorted(number for own in members.values() for number in own):
        if quantities[number] * share > 0:
            rows.append(len(least))
            member.append(number)
            least.append(quantities[number] * share)
    minimums = Minimums(row=np.array(rows, np.int64), member=np.array(member, np.int64), quantity=np.array(least, np.float64))
    return minimums, levels


def size_of(wish: Wish, figures: Figures) -> float:
    """What one unit takes of a vehicle, as pieces of which `vehicle_pieces` fill it: by the tighter of weight and room as far as
    they are known, else by the pieces. Goods of both kinds in one vehicle never overload it; they may leave it a little emptier.

    >>> figures = Figures(
    ...     pieces_per_min=40, vehicle_pieces=1000, vehicle_kg=5000, vehicle_m3=20, yuan_per_km=6, stay_share=0
    ... )
    >>> from uuid import UUID
    >>> one = UUID(int=1)
    >>> size_of(Wish(one, one, 1000), figures), size_of(Wish(one, one, 1000, kg=50, m3=0.1), figures)
    (1.0, 10.0)
    """
    shares = [
        known / carried for known, carried in ((wish.kg, figures.vehicle_kg), (wish.m3, figures.vehicle_m3)) if known is not None
    ]
    return max(shares) * figures.vehicle_pieces if shares else wish.pieces / THOUSAND


def lots_of(posed: Posed, answer: Allocation) -> list[Given]:
    """What is given, lot by lot: first what expires first, to what is reached first."""
    left = [[one.lot.amount for one in heap] for heap in posed.lots]
    given: list[Given] = []
    order = np.lexsort((answer.need, answer.minutes))
    columns = (of[order].tolist() for of in (answer.supply, answer.need, answer.given, answer.minutes))
    for supply, need, amount, minutes in zip(*columns, strict=True):
        wanted, need_id = round(amount * THOUSAND), posed.wishes[need].need_id
        for number, offer in enumerate(posed.lots[supply]):
            if wanted <= 0:
                break
            taken = min(wanted, left[supply][number])
            if taken > 0:
                left[supply][number] -= taken
                wanted -= taken
                given.append(Given(need_id, offer.lot.holding_id, taken, minutes))
    return given


def shortfalls(posed: Posed, answer: Allocation) -> list[Shortfall]:
    """Where less stays than shall: regions by their level, stores by the share."""
    taken = np.zeros(len(posed.lots))
    np.add.at(taken, answer.supply, answer.given)
    rows = posed.case.minimums
    by_row = np.argsort(rows.row, kind="stable")
    starts = np.searchsorted(rows.row[by_row], np.arange(len(rows.quantity) + 1))
    told = []
    for row in np.flatnonzero(answer.short > 1e-6).tolist():
        own = rows.member[by_row[starts[row] : starts[row + 1]]]
        given = float(taken[own].sum())
        if given <= 0:
            continue
        first = posed.lots[int(own[0])][0]
        stay = posed.stays.get(row)
        had = stay.available / THOUSAND if stay else float(posed.case.supplies.quantity[own].sum())
        least = stay.minimum / THOUSAND if stay else float(rows.quantity[row])
        told.append(
            Shortfall(
                region="" if stay is None else stay.region_code,
                store="" if stay else str(first.store_id),
                item=str(first.item_id),
                minimum=round(least, 3),
                left=round(had - given, 3),
                had=round(had, 3),
            )
        )
    return told


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
