"""Allocation of 200 needs over 3,000 stores, and facility location beside the time and the gap that HiGHS states."""

import time
from typing import TYPE_CHECKING

import numpy as np

from tocsin.base.errors import TocsinError
from tocsin.engine.allocation.allocate import allocate
from tocsin.engine.allocation.arcs import arcs_of, missing_of
from tocsin.engine.allocation.hand import by_hand
from tocsin.engine.allocation.model import Case, Minimums, Needs, Stores, Supplies, Ways

if TYPE_CHECKING:
    from rich.console import Console

STORES, QUICK_STORES, NEEDS, ITEMS, ITEMS_EACH = 3_000, 300, 200, 40, 5
SECONDS = 5.0
SEED = 20261128


def run(console: "Console", quick: bool) -> None:
    """Prints seconds and gaps; TocsinError where a need is missed that stock and roads would serve."""
    stores = QUICK_STORES if quick else STORES
    console.print(f"{NEEDS} needs over {stores} stores, {SECONDS:g} s at most")
    _measure(console, "arrival, cost, minimums", county(stores, opening=0.0))
    _measure(console, "the same with opening and trips", county(stores, opening=100.0))
    _measure(console, "facility location, 50 x 50", facilities(50))
    _measure(console, "the same, one source for each", facilities(50, single=True))


def _measure(console: "Console", name: str, case: Case) -> None:
    arcs = arcs_of(case)
    began = time.monotonic()
    hand = by_hand(case, arcs)
    hand_s = time.monotonic() - began
    began = time.monotonic()
    found = allocate(case, left=lambda: began + SECONDS - time.monotonic())
    taken_s = time.monotonic() - began
    if found.missing.sum() > missing_of(case, arcs, hand).sum():
        raise TocsinError(f"{name}: more is missing than the hand rule misses")
    told = ", ".join(f"{stage.goal} {stage.value:,.0f} (gap {stage.gap:.2%})" for stage in found.stages)
    console.print(f"  {name}: {len(arcs):,} pairs, hand rule {hand_s:.2f} s, all {taken_s:.2f} s; {told}")


def county(stores: int, *, opening: float) -> Case:
    """Stores and needs strewn over 200 km x 200 km, a third of each supply to be kept."""
    random = np.random.default_rng(SEED)
    far = _far(random, stores, NEEDS, 200.0)
    item = np.concatenate([random.choice(ITEMS, ITEMS_EACH, replace=False) for _ in range(stores)])
    quantity = random.integers(20, 400, len(item)).astype(np.float64)
    needed = random.integers(100, 3_000, NEEDS) * (stores / STORES)
    rows = np.arange(len(item))
    return Case(
        stores=Stores(
            ready=random.integers(10, 60, stores).astype(np.float64), loading=np.full(stores, 0.02),
            capacity=np.full(stores, np.inf), opening=np.full(stores, opening), vehicles=np.full(stores, np.inf),
            carries=np.full(stores, 300.0),
        ),
        supplies=Supplies(store=np.repeat(np.arange(stores), ITEMS_EACH), item=item, quantity=quantity),
        needs=Needs(
            place=np.arange(NEEDS), item=random.integers(0, ITEMS, NEEDS), quantity=np.ceil(needed), weight=np.ones(NEEDS)
        ),
        ways=Ways(
            store=np.repeat(np.arange(stores), NEEDS), place=np.tile(np.arange(NEEDS), stores),
            minutes=np.round(far * 1.2).ravel(), cost=0.01 * far.ravel(), trip=far.ravel() if opening else np.zeros(far.size),
        ),
        size=np.ones(ITEMS), minimums=Minimums(row=rows, member=rows, quantity=np.round(quantity * 0.3)),
    )  # fmt: skip


def facilities(count: int, *, single: bool = False) -> Case:
    """A facility location problem as Cornuéjols, Sridharan and Thizy (1991) drew them: capacity three times the demand."""
    random = np.random.default_rng(SEED)
    far = _far(random, count, count, 1.0)
    demand = random.integers(5, 36, count).astype(np.float64)
    capacity = random.integers(10, 161, count).astype(np.float64)
    capacity = np.floor(capacity * 3 * demand.sum() / capacity.sum())
    none, unbounded, each = np.zeros(count), np.full(count, np.inf), np.arange(count)
    return Case(
        stores=Stores(
            ready=none, loading=none, capacity=unbounded, vehicles=unbounded, carries=unbounded,
            opening=random.uniform(0, 90, count) + random.uniform(100, 110, count) * np.sqrt(capacity),
        ),
        supplies=Supplies(store=each, item=np.zeros(count, np.int64), quantity=capacity),
        needs=Needs(place=each, item=np.zeros(count, np.int64), quantity=demand, weight=np.ones(count)),
        ways=Ways(
            store=np.repeat(each, count), place=np.tile(each, count), minutes=np.zeros(far.size), cost=10 * far.ravel(),
            trip=np.zeros(far.size),
        ),
        size=np.ones(1), goals=("cost",), single=single, whole=False,
    )  # fmt: skip


def _far(random: np.random.Generator, stores: int, places: int, side: float) -> np.ndarray:
    at, to = random.uniform(0, side, (stores, 2)), random.uniform(0, side, (places, 2))
    return np.sqrt(((at[:, None] - to[None]) ** 2).sum(-1))
