"""What waits for people about tasks: the firm to do them, its supervisors to answer deferrals."""

from datetime import datetime
from typing import TYPE_CHECKING, Final

from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import pgettext_lazy

from tocsin.jurisdiction.face import scope
from tocsin.screens.waiting import Waiting, WaitingKind
from tocsin.screens.words import listed
from tocsin.supervision.objects.rules import rights
from tocsin.supervision.tasks.models import Task, TaskEntry
from tocsin.supervision.tasks.queries.rules import task_name
from tocsin.supervision.tasks.queries.tasks import RUNNING_STATES, due_of_firm, own_objects
from tocsin.supervision.tasks.rules.acts import TaskAct
from tocsin.supervision.tasks.rules.planning import MetBy

if TYPE_CHECKING:
    from tocsin.screens.request import Actor


def own_tasks(user: "Actor", now: datetime) -> list[Task]:
    """What the user's own firm has to do now."""
    return due_of_firm(own_objects(user), now=now)


def visits_owed(user: "Actor", now: datetime) -> QuerySet[Task]:
    """Inspections that the authority owes a firm by rule, where the user inspects."""
    tasks = Task.objects.filter(met_by=MetBy.INSPECTION.value, opens_at__lte=now, state__in=RUNNING_STATES)
    return scope(tasks.select_related("object"), user, rights.INSPECT, "object__region_code").order_by("due_at", "pk")


def deferrals_asked(user: "Actor", _now: datetime) -> QuerySet[Task]:
    """Tasks for which a firm asks for more time, where the user decides."""
    tasks = Task.objects.filter(asked_to__isnull=False, state__in=RUNNING_STATES).select_related("object")
    asked = TaskEntry.objects.filter(task=OuterRef("pk"), act=TaskAct.ASK_DEFERRAL.value).order_by("-version")
    tasks = scope(tasks, user, rights.LEAD, "object__region_code")
    return tasks.annotate(asked_at=Subquery(asked.values("received_at")[:1])).order_by(Coalesce("deferred_to", "due_at"), "pk")


def _tell_own(task: Task) -> Waiting:
    about = listed(task_name(task.rule, task.rules_version), task.object.name)
    return Waiting(about, f"{reverse('firm_phone')}#{task.pk}", task.opens_at, _end(task))


def _tell_visit(task: Task) -> Waiting:
    about = listed(task.object.name, task_name(task.rule, task.rules_version))
    return Waiting(about, f"{reverse('new_inspection')}?object={task.object_id}", task.opens_at, _end(task))


def _tell_deferral(task: Task) -> Waiting:
    about = listed(task.object.name, task_name(task.rule, task.rules_version))
    asked_at = getattr(task, "asked_at", None)
    return Waiting(about, reverse("task", args=[task.pk]), asked_at or task.opens_at, _end(task))


def _end(task: Task) -> datetime:
    return task.deferred_to or task.due_at


WAITING: Final = (
    WaitingKind("firm_task", pgettext_lazy("what waits", "Task of the firm"), (rights.OWN,), found=own_tasks, tell=_tell_own),
    WaitingKind(
        "deferral",
        pgettext_lazy("what waits", "More time asked for: answer"),
        (rights.LEAD,),
        found=deferrals_asked,
        tell=_tell_deferral,
    ),
    WaitingKind(
        "visit",
        pgettext_lazy("what waits", "Inspection owed by rule"),
        (rights.INSPECT,),
        found=visits_owed,
        tell=_tell_visit,
    ),
)
