"""Words for people about backups: the plan, runs with their progress, restores that were tried."""

from datetime import datetime
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy
from ninja import Field, Schema

from tocsin.records.backups.rules import RunKind, RunPhase, RunState

if TYPE_CHECKING:
    from tocsin.records.backups.models import BackupPlan, BackupRun
    from tocsin.records.backups.queries import Recipients

KIND_NAMES: Final[dict[RunKind, Promise]] = {
    RunKind.BACKUP: pgettext_lazy("run of backups", "backup"),
    RunKind.REHEARSAL: pgettext_lazy("run of backups", "restore tried"),
}
STATE_NAMES: Final[dict[RunState, Promise]] = {
    RunState.ASKED: pgettext_lazy("run of backups", "waits"),
    RunState.RUNNING: pgettext_lazy("run of backups", "under way"),
    RunState.DONE: pgettext_lazy("run of backups", "done"),
    RunState.FAILED: pgettext_lazy("run of backups", "failed"),
}
PHASE_NAMES: Final[dict[RunPhase, Promise]] = {
    RunPhase.DATABASE: pgettext_lazy("run of backups", "copies the database"),
    RunPhase.FILES: pgettext_lazy("run of backups", "copies files"),
    RunPhase.LOG: pgettext_lazy("run of backups", "copies the log"),
    RunPhase.SEALING: pgettext_lazy("run of backups", "seals"),
    RunPhase.CHECKING: pgettext_lazy("run of backups", "reads every byte"),
    RunPhase.UNPACKING: pgettext_lazy("run of backups", "brings it back"),
    RunPhase.TRAIL: pgettext_lazy("run of backups", "proves the audit trail"),
}
_BADGES: Final = {RunState.DONE: "good", RunState.FAILED: "red"}


class BackupPlanOut(Schema):
    """When, where to and for whom backups are taken."""

    on: bool
    at: str = Field(description="local time of the day, HH:MM")
    folder: str
    keep: int
    recipients: list[str] = Field(description="public keys of age for which backups are sealed; empty: in clear")
    recipients_fixed: bool = Field(description="the environment names them (TOCSIN_BACKUP_RECIPIENTS), and wins")
    changed_at: datetime
    changed_by: str


class BackupRunOut(Schema):
    """A backup, or a restore that was tried."""

    id: UUID
    kind: str
    kind_name: str
    state: str
    state_name: str
    phase_name: str
    badge: str
    asked_at: datetime
    asked_by: str = Field(description="empty: the plan")
    ended_at: datetime | None
    folder: str
    sealed: bool
    files: int
    size_bytes: int
    sha256: str
    problem: str
    note: str
    elsewhere: bool
    gone_at: datetime | None


def clock_words(minute: int) -> str:
    """A minute of the day as `HH:MM`."""
    return f"{minute // 60:02d}:{minute % 60:02d}"


def describe_plan(plan: "BackupPlan", recipients: "Recipients") -> BackupPlanOut:
    """The plan with whoever opens its backups."""
    return BackupPlanOut(
        on=plan.is_on,
        at=clock_words(plan.at_minute),
        folder=plan.folder,
        keep=plan.keep,
        recipients=list(recipients.keys),
        recipients_fixed=recipients.fixed,
        changed_at=plan.changed_at,
        changed_by=str(plan.changed_by),
    )


def describe_run(run: "BackupRun") -> BackupRunOut:
    """One run in the reader's language."""
    state = RunState(run.state)
    busy = state is RunState.RUNNING and run.phase
    return BackupRunOut(
        id=run.pk,
        kind=run.kind,
        kind_name=str(KIND_NAMES[RunKind(run.kind)]),
        state=run.state,
        state_name=str(STATE_NAMES[state]),
        phase_name=str(PHASE_NAMES[RunPhase(run.phase)]) if busy else "",
        badge=_BADGES.get(state, ""),
        asked_at=run.asked_at,
        asked_by=str(run.asked_by) if run.asked_by else "",
        ended_at=run.ended_at,
        folder=run.folder,
        sealed=run.sealed,
        files=run.files,
        size_bytes=run.size_bytes,
        sha256=run.sha256,
        problem=run.problem,
        note=_("on another machine: %(note)s") % {"note": run.note} if run.elsewhere else run.note,
        elsewhere=run.elsewhere,
        gone_at=run.gone_at,
    )
