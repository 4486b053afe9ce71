"""The list of inspections, a new one by the scan of a code, and one with its list, its findings and its papers."""

from dataclasses import asdict, dataclass
from datetime import date
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from tocsin.base.errors import NotAllowed
from tocsin.jurisdiction.face import may, may_anywhere, people_who_may, region_of
from tocsin.records.face import attachments_of
from tocsin.screens.acts import Attempt, act
from tocsin.screens.clock import current_time
from tocsin.screens.forms import fields_of, read_filters
from tocsin.screens.lists.empty import EmptyState
from tocsin.screens.lists.many import ActField, ListAct, ListActs
from tocsin.screens.lists.page import list_file, list_page
from tocsin.screens.request import Actor, actor_of
from tocsin.supervision.inspections.models import Inspection
from tocsin.supervision.inspections.queries import inspections as queries
from tocsin.supervision.inspections.queries.checklists import list_for, newest_lists
from tocsin.supervision.inspections.rules.inspections import InspectionSource, InspectionState
from tocsin.supervision.inspections.services import inspections as services
from tocsin.supervision.inspections.services.opening import open_inspection
from tocsin.supervision.inspections.shown import inspections as told
from tocsin.supervision.inspections.shown.documents import describe_document
from tocsin.supervision.inspections.shown.findings import describe_finding
from tocsin.supervision.objects.models import SupervisedObject
from tocsin.supervision.objects.queries.register import visible_objects
from tocsin.supervision.objects.rules import rights

PAGE_SIZE = 50
COLUMNS = (
    *("number", "object_code", "object_name", "region_code", "check_list", "check_list_version", "state", "source"),
    *(
        "first_inspector",
        "second_inspector",
        "planned_for",
        "began_at",
        "ended_at",
        "confirmed_at",
        "answered",
        "items",
        "findings",
    ),
)
EMPTY = EmptyState(
    gettext_lazy("An inspection begins on the inspector’s phone, by a draw, or because an object is in trouble."),
    link=gettext_lazy("On the phone"),
    to="inspector_phone",
    may="may_inspect",
)


@dataclass(frozen=True)
class Filters:
    """Which inspections are listed."""

    state: str = ""
    search: str = ""


@never_cache
@require_GET
def inspections(request: HttpRequest) -> HttpResponse:
    """The list, as a page, as its `rows` for htmx, or as a file."""
    if not may_anywhere(request.user, rights.SEE):
        raise NotAllowed(_("Your roles do not show you inspections."))
    asked = read_filters(Filters, request.GET)
    chosen = Filters(asked.state if asked.state in queries.STATES else "", asked.search)
    found = queries.search_inspections(request.user, **asdict(chosen))
    context = {
        "chosen": chosen,
        "states": [
            ("unfinished", pgettext("inspections", "not finished")),
            *((k.value, str(v)) for k, v in told.STATE_NAMES.items()),
        ],
        "may_inspect": may_anywhere(request.user, rights.INSPECT),
        "may_lead": may_anywhere(request.user, rights.LEAD),
    }
    return list_file(request, found, "inspections", COLUMNS, told.describe_inspection) or list_page(
        request,
        found,
        "supervision/inspections/inspections.html",
        empty=EMPTY,
        describe=told.describe_inspection,
        context=context,
        acts=_acts_of(request),
    )


def _acts_of(request: HttpRequest) -> ListActs | None:
    """Several inspections get the same second inspector; None for who does not inspect."""
    if not may_anywhere(request.user, rights.INSPECT):
        return None
    people = [(one.pk, str(one)) for one in people_who_may(rights.INSPECT, region_of(actor_of(request)))]
    second = ActField("second", gettext_lazy("Second inspector"), people)
    acts = (ListAct("second", gettext_lazy("Name the second inspector"), _second_of_many, "user-plus", (second,)),)
    return ListActs(acts, queries.visible_inspections, lambda one: f"{one.number} {one.object.name}", "inspection")


def _second_of_many(actor: Actor, inspection_id: UUID, *, second: UUID) -> None:
    services.name_second(actor=actor, inspection_id=inspection_id, second_id=second)


@dataclass(frozen=True)
class Scanned:
    """The object whose code was scanned."""

    object: UUID | None = None


@never_cache
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """A new inspection of the object whose code was scanned: the list that fits it is chosen already."""
    scanned = read_filters(Scanned, request.GET).object
    if scanned is None:
        raise Http404
    found = visible_objects(request.user).get(pk=scanned)
    if not may(request.user, rights.INSPECT, found.region_code):
        raise NotAllowed(_("Your roles do not let you inspect here."))
    if request.method == "POST":
        with Attempt(request):
            made = _make(request, found, **fields_of(_make, request.POST))
            is_planned = made.state == InspectionState.PLANNED
            return redirect("inspection", made.pk) if is_planned else redirect(f"/inspections/phone/#{made.pk}")
    fitting = list_for(found)
    context = {
        "one": found,
        "lists": [told.describe_list(each) for each in newest_lists().values()],
        "fitting": request.POST.get("check_list", fitting.code),
        "people": [one for one in queries.inspectors_for(found) if one.pk != request.user.pk],
        "today": timezone.localdate(current_time()),
        "open": queries.visible_inspections(request.user).filter(object=found, state__in=queries.UNFINISHED)[:5],
    }
    return render(request, "supervision/inspections/new.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
def inspection(request: HttpRequest, inspection_id: UUID) -> HttpResponse:
    """One inspection; the second inspector is named here."""
    if request.method == "POST":
        return _name_second(request, inspection_id=inspection_id)
    found = _visible(request, inspection_id)
    now = current_time()
    may_inspect = may(request.user, rights.INSPECT, found.region_code)
    is_mine = request.user.pk in (found.first_inspector_id, found.second_inspector_id)
    unsigned = found.state in (InspectionState.PLANNED, InspectionState.OPEN)
    entries = list(queries.entries_of(found))
    context = {
        "one": told.describe_inspection(found),
        "items": told.describe_items(found, entries),
        "entries": [told.describe_inspection_entry(each, told.words_of_items(found)) for each in entries],
        "findings": [describe_finding(each, timezone.localdate(now)) for each in found.findings.select_related("object")],
        "documents": [
            describe_document(each)
            for each in queries.documents_of(found).select_related("object", "finding", "inspection").order_by("at")
        ],
        "files": list(attachments_of("inspection", found.pk)),
        "people": queries.inspectors_for(found.object) if may_inspect and unsigned else (),
        "on_phone": is_mine and found.state != InspectionState.CONFIRMED,
        "has_papers": found.state in (InspectionState.SIGNED, InspectionState.CONFIRMED),
    }
    return render(request, "supervision/inspections/inspection.html", context)


def _make(
    request: HttpRequest, supervised_object: SupervisedObject, *, check_list: str, second: UUID | None, planned_for: date | None
) -> Inspection:
    return open_inspection(
        actor=actor_of(request),
        object_id=supervised_object.pk,
        check_list=check_list,
        second_id=second,
        planned_for=planned_for,
        source=InspectionSource.HAND if planned_for else InspectionSource.SCAN,
    )


def _visible(request: HttpRequest, inspection_id: UUID) -> Inspection:
    return queries.visible_inspections(request.user).get(pk=inspection_id)


@act("inspection")
def _name_second(request: HttpRequest, inspection_id: UUID, *, second: UUID) -> None:
    found = _visible(request, inspection_id)
    services.name_second(actor=actor_of(request), inspection_id=found.pk, second_id=second)
