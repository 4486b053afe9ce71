"""A process is killed for real while it asks many firms about a warning: the next one asks the rest, and nobody twice."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.databases import ROOT, copy_into

FIRMS = 90
BEGIN = """
import os, signal
import django
django.setup()
from django.utils import timezone
from tocsin.mobilisation.incoming_warnings.models import IncomingWarning, WarningDemand
from tocsin.mobilisation.incoming_warnings.services import joining
from tocsin.notices.messages.models import Notice
from tocsin.supervision.tasks.models import Task
from tocsin.workshop.bench import incoming_warnings as many
def state():
    firms = WarningDemand.objects.filter(who="firm")
    tasks = Task.objects.filter(pk__in=firms.values("task_id"))
    notices = Notice.objects.values("key").distinct()
    return firms.count(), firms.values("object").distinct().count(), tasks.count(), notices.count()
"""

KILLED = (
    BEGIN
    + f"""
def write_some_and_die(items, write, *, first):
    done = joining_in_batches(items[:100], write, first=first)  # desks and owners of sensors stand before firms
    os.kill(os.getpid(), signal.SIGKILL)
joining_in_batches, joining.in_batches = joining.in_batches, write_some_and_die
many.fill({FIRMS}, 200)
many.ask({FIRMS})
"""
)

TAKEN_UP = (
    BEGIN
    + """
print(*state(), Notice.objects.count())
joining.join_warnings(now=timezone.now())
print(*state(), Notice.objects.count(), IncomingWarning.objects.filter(to_join=True).count())
joining.join_warnings(now=timezone.now())
print(*state(), Notice.objects.count())
"""
)


def run(script: str, folder: Path) -> "subprocess.CompletedProcess[str]":
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("TOCSIN_", "DATABASE_URL"))}
    told = {"TOCSIN_DATA": str(folder), "DJANGO_SETTINGS_MODULE": "tocsin.portal.settings"}
    command = [sys.executable, "-c", script]
    return subprocess.run(command, env={**kept, **told}, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)


@pytest.mark.timeout(300)
def test_who_was_not_asked_when_the_process_was_killed_is_asked_by_the_next(tmp_path: Path) -> None:
    folder = copy_into(tmp_path / "city")
    killed = run(KILLED, folder)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    after = run(TAKEN_UP, folder)
    assert after.returncode == 0, after.stderr
    before, taken_up, again = ([int(one) for one in line.split()] for line in after.stdout.splitlines())
    assert 0 < before[0] < FIRMS
    assert before[3] == before[4], "what is written tells each once"
    assert taken_up[:3] == [FIRMS, FIRMS, FIRMS]
    assert taken_up[3] == taken_up[4]
    assert taken_up[5] == 0
    assert again == taken_up[:5]
