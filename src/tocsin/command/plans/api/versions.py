"""Response plans as data for programs: what is in force in an area, versions, drafts, and the second person's switch."""

from datetime import datetime
from typing import Any, Literal

from django.http import Http404, HttpRequest
from ninja import Field, Query, Router, Schema

from tocsin.command.plans.queries import versions as queries
from tocsin.command.plans.queries.plans import plans_of
from tocsin.command.plans.rules import Who
from tocsin.command.plans.services import versions as services
from tocsin.command.plans.shown import versions as told
from tocsin.screens.clock import current_time
from tocsin.screens.request import actor_of

router = Router()


class PlanCardWholeOut(Schema):
    in_force: told.PlanCardOut | None
    content: dict[str, Any] = Field(description="in the form of plans.toml: the draft's, else what is in force")
    versions: list[told.PlanVersionOut]
    changes: list[told.PlanChangeOut] = Field(description="what the draft would change")


class PlanSaidIn(Schema):
    zh: str = Field(max_length=500)
    en: str = Field(max_length=500)


class PlanCardTaskIn(PlanSaidIn):
    code: str = Field(max_length=60)
    who: Who
    within_min: dict[Literal["red", "orange", "yellow", "blue"], float]
    source: str = Field(max_length=200)
    confidence: Literal["A", "B", "C"]
    lifeline: str = Field("", max_length=60)
    check: list[PlanSaidIn] = Field([], max_length=30)
    met_by: list[str] = Field([], max_length=10, description="acts of the unit, quantities or checks that show that it is done")


class PlanCardIn(Schema):
    """A whole plan for an area; see `content` of the plan in force."""

    region_code: str = Field(max_length=6)
    zh: str = Field(max_length=200)
    en: str = Field(max_length=200)
    needs: list[str] = Field(max_length=20)
    task: list[PlanCardTaskIn] = Field(max_length=50)
    reason: str = Field(min_length=1, max_length=500)
    withdrawn: bool = False
    seen_at: datetime | None = Field(
        None, description="`edited_at` of the draft that was read: refused where it was written anew"
    )


class PlanArea(Schema):
    region_code: str = Field(max_length=6)


class PlanSwitchIn(PlanArea):
    seen_at: datetime = Field(description="`edited_at` of the draft that was read")
    effective_from: datetime | None = None


@router.get("/plans", response=list[told.PlanCardOut])
def in_force(request: HttpRequest, area: Query[PlanArea]) -> list[told.PlanCardOut]:
    """The response plans in force in an area."""
    _see(request, area.region_code)
    return [told.describe_whole(plan) for plan in plans_of(area.region_code, at=current_time())]


@router.get("/plans/{code}", response=PlanCardWholeOut)
def card(request: HttpRequest, code: str, area: Query[PlanArea]) -> PlanCardWholeOut:
    """One plan in an area: in force, its versions, its draft."""
    _see(request, area.region_code)
    return _whole(code, area.region_code)


@router.put("/plans/{code}/draft", response=PlanCardWholeOut)
def save_draft(request: HttpRequest, code: str, given: PlanCardIn) -> PlanCardWholeOut:
    """Writes the draft of a plan for an area."""
    fields = given.dict()
    content = {"code": code, **{name: fields[name] for name in ("zh", "en", "needs", "task")}}
    rest = {name: fields[name] for name in ("region_code", "reason", "withdrawn", "seen_at")}
    services.save_draft(actor=actor_of(request), content=content, **rest)
    return _whole(code, given.region_code)


@router.post("/plans/{code}/drop-draft", response=PlanCardWholeOut)
def drop_draft(request: HttpRequest, code: str, given: PlanArea) -> PlanCardWholeOut:
    """Throws the draft away."""
    services.drop_draft(actor=actor_of(request), code=code, region_code=given.region_code)
    return _whole(code, given.region_code)


@router.post("/plans/{code}/switch-on", response=PlanCardWholeOut)
def switch_on(request: HttpRequest, code: str, given: PlanSwitchIn) -> PlanCardWholeOut:
    """A second person switches on the draft that was read, from now or a later time."""
    services.switch_on(actor=actor_of(request), code=code, **given.dict())
    return _whole(code, given.region_code)


def _whole(code: str, region_code: str) -> PlanCardWholeOut:
    now = current_time()
    plan = queries.in_force(code, region_code, at=now)
    rows = list(queries.versions_for(region_code, code))
    if plan is None and not rows:
        raise Http404
    draft = queries.draft_of(code, region_code)
    content = draft.content if draft else told.card_values(queries.card_in_force(code, region_code, at=now))
    return PlanCardWholeOut(
        in_force=told.describe_whole(plan) if plan else None,
        content=content,
        versions=[
            told.describe_version(row, holds=plan is not None and str(plan.version) == row.version, now=now) for row in rows
        ],
        changes=told.describe_changes(draft, now=now) if draft else [],
    )


def _see(request: HttpRequest, region_code: str) -> None:
    if not queries.may_see_cards(request.user, region_code):
        raise Http404
