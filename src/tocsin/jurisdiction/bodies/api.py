"""Organisations and their competences for programs."""

from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Router, Schema, Status

from tocsin.jurisdiction.bodies import queries, services
from tocsin.jurisdiction.bodies.models import Organisation
from tocsin.jurisdiction.bodies.rules import NewDuty
from tocsin.jurisdiction.rights.api import Code
from tocsin.screens.request import actor_of

router = Router()


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


@router.get("/organisations", response=list[OrganisationOut])
def organisations(request: HttpRequest) -> Any:
    """Organisations of the regions you see."""
    return queries.visible_organisations(request.user)


@router.post("/organisations", response={201: OrganisationOut})
def register_organisation(request: HttpRequest, body: OrganisationIn) -> Status[Organisation]:
    """A new organisation in a region you manage."""
    fields = body.dict()
    fields["duties"] = [NewDuty(**duty.dict()) for duty in body.duties]
    return Status(201, services.register_organisation(actor=actor_of(request), **fields))


@router.put("/organisations/{organisation_id}", response=OrganisationOut)
def edit_organisation(request: HttpRequest, organisation_id: UUID, body: OrganisationEdit) -> Organisation:
    """New names and telephone number, and whether its desk is manned."""
    queries.visible_organisations(request.user).get(pk=organisation_id)
    return services.edit_organisation(
        actor=actor_of(request),
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
    return services.set_duties(actor=actor_of(request), organisation_id=organisation_id, duties=duties)


@router.put("/organisations/{organisation_id}/superior", response=OrganisationOut)
def set_superior(request: HttpRequest, organisation_id: UUID, body: SuperiorIn) -> Organisation:
    """Where a matter goes when this desk does not answer."""
    queries.visible_organisations(request.user).get(pk=organisation_id)
    return services.set_superior(actor=actor_of(request), organisation_id=organisation_id, superior_id=body.superior_id)
