"""Tasks as the reader may see them."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db.models import Count, F, Q, QuerySet, prefetch_related_objects
from django.db.models.functions import Coalesce
from django.utils import timezone

from tocsin.jurisdiction.face import scope
from tocsin.supervision.objects.models import SupervisedObject
from tocsin.supervision.objects.queries.register import rows_of_visible
from tocsin.supervision.objects.rules import rights
from tocsin.supervision.tasks.models import Task, TaskEntry
from tocsin.supervision.tasks.queries.rules import house_rules, is_one_of_several, policy_of
from tocsin.supervision.tasks.rules.planning import OF_AUTHORITY, MetBy
from tocsin.supervision.tasks.rules.states import RUNNING, TaskState

if TYPE_CHECKING:
    from uuid import UUID

    from tocsin.jurisdiction.face import Person

RUNNING_STATES = [one.value for one in RUNNING]
_NOT_ON_THE_LIST = [one.value for one in (*OF_AUTHORITY, MetBy.FINDING)]
STATES = ("running", "asked", *(one.value for one in TaskState))


def visible_tasks(user: "Person") -> QuerySet[Task]:
    """Tasks of objects in areas that the user may see, and those of the user's own firm; by their end."""
    tasks = Task.objects.select_related("object", "done_by").annotate(end=Coalesce(F("deferred_to"), F("due_at")))
    return rows_of_visible(tasks.order_by("end", "rule", "pk"), user)


def shown_done(met_by: str, firms: "Collection[UUID] | None", day: date) -> "set[UUID]":
    """Of those objects (None: of all) the ones whose task of that local day, met by that kind of record, is done or exempt. One
    query.
    """
    start = timezone.make_aware(datetime.combine(day, time()))
    done = (TaskState.DONE.value, TaskState.LATE.value, TaskState.EXEMPT.value)
    tasks = Task.objects.filter(met_by=met_by, opens_at__gte=start, opens_at__lt=start + timedelta(days=1))
    if firms is not None:
        tasks = tasks.filter(object__in=firms)
    return set(tasks.filter(state__in=done).order_by().values_list("object_id", flat=True))


def tasks_by_role(firm: "UUID", roles: Collection[str], since: datetime, until: datetime) -> dict[str, tuple[int, int]]:
    """By role how many tasks that are that person's own fell due from `since` to before `until`, by their deferred end where
    there is one, and how many of them are done, in time or late; exempt ones don't count. Only roles with a task. One query.
    """
    end = Coalesce(F("deferred_to"), F("due_at"))
    tasks = Task.objects.filter(object=firm).annotate(end=end).filter(end__gte=since, end__lt=until)
    counts: dict[str, tuple[int, int]] = {}
    for rule, version, state in tasks.exclude(state=TaskState.EXEMPT.value).values_list("rule", "rules_version", "state"):
        known = policy_of(version).rule(rule)
        if known is not None and known.role in roles:
            planned, done = counts.get(known.role, (0, 0))
            counts[known.role] = planned + 1, done + (state in (TaskState.DONE.value, TaskState.LATE.value))
    return counts


def told_evidence(evidence: Mapping[str, Any]) -> dict[str, Any]:
    """What a task is about, as another subject says it: it stays with the task however that is done."""
    return {key: evidence[key] for key in settings.TASK_WORDS if key in evidence}


def search_tasks(user: "Person", *, state: str = "running", search: str = "", trade: str = "") -> QuerySet[Task]:
    """Of the visible tasks those in a state (`asked`: a deferral waits), of objects whose name or code holds the text."""
    found = visible_tasks(user)
    if state == "running":
        found = found.filter(state__in=RUNNING_STATES)
    elif state == "asked":
        found = found.filter(asked_to__isnull=False)
    else:
        found = found.filter(state=state)
    if trade:
        found = found.filter(object__trade=trade)
    text = search.strip()
    return found.filter(Q(object__name__icontains=text) | Q(object__code__icontains=text)) if text else found


def counts_of(user: "Person") -> dict[str, int]:
    """How many visible tasks stand in each state."""
    found = visible_tasks(user).order_by().values("state").annotate(number=Count("pk"))
    return {one["state"]: one["number"] for one in found}


def entries_of(task: Task) -> QuerySet[TaskEntry]:
    """What was entered for a task, as it came."""
    return TaskEntry.objects.filter(task=task).select_related("actor")


def own_objects(user: "Person") -> QuerySet[SupervisedObject]:
    """The objects of the user's own firm."""
    objects = SupervisedObject.objects.filter(active=True, merged_into__isnull=True)
    return scope(objects, user, rights.OWN, "region_code", "organisation")


def due_of_firm(objects: Iterable[SupervisedObject], *, now: datetime) -> list[Task]:
    """What these objects have to do now, by its end: of several periods of one subject that whose end comes first, which answers
    the others too. Without what the authority owes, and without hidden dangers, which stand for themselves.
    """
    found = _own_of(objects, now).filter(state__in=RUNNING_STATES)
    first: dict[tuple[UUID, str], Task] = {}
    for task in found:
        first.setdefault((task.object_id, task.key.partition(":")[0] if is_one_of_several(task) else task.key), task)
    return list(first.values())


def done_of_firm(objects: Iterable[SupervisedObject], *, now: datetime) -> QuerySet[Task]:
    """What these objects did in the last days, by its end."""
    since = now - timedelta(days=house_rules().clock.show_done_days)
    return _own_of(objects, now).exclude(state__in=RUNNING_STATES).filter(done_at__gte=since)


def with_entries(tasks: list[Task]) -> list[Task]:
    """The same with their entries loaded."""
    prefetch_related_objects(tasks, "entries__actor", "done_by")
    return tasks


def _own_of(objects: Iterable[SupervisedObject], now: datetime) -> QuerySet[Task]:
    found = Task.objects.filter(object__in=list(objects), opens_at__lte=now).exclude(met_by__in=_NOT_ON_THE_LIST)
    return found.select_related("object").order_by(Coalesce("deferred_to", "due_at"), "rule", "pk")


def may_read_task(user: "Person", task_id: str) -> bool:
    """Photos that a firm gave for a task."""
    return visible_tasks(user).filter(pk=task_id).exists()
