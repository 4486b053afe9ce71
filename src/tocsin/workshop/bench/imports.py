"""Tables of 8,000 objects of networks and 2,500 sensors as imports: given, judged, taken over, given again, undone."""

import multiprocessing
import os
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from tocsin.base.errors import TocsinError
from tocsin.workshop.bench.postgresql import throw_away_server

if TYPE_CHECKING:
    from collections.abc import Callable

    from rich.console import Console

WELLS, PIPES = 4_001, 3_999
DEVICES, CHANNELS = 1_250, 2
QUICK = 10  # so many times fewer
REGION = "370213"
NOW = datetime(2026, 11, 30, 4, 0, tzinfo=UTC)


def run(console: "Console", quick: bool) -> None:
    """Prints seconds of each step, on SQLite and on PostgreSQL; TocsinError where a row is wrong or missing."""
    share = QUICK if quick else 1
    for line in _in_own_process(None, share):
        console.print(line)
    with throw_away_server() as url:
        if url is None:
            console.print("PostgreSQL: not measured, its server is not installed (Debian: apt-get install postgresql).")
            return
        for line in _in_own_process(url, share):
            console.print(line)


def network_table(wells: int, pipes: int) -> str:
    """A street of wells, each joined to the next; lines stand first, so that every end comes later in the file."""
    head = "编号,类型,经度,纬度,起点编号,终点编号,权属单位,埋深,管径,建设年份"
    lines = [f"P-{one},污水管,,,W-{one},W-{one + 1},drainage_bureau,,{300 + one % 5 * 100},2008" for one in range(pipes)]
    points = [
        f"W-{one},窨井,{120.3 + one * 4e-5:.6f},36.16,,,drainage_bureau,{1.5 + one % 7 * 0.2:.1f},," for one in range(wells)
    ]
    return "\n".join([head, *lines, *points])


def device_table(devices: int, channels: int) -> str:
    """Loggers with a channel of methane and one of temperature, each at its well."""
    head = "设备编号,设备名称,通道,监测量,经度,纬度,对象编码,上报间隔"
    told = (("ch4", "甲烷"), ("temp", "temperature"))[:channels]
    return "\n".join(
        [head]
        + [
            f"D-{one},{one} 号井,{channel},{quantity},{120.3 + one * 4e-5:.6f},36.16,W-{one},60"
            for one in range(devices)
            for channel, quantity in told
        ]
    )


def _in_own_process(url: str | None, share: int) -> list[str]:
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as process:
        return process.submit(measure, url, share).result()


def measure(url: str | None, share: int) -> list[str]:
    """A line for each table, on the database of that address, or a SQLite file of its own; for a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["TOCSIN_DATA"] = folder
        os.environ.pop("DATABASE_URL", None)
        if url is not None:
            os.environ["DATABASE_URL"] = url
        from tocsin.portal.preparation import prepare_database

        prepare_database()
        wells, pipes, devices = WELLS // share, WELLS // share - 1, DEVICES // share
        return [
            _line("network-objects", network_table(wells, pipes), wells + pipes, undone=False),
            _line("devices", device_table(devices, CHANNELS), devices * CHANNELS, undone=True),
        ]


def _line(kind: str, text: str, rows: int, *, undone: bool) -> str:
    from django.db import connection

    from tocsin.jurisdiction.people.services.system import system_actor
    from tocsin.records.imports.models import TableImport
    from tocsin.records.imports.rules import ImportState
    from tocsin.records.imports.services.giving import give_file
    from tocsin.records.imports.services.judging import rows_of
    from tocsin.records.imports.services.taking import take_file, undo_file

    actor = system_actor()

    def give() -> TableImport:
        content = text.encode()
        return give_file(actor=actor, kind=kind, region_code=REGION, file_name="bench.csv", content=content, now=NOW)

    told: list[str] = []
    made = _step(told, "given", give)
    found = _step(told, "judged", lambda: rows_of(actor=actor, made=made, now=NOW))
    if wrong := [one for one in found if one.problems]:
        raise TocsinError(f"{kind}: {len(wrong):,} rows are wrong, the first: {wrong[0].problems}")
    taken = _step(told, "taken over", lambda: take_file(actor=actor, import_id=made.pk, at_once=True, now=NOW))
    if taken.state is not ImportState.TAKEN or taken.counts != {"new": rows}:
        raise TocsinError(f"{kind}: {taken.counts}, {taken.trouble}")
    again = give()
    same = _step(told, "judged again", lambda: rows_of(actor=actor, made=again, now=NOW))
    if {one.verdict for one in same} != {"same"}:
        raise TocsinError(f"{kind}: the same file again changes something")
    if undone:
        later = NOW + timedelta(minutes=1)
        _step(told, "undone", lambda: undo_file(actor=actor, import_id=made.pk, now=later))
    name = "PostgreSQL" if connection.vendor == "postgresql" else "SQLite"
    return f"[bold]Import of {rows:,} {kind}, {name}[/bold]: {'; '.join(told)} (load average {os.getloadavg()[0]:.1f})"


def _step[T](told: list[str], name: str, work: "Callable[[], T]") -> T:
    began, used = time.perf_counter(), time.process_time()
    done = work()
    told.append(f"{name} [bold]{time.perf_counter() - began:.1f} s[/bold] ({time.process_time() - used:.1f} s of our processor)")
    return done
