"""Reporting upward: the list, one report to write, sign, send and acknowledge, and its export."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from tocsin.base.errors import NotAllowed
from tocsin.command.casebook.models import Case
from tocsin.command.casebook.queries import cases
from tocsin.command.casebook.rules import rights
from tocsin.command.escalation.queries import called_by
from tocsin.command.escalation.rules import Whom
from tocsin.command.reports.models import Report
from tocsin.command.reports.queries import reports as queries
from tocsin.command.reports.rules.reports import Casualties, Content, Phoned, ReportState
from tocsin.command.reports.rules.transmissions import ON_ITS_WAY
from tocsin.command.reports.services import first_reports, transmissions
from tocsin.command.reports.services import reports as services
from tocsin.command.reports.services.first_reports import first_report_fits
from tocsin.command.reports.shown import words
from tocsin.command.reports.shown.content import content_of
from tocsin.command.reports.shown.reports import ReportOut, describe_report, describe_report_whole, export_report
from tocsin.jurisdiction.face import may, may_anywhere
from tocsin.records.face import names_of_papers
from tocsin.screens.acts import Act, act, perform_and_tell
from tocsin.screens.clock import current_time
from tocsin.screens.forms import Line, read_filters
from tocsin.screens.lists.empty import EmptyState
from tocsin.screens.lists.page import list_file, list_page
from tocsin.screens.request import Actor, actor_of

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import Person

MOST_SIGNS = 8000  # of each part of a report
LISTED = (("open", gettext_lazy("To be done")), ("sent", gettext_lazy("Sent")), ("all", gettext_lazy("All")))
CSV_COLUMNS = (
    *("number", "case", "kind_name", "sequence", "cause_name", "addressee", "form_name", "grade_name", "state_name"),
    *("begun_at", "due_at", "standing", "signed_by", "signed_at", "sent_at", "sent_through_name", "received_by"),
    *("receipt_number", "received_at", "drill"),
)
EMPTY = EmptyState(
    gettext_lazy("A report is begun on the page of a case."), link=gettext_lazy("Cases"), to="cases", over="list=all"
)


def reports_context(user: "Person", case: Case) -> dict[str, object]:
    """What `_reports.html` shows on the page of a case."""
    now, may_keep = current_time(), may(user, rights.KEEP, case.region_code)
    found = [describe_report(one, now) for one in queries.reports_of(case)]
    told = queries.last_told(case)
    owed = [one for one in found if one.state in (ReportState.DRAFT, ReportState.SIGNED, ReportState.SENT)]
    return {
        "reports": found,
        "reports_owed": sorted(owed, key=lambda one: (one.state == ReportState.SENT, one.due_at)),
        "casualties": content_of(told).casualties if told else Casualties(),
        "may_report": may_keep,
        "may_begin_report": may_keep and first_report_fits(case),
    }


@dataclass(frozen=True)
class Filters:
    """Which reports are listed."""

    list: Literal["open", "sent", "all"] = "open"


@never_cache
@require_GET
def reports(request: HttpRequest) -> HttpResponse:
    """The list, as a page, as its `rows` for htmx, or as CSV."""
    if not may_anywhere(request.user, rights.SEE):
        raise NotAllowed(_("Your roles do not show you cases."))
    chosen, now = read_filters(Filters, request.GET), current_time()
    found = queries.search_reports(request.user, listed=chosen.list)

    def describe(row: Report) -> ReportOut:
        return describe_report(row, now)

    return list_file(request, found, "reports", CSV_COLUMNS, describe) or list_page(
        request,
        found,
        "command/reports/reports.html",
        empty=EMPTY,
        describe=describe,
        context={"lists": LISTED, "chosen": chosen},
    )


@never_cache
@require_GET
def report(request: HttpRequest, report_id: UUID) -> HttpResponse:
    """One report with what may be done next."""
    found = _report(request, report_id)
    content = content_of(found)
    may_keep, may_lead = (may(request.user, one, found.region_code) for one in (rights.KEEP, rights.LEAD))
    state, described = ReportState(found.state), describe_report_whole(found, current_time())
    on_its_way = any(one.state in ON_ITS_WAY for one in described.transmissions)
    context = {
        "report": described,
        "may_hand_over": may_keep and state is ReportState.SIGNED and bool(described.platform) and not on_its_way,
        "content": content,
        "figures": {name: words.counted(getattr(content.casualties, name)) for name in words.CASUALTY_PARTS},
        "people": [(name, words.PART_NAMES[name]) for name in words.CASUALTY_PARTS[:3]],
        "leader": _leader(found),
        "parts": words.PART_NAMES,
        "events": list(words.EVENT_NAMES.items()),
        "ways": list(words.WAY_NAMES.items()),
        "versions": [describe_report(one, current_time()) for one in queries.reports_of(found.case).filter(duty=found.duty)],
        "may_edit": may_keep and state is ReportState.DRAFT,
        "may_sign": may_lead and state is ReportState.DRAFT,
        "may_return": may_lead and state in (ReportState.DRAFT, ReportState.SIGNED),
        "may_send": may_keep and state is ReportState.SIGNED,
        "may_receive": may_keep and state is ReportState.SENT,
        "may_phone": may_keep and described.may_phone,
        "may_drop": may_lead
        and state is ReportState.DRAFT
        and (found.declaration is None or found.declaration.ended_at is not None),
        "paper": "report" in names_of_papers(),
    }
    return render(request, "command/reports/report.html", context)


def _leader(report: Report) -> str:
    """The leader on shift, whom the desk asks for a word."""
    called = called_by(None, Whom.LEADER, region_code=report.region_code, at=current_time())
    return str(called[0].person) if called and called[0].person else ""


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


@dataclass(frozen=True, kw_only=True)
class ContentForm:
    """What a report says, beside the casualties."""

    event: Line
    unit: Line
    place: Line
    scene: Line
    course: Line
    measures: Line
    other: Line
    contact: Line
    occurred_at: datetime


def _edit(actor: Actor, report_id: UUID, *, form: ContentForm, casualties: Casualties) -> None:
    texts: dict[str, Any] = {
        name: value[:MOST_SIGNS] if isinstance(value, str) else value for name, value in asdict(form).items()
    }
    content = Content(**texts, casualties=casualties)
    services.edit_report(actor=actor, report_id=report_id, content=content)


@dataclass(frozen=True, kw_only=True)
class PhonedForm:
    """The six things that are said on the telephone, beside the casualties, with who took it and which leader agreed."""

    event: Line
    place: Line
    scene: Line
    measures: Line
    occurred_at: datetime
    received_by: Line
    agreed_by: Line
    at: datetime | None


def _phone(actor: Actor, report_id: UUID, *, form: PhonedForm, casualties: Casualties) -> None:
    said = Phoned(
        event=form.event,
        occurred_at=form.occurred_at,
        place=form.place[:MOST_SIGNS],
        scene=form.scene[:MOST_SIGNS],
        casualties=casualties,
        measures=form.measures[:MOST_SIGNS],
    )
    first_reports.phone_report(
        actor=actor, report_id=report_id, phoned=said, received_by=form.received_by, agreed_by=form.agreed_by, at=form.at
    )


def _sign(actor: Actor, report_id: UUID, *, seen: str) -> None:
    services.sign_report(actor=actor, report_id=report_id, seen=seen)


def _return(actor: Actor, report_id: UUID, *, reason: str) -> None:
    services.return_report(actor=actor, report_id=report_id, reason=reason)


def _send(actor: Actor, report_id: UUID, *, through: str, at: datetime | None) -> None:
    services.send_report(actor=actor, report_id=report_id, through=through, at=at)


def _hand_over(actor: Actor, report_id: UUID) -> None:
    transmissions.hand_over(actor=actor, report_id=report_id)


def _receive(actor: Actor, report_id: UUID, *, received_by: str, receipt_number: str, at: datetime | None) -> None:
    services.note_receipt(actor=actor, report_id=report_id, received_by=received_by, receipt_number=receipt_number, at=at)


def _drop(actor: Actor, report_id: UUID, *, reason: str) -> None:
    services.drop_report(actor=actor, report_id=report_id, reason=reason)


ACTS: dict[str, Act] = {
    "edit": _edit,
    "phone": _phone,
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
    perform_and_tell(request, ACTS, name, actor_of(request), report_id)
    return redirect("report", report_id)


def _to_case(request: HttpRequest, case_id: UUID) -> HttpResponse:
    return redirect("case", _case(request, case_id).number)


@act(_to_case)
def first_report(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """A first report on the desk's word; then its page."""
    made = first_reports.begin_first_report(actor=actor_of(request), case_id=_case(request, case_id).pk)
    return redirect("report", made.pk)


@act(_to_case)
def follow_up(request: HttpRequest, case_id: UUID) -> None:
    """A follow-up by hand; then the case's page."""
    services.ask_follow_up(actor=actor_of(request), case_id=_case(request, case_id).pk)


@act(_to_case)
def casualties(request: HttpRequest, case_id: UUID, *, form: Casualties) -> None:
    """Casualties as they are known now; then the case's page."""
    services.change_casualties(actor=actor_of(request), case_id=_case(request, case_id).pk, casualties=form)


def _report(request: HttpRequest, report_id: UUID) -> Report:
    return queries.visible_reports(request.user).get(pk=report_id)


def _case(request: HttpRequest, case_id: UUID) -> Case:
    return cases.visible_cases(request.user).get(pk=case_id)
