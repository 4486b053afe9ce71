"""Drills for programs."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Router, Schema

from tocsin.command.casebook.models import Drill
from tocsin.command.drills import queries, services
from tocsin.command.drills.shown import DrillDetailOut, DrillOut, describe_drill, describe_whole
from tocsin.screens.clock import current_time
from tocsin.screens.request import actor_of

router = Router()


class DrillIn(Schema):
    region_code: str = Field(max_length=6)
    name: str = Field(max_length=120)
    script: list[dict[str, Any]] = Field(min_length=1, max_length=200, description="acts as docs/drills.md tells them")
    organisation_ids: list[UUID] = Field([], max_length=200)
    usernames: list[str] = Field([], max_length=200)


class RemarksIn(Schema):
    text: str = Field("", max_length=4000)


@router.get("/drills", response=list[DrillOut])
def drills(request: HttpRequest) -> list[DrillOut]:
    """Drills in the areas whose cases you may see, newest first."""
    return [describe_drill(one) for one in queries.visible_drills(request.user)]


@router.post("/drills", response=DrillDetailOut)
def make_drill(request: HttpRequest, given: DrillIn) -> DrillDetailOut:
    """A drill that waits to be begun."""
    return _detail(request, services.make_drill(actor=actor_of(request), **given.dict()))


@router.get("/drills/{drill_id}", response=DrillDetailOut)
def drill(request: HttpRequest, drill_id: UUID) -> DrillDetailOut:
    """One drill with its script, its cases and each step against its clock."""
    return _detail(request, queries.visible_drills(request.user).get(pk=drill_id))


@router.post("/drills/{drill_id}/begin", response=DrillDetailOut)
def begin_drill(request: HttpRequest, drill_id: UUID) -> DrillDetailOut:
    """Its acts are due from now on."""
    return _detail(request, services.begin_drill(actor=actor_of(request), drill_id=drill_id))


@router.post("/drills/{drill_id}/end", response=DrillDetailOut)
def end(request: HttpRequest, drill_id: UUID) -> DrillDetailOut:
    """The drill is over, and its cases with it."""
    return _detail(request, services.end_drill(actor=actor_of(request), drill_id=drill_id))


@router.post("/drills/{drill_id}/remarks", response=DrillDetailOut)
def remarks(request: HttpRequest, drill_id: UUID, given: RemarksIn) -> DrillDetailOut:
    """What the evaluation says in words."""
    return _detail(request, services.write_remarks(actor=actor_of(request), drill_id=drill_id, text=given.text))


def _detail(request: HttpRequest, found: Drill) -> DrillDetailOut:
    found = queries.visible_drills(request.user).get(pk=found.pk)
    steps = queries.evaluation_of(found, now=current_time())
    return describe_whole(found, list(queries.acts_of(found)), queries.cases_of(found), steps)
