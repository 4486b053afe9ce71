"""Events of recognisers from the door's keeper into sightings: how many a second are stored, and judged."""

import gc
import json
import multiprocessing
import os
import tempfile
import time
from base64 import b64encode
from concurrent.futures import ProcessPoolExecutor
from datetime import datetime, timedelta
from io import BytesIO
from typing import TYPE_CHECKING

from tocsin.base.errors import TocsinError
from tocsin.workshop.bench.postgresql import throw_away_server

if TYPE_CHECKING:
    from rich.console import Console

    from tocsin.sensing.doors.rules.handed import HandedMessage

CAMERAS, RECOGNISERS = 100, 5
A_SECOND = 500
SECONDS, QUICK_SECONDS = 40, 4
BATCH = 200  # messages, as the keeper of the doors takes them
CROP_EVERY = 5  # each fifth event brings its crop
COUNTY = "370213"


def run(console: "Console", quick: bool) -> None:
    """Prints events a second; TocsinError where one is lost or refused."""
    seconds = QUICK_SECONDS if quick else SECONDS
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=context) as process:
        console.print(process.submit(measure, None, seconds).result())
    with throw_away_server() as url:
        if url is None:
            console.print("PostgreSQL: not measured, its server is not installed (Debian: apt-get install postgresql).")
            return
        with ProcessPoolExecutor(1, mp_context=context) as process:
            console.print(process.submit(measure, url, seconds).result())


def measure(url: str | None, seconds: int) -> str:
    """Fills a database of its own, stores and judges; for a process of its own."""
    with tempfile.TemporaryDirectory(dir=os.environ.get("TOCSIN_BENCH_FOLDER")) as folder:
        os.environ.pop("DATABASE_URL", None)
        if url is not None:
            os.environ["DATABASE_URL"] = url
        os.environ["TOCSIN_DATA"] = folder
        import django

        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tocsin.portal.settings")
        django.setup()
        from django.db import connection
        from django.utils import timezone

        from tocsin.notices.face import load_contributions
        from tocsin.portal.tables import bring_tables_up_to_date

        bring_tables_up_to_date()
        load_contributions()
        now = timezone.now()
        codes = fill(now)
        messages = make_messages(codes, now, seconds)
        gc.freeze()
        load = os.getloadavg()[0]
        began = time.perf_counter()
        stored_s, judged_s, sightings = store_and_judge(messages)
        whole_s = time.perf_counter() - began
        name = "PostgreSQL" if connection.vendor == "postgresql" else "SQLite"
        count, crops = len(messages), len(messages) // CROP_EVERY
        return (
            f"[bold]Events into sightings, {name}[/bold]: {count:,} events of {CAMERAS} cameras, {crops:,} with crops, stored at "
            f"[bold]{count / stored_s:,.0f} a second[/bold] of the processor, judged at {count / judged_s:,.0f}; both together "
            f"[bold]{count / whole_s:,.0f} a second[/bold] by the clock; {sightings} sightings (load average {load:.1f} before)."
        )


def fill(now: datetime) -> list[tuple[str, str]]:
    """Cameras and the devices that tell of them: code of the device and of the camera."""
    from tocsin.jurisdiction.areas.services import ensure_regions
    from tocsin.jurisdiction.face import system_actor
    from tocsin.sensing.devices.models import Device
    from tocsin.vision.cameras.models import Camera

    ensure_regions()
    devices = [
        Device(code=f"box-{one}", region_code=COUNTY, secret_sha256="0" * 64, created_at=now) for one in range(RECOGNISERS)
    ]
    Device.objects.bulk_create(devices)
    cameras = [
        Camera(
            code=f"{COUNTY}00421310{one:06d}",
            name=f"camera {one}",
            region_code=COUNTY,
            recogniser=devices[one % RECOGNISERS],
            zones=[{"name": "all", "corners": [[0, 0], [1, 0], [1, 1], [0, 1]], "kinds": []}],
            registered_at=now,
            registered_by=system_actor(),
        )
        for one in range(1, CAMERAS + 1)
    ]
    Camera.objects.bulk_create(cameras)
    return [(one.recogniser.code if one.recogniser else "", one.code) for one in cameras]


def make_messages(codes: list[tuple[str, str]], now: datetime, seconds: int) -> "list[HandedMessage]":
    """One event a message, five a second of each camera; each tenth camera goes on for long enough to be a sighting."""
    import numpy as np
    from PIL import Image

    from tocsin.sensing.doors.rules.handed import HandedMessage

    kept = BytesIO()
    noise = np.random.default_rng(1).integers(0, 256, (160, 120, 3), dtype=np.uint8)
    Image.fromarray(noise).save(kept, "JPEG", quality=60)
    crop = b64encode(kept.getvalue()).decode()
    made = []
    began = now - timedelta(seconds=seconds + 5)
    for number in range(A_SECOND * seconds):
        device, camera = codes[number % len(codes)]
        at = began + timedelta(seconds=number / A_SECOND)
        event = {
            "camera": camera,
            "event_id": f"e{number}",
            "kind": "no_helmet",
            "at": at.isoformat(),
            "score": 0.9 if number % len(codes) % 10 == 0 else 0.55,
            "box": [0.4, 0.4, 0.1, 0.2],
            "model": "bench",
            "version": "1",
        }
        if number // len(codes) % CROP_EVERY == 0:
            event["crop"] = crop
        made.append(HandedMessage(device, "mqtt", "events", json.dumps({"events": [event]}).encode(), at))
    return made


def store_and_judge(messages: "list[HandedMessage]") -> tuple[float, float, int]:
    """Seconds of the processor for storing and for judging, and how many sightings came of it."""
    from tocsin.sensing.doors.services.traffic import keep
    from tocsin.vision.sightings.models import Recognition, Sighting

    stored = judged = 0.0
    for start in range(0, len(messages), BATCH):
        began = time.process_time()
        keep(messages[start : start + BATCH])
        stored += time.process_time() - began
        if start // BATCH % 5 == 4:
            judged += _judge(messages[start].arrived_at)
    judged += _judge(messages[-1].arrived_at + timedelta(minutes=1))
    if Recognition.objects.filter(judged=True).count() != len(messages):
        raise TocsinError(f"{len(messages)} events were sent, {Recognition.objects.filter(judged=True).count()} were judged")
    return stored, judged, Sighting.objects.count()


def _judge(now: datetime) -> float:
    from tocsin.vision.sightings.services.judging import judge_events

    began = time.process_time()
    while judge_events(now=now):
        pass
    return time.process_time() - began
