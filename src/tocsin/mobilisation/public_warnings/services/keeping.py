"""Addresses of old deliveries are forgotten (Emergency Response Law Art. 83 to 85); how many were told and read stays."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.translation import pgettext_lazy

from tocsin.mobilisation.public_warnings.models import WarningDelivery
from tocsin.mobilisation.public_warnings.policy import warning_policy
from tocsin.records.retention.rules import Kept

if TYPE_CHECKING:
    from django.db.models import QuerySet

_BATCH = 2000


def forget_old_addresses(before: datetime) -> int:
    """Empties addresses of a batch of deliveries of warnings issued before then; returns how many."""
    old = list(_old(before).order_by("id").values_list("pk", flat=True)[:_BATCH])
    return WarningDelivery.objects.filter(pk__in=old).update(address="")


def _old(before: datetime) -> "QuerySet[WarningDelivery]":
    return WarningDelivery.objects.filter(warning__issued_at__lt=before).exclude(address="")


def _count_old(before: datetime) -> int:
    return _old(before).count()


KEPT = Kept(
    "warning_addresses",
    pgettext_lazy("kept", "Addresses that were told of public warnings"),
    "mobilisation.public_warnings",
    lambda: warning_policy("000000").keep_days,
    count=_count_old,
    forget=forget_old_addresses,
)
