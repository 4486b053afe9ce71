"""People and their roles: for system administrators (accounts) and security administrators (rights)."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from tocsin.base.errors import Refusal
from tocsin.jurisdiction.bodies import queries as bodies_queries
from tocsin.jurisdiction.people import queries
from tocsin.jurisdiction.people.models import User
from tocsin.jurisdiction.people.services import accounts as services
from tocsin.jurisdiction.people.services import grants as services_grants
from tocsin.jurisdiction.rights import queries as rights_queries
from tocsin.jurisdiction.rights.models import ROLE_NAMES, Grant
from tocsin.jurisdiction.rights.rules import ADMINISTRATORS, GRANTABLE
from tocsin.jurisdiction.rights.views import needs, person_of, told
from tocsin.screens.tables import as_csv, wants_csv

PAGE_SIZE = 50
COLUMNS = ("username", "name", "organisation", "is_active", "last_login", "date_joined")


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
    organisation = request.POST.get("organisation", "")
    try:
        person, password = services.create_person(
            actor=person_of(request),
            username=request.POST.get("username", "").strip(),
            name=request.POST.get("name", "").strip(),
            organisation_id=UUID(organisation) if organisation else None,
        )
    except Refusal as refusal:
        return _list(request, error=str(refusal))
    except ValueError:
        return _list(request, error=_("There is no such organisation."))
    return _page(request, person, password=password or "")


@require_GET
@needs("people.see")
def person(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """One person: facts, roles, and what the reader may change."""
    return _page(request, get_object_or_404(queries.visible_people(request.user), pk=person_id))


@require_POST
@needs("people.see")
def grant_role(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """One role more."""
    user = get_object_or_404(queries.visible_people(request.user), pk=person_id)
    role, region_code = request.POST.get("role", ""), request.POST.get("region", "")
    told(
        request,
        lambda: services_grants.grant_role(actor=person_of(request), user=user, role=role, region_code=region_code),
        _("The role is given."),
    )
    return redirect("person", person_id=person_id)


@require_POST
@needs("roles.grant")
def revoke_role(request: HttpRequest, person_id: UUID, grant_id: UUID) -> HttpResponse:
    """One role less."""
    get_object_or_404(Grant.objects.filter(user__in=queries.visible_people(request.user)), pk=grant_id, user_id=person_id)
    told(request, lambda: services_grants.revoke_role(actor=person_of(request), grant_id=grant_id), _("The role is taken away."))
    return redirect("person", person_id=person_id)


@require_POST
@needs("people.see")
def set_active(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Closes or opens the account."""
    get_object_or_404(queries.visible_people(request.user), pk=person_id)
    actor = person_of(request)
    if request.POST.get("active") == "1":
        told(request, lambda: services.enable_person(actor=actor, user_id=person_id), _("The account is open."))
    else:
        told(request, lambda: services.disable_person(actor=actor, user_id=person_id), _("The account is closed."))
    return redirect("person", person_id=person_id)


@never_cache
@require_POST
@needs("people.manage")
def reset_password(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Answers with the person's page that shows the one-time password, this once."""
    user = get_object_or_404(queries.visible_people(request.user), pk=person_id)
    try:
        password = services.reset_password(actor=person_of(request), user_id=person_id)
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("person", person_id=person_id)
    return _page(request, user, password=password)


def _list(request: HttpRequest, *, error: str = "") -> HttpResponse:
    search = request.GET.get("search", "")
    found = queries.search_people(request.user, search)
    if wants_csv(request):
        return as_csv("people", COLUMNS, ({**vars(one), "organisation": str(one.organisation or "")} for one in found))
    context = {
        "page": Paginator(found, PAGE_SIZE).get_page(request.GET.get("page")),
        "search": search,
        "organisations": bodies_queries.visible_organisations(request.user),
        "may_create": rights_queries.may_anywhere(request.user, "people.manage"),
        "error": error,
        "values": request.POST,
    }
    return render(request, "jurisdiction/people/people.html", context, status=400 if error else 200)


def _page(request: HttpRequest, person: User, *, password: str = "") -> HttpResponse:
    actor = person_of(request)
    first_security_administrator = queries.may_name_first_security_administrator(actor)
    roles = [
        role for role in GRANTABLE if rights_queries.may_anywhere(actor, "roles.grant") or role == first_security_administrator
    ]
    regions = rights_queries.regions_within(actor, "people.manage" if first_security_administrator else "roles.grant")
    context = {
        "person": person,
        "grants": queries.grants_with_regions(person),
        "roles": [(role, ROLE_NAMES[role], role in ADMINISTRATORS) for role in roles] if actor.pk != person.pk else [],
        "regions": regions,
        "may_revoke": rights_queries.may_anywhere(actor, "roles.grant") and actor.pk != person.pk,
        "may_manage": queries.may_manage(actor, person),
        "may_reset": queries.may_reset_password_of(actor, person),
        "password": password,
    }
    return render(request, "jurisdiction/people/person.html", context)
