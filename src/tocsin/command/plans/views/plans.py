"""The plan's part of a case's page, the dry run, starting and ending tasks; guidance and its editing."""

from typing import TYPE_CHECKING
from uuid import UUID

from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from tocsin.base.levels import AlarmLevel
from tocsin.command.casebook.models import Case
from tocsin.command.casebook.queries import cases as queries
from tocsin.command.casebook.rules import rights
from tocsin.command.casebook.rules.cases import OPEN_STATES
from tocsin.command.casebook.shown.cases import describe_case
from tocsin.command.guidance import queries as guidance_queries
from tocsin.command.guidance import shown as guidance_shown
from tocsin.command.orders.queries.orders import visible_orders
from tocsin.command.plans.queries import plans
from tocsin.command.plans.queries.means import means_near
from tocsin.command.plans.rules import TaskState
from tocsin.command.plans.services import starts as services
from tocsin.command.plans.shown import plans as told
from tocsin.jurisdiction.face import may
from tocsin.screens.acts import act
from tocsin.screens.clock import current_time
from tocsin.screens.request import actor_of

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import Person


def plan_context(user: "Person", case: Case) -> dict[str, object]:
    """What `_guidance.html` and `_plan.html` show on the page of a case."""
    now = current_time()
    starts = list(plans.starts_of(case))
    begun = {start.code for start in starts}
    seen = guidance_queries.situation_of(case)
    fitting = [plan for plan in plans.plans_in(seen, at=now) if plan.code not in begun]
    others = [plan for plan in plans.other_plans(case, fitting, at=now) if plan.code not in begun]
    is_open = case.state in OPEN_STATES
    near = means_near(case, at=now) if is_open else None
    return {
        "guidance": guidance_shown.describe_guidance(guidance_queries.guidance_in(seen, at=now)),
        "plan_starts": [told.describe_start(start, now=now) for start in starts],
        "plans_fitting": [told.describe_plan(plan) for plan in fitting] if is_open else [],
        "plans_others": [told.describe_plan(plan) for plan in others] if is_open else [],
        "may_lead": may(user, rights.LEAD, case.region_code),
        "may_end_tasks": may(user, rights.HANDLE, case.region_code),
        "closing": told.what_to_close_of(user, case, now=now) if is_open else [],
        "means": {
            "lists": [[told.describe_mean(one) for one in found] for found in (near.teams, near.stores, near.hospitals) if found],
            "placeless": near.placeless,
            "stores_known": bool(near.stores),
        }
        if near
        else None,
    }


@never_cache
@require_GET
def plan(request: HttpRequest, number: str, code: str) -> HttpResponse:
    """A dry run: who would be asked for what, and by when. Nothing is written."""
    now = current_time()
    try:
        case = queries.case_of_number(request.user, number)
        found = plans.plan_of_code(code, case.region_code, at=now)
    except (ObjectDoesNotExist, KeyError):
        raise Http404(_("There is no such case or plan, or your rights do not reach it.")) from None
    asked = plans.dry_run(case, found, level=AlarmLevel(case.level), at=now)
    context = {
        "case": describe_case(case),
        "plan": told.describe_plan(found),
        "asked": [told.describe_asked(one, now) for one in asked],
        "may_start": may(request.user, rights.LEAD, case.region_code) and case.state in OPEN_STATES and bool(asked),
        "is_started": case.plans.filter(code=code).exists(),
    }
    return render(request, "command/plans/plan.html", context)


def _to_plan(request: HttpRequest, number: str, code: str) -> HttpResponse:
    return redirect("plan", number, code)


@act(_to_plan)
def start(request: HttpRequest, number: str, code: str, *, version: int | None) -> HttpResponse:
    """The leader starts it; then the case's page."""
    case = queries.case_of_number(request.user, number)
    services.start_plan(actor=actor_of(request), case_id=case.pk, code=code, version=version)
    return redirect("case", case.number)


def _after_task(request: HttpRequest, task_id: UUID) -> HttpResponse:
    task = plans.visible_task(request.user, task_id)
    case = task.start.case
    if may(request.user, rights.SEE, case.region_code):
        return redirect("case", case.number)
    order = visible_orders(request.user).filter(case=case, unit=task.organisation).first()
    return redirect("order", order.number) if order is not None else redirect("orders")


@act(_after_task)
def end_task(request: HttpRequest, task_id: UUID, *, state: TaskState, reason: str, checked: list[int]) -> None:
    """A task is done or not needed; then the case's page, or the body's own order."""
    plans.visible_task(request.user, task_id)
    services.end_task(actor=actor_of(request), task_id=task_id, state=state, reason=reason, checked=checked)
