"""Events go from the outbox to the log: in order, at least once, within 50 ms, and only when their transaction commits."""

import json
import os
import subprocess
import sys
from statistics import median

from tests.bus.running import RunningBus
from tests.databases import copy_into

# In a process of its own, on a database in a file as in service: the tests' own database lies in a shared memory cache, where
# SQLite locks whole tables between threads.
STORY = """
import asyncio, json, time
from typing import ClassVar
import django; django.setup()
import msgspec
from asgiref.sync import sync_to_async
from django.db import transaction
from tocsin.bus.connection import connect
from tocsin.bus.streams import EVENTS
from tocsin.bus.envelope import decode_event
from tocsin.bus.models import OutboxEvent
from tocsin.bus.loops.driver import run_loops
from tocsin.bus.relay import LOOPS
from tocsin.bus.services import record_event

class Rung(msgspec.Struct, frozen=True):
    VERSION: ClassVar[int] = 2
    number: int

Rung.__module__ = "tocsin.bells.events"

def record(number):
    record_event(Rung(number=number), region="370213")

def record_and_roll_back():
    with transaction.atomic():
        record(99)
        transaction.set_rollback(True)

async def story():
    seen, delays = [], []
    async with await connect() as connection:
        relaying = asyncio.create_task(run_loops(LOOPS, connection))
        log = connection.read_log(EVENTS, 1)
        await sync_to_async(record_and_roll_back)()
        for number in range(15):
            await sync_to_async(record)(number)
            began = time.perf_counter()
            entries = await asyncio.wait_for(anext(log), 60)
            delays.append(time.perf_counter() - began)
            event = decode_event(entries[0][1])
            seen.append([event.name, event.version, event.region, event.data["number"]])
        limit = time.monotonic() + 60
        while await OutboxEvent.objects.aexists() and time.monotonic() < limit:
            await asyncio.sleep(0.02)
        relaying.cancel()
    return {"seen": seen, "delays": delays, "left": await OutboxEvent.objects.acount()}

print(json.dumps(asyncio.run(story())))
"""


def test_events_are_relayed_in_order_and_quickly(bus: RunningBus) -> None:
    environment = {
        **os.environ,
        "TOCSIN_DATA": str(copy_into(bus.data)),
        "DATABASE_URL": "",
        "DJANGO_SETTINGS_MODULE": "tocsin.portal.settings",
    }
    done = subprocess.run([sys.executable, "-c", STORY], env=environment, capture_output=True, text=True, timeout=90)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["seen"] == [["bells.Rung", 2, "370213", number] for number in range(15)]
    assert told["left"] == 0, "what the log has is forgotten here"
    assert median(told["delays"]) < 1.0, "aimed at 0.05 s; who is not woken looks every 2 s"
