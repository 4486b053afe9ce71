"""Reports by the public: taken in through the page's own address beside a working town, and the same matter found among many."""

import asyncio
import json
import multiprocessing
import os
import random
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

from tocsin.base.errors import TocsinError
from tocsin.base.work import find_nonce
from tocsin.mobilisation.hazard_reports.rules.secrets import hash_of
from tocsin.workshop.bench.alike import measure_alike
from tocsin.workshop.bench.postgresql import throw_away_server
from tocsin.workshop.bench.siege.peace import Peace, keep_peace
from tocsin.workshop.bench.siege.town import REGION, Place, Town, prepare_town, town_of
from tocsin.workshop.bench.siege.wire import ask

if TYPE_CHECKING:
    from rich.console import Console

A_MINUTE = 1000
SECONDS, QUICK_SECONDS = 60, 20
WARM_S = 3.0
REPORTS, QUICK_REPORTS = 100_000, 20_000
WORK_BITS = 16  # as shipped
PEACE = Peace(readings_per_s=1000, alarms_per_s=1)
AIM_MS = 300
LATER, LATER_S = (429, 503), 1.0
TEXTS = ("化工厂夜间焊接没有看火人", "消防通道被货物堵死，门上了链子", "井盖破损，路边积水冒泡", "配电箱敞开，雨水流进去")


@dataclass(frozen=True)
class Sendable:
    """One report, its work done, and the phone's own network."""

    body: bytes
    network: str


def run(console: "Console", quick: bool) -> None:
    """Prints times on SQLite and on a PostgreSQL of its own; TocsinError where a report is lost or the same matter missed."""
    spawn = multiprocessing.get_context("spawn")
    seconds, count = (QUICK_SECONDS, QUICK_REPORTS) if quick else (SECONDS, REPORTS)
    with ProcessPoolExecutor(1, mp_context=spawn) as process:
        sent = process.submit(prepare_reports, A_MINUTE * seconds // 60).result()
    _measure(console, "SQLite", "", sent, seconds, count)
    with throw_away_server() as url:
        if url is None:
            console.print("PostgreSQL: not measured, its server is not installed (Debian: apt-get install postgresql).")
        else:
            _measure(console, "PostgreSQL", url, sent, seconds, count)


def _measure(console: "Console", name: str, url: str, sent: list[Sendable], seconds: int, count: int) -> None:
    spawn = multiprocessing.get_context("spawn")
    with tempfile.TemporaryDirectory(dir=os.environ.get("TOCSIN_BENCH_FOLDER")) as folder:
        with ProcessPoolExecutor(1, mp_context=spawn) as process:
            console.print(f"[bold]{name}[/bold]. " + process.submit(measure_alike, folder, url, count, REGION).result())
        os.environ |= {
            "NUMBA_CACHE_DIR": f"{folder}/numba",
            "TOCSIN_LOG_LEVEL": "CRITICAL",
            "TOCSIN_TRUSTED_PROXIES": "127.0.0.1",
        }
        prepared = prepare_town(Path(folder) / "prepared", _other(url), steady=1000, alarms=seconds + 60)
        with town_of(prepared, Path(folder) / "town") as (town, place):
            console.print(_take_in(town, place, sent, seconds))


def _other(url: str) -> str:
    """A second database of that server: the first one holds the many."""
    if not url:
        return ""
    import psycopg

    before = url.rsplit("/", 1)[0]
    with psycopg.connect(url, autocommit=True) as server:
        server.execute("CREATE DATABASE town")
    return f"{before}/town"


def prepare_reports(count: int) -> list[Sendable]:
    """Reports of the county with their work done, each of a phone in a /64 of its own; for a process of its own."""
    return [_sendable(number) for number in range(count)]


def _sendable(number: int) -> Sendable:
    rng = random.Random(number)  # noqa: S311 - places, no secrets
    identity, secret = str(uuid4()), hash_of(f"bench {number}")
    report = {
        "kind": rng.choice(("hazard", "breach", "fire")),
        "text": f"{rng.choice(TEXTS)}，第{number}号",
        "region_code": REGION,
        "place": f"石牛山路 {number} 号",
        "lon": 120.35 + rng.random() / 10,
        "lat": 36.12 + rng.random() / 10,
        "danger": number % 50 == 49,
    }
    nonce = find_nonce(identity, secret, bits=WORK_BITS)
    body = json.dumps({"id": identity, "report": report, "secret_sha256": secret, "nonce": nonce})
    return Sendable(body.encode(), f"2001:db8:{number >> 16:x}:{number & 0xFFFF:x}::1")


def _take_in(town: Town, place: Place, sent: list[Sendable], seconds: int) -> str:
    """Beside the town's readings, alarms and screens the reports go out evenly; nobody waits for anybody's answer."""
    context = multiprocessing.get_context("spawn")
    stop = context.Event()
    theirs, ours = context.Pipe()
    city = context.Process(target=keep_peace, args=(place, PEACE, stop, theirs), daemon=True)
    city.start()
    ours.recv()
    time.sleep(WARM_S)
    load = os.getloadavg()[0]
    with ProcessPoolExecutor(1, mp_context=context) as process:
        took, answers, held = process.submit(_send_all, place, sent, seconds).result()
    stop.set()
    ours.recv()
    city.join(10)
    later = sum(answers.pop(status, 0) for status in LATER)
    if held != len(sent) or answers != {200: len(sent)}:
        raise TocsinError(f"{len(sent)} reports were sent, {dict(answers)} were the answers, the database holds {held}")
    if told := [line for line in town.said if " ended with code " in line]:
        raise TocsinError(f"a process died meanwhile: {told[0]}")
    ranked = sorted(took)
    at = [1000 * ranked[min(len(ranked) - 1, int(len(ranked) * share))] for share in (0.5, 0.9, 0.99)]
    return (
        f"Taken in: {len(sent):,} reports in {seconds} s, p50 {at[0]:.0f} ms, p90 {at[1]:.0f} ms, "
        f"[bold]p99 {at[2]:.0f} ms[/bold], longest {1000 * ranked[-1]:.0f} ms (aimed at: p99 {AIM_MS} ms; "
        f"{later} times asked to come later), beside "
        f"{PEACE.readings_per_s:,} readings and {PEACE.alarms_per_s} alarm a second; load average {load:.1f} before."
    )


def _send_all(place: Place, sent: Sequence[Sendable], seconds: int) -> tuple[list[float], Counter[int], int]:
    took, answers = asyncio.run(_send(place, sent, seconds))
    os.environ |= {"TOCSIN_DATA": place.folder, "DATABASE_URL": place.database}
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tocsin.portal.settings")
    import django

    django.setup()
    from tocsin.mobilisation.hazard_reports.models import HazardReport

    return took, answers, HazardReport.objects.count()


async def _send(place: Place, sent: Sequence[Sendable], seconds: int) -> tuple[list[float], Counter[int]]:
    answers: Counter[int] = Counter()
    took: list[float] = []

    async def send_one(one: Sendable) -> None:
        began = time.perf_counter()
        headers = {
            "Content-Type": "application/json",
            "X-Forwarded-For": one.network,
            "Cookie": f"csrftoken={'a' * 32}",
            "X-CSRFToken": "a" * 32,
            "X-Device": one.network,
        }
        while True:
            status, _length = await ask(place.host, place.web_port, "/hazard/reports", headers, one.body)
            if status not in LATER:
                break
            answers[status] += 1
            await asyncio.sleep(LATER_S)  # as a phone does; its time counts
        took.append(time.perf_counter() - began)
        answers[status] += 1

    began = time.perf_counter()
    running = []
    for number, one in enumerate(sent):
        await asyncio.sleep(max(0.0, began + number * seconds / len(sent) - time.perf_counter()))
        running.append(asyncio.create_task(send_one(one)))
    await asyncio.gather(*running)
    return took, answers
