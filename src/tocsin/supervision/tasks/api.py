"""Tasks of supervision for programs."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from tocsin.base.errors import InvalidInput
from tocsin.fieldwork.shown import ActEntryOut
from tocsin.screens.request import actor_of
from tocsin.screens.slices import Slice
from tocsin.supervision.tasks.models import Task
from tocsin.supervision.tasks.queries import tasks as queries
from tocsin.supervision.tasks.services import acts as services
from tocsin.supervision.tasks.shown.tasks import describe_task, describe_task_entry

router = Router()


class SupervisionTaskOut(Schema):
    """One thing due of one object in one period."""

    id: UUID
    object_id: UUID
    object_name: str
    object_code: str
    region_code: str
    rule: str
    name: str
    key: str = Field(description="subject and period: one and the same for all levels that ask")
    levels: list[str] = Field(description="who asks for it: firm, town, department, county, city, province")
    level_names: list[str]
    weight: int = Field(description="1 normal, 2 important, 3 key")
    weight_name: str
    opens_at: datetime
    due_at: datetime
    end: datetime = Field(description="until when it is in time: the end of a granted deferral, where there is one")
    state: str = Field(description=f"one of {', '.join(queries.STATES[2:])}")
    state_name: str
    met_by: str = Field(description="the record that shows it done; `entry`: the firm's own word")
    met_by_name: str
    done_at: datetime | None
    done_by: str
    source: str
    evidence: dict[str, Any]
    asked_to: datetime | None = Field(description="the end that the firm asks for")
    deferred_to: datetime | None
    version: int


class SupervisionTaskDetailOut(SupervisionTaskOut):
    entries: list[ActEntryOut]


class SupervisionTasksOut(Schema):
    items: list[SupervisionTaskOut]
    total: int


class SupervisionTaskFilter(Slice):
    state: str = Field("running", description=f"one of {', '.join(queries.STATES)}")
    trade: str = Field("", max_length=40)
    search: str = Field("", max_length=120, description="parts of the object's name or code")


class DeferralIn(Schema, extra="forbid"):
    granted: bool
    text: str = Field("", max_length=2000)


class ExemptionIn(Schema, extra="forbid"):
    text: str = Field(max_length=2000)


@router.get("/tasks", response=SupervisionTasksOut)
def tasks(request: HttpRequest, wanted: Query[SupervisionTaskFilter]) -> dict[str, Any]:
    """Tasks of objects you may see and of your own firm, what ends first first."""
    if wanted.state not in queries.STATES:
        raise InvalidInput(f"state {wanted.state!r} is unknown; use one of {', '.join(queries.STATES)}")
    found = queries.search_tasks(request.user, state=wanted.state, search=wanted.search, trade=wanted.trade)
    page = wanted.cut(found)
    return {"items": [describe_task(one) for one in page], "total": found.count()}


@router.get("/tasks/{uuid:task_id}", response=SupervisionTaskDetailOut)
def task(request: HttpRequest, task_id: UUID) -> dict[str, Any]:
    """One task with what was entered."""
    return _detail(queries.visible_tasks(request.user).get(pk=task_id))


@router.post("/tasks/{uuid:task_id}/deferral", response=SupervisionTaskDetailOut)
def deferral(request: HttpRequest, task_id: UUID, given: DeferralIn) -> dict[str, Any]:
    """Grants the time that the firm asked for, or refuses it with a reason."""
    services.decide_deferral(actor=actor_of(request), task_id=task_id, granted=given.granted, text=given.text)
    return task(request, task_id)


@router.post("/tasks/{uuid:task_id}/exemption", response=SupervisionTaskDetailOut)
def exemption(request: HttpRequest, task_id: UUID, given: ExemptionIn) -> dict[str, Any]:
    """The task does not count, with a reason."""
    services.exempt_task(actor=actor_of(request), task_id=task_id, text=given.text)
    return task(request, task_id)


def _detail(found: Task) -> dict[str, Any]:
    return {**describe_task(found), "entries": [describe_task_entry(one) for one in queries.entries_of(found)]}
