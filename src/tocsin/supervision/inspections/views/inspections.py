"""The list of inspections, a new one by the scan of a code, and one with its list, its findings and its papers."""

from datetime import date
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
from django.views.decorators.http import require_GET, require_http_methods

from tocsin.base.errors import NotAllowed, Refusal
from tocsin.jurisdiction.face import may, may_anywhere
from tocsin.records.face import attachments_of, describe_attachment
from tocsin.screens.tables import as_csv
from tocsin.supervision.inspections.models import Inspection
from tocsin.supervision.inspections.queries import inspections as queries
from tocsin.supervision.inspections.queries.checklists import list_for, newest_lists
from tocsin.supervision.inspections.rules.inspections import InspectionSource, InspectionState
from tocsin.supervision.inspections.services import inspections as services
from tocsin.supervision.inspections.services.opening import open_inspection
from tocsin.supervision.inspections.shown import inspections as told
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


@never_cache
@require_GET
def inspections(request: HttpRequest) -> HttpResponse:
    """The list, as a page, as its `rows` for htmx, or as a file."""
    if not may_anywhere(request.user, rights.SEE):
        raise NotAllowed(_("Your roles do not show you inspections."))
    given = request.GET
    state = given.get("state", "")
    chosen = {"state": state if state in queries.STATES else "", "search": given.get("search", "")[:100]}
    found = queries.search_inspections(request.user, **chosen)
    if given.get("format") == "csv":
        return as_csv("inspections", COLUMNS, map(told.describe_inspection, found.iterator(chunk_size=2000)))
    page = Paginator(found, PAGE_SIZE).get_page(given.get("page"))
    context = {
        "page": page,
        "rows": [told.describe_inspection(one) for one in page],
        "chosen": chosen,
        "states": [
            ("unfinished", pgettext("inspections", "not finished")),
            *((k.value, str(v)) for k, v in told.STATE_NAMES.items()),
        ],
        "may_inspect": may_anywhere(request.user, rights.INSPECT),
        "may_lead": may_anywhere(request.user, rights.LEAD),
    }
    template = "supervision/inspections/inspections.html"
    return render(request, f"{template}#rows" if getattr(request, "htmx", False) else template, context)


@never_cache
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """A new inspection of the object whose code was scanned: the list that fits it is chosen already."""
    found = _object(request, request.GET.get("object", ""))
    if not may(request.user, rights.INSPECT, found.region_code):
        raise NotAllowed(_("Your roles do not let you inspect here."))
    if request.method == "POST":
        made = _make(request, found)
        if made is not None:
            is_planned = made.state == InspectionState.PLANNED
            return redirect("inspection", made.pk) if is_planned else redirect(f"/inspections/phone/#{made.pk}")
    fitting = list_for(found)
    context = {
        "one": found,
        "lists": [told.describe_list(each) for each in newest_lists().values()],
        "fitting": request.POST.get("check_list", fitting.code),
        "people": [one for one in queries.inspectors_for(found) if one.pk != request.user.pk],
        "today": timezone.localdate(settings.CONFIGURATION.clock.now()),
        "open": queries.visible_inspections(request.user).filter(object=found, state__in=queries.UNFINISHED)[:5],
    }
    return render(request, "supervision/inspections/new.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
def inspection(request: HttpRequest, inspection_id: UUID) -> HttpResponse:
    """One inspection; the second inspector is named here."""
    found = _visible(request, inspection_id)
    if request.method == "POST":
        try:
            services.name_second(
                actor=cast("Any", request.user), inspection_id=found.pk, second_id=UUID(request.POST.get("second", ""))
            )
        except Refusal as refusal:
            messages.error(request, str(refusal))
        except ValueError:
            messages.error(request, _("The form can't be read."))
        return redirect("inspection", found.pk)
    now = settings.CONFIGURATION.clock.now()
    may_inspect = may(request.user, rights.INSPECT, found.region_code)
    is_mine = request.user.pk in (found.first_inspector_id, found.second_inspector_id)
    unsigned = found.state in (InspectionState.PLANNED, InspectionState.OPEN)
    context = {
        "one": told.describe_inspection(found),
        "items": told.describe_items(found),
        "entries": [told.describe_inspection_entry(each, told.words_of_items(found)) for each in queries.entries_of(found)],
        "findings": [describe_finding(each, timezone.localdate(now)) for each in found.findings.select_related("object")],
        "documents": [
            told.describe_document(each)
            for each in queries.documents_of(found).select_related("object", "finding", "inspection").order_by("at")
        ],
        "files": [describe_attachment(each) for each in attachments_of("inspection", found.pk)],
        "people": queries.inspectors_for(found.object) if may_inspect and unsigned else (),
        "on_phone": is_mine and found.state != InspectionState.CONFIRMED,
        "has_papers": found.state in (InspectionState.SIGNED, InspectionState.CONFIRMED),
    }
    return render(request, "supervision/inspections/inspection.html", context)


def _make(request: HttpRequest, found: SupervisedObject) -> Inspection | None:
    form = request.POST
    try:
        return open_inspection(
            actor=cast("Any", request.user),
            object_id=found.pk,
            check_list=form.get("check_list", ""),
            second_id=UUID(form["second"]) if form.get("second") else None,
            planned_for=date.fromisoformat(form["planned_for"]) if form.get("planned_for") else None,
            source=InspectionSource.HAND if form.get("planned_for") else InspectionSource.SCAN,
        )
    except Refusal as refusal:
        messages.error(request, str(refusal))
    except ValueError:
        messages.error(request, _("The form can't be read."))
    return None


def _object(request: HttpRequest, identity: str) -> SupervisedObject:
    try:
        return visible_objects(request.user).get(pk=UUID(identity))
    except (ObjectDoesNotExist, ValueError):
        raise Http404(_("There is no such object, or your rights do not reach it.")) from None


def _visible(request: HttpRequest, inspection_id: UUID) -> Inspection:
    try:
        return queries.visible_inspections(request.user).get(pk=inspection_id)
    except ObjectDoesNotExist:
        raise Http404(_("There is no such inspection, or your rights do not reach it.")) from None
