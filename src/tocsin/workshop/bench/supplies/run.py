"""`tocsin bench supplies`: 92.18 million pieces in a million lots, and what is asked of them, on SQLite and PostgreSQL."""

import multiprocessing
import os
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from tocsin.base.errors import TocsinError, Unavailable
from tocsin.workshop.bench.postgresql import throw_away_server
from tocsin.workshop.bench.supplies.province import Size

if TYPE_CHECKING:
    from rich.console import Console

    from tocsin.jurisdiction.people.models import User

WHOLE, QUICK = Size(lots=1_000_000, items=3_955, stores=3_000), Size(lots=20_000, items=400, stores=150)
RESERVED = 10_000
TIMES = 5
NEEDS = 200
TOTAL_S, COUNTY_S, RESERVE_S, PLAN_S = 1.0, 0.2, 5.0, 5.0


def run(console: "Console", quick: bool, *, database: str = "") -> None:
    """Prints seconds beside what is aimed at; TocsinError where sums are wrong, something is given out twice or lost.

    `database`: sqlite or postgresql; both where it is empty.
    """
    size = QUICK if quick else WHOLE
    context = multiprocessing.get_context("spawn")
    if database in ("", "sqlite"):
        with ProcessPoolExecutor(1, mp_context=context) as process:
            console.print(process.submit(measure, None, size).result())
    if database in ("", "postgresql"):
        with throw_away_server() as url:
            if url is None:
                if database:
                    raise Unavailable("no PostgreSQL server is installed (Debian: apt-get install postgresql)")
                console.print("PostgreSQL: not measured, its server is not installed (Debian: apt-get install postgresql).")
                return
            with ProcessPoolExecutor(1, mp_context=context) as process:
                console.print(process.submit(measure, url, size).result())


def measure(url: str | None, size: Size) -> str:
    """Fills a database of its own and asks it; for a process of its own."""
    with tempfile.TemporaryDirectory(dir=os.environ.get("TOCSIN_BENCH_FOLDER")) as folder:
        os.environ.pop("DATABASE_URL", None)
        if url is not None:
            os.environ["DATABASE_URL"] = url
        os.environ |= {"TOCSIN_DATA": folder, "TOCSIN_LOG_LEVEL": "ERROR"}
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tocsin.portal.settings")
        import django

        django.setup()
        from django.db import connection
        from django.utils import timezone

        from tocsin.workshop.bench.supplies.province import fill

        began = time.perf_counter()
        head = fill(size, timezone.now())
        took = time.perf_counter() - began
        name = "PostgreSQL" if connection.vendor == "postgresql" else "SQLite"
        lines = [
            f"[bold]{name}[/bold]: {size.lots:,} lots of {size.items:,} items in {size.stores:,} stores, {size.lines:,} ledger "
            f"lines, written straight into the tables in {took:.0f} s; load average {os.getloadavg()[0]:.1f}"
        ]
        return "\n".join([*lines, *_asked(size, head), *_planned(size, head), *_acted(size, head, Path(folder))])


def _asked(size: Size, head: "User") -> list[str]:
    from datetime import timedelta

    from django.utils import timezone

    from tocsin.supplies.stock.queries.lots import StockFilters, visible_holdings
    from tocsin.supplies.stock.queries.totals import Cut, kinds_in_stock, totals

    pieces = sum(sum(row.values()) for row in totals(head, Cut(), "category").values()) // 1_000_000
    if pieces != round(92.18 * size.lots):
        raise TocsinError(f"the total is {pieces:,} pieces")
    county, day = Cut(region="370213"), timezone.localdate()
    past = timezone.now() - timedelta(days=30)

    def county_page() -> object:
        return list(visible_holdings(head, StockFilters(region="370213"), day)[:50])

    rows: list[tuple[str, float, Callable[[], object]]] = [
        (f"total of {pieces:,} pieces by {by}", TOTAL_S, lambda by=by: totals(head, Cut(), by))  # type: ignore[misc]
        for by in ("region_code", "category", "owner")
    ]
    rows += [
        ("how many kinds are there", TOTAL_S, lambda: kinds_in_stock(head, Cut())),
        ("the same 30 days ago, by category", TOTAL_S, lambda: totals(head, Cut(), "category", past)),
        ("balance of one county by category", COUNTY_S, lambda: totals(head, county, "category")),
        ("the county's first fifty lots by last day", COUNTY_S, county_page),
    ]
    return [_line(name, aim, *_times(ask)) for name, aim, ask in rows]


def _times(ask: Callable[[], object]) -> tuple[float, float]:
    """Seconds of the first call, and of the median of those after it."""
    told = []
    for _time in range(TIMES + 1):
        began = time.perf_counter()
        ask()
        told.append(time.perf_counter() - began)
    return told[0], median(told[1:])


def _line(name: str, aim: float, first: float, later: float) -> str:
    return f"  {name}: [bold]{1000 * later:.0f} ms[/bold] (first time {1000 * first:.0f} ms; aim {1000 * aim:.0f})"


def _planned(size: Size, head: "User") -> list[str]:
    """Plans for a request of 200 items from the stock's own lots: read, searched and written as the worker does it."""
    from django.utils import timezone

    from tocsin.supplies.allocation.models import Plan
    from tocsin.supplies.allocation.rules.question import Wish
    from tocsin.supplies.allocation.services.planning import ask_for_plans, work_out
    from tocsin.supplies.stock.models import Store
    from tocsin.workshop.bench.supplies.province import wished

    wishes = [Wish(need, item, amount) for need, item, amount in wished(size, NEEDS)]
    body = Store.objects.select_related("body").earliest("pk").body_id
    told = []
    for plan in ask_for_plans(
        actor=head,
        request_id=wishes[0].need_id,
        region_code="370000",
        body_id=body,
        wishes=wishes,
        lon=119.0,
        lat=36.2,
        roads={},
        now=timezone.now(),
    ):
        if not work_out(plan, now=timezone.now()):
            raise TocsinError(f"the plan {plan.kind} was dropped while it was worked out")
        given = sum(plan.lines.values_list("amount", flat=True))
        lacking = sum(one["amount"] for one in plan.missing)
        if given + lacking != sum(one.amount for one in wishes):
            raise TocsinError(
                f"the plan {plan.kind} gives {given:,} and misses {lacking:,} thousandths: that is not what is needed"
            )
        gaps = ", ".join(f"{one['goal']} {one['gap']:.2%}" for one in plan.stages)
        told.append(
            f"  plan {plan.kind} for {len(wishes)} needs from {size.stores:,} stores: [bold]{plan.seconds:.1f} s[/bold] (aim "
            f"{PLAN_S:.0f}), {plan.lines.count():,} lines, {lacking / 1000:,.0f} units missing, gap {gaps}"
            + (", by hand" if plan.by_hand else "")
        )
    Plan.objects.all().delete()
    return told


def _acted(size: Size, head: "User", folder: Path) -> list[str]:
    from datetime import timedelta

    from django.utils import timezone

    from tocsin.supplies.stock.models import Holding, Promise
    from tocsin.supplies.stock.rules.lots import Pick
    from tocsin.supplies.stock.services.recalling import recall
    from tocsin.supplies.stock.services.reservations import reserve_picks
    from tocsin.workshop.bench.supplies.hands import many_hands

    now = timezone.now()
    picks = [Pick(1 + number * size.lots // RESERVED, 1000) for number in range(RESERVED)]
    began = time.perf_counter()
    made = reserve_picks(
        *(head, picks), purpose="bench", region_code="370000", body_id=None, now=now, until=now + timedelta(hours=24)
    )
    reserved_s = time.perf_counter() - began
    if Promise.objects.filter(reservation=made, amount=1000).count() != RESERVED:
        raise TocsinError("not every line is reserved")
    lot = Holding.objects.get(pk=2).lot_id
    began = time.perf_counter()
    recall(actor=head, lot_id=lot, reason="bench", now=now)
    recalled_s = time.perf_counter() - began
    done = many_hands(1, head.pk, folder, now)
    return [
        f"  {RESERVED:,} lines reserved: [bold]{reserved_s:.1f} s[/bold] (aim {RESERVE_S:.0f})",
        f"  a lot recalled: {1000 * recalled_s:.0f} ms",
        f"  {done.hands} hands on one lot, {done.killed} of 8 processes killed: {done.answered:,} issues answered and "
        f"{done.written:,} written, {done.refused:,} refused, none given out twice, none lost; "
        f"{done.written / done.seconds:.0f} a second",
    ]
