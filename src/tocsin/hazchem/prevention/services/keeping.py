"""Steps of dynamic risks, and the risks of areas, go when their time is over."""

from datetime import datetime
from typing import Final

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy, pgettext_lazy

from tocsin.hazchem.prevention.models import AreaRisk, DynamicRiskStep
from tocsin.hazchem.prevention.policy.dynamic_risk import dynamic_risk
from tocsin.records.retention.rules import Kept

BATCH: Final = 2000


def old_steps(before: datetime) -> QuerySet[DynamicRiskStep]:
    """Steps of before that time."""
    return DynamicRiskStep.objects.filter(at__lt=before).order_by("pk")


@transaction.atomic
def _forget(before: datetime) -> int:
    gone = list(old_steps(before).values_list("pk", flat=True)[:BATCH])
    DynamicRiskStep.objects.filter(pk__in=gone).delete()
    AreaRisk.objects.filter(day__lt=timezone.localdate(before)).delete()
    return len(gone)


KEPT = Kept(
    "dynamic_risks",
    pgettext_lazy("kept", "The history of dynamic risks of firms, units and areas"),
    "hazchem.dynamic_risk",
    lambda: dynamic_risk().keep_days,
    key="keep_days",
    count=lambda before: old_steps(before).count(),
    forget=_forget,
    why=gettext_lazy("A year's trend, to be compared with the year before."),
)
