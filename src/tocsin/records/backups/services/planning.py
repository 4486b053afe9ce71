"""The plan of backups as an administrator enters it, and runs that are asked for."""

from datetime import datetime
from typing import TYPE_CHECKING, Final

import pyrage
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from tocsin.base.errors import Conflict, InvalidInput
from tocsin.jurisdiction.areas.rules.codes import EVERYWHERE
from tocsin.jurisdiction.face import require
from tocsin.records.audit.services import record_audit
from tocsin.records.backups import queries
from tocsin.records.backups.models import BackupPlan, BackupRun
from tocsin.records.backups.rules import RunKind, RunState

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User

MOST_KEPT: Final = 400
MOST_RECIPIENTS: Final = 10
DAY_MIN: Final = 24 * 60


@transaction.atomic
def enter_backup_plan(
    *, actor: "User", on: bool, at_minute: int, folder: str, keep: int, recipients: tuple[str, ...], now: datetime
) -> BackupPlan:
    """When, where to, how many are kept, and for whose keys they are sealed.

    `at_minute`: minutes after local midnight. InvalidInput says what can't be, and how to mend a folder.
    """
    require(actor, "system.see", EVERYWHERE)
    if not 0 <= at_minute < DAY_MIN:
        raise InvalidInput(_("A time of the day is from 00:00 to 23:59."))
    if not 1 <= keep <= MOST_KEPT:
        raise InvalidInput("From 1 to %(most)s backups are kept.", most=MOST_KEPT)
    keys = tuple(dict.fromkeys(one.strip() for one in recipients if one.strip()))
    _check_recipients(keys)
    _check_folder(folder.strip())
    before = queries.backup_plan()
    plan = before or BackupPlan(pk=1)
    told = {"on": on, "at_minute": at_minute, "folder": folder.strip(), "keep": keep, "recipients": list(keys)}
    plan.is_on, plan.at_minute, plan.folder, plan.keep, plan.recipients = on, at_minute, folder.strip(), keep, list(keys)
    plan.changed_at, plan.changed_by = now, actor
    plan.save()
    record_audit(actor, "backup.planned", "backup", "plan", EVERYWHERE, told)
    return plan


@transaction.atomic
def ask_for_backup(*, actor: "User", now: datetime) -> BackupRun:
    """One at once, into the plan's folder. InvalidInput where no folder was entered, Conflict where one is under way."""
    require(actor, "system.see", EVERYWHERE)
    plan = queries.backup_plan()
    if plan is None:
        raise InvalidInput(_("Enter first where backups go."))
    _check_folder(plan.folder)
    return _begin(actor, RunKind.BACKUP, "", now)


@transaction.atomic
def ask_for_rehearsal(*, actor: "User", now: datetime) -> BackupRun:
    """The newest backup is brought back into a scratch folder, looked through and let go again.

    InvalidInput where there is none, or where it is sealed: its key is not on this machine, and must not be.
    """
    require(actor, "system.see", EVERYWHERE)
    newest = queries.newest_done(RunKind.BACKUP)
    if newest is None:
        raise InvalidInput(_("There is no backup yet that could be brought back."))
    if newest.sealed:
        raise InvalidInput(_("It is sealed, and its private key is not on this machine: try it elsewhere, and enter that here."))
    return _begin(actor, RunKind.REHEARSAL, newest.folder, now)


@transaction.atomic
def enter_rehearsal(*, actor: "User", folder: str, minutes: int, note: str, now: datetime) -> BackupRun:
    """A restore that was tried on another machine; it counts as the last one that was tried.

    `minutes`: how long it took. InvalidInput where nothing is said of how it was tried.
    """
    require(actor, "system.see", EVERYWHERE)
    if not 1 <= minutes <= 7 * DAY_MIN or not note.strip():
        raise InvalidInput(_("Say how many minutes it took, and on which machine and by whom it was looked through."))
    told = f"{minutes} min · {note.strip()}"[:300]
    made = BackupRun.objects.create(
        **{"kind": RunKind.REHEARSAL, "state": RunState.DONE, "asked_at": now, "ended_at": now, "asked_by": actor},
        **{"folder": folder.strip()[:600], "elsewhere": True, "note": told},
    )
    record_audit(actor, "backup.tried_elsewhere", "backup", made.pk, EVERYWHERE, {"folder": made.folder, "note": told})
    return made


def _begin(actor: "User", kind: RunKind, folder: str, now: datetime) -> BackupRun:
    try:
        with transaction.atomic():
            made = BackupRun.objects.create(kind=kind, state=RunState.ASKED, asked_at=now, asked_by=actor, folder=folder)
    except IntegrityError:
        raise Conflict(_("One is under way already.")) from None
    record_audit(actor, "backup.asked", "backup", made.pk, EVERYWHERE, {"kind": kind.value})
    return made


def _check_recipients(keys: tuple[str, ...]) -> None:
    if len(keys) > MOST_RECIPIENTS:
        raise InvalidInput("%(most)s recipients at most.", most=MOST_RECIPIENTS)
    for one in keys:
        if one.upper().startswith("AGE-SECRET-KEY"):
            raise InvalidInput(_("This is a private key, which must never come here: make another, and enter its public key."))
        try:
            pyrage.x25519.Recipient.from_str(one)
        except pyrage.RecipientError:
            raise InvalidInput("“%(given)s” is no public key of age; one begins with age1.", given=one[:70]) from None


def _check_folder(folder: str) -> None:
    match queries.problem_of_folder(folder):
        case "relative":
            raise InvalidInput(_("Name the folder from the root on, such as /backup/tocsin."))
        case "inside":
            raise InvalidInput(_("A backup beside the data dies with it: name a folder outside, better on another disk."))
        case "absent":
            raise InvalidInput(
                "The service sees no folder %(folder)s: mount or make it on the machine, and let the service write there "
                "(ReadWritePaths of its unit).",
                folder=folder,
            )
        case "closed":
            raise InvalidInput(
                "The service may not write into %(folder)s: give it to its user, and name it in ReadWritePaths of its unit.",
                folder=folder,
            )
