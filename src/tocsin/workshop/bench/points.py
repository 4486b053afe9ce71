"""The nightly points of a million objects with ten tasks each, into SQLite and into a PostgreSQL of its own."""

import multiprocessing
import os
import random
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from datetime import time as clock_time
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from tocsin.base.errors import TocsinError
from tocsin.workshop.bench.postgresql import throw_away_server
from tocsin.workshop.bench.register import fill

if TYPE_CHECKING:
    from rich.console import Console

OBJECTS, QUICK_OBJECTS = 1_000_000, 20_000
TASKS = 10
DAY = date(2026, 11, 24)
ONE_BY_ONE = 200
SEED = 20261124


def run(console: "Console", quick: bool) -> None:
    """Prints seconds of a usual night and of the very first one; TocsinError where a row is missing or wrong."""
    count = QUICK_OBJECTS if quick else OBJECTS
    with _own_process() as process:
        for line in process.submit(measure, None, count).result():
            console.print(line)
    with throw_away_server() as url:
        if url is None:
            console.print("PostgreSQL: not measured, its server is not installed (Debian: apt-get install postgresql).")
            return
        with _own_process() as process:
            for line in process.submit(measure, url, count).result():
                console.print(line)


@contextmanager
def _own_process() -> Iterator[ProcessPoolExecutor]:
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as process:
        yield process


def measure(url: str | None, count: int) -> list[str]:
    """Fills a database of its own and measures two nights; for a process of its own."""
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
        began = time.perf_counter()
        ids = fill(count, TASKS, DAY)
        filled_s = time.perf_counter() - began
        _settle()
        first = _night(DAY - timedelta(days=1), count)
        _settle()
        usual = _night(DAY, count)
        single_s = _one_by_one(ids)
        name = "PostgreSQL" if connection.vendor == "postgresql" else "SQLite"
        return [
            f"[bold]Nightly points, {name}[/bold]: {count:,} objects with {TASKS} tasks each. "
            f"A usual night [bold]{usual[0]:.1f} s[/bold] ({usual[1]:.1f} s of processor time, the database's with it; longest "
            f"transaction {1000 * usual[2]:.0f} ms; load average {usual[3]:.1f} before, {usual[4]:.1f} after; "
            f"{usual[5]:,} objects changed colour).",
            f"The very first night, when every object gets its first colour and what follows from it: {first[0]:.1f} s "
            f"({first[1]:.1f} s of processor time; longest transaction {1000 * first[2]:.0f} ms; load average {first[4]:.1f}). "
            f"One object at a time in the same tables: {1000 * single_s:.1f} ms each, {single_s * count:,.0f} s for all "
            f"(from {ONE_BY_ONE} of them). Filling the tables took {filled_s:.0f} s.",
        ]


def _night(day: date, count: int) -> tuple[float, float, float, float, float, int]:
    """Seconds, seconds of the processor (the database's for this connection with them), and of the longest transaction; the
    machine's load average before and after; how many changed colour.
    """
    from tocsin.supervision.objects.models import LedgerDay
    from tocsin.supervision.points.models import PointsRun
    from tocsin.supervision.points.services import night as points_run

    longest = 0.0
    real = points_run._write

    def timed(*args: Any) -> bool:
        nonlocal longest
        began = time.perf_counter()
        done = real(*args)
        longest = max(longest, time.perf_counter() - began)
        return done

    points_run._write = timed  # type: ignore[assignment]
    load = os.getloadavg()[0]
    began, used = time.perf_counter(), time.process_time() + _server_s()
    scored = points_run.assign_points(day=day, now=_at(day + timedelta(days=1), 1))
    taken = time.perf_counter() - began, time.process_time() + _server_s() - used, longest
    points_run._write = real
    if scored != count or LedgerDay.objects.filter(day=day).count() != count:
        raise TocsinError(f"{scored} objects were scored, not {count}")
    moves = PointsRun.objects.get(day=day).moves
    return *taken, load, os.getloadavg()[0], sum(sum(one.values()) for one in moves.values())


def _server_s() -> float:
    """Seconds of the processor that PostgreSQL's process behind our connection has used; 0 on SQLite, which works in ours."""
    from django.db import connection

    if connection.vendor != "postgresql":
        return 0.0
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        fields = Path(f"/proc/{cursor.fetchone()[0]}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _one_by_one(ids: list[UUID]) -> float:
    """Seconds an object, by the same reading for one object at a time, without writing."""
    from tocsin.supervision.points.policy import shipped_rules
    from tocsin.supervision.points.queries.inputs import read_inputs
    from tocsin.supervision.points.queries.keys import key_of

    chosen = random.Random(SEED).sample(ids, min(ONE_BY_ONE, len(ids)))  # noqa: S311 - a sample, not a secret
    began = time.perf_counter()
    for one in chosen:
        read_inputs([key_of(one)], DAY, shipped_rules())
    return (time.perf_counter() - began) / len(chosen)


def _settle() -> None:
    """What both databases do by themselves in the background, done now so that it does not fall into the measured time."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "PRAGMA wal_checkpoint(TRUNCATE)")
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA optimize")


def _at(day: date, hour: int) -> datetime:
    from django.utils import timezone

    return timezone.make_aware(datetime.combine(day, clock_time(hour)))
