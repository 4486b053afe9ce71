"""Taking a backup; why in this order is told in `tocsin.portal.backup`."""

import asyncio
import shutil
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from django.db import transaction

from tocsin.base.errors import Conflict
from tocsin.base.private_files import keep_files_private
from tocsin.bus.connection import Connection
from tocsin.bus.streams import DETECTIONS, EVENTS, PLATFORMS, READINGS, RESOURCES
from tocsin.jurisdiction.face import system_actor
from tocsin.portal.backup import database, log, sealing
from tocsin.portal.backup.files import copy_folder
from tocsin.portal.backup.manifest import Manifest, Span, describe_files, write_manifest
from tocsin.portal.configuration import Configuration, database_settings
from tocsin.records.face import BACKUP_TAKEN, RunPhase, backup_recipients, record_audit
from tocsin.sensing.face import HistoryCopy, begin_copy, place_of
from tocsin.warning.face import first_unseen, history_writers

type Say = Callable[[RunPhase], None]
MEMORY = Path("detector")
STAGING = "sealing"  # where a backup is made that leaves the data folder sealed only
REHEARSAL = "rehearsal"  # where one is brought back for a trial
MADE_ANEW = (
    "numba",
    "atlas",
    "bus",
    "selections",
    STAGING,
    REHEARSAL,
)  # caches, files of a few days; the log's store is copied message by message
COPIED_APART = ("detector", "history", "tocsin.sqlite3", "tocsin.sqlite3-wal", "tocsin.sqlite3-shm")


def take_backup(
    configuration: Configuration,
    target: Path,
    *,
    recipients: Sequence[str] | None = None,
    say: Say = lambda phase: None,
) -> tuple[Manifest, str]:
    """Writes a backup into an empty or new folder; returns its manifest and the SHA-256 of the manifest or of the sealed file.

    With recipients (None: those of the environment, or else of the plan) it is sealed for them; nothing in clear is then written
    outside the data folder. `say` is told what is done. Conflict for a target that
    holds something or lies in the data folder; Unavailable where bus or database don't answer.
    """
    target = target.resolve()
    if target.is_relative_to(configuration.data):
        raise Conflict(f"{target} lies in the data folder; name a place outside, better on another disk")
    if target.exists() and any(target.iterdir()):
        raise Conflict(f"{target} is not empty")
    keep_files_private()
    keys = sealing.read_recipients(backup_recipients().keys if recipients is None else recipients)
    target.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not keys:
        return asyncio.run(_take(configuration, target, say))
    staging = configuration.data / STAGING
    shutil.rmtree(staging, ignore_errors=True)  # of one that was broken off
    staging.mkdir(mode=0o700)
    try:
        manifest, _sha256 = asyncio.run(_take(configuration, staging, say))
        say(RunPhase.SEALING)
        return manifest, sealing.seal(staging, target / sealing.NAME, keys)
    finally:
        shutil.rmtree(staging, ignore_errors=True)


@transaction.atomic
def tell_of_backup(manifest: Manifest, sha256: str) -> None:
    """Into the audit trail, from which the page of the installation knows how old the newest one is."""
    details = {"point": manifest.point, "files": len(manifest.files), "sha256": sha256}
    record_audit(system_actor(), BACKUP_TAKEN, "backup", manifest.point, region_code="", details=details)


async def _take(configuration: Configuration, target: Path, say: Say) -> tuple[Manifest, str]:
    settings = database_settings(configuration.database_url, configuration.data)
    files = target / "files"
    async with log.bus() as connection:
        history = _fix_the_moment(configuration.data, files)
        point = datetime.now(UTC)  # before the question: what was acknowledged until now is not beyond its answer
        _first, end = await connection.sequences(READINGS)
        await asyncio.to_thread(say, RunPhase.DATABASE)
        database.dump(settings, target / "database")
        await asyncio.to_thread(say, RunPhase.FILES)
        copy_folder(configuration.data, files, without=(*MADE_ANEW, *COPIED_APART))
        if history:
            history.finish(link=target.name == STAGING)
        await asyncio.to_thread(say, RunPhase.LOG)
        (target / "log").mkdir()
        log_spans = await _copy_log(connection, target / "log", _first_needed(files, history), end)
    manifest = Manifest(
        point=point.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        database=database.kind_of(settings),
        log=log_spans,
        files=describe_files(target),
    )
    return manifest, write_manifest(target, manifest)


def _fix_the_moment(data: Path, files: Path) -> HistoryCopy | None:
    """The detectors' memory and the history's log are small: copied at once, they say which readings of the log are needed."""
    files.mkdir()
    if (data / MEMORY).exists():
        copy_folder(data / MEMORY, files / MEMORY, without=tuple(draft.name for draft in (data / MEMORY).glob("*.new*")))
    return begin_copy(place_of(data), files / "history", writers=history_writers(files))


def _first_needed(files: Path, history: HistoryCopy | None) -> int:
    """The first reading of the log that a detector's memory or the history does not hold."""
    return first_unseen(files, lambda writer: history.versions[writer] if history else 0)


async def _copy_log(connection: Connection, folder: Path, first_reading: int, last_reading: int) -> dict[str, Span]:
    spans = {}
    for stream in (READINGS, DETECTIONS, EVENTS, PLATFORMS, RESOURCES):
        first, last = await connection.sequences(stream)
        if stream == READINGS:
            first, last = max(first, first_reading), last_reading
        spans[stream] = await log.copy_stream(connection, stream, folder / stream, first, last)
    return spans
