"""Breaches that are over and acknowledged go after the days in policy."""

from datetime import datetime
from typing import Final

from django.db.models import QuerySet
from django.utils.translation import pgettext_lazy

from tocsin.hazchem.zones.models import ZoneBreach
from tocsin.hazchem.zones.policy import zone_policy
from tocsin.records.retention.rules import Kept

BATCH: Final = 500


def old_breaches(before: datetime) -> QuerySet[ZoneBreach]:
    """Over since before that time, and acknowledged."""
    return ZoneBreach.objects.filter(ended_at__lt=before, acknowledged_at__isnull=False)


def _forget(before: datetime) -> int:
    ids = list(old_breaches(before).order_by("ended_at").values_list("pk", flat=True)[:BATCH])
    ZoneBreach.objects.filter(pk__in=ids).delete()
    return len(ids)


KEPT = Kept(
    "zone_breaches",
    pgettext_lazy("kept", "Breaches in zones of plants"),
    "hazchem.zones",
    lambda: zone_policy().keeping.breaches_days,
    key="breaches_days",
    count=lambda before: old_breaches(before).count(),
    forget=_forget,
)
