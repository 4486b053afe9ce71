"""Response sheets for programs."""

from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Router, Schema

from tocsin.hazchem.installations.queries.units import visible_units
from tocsin.hazchem.installations.rules.kinds import PointKind
from tocsin.hazchem.rationalisation.queries import points_of
from tocsin.hazchem.rationalisation.rules import Sheet
from tocsin.hazchem.rationalisation.services import write_sheet
from tocsin.hazchem.rationalisation.shown import ResponseSheetOut, describe_sheets
from tocsin.screens.clock import current_time
from tocsin.screens.request import actor_of

router = Router()


class ResponseSheetIn(Schema, extra="forbid"):
    point_kind: PointKind | None = Field(None, description="of all points of that kind; with neither it is the unit's own")
    point_id: UUID | None = None
    cause: str = Field("", max_length=500)
    consequence: str = Field("", max_length=500)
    action: str = Field("", max_length=500)
    respond_min: float | None = Field(None, description="within how many minutes somebody must have acted")


@router.get("/plant-units/{uuid:plant_unit_id}/response-sheets", response=list[ResponseSheetOut])
def response_sheets(request: HttpRequest, plant_unit_id: UUID) -> list[ResponseSheetOut]:
    """What is written of the alarms of a unit, and what each point inherits."""
    unit = visible_units(request.user).get(pk=plant_unit_id)
    return describe_sheets(unit, points_of(unit))


@router.put("/plant-units/{uuid:plant_unit_id}/response-sheets", response=list[ResponseSheetOut])
def write_response_sheet(request: HttpRequest, plant_unit_id: UUID, given: ResponseSheetIn) -> list[ResponseSheetOut]:
    """One sheet in place of the one before; an empty one takes it away."""
    sheet = Sheet(given.cause, given.consequence, given.action, given.respond_min)
    write_sheet(
        actor=actor_of(request),
        unit_id=plant_unit_id,
        sheet=sheet,
        point_kind=given.point_kind,
        point_id=given.point_id,
        now=current_time(),
    )
    return response_sheets(request, plant_unit_id)
