"""The evaluation of dual prevention: firms of a month, and one with the evidence of each part and its records."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from tocsin.hazchem.installations.queries.units import may_keep
from tocsin.hazchem.prevention.models import PreventionEvaluation
from tocsin.hazchem.prevention.queries import evaluation as queries
from tocsin.hazchem.prevention.rules.evaluation import BY_RECORD, Criterion
from tocsin.hazchem.prevention.services import evaluation as services
from tocsin.hazchem.prevention.shown.evaluation import (
    CRITERION_NAMES,
    ELEMENT_NAMES,
    describe_elements,
    describe_evaluation,
    describe_record,
)
from tocsin.screens.acts import Attempt
from tocsin.screens.clock import current_time
from tocsin.screens.forms import read_filters, read_form
from tocsin.screens.lists.empty import EmptyState
from tocsin.screens.lists.page import list_file, list_page
from tocsin.screens.request import actor_of
from tocsin.supervision.face import visible_objects

COLUMNS = ("firm", "month", "looked_on", "points", *(element.value for element in ELEMENT_NAMES))
MOST_RECORDS = 50
MONTHS = 24
EMPTY = EmptyState(
    gettext_lazy("A firm stands here when it has risk events and a month is over."),
    link=gettext_lazy("Risk ledger"),
    to="risk_events",
)


@dataclass(frozen=True)
class EvaluationFilters:
    """Which evaluations the list shows; no month: this one."""

    q: str = ""
    month: date | None = None
    area: str = ""


@dataclass(frozen=True, kw_only=True)
class RecordForm:
    """What was done."""

    criterion: Criterion
    on: date
    text: str


@dataclass(frozen=True, kw_only=True)
class WithdrawForm:
    """Which record was wrong."""

    record: UUID


@never_cache
@require_GET
def evaluations(request: HttpRequest) -> HttpResponse:
    """Firms by their points of a month, the least first."""
    chosen = read_filters(EvaluationFilters, request.GET)
    month = queries.month_of(chosen.month or timezone.localdate(current_time()))
    found = queries.search_evaluations(request.user, month=month, q=chosen.q, area=chosen.area)
    context = {"chosen": chosen, "month": month, "elements": ELEMENT_NAMES.values()}
    return list_file(request, found, "dual-prevention", COLUMNS, _as_row) or list_page(
        request, found, "hazchem/prevention/evaluations.html", empty=EMPTY, part="", describe=describe_evaluation, context=context
    )


@never_cache
@require_GET
def evaluation(request: HttpRequest, object_id: UUID) -> HttpResponse:
    """One firm: this month as it stands now, with the rows behind each point; the months before; its records."""
    now = current_time()
    firm = visible_objects(request.user).get(pk=object_id)
    elements = describe_elements(services.evaluate(firm, now), firm.pk)
    context = {
        "firm": firm,
        "elements": elements,
        "points": round(sum(one.points for one in elements), 2),
        "today": timezone.localdate(now),
        "months": queries.months_of(firm.pk)[:MONTHS],
        "records": [describe_record(one) for one in queries.visible_records(request.user).filter(object=firm)[:MOST_RECORDS]],
        "keeps": may_keep(request.user, firm),
        "criteria": [(one.value, CRITERION_NAMES[one]) for one in BY_RECORD],
    }
    return render(request, "hazchem/prevention/evaluation.html", context)


@require_POST
def enter_record(request: HttpRequest, object_id: UUID) -> HttpResponse:
    """A record of what no row shows."""
    firm = visible_objects(request.user).get(pk=object_id)
    with Attempt(request):
        form = read_form(RecordForm, request.POST)
        services.enter_record(actor=actor_of(request), object_id=firm.pk, now=current_time(), **vars(form))
        messages.success(request, _("The record is kept and counts from now on."))
    return redirect("prevention_evaluation", firm.pk)


@require_POST
def withdraw_record(request: HttpRequest, object_id: UUID) -> HttpResponse:
    """A record that was wrong."""
    firm = visible_objects(request.user).get(pk=object_id)
    with Attempt(request):
        form = read_form(WithdrawForm, request.POST)
        services.withdraw_record(actor=actor_of(request), record_id=form.record)
        messages.success(request, _("The record is withdrawn."))
    return redirect("prevention_evaluation", firm.pk)


def _as_row(one: PreventionEvaluation) -> dict[str, object]:
    told = describe_evaluation(one)
    points: dict[str, object] = {element.element.value: element.points for element in told.elements}
    return {"firm": told.firm, "month": told.month, "looked_on": told.looked_on, "points": told.points, **points}
