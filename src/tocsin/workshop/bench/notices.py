"""How soon somebody is told: 500 alarms within a second, each a case of its own, to the first notice shown or handed over.

Three processes on one database, as in service: one that raises the alarms, one with the worker's loop that gathers them into
cases, writes who is told and sends orders, one with the senders, before an HTTP gateway on loopback. The alarms come diagnosed:
what a diagnosis takes is the network's bench. A notice counts as handed over when the first process sees it, committed.
"""

import asyncio
import contextlib
import json
import multiprocessing
import os
import re
import tempfile
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from multiprocessing.synchronize import Event
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any

import numpy as np
from rich.console import Console

from tocsin.workshop.bench.postgresql import throw_away_server

if TYPE_CHECKING:
    from multiprocessing.sharedctypes import SynchronizedArray

REGION = "370213"
ALARMS, QUICK = 500, 100
PART = 25  # alarms written at once
SPACING_DEG = 0.01  # 900 m: no alarm explains another
LOOK_S = 0.05
LONGEST_S = 300.0
GATHER, SEND = "gather", "send"
NUMBER = re.compile(r"\d{6}-\d{8}-\d{4,}")


def run(console: Console, quick: bool) -> None:
    """Prints the times from an alarm's row to the first notice handed over; RuntimeError where an alarm was told to nobody."""
    count = QUICK if quick else ALARMS
    _measure(console, "SQLite", "", count)
    with throw_away_server() as url:
        if url is None:
            console.print("PostgreSQL: not measured, its server is not installed (Debian: apt-get install postgresql).")
        else:
            _measure(console, "PostgreSQL", url, count)


def _measure(console: Console, database: str, url: str, count: int) -> None:
    with tempfile.TemporaryDirectory(prefix="tocsin-bench-") as folder, _gateway() as (gateway, arrived):
        Path(folder, "channels.toml").write_text(
            f'[sms]\nurl = "{gateway}"\nbody = {{ to = "$address", text = "$subject $text" }}\n'
        )
        spawn = multiprocessing.get_context("spawn")
        _await(spawn, _prepare, folder, url, count)
        stop, longest = spawn.Event(), spawn.Array("d", [0.0, 0.0])
        ready = [spawn.Event(), spawn.Event()]
        workers = [
            spawn.Process(target=_work, args=(loop, folder, url, stop, flag, longest), daemon=True)
            for loop, flag in zip((GATHER, SEND), ready, strict=True)
        ]
        for worker in workers:
            worker.start()
        for flag in ready:
            flag.wait(60)
        try:
            with spawn.Pool(1) as pool:
                raised, handed, ordered_s = pool.apply(_raise_and_watch, (folder, url, count))
        finally:
            stop.set()
            for worker in workers:
                worker.join(20)
    if len(handed) < count:
        raise RuntimeError(f"of {count} alarms {count - len(handed)} were told to nobody within {LONGEST_S:.0f} s")
    console.print(f"[bold]{database}[/bold]: {count} alarms within a second, each a case")
    _print(
        console,
        "first notice shown or in a channel's hands",
        np.array([handed[number] - raised[number] for number in raised]),
    )
    by_message = np.array([arrived[number] - raised[number] for number in raised if number in arrived])
    _print(console, f"first text message or summary that names the case ({len(by_message)} of them)", by_message)
    console.print(
        f"    orders to all owners written after {ordered_s:.1f} s; longest transaction {1000 * longest[0]:.0f} ms,"
        f" {1000 * longest[1]:.0f} of the processor"
    )


def _print(console: Console, what: str, waits: np.ndarray) -> None:
    if len(waits):
        half, most, last = np.percentile(waits, [50, 99, 100])
        console.print(f"    {what}: half within {half:.2f} s, 99 % within {most:.2f} s, the last {last:.2f} s")


def _await(spawn: Any, work: Any, *args: Any) -> None:
    with spawn.Pool(1) as pool:
        pool.apply(work, args)


def _open(folder: str, url: str) -> None:
    os.environ.pop("DATABASE_URL", None)
    if url:
        os.environ["DATABASE_URL"] = url
    os.environ["TOCSIN_DATA"] = folder
    os.environ["DJANGO_SETTINGS_MODULE"] = "tocsin.portal.settings"
    import django

    django.setup()


def _prepare(folder: str, url: str, count: int) -> None:
    """A county with its bodies, each with a telephone for text messages and somebody who signs in, and a well for each alarm."""
    _open(folder, url)
    from tocsin.portal.preparation import prepare_database

    prepare_database()
    from tocsin.jurisdiction.contacts.services import points as services_points
    from tocsin.jurisdiction.people.services import accounts as jurisdiction
    from tocsin.jurisdiction.people.services import start as services_start
    from tocsin.jurisdiction.people.services import system as services_system
    from tocsin.lifelines.services.networks import import_network
    from tocsin.sensing.devices.rules import NewDevice, NewSensor
    from tocsin.sensing.devices.services.registering import register_many

    actor = services_system.system_actor()
    for number, body in enumerate(services_start.ensure_organisations(REGION).values()):
        services_points.add_contact_point(
            actor=actor, organisation_id=body.pk, kind="sms", address=f"1390000{number:04d}", order=1
        )
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


def _raise_and_watch(folder: str, url: str, count: int) -> tuple[dict[str, float], dict[str, float], float]:
    """Writes the alarms evenly within a second and watches, all along, of which cases a notice has been handed over.

    Returns by case number when its alarm was written and when somebody was told (machine times in seconds since 1970), and how
    many seconds after the first alarm no owner waited for an order any more.
    """
    _open(folder, url)
    from django.apps import apps
    from django.db.models import Q

    alarm, case = apps.get_model("warning.Alarm"), apps.get_model("command.Case")
    sensors = list(apps.get_model("sensing.Sensor").objects.order_by("index"))
    began, written, handed, waiting = time.time(), dict[Any, float](), dict[str, float](), dict[Any, str]()
    newest, start = None, 0
    while len(handed) < count and time.time() < began + LONGEST_S:
        if start < count and time.time() >= began + start / count:
            rows = [_alarm(alarm, one) for one in sensors[start : start + PART]]
            alarm.objects.bulk_create(rows)
            written |= {row.pk: time.time() for row in rows}
            start += PART
        waiting |= dict(case.objects.filter(**({"pk__gt": newest} if newest else {})).values_list("pk", "number"))
        newest = max(waiting, default=newest)
        handed_over = Q(channel="screen") | Q(fate__in=("sent", "delivered"))  # a screen shows what is there
        sendings = apps.get_model("notices.Sending").objects.filter(handed_over, notice__subject_id__in=list(waiting))
        for pk in set(sendings.order_by().values_list("notice__subject_id", flat=True)):
            handed[waiting.pop(pk)] = time.time()
        time.sleep(LOOK_S / 2 if start < count else LOOK_S)
    while case.objects.filter(dispatch_due=True).exists() and time.time() < began + LONGEST_S:
        time.sleep(0.1)
    ordered_s = time.time() - began
    time.sleep(12)  # summaries
    numbers = dict(alarm.objects.exclude(case_number="").values_list("pk", "case_number"))
    return {numbers[pk]: at for pk, at in written.items() if pk in numbers}, handed, ordered_s


def _alarm(model: Any, sensor: Any) -> Any:
    from django.utils import timezone

    from tocsin.base.ids import new_id
    from tocsin.warning.alarms.rules.states import AlarmState

    now = timezone.now()
    return model(
        id=new_id(),
        sensor=sensor,
        rule="high",
        quantity="methane",
        region_code=REGION,
        lon=sensor.lon,
        lat=sensor.lat,
        state=AlarmState.ACTIVE_UNACKNOWLEDGED,
        level=4,
        peak_level=4,
        value=60.0,
        limit=50.0,
        raised_at=now,
        updated_at=now,
        count=1,
    )


def _work(loop: str, folder: str, url: str, stop: Event, ready: Event, longest: "SynchronizedArray[float]") -> None:
    """One loop of the worker in a process of its own; keeps the time of the longest transaction."""
    _open(folder, url)
    from tocsin.bus.loops.driver import run_loops
    from tocsin.command.gathering.loops import GATHER as GATHER_ROW
    from tocsin.command.gathering.services import placement as gathering
    from tocsin.notices.sending.loops import SEND_NOTICES
    from tocsin.notices.sending.services import outbox as sending

    for module in (gathering, sending):
        module.in_one_transaction = _timed(module.in_one_transaction, longest)  # type: ignore[attr-defined]

    async def until_stopped() -> None:
        row = GATHER_ROW if loop == GATHER else SEND_NOTICES
        task = asyncio.create_task(run_loops([row], None))
        ready.set()
        while not stop.is_set():
            await asyncio.sleep(0.2)
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task

    asyncio.run(until_stopped())


def _timed(real: Callable[[Any], Any], longest: "SynchronizedArray[float]") -> Callable[[Any], Any]:
    def within(work: Any) -> Any:
        def timed() -> Any:  # the work without the wait for another process that holds the database
            from django.db import connection

            connection.ensure_connection()
            began, worked = time.perf_counter(), time.thread_time()
            done = work()
            longest[0] = max(longest[0], time.perf_counter() - began)
            longest[1] = max(longest[1], time.thread_time() - worked)
            return done

        return real(timed)

    return within


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
