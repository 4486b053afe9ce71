"""What time alone brings about: shelves that end, sensors that leave service and return, old records that are forgotten."""

from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from tocsin.base.time import datetime_from_ms
from tocsin.bus.services import in_one_transaction
from tocsin.jurisdiction.face import system_actor
from tocsin.sensing.face import set_health, unjudged_sensors
from tocsin.warning.alarms.models import Alarm, DetectionRecord, DeviceFinding
from tocsin.warning.alarms.rules.states import HEALTH_GOOD, Act
from tocsin.warning.alarms.services.changes import CLOCK, Changes, move
from tocsin.warning.alarms.services.due import leaves_service, returns_to_service, set_end_is_over, shelf_over

if TYPE_CHECKING:
    from uuid import UUID

    from django.db.models import QuerySet

BATCH = 100
SENSORS = 1000  # at once
KEEP_RECORDS = timedelta(days=31)  # longer than the log of detections keeps a message, so that nothing can come twice


@transaction.atomic
def end_shelves(*, now: datetime) -> int:
    """Brings back alarms whose shelf has ended, at the moment that was set; returns how many."""
    due = Alarm.objects.open().filter(shelf_over(now)).order_by("id").select_for_update()[:BATCH]
    return _move_all(list(due), Act.UNSHELVE, "unshelved", now)


@transaction.atomic
def follow_service(*, now: datetime) -> int:
    """Alarms of disabled sensors are out of service, and back when the sensor is; those that a person took out, at the end that
    was set. Returns how many changed.
    """
    alarms = Alarm.objects.filter(closed_at__isnull=True).order_by("id").select_for_update(of=("self",))
    leaving = list(alarms.filter(leaves_service())[:BATCH])
    returning = list(alarms.filter(returns_to_service(now))[:BATCH])
    ended = alarms.filter(set_end_is_over(now)).order_by()
    ended.update(suppressed_until=None, suppressed_by=None, suppressed_reason="")
    return _move_all(leaving, Act.TAKE_OUT_OF_SERVICE, "taken_out_of_service", now) + _move_all(
        returning, Act.RETURN_TO_SERVICE, "returned_to_service", now
    )


def find_good_sensors() -> int:
    """A sensor that has been read, and against which nothing stands, is good; returns how many were not yet known as such."""
    without = DeviceFinding.objects.order_by().values_list("sensor_id", flat=True)
    if not unjudged_sensors(without=without, most=1):
        return 0
    return in_one_transaction(partial(_set_good, without))


def _set_good(without: "QuerySet[DeviceFinding, UUID]") -> int:
    found = unjudged_sensors(without=without, most=SENSORS)
    return set_health(found={one: (HEALTH_GOOD, datetime_from_ms(ts)) for one, ts in found}, first=True)


def forget_records() -> int:
    """Deletes records of detections that the log no longer holds; returns how many."""
    old = list(
        DetectionRecord.objects.filter(applied_at__lt=timezone.now() - KEEP_RECORDS)
        .order_by("applied_at")
        .values_list("pk", flat=True)[:1000]
    )
    return DetectionRecord.objects.filter(pk__in=old).delete()[0] if old else 0


def _move_all(alarms: list[Alarm], act: Act, told: str, now: datetime) -> int:
    if not alarms:
        return 0
    changes = Changes(actor=system_actor(), channel=CLOCK)
    for alarm in alarms:
        end = {Act.UNSHELVE: alarm.shelved_until, Act.RETURN_TO_SERVICE: alarm.suppressed_until}.get(act)
        at = end or now
        if move(alarm, act, at) is None:
            changes.note(alarm, told, at)
    changes.save()
    return len(changes.alarms)
