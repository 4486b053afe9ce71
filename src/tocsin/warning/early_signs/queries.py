"""Early signs that a person may see, and those that stand."""

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Q, QuerySet

from tocsin.jurisdiction.face import scope
from tocsin.sensing.face import loaded_sensor
from tocsin.warning.alarms.rules.states import PERMISSION_HANDLE
from tocsin.warning.diagnosis.rules import PERMISSION_DIAGNOSIS
from tocsin.warning.early_signs.models import EarlySign

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import Person


def visible_early_signs(user: "Person") -> QuerySet[EarlySign]:
    """Early signs of the regions whose diagnoses the user may see, newest first."""
    rows = EarlySign.objects.select_related(*loaded_sensor("sensor"), "alarm", "seen_by")
    return scope(rows, user, PERMISSION_DIAGNOSIS)


def unseen_early_signs(user: "Person", now: datetime) -> QuerySet[EarlySign]:
    """Early signs that stand and at which nobody has looked, in the regions whose alarms the user handles; `now` is not asked."""
    rows = scope(EarlySign.objects.select_related(*loaded_sensor("sensor")), user, PERMISSION_HANDLE)
    return rows.filter(ended_at__isnull=True, seen_at__isnull=True).order_by("raised_at")


def early_signs_told(region_code: str, since: datetime) -> list[EarlySign]:
    """Signs of one region that the watch need not tell again: those that stand, and those that became an alarm since then."""
    rows = EarlySign.objects.filter(region_code=region_code).select_related("sensor")
    return list(rows.filter(Q(ended_at__isnull=True) | Q(alarm__isnull=False, ended_at__gt=since)))


def early_signs_before(user: "Person", alarm_id: UUID) -> list[EarlySign]:
    """The early signs that became this alarm, oldest first."""
    return list(visible_early_signs(user).filter(alarm_id=alarm_id).order_by("raised_at", "id"))
