"""Plans for programs: guidance, what to close, means near by, dry runs, starts and tasks."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from django.http import Http404, HttpRequest
from ninja import Field, Query, Router, Schema

from tocsin.base.levels import AlarmLevel
from tocsin.command.casebook.queries import cases as queries
from tocsin.command.guidance import queries as guidance_queries
from tocsin.command.guidance import services as guidance_services
from tocsin.command.guidance.rules.lines import GuidanceKind
from tocsin.command.guidance.shown import GuidanceOut, WrittenOut, describe_guidance, describe_written
from tocsin.command.plans.queries import plans
from tocsin.command.plans.queries.means import means_near
from tocsin.command.plans.rules import Plan, TaskState
from tocsin.command.plans.services import starts as services
from tocsin.command.plans.shown import plans as told
from tocsin.screens.clock import current_time
from tocsin.screens.request import actor_of
from tocsin.warning.face import KnownClosing

router = Router()

CHANNEL = "api"


class PlansOut(Schema):
    fitting: list[told.ResponsePlanOut] = Field(description="plans for what this case is, the most specific first")
    others: list[told.ResponsePlanOut]
    started: list[told.StartOut]


class ValveStateOut(Schema):
    number: int
    code: str
    kind: str
    name: str
    asset_id: UUID | None
    lon: float
    lat: float
    state: str = Field(description="what the owner's data says: operable, old_check, stuck or unknown")
    state_name: str
    checked: date | None
    owner: str
    telephone: str


class WayOut(Schema):
    title: str
    valves: list[ValveStateOut]
    lines: int
    houses: int
    people: int
    named: list[str] = Field(description="hospitals, schools and the like without service")
    loss: str


class ClosingOut(Schema):
    """A proposal if that cause is right. Closing is decided by the owner's dispatcher."""

    cause: str
    label: str
    probability: float
    asset_code: str
    utility: str
    utility_name: str
    left_out: list[str] = Field(description="valves that are known not to move")
    plans: list[WayOut]


class MeansOut(Schema):
    teams: list[told.MeanOut]
    stores: list[told.MeanOut]
    hospitals: list[told.MeanOut]
    placeless: list[str] = Field(description="rescue bodies whose stations are not on the map")


class PlanSeen(Schema):
    version: int | None = Field(
        None, ge=1, le=32_000, description="the version that was read: refused where it is not in force any more"
    )


class TaskEndIn(Schema):
    state: Literal["done", "not_needed"]
    reason: str = Field("", max_length=500, description="needed for not_needed")
    checked: list[int] = Field([], max_length=50, description="which lines of its check list hold, counted from 0")


class WriteIn(Schema):
    key: str = Field(min_length=1, max_length=60, pattern=r"^[a-z0-9_]+$", description="of a known line to take its place here")
    kind: GuidanceKind
    of_class: str = Field(max_length=40)
    region_code: str = Field(max_length=6)
    asset_code: str = Field("", max_length=60)
    zh: str = Field(max_length=500)
    en: str = Field(max_length=500)
    source: str = Field(max_length=200)
    confidence: Literal["A", "B", "C"]
    reason: str = Field(max_length=500)
    withdrawn: bool = False
    effective_from: datetime | None = None
    effective_to: datetime | None = None


@router.get("/cases/{case_id}/guidance", response=GuidanceOut)
def guidance(request: HttpRequest, case_id: UUID) -> GuidanceOut:
    """What must not be done and what to mind in this case."""
    found = queries.visible_cases(request.user).get(pk=case_id)
    return describe_guidance(guidance_queries.guidance_for(found, at=current_time()))


@router.get("/cases/{case_id}/plans", response=PlansOut)
def plans_of_case(request: HttpRequest, case_id: UUID) -> PlansOut:
    """Which plans fit the case, and those that were started with their tasks."""
    found = queries.visible_cases(request.user).get(pk=case_id)
    now = current_time()
    fitting = plans.plans_in(guidance_queries.situation_of(found), at=now)
    return PlansOut(
        fitting=[told.describe_plan(one) for one in fitting],
        others=[told.describe_plan(one) for one in plans.other_plans(found, fitting, at=now)],
        started=[told.describe_start(one, now=now) for one in plans.starts_of(found)],
    )


@router.get("/cases/{case_id}/plans/{code}/dry-run", response=list[told.AskedOut])
def dry_run(request: HttpRequest, case_id: UUID, code: str) -> list[told.AskedOut]:
    """Who would be asked for what and by when if the plan were started now. Nothing is written or sent."""
    found = queries.visible_cases(request.user).get(pk=case_id)
    now = current_time()
    asked = plans.dry_run(found, _plan(code, found.region_code, now), level=AlarmLevel(found.level), at=now)
    return [told.describe_asked(one, now) for one in asked]


@router.post("/cases/{case_id}/plans/{code}/start", response=told.StartOut)
def start(request: HttpRequest, case_id: UUID, code: str, seen: Query[PlanSeen]) -> told.StartOut:
    """The leader starts the plan: bodies get their tasks, and those without an order of this case one to assist."""
    made = services.start_plan(actor=actor_of(request), case_id=case_id, code=code, version=seen.version, channel=CHANNEL)
    return told.describe_start(plans.starts_of(made.case).get(pk=made.pk), now=current_time())


@router.post("/plan-tasks/{plan_task_id}/end", response=told.StartOut)
def end_task(request: HttpRequest, plan_task_id: UUID, given: TaskEndIn) -> told.StartOut:
    """The task is done, or not needed for a reason."""
    task = services.end_task(
        actor=actor_of(request),
        task_id=plan_task_id,
        state=TaskState(given.state),
        reason=given.reason,
        checked=given.checked,
        channel=CHANNEL,
    )
    return told.describe_start(plans.starts_of(task.start.case).get(pk=task.start_id), now=current_time())


@router.get("/cases/{case_id}/closing", response=list[ClosingOut])
def closing(request: HttpRequest, case_id: UUID) -> list[KnownClosing]:
    """Which valves to close by likely cause, who is then without service, and what is known of each valve."""
    return told.what_to_close_of(request.user, queries.visible_cases(request.user).get(pk=case_id), now=current_time())


@router.get("/cases/{case_id}/means", response=MeansOut)
def means(request: HttpRequest, case_id: UUID) -> MeansOut:
    """Teams, stores and hospitals near the case, as far as they are on the map. Readiness and stock are not known."""
    found = means_near(queries.visible_cases(request.user).get(pk=case_id), at=current_time())
    return MeansOut(
        teams=[told.describe_mean(one) for one in found.teams],
        stores=[told.describe_mean(one) for one in found.stores],
        hospitals=[told.describe_mean(one) for one in found.hospitals],
        placeless=[str(one) for one in found.placeless],
    )


@router.get("/guidance", response=list[WrittenOut])
def written(request: HttpRequest) -> list[WrittenOut]:
    """Lines written in the product, newest first; the shipped ones lie below them."""
    return [describe_written(one) for one in guidance_queries.written_guidance(request.user)]


@router.post("/guidance", response=WrittenOut)
def write_guidance(request: HttpRequest, given: WriteIn) -> WrittenOut:
    """A line at class, area and object. With the key of another line it takes that one's place where it is narrower or newer."""
    return describe_written(guidance_services.write_guidance(actor=actor_of(request), **given.dict()))


def _plan(code: str, region_code: str, now: datetime) -> Plan:
    try:
        return plans.plan_of_code(code, region_code, at=now)
    except KeyError:
        raise Http404 from None
