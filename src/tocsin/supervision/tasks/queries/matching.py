"""Tasks for which a record of another platform exists: `met_at` when it was made, `what` which one it is.

Other subjects offer the same for their own records; `portal/catalogue/` names them all in TASKS_MET_BY.
"""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any, Final, cast

from django.db.models import DateTimeField, ExpressionWrapper, F, OuterRef, QuerySet, Subquery

from tocsin.supervision.evidence.models import EvidenceRecord
from tocsin.supervision.tasks.queries.rules import house_rules
from tocsin.supervision.tasks.rules.planning import MetBy

type WithRecord = Callable[[QuerySet[Any], datetime], QuerySet[Any]]
"""Annotates tasks with `met_at`, empty where there is no record by then, and `what`."""

DAY: Final = timedelta(days=1)


def met_by_commitment(tasks: QuerySet[Any], now: datetime) -> QuerySet[Any]:
    """By the commitment of the day: one of another day does not count."""
    tasks = tasks.annotate(closes=ExpressionWrapper(F("opens_at") + DAY, output_field=DateTimeField()))
    told = _records([MetBy.COMMITMENT.value], now).filter(stamped_at__lt=OuterRef("closes"))
    return _first(tasks, told)


def met_by_permits(tasks: QuerySet[Any], now: datetime) -> QuerySet[Any]:
    """By a permit in the firm's own system."""
    return _first(tasks, _records([MetBy.PERMITS.value], now))


def met_by_monitoring(tasks: QuerySet[Any], now: datetime) -> QuerySet[Any]:
    """By a record of a machine of the sources that the task rules name."""
    return _first(tasks, _records(house_rules().monitoring_sources, now))


def _records(sources: Iterable[str], now: datetime) -> QuerySet[EvidenceRecord]:
    return EvidenceRecord.objects.filter(
        object=OuterRef("object"), source__in=list(sources), stamped_at__gte=OuterRef("opens_at"), stamped_at__lte=now
    )


def _first(tasks: QuerySet[Any], records: QuerySet[EvidenceRecord]) -> QuerySet[Any]:
    first = records.order_by("stamped_at")
    found = {"met_at": Subquery(first.values("stamped_at")[:1]), "what": Subquery(first.values("platform")[:1])}
    return cast("QuerySet[Any]", tasks.annotate(**found))
