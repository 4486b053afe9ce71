"""Notices that are old: they go with their sendings, but for those that still wait and those of a case that is held."""

from datetime import datetime
from typing import Final

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy, pgettext_lazy

from tocsin.notices.channels.rules.verdicts import Fate
from tocsin.notices.messages.models import Notice
from tocsin.records.face import held_numbers, retention
from tocsin.records.retention.rules import Kept

BATCH: Final = 200


def old_notices(before: datetime) -> QuerySet[Notice]:
    """Written before that time, settled, about no case that is held, and nothing upward hangs on them."""
    waits = Q(fate__in=(Fate.QUEUED, Fate.SENDING)) | Q(untold_at__isnull=False, seen_to_at__isnull=True)
    rows = Notice.objects.filter(written_at__lt=before, upward__isnull=True).exclude(waits)
    return rows.exclude(subject_label__in=[number for number in held_numbers() if number]).order_by("written_at", "id")


def _count(before: datetime) -> int:
    return old_notices(before).count()


def _forget(before: datetime) -> int:
    gone = list(old_notices(before).values_list("pk", flat=True)[:BATCH])
    Notice.objects.filter(pk__in=gone).delete()
    return len(gone)


KEPT = Kept(
    "notices",
    pgettext_lazy("kept", "Notices, with addresses and answers"),
    "records.retention",
    lambda: retention().notices_days,
    count=_count,
    forget=_forget,
    why=gettext_lazy("What still waits, and what is about a case that is held."),
)
