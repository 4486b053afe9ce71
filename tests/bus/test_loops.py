"""The driver of loops: woken by what commits, not by what is rolled back; begun anew; leased; told of when failing."""

import asyncio
import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from tests.bus.running import RunningBus
from tocsin.bus.loops import lane as lane_module
from tocsin.bus.loops import leases, standing
from tocsin.bus.loops.lane import Lane
from tocsin.bus.loops.standing import Health, Standing, health_of
from tocsin.bus.models import LoopLease, LoopState

NOW = datetime(2026, 1, 5, tzinfo=UTC)

# In a process of its own, on a database in a file as in service (as in test_relay.py).
STORY = """
import asyncio, json, time
import django; django.setup()
from django.core.management import call_command
from django.db import transaction
from tocsin.bus.loops import BusLoop, Loop
from tocsin.bus.loops import driver, standing
from tocsin.bus.models import LoopState, OutboxEvent
from asgiref.sync import sync_to_async
from contextlib import asynccontextmanager
from datetime import datetime, timedelta, UTC

call_command("migrate", "bus", verbosity=0, skip_checks=True)
driver.DEAF_S, driver.SAY_S = 60.0, 0.2
standing.FAILING_AFTER = timedelta(seconds=0.5)
driver.SHORTEST_PAUSE_S = driver.LONGEST_PAUSE_S = 0.1
rounds = {"news": [], "own": [], "due": [], "more": [], "broken": 0, "opened": 0, "closed": 0}

def event(number):
    OutboxEvent.objects.create(event_id=f"{number:032x}", recorded_at=datetime.now(UTC), name="n", version=1, data={})

def note(name):
    rounds[name].append(time.monotonic())

def write_own(*, now):
    note("own")
    event(1000 + len(rounds["own"]))

def more(*, now):
    note("more")
    return len(rounds["more"]) < 4

def due():
    return 0.3 if len(rounds["due"]) == 1 else None

def broken(*, now):
    rounds["broken"] += 1
    if rounds["broken"] < 12:
        raise ValueError("nothing fits")

@asynccontextmanager
async def opens(hands):
    rounds["opened"] += 1
    async def step():
        if rounds["opened"] == 1:
            raise ValueError("the first one breaks")
    try:
        yield step
    finally:
        rounds["closed"] += 1

ROWS = [
    Loop(name="news", work=lambda *, now: note("news"), period_s=60.0, wakes_on=("bus.OutboxEvent",), rest_s=0.01),
    Loop(name="own", work=write_own, period_s=60.0, wakes_on=("bus.OutboxEvent",), rest_s=0.01),
    Loop(name="due", work=lambda *, now: note("due"), due=due, period_s=60.0),
    Loop(name="more", work=more, period_s=60.0),
    Loop(name="broken", work=broken, period_s=0.05),
    BusLoop(name="opened", opens=opens, period_s=60.0),
]

def rolled_back():
    with transaction.atomic():
        event(1)
        transaction.set_rollback(True)

def in_savepoint():
    with transaction.atomic():
        try:
            with transaction.atomic():
                event(2)
                raise KeyError
        except KeyError:
            pass
        event(3)

async def until(holds):
    limit = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < limit, rounds
        await asyncio.sleep(0.02)

resting, rest = {}, driver.Running._rest

async def noted(self, wait_s):
    resting[self.row.name] = self
    try:
        return await rest(self, wait_s)
    finally:
        del resting[self.row.name]

driver.Running._rest = noted

async def quiet():
    # both rest, and nothing that was committed so far has woken them
    await until(lambda: all(name in resting and not resting[name]._woken.is_set() for name in ("news", "own")))

async def story():
    told, seen = [], []
    running = asyncio.create_task(driver.run_loops(ROWS, None, tell=lambda one: told.append([one.name, one.failures > 0])))
    await until(lambda: rounds["own"] and rounds["news"])
    await quiet()
    seen.append(len(rounds["news"]))
    await sync_to_async(rolled_back)()
    await quiet()
    seen.append(len(rounds["news"]))
    own = len(rounds["own"])
    began = time.monotonic()
    await sync_to_async(in_savepoint)()
    await until(lambda: len(rounds["news"]) > seen[-1] and len(rounds["own"]) > own)
    late = rounds["news"][seen[-1]] - began
    await quiet()
    seen.append(len(rounds["news"]))
    await until(lambda: len(told) == 2 and rounds["opened"] == 2 and len(rounds["due"]) == 2 and len(rounds["more"]) == 4)
    rows = {}
    while len(rows) < len(ROWS):
        rows = {one.name: one.failures async for one in LoopState.objects.all()}
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    return {
        "seen": seen, "late": late, "own": [own, len(rounds["own"])], "due": len(rounds["due"]), "more": len(rounds["more"]),
        "told": told, "opened": rounds["opened"], "closed": rounds["closed"], "rows": rows,
        "left": await LoopState.objects.acount(),
    }

print(json.dumps(asyncio.run(story())))
"""


@pytest.mark.one_database
def test_loops_are_woken_by_commits_begun_anew_and_told_of(bus: RunningBus) -> None:
    environment = {
        **os.environ,
        "TOCSIN_DATA": str(bus.data),
        "DATABASE_URL": "",
        "DJANGO_SETTINGS_MODULE": "tocsin.portal.settings",
    }
    done = subprocess.run([sys.executable, "-c", STORY], env=environment, capture_output=True, text=True, timeout=90)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    first, after_rollback, after_commit = told["seen"]
    assert after_rollback == first, "what is rolled back is no news"
    assert after_commit > first, "what a later statement of the transaction wrote is news, though a savepoint was rolled back"
    assert told["late"] < 10, "each looks by itself every minute"
    assert told["own"] == [1, 2], "a loop does not wake itself"
    assert told["due"] == 2
    assert told["more"] == 4, "again at once while more waits"
    assert told["told"] == [["broken", True], ["broken", False]], "once when it keeps failing, once when it works again"
    assert (told["opened"], told["closed"]) == (2, 2), "begun anew after a failure, closed each time"
    assert told["rows"].keys() == {"news", "own", "due", "more", "broken", "opened"}
    assert told["left"] == 0, "a worker that ends in good order leaves no rows"


@pytest.mark.parametrize(
    ("failures", "since_s", "waits", "health"),
    [
        (0, None, False, Health.GOOD),
        (0, None, True, Health.WAITING),
        (1, 0, False, Health.STUMBLED),
        (2, 300, False, Health.STUMBLED),
        (3, 29, False, Health.STUMBLED),
        (3, 30, False, Health.FAILING),
    ],
)
def test_how_a_loop_stands(failures: int, since_s: int | None, waits: bool, health: Health) -> None:
    since = None if since_s is None else NOW - timedelta(seconds=since_s)
    assert health_of(failures=failures, failing_since=since, waits=waits, now=NOW) is health


@pytest.mark.django_db
def test_a_lease_is_held_by_one_living_worker() -> None:
    here = leases.worker_name()
    assert leases.take_lease("relay", holder=here, lease_s=10)
    assert leases.take_lease("relay", holder=here, lease_s=10), "its holder may take it again"
    assert not leases.take_lease("relay", holder="elsewhere:1", lease_s=10)
    assert leases.renew_leases(["relay"], holder="elsewhere:1", lease_s=10) == {"relay"}
    LoopLease.objects.update(until=timezone.now())
    assert leases.take_lease("relay", holder="elsewhere:1", lease_s=10), "its time was over"
    LoopLease.objects.update(holder=f"{here.rpartition(':')[0]}:999999999", until=timezone.now() + timedelta(hours=1))
    assert leases.take_lease("relay", holder=here, lease_s=10), "its holder was a process of this machine and is dead"
    leases.give_back(here)
    assert leases.take_lease("relay", holder="elsewhere:1", lease_s=10)


@pytest.mark.django_db
def test_a_silent_worker_is_shown_as_silent_and_then_forgotten() -> None:
    standing.write_standings("a:1", [Standing("relay", 1.0)])
    standing.write_standings("a:1", [Standing("relay", 2.0)])
    now = timezone.now()
    [shown] = standing.loops_shown(now=now)
    assert (shown.health, shown.period_s) == (Health.GOOD, 2.0)
    [shown] = standing.loops_shown(now=now + timedelta(minutes=2))
    assert shown.health is Health.SILENT
    LoopState.objects.update(said_at=now - timedelta(minutes=11))
    standing.write_standings("b:1", [])
    assert not standing.loops_shown(now=now)


def test_what_is_urgent_goes_first_and_holds_up_nobody_for_long(monkeypatch: pytest.MonkeyPatch) -> None:
    """Woken at one moment: the others begin when it is done, those that came between too, and no later than `LONGEST_S`."""
    story: list[str] = []

    async def play(takes_s: float) -> None:
        lane, woken = Lane(), asyncio.Event()

        async def urgent() -> None:
            await woken.wait()
            with lane.taken():
                await asyncio.sleep(takes_s)
                story.append("urgent")

        async def other() -> None:
            await woken.wait()
            await lane.free()
            story.append("other")

        tasks = [asyncio.create_task(one()) for one in (other, urgent, other)]
        await asyncio.sleep(0)
        woken.set()
        await asyncio.gather(*tasks)
        await lane.free()  # at once: nothing is under way

    asyncio.run(play(0.01))
    assert story == ["urgent", "other", "other"]
    story.clear()
    monkeypatch.setattr(lane_module, "LONGEST_S", 0.01)
    asyncio.run(play(0.2))
    assert story == ["other", "other", "urgent"]
