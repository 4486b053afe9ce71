"""The newest value of each sensor, what devices said anew of known moments, and how a store was found, written."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.utils.translation import gettext_lazy, pgettext_lazy

from tocsin.base.errors import InvalidInput
from tocsin.base.object_stores import ObjectStore
from tocsin.base.time import datetime_from_ms
from tocsin.jurisdiction.areas.rules.codes import EVERYWHERE
from tocsin.jurisdiction.face import system_actor
from tocsin.records.face import record_audit
from tocsin.records.retention.rules import Kept
from tocsin.sensing.devices.models import Sensor
from tocsin.sensing.devices.policy import policy
from tocsin.sensing.devices.queries.registry import sensors_by_index
from tocsin.sensing.devices.services.registry import ROWS_AT_ONCE
from tocsin.sensing.history.models import HistoryStore, HistoryWait
from tocsin.sensing.history.queries.contradictions import Contradiction
from tocsin.sensing.history.queries.store_check import StoreCheck
from tocsin.sensing.quarantine.models import QuarantinedMessage
from tocsin.sensing.quarantine.rules import Reason
from tocsin.sensing.quarantine.services.asides import Aside, set_aside

QUIET = timedelta(hours=1)  # after so long without another one, the next is told anew

KEPT = Kept(
    "readings",
    pgettext_lazy("kept", "Readings"),
    "sensing.devices",
    lambda: policy().history.keep_days,
    why=gettext_lazy("Whole days go when the history is compacted."),
)


@transaction.atomic
def record_store_check(*, store: ObjectStore, check: StoreCheck, now: datetime) -> None:
    """From here on every process commits to this store as it was found; into the audit trail."""
    seen = {fault.value: count for fault, count in check.faults.items()}
    values = {"verdict": check.verdict, "checked_at": now, "writers": check.writers, "versions": check.versions, "seen": seen}
    HistoryStore.objects.update_or_create(pk=store.address, defaults=values)
    details = {"verdict": check.verdict.value, "writers": check.writers, "versions": check.versions, **seen}
    record_audit(system_actor(), "history.store_checked", "history", store.address, EVERYWHERE, details)


def record_history_wait(*, writer: str, since: datetime | None) -> None:
    """Since when the readings of this writer wait for the history; None: they no longer do."""
    if since is None:
        HistoryWait.objects.filter(pk=writer).delete()
    else:
        HistoryWait.objects.update_or_create(pk=writer, defaults={"since": since})


def write_latest_values(*, latest: Mapping[int, tuple[int, float]]) -> None:
    """Keeps sensor index -> (ts in UTC ms, value) with the sensors, for lists and maps; short transactions, nothing is told."""
    statement = 'UPDATE sensing_sensor SET last_ts = %s, last_value = %s WHERE "index" = %s AND (last_ts IS NULL OR last_ts < %s)'
    rows = [(ts, value, index, ts) for index, (ts, value) in sorted(latest.items())]
    for start in range(0, len(rows), ROWS_AT_ONCE):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.executemany(statement, rows[start : start + ROWS_AT_ONCE])


@transaction.atomic
def record_contradictions(*, found: Sequence[Contradiction], now: datetime) -> None:
    """Counts them with their device in quarantine, and into the audit trail: the first, and again as they grow tenfold."""
    sensors = {sensor.index: sensor for sensor in sensors_by_index(one.sensor for one in found)}
    for one in found:
        sensor = sensors.get(one.sensor)
        if sensor is None:
            continue
        before = set_aside(_aside(one, sensor, now), sensor.device_id, sensor.device.region_code)
        if _is_news(before, one.count, now):
            total = one.count + (before.count if before else 0)
            details = {"channel": sensor.channel, "ts": one.ts, "stands": one.kept, "refused": one.refused, "count": total}
            device = sensor.device
            record_audit(system_actor(), "readings.contradicted", "device", device.code, device.region_code, details)


def _aside(one: Contradiction, sensor: Sensor, now: datetime) -> Aside:
    at = datetime_from_ms(one.ts).isoformat(timespec="milliseconds")
    why = InvalidInput(
        "channel “%(channel)s” at %(at)s: %(kept)s stands, %(refused)s was refused. Ask who operates the device why it was sent",
        channel=sensor.channel,
        at=at,
        kept=f"{one.kept:g}",
        refused=f"{one.refused:g}",
    )
    sample = f"{sensor.channel} {at}: {one.refused:g}"
    return Aside(sensor.device.code, Reason.ALREADY_KNOWN.value, "log", why, sample, one.count, now, now)


def _is_news(before: QuarantinedMessage | None, count: int, now: datetime) -> bool:
    if before is None or now - before.last_seen_at > QUIET:
        return True
    return len(str(before.count + count)) > len(str(before.count))
