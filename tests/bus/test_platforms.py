"""What a lower level publishes on the bus arrives once, in order and with its reasons, whatever dies in between."""

import json
import os
import subprocess
import sys

from tests.bus.running import RunningBus
from tests.databases import copy_into

# In a process of its own, on a database in a file as in service (as in test_relay.py).
STORY = """
import asyncio, dataclasses, json
from datetime import UTC, datetime, timedelta
import django; django.setup()
from django.conf import settings
import nats
from tocsin.bus.connection import connect
from tocsin.bus.connection import server_url
from tocsin.bus.threads import own_thread
from tocsin.bus.loops.driver import run_loops
from tocsin.supervision.platforms import consumers
from tocsin.supervision.evidence.models import EvidenceRecord
from tocsin.supervision.objects.models import KeyPerson, SupervisedObject
from tocsin.supervision.platforms.models import Connector
from tocsin.supervision.posts.models import PresenceSign
from tocsin.supervision.platforms.rules import Found
from tocsin.supervision.platforms.services.trial import trial
from tocsin.supervision.platforms.queries import platforms

TABLES = '''
[city]
platform = "city"
level = "city"
region = "370213"
way = "bus"
subject = "city.work"
rows = "records"
fields = { firm = "code", at = "t", value = "v", source = "=video" }

[gates]
kind = "signs"
platform = "gates"
level = "county"
region = "370213"
way = "bus"
subject = "gates"
form = "ndjson"
fields = { firm = "code", person = "worker", at = "t", value = "in", source = "=gate" }
'''
ROWS = [dataclasses.replace(row, period_s=0.05, lease_s=0.0) for row in consumers.LOOPS if row.name == 'hear-platforms']
(settings.CONFIGURATION.data / "platforms.toml").write_text(TABLES, encoding="utf-8")
now = datetime.now(tz=UTC)
at = now.isoformat()
firm = SupervisedObject.objects.create(
    code="QC-1", kind="enterprise", name="One", trade="chemicals", region_code="370213", created_at=now
)
KeyPerson.objects.create(object=firm, name="One", post="leader", external_id="P1")

def work(value, code="QC-1"):
    stamp = (now - timedelta(seconds=value)).isoformat()
    return json.dumps({"records": [{"code": code, "t": stamp, "v": value}]}).encode()

def look():
    states = {one.name: [one.taken, one.known, one.refused, bool(one.last_error)] for one in Connector.objects.all()}
    values = [int(one.value) for one in EvidenceRecord.objects.order_by("-stamped_at")]
    return states, values, PresenceSign.objects.count()

async def until(run, wanted):
    for _ in range(1200):
        told = await run(look)
        if wanted(*told):
            return told
        await asyncio.sleep(0.05)
    raise AssertionError(await run(look))

async def story():
    lower = await nats.connect(server_url())  # another level's program, which knows nothing of Tocsin
    log = lower.jetstream()
    told = {}
    async with own_thread("test") as run, await connect() as connection:
        living = asyncio.create_task(run_loops(ROWS, connection))
        await log.publish("platforms.city.work", b"{")  # nothing that can be read, and first of all
        await log.publish("platforms.city.work", work(1))
        await log.publish("platforms.gates", json.dumps({"code": "QC-1", "worker": "P1", "t": at, "in": 1}).encode())
        await log.publish("platforms.elsewhere", work(9))
        told["heard"] = await until(run, lambda states, values, signs: values == [1] and signs == 1)
        living.cancel()  # the worker dies
        await asyncio.gather(living, return_exceptions=True)
        await log.publish("platforms.city.work", work(2))
        await log.publish("platforms.city.work", work(2, "nobody"))
        living = asyncio.create_task(run_loops(ROWS, connection))
        told["resumed"] = await until(run, lambda states, values, signs: values == [1, 2] and states["city"][2] == 1)
        killed = consumers.take_message
        failures = iter([RuntimeError("the database is away")])
        def breaks(**given):
            for error in failures:
                raise error
            return killed(**given)
        consumers.take_message = breaks
        await log.publish("platforms.city.work", work(3))
        told["after_a_failure"] = await until(run, lambda states, values, signs: values == [1, 2, 3])
        living.cancel()
    await lower.close()
    return told

told = asyncio.run(story())
told["trial"] = [step.found.value for step in trial("city", platforms()["city"], now=now)]
print(json.dumps(told))
"""


def test_platforms_are_heard_on_the_bus(bus: RunningBus) -> None:
    environment = {
        **os.environ,
        "TOCSIN_DATA": str(copy_into(bus.data)),
        "DATABASE_URL": "",
        "DJANGO_SETTINGS_MODULE": "tocsin.portal.settings",
    }
    done = subprocess.run([sys.executable, "-c", STORY], env=environment, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    states, values, signs = told["heard"]
    assert (values, signs) == ([1], 1), "what lies on another subject is not read"
    assert states["gates"] == [1, 0, 0, False]
    states, values, _signs = told["resumed"]
    assert states["city"][:3] == [2, 0, 1], "each message once, from where reading ended"
    assert told["after_a_failure"][1] == [1, 2, 3]
    assert told["trial"] == ["good", "good"]
