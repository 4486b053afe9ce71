"""Organisations: who owns or governs what, and at which telephone number they are reached."""

from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tocsin.base.errors import Refusal
from tocsin.jurisdiction import queries, services
from tocsin.jurisdiction.models import ORGANISATION_KINDS
from tocsin.jurisdiction.views.gate import needs, person_of, told

PAGE_SIZE = 100


@require_GET
@needs("organisations.see")
def organisations(request: HttpRequest) -> HttpResponse:
    """The list of the regions one sees."""
    return _list(request)


@require_POST
@needs("organisations.manage")
def register_organisation(request: HttpRequest) -> HttpResponse:
    """One body more."""
    names = ("code", "region_code", "name_zh", "name_en", "kind", "telephone")
    text = {name: request.POST.get(name, "").strip() for name in names}
    try:
        services.register_organisation(
            actor=person_of(request),
            code=text["code"],
            region_code=text["region_code"],
            name_zh=text["name_zh"],
            name_en=text["name_en"],
            kind=text["kind"],
            telephone=text["telephone"],
        )
    except Refusal as refusal:
        return _list(request, error=str(refusal))
    return redirect("organisations")


@require_http_methods(["GET", "POST"])
@needs("organisations.see")
def organisation(request: HttpRequest, organisation_id: UUID) -> HttpResponse:
    """One body; its names and telephone number may be changed by who manages its region."""
    found = get_object_or_404(queries.visible_organisations(request.user), pk=organisation_id)
    if request.method == "POST":
        text = {name: request.POST.get(name, "").strip() for name in ("name_zh", "name_en", "telephone")}
        told(
            request,
            lambda: services.edit_organisation(
                actor=person_of(request),
                organisation_id=organisation_id,
                name_zh=text["name_zh"],
                name_en=text["name_en"],
                telephone=text["telephone"],
            ),
            _("Saved."),
        )
        return redirect("organisation", organisation_id=organisation_id)
    may_edit = queries.may(request.user, "organisations.manage", found.region_id)
    return render(request, "jurisdiction/organisation.html", {"organisation": found, "may_edit": may_edit})


def _list(request: HttpRequest, *, error: str = "") -> HttpResponse:
    region = request.GET.get("region", "")
    found = queries.visible_organisations(request.user)
    context = {
        "page": Paginator(found.filter(region_id=region) if region else found, PAGE_SIZE).get_page(request.GET.get("page")),
        "region": region,
        "regions_seen": queries.regions_within(request.user, "organisations.see").filter(organisations__isnull=False).distinct(),
        "regions": queries.regions_within(request.user, "organisations.manage"),
        "kinds": ORGANISATION_KINDS,
        "error": error,
        "values": request.POST,
    }
    return render(request, "jurisdiction/organisations.html", context, status=400 if error else 200)
