"""What is changed on an organisation's page beyond its names: duties, superior, posts, contact points."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tocsin.jurisdiction.bodies import queries
from tocsin.jurisdiction.bodies import services as bodies_services
from tocsin.jurisdiction.bodies.models import Organisation
from tocsin.jurisdiction.bodies.rules import NewDuty
from tocsin.jurisdiction.contacts.models import ContactPoint, Post
from tocsin.jurisdiction.contacts.services import points as services
from tocsin.jurisdiction.rights.views import needs, parse_day, person_of, told, whole

MOST_DUTIES = 100


@require_POST
@needs("organisations.manage")
def set_duties(request: HttpRequest, organisation_id: UUID) -> HttpResponse:
    """All duties anew; a row without a kind is left out."""
    found = _visible(request, organisation_id)
    columns = [
        request.POST.getlist(name)[:MOST_DUTIES]
        for name in ("kind", "lifeline", "trade", "area_code", "hours", "effective_from", "effective_to")
    ]
    duties = [
        NewDuty(kind, lifeline.strip(), trade.strip(), area.strip(), hours.strip(), parse_day(first), parse_day(last))
        for kind, lifeline, trade, area, hours, first, last in zip(*columns, strict=False)
        if kind
    ]
    told(
        request,
        lambda: bodies_services.set_duties(actor=person_of(request), organisation_id=found.pk, duties=duties),
        _("Saved."),
    )
    return redirect("organisation", organisation_id=found.pk)


@require_POST
@needs("organisations.manage")
def set_superior(request: HttpRequest, organisation_id: UUID) -> HttpResponse:
    """Where a matter goes when this desk does not answer."""
    found, chosen = _visible(request, organisation_id), request.POST.get("superior", "")
    superior = get_object_or_404(Organisation, pk=_uuid(chosen)) if chosen else None
    told(
        request,
        lambda: bodies_services.set_superior(
            actor=person_of(request), organisation_id=found.pk, superior_id=superior.pk if superior else None
        ),
        _("Saved."),
    )
    return redirect("organisation", organisation_id=found.pk)


@require_POST
@needs("rosters.manage")
def add_post(request: HttpRequest, organisation_id: UUID) -> HttpResponse:
    """One post more."""
    found = _visible(request, organisation_id)
    name_zh, name_en = (request.POST.get(name, "").strip() for name in ("name_zh", "name_en"))
    told(
        request,
        lambda: services.add_post(
            actor=person_of(request), organisation_id=found.pk, name_zh=name_zh, name_en=name_en or name_zh
        ),
        _("Saved."),
    )
    return redirect("organisation", organisation_id=found.pk)


@require_POST
@needs("rosters.manage")
def remove_post(request: HttpRequest, organisation_id: UUID, post_id: UUID) -> HttpResponse:
    """One post less."""
    found = _visible(request, organisation_id)
    post = get_object_or_404(Post, pk=post_id, organisation=found)
    told(request, lambda: services.remove_post(actor=person_of(request), post_id=post.pk), _("Saved."))
    return redirect("organisation", organisation_id=found.pk)


@require_POST
@needs("rosters.manage")
def add_contact_point(request: HttpRequest, organisation_id: UUID) -> HttpResponse:
    """One way more to reach the desk or one of its posts."""
    found, chosen = _visible(request, organisation_id), request.POST.get("post", "")
    post = get_object_or_404(Post, pk=_uuid(chosen), organisation=found) if chosen else None
    told(
        request,
        lambda: services.add_contact_point(
            actor=person_of(request),
            organisation_id=None if post else found.pk,
            post_id=post.pk if post else None,
            kind=request.POST.get("kind", ""),
            address=request.POST.get("address", ""),
            order=whole(request, "order"),
            hours=request.POST.get("hours", "").strip(),
        ),
        _("Saved."),
    )
    return redirect("organisation", organisation_id=found.pk)


@require_POST
@needs("rosters.manage")
def remove_contact_point(request: HttpRequest, organisation_id: UUID, contact_point_id: UUID) -> HttpResponse:
    """One way less."""
    found = _visible(request, organisation_id)
    points = ContactPoint.objects.filter(organisation=found) | ContactPoint.objects.filter(post__organisation=found)
    point = get_object_or_404(points, pk=contact_point_id)
    told(
        request,
        lambda: services.remove_contact_point(actor=person_of(request), contact_point_id=point.pk),
        _("Saved."),
    )
    return redirect("organisation", organisation_id=found.pk)


def _visible(request: HttpRequest, organisation_id: UUID) -> Organisation:
    return get_object_or_404(queries.visible_organisations(request.user), pk=organisation_id)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
