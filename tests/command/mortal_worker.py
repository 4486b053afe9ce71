"""A worker that dies: a drill's script, clocks and a started plan, minute by minute on a clock that stands.

`python -m tests.command.mortal_worker SEED` plays the day twice from one beginning and prints what stands then as JSON:
undisturbed, and in many lives, each a fork that is killed (SIGKILL) before a statement that would write; which, the seed says.
"""

import asyncio
import json
import os
import random
import re
import shutil
import signal
import sys
import threading
import traceback
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.db import connection, connections  # noqa: E402
from django.db.backends.signals import connection_created  # noqa: E402

from tests.people import LICANG, make_person  # noqa: E402
from tocsin.base.errors import Conflict  # noqa: E402
from tocsin.base.levels import AlarmLevel  # noqa: E402
from tocsin.bus.loops.driver import run_loops  # noqa: E402
from tocsin.bus.models import OutboxEvent  # noqa: E402
from tocsin.bus.threads import own_thread  # noqa: E402
from tocsin.command.casebook.models import Case, CaseChange, Clock  # noqa: E402
from tocsin.command.drills import services as drills  # noqa: E402
from tocsin.command.drills.loops import DRILLS  # noqa: E402
from tocsin.command.drills.models import DrillAct  # noqa: E402
from tocsin.command.escalation.loops import CASE_CLOCKS  # noqa: E402
from tocsin.command.gathering.loops import GATHER  # noqa: E402
from tocsin.command.handling.services import handling  # noqa: E402
from tocsin.command.orders.models import Order  # noqa: E402
from tocsin.command.plans.models import PlanTask  # noqa: E402
from tocsin.command.plans.rules import TaskState  # noqa: E402
from tocsin.command.plans.services import starts as plans  # noqa: E402
from tocsin.jurisdiction.people.models import User  # noqa: E402
from tocsin.jurisdiction.people.services.start import ensure_organisations  # noqa: E402
from tocsin.notices.messages.models import Notice, Sending  # noqa: E402
from tocsin.records.audit.models import AuditEntry  # noqa: E402

START = datetime(2026, 1, 5, 1, 0, tzinfo=UTC)
MOST_DEATHS = 200
ACTS_AT = (6, 13, 16, 21, 100)
PLAN, PLAN_AT, TASK_AT = "gas_main_leak", 4.2, 22.2
MINUTES = sorted({0, 0.7, 3, 31, 46, 180, *(m for at in (*ACTS_AT, PLAN_AT, TASK_AT) for m in (at - 0.1, at))})
"""What two loops find due at one moment has no order: acts have moments of their own, at which no clock fires."""
SCRIPT = [
    {"act": "open_case", "after_min": 0, "case": "A", "title": "gas", "place": "well 3", "level": "red", "kind": "gas"},
    {"act": "unit", "after_min": ACTS_AT[0], "case": "A", "unit": "gas_company", "does": "return", "text": "not ours"},
    {"act": "say", "after_min": ACTS_AT[1], "case": "A", "who": "a passer-by", "text": "it smells"},
    {
        "act": "open_case",
        "after_min": ACTS_AT[2],
        "case": "B",
        "title": "water",
        "place": "street",
        "level": "orange",
        "kind": "water",
    },
    {"act": "set_level", "after_min": ACTS_AT[3], "case": "A", "level": "orange", "text": "down to 18 %LEL"},
    {"act": "end", "after_min": ACTS_AT[4]},
]


class Standing:
    """A clock that stands at the minute of the story."""

    speed = 1.0

    def __init__(self) -> None:
        self.minute = 0.0

    def now(self) -> datetime:
        return START + timedelta(minutes=self.minute)

    def now_ms(self) -> int:
        return int(self.now().timestamp() * 1000)


clock = Standing()
settings.CONFIGURATION = replace(settings.CONFIGURATION, clock=clock)  # type: ignore[arg-type]
LOOPS = [replace(row, period_s=0.01, rest_s=0.01) for row in (CASE_CLOCKS, DRILLS, GATHER)]


def prepare() -> None:
    """Licang with its bodies, an officer, a leader; a real case that nobody sees to, and a drill that begins."""
    gas = ensure_organisations(LICANG)["gas_company"]
    officer, leader = make_person("duty_officer"), make_person("shift_leader")
    handling.open_case_by_hand(actor=officer, region_code=LICANG, title="gas", place="road", level=AlarmLevel.RED, kind="gas")
    made = drills.make_drill(actor=leader, region_code=LICANG, name="morning", script=SCRIPT, organisation_ids=[gas.pk])
    drills.begin_drill(actor=leader, drill_id=made.pk)


def by_hand() -> None:
    """What people do at that minute, unless it stands: the leader starts a plan on the drill's case, the desk ends a task."""
    people = {role: User.objects.get(username=f"{role}-{LICANG}") for role in ("duty_officer", "shift_leader")}
    case = Case.objects.filter(drill__isnull=False).order_by("number").first()
    if case is None:
        return
    try:
        if clock.minute == PLAN_AT:
            plans.start_plan(actor=people["shift_leader"], case_id=case.pk, code=PLAN)
        if clock.minute == TASK_AT:
            task = PlanTask.objects.order_by("code")[0]
            plans.end_task(actor=people["duty_officer"], task_id=task.pk, state=TaskState.DONE, reason="closed")
    except Conflict:
        return  # the life before has done it


def idle() -> bool:
    """Whether nothing is due at this minute."""
    now = clock.now()
    due = Clock.objects.filter(next_at__lte=now).exists() or DrillAct.objects.filter(done_at=None, due_at__lte=now).exists()
    return not due and not Case.objects.filter(dispatch_due=True).exists()


async def live(progress: int) -> None:
    """One life from the last finished minute on: the worker's own loops beside each other, and what people do."""
    async with own_thread("people") as run:
        for number in range(progress, len(MINUTES)):
            clock.minute = MINUTES[number]
            running = asyncio.create_task(run_loops(LOOPS, None))  # they ask the bus nothing
            await run(by_hand)
            while not await run(idle):
                await asyncio.sleep(0.01)
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
            written = settings.CONFIGURATION.data / "minute.new"
            written.write_text(str(number + 1))
            written.rename(written.with_suffix(""))


def one_life(progress: int, queries: int) -> int:
    """Forks a life that dies before its so manieth statement that writes (0: of age); returns how its process ended."""
    connections.close_all()
    pid = os.fork()
    if pid:
        return os.waitpid(pid, 0)[1]
    left, lock = [queries], threading.Lock()

    def count(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.startswith(("INSERT", "UPDATE", "DELETE")):
            with lock:
                left[0] -= 1
                if left[0] == 0:
                    os.kill(os.getpid(), signal.SIGKILL)
        return execute(sql, params, many, context)

    def born(sender: Any, connection: Any, **named: Any) -> None:
        connection.execute_wrappers.append(count)

    if queries:
        connection_created.connect(born, weak=False)
    try:
        asyncio.run(live(progress))
        os._exit(0)
    finally:  # whatever ends it, a life never goes on as its parent
        traceback.print_exc()
        os._exit(1)


_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


def dump() -> dict[str, Any]:
    """What stands in the database, ids aside."""

    def plain(*values: Any) -> str:
        return _ID.sub("#", " | ".join(map(str, values)))

    tasks = {str(task.pk): task.code for task in PlanTask.objects.all()}
    lines = CaseChange.objects.select_related("case").order_by("line")
    return {
        "cases": sorted(plain(one.number, one.state, one.level, one.closed_at) for one in Case.objects.all()),
        "lines": sorted(plain(one.case.number, one.at, one.act, one.actor_id, one.text, one.figures) for one in lines),
        "line numbers": [one.line for one in lines],
        "clocks": sorted(
            plain(
                one.case.number, one.step, tasks.get(one.subject, one.subject), one.stage, one.next_at, one.met_at, one.stopped_at
            )
            for one in Clock.objects.select_related("case")
        ),
        "tasks": sorted(plain(one.code, one.state, one.due_at, one.organisation) for one in PlanTask.objects.all()),
        "acts": [plain(one.number, one.due_at, one.done_at, one.refused) for one in DrillAct.objects.order_by("number")],
        "orders": sorted(plain(one.case.number, one.unit, one.role, one.state) for one in Order.objects.all()),
        "notices": sorted(
            plain(one.subject_label, one.organisation, one.person, one.purpose, one.why, one.written_at, one.drill)
            for one in Notice.objects.all()
        ),
        "sendings": sorted(
            plain(one.notice.purpose, one.channel, one.address) for one in Sending.objects.select_related("notice")
        ),
        "audit": sorted(Counter(AuditEntry.objects.values_list("action", flat=True)).items()),
        "news": sorted(Counter(OutboxEvent.objects.values_list("name", flat=True)).items()),
    }


def play(seed: int) -> dict[str, Any]:
    """The whole day; seed 0 kills nobody."""
    chance, deaths, progress = random.Random(seed), 0, 0
    file = settings.CONFIGURATION.data / "minute"
    file.unlink(missing_ok=True)
    while progress < len(MINUTES):
        ended = one_life(progress, chance.randint(1, chance.choice((40, 600))) if seed else 0)
        if os.WIFSIGNALED(ended):
            deaths += 1
            if deaths > MOST_DEATHS:
                raise SystemExit(f"no life gets past minute {MINUTES[progress]}")
        elif os.WEXITSTATUS(ended):
            raise SystemExit("a life ended by itself")
        progress = int(file.read_text()) if file.exists() else 0
    found = {"deaths": deaths, **dump()}
    connections.close_all()
    return found


def main(seed: int) -> None:
    """From one beginning both days."""
    database, beginning = Path(settings.DATABASES["default"]["NAME"]), settings.CONFIGURATION.data / "beginning"
    prepare()
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connections.close_all()
    shutil.copy(database, beginning)
    undisturbed = play(0)
    for leftover in database.parent.glob(f"{database.name}*"):
        leftover.unlink()
    shutil.copy(beginning, database)
    print(json.dumps([undisturbed, play(seed)]))


if __name__ == "__main__":
    main(int(sys.argv[1]))
