"""Tasks that are done or missed go at their time, with what was entered and photographed for them."""

from datetime import datetime
from typing import Final

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy, pgettext_lazy

from tocsin.records.face import forget_attachments, retention
from tocsin.records.retention.rules import Kept
from tocsin.supervision.objects.services.photos import prints_that_go
from tocsin.supervision.tasks.models import Task
from tocsin.supervision.tasks.rules.states import RUNNING

BATCH: Final = 200


def due_tasks(before: datetime) -> QuerySet[Task]:
    """Tasks that were due before that time and that nobody can or need do any more."""
    return Task.objects.filter(due_at__lt=before).exclude(state__in=[one.value for one in RUNNING]).order_by("due_at", "id")


def _count(before: datetime) -> int:
    return due_tasks(before).count()


def _forget(before: datetime) -> int:
    ids = list(due_tasks(before).select_for_update(of=("self",)).values_list("pk", flat=True)[:BATCH])
    prints_that_go("task", lambda: ids).rows().delete()
    forget_attachments("task", ids)
    Task.objects.filter(pk__in=ids).delete()
    return len(ids)


KEPT = Kept(
    "tasks",
    pgettext_lazy("kept", "Tasks of firms that are done or missed, with their photos"),
    "records.retention",
    lambda: retention().tasks_days,
    "tasks_days",
    count=_count,
    forget=_forget,
    why=gettext_lazy("Tasks that can still be done. Points that were given stay in the ledger."),
)
