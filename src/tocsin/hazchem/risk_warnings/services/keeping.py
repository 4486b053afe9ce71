"""Closed risk warnings go after the days in policy, with their alarms' numbers, answers and who was told."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy, pgettext_lazy

from tocsin.hazchem.risk_warnings.models import RiskWarning
from tocsin.hazchem.risk_warnings.rules import RiskState
from tocsin.records.face import retention
from tocsin.records.retention.rules import Kept

BATCH: Final = 100


def old_warnings(before: datetime) -> QuerySet[RiskWarning]:
    """Closed before that time, the oldest first."""
    return RiskWarning.objects.filter(state=RiskState.CLOSED, closed_at__lt=before).order_by("closed_at", "pk")


def _named(before: datetime) -> Iterable[str]:
    rows = old_warnings(before).values_list("unit__object__name", "unit__name", "opened_at")
    return (f"{firm} · {unit} · {timezone.localtime(opened):%Y-%m-%d %H:%M}" for firm, unit, opened in rows[:50])


@transaction.atomic
def _forget(before: datetime) -> int:
    ids = list(old_warnings(before).values_list("pk", flat=True)[:BATCH])
    RiskWarning.objects.filter(pk__in=ids).delete()
    return len(ids)


KEPT = Kept(
    "risk_warnings",
    pgettext_lazy("kept", "Closed risk warnings of plants, with answers and who was told"),
    "records.retention",
    lambda: retention().risk_warnings_days,
    key="risk_warnings_days",
    count=lambda before: old_warnings(before).count(),
    numbers=_named,
    forget=_forget,
    why=gettext_lazy("Warnings that are not closed."),
)
