"""Doors of old warnings lose what names a household (Emergency Response Law Art. 83 to 85); how many were knocked at stays."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F
from django.utils.translation import pgettext_lazy

from tocsin.mobilisation.public_warnings.policy import warning_policy
from tocsin.mobilisation.rounds.models import Door, DoorEntry
from tocsin.records.retention.rules import Kept

if TYPE_CHECKING:
    from django.db.models import QuerySet

_BATCH = 500


@transaction.atomic
def forget_old_doors(before: datetime) -> int:
    """Empties a batch of doors of warnings issued before then, with what was entered there; returns how many."""
    old = list(_old(before).order_by("id").values_list("pk", flat=True)[:_BATCH])
    DoorEntry.objects.filter(door__in=old).update(data={})
    fields = {"place": "", "words": "", "lon": None, "lat": None}
    return Door.objects.filter(pk__in=old).update(key=F("id"), **fields)


def _old(before: datetime) -> "QuerySet[Door]":
    return Door.objects.filter(round__warning__issued_at__lt=before).exclude(place="")


def _count_old(before: datetime) -> int:
    return _old(before).count()


KEPT = Kept(
    "warning_doors",
    pgettext_lazy("kept", "Doors at which somebody knocked for a public warning"),
    "mobilisation.public_warnings",
    lambda: warning_policy("000000").keep_days,
    count=_count_old,
    forget=forget_old_doors,
)
