"""Notices that are old: they go with their sendings, but for those that still wait and those of a case that is held."""

from datetime import datetime
from typing import TYPE_CHECKING, Final

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy, pgettext_lazy

from tocsin.notices.channels.rules.verdicts import Fate
from tocsin.notices.messages.models import Notice
from tocsin.records.face import held_numbers, retention
from tocsin.records.retention.rules import Kept, Part

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from uuid import UUID

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


def notices_that_go(ids: "Callable[[], Sequence[UUID]]") -> Part:
    """Whatever was told about these objects, or asked of a body for them, whether it waits or not: it goes with them."""
    return Part(lambda: Notice.objects.filter(Q(subject_id__in=ids()) | Q(act_id__in=ids())), first=_cut)


def _cut(rows: "Sequence[Notice]") -> None:
    Notice.objects.filter(instead_of__in=rows).update(instead_of=None)


KEPT = Kept(
    "notices",
    pgettext_lazy("kept", "Notices, with addresses and answers"),
    "records.retention",
    lambda: retention().notices_days,
    "notices_days",
    count=_count,
    forget=_forget,
    why=gettext_lazy("What still waits, and what is about a case that is held."),
)
