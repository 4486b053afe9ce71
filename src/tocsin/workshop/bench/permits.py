"""Two thousand open work permits: rounds of their loops, the list, an alarm that stops works, on either database."""

import multiprocessing
import os
import secrets
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import datetime, timedelta
from statistics import median
from typing import TYPE_CHECKING

from tocsin.base.errors import TocsinError
from tocsin.base.geometry import distance_m
from tocsin.base.ids import new_id
from tocsin.workshop.bench.postgresql import throw_away_server

if TYPE_CHECKING:
    from rich.console import Console

    from tocsin.hazchem.permits.models import WorkPermit
    from tocsin.warning.face import Alarm

PERMITS = 2_000
FIRMS = 20  # so that a firm has a hundred works beside each other
ALARMS = 200  # open ones of gas elsewhere in the city
REPEATS = 20
REGION = "370213"
DEGREE_M = 111_195.0  # of latitude


def run(console: "Console", quick: bool) -> None:
    """Prints medians of processor time; TocsinError where a work is stopped that should not be, or goes on."""
    count = PERMITS // 10 if quick else PERMITS
    for line in _in_own_process(None, count):
        console.print(line)
    with throw_away_server() as url:
        if url is None:
            console.print("PostgreSQL: not measured, its server is not installed (Debian: apt-get install postgresql).")
            return
        for line in _in_own_process(url, count):
            console.print(line)


def _in_own_process(url: str | None, count: int) -> list[str]:
    with (
        tempfile.TemporaryDirectory() as folder,
        ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as process,
    ):
        return process.submit(measure, url, folder, count).result()


def measure(url: str | None, folder: str, count: int) -> list[str]:
    """Fills a database of its own and measures; for a process of its own."""
    os.environ.pop("DATABASE_URL", None)
    if url is not None:
        os.environ["DATABASE_URL"] = url
    os.environ["TOCSIN_DATA"] = folder
    os.environ["TOCSIN_SECOND_STEP"] = "offered"
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tocsin.portal.settings")
    django.setup()
    from django.db import connection
    from django.utils import timezone

    from tocsin.hazchem.permits.models import WorkPermit
    from tocsin.hazchem.permits.queries.permits import conflicts_beside
    from tocsin.hazchem.permits.services.clocks import follow_permits
    from tocsin.hazchem.permits.services.stopping import stop_beside_alarms
    from tocsin.hazchem.permits.shown.alarms import works_beside
    from tocsin.notices.face import load_contributions
    from tocsin.portal.tables import bring_tables_up_to_date

    bring_tables_up_to_date()
    load_contributions()  # else the first notice does it
    now = timezone.now()
    alarms = _fill(count, now)
    permits = list(WorkPermit.objects.select_related("object").order_by("number"))
    conflict = _taken(lambda: conflicts_beside(permits[0]))
    idle = _taken(lambda: _stopped(stop_beside_alarms(now=now), 0))
    shown = _taken(lambda: works_beside(alarms[:50]))
    first = _once(lambda: follow_permits(now=now))
    follow = _taken(lambda: follow_permits(now=now))
    page = _taken(_page())
    _stop(permits, alarms[0], permits[count // 2], now)  # the first one loads what a process needs once
    stopped, stop = _stop(permits, alarms[1], permits[count // 4], now)
    ended = _once(lambda: follow_permits(now=now + timedelta(hours=4)))
    _stopped(WorkPermit.objects.filter(state="expired").count(), count)
    name = "PostgreSQL" if connection.vendor == "postgresql" else "SQLite"
    return [
        f"[bold]Work permits, {name}[/bold]: {count:,} whose work goes on, {count // FIRMS} at a firm, {ALARMS} open alarms"
        f" of gas; load average {os.getloadavg()[0]:.1f}."
        f" What stands beside one {conflict}, a round of the loop that stops nothing {idle},"
        f" 50 alarms with the works beside them {shown}, the page of the list {page}; a round of all clocks in which"
        f" {count // 4:,} end soon and {count // 4:,} are silent: the first, which tells {first}, another one {follow}.",
        f"An alarm beside {stopped} of them: stopped, with all who are told, in {stop}; all {count:,} expire in {ended}.",
    ]


def _page() -> Callable[[], object]:
    """What opens the list of permits that are not over, as somebody who sees all of them."""
    from django.test import Client

    from tocsin.jurisdiction.face import person_by_username

    reader = person_by_username("bench-reader")
    if reader is None:
        raise TocsinError("the bench has no reader")
    browser = Client()
    browser.force_login(reader)

    def opened() -> None:
        answer = browser.get("/permits/?which=open", headers={"host": "localhost"})
        if answer.status_code != 200 or b"bench-0" not in answer.content:
            raise TocsinError(f"the list of permits answers with {answer.status_code}")

    return opened


def _stop(permits: "Sequence[WorkPermit]", alarm: "Alarm", where: "WorkPermit", now: datetime) -> tuple[int, str]:
    """An alarm beside one work: how many it stopped, those that the plain loop says, and in what time."""
    from tocsin.hazchem.permits.models import WorkPermit
    from tocsin.hazchem.permits.services.stopping import stop_beside_alarms

    before = set(WorkPermit.objects.filter(state="stopped").values_list("pk", flat=True))
    expected = _beside(permits, alarm, where) - before
    taken = _once(lambda: _stopped(stop_beside_alarms(now=now), len(expected)))
    told = set(WorkPermit.objects.filter(state="stopped").values_list("pk", flat=True)) - before
    if told != expected:
        raise TocsinError(f"the plain loop stops {len(expected)} works, the product {len(told)}, not the same")
    return len(expected), taken


def _fill(count: int, now: datetime) -> "list[Alarm]":
    from tocsin.hazchem.permits.models import PermitStep, WorkPermit
    from tocsin.jurisdiction.areas.services import ensure_regions
    from tocsin.jurisdiction.people.services.accounts import create_person
    from tocsin.jurisdiction.people.services.grants import grant_role
    from tocsin.jurisdiction.people.services.start import ensure_organisations
    from tocsin.jurisdiction.people.services.system import system_actor
    from tocsin.sensing.devices.models import Device
    from tocsin.supervision.objects.models import SupervisedObject
    from tocsin.warning.face import Alarm

    ensure_regions()
    ensure_organisations(REGION)
    people = [create_person(actor=system_actor(), username=f"bench-{one}", name=f"Bench {one}")[0] for one in range(4)]
    reader, _password = create_person(
        actor=system_actor(), username="bench-reader", name="Reader", password=secrets.token_urlsafe()
    )
    grant_role(actor=system_actor(), user=reader, role="supervisor", region_code=REGION)
    firms = [
        SupervisedObject(
            code=f"B-{one}", kind="enterprise", name=f"Firm {one}", trade="chemicals", region_code=REGION, created_at=now
        )
        for one in range(FIRMS)
    ]
    SupervisedObject.objects.bulk_create(firms)
    hour = timedelta(hours=1)
    roles = dict(zip(("applicant", "analyst", "watcher", "approver"), people, strict=True))
    permits = [
        WorkPermit(
            object=firms[number % FIRMS],
            region_code=REGION,
            number=f"bench-{number:05d}",
            kind="hot_work",
            grade="special" if number % 4 == 1 else "second",
            base_grade="second",
            work="Weld",
            place="Rack",
            lon=120.3 + number % FIRMS * 0.02,
            lat=36.1 + number // FIRMS * 20 / DEGREE_M,  # 20 m apart
            begins_at=now - hour,
            ends_at=now + (hour / 4 if number % 4 == 0 else 3 * hour),  # a quarter end soon
            state="running",
            state_at=now - (3 * hour if number % 4 == 1 else hour / 60),  # a quarter are silent
            started_at=now - hour,
            created_at=now - 2 * hour,
            **roles,
        )
        for number in range(count)
    ]
    WorkPermit.objects.bulk_create(permits, batch_size=500)
    PermitStep.objects.bulk_create((PermitStep(permit=one, at=now - hour, act="started") for one in permits), batch_size=500)
    gas = {"rule": "high", "quantity": "methane", "region_code": REGION, "level": 3, "peak_level": 3, "count": 1}
    moments = {"raised_at": now - hour / 2, "updated_at": now}
    devices = [Device(code=f"bench-{one}", region_code=REGION, secret_sha256="0" * 64, created_at=now) for one in range(ALARMS)]
    Device.objects.bulk_create(devices)
    alarms = [
        Alarm(
            id=new_id(), device=devices[one], lon=121.0 + one * 0.001, lat=36.5, state="active_unacknowledged", **gas, **moments
        )
        for one in range(ALARMS)
    ]
    Alarm.objects.bulk_create(alarms)
    return alarms


def _beside(permits: "Sequence[WorkPermit]", alarm: "Alarm", where: "WorkPermit") -> set[object]:
    """Moves the alarm to a work and says which works it stands beside, each looked at by itself."""
    from tocsin.hazchem.permits.policy.permits import permit_policy
    from tocsin.warning.face import Alarm

    if where.lon is None or where.lat is None:
        raise TocsinError("a work of the bench has no place")
    Alarm.objects.filter(pk=alarm.pk).update(lon=where.lon, lat=where.lat)
    nearest = permit_policy().distances.alarm
    return {
        one.pk
        for one in permits
        if one.lon is not None and one.lat is not None and distance_m(one.lon, one.lat, where.lon, where.lat) <= nearest
    }


def _taken(work: Callable[[], object]) -> str:
    """Medians of the clock and of the processor, which other programs on the machine do not lengthen much."""
    work()  # plans are cached by the first
    clock, processor = [], []
    for _ in range(REPEATS):
        began, used = time.perf_counter(), time.process_time()
        work()
        clock.append(time.perf_counter() - began)
        processor.append(time.process_time() - used)
    return f"{1000 * median(clock):.0f} ms ({1000 * median(processor):.0f} of our processor)"


def _once(work: Callable[[], object]) -> str:
    began, used = time.perf_counter(), time.process_time()
    work()
    taken, processor = time.perf_counter() - began, time.process_time() - used
    return f"{1000 * taken:.0f} ms ({1000 * processor:.0f} of our processor)"


def _stopped(told: int, expected: int) -> None:
    if told != expected:
        raise TocsinError(f"{told} works were stopped or ended, not {expected}")
