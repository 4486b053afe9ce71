"""Permits go when their time is over: at least a year after their end."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy, pgettext_lazy

from tocsin.hazchem.permits.models import WorkPermit
from tocsin.hazchem.permits.policy.permits import permit_policy
from tocsin.hazchem.permits.rules.field import WORK_PERMIT
from tocsin.hazchem.permits.rules.kinds import OVER
from tocsin.records.face import forget_attachments
from tocsin.records.retention.rules import Kept

BATCH: Final = 50


def old_permits(before: datetime) -> QuerySet[WorkPermit]:
    """Over since before that time, and served by no permit that is kept."""
    rows = WorkPermit.objects.filter(state__in=[one.value for one in OVER], state_at__lt=before, served_by__isnull=True)
    return rows.order_by("state_at", "number")


@transaction.atomic
def _forget(before: datetime) -> int:
    gone = list(old_permits(before).values_list("pk", flat=True)[:BATCH])
    forget_attachments(WORK_PERMIT, gone)
    WorkPermit.objects.filter(pk__in=gone).delete()
    return len(gone)


def _numbers(before: datetime) -> Iterable[str]:
    return old_permits(before).values_list("number", flat=True)


KEPT = Kept(
    "work_permits",
    pgettext_lazy("kept", "Work permits with their gas tests, measures, signatures and photos"),
    "hazchem.permits",
    lambda: permit_policy().keep_days,
    key="keep_days",
    count=lambda before: old_permits(before).count(),
    numbers=_numbers,
    forget=_forget,
    why=gettext_lazy("GB 30871 keeps a permit for a year at least."),
)
