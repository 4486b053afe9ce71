"""Names, telephone numbers and addresses of owners who are persons go when their time is over; what was taken and paid stays."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy, pgettext_lazy

from tocsin.records.face import held_numbers
from tocsin.records.retention.rules import Kept
from tocsin.supplies.requisitions.models import Requisition, RequisitionClaim, RequisitionList, RequisitionStep
from tocsin.supplies.requisitions.policy import requisitions_policy
from tocsin.supplies.requisitions.rules.states import ENDED

BATCH: Final = 50
_ENDED = [one.value for one in ENDED]


def old_requisitions(before: datetime) -> QuerySet[Requisition]:
    """Of persons, ended before that time, and for no case that is held."""
    rows = Requisition.objects.filter(owner=None, state__in=_ENDED, ended_at__lt=before).exclude(owner_name="")
    return rows.exclude(subject_label__in=[one for one in held_numbers() if one]).order_by("ended_at", "number")


@transaction.atomic
def _forget(before: datetime) -> int:
    gone = list(old_requisitions(before).values_list("pk", flat=True)[:BATCH])
    RequisitionList.objects.filter(requisition__in=gone).update(signed_for="")
    RequisitionClaim.objects.filter(requisition__in=gone).update(claimed_for="")
    steps = list(RequisitionStep.objects.filter(requisition__in=gone))
    for one in steps:
        one.said_by = ""
        one.figures = {name: value for name, value in one.figures.items() if name != "owner"}
    RequisitionStep.objects.bulk_update(steps, ["said_by", "figures"])
    Requisition.objects.filter(pk__in=gone).update(owner_name="", owner_telephone="", owner_address="")
    return len(gone)


def _numbers(before: datetime) -> Iterable[str]:
    return old_requisitions(before).values_list("number", flat=True)


KEPT = Kept(
    "requisition_persons",
    pgettext_lazy("kept", "Owners of requisitioned property who are persons: names, telephone numbers, addresses"),
    "supplies.requisitions",
    lambda: requisitions_policy().keep.persons_days,
    key="keep.persons_days",
    count=lambda before: old_requisitions(before).count(),
    numbers=_numbers,
    forget=_forget,
    why=gettext_lazy("What was taken, given back and paid stays. What is for a case that is held stays whole."),
)
