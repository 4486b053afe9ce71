"""Safety commitments, and what was rung of missing ones, go after the days in policy."""

from datetime import datetime
from typing import Final

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy, pgettext_lazy

from tocsin.hazchem.commitments.models import CommitmentReminder, SafetyCommitment
from tocsin.records.face import retention
from tocsin.records.retention.rules import Kept

BATCH: Final = 500


def old_commitments(before: datetime) -> QuerySet[SafetyCommitment]:
    """Those of local days before that time, with their amendments: a day's rows go together, the oldest first."""
    return SafetyCommitment.objects.filter(day__lt=timezone.localdate(before)).order_by("day", "object_id", "revision")


def old_reminders(before: datetime) -> QuerySet[CommitmentReminder]:
    """What was rung of local days before that time."""
    return CommitmentReminder.objects.filter(day__lt=timezone.localdate(before)).order_by("day", "pk")


@transaction.atomic
def _forget(before: datetime) -> int:
    signed = list(old_commitments(before).values_list("pk", flat=True)[:BATCH])
    rung = list(old_reminders(before).values_list("pk", flat=True)[:BATCH])
    SafetyCommitment.objects.filter(pk__in=signed).delete()
    CommitmentReminder.objects.filter(pk__in=rung).delete()
    return len(signed) + len(rung)


KEPT = Kept(
    "commitments",
    pgettext_lazy("kept", "Daily safety commitments, and reminders of missing ones"),
    "records.retention",
    lambda: retention().commitments_days,
    key="commitments_days",
    count=lambda before: old_commitments(before).count() + old_reminders(before).count(),
    forget=_forget,
    why=gettext_lazy("Who committed to what, as long as it may be asked after an accident."),
)
