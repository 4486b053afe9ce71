"""A warning of another service over thousands of firms and sensors: until everybody is asked, until all hear its end."""

import gc
import multiprocessing
import os
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from tocsin.base.errors import TocsinError
from tocsin.workshop.bench.postgresql import throw_away_server

if TYPE_CHECKING:
    from collections.abc import Callable

    from rich.console import Console

FIRMS, QUICK_FIRMS = 5_000, 100
SENSORS, QUICK_SENSORS = 20_000, 400
OWNERS = 50
COUNTY = "370213"
WEST, SOUTH, EAST, NORTH = 120.33, 36.13, 120.47, 36.21  # within the county, all of it warned


def run(console: "Console", quick: bool) -> None:
    """Prints seconds; TocsinError where a firm is not asked, or twice."""
    counts = (QUICK_FIRMS, QUICK_SENSORS) if quick else (FIRMS, SENSORS)
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=context) as process:
        console.print(process.submit(measure, None, *counts).result())
    with throw_away_server() as url:
        if url is None:
            console.print("PostgreSQL: not measured, its server is not installed (Debian: apt-get install postgresql).")
            return
        with ProcessPoolExecutor(1, mp_context=context) as process:
            console.print(process.submit(measure, url, *counts).result())


def measure(url: str | None, firms: int, sensors: int) -> str:
    """Fills a database of its own, asks and ends; for a process of its own."""
    with tempfile.TemporaryDirectory(dir=os.environ.get("TOCSIN_BENCH_FOLDER")) as folder:
        os.environ.pop("DATABASE_URL", None)
        if url is not None:
            os.environ["DATABASE_URL"] = url
        os.environ["TOCSIN_DATA"] = folder
        import django

        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tocsin.portal.settings")
        django.setup()
        from django.db import connection

        from tocsin.notices.face import load_contributions
        from tocsin.portal.tables import bring_tables_up_to_date

        bring_tables_up_to_date()
        load_contributions()
        fill(firms, sensors)
        gc.freeze()  # a worker holds none of that, nor does its collector look at what was imported
        load = os.getloadavg()[0]
        asked, longest_asked = ask(firms)
        over, longest_over = end()
        name = "PostgreSQL" if connection.vendor == "postgresql" else "SQLite"
        return (
            f"[bold]A warning that came in, {name}[/bold]: {firms:,} firms and the owners of {sensors:,} sensors asked after "
            f"[bold]{asked:.1f} s[/bold] (longest transaction {1000 * longest_asked:.0f} ms), told that it is over within "
            f"{over:.1f} s (longest {1000 * longest_over:.0f} ms; load average {load:.1f} before)."
        )


def fill(firms: int, sensors: int) -> None:
    from django.utils import timezone

    from tocsin.jurisdiction.areas.services import ensure_regions
    from tocsin.jurisdiction.face import Organisation
    from tocsin.jurisdiction.people.services.start import ensure_organisations
    from tocsin.sensing.devices.models import Device, Sensor
    from tocsin.supervision.objects.models import SupervisedObject

    ensure_regions()
    ensure_organisations(COUNTY)
    now = timezone.now()

    def bodies(prefix: str, count: int) -> list[Any]:
        names = (f"{prefix}-{number}" for number in range(count))
        return Organisation.objects.bulk_create(
            Organisation(code=name, name_zh=name, name_en=name, region_id=COUNTY, telephone="0532-00000000") for name in names
        )

    SupervisedObject.objects.bulk_create(
        SupervisedObject(
            code=f"QC-BENCH-{number:05}",
            kind="enterprise",
            name=body.name_zh,
            trade="chemicals",
            risk_class="red",
            region_code=COUNTY,
            created_at=now,
            organisation=body,
            lon=WEST + (EAST - WEST) * (number % 71) / 71,
            lat=SOUTH + (NORTH - SOUTH) * (number % 73) / 73,
        )
        for number, body in enumerate(bodies("firm", firms))
    )
    owners = bodies("owner", OWNERS)
    devices = Device.objects.bulk_create(
        Device(code=f"B{number}", name=f"B{number}", organisation=body, region_code=COUNTY, created_at=now)
        for number, body in enumerate(owners)
    )
    Sensor.objects.bulk_create(
        Sensor(
            index=number + 1,
            device=devices[number % OWNERS],
            channel=f"c{number}",
            quantity="methane",
            resolution=0.1,
            region_code=COUNTY,
            lon=WEST + (EAST - WEST) * (number % 97) / 97,
            lat=SOUTH + (NORTH - SOUTH) * (number % 89) / 89,
        )
        for number in range(sensors)
    )


def ask(firms: int) -> tuple[float, float]:
    import shapely
    from django.utils import timezone

    from tocsin.jurisdiction.people.services.system import system_actor
    from tocsin.mobilisation.incoming_warnings.models import IncomingWarning, WarningDemand, WarningService
    from tocsin.mobilisation.incoming_warnings.services.joining import join_warnings

    now = timezone.now()
    service = WarningService.objects.create(
        region_code=COUNTY, name="bench", kind="weather", way="push", made_at=now, made_by=system_actor(), regions=[COUNTY]
    )
    IncomingWarning.objects.create(
        service=service,
        region_code=COUNTY,
        kind="rain",
        event="rain",
        level="orange",
        texts={"en": {"headline": "Heavy rain, orange warning"}},
        shape=shapely.geometry.mapping(shapely.box(WEST - 0.01, SOUTH - 0.01, EAST + 0.01, NORTH + 0.01)),
        counties=[COUNTY],
        expires_at=now + timedelta(hours=6),
        came_at=now,
        changed_at=now,
    )
    took = timed(lambda: join_warnings(now=now))
    asked = WarningDemand.objects.filter(who="firm")
    if (found := asked.count()) != firms or asked.values("object").distinct().count() != firms:
        raise TocsinError(f"{found} demands for {firms} firms")
    return took


def end() -> tuple[float, float]:
    from django.utils import timezone

    from tocsin.mobilisation.incoming_warnings.models import IncomingWarning, WarningDemand
    from tocsin.mobilisation.incoming_warnings.services.joining import join_warnings

    now = timezone.now()
    IncomingWarning.objects.update(state="cancelled", ended_at=now, changed_at=now, to_join=True)
    took = timed(lambda: join_warnings(now=now))
    if left := WarningDemand.objects.filter(ended_at=None).count():
        raise TocsinError(f"{left} demands are still open")
    return took


def timed(work: "Callable[[], object]") -> tuple[float, float]:
    """Seconds of all of it, and of its longest transaction."""
    from django.db import transaction

    longest = 0.0

    class Watched(transaction.Atomic):
        def __enter__(self) -> None:
            super().__enter__()
            self.began = time.perf_counter()

        def __exit__(self, *given: Any) -> None:
            nonlocal longest
            super().__exit__(*given)
            longest = max(longest, time.perf_counter() - self.began)

    usual, began = transaction.Atomic, time.perf_counter()
    transaction.Atomic = Watched  # type: ignore[misc]
    try:
        work()
    finally:
        transaction.Atomic = usual  # type: ignore[misc]
    return time.perf_counter() - began, longest
