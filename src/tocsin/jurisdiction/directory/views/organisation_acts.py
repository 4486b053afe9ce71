"""What is changed on an organisation's page beyond its names: duties, superior, posts, contact points."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext as _

from tocsin.jurisdiction.bodies import queries
from tocsin.jurisdiction.bodies import services as bodies_services
from tocsin.jurisdiction.bodies.models import Organisation
from tocsin.jurisdiction.bodies.rules import NewDuty
from tocsin.jurisdiction.contacts.models import ContactPoint, Post
from tocsin.jurisdiction.contacts.services import points as services
from tocsin.jurisdiction.rights.views import needs
from tocsin.screens.acts import act
from tocsin.screens.forms import Line, read_rows
from tocsin.screens.request import actor_of

MOST_DUTIES = 100


@dataclass(frozen=True)
class DutyRow:
    """A row of the form of duties."""

    kind: str
    lifeline: Line
    trade: Line
    area_code: Line
    hours: Line
    effective_from: date | None
    effective_to: date | None


@needs("organisations.manage")
@act("organisation")
def set_duties(request: HttpRequest, organisation_id: UUID) -> str:
    """All duties anew; a row without a kind is left out."""
    found = _visible(request, organisation_id)
    rows = read_rows(DutyRow, request.POST, MOST_DUTIES)
    duties = [
        NewDuty(row.kind, row.lifeline, row.trade, row.area_code, row.hours, row.effective_from, row.effective_to)
        for row in rows
        if row.kind
    ]
    bodies_services.set_duties(actor=actor_of(request), organisation_id=found.pk, duties=duties)
    return _("Saved.")


@needs("organisations.manage")
@act("organisation")
def set_superior(request: HttpRequest, organisation_id: UUID, *, superior: UUID | None) -> str:
    """Where a matter goes when this desk does not answer."""
    found = _visible(request, organisation_id)
    bodies_services.set_superior(actor=actor_of(request), organisation_id=found.pk, superior_id=superior)
    return _("Saved.")


@needs("rosters.manage")
@act("organisation")
def add_post(request: HttpRequest, organisation_id: UUID, *, name_zh: Line, name_en: Line) -> str:
    """One post more."""
    found = _visible(request, organisation_id)
    services.add_post(actor=actor_of(request), organisation_id=found.pk, name_zh=name_zh, name_en=name_en or name_zh)
    return _("Saved.")


@needs("rosters.manage")
@act("organisation")
def remove_post(request: HttpRequest, organisation_id: UUID, post_id: UUID) -> str:
    """One post less."""
    post = Post.objects.get(pk=post_id, organisation=_visible(request, organisation_id))
    services.remove_post(actor=actor_of(request), post_id=post.pk)
    return _("Saved.")


@needs("rosters.manage")
@act("organisation")
def add_contact_point(
    request: HttpRequest, organisation_id: UUID, *, post: UUID | None, kind: str, address: str, order: int = 1, hours: Line
) -> str:
    """One way more to reach the desk or one of its posts."""
    found = _visible(request, organisation_id)
    of_post = Post.objects.get(pk=post, organisation=found) if post else None
    services.add_contact_point(
        actor=actor_of(request),
        organisation_id=None if of_post else found.pk,
        post_id=of_post.pk if of_post else None,
        kind=kind,
        address=address,
        order=order,
        hours=hours,
    )
    return _("Saved.")


@needs("rosters.manage")
@act("organisation")
def remove_contact_point(request: HttpRequest, organisation_id: UUID, contact_point_id: UUID) -> str:
    """One way less."""
    found = _visible(request, organisation_id)
    points = ContactPoint.objects.filter(organisation=found) | ContactPoint.objects.filter(post__organisation=found)
    services.remove_contact_point(actor=actor_of(request), contact_point_id=points.get(pk=contact_point_id).pk)
    return _("Saved.")


def _visible(request: HttpRequest, organisation_id: UUID) -> Organisation:
    return queries.visible_organisations(request.user).get(pk=organisation_id)
