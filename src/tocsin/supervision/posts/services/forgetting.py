"""Who was on post goes at its time: shifts with their verdicts and changes, roll calls with their answers."""

from datetime import datetime
from typing import Final

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy, pgettext_lazy

from tocsin.records.face import retention
from tocsin.records.retention.rules import Kept
from tocsin.supervision.posts.models import DutyShift, PermitPost, RollCall, RollCallAnswer

BATCH: Final = 100


def due_shifts(before: datetime) -> QuerySet[DutyShift]:
    """Shifts that ended before that time and that no younger roll call tells of."""
    younger = RollCallAnswer.objects.filter(shift=OuterRef("pk"), call__called_at__gte=before)
    return DutyShift.objects.filter(~Exists(younger), end_at__lt=before).order_by("end_at", "id")


def due_calls(before: datetime) -> QuerySet[RollCall]:
    """Roll calls that are over and began before that time."""
    return RollCall.objects.filter(called_at__lt=before, due_at=None).order_by("called_at", "id")


def due_permit_posts(before: datetime) -> QuerySet[PermitPost]:
    """Posts of permits that ended before that time."""
    return PermitPost.objects.filter(end_at__lt=before).order_by("end_at", "id")


def _count(before: datetime) -> int:
    return due_shifts(before).count() + due_calls(before).count() + due_permit_posts(before).count()


def _forget(before: datetime) -> int:
    gone = 0
    for rows in (due_calls(before), due_shifts(before), due_permit_posts(before)):
        ids = list(rows.values_list("pk", flat=True)[:BATCH])
        rows.model.objects.filter(pk__in=ids).delete()
        gone += len(ids)
    return gone


KEPT = Kept(
    "posts",
    pgettext_lazy("kept", "Who was on post: shifts, verdicts, roll calls"),
    "records.retention",
    lambda: retention().posts_days,
    "posts_days",
    count=_count,
    forget=_forget,
    why=gettext_lazy("Roll calls that are not over."),
)
