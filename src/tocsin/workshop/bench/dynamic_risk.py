"""The dynamic risk of 7,000 firms with three units each: the engine beside a plain loop, then whole rounds."""

import multiprocessing
import os
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np

from tocsin.base.errors import TocsinError
from tocsin.engine.dynamic_risk import Floats, Indexes, Judged, judge_firms, judge_units
from tocsin.workshop.bench.postgresql import throw_away_server

if TYPE_CHECKING:
    from collections.abc import Callable

    from rich.console import Console

FIRMS, QUICK_FIRMS = 7_000, 700
UNITS = 3
FACTORS = 7
PLAIN_FIRMS = 300
ROUNDS = 20
SEED = 20261130
NOW = datetime(2026, 11, 30, 4, 0, tzinfo=UTC)


def run(console: "Console", quick: bool) -> None:
    """Prints firms a second of the engine, and seconds of rounds; TocsinError where the plain loop answers otherwise."""
    count = QUICK_FIRMS if quick else FIRMS
    console.print(_engine(count))
    for line in _in_own_process(None, count):
        console.print(line)
    with throw_away_server() as url:
        if url is None:
            console.print("PostgreSQL: not measured, its server is not installed (Debian: apt-get install postgresql).")
            return
        for line in _in_own_process(url, count):
            console.print(line)


def _in_own_process(url: str | None, count: int) -> list[str]:
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as process:
        return process.submit(measure, url, count).result()


def _engine(count: int) -> str:
    rng = np.random.default_rng(SEED)
    static, raising = rng.uniform(0.05, 0.45, count * UNITS), rng.uniform(0, 1, (count * UNITS, FACTORS))
    weights = rng.uniform(0.2, 1.2, FACTORS)
    firm = np.repeat(np.arange(count), UNITS)
    began = time.perf_counter()
    for _round in range(ROUNDS):
        firms = judge_firms(judge_units(static, raising, weights), firm, count)
    seconds = (time.perf_counter() - began) / ROUNDS
    few = min(PLAIN_FIRMS, count)
    began = time.perf_counter()
    plain = _plain(static, raising, weights, firm, few)
    plain_s = (time.perf_counter() - began) / few * count
    if not (np.allclose(plain.value, firms.value[:few]) and np.allclose(plain.drops, firms.drops[:few])):
        raise TocsinError("the plain loop answers otherwise")
    return (
        f"[bold]Dynamic risk, engine[/bold]: {count:,} firms of {UNITS} units with what each factor would lower in "
        f"{1000 * seconds:.1f} ms, a plain loop {plain_s:.1f} s: {plain_s / seconds:,.0f} times"
    )


def _plain(static: Floats, raising: Floats, weights: Floats, firm: Indexes, count: int) -> Judged:
    """The first firms in plain Python."""
    value, drops = np.zeros(count), np.zeros((count, FACTORS))
    without = np.zeros((count, FACTORS))
    for at in range(len(firm)):
        if firm[at] >= count:
            break
        added = [float(x) * float(w) for x, w in zip(raising[at], weights, strict=True)]
        rest = 1 - float(static[at])
        value[firm[at]] = max(value[firm[at]], 100 * (1 - rest ** (1 + sum(added))))
        for factor in range(FACTORS):
            power = 1 + sum(added) - added[factor]
            without[firm[at], factor] = max(without[firm[at], factor], 100 * (1 - rest**power))
    drops[:] = value[:, None] - without
    return Judged(value, drops)


def measure(url: str | None, count: int) -> list[str]:
    """Fills a database of its own and measures rounds of the loop; for a process of its own."""
    with tempfile.TemporaryDirectory(dir=os.environ.get("TOCSIN_BENCH_FOLDER")) as folder:
        os.environ.pop("DATABASE_URL", None)
        if url is not None:
            os.environ["DATABASE_URL"] = url
        os.environ["TOCSIN_DATA"] = folder
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tocsin.portal.settings")
        import django

        django.setup()
        from django.db import connection

        from tocsin.hazchem.prevention.services.judging import judge_all
        from tocsin.portal.tables import bring_tables_up_to_date
        from tocsin.workshop.bench.province import Province

        bring_tables_up_to_date()
        began = time.perf_counter()
        province = Province(count, NOW)
        filled_s = time.perf_counter() - began
        rounds = [_round("the first round, which writes and tells all", judge_all, 0)]
        rounds.append(_round("a minute in which nothing moved", judge_all, 1))
        province.ring(range(0, len(province.sensors), len(province.sensors) // 200), rule="rate_of_rise")
        province.permit(range(1, len(province.units), len(province.units) // 100))
        rounds.append(_round("one with 200 alarms and 100 works more", judge_all, 2))
        _count_rows(count)
        rounds.append(_round("the first of a day, which writes all", judge_all, 1440))
        name = "PostgreSQL" if connection.vendor == "postgresql" else "SQLite"
        return [
            f"[bold]Dynamic risk, {name}[/bold]: {count:,} firms with {UNITS} units each, their ledgers, points, alarms, works:"
            f" {'; '.join(rounds)}. Filling the tables took {filled_s:.0f} s."
        ]


def _round(name: str, judge_all: "Callable[..., object]", minutes: int) -> str:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    load = os.getloadavg()[0]
    began, used = time.perf_counter(), time.process_time()
    with CaptureQueriesContext(connection) as asked:
        judge_all(now=NOW + timedelta(minutes=minutes))
    taken, processor = time.perf_counter() - began, time.process_time() - used
    return (
        f"{name} [bold]{taken:.1f} s[/bold] ({processor:.1f} s of our processor, {len(asked)} queries, load average {load:.1f})"
    )


def _count_rows(count: int) -> None:
    """TocsinError where a firm or unit was not judged; that each is judged rightly is tested against a slow twin."""
    from tocsin.hazchem.prevention.models import DynamicRisk

    judged = DynamicRisk.objects.count()
    if judged != count * (UNITS + 1):
        raise TocsinError(f"{judged:,} firms and units have a risk, not {count * (UNITS + 1):,}")
