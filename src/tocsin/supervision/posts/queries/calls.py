"""Roll calls, as the loop that runs them asks."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone

from tocsin.notices.face import Notice
from tocsin.supervision.posts.models import RollCall


def next_call_at() -> datetime | None:
    """When the next roll call is to go on, by the judging clock; None where none runs."""
    return RollCall.objects.filter(due_at__isnull=False).order_by("due_at").values_list("due_at", flat=True).first()


def calls_by_machine(now: datetime) -> QuerySet[RollCall]:
    """The roll calls that the machine has begun on this local day."""
    midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    return RollCall.objects.filter(called_by__isnull=True, called_at__gte=midnight, called_at__lte=now)


def fates_of(answer_ids: Collection[UUID]) -> dict[UUID, str]:
    """How far the newest notice to each person called got, by the answer; without those who could not be told at all."""
    wanted = Q(pk__in=[])
    for one in answer_ids:
        wanted |= Q(key__startswith=f"roll-call-{one}-")
    rows = Notice.objects.filter(wanted).order_by("written_at").values_list("key", "fate")
    return {UUID(key.removeprefix("roll-call-")[:36]): fate for key, fate in rows}
