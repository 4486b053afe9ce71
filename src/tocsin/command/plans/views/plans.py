"""The plan's part of a case's page, the dry run, starting and ending tasks; guidance and its editing."""

from datetime import datetime
from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from tocsin.base.errors import Refusal
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

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import Person


def plan_context(user: "Person", case: Case) -> dict[str, Any]:
    """What `_guidance.html` and `_plan.html` show on the page of a case."""
    now = _now()
    starts = list(plans.starts_of(case))
    begun = {start.code for start in starts}
    seen = guidance_queries.situation_of(case)
    fitting = [plan for plan in plans.plans_in(seen, at=now) if plan.code not in begun]
    others = [plan for plan in plans.plans_of(case.region_code, at=now) if plan not in fitting and plan.code not in begun]
    is_open = case.state in OPEN_STATES
    near = means_near(case, at=now) if is_open else None
    return {
        "guidance": guidance_shown.describe_guidance(guidance_queries.guidance_in(seen, at=now)),
        "plan_starts": [told.describe_start(start, now=now) for start in starts],
        "plans_fitting": [told.describe_plan(plan) for plan in fitting] if is_open else [],
        "plans_others": [told.describe_plan(plan) for plan in others] if is_open else [],
        "may_lead": may(user, rights.LEAD, case.region_code),
        "may_end_tasks": may(user, rights.HANDLE, case.region_code),
        "closing": told.describe_closing(user, case, now=now) if is_open else [],
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
    now = _now()
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


@require_POST
def start(request: HttpRequest, number: str, code: str) -> HttpResponse:
    """The leader starts it; then the case's page."""
    try:
        case = queries.case_of_number(request.user, number)
        read = request.POST.get("version", "")
        version = int(read) if read.isascii() and read.isdigit() else None
        services.start_plan(actor=cast("Any", request.user), case_id=case.pk, code=code, version=version)
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("plan", number, code)
    except ObjectDoesNotExist:
        raise Http404 from None
    return redirect("case", case.number)


@require_POST
def end_task(request: HttpRequest, task_id: UUID) -> HttpResponse:
    """A task is done or not needed; then the case's page, or the body's own order."""
    form = request.POST
    try:
        task = plans.visible_task(request.user, task_id)
        services.end_task(
            actor=cast("Any", request.user),
            task_id=task_id,
            state=TaskState(form.get("state", "")),
            reason=form.get("reason", ""),
            checked=[int(one) for one in form.getlist("checked")],
        )
    except Refusal as refusal:
        messages.error(request, str(refusal))
    except ValueError:
        messages.error(request, _("The form can't be read."))
    except ObjectDoesNotExist:
        raise Http404 from None
    case = task.start.case
    if may(request.user, rights.SEE, case.region_code):
        return redirect("case", case.number)
    order = visible_orders(request.user).filter(case=case, unit=task.organisation).first()
    return redirect("order", order.number) if order is not None else redirect("orders")


def _now() -> datetime:
    return settings.CONFIGURATION.clock.now()
