"""An alarm from its detection to the text that screens get, in processor time of the thread that does it: other programs on the
same cores change it little. Each step is what the process does there, one alarm after the other.
"""

import gc
import multiprocessing
import os
import re
import statistics
import tempfile
import time
from collections import defaultdict
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from tocsin.base.errors import TocsinError
from tocsin.workshop.bench.postgresql import throw_away_server

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rich.console import Console

    from tocsin.warning.alarms.events import Detection

COUNTY = "370213"
ALARMS, QUICK_ALARMS, WARM_UP = 400, 60, 40
SPACING_DEG = 0.01  # 900 m: no alarm explains another
BEGIN = datetime(2026, 12, 1, 4, 0, tzinfo=UTC)
SPACING = timedelta(seconds=1)
LANGUAGES = {"zh-hans"}
_STATEMENT = re.compile(
    r'(SELECT|INSERT INTO|UPDATE|DELETE FROM|COPY|SAVEPOINT|RELEASE|BEGIN)\b(?:.*?FROM)?\s*"?(\w*)', re.DOTALL
)


def run(console: "Console", quick: bool) -> None:
    """Prints medians in milliseconds of the processor; TocsinError where an alarm, its event or its text is missing."""
    alarms = QUICK_ALARMS if quick else ALARMS
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=context) as process:
        console.print(process.submit(measure, None, alarms).result())
    with throw_away_server() as url:
        if url is None:
            console.print("PostgreSQL: not measured, its server is not installed (Debian: apt-get install postgresql).")
            return
        with ProcessPoolExecutor(1, mp_context=context) as process:
            console.print(process.submit(measure, url, alarms).result())


def measure(url: str | None, alarms: int) -> str:
    """Fills a database of its own and raises the alarms; for a process of its own."""
    with tempfile.TemporaryDirectory(dir=os.environ.get("TOCSIN_BENCH_FOLDER")) as folder:
        os.environ.pop("DATABASE_URL", None)
        if url is not None:
            os.environ["DATABASE_URL"] = url
        os.environ["TOCSIN_DATA"] = folder
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tocsin.portal.settings")
        import django

        django.setup()
        from django.db import connection

        from tocsin.notices.face import load_contributions
        from tocsin.portal.tables import bring_tables_up_to_date

        bring_tables_up_to_date()
        load_contributions()
        first = fill(alarms + WARM_UP)
        detections = [_detection(first + k, BEGIN + k * SPACING) for k in range(alarms + WARM_UP)]
        gc.freeze()
        way, statements = raise_all(detections)
        name = "PostgreSQL" if connection.vendor == "postgresql" else "SQLite"
        told = "; ".join(f"{step} [bold]{1000 * statistics.median(took[WARM_UP:]):.2f}[/bold]" for step, took in way.items())
        lines = [
            f"[bold]{alarms} alarms, {name}[/bold], median ms of the processor: {told} (load average {os.getloadavg()[0]:.1f})"
        ]
        lines += [f"    {text}: {1000 * seconds:.2f}" for text, seconds in statements]
        return "\n".join(lines)


def fill(number: int) -> int:
    """So many wells with a methane sensor each; the index of the first sensor."""
    from tocsin.jurisdiction.areas.services import ensure_regions
    from tocsin.jurisdiction.face import system_actor
    from tocsin.lifelines.services.networks import import_network
    from tocsin.sensing.devices.models import Sensor
    from tocsin.sensing.devices.rules import NewDevice, NewSensor
    from tocsin.sensing.devices.services.registering import register_many

    ensure_regions()
    places = [(118.0 + SPACING_DEG * (k % 100), 36.0 + SPACING_DEG * (k // 100)) for k in range(number)]
    wells = [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": list(place)},
            "properties": {"id": f"W{k}", "kind": "manhole", "owner": "drainage_bureau", "utility": "sewer", "street": "Street"},
        }
        for k, place in enumerate(places)
    ]
    import_network(actor=system_actor(), features=wells, region_code=COUNTY)
    register_many(
        actor=system_actor(),
        devices=[NewDevice(code=f"well-{k}", region_code=COUNTY) for k in range(number)],
        sensors=[
            NewSensor(device_code=f"well-{k}", channel="methane", quantity="methane", lon=lon, lat=lat, asset_code=f"W{k}")
            for k, (lon, lat) in enumerate(places)
        ],
    )
    first = Sensor.objects.order_by("index").values_list("index", flat=True).first()
    return 0 if first is None else first


def _detection(sensor: int, at: datetime) -> "Detection":
    from tocsin.base.ids import deterministic_id
    from tocsin.base.time import ms_from_datetime
    from tocsin.warning.alarms.events import Detection

    return Detection(
        id=deterministic_id("detection", sensor),
        sensor=sensor,
        rule="high",
        edge="raise",
        level=2,
        ts=ms_from_datetime(at),
        value=27.0,
        limit=20.0,
        figures={"limit": 20.0, "readings": 2.0},
        latching=True,
    )


def raise_all(detections: "list[Detection]") -> tuple[dict[str, list[float]], list[tuple[str, float]]]:
    """Seconds of the processor by step and alarm, and the mean of each kind of statement of the transaction."""
    from django.db import connection

    from tocsin.base.time import datetime_from_ms
    from tocsin.bus.envelope import encode_event
    from tocsin.bus.services import forget_events, waiting_events
    from tocsin.warning.alarms.models import Alarm
    from tocsin.warning.alarms.services.detections import apply_detections
    from tocsin.warning.console.consumers import render_alarms

    way: dict[str, list[float]] = defaultdict(list)
    spent: dict[str, float] = defaultdict(float)

    @contextmanager
    def timed(step: str) -> "Iterator[None]":
        began = time.thread_time()
        yield
        way[step].append(time.thread_time() - began)

    def note(execute: "Callable[..., Any]", sql: str, params: Any, many: bool, context: Any) -> Any:
        began = time.thread_time()
        done = execute(sql, params, many, context)
        named = _STATEMENT.match(sql)
        spent[" ".join(named.groups()) if named else sql[:20]] += time.thread_time() - began
        return done

    for number, one in enumerate(detections):
        if number == WARM_UP:
            spent.clear()
        with connection.execute_wrapper(note), timed("transaction"):
            apply_detections(detections=[one], now=datetime_from_ms(one.ts), position=number)
        with timed("outbox read"):
            rows = waiting_events(500)
        with timed("events as bytes"):
            [encode_event(event) for _row, event in rows]
        with timed("outbox cleared"):
            forget_events([row for row, _event in rows])
        told = [str(event.data["alarm_id"]) for _row, event in rows if event.name == "warning.AlarmRaised"]
        with timed("text for screens"):
            texts = render_alarms(told, LANGUAGES)
        if len(texts) != 1:
            raise TocsinError(f"{len(texts)} texts of one alarm")
    if Alarm.objects.count() != len(detections):
        raise TocsinError(f"{len(detections)} detections, {Alarm.objects.count()} alarms")
    counted = len(detections) - WARM_UP
    return dict(way), sorted(((text, seconds / counted) for text, seconds in spent.items()), key=lambda row: -row[1])
