"""Somebody who writes all the time: people, readings, history and a file, each acknowledged with its moment.

Run as a program until its standard input ends. Prints `NAME MOMENT NUMBER` once a write is acknowledged.
"""

import asyncio
import os
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.db import transaction  # noqa: E402

from tocsin.bus.connection import connect  # noqa: E402
from tocsin.engine.columns import Readings  # noqa: E402
from tocsin.jurisdiction.people.models import User  # noqa: E402
from tocsin.jurisdiction.people.services import system as services  # noqa: E402
from tocsin.records.audit.services import record_audit  # noqa: E402
from tocsin.sensing.history.queries.table import History  # noqa: E402

stop = threading.Event()


def told(name: str, number: int) -> None:
    os.write(1, f"{name} {datetime.now(UTC).isoformat()} {number}\n".encode())  # one call: lines of threads stay whole


def write_people() -> None:
    """Each with an audit entry in its transaction, as services do."""
    number, actor = 0, services.system_actor()
    while not stop.is_set():
        with transaction.atomic():
            person = User.objects.create(username=f"person-{number}", password="!")
            record_audit(actor, "test.person", "user", person.pk, "")
        told("person", number)
        number += 1


def write_files(folder: Path) -> None:
    folder.mkdir()
    number = 0
    while not stop.wait(0.02):
        (folder / str(number)).write_bytes(b"x" * 1000)
        told("file", number)
        number += 1


async def write_readings() -> None:
    """Into the log, and a moment later into the history, as the detector does; now and then compacted."""
    history = History(settings.CONFIGURATION.data / "history")
    async with await connect() as connection:
        number = 0
        while not stop.is_set():
            readings = Readings.of(sensor=[0], ts=[1_700_000_000_000 + number], value=[float(number)])
            sequence = await connection.publish_readings(readings)
            told("reading", number)
            if number % 3 == 0:
                await asyncio.to_thread(history.append, readings, version=sequence)
            if number % 50 == 49:
                await asyncio.to_thread(history.compact)
            number += 1


threads = [
    threading.Thread(target=write_people),
    threading.Thread(target=write_files, args=(settings.CONFIGURATION.data / "pictures",)),
    threading.Thread(target=asyncio.run, args=(write_readings(),)),
]
for thread in threads:
    thread.start()
sys.stdin.read()
stop.set()
for thread in threads:
    thread.join()
