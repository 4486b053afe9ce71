"""What other capabilities ask about alarms that they know by id or by sensor, whoever may see them."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import Coalesce

from tocsin.base.levels import AlarmLevel
from tocsin.lifelines.face import asset_ids_named
from tocsin.sensing.face import devices_named, sensors_named
from tocsin.warning.alarms.models import Alarm
from tocsin.warning.alarms.rules.states import SET_ASIDE, UNACKNOWLEDGED

if TYPE_CHECKING:
    from collections.abc import Collection


def alarms_named(word: str) -> "QuerySet[Alarm, UUID]":
    """Ids of the alarms at a sensor, an object or a device in whose name, code or street the word is."""
    there = Q(sensor_id__in=sensors_named(word)) | Q(asset_id__in=asset_ids_named(word)) | Q(device_id__in=devices_named(word))
    return Alarm.objects.filter(there).order_by().values_list("pk", flat=True)


def alarms_raised(since: datetime, until: datetime | None = None) -> "QuerySet[Alarm, UUID]":
    """Ids of the alarms that were raised from `since` on, and before `until` where that is given."""
    found = Alarm.objects.filter(raised_at__gte=since)
    found = found if until is None else found.filter(raised_at__lt=until)
    return found.order_by().values_list("pk", flat=True)


def alarms_of_point(alarm: Alarm) -> "QuerySet[Alarm, UUID]":
    """Ids of every alarm of the same rule at the same sensor, object or device, that alarm too."""
    point = {"sensor_id": alarm.sensor_id, "asset_id": alarm.asset_id, "device_id": alarm.device_id}
    return Alarm.objects.filter(**point, rule=alarm.rule).order_by().values_list("pk", flat=True)


def alarms_at_any_sensor() -> "QuerySet[Alarm, UUID]":
    """Ids of the alarms that a sensor raised."""
    return Alarm.objects.filter(sensor_id__isnull=False).order_by().values_list("pk", flat=True)


def regions_of_alarms(alarms: "Collection[UUID] | QuerySet[Alarm, UUID]") -> list[str]:
    """The counties of those alarms, sorted."""
    return sorted(Alarm.objects.filter(pk__in=alarms).order_by().values_list("region_code", flat=True).distinct())


@dataclass(frozen=True)
class AlarmPoint:
    """Where an alarm is on a map, and what it measured."""

    lon: float | None
    lat: float | None
    quantity: str


def alarm_points(alarms: "QuerySet[Any, UUID | None]") -> dict[UUID, AlarmPoint]:
    """By alarm of that query of ids its point. One query."""
    rows = Alarm.objects.filter(pk__in=alarms).order_by().values_list("pk", "lon", "lat", "quantity")
    return {pk: AlarmPoint(lon, lat, quantity) for pk, lon, lat, quantity in rows}


@dataclass(frozen=True)
class AlarmStanding:
    """How an alarm stands; `taken`: a person has taken it in hand."""

    raised_at: datetime
    level: AlarmLevel
    peak_level: AlarmLevel
    is_open: bool
    taken: bool


def alarm_standings(alarms: "QuerySet[Any, UUID]") -> dict[UUID, AlarmStanding]:
    """By alarm of that query of ids how it stands. One query."""
    columns = ("pk", "raised_at", "level", "peak_level", "closed_at", "acknowledged_by_id", "assigned_to_id", "level_held")
    return {
        pk: AlarmStanding(
            raised_at,
            AlarmLevel(level),
            AlarmLevel(peak),
            is_open=closed is None,
            taken=acknowledged is not None or assigned is not None or held,
        )
        for pk, raised_at, level, peak, closed, acknowledged, assigned, held in Alarm.objects.filter(pk__in=alarms)
        .order_by()
        .values_list(*columns)
    }


def alarms_at_sensors(
    *sensors: QuerySet[Any, Any], since: datetime, until: datetime
) -> list[tuple[UUID, UUID, int, datetime, datetime | None]]:
    """(alarm, sensor, highest level, raised, condition gone) of alarms at sensors of any of these queries of ids, raised from
    `since` to before `until`. Without those that are set aside, or were raised by readings of long ago.
    """
    there = Q()
    for one in sensors:
        there |= Q(sensor_id__in=one)
    alarms = Alarm.objects.filter(there, raised_at__gte=since, raised_at__lt=until, late=False).exclude(state__in=SET_ASIDE)
    gone = Coalesce("returned_at", "closed_at")
    return list(alarms.order_by().values_list("pk", "sensor_id", "peak_level", "raised_at", gone))


def sensors_in_alarm(sensors: "Collection[UUID]") -> set[UUID]:
    """Of those sensors the ones with an open alarm that is not set aside, whoever may see it. One query."""
    rows = Alarm.objects.open().filter(sensor_id__in=sensors, late=False).exclude(state__in=SET_ASIDE)
    return {one for one in rows.order_by().values_list("sensor_id", flat=True) if one is not None}


def unacknowledged_at(sensors: QuerySet[Any, Any]) -> dict[UUID, int]:
    """By sensor of that query of ids how many alarms nobody has acknowledged, without those of long ago. One query."""
    rows = Alarm.objects.open().filter(sensor_id__in=sensors, state__in=UNACKNOWLEDGED, late=False)
    counted = rows.order_by().values("sensor_id").annotate(number=Count("pk"))
    return {one["sensor_id"]: one["number"] for one in counted}
