"""The plan, its runs, and how the newest ones stand."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from django.conf import settings

from tocsin.records.backups.models import BackupPlan, BackupRun
from tocsin.records.backups.rules import RunKind, RunState

SHOWN: Final = 30
OPEN: Final = (RunState.ASKED, RunState.RUNNING)


@dataclass(frozen=True)
class Recipients:
    """For whom backups are sealed; `fixed`: the environment says so, and wins."""

    keys: tuple[str, ...]
    fixed: bool


def backup_plan() -> BackupPlan | None:
    """The plan; None where none was entered."""
    return BackupPlan.objects.select_related("changed_by").filter(pk=1).first()


def recipients() -> Recipients:
    """Those of `TOCSIN_BACKUP_RECIPIENTS`, or else of the plan; none: backups are in clear."""
    if named := settings.CONFIGURATION.backup_recipients:
        return Recipients(named, fixed=True)
    plan = backup_plan()
    return Recipients(tuple(plan.recipients) if plan else (), fixed=False)


def newest_runs() -> list[BackupRun]:
    """The newest runs, newest first."""
    return list(BackupRun.objects.select_related("asked_by")[:SHOWN])


def open_runs() -> list[BackupRun]:
    """Runs that are asked for or under way, the oldest first."""
    return list(BackupRun.objects.filter(state__in=OPEN).order_by("asked_at"))


def newest_done(kind: RunKind) -> BackupRun | None:
    """The newest that went well; of backups one whose folder is still there."""
    found = BackupRun.objects.select_related("asked_by").filter(kind=kind, state=RunState.DONE)
    return found.filter(gone_at=None).first() if kind is RunKind.BACKUP else found.first()


def kept_backups() -> list[BackupRun]:
    """Backups that the product took and whose folders it keeps, newest first."""
    return list(BackupRun.objects.filter(kind=RunKind.BACKUP, state=RunState.DONE, gone_at=None))


def problem_of_folder(folder: str) -> str:
    """Why backups can't be written there, as a code; empty where they can: `relative`, `inside`, `absent`, `closed`."""
    path = Path(folder)
    if not path.is_absolute():
        return "relative"
    path = path.resolve()
    data = Path(settings.CONFIGURATION.data)
    if path.is_relative_to(data) or data.is_relative_to(path):
        return "inside"
    if not path.is_dir():
        return "absent"
    return "" if os.access(path, os.W_OK | os.X_OK) else "closed"
