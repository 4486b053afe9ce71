"""What is old goes: entries that were refused or never finished, and needs with their calls and the hours on them."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy, pgettext_lazy

from tocsin.jurisdiction.face import close_volunteer_account, system_actor
from tocsin.mobilisation.volunteers.models import Call, CallEntry, Need, Volunteer
from tocsin.mobilisation.volunteers.policy import volunteers_policy
from tocsin.mobilisation.volunteers.queries.needs import RUNNING_STATES
from tocsin.mobilisation.volunteers.rules.register import Standing
from tocsin.mobilisation.volunteers.services.own import forget_entry
from tocsin.records.face import held_numbers
from tocsin.records.retention.rules import Kept

BATCH: Final = 50
UNFINISHED: Final = (Standing.INVITED, Standing.APPLIED, Standing.REFUSED)


def old_entries(before: datetime) -> QuerySet[Volunteer]:
    """Refused, or never finished, since before that time; nobody who has ever been called."""
    rows = Volunteer.objects.filter(standing__in=UNFINISHED, entered_at__lt=before, calls__isnull=True)
    return rows.exclude(decided_at__gte=before).select_related("user").order_by("entered_at")


def old_needs(before: datetime) -> QuerySet[Need]:
    """Ended before that time with everybody home, and for no case that is held."""
    rows = Need.objects.filter(ended_at__lt=before).exclude(calls__state__in=RUNNING_STATES)
    return rows.exclude(subject_label__in=[one for one in held_numbers() if one]).order_by("ended_at")


@transaction.atomic
def _forget_entries(before: datetime) -> int:
    found = list(old_entries(before).select_for_update(of=("self",))[:BATCH])
    for one in found:
        forget_entry(one, timezone.now())
        close_volunteer_account(actor=system_actor(), user=one.user, now=timezone.now())
    return len(found)


@transaction.atomic
def _forget_needs(before: datetime) -> int:
    gone = list(old_needs(before).values_list("pk", flat=True)[:BATCH])
    CallEntry.objects.filter(call__need__in=gone).delete()
    Call.objects.filter(need__in=gone).delete()
    Need.objects.filter(pk__in=gone).delete()
    return len(gone)


def _numbers(before: datetime) -> Iterable[str]:
    return old_needs(before).values_list("number", flat=True)


ENTRIES = Kept(
    "volunteers",
    pgettext_lazy("kept", "Volunteers who were refused or never finished their entry"),
    "mobilisation.volunteers",
    lambda: volunteers_policy().keep.refused_days,
    key="keep.refused_days",
    count=lambda before: old_entries(before).count(),
    forget=_forget_entries,
)
NEEDS = Kept(
    "needs",
    pgettext_lazy("kept", "Needs for volunteers, with calls and served hours"),
    "mobilisation.volunteers",
    lambda: volunteers_policy().keep.calls_days,
    key="keep.calls_days",
    count=lambda before: old_needs(before).count(),
    numbers=_numbers,
    forget=_forget_needs,
    why=gettext_lazy("Who left is nameless there. What is for a case that is held stays."),
)
