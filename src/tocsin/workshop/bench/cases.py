"""Ten thousand open cases: the list, the map, a tick of their clocks beside a look at every row, and many clocks due at once."""

import multiprocessing
import os
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from datetime import datetime, timedelta
from statistics import median
from typing import TYPE_CHECKING

from tocsin.base.errors import TocsinError
from tocsin.base.ids import new_id

if TYPE_CHECKING:
    from rich.console import Console


CASES = 10_000
REPEATS = 20
DUE = 1_000  # clocks that come to a stage at one moment, each calling somebody
REGION = "370213"
PASSWORD = "a password for the bench"  # noqa: S105 - of a database that is thrown away


def run(console: "Console", quick: bool) -> None:
    """Prints medians; TocsinError where a page or a tick is wrong."""
    with tempfile.TemporaryDirectory() as folder:
        spawn = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(1, mp_context=spawn) as process:
            for line in process.submit(measure, folder, 1000 if quick else CASES).result():
                console.print(line)


def measure(folder: str, count: int) -> list[str]:
    """Fills a database of its own and measures; for a process of its own."""
    os.environ.pop("DATABASE_URL", None)
    os.environ["TOCSIN_DATA"] = folder
    os.environ["TOCSIN_SECOND_STEP"] = "offered"
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tocsin.portal.settings")
    django.setup()
    from django.conf import settings
    from django.test import Client
    from django.utils import timezone

    from tocsin.command.casebook.models import Clock
    from tocsin.command.escalation.services import stages as services
    from tocsin.notices.messages.models import Notice
    from tocsin.portal.tables import bring_tables_up_to_date

    bring_tables_up_to_date()
    settings.ALLOWED_HOSTS.append("testserver")
    now = timezone.now()
    _fill(count, now)
    client = Client()
    if not client.login(username="bench", password=PASSWORD):
        raise TocsinError("the officer of the bench can't sign in")
    page_s = _seconds(lambda: _expect(client.get("/cases/").content, b"bench case"))
    api_s = _seconds(lambda: _expect(client.get("/api/v1/command/cases?limit=500").content, b'"total": '))
    map_s = _seconds(lambda: _expect(client.get("/api/v1/command/cases.geojson").content, b"FeatureCollection"))
    tick_s = _seconds(lambda: _none_fired(services.run_clocks(now=now)))
    plain_s = _seconds(lambda: sum(one.next_at is not None and one.next_at <= now for one in Clock.objects.iterator()))
    clocks = Clock.objects.count()
    due = min(DUE, count)
    ids = list(Clock.objects.filter(step="arrive").order_by("pk").values_list("pk", flat=True)[:due])
    Clock.objects.filter(pk__in=ids).update(due_at=now + timedelta(hours=2), next_at=now + timedelta(hours=1))
    began, worked = time.perf_counter(), time.process_time()
    while services.run_clocks(now=now + timedelta(hours=1)):
        pass
    due_s, processor_s = time.perf_counter() - began, time.process_time() - worked
    called = Notice.objects.count()
    if called < due:
        raise TocsinError(f"{due} clocks came to a stage and {called} were called")
    return [
        f"[bold]Cases[/bold]: {count:,} open ones. The first page of the list {1000 * page_s:.0f} ms, 500 of them by the API "
        f"{1000 * api_s:.0f} ms, all of them for the map {1000 * map_s:.0f} ms (medians of {REPEATS}).",
        f"Clocks: {clocks:,} of them cost {1000 * tick_s:.2f} ms a tick where none is due; looking at each row "
        f"{1000 * plain_s:.0f} ms. {due:,} due at one moment were told in {due_s:.1f} s, with {called:,} notices: "
        f"{1000 * processor_s / due:.1f} ms of the processor each.",
    ]


def _fill(count: int, now: datetime) -> None:
    from tocsin.command.casebook.models import Case, Clock
    from tocsin.command.casebook.rules.cases import CaseState, Origin
    from tocsin.command.casebook.rules.clocks import Step
    from tocsin.jurisdiction.areas import services as areas_services
    from tocsin.jurisdiction.people.services import (
        accounts as jurisdiction,
    )
    from tocsin.jurisdiction.people.services import (
        grants as services_grants,
    )
    from tocsin.jurisdiction.people.services import (
        start as services_start,
    )
    from tocsin.jurisdiction.people.services import (
        system as services_system,
    )

    areas_services.ensure_regions()
    services_start.ensure_organisations(REGION)
    actor = services_system.system_actor()
    person, _password = jurisdiction.create_person(actor=actor, username="bench", name="Bench", password=PASSWORD)
    jurisdiction.set_password(user=person, password=PASSWORD)
    services_grants.grant_role(actor=actor, user=person, role="duty_officer", region_code=REGION)
    states = [CaseState.WAITING, CaseState.DISPATCHED, CaseState.ON_SITE, CaseState.MENDED]
    cases: list[Case] = [
        Case(
            id=new_id(),
            number=f"{REGION}-20260101-{number:05d}",
            region_code=REGION,
            origin=Origin.PERSON.value,
            title=f"bench case {number}",
            place="石牛山路",
            lon=120.4 + number % 100 * 0.001,
            lat=36.1 + number // 100 * 0.001,
            state=states[number % len(states)].value,
            level=1 + number % 4,
            peak_level=1 + number % 4,
            begun_at=now - timedelta(minutes=number % 600),
            opened_at=now - timedelta(minutes=number % 600),
        )
        for number in range(count)
    ]
    Case.objects.bulk_create(cases, batch_size=500)
    Clock.objects.bulk_create(
        (
            Clock(case=case, step=step.value, began_at=now, due_at=now + timedelta(hours=4), next_at=now + timedelta(hours=2))
            for case in cases
            for step in (Step.ARRIVE, Step.CLOSE)
        ),
        batch_size=500,
    )


def _seconds(work: Callable[[], object]) -> float:
    work()  # templates and plans are cached by the first
    taken = []
    for _ in range(REPEATS):
        began = time.perf_counter()
        work()
        taken.append(time.perf_counter() - began)
    return median(taken)


def _expect(content: bytes, part: bytes) -> None:
    if part not in content:
        raise TocsinError(f"the answer lacks {part!r}: {content[:200]!r}")


def _none_fired(fired: int) -> None:
    if fired:
        raise TocsinError(f"{fired} clocks fired that were not due")
