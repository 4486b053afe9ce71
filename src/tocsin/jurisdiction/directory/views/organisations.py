"""Organisations: who owns or governs what, and at which telephone number they are reached."""

from collections.abc import Iterable
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tocsin.jurisdiction.areas.queries import area_names, areas_to_answer_for
from tocsin.jurisdiction.bodies import queries, services
from tocsin.jurisdiction.bodies.models import ORGANISATION_KINDS, Organisation
from tocsin.jurisdiction.bodies.rules import governing_codes
from tocsin.jurisdiction.contacts.models import ContactPoint, contact_kinds, dialled_kinds, open_kinds
from tocsin.jurisdiction.people.services.start import ensure_organisations
from tocsin.jurisdiction.rights.queries import may, regions_within
from tocsin.jurisdiction.rights.views import needs
from tocsin.jurisdiction.rosters.queries.rosters import answering, on_call, visible_rosters
from tocsin.screens.acts import Attempt, act
from tocsin.screens.clock import current_time
from tocsin.screens.forms import Line, fields_of
from tocsin.screens.lists.empty import EmptyState
from tocsin.screens.lists.page import list_file, list_page
from tocsin.screens.request import actor_of

PAGE_SIZE = 100
COLUMNS = ("code", "name", "name_zh", "name_en", "kind", "kind_name", "region_code", "telephone")
EMPTY = EmptyState(
    gettext_lazy("Bodies are registered one by one, or the usual ones of a region at once."),
    link=gettext_lazy("Register a body"),
    to="#new-organisation",
    may="regions",
)


@require_GET
@needs("organisations.see")
def organisations(request: HttpRequest) -> HttpResponse:
    """The list of the regions one sees."""
    return _list(request)


@require_POST
@needs("organisations.manage")
def register_organisation(request: HttpRequest) -> HttpResponse:
    """One body more."""
    with Attempt() as attempt:
        _register(request, **fields_of(_register, request.POST))
        return redirect("organisations")
    return _list(request, error=attempt.reason)


@needs("organisations.manage")
@act("organisations", alone=True)
def add_usual_bodies(request: HttpRequest, *, region_code: Line) -> str:
    """The usual bodies of a region with their duties and superiors, where they are missing."""
    before = Organisation.objects.filter(region_id=region_code).count()
    count = len(ensure_organisations(region_code, actor=actor_of(request))) - before
    return ngettext("%(count)d organisation is added.", "%(count)d organisations are added.", count) % {"count": count}


def _register(
    request: HttpRequest, *, code: Line, region_code: Line, name_zh: Line, name_en: Line, kind: Line, telephone: Line
) -> None:
    services.register_organisation(
        actor=actor_of(request),
        code=code,
        region_code=region_code,
        name_zh=name_zh,
        name_en=name_en,
        kind=kind,
        telephone=telephone,
    )


@require_http_methods(["GET", "POST"])
@needs("organisations.see")
def organisation(request: HttpRequest, organisation_id: UUID) -> HttpResponse:
    """One body; its names and telephone number may be changed by who manages its region."""
    if request.method == "POST":
        return _edit(request, organisation_id=organisation_id)
    found = queries.visible_organisations(request.user).get(pk=organisation_id)
    may_plan, may_edit = queries.may_plan(request.user, found), may(request.user, "organisations.manage", found.region_id)
    duties = list(found.duties.all())
    names = area_names({one.area_code for one in duties})
    now = current_time()
    seen = visible_rosters(request.user).filter(organisation=found)
    above = queries.visible_organisations(request.user).filter(region_id__in=governing_codes(found.region_id))
    context = {
        "organisation": found,
        "may_edit": may_edit,
        "may_plan": may_plan,
        "duties": [(duty, names.get(duty.area_code, "")) for duty in duties],
        "areas": areas_to_answer_for(found.region_id) if may_edit else {},
        "points": _shown(found.contact_points.all(), may_plan),
        "posts": [(post, _shown(post.contact_points.all(), may_plan)) for post in found.posts.all()],
        "rosters": seen,
        "answers": answering(on_call(found, at=now), {one.pk for one in seen}),
        "next_desk": queries.next_desk(found),
        "contact_kinds": {code: kind.words for code, kind in contact_kinds().items()},
        "kinds": ORGANISATION_KINDS,
        "superiors": above.exclude(pk=found.pk),
        "dialled": dialled_kinds(),
    }
    return render(request, "jurisdiction/directory/organisation.html", context)


def _shown(points: Iterable[ContactPoint], may_plan: bool) -> list[tuple[ContactPoint, str]]:
    """Contact points with what the reader sees of the address: a robot's address is a key, seen by who plans there."""
    return [(one, one.address if may_plan or one.kind in open_kinds() else "") for one in points]


@act("organisation")
def _edit(request: HttpRequest, organisation_id: UUID, *, name_zh: Line, name_en: Line, telephone: Line, has_desk: bool) -> str:
    found = queries.visible_organisations(request.user).get(pk=organisation_id)
    services.edit_organisation(
        actor=actor_of(request),
        organisation_id=found.pk,
        name_zh=name_zh,
        name_en=name_en,
        telephone=telephone,
        has_desk=has_desk,
    )
    return _("Saved.")


def _list(request: HttpRequest, *, error: str = "") -> HttpResponse:
    region = request.GET.get("region", "")
    found = queries.visible_organisations(request.user)
    found = found.filter(region_id=region) if region else found
    seen = regions_within(request.user, "organisations.see").filter(organisations__isnull=False)
    context = {
        "region": region,
        "regions_seen": seen.distinct(),
        "regions": regions_within(request.user, "organisations.manage"),
        "kinds": ORGANISATION_KINDS,
        "error": error,
        "values": request.POST,
    }
    return list_file(request, found, "organisations", COLUMNS, _flat) or list_page(
        request,
        found,
        "jurisdiction/directory/organisations.html",
        empty=EMPTY,
        part="",
        context=context,
        per_page=PAGE_SIZE,
        status=400 if error else 200,
    )


def _flat(body: Organisation) -> dict[str, object]:
    return {**vars(body), "name": str(body), "kind_name": body.get_kind_display(), "region_code": body.region_id}
