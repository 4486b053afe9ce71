"""Checks on the phone: what is due of the reader, and one with its form."""

from dataclasses import asdict, dataclass
from typing import Literal
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from tocsin.hazchem.prevention.policy.prevention import prevention
from tocsin.hazchem.prevention.queries.checks import WhichCheck, results_of, search_checks
from tocsin.hazchem.prevention.queries.ledger import SHOWN_RESULTS, visible_checks
from tocsin.hazchem.prevention.services import checks
from tocsin.hazchem.prevention.shown.ledger import describe_check, describe_result
from tocsin.jurisdiction.face import may
from tocsin.records.face import attachments_of_all
from tocsin.screens.acts import Attempt
from tocsin.screens.clock import current_time
from tocsin.screens.forms import read_filters, read_form
from tocsin.screens.lists.empty import EmptyState
from tocsin.screens.lists.page import list_file, list_page
from tocsin.screens.request import actor_of
from tocsin.supervision.inspections.rules.findings import FindingGrade
from tocsin.supervision.objects.rules import rights

type Outcome = Literal["normal", "not_normal"]

COLUMNS = ("due_on", "firm", "unit", "event", "measure", "text", "period_name", "who", "overdue")
EMPTY = EmptyState(
    gettext_lazy("A check falls due by the measures in the risk ledger."), link=gettext_lazy("Risk ledger"), to="risk_events"
)


@dataclass(frozen=True)
class CheckFilters:
    """Which checks the list shows."""

    q: str = ""
    which: WhichCheck = ""


@dataclass(frozen=True, kw_only=True)
class ResultForm:
    """What was found."""

    outcome: Outcome
    text: str = ""
    grade: FindingGrade = FindingGrade.ORDINARY


@never_cache
@require_GET
def risk_checks(request: HttpRequest) -> HttpResponse:
    """Checks, due first: of the reader, or of all firms that the reader sees."""
    now = current_time()
    chosen = read_filters(CheckFilters, request.GET)
    found = search_checks(request.user, today=timezone.localdate(now), **asdict(chosen))
    choices = [("mine", _("mine")), ("due", _("due by today")), ("overdue", _("overdue"))]
    context = {"chosen": chosen, "choices": choices}
    return list_file(request, found, "risk-checks", COLUMNS, lambda one: describe_check(one, now)) or list_page(
        request,
        found,
        "hazchem/prevention/checks.html",
        empty=EMPTY,
        part="",
        describe=lambda one: describe_check(one, now),
        context=context,
    )


@never_cache
@require_GET
def risk_check(request: HttpRequest, check_task_id: UUID) -> HttpResponse:
    """One check: what to look at, and what was found before."""
    now = current_time()
    task = visible_checks(request.user).get(pk=check_task_id)
    rows = list(results_of(task)[:SHOWN_RESULTS])
    done_today = bool(rows) and rows[0].done_on == timezone.localdate(now)
    own = may(request.user, rights.OWN, task.region_code, (task.object.organisation_id,))
    context = {
        "check": describe_check(task, now),
        "results": [describe_result(one) for one in rows],
        "files": attachments_of_all([("check_result", one.pk) for one in rows]) if rows else [],
        "may_enter": own and not done_today,
        "place_demanded": task.measure.event.colour in prevention().checks.place_demanded,
    }
    return render(request, "hazchem/prevention/check.html", context)


@require_POST
def enter_result(request: HttpRequest, check_task_id: UUID) -> HttpResponse:
    """What the reader found; the refusal is told on the page that follows."""
    task = visible_checks(request.user).get(pk=check_task_id)
    with Attempt(request):
        form = read_form(ResultForm, request.POST)
        file = request.FILES.get("photo")
        made = checks.enter_result(
            actor=actor_of(request),
            check_id=task.pk,
            normal=form.outcome == "normal",
            text=form.text,
            grade=form.grade,
            picture=file.read() if file else b"",
            name=(file.name or "") if file else "",
            now=current_time(),
        )
        if made.normal:
            messages.success(request, _("Checked: in order."))
        else:
            words = _("Hidden danger %(number)s is opened; the measure counts as failed until it is closed.")
            messages.success(request, words % {"number": made.finding_number})
        return redirect("risk_checks")
    return redirect("risk_check", task.pk)
