"""People, their roles and tokens for programs."""

from collections import defaultdict
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Query, Router, Schema, Status

from tocsin.jurisdiction.bodies.api import OrganisationOut
from tocsin.jurisdiction.bodies.models import Organisation
from tocsin.jurisdiction.people import queries
from tocsin.jurisdiction.people.models import ApiToken, User
from tocsin.jurisdiction.people.services import accounts as services
from tocsin.jurisdiction.people.services import grants as services_grants
from tocsin.jurisdiction.people.services import tokens as services_tokens
from tocsin.jurisdiction.people.services.browsers import source_of
from tocsin.jurisdiction.people.services.start import ensure_organisations
from tocsin.jurisdiction.rights.api import Code
from tocsin.jurisdiction.rights.queries import reach
from tocsin.jurisdiction.rights.rules import PERMISSIONS, Permission
from tocsin.screens.lists.slices import Part, Slice
from tocsin.screens.request import actor_of

router = Router()


class GrantOut(Schema):
    id: UUID
    role: str
    region_code: str


class PersonOut(Schema):
    id: UUID
    username: str
    name: str
    organisation: OrganisationOut | None
    language: str
    is_active: bool
    must_change_password: bool
    locked_at: datetime | None
    last_login: datetime | None
    grants: list[GrantOut]

    @staticmethod
    def resolve_grants(user: User) -> list[Any]:
        return list(user.grants.all())


class PersonIn(Schema):
    username: str = Field(max_length=60)
    name: str = Field("", max_length=120)
    organisation_id: UUID | None = None
    language: str = Field("", pattern=r"^(zh-hans|en)?$")


class PersonMade(Schema):
    person: PersonOut
    one_time_password: str = Field(description="shown only here; to be changed at the first sign-in")


class People(Schema):
    items: list[PersonOut]
    total: int


class Me(Schema):
    person: PersonOut
    permissions: dict[str, list[str]] = Field(description="permission -> code prefixes; [''] is everywhere")
    own_organisation: dict[str, list[str]] = Field(description="the same, for what concerns one's own organisation alone")


class GrantIn(Schema):
    role: str
    region_code: str = Code


class TokenOut(Schema):
    id: UUID
    name: str
    scopes: list[str]
    organisation_id: UUID | None = Field(description="the one organisation whose rows it reaches, beyond common knowledge")
    region_code: str = Field(description="the one region whose rows it reaches; empty: wherever its person may")
    sources: list[str] = Field(description="networks from which it opens; none: from anywhere")
    created_at: datetime
    expires_at: datetime
    last_used_at: datetime | None
    last_refused_at: datetime | None = Field(description="when it came from another address")
    last_refused_from: str


class TokenIn(Schema):
    name: str = Field(min_length=1, max_length=80)
    scopes: list[Permission]
    organisation_id: UUID | None = None
    region_code: str = Field("", pattern=r"^([0-9]{6})?$", description="only rows there and below; empty: wherever you may")
    sources: list[str] = Field([], description="networks such as 10.20.0.0/16 from which it opens; none: from anywhere")
    days: int | None = Field(None, ge=1, le=3650)
    proof: str = Field(max_length=4096, description="your password, or a code of your authenticator app")


class TokenMade(Schema):
    token: TokenOut
    secret: str = Field(description="shown only here")


class OneTimePassword(Schema):
    one_time_password: str


class UsualBodiesIn(Schema):
    region_code: str = Code


@router.get("/me", response=Me)
def me(request: HttpRequest) -> dict[str, object]:
    """The person behind this request and what they may do where; a token's narrower rights where one is used."""
    user = actor_of(request)
    whole, own = defaultdict[str, list[str]](list), defaultdict[str, list[str]](list)
    for permission in PERMISSIONS:
        for one in reach(user, permission):
            (whole if one.organisation_id is None else own)[permission].append(one.prefix)
    return {"person": user, "permissions": whole, "own_organisation": own}


@router.get("/people", response=People)
def people(request: HttpRequest, page: Query[Slice], search: str = "") -> Part[User]:
    """People of the regions you see, by user name; `search` looks in user name and name."""
    found = queries.search_people(request.user, search)
    return page.part(found)


@router.post("/people", response={201: PersonMade})
def create_person(request: HttpRequest, body: PersonIn) -> Status[dict[str, object]]:
    """A new account without rights, with a one-time password."""
    person, password = services.create_person(actor=actor_of(request), **body.dict())
    return Status(201, {"person": person, "one_time_password": password})


@router.get("/people/{person_id}", response=PersonOut)
def person(request: HttpRequest, person_id: UUID) -> User:
    """One person with grants."""
    return queries.visible_people(request.user).get(pk=person_id)


@router.post("/people/{person_id}/disable", response=PersonOut)
def disable_person(request: HttpRequest, person_id: UUID) -> User:
    """Closes the account; its history stays."""
    queries.visible_people(request.user).get(pk=person_id)
    return services.disable_person(actor=actor_of(request), user_id=person_id)


@router.post("/people/{person_id}/enable", response=PersonOut)
def enable_person(request: HttpRequest, person_id: UUID) -> User:
    """Opens a closed account again."""
    queries.visible_people(request.user).get(pk=person_id)
    return services.enable_person(actor=actor_of(request), user_id=person_id)


@router.post("/people/{person_id}/reset-password", response=OneTimePassword)
def reset_password(request: HttpRequest, person_id: UUID) -> dict[str, str]:
    """A new one-time password; never for an administrator."""
    queries.visible_people(request.user).get(pk=person_id)
    return {"one_time_password": services.reset_password(actor=actor_of(request), user_id=person_id)}


@router.post("/people/{person_id}/grants", response={201: GrantOut})
def grant_role(request: HttpRequest, person_id: UUID, body: GrantIn) -> Status[Any]:
    """Gives a role in a region."""
    user = queries.visible_people(request.user).get(pk=person_id)
    return Status(
        201, services_grants.grant_role(actor=actor_of(request), user=user, role=body.role, region_code=body.region_code)
    )


@router.delete("/grants/{grant_id}", response={204: None})
def revoke_role(request: HttpRequest, grant_id: UUID) -> Status[None]:
    """Takes a role away."""
    services_grants.revoke_role(actor=actor_of(request), grant_id=grant_id)
    return Status(204, None)


@router.get("/tokens", response=list[TokenOut])
def tokens(request: HttpRequest) -> Any:
    """Your own tokens."""
    return queries.tokens_of(actor_of(request))


@router.post("/tokens", response={201: TokenMade})
def create_token(request: HttpRequest, body: TokenIn) -> Status[dict[str, ApiToken | str]]:
    """A new token; not by a token."""
    token, secret = services_tokens.make_token(
        user=actor_of(request),
        proof=body.proof,
        source=source_of(request),
        name=body.name,
        scopes=tuple(body.scopes),
        now=timezone.now(),
        days=body.days,
        organisation_id=body.organisation_id,
        region_code=body.region_code,
        sources=body.sources,
    )
    return Status(201, {"token": token, "secret": secret})


@router.delete("/tokens/{token_id}", response={204: None})
def revoke_token(request: HttpRequest, token_id: UUID) -> Status[None]:
    """Ends a token at once."""
    services_tokens.revoke_token(user=actor_of(request), token_id=token_id)
    return Status(204, None)


@router.post("/usual-organisations", response=list[OrganisationOut])
def add_usual_bodies(request: HttpRequest, body: UsualBodiesIn) -> list[Organisation]:
    """The usual bodies of a region with duties and superiors, made where they are missing; all bodies of the region come back."""
    return list(ensure_organisations(body.region_code, actor=actor_of(request)).values())
