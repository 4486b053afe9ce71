"""Drills for programs."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Router, Schema

from tocsin.command.casebook.models import Drill
from tocsin.command.casebook.shown.cases import describe_case
from tocsin.command.drills import queries, services
from tocsin.command.drills import shown as told
from tocsin.command.drills.rules.evaluation import share_in_time
from tocsin.screens.clock import current_time
from tocsin.screens.request import actor_of

router = Router()


class DrillOut(Schema):
    id: UUID
    name: str
    region_code: str
    state: str = Field(description="planned, running or over")
    state_name: str
    made_by: str
    made_at: datetime
    began_at: datetime | None
    ended_at: datetime | None
    cases: int
    remarks: str


class ActOut(Schema):
    after_min: float
    sentence: str
    due_at: datetime | None
    done_at: datetime | None
    case: str | None
    refused: str = Field(description="why it could not be done")


class DrillStepOut(Schema):
    """One step against its clock."""

    case: str
    step: str
    step_name: str
    subject: str
    began_at: datetime
    due_at: datetime
    met_at: datetime | None
    verdict: str = Field(description="in_time, late, missed or not_due")
    verdict_name: str
    took_s: int | None
    beyond_s: int = Field(description="past its time; negative: before")


class DrillCaseOut(Schema):
    id: UUID
    number: str
    title: str
    state: str
    state_name: str
    level: int


class DrillDetailOut(DrillOut):
    script: list[dict[str, Any]]
    recipients: dict[str, list[str]] = Field(description="ids of the organisations and people whom it may reach; nobody else")
    acts: list[ActOut]
    case_list: list[DrillCaseOut]
    steps: list[DrillStepOut]
    share_in_time: float | None = Field(description="of the steps that were due or done")


class DrillIn(Schema):
    region_code: str = Field(max_length=6)
    name: str = Field(max_length=120)
    script: list[dict[str, Any]] = Field(min_length=1, max_length=200, description="acts as docs/drills.md tells them")
    organisation_ids: list[UUID] = Field([], max_length=200)
    usernames: list[str] = Field([], max_length=200)


class RemarksIn(Schema):
    text: str = Field("", max_length=4000)


@router.get("/drills", response=list[DrillOut])
def drills(request: HttpRequest) -> list[dict[str, Any]]:
    """Drills in the areas whose cases you may see, newest first."""
    return [told.describe_drill(one) for one in queries.visible_drills(request.user)]


@router.post("/drills", response=DrillDetailOut)
def make_drill(request: HttpRequest, given: DrillIn) -> dict[str, Any]:
    """A drill that waits to be begun."""
    return _detail(request, services.make_drill(actor=actor_of(request), **given.dict()))


@router.get("/drills/{drill_id}", response=DrillDetailOut)
def drill(request: HttpRequest, drill_id: UUID) -> dict[str, Any]:
    """One drill with its script, its cases and each step against its clock."""
    return _detail(request, queries.visible_drills(request.user).get(pk=drill_id))


@router.post("/drills/{drill_id}/begin", response=DrillDetailOut)
def begin_drill(request: HttpRequest, drill_id: UUID) -> dict[str, Any]:
    """Its acts are due from now on."""
    return _detail(request, services.begin_drill(actor=actor_of(request), drill_id=drill_id))


@router.post("/drills/{drill_id}/end", response=DrillDetailOut)
def end(request: HttpRequest, drill_id: UUID) -> dict[str, Any]:
    """The drill is over, and its cases with it."""
    return _detail(request, services.end_drill(actor=actor_of(request), drill_id=drill_id))


@router.post("/drills/{drill_id}/remarks", response=DrillDetailOut)
def remarks(request: HttpRequest, drill_id: UUID, given: RemarksIn) -> dict[str, Any]:
    """What the evaluation says in words."""
    return _detail(request, services.write_remarks(actor=actor_of(request), drill_id=drill_id, text=given.text))


def _detail(request: HttpRequest, found: Drill) -> dict[str, Any]:
    found = queries.visible_drills(request.user).get(pk=found.pk)
    steps = queries.evaluation_of(found, now=current_time())
    return {
        **told.describe_drill(found),
        "script": found.script,
        "recipients": found.recipients,
        "acts": told.describe_acts(found, list(queries.acts_of(found))),
        "case_list": [describe_case(one) for one in queries.cases_of(found)],
        "steps": [told.describe_step(one) for one in steps],
        "share_in_time": share_in_time(one.evaluated for one in steps),
    }
