"""Cases of allocation read from a folder of plain tables, answers written. The format stands in docs/allocation.md."""

import csv
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import msgspec
import numpy as np
import polars as pl
from numpy.typing import NDArray

from tocsin.base.errors import InvalidInput
from tocsin.base.policy import read_policy
from tocsin.engine.allocation.model import GOALS, Allocation, Case, Goal, Minimums, Needs, Stores, Supplies, Ways
from tocsin.workshop.files.tables import dates_of, numbers_of, place, read_text_table, text_of


class Asked(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`case.toml`: what the tables leave open. A lot that expires before `use_days` after `at` is left out."""

    at: date | None = None
    use_days: int = 0
    goals: tuple[Goal, ...] = GOALS
    single_sourcing: bool = False
    whole: bool = True


@dataclass(frozen=True)
class Lot:
    """Part of a supply: taken in the order in which lots expire."""

    name: str
    quantity: float
    expires: date | None


@dataclass(frozen=True)
class WrittenCase:
    """A case with its names. `lots`: of each supply, the first to expire first; `expired`: lots left out."""

    name: str
    case: Case
    stores: tuple[str, ...]
    items: tuple[str, ...]
    places: tuple[str, ...]
    needs: tuple[str, ...]
    minimums: tuple[tuple[str, str], ...]
    lots: tuple[tuple[Lot, ...], ...]
    expired: tuple[str, ...]


@dataclass(frozen=True)
class Line:
    """So much of a lot to a need."""

    need: str
    store: str
    lot: str
    place: str
    item: str
    quantity: float
    minutes: float


def is_allocation_case(folder: Path) -> bool:
    """Whether a folder holds the tables of a case."""
    return (folder / "needs.csv").is_file()


def read_allocation_case(folder: Path) -> WrittenCase:
    """The tables of a folder; InvalidInput names file, line and column, and what would be right."""
    asked = _asked(folder)
    stores, names = _stores(folder / "stores.csv")
    items: dict[str, int] = {}
    lots, expired = _lots(folder / "lots.csv", names, items, asked)
    needs, need_names, places = _needs(folder / "needs.csv", items)
    minimums, told = _minimums(folder, names, items, list(lots))
    case = Case(
        stores=stores,
        supplies=Supplies(
            store=np.array([store for store, _ in lots], np.int64),
            item=np.array([item for _, item in lots], np.int64),
            quantity=np.array([sum(lot.quantity for lot in of) for of in lots.values()], np.float64),
        ),
        needs=needs,
        ways=_ways(folder / "routes.csv", names, places),
        size=_sizes(folder / "items.csv", items),
        minimums=minimums,
        goals=asked.goals,
        single=asked.single_sourcing,
        whole=asked.whole,
    )
    return WrittenCase(
        folder.name, case, tuple(names), tuple(items), tuple(places), need_names, told, tuple(lots.values()), expired
    )


def _asked(folder: Path) -> Asked:
    file = folder / "case.toml"
    if not file.is_file():
        return Asked()
    try:
        asked = read_policy(file.read_bytes(), Asked, str(file))
    except (ValueError, OSError) as error:
        raise InvalidInput(str(error)) from None
    if len(set(asked.goals)) < len(asked.goals):
        raise InvalidInput(f"{file}: goals: each of {', '.join(GOALS)} once at most")
    return asked


def _amounts(file: Path, table: pl.DataFrame, column: str, default: float | None) -> NDArray[np.float64]:
    """Numbers from 0 upwards; `default` where nothing stands, None where something must."""
    numbers = numbers_of(file, table, column)
    for row, number in enumerate(numbers):
        if (number is None and default is None) or (number is not None and not number >= 0):
            raise InvalidInput(f"{place(file, row, column)}: {number} is no number from 0 upwards")
    return np.array([default if number is None else number for number in numbers], np.float64)


def _stores(file: Path) -> tuple[Stores, dict[str, int]]:
    optional = ("ready_minutes", "loading_minutes", "capacity", "opening_cost", "vehicles", "vehicle_capacity")
    table = read_text_table(file, ("store",), optional)
    names = {name: number for number, name in enumerate(text_of(file, table, "store", unique=True))}
    ready, loading, opening = (_amounts(file, table, name, 0.0) for name in ("ready_minutes", "loading_minutes", "opening_cost"))
    capacity, vehicles, carries = (_amounts(file, table, name, np.inf) for name in ("capacity", "vehicles", "vehicle_capacity"))
    empty = np.flatnonzero(carries == 0)
    if len(empty):
        raise InvalidInput(f"{place(file, int(empty[0]), 'vehicle_capacity')}: a vehicle carries more than 0")
    return Stores(ready=ready, loading=loading, capacity=capacity, opening=opening, vehicles=vehicles, carries=carries), names


def _lots(
    file: Path, stores: dict[str, int], items: dict[str, int], asked: Asked
) -> tuple[dict[tuple[int, int], tuple[Lot, ...]], tuple[str, ...]]:
    table = read_text_table(file, ("lot", "store", "item", "quantity"), ("expires",))
    names = text_of(file, table, "lot", unique=True)
    at = _numbers_of_names(file, table, "store", stores)
    quantities, expiries = _amounts(file, table, "quantity", None), dates_of(file, table, "expires")
    until = asked.at + timedelta(days=asked.use_days) if asked.at is not None else None
    found: dict[tuple[int, int], list[Lot]] = {}
    expired = []
    for name, store, item, quantity, expires in zip(names, at, text_of(file, table, "item"), quantities, expiries, strict=True):
        number = items.setdefault(item, len(items))
        if until is not None and expires is not None and expires < until:
            expired.append(name)
        elif quantity > 0:
            found.setdefault((store, number), []).append(Lot(name, float(quantity), expires))
    ordered = {key: tuple(sorted(of, key=lambda lot: (lot.expires or date.max, lot.name))) for key, of in found.items()}
    return ordered, tuple(expired)


def _needs(file: Path, items: dict[str, int]) -> tuple[Needs, tuple[str, ...], dict[str, int]]:
    table = read_text_table(file, ("need", "place", "item", "quantity"), ("weight",))
    names = tuple(text_of(file, table, "need", unique=True))
    places: dict[str, int] = {}
    at = [places.setdefault(name, len(places)) for name in text_of(file, table, "place")]
    item = [items.setdefault(name, len(items)) for name in text_of(file, table, "item")]
    needs = Needs(
        place=np.array(at, np.int64),
        item=np.array(item, np.int64),
        quantity=_amounts(file, table, "quantity", None),
        weight=_amounts(file, table, "weight", 1.0),
    )
    return needs, names, places


def _ways(file: Path, stores: dict[str, int], places: dict[str, int]) -> Ways:
    table = read_text_table(file, ("store", "place"), ("minutes", "cost", "trip_cost"))
    for column in ("store", "place"):
        text_of(file, table, column)
    needed = table["place"].is_in(list(places))  # ways to places that need nothing are of no use here
    store = np.array(_numbers_of_names(file, table, "store", stores), np.int64)
    minutes, cost, trip = (_amounts(file, table, name, 0.0) for name in ("minutes", "cost", "trip_cost"))
    kept = np.flatnonzero(needed.to_numpy())
    to = np.array([places[name] for name in table["place"].filter(needed)], np.int64)
    keys = store[kept] * max(len(places), 1) + to
    _, first, count = np.unique(keys, return_index=True, return_counts=True)
    if (count > 1).any():
        row = int(kept[np.setdiff1d(np.arange(len(keys)), first)[0]])
        raise InvalidInput(f"{place(file, row, 'place')}: this way stands above already; leave one row of it")
    return Ways(store=store[kept], place=to, minutes=minutes[kept], cost=cost[kept], trip=trip[kept])


def _sizes(file: Path, items: dict[str, int]) -> NDArray[np.float64]:
    sizes = np.ones(len(items))
    if file.is_file():
        table = read_text_table(file, ("item", "size"))
        for name, size in zip(text_of(file, table, "item", unique=True), _amounts(file, table, "size", None), strict=True):
            if name in items:
                sizes[items[name]] = size
    return sizes


def _minimums(
    folder: Path, stores: dict[str, int], items: dict[str, int], supplies: list[tuple[int, int]]
) -> tuple[Minimums, tuple[tuple[str, str], ...]]:
    file, regions = folder / "minimums.csv", _regions(folder / "stores.csv")
    rows: list[int] = []
    members: list[int] = []
    told: list[tuple[str, str]] = []
    quantities: NDArray[np.float64] = np.zeros(0)
    if file.is_file():
        table = read_text_table(file, ("item", "quantity"), ("store", "region"))
        quantities = _amounts(file, table, "quantity", None)
        for row, (store, region, item) in enumerate(table.select("store", "region", "item").iter_rows()):
            if (store is None) == (region is None):
                raise InvalidInput(f"{place(file, row, 'store')}: name a store or a region, one of the two")
            if store is not None and store not in stores:
                raise InvalidInput(f"{place(file, row, 'store')}: {store!r} is none of stores.csv")
            of = {stores[store]} if store is not None else {number for name, number in stores.items() if regions[name] == region}
            if not of:
                raise InvalidInput(f"{place(file, row, 'region')}: no store of stores.csv lies in {region!r}")
            told.append((store or region, item))
            found = [at for at, key in enumerate(supplies) if key[0] in of and key[1] == items.get(item)]
            rows += [row] * len(found)
            members += found
    return Minimums(row=np.array(rows, np.int64), member=np.array(members, np.int64), quantity=quantities), tuple(told)


def _regions(file: Path) -> dict[str, str | None]:
    table = read_text_table(file, ("store",), ("region",))
    return dict(zip(table["store"], table["region"], strict=True))


def _numbers_of_names(file: Path, table: pl.DataFrame, column: str, known: dict[str, int]) -> list[int]:
    names = text_of(file, table, column)
    for row, name in enumerate(names):
        if name not in known:
            raise InvalidInput(f"{place(file, row, column)}: {name!r} is none of stores.csv")
    return [known[name] for name in names]


def lines_of(written: WrittenCase, allocation: Allocation) -> list[Line]:
    """What is given, lot by lot: of each store the lots that expire first, to the needs that are reached first."""
    supplies, needs = written.case.supplies, written.case.needs
    left = [[lot.quantity for lot in lots] for lots in written.lots]
    lines = []
    for at in np.lexsort((allocation.need, allocation.minutes)):
        supply, need, wanted = int(allocation.supply[at]), int(allocation.need[at]), float(allocation.given[at])
        for number, lot in enumerate(written.lots[supply]):
            taken = min(wanted, left[supply][number])
            if taken <= 1e-9:
                continue
            left[supply][number] -= taken
            wanted -= taken
            store, to = written.stores[supplies.store[supply]], written.places[needs.place[need]]
            item = written.items[needs.item[need]]
            lines.append(Line(written.needs[need], store, lot.name, to, item, taken, float(allocation.minutes[at])))
    return lines


def missing_because(written: WrittenCase, need: int) -> str:
    """`stock`: all stores together have less of the item than all needs; `way`: no road from a store that has it; else
    `limits` of stores and vehicles, or of whole deliveries.
    """
    case = written.case
    item = case.needs.item[need]
    having = case.supplies.item == item
    if case.supplies.quantity[having].sum() < case.needs.quantity[case.needs.item == item].sum():
        return "stock"
    reached = np.isin(case.supplies.store[having], case.ways.store[case.ways.place == case.needs.place[need]])
    return "limits" if case.supplies.quantity[having][reached].sum() >= case.needs.quantity[need] else "way"


def answer_of(written: WrittenCase, allocation: Allocation) -> dict[str, object]:
    """The answer as it is written to `allocation.json`."""
    missing, short = np.flatnonzero(allocation.missing), np.flatnonzero(allocation.short > 1e-6)
    needs = written.case.needs
    return {
        "case": written.name,
        "verdict": "not_enough" if len(missing) else "complete",
        "missing": [
            {
                "need": written.needs[need], "place": written.places[needs.place[need]], "item": written.items[needs.item[need]],
                "quantity": _plain(allocation.missing[need]), "because": missing_because(written, int(need)),
            }
            for need in missing
        ],
        "arrival_minutes": _plain(allocation.arrival),
        "cost": _plain(allocation.cost),
        "below_minimum": [
            {"of": written.minimums[row][0], "item": written.minimums[row][1], "quantity": _plain(allocation.short[row])}
            for row in short
        ],
        "expired": list(written.expired),
        "by": "hand" if allocation.by_hand else "optimiser",
        "stages": [
            {"goal": one.goal, "value": _plain(one.value), "bound": _plain(one.bound), "gap": round(one.gap, 6)}
            for one in allocation.stages
        ],
    }  # fmt: skip


def write_allocation(folder: Path, written: WrittenCase, allocation: Allocation) -> None:
    """`allocation.json` with verdict, missing parts and proof, `lines.csv` with what goes where."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "allocation.json").write_bytes(msgspec.json.format(msgspec.json.encode(answer_of(written, allocation))) + b"\n")
    with (folder / "lines.csv").open("w", newline="", encoding="utf-8") as file:
        table = csv.writer(file)
        table.writerow(("need", "store", "lot", "place", "item", "quantity", "minutes"))
        for line in lines_of(written, allocation):
            table.writerow((line.need, line.store, line.lot, line.place, line.item, _plain(line.quantity), _plain(line.minutes)))


def _plain(number: float) -> float | int:
    rounded = round(float(number), 4)
    return int(rounded) if rounded == int(rounded) else rounded
