"""Tasks of supervision for programs."""

from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from tocsin.base.errors import InvalidInput
from tocsin.screens.lists.slices import Grouped, GroupedSlice
from tocsin.screens.request import actor_of
from tocsin.supervision.tasks.models import Task
from tocsin.supervision.tasks.queries import tasks as queries
from tocsin.supervision.tasks.services import acts as services
from tocsin.supervision.tasks.shown.groups import GROUPS
from tocsin.supervision.tasks.shown.tasks import SupervisionTaskDetailOut, SupervisionTaskOut, describe_task, describe_whole_task

router = Router()


class SupervisionTasksOut(Grouped):
    items: list[SupervisionTaskOut]
    total: int


class SupervisionTaskFilter(GroupedSlice):
    state: str = Field("running", description=f"one of {', '.join(queries.STATES)}")
    trade: str = Field("", max_length=40)
    search: str = Field("", max_length=120, description="parts of the object's name or code")


class DeferralIn(Schema, extra="forbid"):
    granted: bool
    text: str = Field("", max_length=2000)


class ExemptionIn(Schema, extra="forbid"):
    text: str = Field(max_length=2000)


@router.get("/tasks", response=SupervisionTasksOut)
def tasks(request: HttpRequest, wanted: Query[SupervisionTaskFilter]) -> SupervisionTasksOut:
    """Tasks of objects you may see and of your own firm, what ends first first."""
    if wanted.state not in queries.STATES:
        raise InvalidInput(f"state {wanted.state!r} is unknown; use one of {', '.join(queries.STATES)}")
    found = queries.search_tasks(request.user, state=wanted.state, search=wanted.search, trade=wanted.trade)
    part = wanted.grouped(found, GROUPS)
    items = [describe_task(one) for one in part["items"]]
    return SupervisionTasksOut(items=items, total=part["total"], groups=part["groups"])


@router.get("/tasks/{uuid:task_id}", response=SupervisionTaskDetailOut)
def task(request: HttpRequest, task_id: UUID) -> SupervisionTaskDetailOut:
    """One task with what was entered."""
    return _detail(queries.visible_tasks(request.user).get(pk=task_id))


@router.post("/tasks/{uuid:task_id}/deferral", response=SupervisionTaskDetailOut)
def deferral(request: HttpRequest, task_id: UUID, given: DeferralIn) -> SupervisionTaskDetailOut:
    """Grants the time that the firm asked for, or refuses it with a reason."""
    services.decide_deferral(actor=actor_of(request), task_id=task_id, granted=given.granted, text=given.text)
    return task(request, task_id)


@router.post("/tasks/{uuid:task_id}/exemption", response=SupervisionTaskDetailOut)
def exemption(request: HttpRequest, task_id: UUID, given: ExemptionIn) -> SupervisionTaskDetailOut:
    """The task does not count, with a reason."""
    services.exempt_task(actor=actor_of(request), task_id=task_id, text=given.text)
    return task(request, task_id)


def _detail(found: Task) -> SupervisionTaskDetailOut:
    return describe_whole_task(found, queries.entries_of(found))
