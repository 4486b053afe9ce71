"""Works that are permitted at a firm in a time, by the kinds that a daily commitment states."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db.models import Q

from tocsin.hazchem.permits.models import WorkPermit
from tocsin.hazchem.permits.rules.kinds import PermitKind, PermitState

_GRANTED: Final = (PermitState.APPROVED, PermitState.RUNNING, PermitState.PAUSED, PermitState.STOPPED)
_DONE: Final = (PermitState.CLOSED, PermitState.EXPIRED)


def works_at_firm(firm_id: UUID, begin: datetime, end: datetime) -> Mapping[str, int] | None:
    """How many works of each kind are granted, go on or were done between two moments, hot work by its grade; None where the firm
    keeps no permits here.
    """
    permits = WorkPermit.objects.filter(object_id=firm_id)
    if not permits.exists():
        return None
    granted = Q(state__in=_GRANTED, ends_at__gt=begin)
    done = Q(state__in=_DONE, started_at__isnull=False, state_at__gt=begin)
    rows = permits.filter(granted | done, begins_at__lt=end).values_list("kind", "grade")
    return Counter(_work(kind, grade) for kind, grade in rows)


def _work(kind: str, grade: str) -> str:
    """The kind as commitments have it.

    >>> _work("hot_work", "first"), _work("work_at_height", "II"), _work("lifting", "single")
    ('first_hot_work', 'height', 'lifting')
    """
    if kind == PermitKind.HOT_WORK:
        return f"{grade}_hot_work"
    return "height" if kind == PermitKind.WORK_AT_HEIGHT else kind
