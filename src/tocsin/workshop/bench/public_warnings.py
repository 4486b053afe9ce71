"""A public warning to a million subscribers: until everybody has a row, into SQLite and into a PostgreSQL of its own."""

import multiprocessing
import os
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from datetime import timedelta
from typing import TYPE_CHECKING

from tocsin.base.errors import TocsinError
from tocsin.workshop.bench.postgresql import throw_away_server

if TYPE_CHECKING:
    from rich.console import Console

SUBSCRIBERS, QUICK_SUBSCRIBERS = 1_000_000, 20_000
PART = 50_000


def run(console: "Console", quick: bool) -> None:
    """Prints seconds; TocsinError where a row is missing or twice there."""
    count = QUICK_SUBSCRIBERS if quick else SUBSCRIBERS
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=context) as process:
        console.print(process.submit(measure, None, count).result())
    with throw_away_server() as url:
        if url is None:
            console.print("PostgreSQL: not measured, its server is not installed (Debian: apt-get install postgresql).")
            return
        with ProcessPoolExecutor(1, mp_context=context) as process:
            console.print(process.submit(measure, url, count).result())


def measure(url: str | None, count: int) -> str:
    """Fills a database of its own and queues one warning; for a process of its own."""
    with tempfile.TemporaryDirectory(dir=os.environ.get("TOCSIN_BENCH_FOLDER")) as folder:
        os.environ.pop("DATABASE_URL", None)
        if url is not None:
            os.environ["DATABASE_URL"] = url
        os.environ["TOCSIN_DATA"] = folder
        import django

        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tocsin.portal.settings")
        django.setup()
        from django.db import connection

        from tocsin.portal.tables import bring_tables_up_to_date

        bring_tables_up_to_date()
        _fill(count)
        took, longest, load = _queue(count)
        name = "PostgreSQL" if connection.vendor == "postgresql" else "SQLite"
        return (
            f"[bold]A public warning, {name}[/bold]: {count:,} subscribers have their rows after [bold]{took:.1f} s[/bold] "
            f"(longest transaction {1000 * longest:.0f} ms; load average {load:.1f} before)."
        )


def _fill(count: int) -> None:
    from django.db import transaction
    from django.utils import timezone

    from tocsin.bus.bulk import write_rows
    from tocsin.jurisdiction.face import ensure_regions, ensure_towns, towns_within
    from tocsin.mobilisation.public_warnings.models import WarningSubscriber

    ensure_regions()
    ensure_towns()
    towns, now = list(towns_within(["370200"])), timezone.now()
    for first in range(0, count, PART):
        numbers = range(first, min(first + PART, count))
        chosen = [towns[number % len(towns)] for number in numbers]
        with transaction.atomic():
            write_rows(
                WarningSubscriber,
                {
                    "channel": ["sms"] * len(numbers),
                    "address": [f"139{number:08d}" for number in numbers],
                    "address_hash": [f"{number:064d}" for number in numbers],
                    "own": [False] * len(numbers),
                    "language": ["zh"] * len(numbers),
                    "region_code": [town[:6] for town in chosen],
                    "town_code": chosen,
                    "created_at": [now] * len(numbers),
                    "ended_at": [None] * len(numbers),
                },
            )


def _queue(count: int) -> tuple[float, float, float]:
    """Seconds of the whole and of the longest step, and the machine's load average before."""
    from django.utils import timezone

    from tocsin.jurisdiction.areas.services import ensure_regions
    from tocsin.jurisdiction.people.services.system import system_actor
    from tocsin.mobilisation.public_warnings.models import PublicWarning, WarningDelivery
    from tocsin.mobilisation.public_warnings.services.queueing import queue_deliveries

    ensure_regions()
    now = timezone.now()
    PublicWarning.objects.create(
        region_code="370200",
        kind="rain",
        level="red",
        state="issued",
        texts={},
        places=[{"type": "units", "codes": ["370200"]}],
        expires_at=now + timedelta(hours=6),
        author=system_actor(),
        created_at=now,
        changed_at=now,
        issued_at=now,
    )
    load = os.getloadavg()[0]
    longest, began = 0.0, time.perf_counter()
    step = began
    while queue_deliveries(now=now):
        longest, step = max(longest, time.perf_counter() - step), time.perf_counter()
    took = time.perf_counter() - began
    if (found := WarningDelivery.objects.count()) != count:
        raise TocsinError(f"{found} rows for {count} subscribers")
    return took, longest, load
