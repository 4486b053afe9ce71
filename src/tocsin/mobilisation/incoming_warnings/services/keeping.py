"""Messages from which nothing followed are let go after a time."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.translation import pgettext_lazy

from tocsin.mobilisation.incoming_warnings.models import IncomingMessage
from tocsin.mobilisation.incoming_warnings.policy import incoming_policy
from tocsin.records.retention.rules import Kept

if TYPE_CHECKING:
    from django.db.models import QuerySet

_BATCH = 500


def forget_old_messages(before: datetime) -> int:
    """A batch of messages of no warning that came before then; returns how many."""
    old = list(_old(before).order_by("came_at").values_list("pk", flat=True)[:_BATCH])
    IncomingMessage.objects.filter(pk__in=old).delete()
    return len(old)


def _old(before: datetime) -> "QuerySet[IncomingMessage]":
    return IncomingMessage.objects.filter(came_at__lt=before, warning__isnull=True)


def _count_old(before: datetime) -> int:
    return _old(before).count()


KEPT = Kept(
    "incoming_messages",
    pgettext_lazy("kept", "Messages of other services from which no warning followed"),
    "mobilisation.incoming_warnings",
    lambda: incoming_policy("000000").keep_days,
    count=_count_old,
    forget=forget_old_messages,
)
