"""Zones of plants and breaches for programs."""

from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema, Status

from tocsin.engine.positioning.rules import RuleKind
from tocsin.hazchem.positions.queries.tags import drawn_tags
from tocsin.hazchem.positions.shown.tags import position_features
from tocsin.hazchem.zones.queries import zones as queries
from tocsin.hazchem.zones.rules.zones import RuleSheet, ZonePurpose, ZoneSheet
from tocsin.hazchem.zones.services import zones as services
from tocsin.hazchem.zones.shown.zones import (
    PlantZoneOut,
    ZoneBreachOut,
    ZonePresenceOut,
    describe_breach,
    describe_presence,
    describe_zone,
    described_zones,
    zone_features,
)
from tocsin.screens.budgets.requests import costly
from tocsin.screens.clock import current_time
from tocsin.screens.geojson import Features, features
from tocsin.screens.lists.slices import Slice
from tocsin.screens.request import actor_of

router = Router()


class ZoneFilter(Slice):
    firm: UUID | None = None


class BreachFilter(ZoneFilter):
    which: queries.Which = ""
    kind: str = ""


class ZoneRuleIn(Schema, extra="forbid"):
    kind: RuleKind
    limit: float = Field(0.0, description="persons, minutes or km/h, by the kind")
    kinds: list[str] = Field([], max_length=3, description="who may be there: staff, contractor, visitor")


class PlantZoneSheetIn(Schema, extra="forbid"):
    name: str = Field(max_length=120)
    purpose: ZonePurpose = ZonePurpose.ZONE
    plant_unit_id: UUID | None = Field(None, description="to which it belongs, and whose outline it has where none is given")
    outline: list[tuple[float, float]] = Field([], max_length=200, description="longitude and latitude of its corners")
    floor: str = Field("", max_length=20)
    rules: list[ZoneRuleIn] = Field([], max_length=7)


class PlantZoneIn(PlantZoneSheetIn):
    object_id: UUID = Field(description="the firm")


class AcknowledgementIn(Schema, extra="forbid"):
    note: str = Field("", max_length=300)


@router.get("/plant-zones", response=list[PlantZoneOut])
def plant_zones(request: HttpRequest, wanted: Query[ZoneFilter]) -> list[PlantZoneOut]:
    """Zones with their rules and how many are in each."""
    rows = queries.visible_zones(request.user)
    return described_zones(wanted.cut(rows if wanted.firm is None else rows.filter(object_id=wanted.firm)), current_time())


@router.post("/plant-zones", response={201: PlantZoneOut})
def enter_plant_zone(request: HttpRequest, given: PlantZoneIn) -> Status[PlantZoneOut]:
    """A zone of a firm with its rules."""
    made = services.enter_zone(actor=actor_of(request), object_id=given.object_id, sheet=_sheet(given))
    return Status(201, describe_zone(made))


@router.get("/plant-zones.geojson", response=Features)
@costly
def plant_zones_on_the_map(request: HttpRequest, firm: UUID | None = None, people: bool = False) -> Features:
    """Zones as areas, red where a rule is broken; with who is present, if that is asked for."""
    now = current_time()
    rows = queries.visible_zones(request.user)
    told = described_zones((rows if firm is None else rows.filter(object_id=firm))[: queries.MOST], now)
    found = zone_features(told)
    if people:
        found += position_features(drawn_tags(request.user, now=now, firm=firm), now)
    return features(found)


@router.get("/plant-zones/{uuid:plant_zone_id}", response=PlantZoneOut)
def get_plant_zone(request: HttpRequest, plant_zone_id: UUID) -> PlantZoneOut:
    """One zone."""
    return described_zones([queries.visible_zones(request.user).get(pk=plant_zone_id)], current_time())[0]


@router.get("/plant-zones/{uuid:plant_zone_id}/present", response=list[ZonePresenceOut])
def present_in_plant_zone(request: HttpRequest, plant_zone_id: UUID, wanted: Query[Slice]) -> list[ZonePresenceOut]:
    """Who is in a zone now."""
    zone = queries.visible_zones(request.user).get(pk=plant_zone_id)
    return [describe_presence(one) for one in wanted.cut(queries.presences_in([zone], current_time()).order_by("since", "pk"))]


@router.put("/plant-zones/{uuid:plant_zone_id}", response=PlantZoneOut)
def change_plant_zone(request: HttpRequest, plant_zone_id: UUID, given: PlantZoneSheetIn) -> PlantZoneOut:
    """What a zone is, anew."""
    return describe_zone(services.change_zone(actor=actor_of(request), zone_id=plant_zone_id, sheet=_sheet(given)))


@router.delete("/plant-zones/{uuid:plant_zone_id}", response={204: None})
def withdraw_plant_zone(request: HttpRequest, plant_zone_id: UUID) -> Status[None]:
    """A zone that is no more."""
    services.withdraw_zone(actor=actor_of(request), zone_id=plant_zone_id, now=current_time())
    return Status(204, None)


@router.get("/zone-breaches", response=list[ZoneBreachOut])
def zone_breaches(request: HttpRequest, wanted: Query[BreachFilter]) -> list[ZoneBreachOut]:
    """Breaches, newest first: of zones, of pressed buttons, of watchers who are away."""
    found = queries.search_breaches(request.user, firm=wanted.firm, which=wanted.which, kind=wanted.kind)
    return [describe_breach(one) for one in wanted.cut(found)]


@router.get("/zone-breaches/{uuid:zone_breach_id}", response=ZoneBreachOut)
def get_zone_breach(request: HttpRequest, zone_breach_id: UUID) -> ZoneBreachOut:
    """One breach."""
    return describe_breach(queries.visible_breaches(request.user).get(pk=zone_breach_id))


@router.post("/zone-breaches/{uuid:zone_breach_id}/acknowledgement", response=ZoneBreachOut)
def acknowledge_zone_breach(request: HttpRequest, zone_breach_id: UUID, given: AcknowledgementIn) -> ZoneBreachOut:
    """The firm's control room has seen it."""
    services.acknowledge_breach(actor=actor_of(request), breach_id=zone_breach_id, note=given.note, now=current_time())
    return describe_breach(queries.visible_breaches(request.user).get(pk=zone_breach_id))


def _sheet(given: PlantZoneSheetIn) -> ZoneSheet:
    return ZoneSheet(
        name=given.name,
        purpose=given.purpose,
        unit_id=given.plant_unit_id,
        outline=tuple((lon, lat) for lon, lat in given.outline),
        floor=given.floor,
        rules=tuple(RuleSheet(one.kind, one.limit, tuple(one.kinds)) for one in given.rules),
    )
