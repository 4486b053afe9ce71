"""The afternoon's county: everything a county has when it begins, as tables, taken in one after the other."""

import multiprocessing
import os
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from tocsin.base.credit_codes import check_character, organisation_check_character
from tocsin.base.errors import TocsinError
from tocsin.workshop.bench.imports import device_table, network_table
from tocsin.workshop.bench.postgresql import throw_away_server

if TYPE_CHECKING:
    from rich.console import Console

REGION: Final = "370213"
NOW: Final = datetime(2026, 11, 30, 4, 0, tzinfo=UTC)
QUICK: Final = 10  # so many times fewer
BODIES, PEOPLE, WELLS, DEVICES, CHANNELS, FIRMS, METERS = 40, 300, 4_001, 800, 2, 700, 900
KINDS: Final = ("权属单位", "主管部门", "救援", "企业")
LIFELINES: Final = ("gas", "water", "drainage", "heating", "power", "telecom")
ROLES: Final = ("duty_officer", "shift_leader", "inspector", "viewer", "analyst")


def run(console: "Console", quick: bool) -> None:
    """Prints the seconds of each table, on SQLite and on PostgreSQL; TocsinError where a row is wrong or missing."""
    share = QUICK if quick else 1
    for line in _in_own_process(None, share):
        console.print(line)
    with throw_away_server() as url:
        if url is None:
            console.print("PostgreSQL: not measured, its server is not installed (Debian: apt-get install postgresql).")
            return
        for line in _in_own_process(url, share):
            console.print(line)


def county_tables(share: int = 1) -> list[tuple[str, str]]:
    """Kind of import and CSV of each table, in the order in which they build on each other; `share`: so many times smaller."""
    bodies, people, wells = BODIES // share, PEOPLE // share, WELLS // share
    devices, firms, meters = DEVICES // share, FIRMS // share, METERS // share
    return [
        ("organisations", _bodies(bodies)),
        ("contacts", _contacts(bodies)),
        ("people", _people(people, bodies)),
        ("roles", _roles(people)),
        ("network-objects", network_table(wells, wells - 1)),
        ("devices", f"{device_table(devices, CHANNELS)}\n{_collectors(meters)}"),
        ("supervised-objects", _firms(firms)),
        ("meters", _meters(meters, firms)),
    ]


def credit_code(number: int) -> str:
    """A unified social credit code with right check characters (GB 32100-2015) that no firm has."""
    body = f"BENCH{number:03d}"
    half = f"91{REGION}{body}{organisation_check_character(body)}"
    return half + check_character(half)


def _bodies(count: int) -> str:
    head = "单位编码,单位名称,单位类型,值班电话,上级单位编码,昼夜值守,负责生命线"
    first = "body-0,应急管理局,主管部门,0532 0000 0000,,是,"
    rest = [
        f"body-{one},单位 {one},{KINDS[one % len(KINDS)]},0532 0000 {one:04},body-0,{'是' if one % 2 else ''},"
        f"{LIFELINES[one % len(LIFELINES)] if one % len(KINDS) == 0 else ''}"
        for one in range(1, count)
    ]
    return "\n".join([head, first, *rest])


def _contacts(bodies: int) -> str:
    desks = [f"body-{one},,固定电话,0532 1000 {one:04},1" for one in range(bodies)]
    posts = [f"body-{one},值班室,短信,139 0000 {one:04},2" for one in range(bodies)]
    return "\n".join(["单位,岗位,联系方式,号码,顺序", *desks, *posts])


def _people(count: int, bodies: int) -> str:
    return "\n".join(["用户名,姓名,单位", *(f"person.{one},人员 {one},body-{one % bodies}" for one in range(count))])


def _roles(people: int) -> str:
    return "\n".join(["用户名,角色,区域", *(f"person.{one},{ROLES[one % len(ROLES)]},{REGION}" for one in range(people))])


def _collectors(meters: int) -> str:
    return "\n".join(f"E-{one},{one} 号电表,power,功率,{120.3 + one * 4e-5:.6f},36.17,,900" for one in range(meters))


def _firms(count: int) -> str:
    head = "类型,企业名称,统一社会信用代码,行业,风险等级,区划代码,地址,经度,纬度,从业人数,班次"
    return "\n".join(
        [
            head,
            *(
                f"企业,示范企业 {one},{credit_code(one)},chemicals,{('红', '橙', '黄', '蓝')[one % 4]},{REGION},示范路 {one} 号,"
                f"{120.3 + one * 2e-4:.6f},36.17,{20 + one % 300},08:00-17:30"
                for one in range(count)
            ),
        ]
    )


def _meters(count: int, firms: int) -> str:
    head = "统一社会信用代码,电表编号,用途,名称,额定功率,倍率,测点"
    return "\n".join(
        [head, *(f"{credit_code(one % firms)},M-{one},total,总表 {one},500,40,E-{one}/power" for one in range(count))]
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
        began, used = time.perf_counter(), time.process_time()
        lines = [_take(kind, text) for kind, text in county_tables(share)]
        name = "SQLite" if url is None else "PostgreSQL"
        seconds, own, load = time.perf_counter() - began, time.process_time() - used, os.getloadavg()[0]
        told = f"({own:.0f} s of our processor, load average {load:.1f})"
        return [*lines, f"[bold]A county on {name}: {seconds:.0f} s[/bold] {told}"]


def _take(kind: str, text: str) -> str:
    """One table given, judged as the page shows it, and taken over."""
    from tocsin.jurisdiction.people.services.system import system_actor
    from tocsin.records.imports.rules import ImportState
    from tocsin.records.imports.services.giving import give_file
    from tocsin.records.imports.services.judging import rows_of
    from tocsin.records.imports.services.taking import take_file

    actor, rows = system_actor(), text.count("\n")
    marks = [(time.perf_counter(), time.process_time())]
    made = give_file(actor=actor, kind=kind, region_code=REGION, file_name=f"{kind}.csv", content=text.encode(), now=NOW)
    found = rows_of(actor=actor, made=made, now=NOW)
    marks.append((time.perf_counter(), time.process_time()))
    if wrong := [one for one in found if one.problems]:
        raise TocsinError(f"{kind}: {len(wrong):,} rows are wrong, the first: {wrong[0].problems}")
    taken = take_file(actor=actor, import_id=made.pk, at_once=True, now=NOW)
    marks.append((time.perf_counter(), time.process_time()))
    if taken.state is not ImportState.TAKEN or taken.counts != {"new": rows}:
        raise TocsinError(f"{kind}: {taken.counts}, {taken.trouble}")
    (looked, looked_own), (wrote, wrote_own) = (
        (later[0] - earlier[0], later[1] - earlier[1]) for earlier, later in pairwise(marks)
    )
    return f"{rows:>6,} {kind}: shown {looked:.1f} s ({looked_own:.1f}), taken over {wrote:.1f} s ({wrote_own:.1f})"
