"""Two thousand open work permits: what stands beside one, a round of the loop that stops work, and an alarm that stops one."""

import multiprocessing
import os
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
    with tempfile.TemporaryDirectory() as folder:
        spawn = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(1, mp_context=spawn) as process:
            for line in process.submit(measure, folder, PERMITS // 10 if quick else PERMITS).result():
                console.print(line)


def measure(folder: str, count: int) -> list[str]:
    """Fills a database of its own and measures; for a process of its own."""
    os.environ.pop("DATABASE_URL", None)
    os.environ["TOCSIN_DATA"] = folder
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tocsin.portal.settings")
    django.setup()
    from django.utils import timezone

    from tocsin.hazchem.permits.models import WorkPermit
    from tocsin.hazchem.permits.queries.permits import conflicts_beside
    from tocsin.hazchem.permits.services.clocks import follow_permits
    from tocsin.hazchem.permits.services.stopping import stop_beside_alarms
    from tocsin.hazchem.permits.shown.alarms import works_beside
    from tocsin.portal.tables import bring_tables_up_to_date

    bring_tables_up_to_date()
    now = timezone.now()
    alarms = _fill(count, now)
    permits = list(WorkPermit.objects.select_related("object").order_by("number"))
    conflict_s = _seconds(lambda: conflicts_beside(permits[0]))
    idle_s = _seconds(lambda: _stopped(stop_beside_alarms(now=now), 0))
    shown_s = _seconds(lambda: works_beside(alarms[:50]))
    follow_s = _seconds(lambda: follow_permits(now=now))
    expected = _beside(permits, alarms[0], permits[count // 2])
    began, worked = time.perf_counter(), time.process_time()
    _stopped(stop_beside_alarms(now=now), len(expected))
    stop_s, processor_s = time.perf_counter() - began, time.process_time() - worked
    told = set(WorkPermit.objects.filter(state="stopped").values_list("pk", flat=True))
    if told != expected:
        raise TocsinError(f"the plain loop stops {len(expected)} works, the product {len(told)}, not the same")
    return [
        f"[bold]Work permits[/bold]: {count:,} whose work goes on, {count // FIRMS} at a firm, {ALARMS} open alarms of gas. What"
        f" stands beside one {1000 * conflict_s:.1f} ms, a round of the loop that stops nothing {1000 * idle_s:.1f} ms, 50 alarms"
        f" with the works beside them {1000 * shown_s:.1f} ms, a round of all clocks {1000 * follow_s:.0f} ms of the"
        f" processor (medians of {REPEATS}).",
        f"An alarm beside {len(expected)} of them: stopped, with all who are told, in {1000 * stop_s:.0f} ms by the clock,"
        f" {1000 * processor_s:.0f} ms of the processor.",
    ]


def _fill(count: int, now: datetime) -> "list[Alarm]":
    from tocsin.hazchem.permits.models import PermitStep, WorkPermit
    from tocsin.jurisdiction.areas.services import ensure_regions
    from tocsin.jurisdiction.people.services.accounts import create_person
    from tocsin.jurisdiction.people.services.start import ensure_organisations
    from tocsin.jurisdiction.people.services.system import system_actor
    from tocsin.sensing.devices.models import Device
    from tocsin.supervision.objects.models import SupervisedObject
    from tocsin.warning.face import Alarm

    ensure_regions()
    ensure_organisations(REGION)
    people = [create_person(actor=system_actor(), username=f"bench-{one}", name=f"Bench {one}")[0] for one in range(4)]
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
            grade="second",
            base_grade="second",
            work="Weld",
            place="Rack",
            lon=120.3 + number % FIRMS * 0.02,
            lat=36.1 + number // FIRMS * 20 / DEGREE_M,  # 20 m apart
            begins_at=now - hour,
            ends_at=now + 3 * hour,
            state="running",
            state_at=now - hour,
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


def _seconds(work: Callable[[], object]) -> float:
    """Median seconds of the processor, which other programs on the machine do not lengthen much."""
    work()  # plans are cached by the first
    taken = []
    for _ in range(REPEATS):
        began = time.process_time()
        work()
        taken.append(time.process_time() - began)
    return median(taken)


def _stopped(told: int, expected: int) -> None:
    if told != expected:
        raise TocsinError(f"{told} works were stopped, not {expected}")
