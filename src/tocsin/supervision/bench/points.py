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
from tocsin.supervision.bench.postgresql import throw_away_server

if TYPE_CHECKING:
    from rich.console import Console

OBJECTS, QUICK_OBJECTS = 1_000_000, 20_000
TASKS = 10
DAY = date(2026, 11, 24)
PART = 50_000
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
        from django.core.management import call_command
        from django.db import connection

        call_command("migrate", verbosity=0, interactive=False)
        began = time.perf_counter()
        ids = _fill(count)
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
            f"transaction {1000 * usual[2]:.0f} ms).",
            f"The very first night, when every object gets its first colour and what follows from it: {first[0]:.1f} s. "
            f"One object at a time in the same tables: {1000 * single_s:.1f} ms each, {single_s * count:,.0f} s for all "
            f"(from {ONE_BY_ONE} of them). Filling the tables took {filled_s:.0f} s.",
        ]


def _night(day: date, count: int) -> tuple[float, float, float]:
    """Seconds, seconds of the processor (the database's for this connection with them), and of the longest transaction."""
    from tocsin.supervision.models import LedgerDay
    from tocsin.supervision.services import points_run

    longest = 0.0
    real = points_run._write

    def timed(*args: Any) -> bool:
        nonlocal longest
        began = time.perf_counter()
        done = real(*args)
        longest = max(longest, time.perf_counter() - began)
        return done

    points_run._write = timed  # type: ignore[assignment]
    began, used = time.perf_counter(), time.process_time() + _server_s()
    scored = points_run.assign_points(day=day, now=_at(day + timedelta(days=1), 1))
    taken = time.perf_counter() - began, time.process_time() + _server_s() - used, longest
    points_run._write = real
    if scored != count or LedgerDay.objects.filter(day=day).count() != count:
        raise TocsinError(f"{scored} objects were scored, not {count}")
    return taken


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
    from tocsin.supervision.policy.points import shipped_rules
    from tocsin.supervision.queries.points_inputs import key_of, read_inputs

    chosen = random.Random(SEED).sample(ids, min(ONE_BY_ONE, len(ids)))  # noqa: S311 - a sample, not a secret
    began = time.perf_counter()
    for one in chosen:
        read_inputs([key_of(one)], DAY, shipped_rules())
    return (time.perf_counter() - began) / len(chosen)


def _fill(count: int) -> list[UUID]:
    """Objects, then their tasks day by day as a city's would come, 85 % done in time; hidden dangers and penalties of few."""
    from tocsin.jurisdiction.services import ensure_regions
    from tocsin.supervision.models import Penalty, SupervisedObject

    ensure_regions()
    ids = [UUID(int=(0x019A << 112) | (0x7 << 76) | (0b10 << 62) | number) for number in range(count)]
    for start in range(0, count, PART):
        part = range(start, min(start + PART, count))
        _in_one(SupervisedObject, _objects(ids, part))
    draw = random.Random(SEED)  # noqa: S311 - the same tasks in every run
    for task in range(TASKS):
        due = DAY - timedelta(days=3 * task)
        for start in range(0, count, PART):
            _tasks(ids, range(start, min(start + PART, count)), task, due, draw)
    some = list(range(0, count, 50))
    _in_one(
        Penalty,
        {
            "id": [UUID(int=(0x019B << 112) | number) for number in some],
            "object": [ids[number] for number in some],
            "kind": ["fine"] * len(some),
            "severe": [number % 500 == 0 for number in some],
            "document_number": [f"P{number}" for number in some],
            "decided_on": [DAY - timedelta(days=number % 300) for number in some],
            "entered_at": [_at(DAY, 0)] * len(some),
        },
    )
    return ids


def _objects(ids: list[UUID], part: range) -> dict[str, list[Any]]:
    size = len(part)
    regions, trades = ("370202", "370203", "370211", "370212", "370213"), ("machinery", "chemicals", "textiles", "hotel")
    return {
        "id": [ids[number] for number in part],
        "code": [f"QC-BENCH-{number:07d}" for number in part],
        "kind": ["enterprise"] * size,
        "name": [f"bench firm {number}" for number in part],
        "credit_code": [f"BENCH{number:013d}" for number in part],
        "site_number": [1] * size,
        "trade": [trades[number % 4] for number in part],
        "region_code": [regions[number % 5] for number in part],
        **{name: [""] * size for name in ("risk_class", "town_code", "address", "shifts")},
        "solar_kwp": [0.0] * size,
        "major_hazard": [False] * size,
        "directly_supervised": [False] * size,
        "active": [True] * size,
        "created_at": [_at(DAY - timedelta(days=400), 0)] * size,
    }


def _tasks(ids: list[UUID], part: range, task: int, due: date, draw: random.Random) -> None:
    from tocsin.supervision.models import Task

    end, opened, size = _at(due, 20), _at(due, 0), len(part)
    kinds = draw.choices((0, 1, 2), (85, 7, 8), k=size)  # in time, late, missed
    rule = ("commitment", "self_check_week", "training", "drill", "rectify")[task % 5]
    times = (end - timedelta(hours=3), end + timedelta(hours=1), None)
    _in_one(
        Task,
        {
            "id": [UUID(int=(0x019B << 112) | (task << 64) | number) for number in part],
            "object": [ids[number] for number in part],
            "rule": [rule] * size,
            "key": [f"{rule}:{due}"] * size,
            "levels": ['["county"]'] * size,
            "weight": [1 + number % 3 for number in part],
            "opens_at": [opened] * size,
            "due_at": [end] * size,
            "state": [("done", "late", "missed")[kind] for kind in kinds],
            "done_at": [times[kind] for kind in kinds],
            "source": [""] * size,
            "evidence": ["{}"] * size,
            "version": [0] * size,
        },
    )


def _in_one(model: Any, columns: dict[str, list[Any]]) -> None:
    from django.db import transaction

    from tocsin.bus.bulk import write_rows

    with transaction.atomic():
        write_rows(model, columns)


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
