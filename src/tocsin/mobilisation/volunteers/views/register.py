"""The register before officers: its list, one entry, who is invited and taken in."""

from dataclasses import asdict, dataclass
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from tocsin.base.errors import NotAllowed
from tocsin.jurisdiction.face import may, may_anywhere
from tocsin.mobilisation.volunteers.models import Volunteer
from tocsin.mobilisation.volunteers.queries import register as queries
from tocsin.mobilisation.volunteers.queries.needs import served_calls
from tocsin.mobilisation.volunteers.rules import rights
from tocsin.mobilisation.volunteers.rules.register import Kind, Standing
from tocsin.mobilisation.volunteers.services import register as services
from tocsin.mobilisation.volunteers.shown.names import KIND_NAMES, STANDING_NAMES, skill_choices
from tocsin.mobilisation.volunteers.shown.register import VolunteerOut, describe_volunteer
from tocsin.screens.acts import act
from tocsin.screens.clock import current_time
from tocsin.screens.forms import Line, read_filters
from tocsin.screens.lists.empty import EmptyState
from tocsin.screens.lists.many import ListAct, ListActs
from tocsin.screens.lists.page import list_file, list_page
from tocsin.screens.request import Actor, actor_of

COLUMNS = (
    "name",
    "kind_name",
    "body",
    "region_code",
    "standing_name",
    "skills",
    "lon",
    "lat",
    "blurred",
    "most_km",
    "consent_at",
)
SHOWN = [one for one in Standing if one is not Standing.LEFT]
EMPTY = EmptyState(
    gettext_lazy("Volunteers register themselves on the public page, or are invited."),
    link=gettext_lazy("Invite"),
    to="#invite",
    may="may_invite",
)


@dataclass(frozen=True)
class Filters:
    """Whom the list shows."""

    search: str = ""
    standing: str = ""
    skill: str = ""


@dataclass(frozen=True)
class Invited:
    """What an officer hands over, once: nobody can read the password again."""

    name: str
    username: str
    password: str


@never_cache
@require_GET
def volunteers(request: HttpRequest) -> HttpResponse:
    """The register of the reader's areas or body; `rows` alone for htmx, or a file."""
    return _list(request)


def _list(request: HttpRequest, invited: Invited | None = None) -> HttpResponse:
    user = request.user
    if not may_anywhere(user, rights.SEE):
        raise NotAllowed(_("Your roles do not show you volunteers."))
    chosen = read_filters(Filters, request.GET)
    found = queries.visible_volunteers(user, **asdict(chosen))
    exact, day = queries.callable_ids(user), queries.today_of(current_time())

    def describe(one: Volunteer) -> VolunteerOut:
        return describe_volunteer(one, exact=one.pk in exact, day=day)

    manages = may_anywhere(user, rights.MANAGE)
    context = {
        "chosen": chosen,
        "standings": [(one.value, STANDING_NAMES[one]) for one in SHOWN],
        "skills": skill_choices(),
        "kinds": [(one.value, name) for one, name in KIND_NAMES.items()],
        "may_invite": manages and actor_of(request).organisation_id is not None,
        "invited": invited,
    }
    return list_file(request, found, "volunteers", COLUMNS, describe) or list_page(
        request,
        found,
        "mobilisation/volunteers/volunteers.html",
        empty=EMPTY,
        describe=describe,
        context=context,
        acts=_acts_of(request),
    )


def _acts_of(request: HttpRequest) -> ListActs | None:
    """Several who applied are taken in at once; None for who keeps no register."""
    if not may_anywhere(request.user, rights.MANAGE):
        return None
    acts = (ListAct("admit", pgettext_lazy("volunteer", "Take in"), _admit_of_many, "user-plus"),)
    return ListActs(acts, queries.visible_volunteers, str, "volunteer")


def _admit_of_many(actor: Actor, volunteer_id: UUID) -> None:
    services.admit(actor=actor, volunteer_id=volunteer_id, now=current_time())


@never_cache
@require_GET
def volunteer(request: HttpRequest, volunteer_id: UUID) -> HttpResponse:
    """One entry with what counts of it, and the acts of whoever keeps it."""
    found = queries.visible_volunteers(request.user).get(pk=volunteer_id)
    exact = queries.may_read_place(request.user, found)
    context = {
        "one": describe_volunteer(found, exact=exact, day=queries.today_of(current_time())),
        "exact": exact,
        "served": served_calls(found).exists(),
        "may_manage": may(request.user, rights.MANAGE, found.region_code, (found.body_id,)),
    }
    return render(request, "mobilisation/volunteers/volunteer.html", context)


@never_cache
@act("volunteers", alone=True)
def invite(request: HttpRequest, *, name: Line, kind: Kind) -> HttpResponse:
    """An officer invites somebody to their own body; the password is shown this once."""
    made, password = services.invite(actor=actor_of(request), name=name, kind=kind, now=current_time())
    return _list(request, Invited(made.name, made.user.username, password))


@act("volunteer")
def admit(request: HttpRequest, volunteer_id: UUID) -> str:
    """An officer takes somebody in."""
    made = services.admit(actor=actor_of(request), volunteer_id=volunteer_id, now=current_time())
    return _("%(name)s is taken in and has been told.") % {"name": made.name}


@act("volunteer")
def refuse(request: HttpRequest, volunteer_id: UUID, *, reason: Line) -> str:
    """An officer does not take somebody in."""
    services.refuse(actor=actor_of(request), volunteer_id=volunteer_id, reason=reason, now=current_time())
    return _("Refused. They have been told why.")
