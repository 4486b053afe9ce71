"""What follows an acknowledged alarm: persons act on its case."""

from collections.abc import Collection
from uuid import UUID

from django.db.models import F

from tocsin.command.casebook.models import CaseChange
from tocsin.jurisdiction.face import system_actor


def followed_by_cases(alarm_ids: Collection[UUID]) -> set[UUID]:
    """Of these alarms those on whose case a person did something when they were acknowledged or since; one query."""
    lines = CaseChange.objects.filter(case__memberships__alarm_id__in=alarm_ids).exclude(actor_id=system_actor().pk)
    since = lines.filter(at__gte=F("case__memberships__alarm__acknowledged_at"))
    return set(since.order_by().values_list("case__memberships__alarm_id", flat=True).distinct()) & set(alarm_ids)
