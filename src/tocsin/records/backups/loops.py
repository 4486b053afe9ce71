"""Begins backups that are due or asked for, each in a process of its own, which outlives no worker and blocks none."""

import logging
import subprocess
import sys
from datetime import datetime
from uuid import UUID

from django.utils import timezone

from tocsin.bus.loops.rows import Loop
from tocsin.records.backups import queries
from tocsin.records.backups.rules import RunState
from tocsin.records.backups.services.running import ask_when_due, end_run, end_silent_runs

log = logging.getLogger(__name__)

_running: dict[str, "subprocess.Popen[bytes]"] = {}


def begin_backups(*, now: datetime) -> None:
    """Asks the plan, begins what waits, and writes down what ended without a word. By the machine's clock."""
    machine_now = timezone.now()
    for key, process in list(_running.items()):
        if process.poll() is not None:
            del _running[key]
            end_run(UUID(key), now=machine_now, problem=f"its process ended with {process.returncode}: see the log")
    end_silent_runs(now=machine_now)
    ask_when_due(now=machine_now)
    for run in queries.open_runs():
        if run.state == RunState.ASKED and not _running:
            command = [sys.executable, "-m", "tocsin.portal.cli", "backup", "--run", str(run.pk)]
            _running[str(run.pk)] = subprocess.Popen(command, stdin=subprocess.DEVNULL)  # noqa: S603 - our own command
            log.info("run %s of backups begins", run.pk)


LOOPS = (Loop(name="take-backups", work=begin_backups, period_s=5.0, wakes_on=("records.BackupRun",), lease_s=60.0),)
