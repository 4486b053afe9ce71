"""Levels of supplies and lots to be exchanged, for programs."""

from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Query, Router, Schema

from tocsin.screens.budgets.requests import costly
from tocsin.screens.clock import current_time
from tocsin.screens.lists.slices import Slice
from tocsin.screens.request import actor_of
from tocsin.supplies.levels.queries.exposed import parts_of_region, people_of_region
from tocsin.supplies.levels.queries.levels import lots_to_rotate, region_levels, visible_people
from tocsin.supplies.levels.services import people as services
from tocsin.supplies.levels.shown.levels import SupplyLevelOut, describe_levels, hazard_names
from tocsin.supplies.levels.shown.people import (
    PeopleAtRiskOut,
    PeopleOfPartOut,
    ProposedPeopleOut,
    describe_part,
    describe_people,
    describe_proposed,
)
from tocsin.supplies.stock.shown.stock import HoldingOut, describe_holding

router = Router()


class PeopleAtRiskIn(Schema, extra="forbid"):
    region_code: str = Field(pattern=r"^\d{6}$")
    hazard: str = Field(max_length=12, description="a kind of disaster of the policy")
    people: int | None = Field(None, ge=0, le=services.MOST_PEOPLE, description="null with from_register: as that says")
    source: str = Field("", max_length=200)
    from_register: bool = Field(False, description="ask the register of exposed bodies")
    parts: list[str] = Field([], max_length=200, description="of these towns of the county, or counties of the city, alone")


class RegionPeopleOut(Schema):
    proposed: ProposedPeopleOut | None = Field(description="null where the register does not know")


class RotationOut(Schema):
    items: list[HoldingOut]
    total: int


@router.get("/levels", response=list[SupplyLevelOut])
def levels(request: HttpRequest, region: str = "") -> list[SupplyLevelOut]:
    """What your regions with people at risk have of each item, and should have. `region`: the beginning of a region code."""
    codes = set(visible_people(request.user).filter(region_code__startswith=region).values_list("region_code", flat=True))
    return describe_levels(region_levels(codes, current_time()))


@router.get("/people-at-risk", response=list[PeopleAtRiskOut])
def people_at_risk(request: HttpRequest) -> list[PeopleAtRiskOut]:
    """How many people each kind of disaster threatens, by region."""
    hazards = hazard_names()
    return [describe_people(one, hazards) for one in visible_people(request.user)]


@router.get("/people-at-risk/proposed", response=RegionPeopleOut)
@costly
def proposed_people(request: HttpRequest, region_code: str) -> RegionPeopleOut:
    """How many people the register of exposed bodies counts in a region, at the fullest time of a day."""
    basis = people_of_region(request.user, region_code, current_time())
    return RegionPeopleOut(proposed=describe_proposed("region", basis) if basis else None)


@router.get("/people-at-risk/proposed/parts", response=list[PeopleOfPartOut])
@costly
def proposed_people_of_parts(request: HttpRequest, region_code: str) -> list[PeopleOfPartOut]:
    """The counties of a city, or the towns of a county whose outlines are delivered, with their people by register and grid."""
    return [describe_part(one) for one in parts_of_region(request.user, region_code, current_time())]


@router.post("/people-at-risk", response=PeopleAtRiskOut)
def enter_people(request: HttpRequest, given: PeopleAtRiskIn) -> PeopleAtRiskOut:
    """Enters how many people of a region a kind of disaster threatens; a second time replaces the first."""
    made = services.enter_people(actor=actor_of(request), now=current_time(), **given.dict())
    return describe_people(made, hazard_names())


@router.get("/rotation", response=RotationOut)
def rotation(request: HttpRequest, slice_: Query[Slice]) -> RotationOut:
    """Lots of which little of their life is left, those that expire first before all."""
    day = timezone.localdate(current_time())
    rows = lots_to_rotate(request.user, day)
    return RotationOut(items=[describe_holding(one, day) for one in slice_.cut(rows)], total=len(rows))
