"""People and their roles: for system administrators (accounts) and security administrators (rights)."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from tocsin.jurisdiction.bodies.queries import visible_organisations
from tocsin.jurisdiction.people import queries
from tocsin.jurisdiction.people.models import User
from tocsin.jurisdiction.people.services import accounts as services
from tocsin.jurisdiction.people.services import grants as services_grants
from tocsin.jurisdiction.rights.models import ROLE_NAMES, Grant
from tocsin.jurisdiction.rights.queries import may_anywhere, regions_within
from tocsin.jurisdiction.rights.rules import ADMINISTRATORS, GRANTABLE
from tocsin.jurisdiction.rights.views import needs
from tocsin.screens.acts import Attempt, act
from tocsin.screens.forms import Line, fields_of
from tocsin.screens.lists.empty import EmptyState
from tocsin.screens.lists.page import list_file, list_page
from tocsin.screens.request import actor_of

PAGE_SIZE = 50
COLUMNS = ("username", "name", "organisation", "is_active", "last_login", "date_joined")
EMPTY = EmptyState(
    gettext_lazy("A person is entered here and is given a role."),
    link=gettext_lazy("Enter a person"),
    to="#new-person",
    may="may_create",
)


@require_GET
@needs("people.see")
def people(request: HttpRequest) -> HttpResponse:
    """The list, searched by name, with the form for a new account."""
    return _list(request)


@never_cache
@require_POST
@needs("people.manage")
def create_person(request: HttpRequest) -> HttpResponse:
    """Answers with the new person's page that shows the one-time password, this once."""
    with Attempt() as attempt:
        person, password = _create_person(request, **fields_of(_create_person, request.POST))
        return _page(request, person, password=password or "")
    return _list(request, error=attempt.reason)


@require_GET
@needs("people.see")
def person(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """One person: facts, roles, and what the reader may change."""
    return _page(request, queries.visible_people(request.user).get(pk=person_id))


def _create_person(request: HttpRequest, *, username: Line, name: Line, organisation: UUID | None) -> tuple[User, str | None]:
    return services.create_person(actor=actor_of(request), username=username, name=name, organisation_id=organisation)


@needs("people.see")
@act("person")
def grant_role(request: HttpRequest, person_id: UUID, *, role: str, region: str) -> str:
    """One role more."""
    user = queries.visible_people(request.user).get(pk=person_id)
    services_grants.grant_role(actor=actor_of(request), user=user, role=role, region_code=region)
    return _("The role is given.")


@needs("roles.grant")
@act("person")
def revoke_role(request: HttpRequest, person_id: UUID, grant_id: UUID) -> str:
    """One role less."""
    Grant.objects.filter(user__in=queries.visible_people(request.user)).get(pk=grant_id, user_id=person_id)
    services_grants.revoke_role(actor=actor_of(request), grant_id=grant_id)
    return _("The role is taken away.")


@needs("people.see")
@act("person")
def set_active(request: HttpRequest, person_id: UUID, *, active: bool) -> str:
    """Closes or opens the account."""
    queries.visible_people(request.user).get(pk=person_id)
    if active:
        services.enable_person(actor=actor_of(request), user_id=person_id)
        return _("The account is open.")
    services.disable_person(actor=actor_of(request), user_id=person_id)
    return _("The account is closed.")


@never_cache
@needs("people.manage")
@act("person")
def reset_password(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Answers with the person's page that shows the one-time password, this once."""
    user = queries.visible_people(request.user).get(pk=person_id)
    return _page(request, user, password=services.reset_password(actor=actor_of(request), user_id=person_id))


def _list(request: HttpRequest, *, error: str = "") -> HttpResponse:
    search = request.GET.get("search", "")
    found = queries.search_people(request.user, search)
    context = {
        "search": search,
        "organisations": visible_organisations(request.user),
        "may_create": may_anywhere(request.user, "people.manage"),
        "error": error,
        "values": request.POST,
    }
    return list_file(request, found, "people", COLUMNS, _flat) or list_page(
        request, found, "jurisdiction/people/people.html", empty=EMPTY, part="", context=context, status=400 if error else 200
    )


def _page(request: HttpRequest, person: User, *, password: str = "") -> HttpResponse:
    actor = actor_of(request)
    first_security_administrator = queries.may_name_first_security_administrator(actor)
    roles = [role for role in GRANTABLE if may_anywhere(actor, "roles.grant") or role == first_security_administrator]
    regions = regions_within(actor, "people.manage" if first_security_administrator else "roles.grant")
    context = {
        "person": person,
        "grants": queries.grants_with_regions(person),
        "roles": [(role, ROLE_NAMES[role], role in ADMINISTRATORS) for role in roles] if actor.pk != person.pk else [],
        "regions": regions,
        "may_revoke": may_anywhere(actor, "roles.grant") and actor.pk != person.pk,
        "may_manage": queries.may_manage(actor, person),
        "may_reset": queries.may_reset_password_of(actor, person),
        "password": password,
    }
    return render(request, "jurisdiction/people/person.html", context)


def _flat(person: User) -> dict[str, object]:
    return {**vars(person), "organisation": str(person.organisation or "")}
