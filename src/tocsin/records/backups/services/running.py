"""What a run writes of itself, from a process of its own; whoever died is told by the next round."""

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import IntegrityError, transaction

from tocsin.jurisdiction.areas.rules.codes import EVERYWHERE
from tocsin.jurisdiction.face import system_actor
from tocsin.records.audit.services import record_audit
from tocsin.records.backups import queries
from tocsin.records.backups.models import BackupRun
from tocsin.records.backups.rules import SILENT, RunKind, RunPhase, RunState, is_due

if TYPE_CHECKING:
    from collections.abc import Mapping


@transaction.atomic
def ask_when_due(*, now: datetime) -> BackupRun | None:
    """The plan's backup, once for each of its moments; None where none is due, or one is under way."""
    plan = queries.backup_plan()
    if plan is None or not plan.is_on:
        return None
    planned = BackupRun.objects.filter(kind=RunKind.BACKUP, asked_by=None).order_by("-asked_at").first()
    if not is_due(plan.at_minute, plan.changed_at, planned.asked_at if planned else None, now):
        return None
    try:
        with transaction.atomic():
            return BackupRun.objects.create(kind=RunKind.BACKUP, state=RunState.ASKED, asked_at=now)
    except IntegrityError:
        return None


def begin_run(run_id: UUID, *, now: datetime) -> BackupRun | None:
    """The run, from now on under way; None where another process has it."""
    taken = BackupRun.objects.filter(pk=run_id, state=RunState.ASKED).update(state=RunState.RUNNING, heard_at=now)
    return BackupRun.objects.get(pk=run_id) if taken else None


def tell_phase(run_id: UUID, phase: RunPhase | None, *, now: datetime) -> None:
    """What the run does now; None: it still lives."""
    told: Mapping[str, object] = {"heard_at": now} if phase is None else {"heard_at": now, "phase": phase}
    BackupRun.objects.filter(pk=run_id, state=RunState.RUNNING).update(**told)


@transaction.atomic
def end_run(run_id: UUID, *, now: datetime, problem: str = "", **told: object) -> None:
    """It went well, or what went wrong; `told`: what a backup knows of itself."""
    state = RunState.FAILED if problem else RunState.DONE
    run = BackupRun.objects.select_for_update().get(pk=run_id)
    if run.state not in queries.OPEN:
        return
    run.state, run.ended_at, run.problem = state, now, problem[:1000]
    for name, one in told.items():
        setattr(run, name, one)
    run.save()
    details = {"kind": run.kind, "folder": run.folder, "problem": run.problem}
    record_audit(system_actor(), f"backup.{state.value}", "backup", run.pk, EVERYWHERE, details)


def end_silent_runs(*, now: datetime) -> None:
    """Runs of which nothing is heard any more have failed: their process or their machine died."""
    for run in queries.open_runs():
        if run.state == RunState.RUNNING and run.heard_at is not None and now - run.heard_at > SILENT:
            end_run(run.pk, now=now, problem="its process ended before it was done")


@transaction.atomic
def note_gone(run_id: UUID, *, now: datetime) -> None:
    """Its folder was let go."""
    run = BackupRun.objects.get(pk=run_id)
    BackupRun.objects.filter(pk=run_id).update(gone_at=now)
    record_audit(system_actor(), "backup.let_go", "backup", run.pk, EVERYWHERE, {"folder": run.folder})
