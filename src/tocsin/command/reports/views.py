"""Reporting upward: the list, one report to write, sign, send and acknowledge, and its export."""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from tocsin.base.errors import NotAllowed
from tocsin.command.casebook.models import Case
from tocsin.command.casebook.queries import cases
from tocsin.command.casebook.rules import rights
from tocsin.command.casebook.views import do, local_moment
from tocsin.command.reports.models import Report
from tocsin.command.reports.queries import reports as queries
from tocsin.command.reports.rules.reports import Casualties, Content, ReportState
from tocsin.command.reports.rules.transmissions import ON_ITS_WAY
from tocsin.command.reports.services import reports as services
from tocsin.command.reports.services import transmissions
from tocsin.command.reports.shown import words
from tocsin.command.reports.shown.reports import content_of, describe_report, describe_report_whole, export_report
from tocsin.jurisdiction.face import may, may_anywhere
from tocsin.records.face import names_of_papers
from tocsin.screens.tables import as_csv

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import Person

PAGE_SIZE = 50
LISTED = (("open", gettext_lazy("To be done")), ("sent", gettext_lazy("Sent")), ("all", gettext_lazy("All")))
CSV_COLUMNS = (
    *("number", "case", "kind_name", "sequence", "cause_name", "addressee", "form_name", "grade_name", "state_name"),
    *("begun_at", "due_at", "standing", "signed_by", "signed_at", "sent_at", "sent_through_name", "received_by"),
    *("receipt_number", "received_at", "drill"),
)


def reports_context(user: "Person", case: Case) -> dict[str, Any]:
    """What `_reports.html` shows on the page of a case."""
    now = _now()
    found = [describe_report(one, now) for one in queries.reports_of(case)]
    told = queries.last_told(case)
    return {
        "reports": found,
        "casualties": content_of(told).casualties if told else Casualties(),
        "may_report": may(user, rights.KEEP, case.region_code),
    }


@never_cache
@require_GET
def reports(request: HttpRequest) -> HttpResponse:
    """The list, as a page, as its `rows` for htmx, or as CSV."""
    if not may_anywhere(request.user, rights.SEE):
        raise NotAllowed(_("Your roles do not show you cases."))
    listed = request.GET.get("list", "open")
    listed = listed if listed in queries.LISTED else "open"
    found, now = queries.search_reports(request.user, listed=listed), _now()
    if request.GET.get("format") == "csv":
        return as_csv("reports", CSV_COLUMNS, [describe_report(one, now) for one in found])
    page: Any = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"page": page, "rows": [describe_report(one, now) for one in page], "lists": LISTED, "chosen": listed}
    return render(
        request,
        "command/reports/reports.html#rows" if getattr(request, "htmx", False) else "command/reports/reports.html",
        context,
    )


@never_cache
@require_GET
def report(request: HttpRequest, report_id: UUID) -> HttpResponse:
    """One report with what may be done next."""
    found = _report(request, report_id)
    content = content_of(found)
    may_keep, may_lead = (may(request.user, one, found.region_code) for one in (rights.KEEP, rights.LEAD))
    state, described = ReportState(found.state), describe_report_whole(found, _now())
    on_its_way = any(one["state"] in ON_ITS_WAY for one in described["transmissions"])
    context = {
        "report": described,
        "may_hand_over": may_keep and state is ReportState.SIGNED and bool(described["platform"]) and not on_its_way,
        "content": content,
        "parts": words.PART_NAMES,
        "seen": services.content_digest(content),
        "events": list(words.EVENT_NAMES.items()),
        "ways": list(words.WAY_NAMES.items()),
        "versions": [describe_report(one, _now()) for one in queries.reports_of(found.case).filter(duty=found.duty)],
        "may_edit": may_keep and state is ReportState.DRAFT,
        "may_sign": may_lead and state is ReportState.DRAFT,
        "may_return": may_lead and state in (ReportState.DRAFT, ReportState.SIGNED),
        "may_send": may_keep and state is ReportState.SIGNED,
        "may_receive": may_keep and state is ReportState.SENT,
        "may_drop": may_lead and state is ReportState.DRAFT and found.declaration.ended_at is not None,
        "paper": "report" in names_of_papers(),
    }
    return render(request, "command/reports/report.html", context)


@never_cache
@require_GET
def export(request: HttpRequest, report_id: UUID) -> HttpResponse:
    """The signed report as a superior platform takes it."""
    found = _report(request, report_id)
    if found.signed_at is None:
        raise Http404(_("Only a signed report is exported."))
    response = JsonResponse(export_report(found), json_dumps_params={"ensure_ascii": False, "indent": 2})
    response["Content-Disposition"] = f'attachment; filename="{found.number}.json"'
    return response


def _edit(actor: Any, report_id: UUID, form: QueryDict) -> None:
    occurred_at = local_moment(form.get("occurred_at", ""))
    if occurred_at is None:
        raise ValueError("a report needs the time of the event")
    texts = {name: form.get(name, "").strip()[:8000] for name in ("event", "unit", "place", "scene", "course", "measures")}
    rest = {name: form.get(name, "").strip()[:8000] for name in ("other", "contact")}
    content = Content(**texts, **rest, occurred_at=occurred_at, casualties=_casualties(form))
    services.edit_report(actor=actor, report_id=report_id, content=content)


def _casualties(form: QueryDict) -> Casualties:
    people = {name: int(form.get(name) or 0) for name in words.CASUALTY_PARTS[:4]}
    return Casualties(**people, loss_yuan=float(form.get("loss_yuan") or 0))


def _sign(actor: Any, report_id: UUID, form: QueryDict) -> None:
    services.sign_report(actor=actor, report_id=report_id, seen=form.get("seen", ""))


def _return(actor: Any, report_id: UUID, form: QueryDict) -> None:
    services.return_report(actor=actor, report_id=report_id, reason=form.get("reason", ""))


def _send(actor: Any, report_id: UUID, form: QueryDict) -> None:
    services.send_report(actor=actor, report_id=report_id, through=form.get("through", ""), at=local_moment(form.get("at", "")))


def _hand_over(actor: Any, report_id: UUID, form: QueryDict) -> None:
    transmissions.hand_over(actor=actor, report_id=report_id)


def _receive(actor: Any, report_id: UUID, form: QueryDict) -> None:
    services.note_receipt(
        actor=actor,
        report_id=report_id,
        received_by=form.get("received_by", ""),
        receipt_number=form.get("receipt_number", ""),
        at=local_moment(form.get("at", "")),
    )


def _drop(actor: Any, report_id: UUID, form: QueryDict) -> None:
    services.drop_report(actor=actor, report_id=report_id, reason=form.get("reason", ""))


ACTS: dict[str, Callable[[Any, UUID, QueryDict], None]] = {
    "edit": _edit,
    "sign": _sign,
    "return": _return,
    "send": _send,
    "hand-over": _hand_over,
    "receive": _receive,
    "drop": _drop,
}


@require_POST
def act_on_report(request: HttpRequest, report_id: UUID, name: str) -> HttpResponse:
    """One act; then the report's page. "Save and sign" saves first, so that what is signed is what stood in the form."""
    _report(request, report_id)
    if name not in ACTS:
        raise Http404
    do(request, lambda: ACTS[name](request.user, report_id, request.POST))
    return redirect("report", report_id)


@require_POST
def follow_up(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """A follow-up by hand; then the case's page."""
    case = _case(request, case_id)
    do(request, lambda: services.ask_follow_up(actor=cast("Any", request.user), case_id=case_id))
    return redirect("case", case.number)


@require_POST
def casualties(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Casualties as they are known now; then the case's page."""
    case = _case(request, case_id)

    def act() -> None:
        services.change_casualties(actor=cast("Any", request.user), case_id=case_id, casualties=_casualties(request.POST))

    do(request, act)
    return redirect("case", case.number)


def _report(request: HttpRequest, report_id: UUID) -> Report:
    try:
        return queries.visible_reports(request.user).get(pk=report_id)
    except ObjectDoesNotExist:
        raise Http404(_("There is no such report, or your rights do not reach it.")) from None


def _case(request: HttpRequest, case_id: UUID) -> Case:
    found = cases.visible_cases(request.user).filter(pk=case_id).first()
    if found is None:
        raise Http404(_("There is no such case, or your rights do not reach it."))
    return found


def _now() -> datetime:
    now: datetime = settings.CONFIGURATION.clock.now()
    return now
