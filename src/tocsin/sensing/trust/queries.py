"""Marks that lie over readings, and sensors that are not believed alone."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final
from uuid import UUID

import numpy as np
from django.db.models import Q, QuerySet
from django.utils import timezone

from tocsin.base.time import ms_from_datetime
from tocsin.engine.columns import Readings
from tocsin.jurisdiction.face import Person, scope
from tocsin.sensing.devices.models import Sensor
from tocsin.sensing.devices.policy import policy
from tocsin.sensing.devices.queries.models import calibration_months
from tocsin.sensing.trust.models import QualityMark
from tocsin.sensing.trust.rules import FOREVER_MS, DoubtKind, Mark, MarkQuality, believed, overlaid

AT_ONCE: Final = 500
MANAGE: Final = "sensors.manage"


@dataclass(frozen=True)
class Doubt:
    """Why a sensor is not believed alone, and since when."""

    kind: DoubtKind
    since: date


def visible_marks(user: Person) -> QuerySet[QualityMark]:
    """Marks of sensors whose history the user may see, the newest span first."""
    return scope(QualityMark.objects.select_related("by", "withdrawn_by", "sensor__device", "sensor__asset"), user, "history.see")


def marks_over(indexes: Collection[int], from_ms: int, to_ms: int) -> list[Mark]:
    """Marks of these sensors that touch the span, in the order in which they were made; an overdue calibration is one."""
    return [mark for part in _parts(sorted(indexes)) for mark in _marks(part, from_ms, to_ms)]


def as_marked(readings: Readings, from_ms: int, to_ms: int) -> Readings:
    """Readings of the history with what rules and persons say of them."""
    if not len(readings):
        return readings
    return overlaid(readings, marks_over(np.unique(readings.sensor).tolist(), from_ms, to_ms))


def as_believed(readings: Readings, from_ms: int, to_ms: int) -> Readings:
    """The same for who knows good, suspect and bad alone: a value that a person put in place of another is good."""
    return believed(as_marked(readings, from_ms, to_ms))


def overdue_spread() -> float:
    """So many times its accuracy is the spread of a sensor whose calibration is overdue."""
    return policy().calibration.overdue_spread


def overdue_sensors(indexes: Collection[int], today: date) -> set[int]:
    """Indexes of those whose calibration is overdue."""
    found: set[int] = set()
    for part in _parts(sorted(indexes)):
        found.update(Sensor.objects.filter(index__in=part, calibration_due__lt=today).values_list("index", flat=True))
    return found


def doubts_of(sensors: Collection[UUID], at: datetime) -> dict[UUID, Doubt]:
    """Sensors that are not believed alone: their calibration is overdue, or a person marks what they send now."""
    moment = ms_from_datetime(at)
    marks = QualityMark.objects.filter(
        Q(to_ms=None) | Q(to_ms__gt=moment), sensor_id__in=sensors, rule="", withdrawn_at=None, from_ms__lte=moment
    )
    found: dict[UUID, Doubt] = {}
    said: dict[UUID, tuple[int, int]] = {}  # a person's last word
    for sensor_id, quality, from_ms in marks.order_by("at").values_list("sensor_id", "quality", "from_ms"):
        said[sensor_id] = (quality, from_ms)
    today = timezone.localdate(at)
    overdue = Sensor.objects.filter(pk__in=sensors, calibration_due__lt=today)
    for sensor_id, due in overdue.values_list("pk", "calibration_due"):
        if due is not None:
            found[sensor_id] = Doubt(DoubtKind.CALIBRATION, due)
    for sensor_id, (quality, from_ms) in said.items():
        if quality == MarkQuality.GOOD:
            found.pop(sensor_id, None)  # a person says that it can be believed all the same
        elif quality != MarkQuality.REPLACED:
            found[sensor_id] = Doubt(DoubtKind.MARK, timezone.localdate(datetime.fromtimestamp(from_ms / 1000, tz=at.tzinfo)))
    return found


def months_of(sensor: Sensor) -> int | None:
    """For how many months its calibration holds: as its device's model says, else as the policy says of its quantity."""
    return calibration_months(sensor.device_id, sensor.channel) or policy().calibration.months.get(sensor.quantity)


def due_sensors(today: date) -> QuerySet[Sensor]:
    """Working sensors whose calibration is overdue or soon will be."""
    last = today + timedelta(days=policy().calibration.warn_days)
    rows = Sensor.objects.filter(enabled=True, device__enabled=True, calibration_due__lte=last)
    return rows.select_related("device__organisation", "asset").order_by("calibration_due", "index")


def begin_of(day: date) -> int:
    """The first millisecond of a local day, UTC."""
    return ms_from_datetime(timezone.make_aware(datetime.combine(day, time())))


def _marks(indexes: Sequence[int], from_ms: int, to_ms: int) -> Iterator[Mark]:
    due = Sensor.objects.filter(index__in=indexes, calibration_due__isnull=False).order_by()
    for index, day in due.values_list("index", "calibration_due"):
        if day is not None and (begins := begin_of(day + timedelta(days=1))) < to_ms:
            yield Mark(index, begins, FOREVER_MS, MarkQuality.SUSPECT)
    touching = QualityMark.objects.filter(
        Q(to_ms=None) | Q(to_ms__gt=from_ms), sensor__index__in=indexes, withdrawn_at=None, from_ms__lt=to_ms
    )
    columns = ("sensor__index", "from_ms", "to_ms", "quality", "value", "rule")
    for index, begins, ends, quality, value, rule in touching.order_by("at", "pk").values_list(*columns):
        last = FOREVER_MS if ends is None else ends
        yield Mark(index, begins, last, MarkQuality(quality), float("nan") if value is None else value, by_person=not rule)


def _parts(values: list[int]) -> list[list[int]]:
    return [values[start : start + AT_ONCE] for start in range(0, len(values), AT_ONCE)]
