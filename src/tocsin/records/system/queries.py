"""Figures of the running installation, read when they are asked for."""

import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, cast

from django.conf import settings
from django.db import connection
from django.db.models import Max, Min
from django.utils.module_loading import import_string

from tocsin.bus.loops.standing import Health, loops_shown
from tocsin.bus.models import OutboxEvent
from tocsin.jurisdiction.areas.rules.codes import EVERYWHERE
from tocsin.jurisdiction.face import Person, may
from tocsin.records.audit.models import AuditEntry
from tocsin.records.system.policy import backup_due_s
from tocsin.records.system.rules import Gauge, Sample
from tocsin.screens.clock import current_time
from tocsin.screens.readiness import OF_THE_INSTALLATION

if TYPE_CHECKING:
    from tocsin.jurisdiction.rights.rules import Permission

BACKUP_TAKEN = "backup.taken"


def opens_page(user: Person, page: str) -> bool:
    """Whether a page, by the name of its address, is none of the whole installation, or one that this person may open."""
    needed = OF_THE_INSTALLATION.get(page)
    return needed is None or may(user, cast("Permission", needed), EVERYWHERE)


@dataclass(frozen=True)
class Read:
    """A gauge with what it told."""

    gauge: Gauge
    samples: tuple[Sample, ...]


def read_gauges(now: datetime) -> list[Read]:
    """All gauges of the catalogue, in its order; `now` is the machine's time."""
    gauges: list[Gauge] = [one for name in settings.GAUGES for one in import_string(name.replace(":", "."))]
    return [Read(one, tuple(one.read(now))) for one in gauges]


def loops_failing(now: datetime) -> Iterator[Sample]:
    """Loops that keep failing, or whose worker is silent."""
    for row in loops_shown(now=now):
        if row.health in (Health.FAILING, Health.SILENT):
            yield Sample(1, {"loop": row.name, "worker": row.worker}, f"{row.name} · {row.worker}")


def loops_late(now: datetime) -> Iterator[Sample]:
    """How many seconds each loop began late at the worst of its last seconds; of several workers the one that runs it."""
    lag: dict[str, float] = {}
    for row in loops_shown(now=now):
        lag[row.name] = max(lag.get(row.name, 0.0), row.lag_ms / 1000)
    for name, seconds in sorted(lag.items()):
        yield Sample(seconds, {"loop": name}, name)


def loops_behind(now: datetime) -> Iterator[Sample]:
    """How many messages of the log each loop that follows it has not yet read."""
    behind: dict[str, int] = {}
    for row in loops_shown(now=now):
        if not row.period_s:
            behind[row.name] = max(behind.get(row.name, 0), row.behind)
    for name, messages in sorted(behind.items()):
        yield Sample(messages, {"loop": name}, name)


def events_waiting(_now: datetime) -> Iterable[Sample]:
    """Events that were decided and that the log does not have yet."""
    return (Sample(OutboxEvent.objects.count()),)


def oldest_event(_now: datetime) -> Iterator[Sample]:
    """How long the oldest of them waits."""
    oldest = OutboxEvent.objects.aggregate(at=Min("recorded_at"))["at"]
    yield Sample(0.0 if oldest is None else max(0.0, (current_time() - oldest).total_seconds()))


def database_size(_now: datetime) -> Iterator[Sample]:
    """The database with its write-ahead log."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_database_size(current_database())")
            yield Sample(float(cursor.fetchone()[0]))
    elif (path := Path(str(connection.settings_dict["NAME"]))).exists():
        beside = (path, path.with_name(f"{path.name}-wal"))
        yield Sample(float(sum(one.stat().st_size for one in beside if one.exists())))


def disk_free(_now: datetime) -> Iterator[Sample]:
    """What the disk of the data folder has left."""
    yield Sample(float(shutil.disk_usage(settings.CONFIGURATION.data).free))


def backup_age(now: datetime) -> Iterator[Sample]:
    """Since when the newest backup stands; nothing where none was ever taken."""
    newest = newest_backup()
    if newest is not None:
        yield Sample(max(0.0, (now - newest).total_seconds()))


def newest_backup() -> datetime | None:
    """When the newest backup was taken; None where none ever was."""
    found: datetime | None = AuditEntry.objects.filter(action=BACKUP_TAKEN).aggregate(at=Max("at"))["at"]
    return found


def late_backup(now: datetime) -> datetime | None:
    """Since when there is no newer backup, where that is too long: the newest one, or else the first that was ever done here."""
    since: datetime | None = newest_backup() or AuditEntry.objects.aggregate(at=Min("at"))["at"]
    return since if since is not None and (now - since).total_seconds() >= backup_due_s() else None
