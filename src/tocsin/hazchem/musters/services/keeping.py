"""Musters with who was where go after the days in policy."""

from datetime import datetime
from typing import Final

from django.db.models import QuerySet
from django.utils.translation import pgettext_lazy

from tocsin.hazchem.musters.models import PlantMuster
from tocsin.hazchem.musters.policy import muster_policy
from tocsin.records.retention.rules import Kept

BATCH: Final = 20


def old_musters(before: datetime) -> QuerySet[PlantMuster]:
    """Ended before that time."""
    return PlantMuster.objects.filter(ended_at__lt=before).order_by("ended_at", "pk")


def _forget(before: datetime) -> int:
    ids = list(old_musters(before).values_list("pk", flat=True)[:BATCH])
    PlantMuster.objects.filter(pk__in=ids).delete()
    return len(ids)


KEPT = Kept(
    "plant_musters",
    pgettext_lazy("kept", "Musters of plants with who was where"),
    "hazchem.musters",
    lambda: muster_policy().keep_days,
    key="keep_days",
    count=lambda before: old_musters(before).count(),
    forget=_forget,
)
