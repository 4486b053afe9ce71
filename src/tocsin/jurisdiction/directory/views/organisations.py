"""Organisations: who owns or governs what, and at which telephone number they are reached."""

from collections.abc import Iterable
from uuid import UUID

from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tocsin.base.errors import Refusal
from tocsin.jurisdiction.bodies import queries, services
from tocsin.jurisdiction.bodies.models import ORGANISATION_KINDS
from tocsin.jurisdiction.bodies.rules import governing_codes
from tocsin.jurisdiction.contacts.models import CONTACT_KINDS, ContactPoint
from tocsin.jurisdiction.contacts.rules import DIALLED, SHOWN
from tocsin.jurisdiction.rights import queries as rights_queries
from tocsin.jurisdiction.rights.views import needs, person_of, told
from tocsin.jurisdiction.rosters.queries import rosters as queries_rosters
from tocsin.screens.tables import as_csv, wants_csv

PAGE_SIZE = 100
COLUMNS = ("code", "name", "name_zh", "name_en", "kind", "kind_name", "region_code", "telephone")


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
                has_desk=request.POST.get("has_desk") == "1",
            ),
            _("Saved."),
        )
        return redirect("organisation", organisation_id=organisation_id)
    may_plan = queries.may_plan(request.user, found)
    now = settings.CONFIGURATION.clock.now()
    seen = queries_rosters.visible_rosters(request.user).filter(organisation=found)
    above = queries.visible_organisations(request.user).filter(region_id__in=governing_codes(found.region_id))
    context = {
        "organisation": found,
        "may_edit": rights_queries.may(request.user, "organisations.manage", found.region_id),
        "may_plan": may_plan,
        "duties": found.duties.all(),
        "points": _shown(found.contact_points.all(), may_plan),
        "posts": [(post, _shown(post.contact_points.all(), may_plan)) for post in found.posts.all()],
        "rosters": seen,
        "answers": queries_rosters.answering(queries_rosters.on_call(found, at=now), {one.pk for one in seen}),
        "next_desk": queries.next_desk(found),
        "contact_kinds": CONTACT_KINDS,
        "kinds": ORGANISATION_KINDS,
        "superiors": above.exclude(pk=found.pk),
        "dialled": DIALLED,
    }
    return render(request, "jurisdiction/directory/organisation.html", context)


def _shown(points: Iterable[ContactPoint], may_plan: bool) -> list[tuple[ContactPoint, str]]:
    """Contact points with what the reader sees of the address: a robot's address is a key, seen by who plans there."""
    return [(one, one.address if may_plan or one.kind in SHOWN else "") for one in points]


def _list(request: HttpRequest, *, error: str = "") -> HttpResponse:
    region = request.GET.get("region", "")
    found = queries.visible_organisations(request.user)
    found = found.filter(region_id=region) if region else found
    if wants_csv(request):
        rows = (
            {**vars(one), "name": str(one), "kind_name": one.get_kind_display(), "region_code": one.region_id} for one in found
        )
        return as_csv("organisations", COLUMNS, rows)
    context = {
        "page": Paginator(found, PAGE_SIZE).get_page(request.GET.get("page")),
        "region": region,
        "regions_seen": rights_queries.regions_within(request.user, "organisations.see")
        .filter(organisations__isnull=False)
        .distinct(),
        "regions": rights_queries.regions_within(request.user, "organisations.manage"),
        "kinds": ORGANISATION_KINDS,
        "error": error,
        "values": request.POST,
    }
    return render(request, "jurisdiction/directory/organisations.html", context, status=400 if error else 200)
