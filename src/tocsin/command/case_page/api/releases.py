"""Releases at a case's place for programs: estimates, equipment, orders that are proposed; a case of a release."""

from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Router, Schema, Status

from tocsin.command.case_page.shown.releases import equipment_near, proposed_orders, releases_of_case
from tocsin.command.casebook.queries.cases import visible_cases
from tocsin.command.casebook.rules import rights
from tocsin.command.casebook.shown.cases import CaseOut, describe_case
from tocsin.command.handling.services.releases import open_case_of_release
from tocsin.hazchem.face import ReleaseOut, describe_estimate, visible_estimates
from tocsin.jurisdiction.face import require
from tocsin.screens.budgets.requests import costly
from tocsin.screens.request import actor_of

router = Router()


class CaseEquipmentOut(Schema):
    """Equipment at which an estimate is begun (`POST hazchem/plant-equipment/<id>/release-estimates` with the case's number)."""

    id: UUID
    name: str
    firm: str


class CaseReleasesOut(Schema):
    """Releases at the case's place."""

    estimates: list[ReleaseOut]
    equipment: list[CaseEquipmentOut] = Field(description="that whose alarm is in the case first, then what stands near")


class ProposedOrderOut(Schema):
    """An order to be changed and sent (`POST command/cases/<id>/orders`)."""

    kind: str
    unit_id: UUID | None = Field(description="null where no such body is called there")
    unit: str
    text: str


@router.get("/cases/{uuid:case_id}/releases", response=CaseReleasesOut)
def releases(request: HttpRequest, case_id: UUID) -> CaseReleasesOut:
    """Estimates that were made for a case, and equipment to begin one at."""
    case = visible_cases(request.user).get(pk=case_id)
    equipment = equipment_near(request.user, case)
    return CaseReleasesOut(
        estimates=[describe_estimate(one) for one in releases_of_case(request.user, case)],
        equipment=[CaseEquipmentOut(id=one.pk, name=str(one), firm=one.unit.object.name) for one in equipment],
    )


@router.get("/cases/{uuid:case_id}/release-orders/{uuid:release_estimate_id}", response=list[ProposedOrderOut])
@costly
def release_orders(request: HttpRequest, case_id: UUID, release_estimate_id: UUID) -> list[ProposedOrderOut]:
    """To whom which order would go because of an estimate."""
    case = visible_cases(request.user).get(pk=case_id)
    row = visible_estimates(request.user).get(pk=release_estimate_id)
    require(request.user, rights.HANDLE, case.region_code)
    return [
        ProposedOrderOut(kind=one.kind, unit_id=one.unit.pk if one.unit else None, unit=str(one.unit or ""), text=one.text)
        for one in proposed_orders(request.user, case, row)
    ]


@router.post("/release-estimates/{uuid:release_estimate_id}/case", response={201: CaseOut})
def open_release_case(request: HttpRequest, release_estimate_id: UUID) -> Status[CaseOut]:
    """A case at the place of an estimate, which belongs to it from then on."""
    made = open_case_of_release(actor=actor_of(request), estimate_id=release_estimate_id, channel="api")
    return Status(201, describe_case(made))
