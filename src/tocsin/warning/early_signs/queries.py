"""Early signs that a person may see, and those that stand."""

from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from tocsin.jurisdiction.face import scope
from tocsin.sensing.face import loaded_sensor
from tocsin.warning.alarms.rules.states import PERMISSION_HANDLE
from tocsin.warning.diagnosis.rules import PERMISSION_DIAGNOSIS
from tocsin.warning.early_signs.models import EarlySign, SignBudget

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import Person


def visible_early_signs(user: "Person") -> QuerySet[EarlySign]:
    """Early signs of the regions whose diagnoses the user may see, newest first."""
    rows = EarlySign.objects.select_related(*loaded_sensor("sensor"), "alarm", "seen_by", "judged_by")
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


def shift_of(region_code: str) -> float:
    """By which log odds early signs of a region must show more than the policy asks; 0 where none was reckoned yet."""
    return SignBudget.objects.filter(pk=region_code).values_list("shift", flat=True).first() or 0.0


def visible_budgets(user: "Person") -> QuerySet[SignBudget]:
    """Budgets of the regions whose diagnoses the user may see."""
    return scope(SignBudget.objects.order_by("region_code"), user, PERMISSION_DIAGNOSIS)


def outcomes_since(region_codes: Collection[str], since: datetime) -> dict[str, tuple[int, int]]:
    """How many signs raised since then are counted as right and as wrong, by region. One query."""
    rows = EarlySign.objects.filter(region_code__in=region_codes, raised_at__gte=since).order_by().values_list("region_code")
    counts = rows.annotate(right=Count("id", filter=Q(counted="right")), wrong=Count("id", filter=Q(counted="wrong")))
    return {code: (right, wrong) for code, right, wrong in counts}
