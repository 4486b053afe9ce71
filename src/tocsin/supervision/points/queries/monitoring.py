"""An object's own sensors, and whether their alarms were handled in time: what the part about monitoring counts."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Model, QuerySet

from tocsin.base.levels import AlarmLevel
from tocsin.supervision.meters.models import Meter
from tocsin.supervision.points.policy import Monitoring
from tocsin.supervision.points.queries.keys import Key, Span, key_of, raw_rows
from tocsin.supervision.work.models import ElectricalPoint
from tocsin.warning.face import alarms_at_sensors

_PHASES = ("sensor", "second", "third")


@dataclass(frozen=True)
class OwnAlarm:
    """An alarm of an own sensor: handled in time where its condition was gone by `due`."""

    id: UUID
    sensor: Key
    due: datetime
    gone_at: datetime | None

    def kept_by(self, end: datetime) -> bool | None:
        """Whether it was handled in time as known before `end`; None while its time still runs."""
        if self.gone_at is not None and self.gone_at < end:
            return self.gone_at <= self.due
        return False if self.due < end else None


def own_sensors(span: Span) -> dict[Key, tuple[Key, int | None]]:
    """By sensor its object and when it was last heard (UTC ms): those of meters, and of places watched for electrical danger."""
    found: dict[Key, tuple[Key, int | None]] = {}
    for rows, field in _sources(span):
        for one, sensor, last_ms in raw_rows(rows.values_list("object_id", f"{field}_id", f"{field}__last_ts")):
            found.setdefault(sensor, (one, last_ms))
    return found


def alarms_within(span: Span, *, since: datetime, until: datetime, rules: Monitoring) -> list[OwnAlarm]:
    """Alarms raised at these objects' sensors, each with the time that its level leaves."""
    sensors = [rows.values(f"{field}_id") for rows, field in _sources(span)]
    hours = rules.handled_h.by_level()
    return [
        OwnAlarm(pk, key_of(sensor), raised + timedelta(hours=hours[AlarmLevel(level)]), gone)
        for pk, sensor, level, raised, gone in alarms_at_sensors(*sensors, since=since, until=until)
    ]


def _sources(span: Span) -> list[tuple[QuerySet[Model], str]]:
    meters = span.of(Meter.objects.order_by()).filter(active=True, sensor__isnull=False)
    points = span.of(ElectricalPoint.objects.order_by())
    return [(meters, "sensor"), *((points.filter(**{f"{field}__isnull": False}), field) for field in _PHASES)]
