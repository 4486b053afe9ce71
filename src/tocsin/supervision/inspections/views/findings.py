"""The list of hidden dangers, and the case file of one: from finding to closure on one page."""

from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, cast
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from tocsin.base.errors import NotAllowed, Refusal
from tocsin.base.ids import new_id
from tocsin.jurisdiction.face import may, may_anywhere
from tocsin.records.face import describe_attachment
from tocsin.screens.tables import as_csv
from tocsin.supervision.inspections.models import Finding
from tocsin.supervision.inspections.policy.inspections import inspection_policy
from tocsin.supervision.inspections.queries import findings as queries
from tocsin.supervision.inspections.queries.attached import files_of_finding
from tocsin.supervision.inspections.rules.findings import FIXINGS, OF_THE_FIRM, FindingAct, FindingState
from tocsin.supervision.inspections.services.findings import enter_finding, record_penalty
from tocsin.supervision.inspections.shown import findings as told
from tocsin.supervision.inspections.shown.inspections import describe_document
from tocsin.supervision.objects.rules import rights
from tocsin.supervision.phones.rules import FindingGrade, NewAct, read_act_data
from tocsin.supervision.work.shown.names import kind_name

PAGE_SIZE = 50
COLUMNS = (
    *("number", "object_code", "object_name", "region_code", "grade", "text", "state", "found_at", "due_on", "overdue_days"),
    *("extended", "asked_until", "rectified_at", "closed_at"),
)
FIELDS = ("text", "until", "days", *FIXINGS)


@never_cache
@require_GET
def findings(request: HttpRequest) -> HttpResponse:
    """The list, as a page, as its `rows` for htmx, or as a file."""
    if not (may_anywhere(request.user, rights.SEE) or may_anywhere(request.user, rights.OWN)):
        raise NotAllowed(_("Your roles do not show you hidden dangers."))
    given, now = request.GET, settings.CONFIGURATION.clock.now()
    state, grade = given.get("state", "unclosed"), given.get("grade", "")
    chosen = {
        "state": state if state in queries.STATES else "unclosed",
        "grade": grade if grade in set(FindingGrade) else "",
        "search": given.get("search", "")[:100],
    }
    found, today = queries.search_findings(request.user, now=now, **chosen), timezone.localdate(now)
    if given.get("format") == "csv":
        return as_csv("findings", COLUMNS, (told.describe_finding(one, today) for one in found.iterator(chunk_size=2000)))
    page = Paginator(found, PAGE_SIZE).get_page(given.get("page"))
    context = {
        "page": page,
        "rows": [told.describe_finding(one, today) for one in page],
        "chosen": chosen,
        "states": [
            ("unclosed", pgettext("findings", "not closed")),
            ("overdue", pgettext("findings", "overdue")),
            ("asked", pgettext("findings", "extension asked for")),
            *((code.value, str(name)) for code, name in told.STATE_NAMES.items()),
        ],
        "grades": told.GRADE_NAMES.items(),
    }
    template = "supervision/inspections/findings.html"
    return render(request, f"{template}#rows" if getattr(request, "htmx", False) else template, context)


@never_cache
@require_GET
def finding(request: HttpRequest, finding_id: UUID) -> HttpResponse:
    """The case file: what it is, the time line, papers, penalties, what went on beside it, and what comes next."""
    found = _visible(request, finding_id)
    sees = may(request.user, rights.SEE, found.region_code)
    documents = queries.documents_of(found).select_related("object", "finding", "inspection") if sees else ()
    parts = {
        "entries": [told.describe_finding_entry(one) for one in queries.entries_of(found)],
        "documents": [describe_document(one) for one in documents],
        "episodes": [
            {"start_at": one.start_at, "kind_name": kind_name(one.kind), "id": one.pk} for one in queries.episodes_beside(found)
        ]
        if sees
        else [],
    }
    may_inspect = may(request.user, rights.INSPECT, found.region_code)
    may_work = may_inspect or may(request.user, rights.OWN, found.region_code, (found.object.organisation_id,))
    context = {
        "one": told.describe_finding(found, timezone.localdate(settings.CONFIGURATION.clock.now())),
        "inspection": found.inspection,
        "lines": told.time_line(found, parts),
        **parts,
        "penalties": [told.describe_penalty(one) for one in queries.penalties_of(found)] if sees else [],
        "files": [describe_attachment(one) for one in files_of_finding(found)] if sees else [],
        "fixings": told.FIXING_NAMES.items(),
        "has_opinion": any(one["kind"] == "recheck_opinion" for one in parts["documents"]),
        "is_open": found.state == FindingState.OPEN,
        "is_rectified": found.state == FindingState.RECTIFIED,
        "is_major": found.grade == FindingGrade.MAJOR,
        "needs_fixings": found.grade == FindingGrade.MAJOR and not found.fixings,
        "may_extend": not found.extended and found.asked_until is None,
        "figures": inspection_policy().findings,
        "may_work": may_work,
        "may_inspect": may_inspect,
        "may_lead": may(request.user, rights.LEAD, found.region_code),
        "sees": sees,
    }
    return render(request, "supervision/inspections/finding.html", context)


@require_POST
def act(request: HttpRequest, finding_id: UUID, name: str) -> HttpResponse:
    """One step of the firm or of inspectors, or a penalty."""
    found = _visible(request, finding_id)
    try:
        if name == "penalty":
            _penalty(request, found)
        elif name in set(FindingAct) - {FindingAct.PHOTO, FindingAct.DOCUMENT}:
            _step(request, found, FindingAct(name))
        else:
            raise Http404
    except Refusal as refusal:
        messages.error(request, str(refusal))
    except (ValueError, InvalidOperation):
        messages.error(request, _("The form can't be read."))
    return redirect("finding", finding_id)


def _step(request: HttpRequest, found: Finding, name: FindingAct) -> None:
    given = {key: request.POST[key] for key in FIELDS if request.POST.get(key)}
    picture = request.FILES.get("picture")
    base = request.POST.get("base_version", "")
    now = settings.CONFIGURATION.clock.now()
    version = int(base) if base.isdigit() else None
    actor: Any = cast("Any", request.user)
    if picture is not None and name in OF_THE_FIRM | {FindingAct.PASS, FindingAct.FAIL}:
        photo = NewAct(new_id(), found.pk, FindingAct.PHOTO.value, now)
        enter_finding(actor=actor, act=photo, picture=picture.read(), name=picture.name or "")
        version = None if version is None else version + 1
    entry = enter_finding(
        actor=actor, act=NewAct(new_id(), found.pk, name.value, now, read_act_data(given), base_version=version)
    )
    conflict = told.describe_finding_entry(entry)["conflict"]
    if conflict:
        messages.warning(request, conflict)


def _penalty(request: HttpRequest, found: Finding) -> None:
    form = request.POST
    record_penalty(
        actor=cast("Any", request.user),
        finding_id=found.pk,
        kind=form.get("kind", ""),
        document_number=form.get("document_number", ""),
        decided_on=date.fromisoformat(form.get("decided_on", "")),
        amount_yuan=Decimal(form["amount_yuan"]) if form.get("amount_yuan") else None,
        severe=form.get("severe") == "yes",
    )


def _visible(request: HttpRequest, finding_id: UUID) -> Finding:
    try:
        return queries.visible_findings(request.user).get(pk=finding_id)
    except ObjectDoesNotExist:
        raise Http404(_("There is no such hidden danger, or your rights do not reach it.")) from None
