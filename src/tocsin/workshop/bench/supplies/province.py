"""A province's stock written straight into the tables: lots, what lies of them, a year of ledger lines, and totals that agree."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

import numpy as np
import polars as pl

if TYPE_CHECKING:
    from tocsin.jurisdiction.people.models import User

ROUNDS = 20  # lines of each lot: one receipt, then issues of one unit
STEP = timedelta(days=18)
PIECES = 92.18  # of each lot on the average, when all rounds are over
PART = 100_000
SEED = 20261128
LOT, STORE, ITEM, MOVEMENT, NEED = (kind << 96 for kind in range(1, 6))  # ranges of ids
RESERVES = ("government", "government", "government", "agreement", "social")
KEYS = ("region_code", "category", "owner", "reserve", "level")


@dataclass(frozen=True)
class Size:
    """How much there is."""

    lots: int
    items: int
    stores: int

    @property
    def lines(self) -> int:
        """Lines of the ledger."""
        return self.lots * ROUNDS


def fill(size: Size, now: datetime) -> "User":
    """Writes everything; returns a head of supplies of the province."""
    from django.db import connection

    from tocsin.jurisdiction.areas.services import ensure_regions
    from tocsin.portal.tables import bring_tables_up_to_date
    from tocsin.supplies.catalogue.policy.classes import classes

    bring_tables_up_to_date()
    ensure_regions()
    lots = _lots(size, sorted(classes().of("province")))
    head = _people_and_stores(size, lots)
    _items(size, lots, now)
    _write_lots(lots, now)
    _write_ledger(size, lots, head, now)
    _write_totals(lots, now)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # as the database does by itself some minutes later
    return head


def _lots(size: Size, categories: list[str]) -> pl.DataFrame:
    """One row a lot: store, item, amount left, and what totals are cut by."""
    random = np.random.default_rng(SEED)
    number = np.arange(size.lots)
    store = number * size.stores // size.lots
    item = random.integers(0, size.items, size.lots)
    left = random.integers(1, 184, size.lots)
    missing = round(PIECES * size.lots) - int(left.sum())
    left[: abs(missing)] += np.sign(missing)
    regions = counties()
    county = store % len(regions)
    return pl.DataFrame(
        {
            "store": store,
            "item": item,
            "left": np.maximum(left, 1),
            "county": county,
            "region_code": np.array(regions)[county],
            "category": np.array(categories)[item % len(categories)],
            "reserve": np.array(RESERVES)[number % len(RESERVES)],
            "level": np.where(store % 50 == 0, "province", np.where(store % 10 == 0, "city", "county")),
            "ends": random.integers(30, 1500, size.lots),
        }
    )


def wished(size: Size, count: int) -> list[tuple[UUID, UUID, int]]:
    """So many needs: id, item, and thousandths of it, a third of what there is of the item on the average."""
    step = max(1, size.items // count)
    share = 92 * size.lots // size.items // 3 * 1000
    return [(UUID(int=NEED + number), UUID(int=ITEM + number * step % size.items), share) for number in range(count)]


def counties() -> list[str]:
    """The codes of the province's counties."""
    from tocsin.jurisdiction.face import all_regions

    return sorted(all_regions().filter(level="county", code__startswith="37").values_list("code", flat=True))


def _people_and_stores(size: Size, lots: pl.DataFrame) -> "User":
    from tocsin.jurisdiction.bodies.models import Organisation
    from tocsin.jurisdiction.people.models import User
    from tocsin.jurisdiction.rights.models import Grant
    from tocsin.jurisdiction.rights.rules import Role
    from tocsin.supplies.stock.models import Store

    head = User.objects.create(username="bench_head")
    Grant.objects.create(user=head, role=Role.SUPPLIES_HEAD, region_code="370000", granted_by=head)
    bodies = [
        Organisation(code="emergency_bureau", name_zh=code, name_en=code, kind="government", region_id=code)
        for code in counties()
    ]
    Organisation.objects.bulk_create(bodies)
    first = lots.unique("store", keep="first", maintain_order=True)
    Store.objects.bulk_create(
        Store(
            id=UUID(int=STORE + row["store"]),
            name=f"库{row['store']}",
            region_code=row["region_code"],
            body=bodies[row["county"]],
            level=row["level"],
            lon=117.0 + row["store"] % 80 / 20,
            lat=35.0 + row["store"] % 77 / 30,
        )
        for row in first.iter_rows(named=True)
    )
    return head


def _items(size: Size, lots: pl.DataFrame, now: datetime) -> None:
    from tocsin.supplies.catalogue.models import Item

    category = dict(lots.select("item", "category").unique().iter_rows())
    Item.objects.bulk_create(
        [
            Item(
                id=UUID(int=ITEM + number),
                code=f"1000000-{number:04d}",
                class_code="1000000",
                category=category.get(number, "A1"),
                region_code="370000",
                name_zh=f"物资{number}",
                search=f"物资{number}",
                unit_zh="件",
                changed_at=now,
            )
            for number in range(size.items)
        ],
        batch_size=500,
    )


def parts(rows: pl.DataFrame) -> Iterator[tuple[int, pl.DataFrame]]:
    """The rows some at a time, with the number of the first."""
    yield from ((at, rows.slice(at, PART)) for at in range(0, len(rows), PART))


def _owners() -> list[UUID]:
    from tocsin.jurisdiction.bodies.models import Organisation

    by_region = dict(Organisation.objects.filter(code="emergency_bureau").values_list("region_id", "pk"))
    return [by_region[code] for code in counties()]


def _write_lots(lots: pl.DataFrame, now: datetime) -> None:
    from django.db import transaction

    from tocsin.bus.bulk import write_rows
    from tocsin.supplies.stock.models import BUCKETS, Holding, Lot

    owners, day = _owners(), now.date()
    days = [day + timedelta(days=ahead) for ahead in range(1500)]
    for at, some in parts(lots):
        count = len(some)
        ids = [UUID(int=LOT + at + number) for number in range(count)]
        told: dict[str, Any] = {
            "item": [UUID(int=ITEM + item) for item in some["item"]],
            "owner": [owners[county] for county in some["county"]],
            "reserve": some["reserve"].to_list(),
            "level": some["level"].to_list(),
            "expires_on": [days[ahead] for ahead in some["ends"]],
        }
        none = [None] * count
        with transaction.atomic():
            write_rows(
                Lot,
                {
                    **told,
                    "id": ids,
                    "number": [f"L{at + number}" for number in range(count)],
                    "lead_time_h": [0] * count,
                    **dict.fromkeys(("maker", "recall_reason"), [""] * count),
                    **dict.fromkeys(("made_on", "recalled_at", "counted_as"), none),
                    **dict.fromkeys(("created_at", "compared_at"), [now] * count),
                },
            )
            write_rows(
                Holding,
                {
                    **told,
                    "store": [UUID(int=STORE + store) for store in some["store"]],
                    "lot": ids,
                    "region_code": some["region_code"].to_list(),
                    "category": some["category"].to_list(),
                    "received_on": [day - ROUNDS * STEP] * count,
                    "bay": [""] * count,
                    "pieces_per_unit": [1000] * count,
                    "blocked": [False] * count,
                    "counted": [True] * count,
                    **dict.fromkeys(BUCKETS.values(), [0] * count),
                    "free": (some["left"] * 1000).to_list(),
                },
            )


def _write_ledger(size: Size, lots: pl.DataFrame, head: "User", now: datetime) -> None:
    """Round after round, store after store: the lines lie in the order of their times, as they would."""
    from django.db import transaction

    from tocsin.bus.bulk import write_rows
    from tocsin.supplies.stock.models import Line, Movement
    from tocsin.supplies.stock.rules.ledger import Kind, State

    for round_ in range(ROUNDS):
        kind = Kind.ISSUE if round_ else Kind.RECEIPT
        source, target = (State.FREE, State.OUTSIDE) if round_ else (State.OUTSIDE, State.FREE)
        begun = now - (ROUNDS - round_) * STEP
        moments = [begun + STEP * store / size.stores for store in range(size.stores)]
        ids = [UUID(int=MOVEMENT + round_ * size.stores + store) for store in range(size.stores)]
        with transaction.atomic():
            _write_movements(Movement, ids, moments, kind, head, lots)
        for at, some in parts(lots):
            count, stores = len(some), some["store"].to_list()
            with transaction.atomic():
                write_rows(
                    Line,
                    {
                        "movement": [ids[store] for store in stores],
                        "holding": range(at + 1, at + count + 1),
                        "at": [moments[store] for store in stores],
                        "kind": [int(kind)] * count,
                        "source": [int(source)] * count,
                        "target": [int(target)] * count,
                        "amount": [1000] * count if round_ else ((some["left"] + ROUNDS - 1) * 1000).to_list(),
                    },
                )


def _write_movements(model: Any, ids: list[UUID], moments: list[datetime], kind: int, head: "User", lots: pl.DataFrame) -> None:
    from tocsin.bus.bulk import write_rows

    count = len(ids)
    regions = lots.unique("store", keep="first").sort("store")["region_code"].to_list()
    write_rows(
        model,
        {
            "id": ids,
            "kind": [int(kind)] * count,
            "store": [UUID(int=STORE + store) for store in range(count)],
            "region_code": regions,
            "at": moments,
            "written_at": moments,
            "by": [head.pk] * count,
            **dict.fromkeys(("document", "partner", "reason", "key"), [""] * count),
            **dict.fromkeys(("to_store", "follows", "reservation"), [None] * count),
        },
    )


def _write_totals(lots: pl.DataFrame, now: datetime) -> None:
    """What the lines add up to, by day and in all, as the loop would have put it together."""
    from django.db import transaction
    from django.utils import timezone

    from tocsin.bus.bulk import write_rows
    from tocsin.supplies.stock.models import BUCKETS, DayChange, Total

    owners = _owners()

    def columns(rows: pl.DataFrame, moved: str) -> dict[str, Any]:
        told: dict[str, Any] = {name: rows[name].to_list() for name in KEYS if name != "owner"}
        told["owner"] = [owners[county] for county in rows["county"]]
        return told | dict.fromkeys(BUCKETS.values(), [0] * len(rows)) | {"free": (rows[moved] * 1_000_000).to_list()}

    keys = ["county", *(name for name in KEYS if name != "owner")]
    whole = lots.group_by(keys).agg(pl.col("left").sum())
    with transaction.atomic():
        write_rows(Total, columns(whole, "left"))
    stores = int(lots["store"].max()) + 1  # type: ignore[arg-type]
    for round_ in range(ROUNDS):
        begun = now - (ROUNDS - round_) * STEP
        days = [timezone.localdate(begun + STEP * store / stores) for store in range(stores)]
        moved = pl.lit(-1) if round_ else pl.col("left") + ROUNDS - 1
        changed = lots.with_columns(pl.col("store").replace_strict(range(stores), days).alias("day"), moved=moved)
        rows = changed.group_by("day", *keys).agg(pl.col("moved").sum())
        with transaction.atomic():
            write_rows(DayChange, {**columns(rows, "moved"), "day": rows["day"].to_list()})
