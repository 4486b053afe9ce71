"""One run of the plan of backups, in a process of its own: a backup, or the newest one brought back to see that it can be."""

import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.db import connection
from django.utils import timezone

from tocsin.base.errors import TocsinError, Unavailable
from tocsin.base.private_files import private_folder
from tocsin.portal.backup.taking import REHEARSAL, take_backup, tell_of_backup
from tocsin.portal.configuration import Configuration
from tocsin.records.face import (
    RunKind,
    RunPhase,
    backup_plan,
    backup_recipients,
    begin_run,
    end_run,
    kept_backups,
    note_gone,
    tell_phase,
    to_let_go,
)

if TYPE_CHECKING:
    from tocsin.records.face import BackupRun

HEARD_EVERY_S: Final = 20.0
TOCSIN: Final = (sys.executable, "-m", "tocsin.portal.cli")
OWN_VARIABLES: Final = ("TOCSIN_NATS_", "TOCSIN_HISTORY_", "DATABASE_URL", "TOCSIN_DATA")
"""What a scratch installation must not share with the real one."""


def carry_out(configuration: Configuration, run_id: UUID) -> bool:
    """Does what was asked for and writes down how it went; False where it failed. Nothing where another process has it."""
    run = begin_run(run_id, now=timezone.now())
    if run is None:
        return True
    with _heard(run_id):
        try:
            if run.kind == RunKind.BACKUP:
                _back_up(configuration, run)
            else:
                _rehearse(configuration, run)
        except (TocsinError, OSError) as error:
            words = error.in_english if isinstance(error, TocsinError) else str(error)
            end_run(run_id, now=timezone.now(), problem=words or type(error).__name__)
            return False
        except BaseException as error:
            end_run(run_id, now=timezone.now(), problem=f"{type(error).__name__}: see the log")
            raise
    return True


def _back_up(configuration: Configuration, run: "BackupRun") -> None:
    plan = backup_plan()
    if plan is None:
        raise Unavailable("the plan of backups is gone")
    folder = Path(plan.folder) / f"tocsin-{timezone.localtime(run.asked_at):%Y%m%d-%H%M%S}"
    recipients = backup_recipients().keys
    try:
        manifest, sha256 = take_backup(configuration, folder, recipients=recipients, say=_told(run.pk))
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)  # what was not finished is no backup
        raise
    tell_of_backup(manifest, sha256)
    size = sum(one.stat().st_size for one in folder.rglob("*") if one.is_file())
    end_run(
        run.pk,
        now=timezone.now(),
        folder=str(folder),
        sealed=bool(recipients),
        files=len(manifest.files),
        size_bytes=size,
        sha256=sha256,
    )
    for old in to_let_go(kept_backups(), plan.keep):
        if Path(old.folder).name.startswith("tocsin-"):  # made by this function, whatever a row may say
            shutil.rmtree(old.folder, ignore_errors=True)
            note_gone(old.pk, now=timezone.now())


def _rehearse(configuration: Configuration, run: "BackupRun") -> None:
    """By the command that a real restore uses, into a folder, a database and a bus of its own, which are gone afterwards."""
    scratch = configuration.data / REHEARSAL
    shutil.rmtree(scratch, ignore_errors=True)  # of one that was broken off
    private_folder(scratch)
    try:
        with _scratch_database(configuration) as url:
            environment = {name: one for name, one in os.environ.items() if not name.startswith(OWN_VARIABLES)}
            environment |= {"TOCSIN_DATA": str(scratch / "data")} | ({"DATABASE_URL": url} if url else {})
            say = _told(run.pk)
            say(RunPhase.CHECKING)
            _call(("restore", "--check", run.folder), environment)
            say(RunPhase.UNPACKING)
            _call(("restore", "--keep-old", "--keep-tokens", run.folder), environment)
            say(RunPhase.TRAIL)
            words = _call(("manage", "verify_audit"), environment)
        seconds = round((timezone.now() - run.asked_at).total_seconds())
        last = next((line for line in words.splitlines() if line.startswith("audit trail")), "")
        end_run(run.pk, now=timezone.now(), note=f"{seconds} s · {last}"[:300])
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _call(arguments: Sequence[str], environment: dict[str, str]) -> str:
    done = subprocess.run(  # noqa: S603 - our own command
        [*TOCSIN, *arguments], env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        said = (done.stderr or done.stdout).strip().splitlines()
        raise Unavailable(f"tocsin {arguments[0]}: {said[-1] if said else done.returncode}")
    return done.stdout


@contextmanager
def _scratch_database(configuration: Configuration) -> Iterator[str]:
    """An empty database beside the real one, dropped at the end; an empty address for SQLite, which lies in the folder."""
    if connection.vendor != "postgresql":
        yield ""
        return
    name = f"tocsin_rehearsal_{os.getpid()}"
    with connection.cursor() as cursor:
        try:
            cursor.execute(f'CREATE DATABASE "{name}"')
        except Exception as error:
            raise Unavailable(
                "no scratch database could be made: let the database's user do it (ALTER ROLE … CREATEDB), or try the restore "
                f"on another machine ({type(error).__name__})"
            ) from error
    try:
        yield re.sub(r"(://[^/]+/)[^?]*", rf"\g<1>{name}", configuration.database_url)
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _told(run_id: UUID) -> Callable[[RunPhase], None]:
    return lambda phase: tell_phase(run_id, phase, now=timezone.now())


@contextmanager
def _heard(run_id: UUID) -> Iterator[None]:
    """Says twice a minute that the run still lives."""
    over = threading.Event()

    def say() -> None:
        while not over.wait(HEARD_EVERY_S):
            tell_phase(run_id, None, now=timezone.now())
        connection.close()

    thread = threading.Thread(target=say, name="heard", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join(5.0)
