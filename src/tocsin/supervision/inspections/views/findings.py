"""The list of hidden dangers, and the case file of one: from finding to closure on one page."""

from dataclasses import asdict, dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from tocsin.base.errors import Conflict, NotAllowed
from tocsin.base.ids import new_id
from tocsin.fieldwork.rules import NewAct, read_data
from tocsin.jurisdiction.face import may, may_anywhere
from tocsin.screens.acts import Act, perform_and_tell
from tocsin.screens.clock import current_time
from tocsin.screens.forms import read_filters
from tocsin.screens.lists.empty import EmptyState
from tocsin.screens.lists.many import ActField, ListAct, ListActs
from tocsin.screens.lists.page import list_file, list_page
from tocsin.screens.lists.tables import Column, ordered
from tocsin.screens.request import Actor, actor_of
from tocsin.supervision.inspections.models import Finding
from tocsin.supervision.inspections.policy.inspections import inspection_policy
from tocsin.supervision.inspections.queries import findings as queries
from tocsin.supervision.inspections.queries.attached import files_of_finding
from tocsin.supervision.inspections.rules.findings import (
    FIXINGS,
    OF_THE_FIRM,
    OF_THE_MACHINE,
    FindingAct,
    FindingData,
    FindingGrade,
    FindingState,
    FindingVerdict,
)
from tocsin.supervision.inspections.rules.legal import SERVED_KINDS
from tocsin.supervision.inspections.services.findings import enter_finding
from tocsin.supervision.inspections.services.penalties import record_penalty
from tocsin.supervision.inspections.shown import findings as told
from tocsin.supervision.inspections.shown.documents import describe_document
from tocsin.supervision.inspections.shown.groups import GROUPS
from tocsin.supervision.objects.rules import rights
from tocsin.supervision.work.shown.names import kind_name

PAGE_SIZE = 50
COLUMNS = (
    *("number", "object_code", "object_name", "region_code", "grade", "text", "state", "found_at", "due_on", "overdue_days"),
    *("extended", "asked_until", "rectified_at", "closed_at"),
)
FIELDS = ("text", "until", "days", *FIXINGS)
TABLE = (
    Column("number", gettext_lazy("Number"), order="number", falling=True, fixed=True),
    Column("text", pgettext_lazy("column", "Hidden danger")),
    Column("object", gettext_lazy("Object"), order="object__name"),
    Column("grade", pgettext_lazy("hidden danger", "Grade"), order="grade"),
    Column("due", gettext_lazy("Rectify by"), order="due_on"),
    Column("state", gettext_lazy("State")),
)
EMPTY = EmptyState(gettext_lazy("A hidden danger is entered on the page of an inspection, or by the firm itself."))


@dataclass(frozen=True)
class Filters:
    """Which hidden dangers are listed."""

    state: str = "unclosed"
    grade: str = ""
    search: str = ""


@never_cache
@require_GET
def findings(request: HttpRequest) -> HttpResponse:
    """The list, as a page, as its `rows` for htmx, or as a file."""
    if not (may_anywhere(request.user, rights.SEE) or may_anywhere(request.user, rights.OWN)):
        raise NotAllowed(_("Your roles do not show you hidden dangers."))
    asked, now = read_filters(Filters, request.GET), current_time()
    chosen = Filters(
        asked.state if asked.state in queries.STATES else "unclosed",
        asked.grade if asked.grade in set(FindingGrade) else "",
        asked.search,
    )
    found, today = queries.search_findings(request.user, now=now, **asdict(chosen)), timezone.localdate(now)
    found = ordered(request, found, TABLE)
    describe = partial(told.describe_finding, today=today)
    context = {
        "chosen": chosen,
        "states": [
            ("unclosed", pgettext("findings", "not closed")),
            ("overdue", pgettext("findings", "overdue")),
            ("asked", pgettext("findings", "waits for a decision")),
            ("unserved", pgettext("findings", "not served yet")),
            ("own", pgettext("findings", "found by firms themselves")),
            *((code.value, str(name)) for code, name in told.STATE_NAMES.items()),
        ],
        "grades": told.GRADE_NAMES.items(),
    }
    return list_file(request, found, "findings", COLUMNS, describe) or list_page(
        request,
        found,
        "supervision/inspections/findings.html",
        empty=EMPTY,
        describe=describe,
        context=context,
        table=TABLE,
        groups=GROUPS,
        acts=_acts_of(request),
    )


def _acts_of(request: HttpRequest) -> ListActs | None:
    """What the reader may answer for several hidden dangers at once: requests of firms, and re-checks of ordinary ones."""
    words = ActField("text", gettext_lazy("In words"))
    acts: tuple[ListAct, ...] = ()
    if may_anywhere(request.user, rights.LEAD):
        acts += (
            ListAct("grant", pgettext_lazy("hidden dangers", "Grant more time"), _grant, "check", (words,)),
            ListAct("refuse", pgettext_lazy("hidden dangers", "Refuse more time"), _refuse, "x", (words,)),
        )
    if may_anywhere(request.user, rights.INSPECT):
        acts += (ListAct("pass", pgettext_lazy("hidden dangers", "Re-checked: closed"), _pass, "shield-check", (words,)),)
    if not acts:
        return None
    return ListActs(acts, queries.visible_findings, lambda one: f"{one.number} {one.object.name}", "finding")


def _grant(actor: Actor, finding_id: UUID, *, text: str = "") -> None:
    _step_of_many(actor, finding_id, FindingAct.GRANT_EXTENSION, text)


def _refuse(actor: Actor, finding_id: UUID, *, text: str = "") -> None:
    _step_of_many(actor, finding_id, FindingAct.REFUSE_EXTENSION, text)


def _pass(actor: Actor, finding_id: UUID, *, text: str = "") -> None:
    if queries.visible_findings(actor).get(pk=finding_id).grade == FindingGrade.MAJOR:
        raise Conflict(_("A major hidden danger is re-checked alone, on its own page."))
    _step_of_many(actor, finding_id, FindingAct.PASS, text)


def _step_of_many(actor: Actor, finding_id: UUID, step: FindingAct, text: str) -> None:
    """One step; what would be kept without effect is refused instead, so that nothing of it stays."""
    data = FindingData(text=text)
    entry = enter_finding(actor=actor, act=NewAct(new_id(), finding_id, step.value, current_time(), data))
    refused = _REFUSED.get(FindingVerdict(entry.verdict))
    if refused is not None:
        raise Conflict(str(refused))


_REFUSED = {
    FindingVerdict.ALREADY: gettext_lazy("That step was taken before."),
    FindingVerdict.ENDED: gettext_lazy("The hidden danger is closed."),
    FindingVerdict.TOO_EARLY: gettext_lazy("Nobody has rectified it yet."),
    FindingVerdict.OUTDATED: gettext_lazy("Somebody took it further meanwhile."),
}


@never_cache
@require_GET
def finding(request: HttpRequest, finding_id: UUID) -> HttpResponse:
    """The case file: what it is, the time line, papers, penalties, what went on beside it, and what comes next."""
    found = _visible(request, finding_id)
    sees = may(request.user, rights.SEE, found.region_code)
    documents = queries.documents_of(found).select_related("object", "finding", "inspection")
    if not sees:  # the firm reads what was issued to it
        documents = documents.filter(kind__in=SERVED_KINDS)
    parts: dict[str, list[Any]] = {
        "entries": [told.describe_finding_entry(one) for one in queries.entries_of(found)],
        "documents": [describe_document(one) for one in documents],
        "episodes": [
            {"start_at": one.start_at, "kind_name": kind_name(one.kind), "id": one.pk} for one in queries.episodes_beside(found)
        ]
        if sees
        else [],
    }
    may_inspect = may(request.user, rights.INSPECT, found.region_code)
    is_firm = may(request.user, rights.OWN, found.region_code, (found.object.organisation_id,))
    figures, today = inspection_policy().findings, timezone.localdate(current_time())
    runs = found.state in (FindingState.OPEN, FindingState.ACCEPTED)
    context = {
        "one": told.describe_finding(found, today),
        "inspection": found.inspection,
        "origins": told.origins_of(request.user, found.number) if sees else [],
        "issued": found.inspection is not None and found.inspection.confirmed_at is not None,
        "lines": told.time_line(found, parts),
        **parts,
        "penalties": [told.describe_penalty(one) for one in queries.penalties_of(found)],
        "files": [one for one in files_of_finding(found) if sees or one.object_type == "finding"],
        "fixings": told.FIXING_NAMES.items(),
        "has_opinion": any(one.kind == "recheck_opinion" for one in parts["documents"]),
        "runs": runs,
        "is_open": found.state == FindingState.OPEN,
        "is_rectified": found.state == FindingState.RECTIFIED,
        "is_major": found.grade == FindingGrade.MAJOR,
        "needs_fixings": found.grade == FindingGrade.MAJOR and not found.fixings,
        "may_extend": found.state == FindingState.OPEN and not found.own and not found.extended and found.asked_until is None,
        "extended_to": found.due_on + timedelta(days=figures.extension_days),
        "may_ask_acceptance": found.state == FindingState.OPEN
        and not found.own
        and found.grade == FindingGrade.ORDINARY
        and found.accept_asked is None,
        "accepted_to": today + timedelta(days=figures.accepted_days),
        "most_days": figures.most(FindingGrade(found.grade)),
        "offered_days": figures.offered(FindingGrade(found.grade)),
        "is_firm": is_firm,
        "may_inspect": may_inspect,
        "may_lead": may(request.user, rights.LEAD, found.region_code),
        "sees": sees,
    }
    return render(request, "supervision/inspections/finding.html", context)


@require_POST
def act(request: HttpRequest, finding_id: UUID, name: str) -> HttpResponse:
    """One step of the firm or of inspectors, or a penalty."""
    found = _visible(request, finding_id)
    perform_and_tell(request, ACTS, name, request, found)
    return redirect("finding", finding_id)


def _step(name: FindingAct, request: HttpRequest, found: Finding) -> None:
    given = {key: request.POST[key] for key in FIELDS if request.POST.get(key)}
    picture = request.FILES.get("picture")
    version, now, actor = read_filters(Base, request.POST).base_version, current_time(), actor_of(request)
    data = read_data(FindingData, given)
    if picture is not None and name in OF_THE_FIRM | {FindingAct.PASS, FindingAct.FAIL}:
        photo = NewAct(new_id(), found.pk, FindingAct.PHOTO.value, now, FindingData())
        enter_finding(actor=actor, act=photo, picture=picture.read(), name=picture.name or "")
        version = None if version is None else version + 1
    entry = enter_finding(actor=actor, act=NewAct(new_id(), found.pk, name.value, now, data, base_version=version))
    conflict = told.describe_finding_entry(entry).conflict
    if conflict:
        messages.warning(request, conflict)


@dataclass(frozen=True)
class Base:
    """Upon which version of the danger an act was entered."""

    base_version: int | None = None


def _penalty(
    request: HttpRequest,
    found: Finding,
    *,
    kind: str,
    document_number: str,
    decided_on: date,
    amount_yuan: Decimal | None,
    severe: bool,
) -> None:
    record_penalty(
        actor=actor_of(request),
        finding_id=found.pk,
        kind=kind,
        document_number=document_number,
        decided_on=decided_on,
        amount_yuan=amount_yuan,
        severe=severe,
    )


def _visible(request: HttpRequest, finding_id: UUID) -> Finding:
    return queries.visible_findings(request.user).get(pk=finding_id)


NO_FORM = frozenset({FindingAct.PHOTO, FindingAct.DOCUMENT, FindingAct.PENALTY, FindingAct.REPORT_OWN})
ACTS: dict[str, Act] = {
    **{one.value: partial(_step, one) for one in FindingAct if one not in OF_THE_MACHINE | NO_FORM},
    "penalty": _penalty,
}
