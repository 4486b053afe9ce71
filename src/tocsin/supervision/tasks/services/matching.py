"""Tasks are ticked off by records that exist anyway."""

from datetime import datetime
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet
from django.utils.module_loading import import_string

from tocsin.supervision.tasks.models import Task
from tocsin.supervision.tasks.queries.matching import WithRecord
from tocsin.supervision.tasks.queries.tasks import RUNNING_STATES, told_evidence
from tocsin.supervision.tasks.rules.planning import MetBy
from tocsin.supervision.tasks.rules.states import state_of
from tocsin.supervision.tasks.services.assignment import times_of

MATCHED_AT_ONCE: Final = 1000


def match_tasks(*, now: datetime) -> int:
    """Ticks off what existing records show to be done; returns how many tasks were met. Finds the same again at any time."""
    running = Task.objects.filter(state__in=RUNNING_STATES, opens_at__lte=now)
    return sum(
        _tick_off(running.filter(met_by=met_by), met_by, import_string(name.replace(":", ".")), now)
        for met_by, name in settings.TASKS_MET_BY.items()
    )


def tick_off(firm_id: UUID, met_by: MetBy, *, now: datetime) -> int:
    """The same at once for one object and one kind of record; returns how many tasks were met."""
    running = Task.objects.filter(object=firm_id, met_by=met_by, state__in=RUNNING_STATES, opens_at__lte=now)
    return _tick_off(running, met_by, import_string(settings.TASKS_MET_BY[met_by].replace(":", ".")), now)


def _tick_off(tasks: QuerySet[Task], met_by: str, with_record: WithRecord, now: datetime) -> int:
    total = 0
    while matched := list(with_record(tasks, now).filter(met_at__isnull=False)[:MATCHED_AT_ONCE]):
        for task in matched:
            task.done_at = min(max(task.met_at, task.opens_at), now)
            task.source, task.evidence = met_by, {**told_evidence(task.evidence), met_by: str(task.what)}
            task.state = state_of(times_of(task), now).value
        Task.objects.bulk_update(matched, ["done_at", "source", "evidence", "state"], batch_size=200)
        total += len(matched)
    return total
