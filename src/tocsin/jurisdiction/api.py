"""People, rights, organisations and tokens for programs."""

from collections import defaultdict
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Query, Router, Schema, Status

from tocsin.jurisdiction import queries, rules, services
from tocsin.jurisdiction.contacts_api import router as contacts_router
from tocsin.jurisdiction.models import ApiToken, Organisation, User
from tocsin.jurisdiction.rosters_api import router as rosters_router
from tocsin.jurisdiction.rules import GRANTABLE, PERMISSIONS, PERMISSIONS_OF_ROLE, Permission
from tocsin.jurisdiction.rules.duties import NewDuty

router = Router()
router.add_router("", contacts_router)
router.add_router("", rosters_router)

Code = Field(pattern=r"^\d{6}$", description="six digits of GB/T 2260, or 000000 for everywhere")


class RegionOut(Schema):
    code: str
    name_zh: str
    name_en: str
    level: str
    kind: str


class DutyIn(Schema):
    """As what a body is called: for a lifeline, a trade, or (both empty) for everything."""

    kind: str
    lifeline: str = Field("", max_length=30)
    trade: str = Field("", max_length=60)
    area_code: str = Field("", max_length=12, description="empty: the organisation's own region")
    hours: str = Field("", max_length=200, description="such as `1-5 08:30-17:30; rest 00:00-24:00`; empty is always")
    effective_from: date | None = None
    effective_to: date | None = None


class DutyOut(DutyIn):
    pass


class OrganisationOut(Schema):
    id: UUID
    code: str
    name: str = Field(description="in the reader's language")
    name_zh: str
    name_en: str
    kind: str
    region_code: str = Field(alias="region_id")
    telephone: str
    has_desk: bool = Field(description="somebody answers there day and night")
    superior_id: UUID | None
    duties: list[DutyOut]

    @staticmethod
    def resolve_name(organisation: Organisation) -> str:
        return str(organisation)

    @staticmethod
    def resolve_duties(organisation: Organisation) -> list[Any]:
        return list(organisation.duties.all())


class OrganisationIn(Schema):
    code: str = Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,59}$")
    region_code: str = Code
    name_zh: str = Field(min_length=1, max_length=120)
    name_en: str = Field(min_length=1, max_length=120)
    kind: str = "other"
    telephone: str = Field("", max_length=40)
    duties: list[DutyIn] = []
    superior_id: UUID | None = None
    has_desk: bool = False


class OrganisationEdit(Schema):
    name_zh: str = Field(min_length=1, max_length=120)
    name_en: str = Field(min_length=1, max_length=120)
    telephone: str = Field("", max_length=40)
    has_desk: bool | None = None


class SuperiorIn(Schema):
    superior_id: UUID | None = None


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


class RoleOut(Schema):
    role: str
    permissions: list[str]
    administrator: bool


class GrantIn(Schema):
    role: str
    region_code: str = Code


class TokenOut(Schema):
    id: UUID
    name: str
    scopes: list[str]
    organisation_id: UUID | None = Field(description="the one organisation whose rows it reaches, beyond common knowledge")
    created_at: datetime
    expires_at: datetime
    last_used_at: datetime | None


class TokenIn(Schema):
    name: str = Field(min_length=1, max_length=80)
    scopes: list[Permission]
    organisation_id: UUID | None = None
    days: int | None = Field(None, ge=1, le=3650)


class TokenMade(Schema):
    token: TokenOut
    secret: str = Field(description="shown only here")


class OneTimePassword(Schema):
    one_time_password: str


class PeoplePage(Schema):
    limit: int = Field(50, ge=1, le=500)
    offset: int = Field(0, ge=0, le=10_000_000)


def _actor(request: HttpRequest) -> User:
    """The signed-in person: every route here is behind authentication."""
    assert isinstance(request.user, User)  # noqa: S101 - narrows the type; portal.api lets nobody else in
    return request.user


@router.get("/me", response=Me)
def me(request: HttpRequest) -> dict[str, Any]:
    """The person behind this request and what they may do where; a token's narrower rights where one is used."""
    user = _actor(request)
    whole, own = defaultdict[str, list[str]](list), defaultdict[str, list[str]](list)
    for permission in PERMISSIONS:
        for one in queries.reach(user, permission):
            (whole if one.organisation_id is None else own)[permission].append(one.prefix)
    return {"person": user, "permissions": whole, "own_organisation": own}


@router.get("/roles", response=list[RoleOut])
def roles(request: HttpRequest) -> list[dict[str, Any]]:
    """All roles that can be granted, with their permissions."""
    return [
        {"role": role, "permissions": sorted(PERMISSIONS_OF_ROLE[role]), "administrator": role in rules.ADMINISTRATORS}
        for role in GRANTABLE
    ]


@router.get("/regions", response=list[RegionOut])
def regions(request: HttpRequest) -> Any:
    """The administrative areas: no secret, so whole."""
    return queries.all_regions()


@router.get("/organisations", response=list[OrganisationOut])
def organisations(request: HttpRequest) -> Any:
    """Organisations of the regions you see."""
    return queries.visible_organisations(request.user)


@router.post("/organisations", response={201: OrganisationOut})
def register_organisation(request: HttpRequest, body: OrganisationIn) -> Status[Organisation]:
    """A new organisation in a region you manage."""
    fields = body.dict()
    fields["duties"] = [NewDuty(**duty.dict()) for duty in body.duties]
    return Status(201, services.register_organisation(actor=_actor(request), **fields))


@router.put("/organisations/{organisation_id}", response=OrganisationOut)
def edit_organisation(request: HttpRequest, organisation_id: UUID, body: OrganisationEdit) -> Organisation:
    """New names and telephone number, and whether its desk is manned."""
    queries.visible_organisations(request.user).get(pk=organisation_id)
    return services.edit_organisation(
        actor=_actor(request),
        organisation_id=organisation_id,
        name_zh=body.name_zh,
        name_en=body.name_en,
        telephone=body.telephone,
        has_desk=body.has_desk,
    )


@router.put("/organisations/{organisation_id}/duties", response=OrganisationOut)
def set_duties(request: HttpRequest, organisation_id: UUID, body: list[DutyIn]) -> Organisation:
    """All duties anew."""
    queries.visible_organisations(request.user).get(pk=organisation_id)
    duties = [NewDuty(**duty.dict()) for duty in body]
    return services.set_duties(actor=_actor(request), organisation_id=organisation_id, duties=duties)


@router.put("/organisations/{organisation_id}/superior", response=OrganisationOut)
def set_superior(request: HttpRequest, organisation_id: UUID, body: SuperiorIn) -> Organisation:
    """Where a matter goes when this desk does not answer."""
    queries.visible_organisations(request.user).get(pk=organisation_id)
    return services.set_superior(actor=_actor(request), organisation_id=organisation_id, superior_id=body.superior_id)


@router.get("/people", response=People)
def people(request: HttpRequest, page: Query[PeoplePage], search: str = "") -> dict[str, Any]:
    """People of the regions you see, by user name; `search` looks in user name and name."""
    found = queries.search_people(request.user, search)
    return {"items": found[page.offset : page.offset + page.limit], "total": found.count()}


@router.post("/people", response={201: PersonMade})
def create_person(request: HttpRequest, body: PersonIn) -> Status[dict[str, Any]]:
    """A new account without rights, with a one-time password."""
    person, password = services.create_person(actor=_actor(request), **body.dict())
    return Status(201, {"person": person, "one_time_password": password})


@router.get("/people/{person_id}", response=PersonOut)
def person(request: HttpRequest, person_id: UUID) -> User:
    """One person with grants."""
    return queries.visible_people(request.user).get(pk=person_id)


@router.post("/people/{person_id}/disable", response=PersonOut)
def disable_person(request: HttpRequest, person_id: UUID) -> User:
    """Closes the account; its history stays."""
    queries.visible_people(request.user).get(pk=person_id)
    return services.disable_person(actor=_actor(request), user_id=person_id)


@router.post("/people/{person_id}/enable", response=PersonOut)
def enable_person(request: HttpRequest, person_id: UUID) -> User:
    """Opens a closed account again."""
    queries.visible_people(request.user).get(pk=person_id)
    return services.enable_person(actor=_actor(request), user_id=person_id)


@router.post("/people/{person_id}/reset-password", response=OneTimePassword)
def reset_password(request: HttpRequest, person_id: UUID) -> dict[str, str]:
    """A new one-time password; never for an administrator."""
    queries.visible_people(request.user).get(pk=person_id)
    return {"one_time_password": services.reset_password(actor=_actor(request), user_id=person_id)}


@router.post("/people/{person_id}/grants", response={201: GrantOut})
def grant_role(request: HttpRequest, person_id: UUID, body: GrantIn) -> Status[Any]:
    """Gives a role in a region."""
    user = queries.visible_people(request.user).get(pk=person_id)
    return Status(201, services.grant_role(actor=_actor(request), user=user, role=body.role, region_code=body.region_code))


@router.delete("/grants/{grant_id}", response={204: None})
def revoke_role(request: HttpRequest, grant_id: UUID) -> Status[None]:
    """Takes a role away."""
    services.revoke_role(actor=_actor(request), grant_id=grant_id)
    return Status(204, None)


@router.get("/tokens", response=list[TokenOut])
def tokens(request: HttpRequest) -> Any:
    """Your own tokens."""
    return queries.tokens_of(_actor(request))


@router.post("/tokens", response={201: TokenMade})
def create_token(request: HttpRequest, body: TokenIn) -> Status[dict[str, ApiToken | str]]:
    """A new token; not by a token."""
    token, secret = services.create_token(
        user=_actor(request),
        name=body.name,
        scopes=tuple(body.scopes),
        now=timezone.now(),
        days=body.days,
        organisation_id=body.organisation_id,
    )
    return Status(201, {"token": token, "secret": secret})


@router.delete("/tokens/{token_id}", response={204: None})
def revoke_token(request: HttpRequest, token_id: UUID) -> Status[None]:
    """Ends a token at once."""
    services.revoke_token(user=_actor(request), token_id=token_id)
    return Status(204, None)
