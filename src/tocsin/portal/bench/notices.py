"""How soon somebody is told: 500 alarms within a second, each a case of its own, to the first notice in its channel's hands.

Three processes on one SQLite database, as in service: one that raises the alarms, one that gathers them into cases and writes who
is told, one that sends to an HTTP gateway on loopback. The alarms come diagnosed: what a diagnosis takes is the network's bench.
"""

import asyncio
import contextlib
import json
import multiprocessing
import os
import re
import tempfile
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from multiprocessing.synchronize import Event
from pathlib import Path
from threading import Thread
from typing import Any

import numpy as np
from rich.console import Console

REGION = "370213"
ALARMS, QUICK = 500, 100
SPACING_DEG = 0.01  # 900 m: no alarm explains another
LONGEST_S = 300.0
NUMBER = re.compile(r"\d{6}-\d{8}-\d{4,}")


def run(console: Console, quick: bool) -> None:
    """Prints the times from an alarm's row to the first notice handed over; RuntimeError where an alarm was told to nobody."""
    count = QUICK if quick else ALARMS
    with tempfile.TemporaryDirectory(prefix="tocsin-bench-") as folder, _gateway() as (url, arrived):
        Path(folder, "channels.toml").write_text(f'[sms]\nurl = "{url}"\nbody = {{ to = "$address", text = "$subject $text" }}\n')
        spawn = multiprocessing.get_context("spawn")
        _await(spawn, _prepare, folder, count)
        stop = spawn.Event()
        ready = [spawn.Event(), spawn.Event()]
        workers = [
            spawn.Process(target=work, args=(folder, stop, flag), daemon=True)
            for work, flag in zip((_gather, _send), ready, strict=True)
        ]
        for worker in workers:
            worker.start()
        for flag in ready:
            flag.wait(60)
        try:
            with spawn.Pool(1) as pool:
                raised, handed = pool.apply(_raise_and_watch, (folder, count))
        finally:
            stop.set()
            for worker in workers:
                worker.join(20)
    if len(handed) < count:
        raise RuntimeError(f"of {count} alarms {count - len(handed)} were told to nobody within {LONGEST_S:.0f} s")
    waits = np.array([handed[number] - raised[number] for number in raised])
    by_message = np.array([arrived[number] - raised[number] for number in raised if number in arrived])
    _print(console, f"{count} alarms within a second, each a case: first notice in its channel's hands", waits)
    _print(console, f"    the first text message or summary that names the case ({len(by_message)} of them)", by_message)


def _print(console: Console, what: str, waits: np.ndarray) -> None:
    if len(waits):
        half, most, last = np.percentile(waits, [50, 99, 100])
        console.print(f"{what}: half within {half:.2f} s, 99 % within {most:.2f} s, the last {last:.2f} s")


def _await(spawn: Any, work: Any, *args: Any) -> None:
    with spawn.Pool(1) as pool:
        pool.apply(work, args)


def _open(folder: str) -> None:
    os.environ.pop("DATABASE_URL", None)
    os.environ["TOCSIN_DATA"] = folder
    os.environ["DJANGO_SETTINGS_MODULE"] = "tocsin.portal.settings"
    import django

    django.setup()


def _prepare(folder: str, count: int) -> None:
    """A county with its bodies, each with a telephone for text messages, and as many wells as alarms."""
    os.environ.pop("DATABASE_URL", None)
    os.environ["TOCSIN_DATA"] = folder
    from tocsin.portal.preparation import prepare_database

    prepare_database()
    from tocsin.jurisdiction import services as jurisdiction
    from tocsin.lifelines.services import import_network
    from tocsin.sensing.rules import NewDevice, NewSensor
    from tocsin.sensing.services import register_many

    actor = jurisdiction.system_actor()
    for number, body in enumerate(jurisdiction.ensure_organisations(REGION).values()):
        jurisdiction.add_contact_point(actor=actor, organisation_id=body.pk, kind="sms", address=f"1390000{number:04d}", order=1)
        jurisdiction.create_person(
            actor=actor, username=f"desk{number}", name="", organisation_id=body.pk, password=jurisdiction.new_one_time_password()
        )
    places = [(118.0 + SPACING_DEG * (k % 100), 36.0 + SPACING_DEG * (k // 100)) for k in range(count)]
    wells = [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": list(place)},
            "properties": {"id": f"W{k}", "kind": "manhole", "owner": "drainage_bureau", "utility": "sewer", "street": "Street"},
        }
        for k, place in enumerate(places)
    ]
    import_network(actor=actor, features=wells, region_code=REGION)
    register_many(
        actor=actor,
        devices=[NewDevice(code=f"D{k}", region_code=REGION) for k in range(count)],
        sensors=[
            NewSensor(device_code=f"D{k}", channel="m", quantity="methane", lon=lon, lat=lat, asset_code=f"W{k}")
            for k, (lon, lat) in enumerate(places)
        ],
    )


def _raise_and_watch(folder: str, count: int) -> tuple[dict[str, float], dict[str, float]]:
    """Writes the alarms evenly within a second, then reads when the first notice of each case was handed over.

    Returns machine times by case number, in seconds since 1970.
    """
    _open(folder)
    from django.apps import apps
    from django.utils import timezone

    from tocsin.base.ids import new_id
    from tocsin.warning.rules import AlarmState

    alarm, sensor, sending = (apps.get_model(name) for name in ("warning.Alarm", "sensing.Sensor", "command.Sending"))
    sensors = list(sensor.objects.order_by("index"))
    began, written = time.time(), dict[Any, float]()
    for start in range(0, count, 25):
        time.sleep(max(0.0, began + start / count - time.time()))
        now = timezone.now()
        rows = [
            alarm(
                id=new_id(),
                sensor=one,
                rule="high",
                quantity="methane",
                region_code=REGION,
                lon=one.lon,
                lat=one.lat,
                state=AlarmState.ACTIVE_UNACKNOWLEDGED,
                level=4,
                peak_level=4,
                value=60.0,
                limit=50.0,
                raised_at=now,
                updated_at=now,
                count=1,
            )
            for one in sensors[start : start + 25]
        ]
        alarm.objects.bulk_create(rows)
        written |= {row.pk: time.time() for row in rows}
    handed: dict[str, float] = {}
    until = time.time() + LONGEST_S
    while time.time() < until:
        rows = sending.objects.filter(fate__in=("sent", "delivered"), summary__isnull=True, notice__case__isnull=False)
        handed = {}
        for number, at in rows.values_list("notice__case__number", "tried_at"):
            handed[number] = min(at.timestamp(), handed.get(number, float("inf")))
        if len(handed) >= count:
            break
        time.sleep(0.5)
    time.sleep(12)  # summaries
    numbers = dict(alarm.objects.exclude(case_number="").values_list("pk", "case_number"))
    return {numbers[pk]: at for pk, at in written.items() if pk in numbers}, handed


def _gather(folder: str, stop: Event, ready: Event) -> None:
    _open(folder)
    from django.conf import settings
    from django.utils import timezone

    from tocsin.command import services

    ready.set()
    while not stop.is_set():
        if not services.gather_alarms(now=settings.CONFIGURATION.clock.now(), machine_now=timezone.now()):
            time.sleep(0.25)


def _send(folder: str, stop: Event, ready: Event) -> None:
    _open(folder)
    from tocsin.command.senders import send_notices

    async def until_stopped() -> None:
        task = asyncio.create_task(send_notices(None))  # type: ignore[arg-type]  # it asks the bus nothing
        ready.set()
        while not stop.is_set():
            await asyncio.sleep(0.2)
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task

    asyncio.run(until_stopped())


@contextlib.contextmanager
def _gateway() -> Iterator[tuple[str, dict[str, float]]]:
    """A gateway on loopback that takes everything; when it first heard of each case."""
    arrived: dict[str, float] = {}

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            for number in NUMBER.findall(body["text"]):
                arrived.setdefault(number, time.time())
            self.send_response(204)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/", arrived
    finally:
        server.shutdown()
        server.server_close()
