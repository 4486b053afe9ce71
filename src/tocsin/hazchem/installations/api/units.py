"""Units of plants for programs."""

from datetime import date
from uuid import UUID

from django.db.models import Prefetch
from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, File, Form, Query, Router, Schema, Status, UploadedFile

from tocsin.engine.major_hazard import UnitKind
from tocsin.engine.tanks import TankShape
from tocsin.hazchem.installations.models import HeldSubstance, PlantEquipment
from tocsin.hazchem.installations.queries import units as queries
from tocsin.hazchem.installations.queries.cutting import cut_firm
from tocsin.hazchem.installations.queries.readings import picture_of, readings_of
from tocsin.hazchem.installations.queries.weighing import weigh_unit
from tocsin.hazchem.installations.rules.kinds import EquipmentKind, InterlockState, KeyArea, PointKind
from tocsin.hazchem.installations.rules.sheets import EquipmentSheet, HeldSheet, PointSheet, UnitSheet
from tocsin.hazchem.installations.services import joints
from tocsin.hazchem.installations.services import units as services
from tocsin.hazchem.installations.services.cutting import take_over_cut
from tocsin.hazchem.installations.services.registration import DOCUMENT, attach_document
from tocsin.hazchem.installations.services.tables import Taken, import_plants
from tocsin.hazchem.installations.shown.cutting import CutUnitOut, describe_cut
from tocsin.hazchem.installations.shown.points import unit_features
from tocsin.hazchem.installations.shown.units import (
    HazardLineOut,
    HeldSubstanceOut,
    PlantEquipmentOut,
    PlantJointOut,
    PlantPointOut,
    PlantUnitOut,
    UnitGradingOut,
    describe_equipment,
    describe_grading,
    describe_joint,
    describe_lines,
    describe_point,
    describe_unit,
)
from tocsin.records.face import Attachment, FileOut, attachments_of
from tocsin.screens.budgets.requests import costly
from tocsin.screens.clock import current_time
from tocsin.screens.geojson import Features, features
from tocsin.screens.lists.slices import Slice
from tocsin.screens.request import actor_of
from tocsin.screens.shapes import Moment
from tocsin.supervision.face import visible_objects

router = Router()


class UnitFilter(Slice):
    q: str = ""
    which: queries.Which = ""
    area: str = ""


class PlantUnitSheetIn(Schema, extra="forbid"):
    name: str = Field(max_length=120)
    kind: UnitKind
    area: KeyArea | None = None
    people: int | None = Field(None, description="permanently within 500 m outside the site's limit")
    lon: float | None = None
    lat: float | None = None
    outline: list[tuple[float, float]] = Field([], max_length=500)
    filing_number: str = Field("", max_length=60)
    filed_on: date | None = None
    assessed_on: date | None = None


class PlantUnitIn(PlantUnitSheetIn):
    object_id: UUID = Field(description="the firm or site")


class PlantEquipmentIn(Schema, extra="forbid"):
    tag: str = Field(max_length=60)
    name: str = Field("", max_length=120)
    kind: EquipmentKind
    shape: TankShape = TankShape.VERTICAL
    volume_m3: float | None = None
    height_m: float | None = Field(None, description="at which it is full, in the measure of its level")
    liquefied: bool = False
    bund: str = Field("", max_length=120)
    building: str = Field("", max_length=120)
    lon: float | None = None
    lat: float | None = None


class PlantJointIn(Schema, extra="forbid"):
    from_equipment_id: UUID
    to_equipment_id: UUID = Field(description="of the same firm")
    tag: str = Field("", max_length=60)
    isolating: bool = Field(description="a valve on it can part the two in an emergency")


class OutageIn(Schema, extra="forbid"):
    until: Moment
    reason: str = Field(max_length=300)


class HeldSubstanceIn(Schema, extra="forbid"):
    substance: str = Field(max_length=120)
    design_t: float
    cas: str = Field("", max_length=20)
    classes: list[str] | None = Field(None, max_length=24, description="of table 2 of GB 18218; []: none of its dangers")
    content_percent: float | None = None
    mixture_of: str = Field("", max_length=120)
    density_kg_m3: float | None = None


class InventoryIn(Schema, extra="forbid"):
    present_t: float


class PlantPointIn(Schema, extra="forbid"):
    tag: str = Field(max_length=60)
    kind: PointKind
    sensor: str = Field("", max_length=130, description="device/channel")
    low_low: float | None = None
    low: float | None = None
    high: float | None = None
    high_high: float | None = None


class InterlockIn(Schema, extra="forbid"):
    state: InterlockState
    until: Moment | None = None
    reason: str = Field("", max_length=300)


class PlantTableOut(Schema):
    """What a table did."""

    units: int
    equipment: int
    substances: int
    points: int
    unread: list[str] = Field(description="headings that mean no column")


class JudgedUnitOut(Schema):
    """How a unit is graded, line by line."""

    unit: PlantUnitOut
    alpha: float | None
    problem: str
    lines: list[HazardLineOut]


@router.get("/plant-units", response=list[PlantUnitOut])
def plant_units(request: HttpRequest, wanted: Query[UnitFilter]) -> list[PlantUnitOut]:
    """Units of firms that you may see, the gravest first."""
    found = queries.search_units(
        request.user, today=timezone.localtime(current_time()).date(), q=wanted.q, which=wanted.which, area=wanted.area
    )
    return [describe_unit(one) for one in wanted.cut(found)]


@router.post("/plant-units", response={201: PlantUnitOut})
def enter_plant_unit(request: HttpRequest, given: PlantUnitIn) -> Status[PlantUnitOut]:
    """Enters a unit of a firm."""
    made = services.enter_unit(actor=actor_of(request), object_id=given.object_id, sheet=_unit_sheet(given), now=current_time())
    return Status(201, describe_unit(made))


@router.get("/plant-units.geojson", response=Features)
@costly
def plant_units_on_the_map(request: HttpRequest) -> Features:
    """Units that have a place, as points in the colour of their grade by design."""
    return features(unit_features(queries.placed_units(request.user)))


@router.post("/plant-units/table", response=PlantTableOut)
@costly
def import_plant_units(request: HttpRequest, file: File[UploadedFile], object_id: Form[UUID | None] = None) -> Taken:
    """Units, equipment, substances and points of a table (.xlsx, .csv), one row a substance in equipment; all or none."""
    return import_plants(actor=actor_of(request), object_id=object_id, content=file.read(), now=current_time())


@router.get("/plant-units/{uuid:plant_unit_id}", response=PlantUnitOut)
def get_plant_unit(request: HttpRequest, plant_unit_id: UUID) -> PlantUnitOut:
    """One unit."""
    return describe_unit(queries.visible_units(request.user).get(pk=plant_unit_id))


@router.put("/plant-units/{uuid:plant_unit_id}", response=PlantUnitOut)
def change_plant_unit(request: HttpRequest, plant_unit_id: UUID, given: PlantUnitSheetIn) -> PlantUnitOut:
    """What a unit is, anew; it is graded again."""
    sheet = _unit_sheet(given)
    return describe_unit(services.change_unit(actor=actor_of(request), unit_id=plant_unit_id, sheet=sheet, now=current_time()))


@router.delete("/plant-units/{uuid:plant_unit_id}", response={204: None})
def withdraw_plant_unit(request: HttpRequest, plant_unit_id: UUID) -> Status[None]:
    """A unit that is no more."""
    services.withdraw_unit(actor=actor_of(request), unit_id=plant_unit_id)
    return Status(204, None)


@router.get("/plant-units/{uuid:plant_unit_id}/grade", response=JudgedUnitOut)
def grade_of_plant_unit(request: HttpRequest, plant_unit_id: UUID) -> JudgedUnitOut:
    """S, R and the grade of a unit with what each substance adds, by design and by what is there now (GB 18218-2018)."""
    unit = queries.visible_units(request.user).get(pk=plant_unit_id)
    judged = weigh_unit(unit, HeldSubstance.objects.filter(equipment__unit=unit).order_by("substance", "pk"))
    alpha = float(judged.assessment.alpha) if judged.assessment else None
    problem = str(judged.problem or "")
    return JudgedUnitOut(unit=describe_unit(unit), alpha=alpha, problem=problem, lines=describe_lines(judged.assessment))


@router.get("/plant-units/{uuid:plant_unit_id}/documents", response=list[FileOut])
def documents_of_plant_unit(request: HttpRequest, plant_unit_id: UUID, wanted: Query[Slice]) -> list[Attachment]:
    """What is attached to a unit: its assessment, its filing, its plans."""
    unit = queries.visible_units(request.user).get(pk=plant_unit_id)
    return list(wanted.cut(attachments_of(DOCUMENT, unit.pk)))


@router.post("/plant-units/{uuid:plant_unit_id}/documents", response={201: FileOut})
def attach_plant_document(
    request: HttpRequest, plant_unit_id: UUID, file: File[UploadedFile], caption: Form[str] = ""
) -> Status[Attachment]:
    """Attaches a document (PDF or picture) to a unit."""
    data, now = file.read(), current_time()
    made = attach_document(
        actor=actor_of(request), unit_id=plant_unit_id, data=data, name=file.name or "", caption=caption, now=now
    )
    return Status(201, made)


@router.get("/plant-units/{uuid:plant_unit_id}/gradings", response=list[UnitGradingOut])
def gradings_of_plant_unit(request: HttpRequest, plant_unit_id: UUID, wanted: Query[Slice]) -> list[UnitGradingOut]:
    """How a unit's figures have changed, newest first."""
    unit = queries.visible_units(request.user).get(pk=plant_unit_id)
    return [describe_grading(one) for one in wanted.cut(unit.gradings.select_related("by"))]


@router.get("/plant-units/{uuid:plant_unit_id}/equipment", response=list[PlantEquipmentOut])
def equipment_of_plant_unit(request: HttpRequest, plant_unit_id: UUID, wanted: Query[Slice]) -> list[PlantEquipmentOut]:
    """Equipment of a unit with what it holds, what its points say, and how full its tanks are."""
    unit = queries.visible_units(request.user).get(pk=plant_unit_id)
    return [_described(one) for one in wanted.cut(unit.equipment.prefetch_related(*_LOADED))]


@router.post("/plant-units/{uuid:plant_unit_id}/equipment", response={201: PlantEquipmentOut})
def enter_plant_equipment(request: HttpRequest, plant_unit_id: UUID, given: PlantEquipmentIn) -> Status[PlantEquipmentOut]:
    """Enters equipment of a unit."""
    sheet = EquipmentSheet(**given.dict())
    made = services.enter_equipment(actor=actor_of(request), unit_id=plant_unit_id, sheet=sheet)
    return Status(201, _described(made))


@router.put("/plant-equipment/{uuid:plant_equipment_id}", response=PlantEquipmentOut)
def change_plant_equipment(request: HttpRequest, plant_equipment_id: UUID, given: PlantEquipmentIn) -> PlantEquipmentOut:
    """What equipment is, anew."""
    sheet = EquipmentSheet(**given.dict())
    return _described(services.change_equipment(actor=actor_of(request), equipment_id=plant_equipment_id, sheet=sheet))


@router.delete("/plant-equipment/{uuid:plant_equipment_id}", response={204: None})
def withdraw_plant_equipment(request: HttpRequest, plant_equipment_id: UUID) -> Status[None]:
    """Equipment that is no more, with what it held and its points."""
    services.withdraw_equipment(actor=actor_of(request), equipment_id=plant_equipment_id, now=current_time())
    return Status(204, None)


@router.put("/plant-equipment/{uuid:plant_equipment_id}/outage", response=PlantEquipmentOut)
def take_plant_equipment_out(request: HttpRequest, plant_equipment_id: UUID, given: OutageIn) -> PlantEquipmentOut:
    """Equipment out of service until a moment, for a reason."""
    now = current_time()
    return _described(
        joints.take_out_of_service(actor=actor_of(request), equipment_id=plant_equipment_id, now=now, **given.dict())
    )


@router.delete("/plant-equipment/{uuid:plant_equipment_id}/outage", response=PlantEquipmentOut)
def put_plant_equipment_back(request: HttpRequest, plant_equipment_id: UUID) -> PlantEquipmentOut:
    """Equipment that is in service again."""
    return _described(joints.put_back_in_service(actor=actor_of(request), equipment_id=plant_equipment_id))


@router.get("/plant-units/{uuid:plant_unit_id}/joints", response=list[PlantJointOut])
def joints_of_plant_unit(request: HttpRequest, plant_unit_id: UUID, wanted: Query[Slice]) -> list[PlantJointOut]:
    """Pipes that begin or end in a unit."""
    unit = queries.visible_units(request.user).get(pk=plant_unit_id)
    return [describe_joint(one) for one in wanted.cut(queries.joints_of(unit))]


@router.post("/plant-joints", response=PlantJointOut)
def enter_plant_joint(request: HttpRequest, given: PlantJointIn) -> PlantJointOut:
    """A pipe between two pieces of equipment of one firm, or its valve anew where its tag is known between them."""
    made = joints.enter_joint(
        actor=actor_of(request),
        source_id=given.from_equipment_id,
        target_id=given.to_equipment_id,
        tag=given.tag,
        isolating=given.isolating,
    )
    return describe_joint(queries.visible_joints(request.user).get(pk=made.pk))


@router.delete("/plant-joints/{uuid:plant_joint_id}", response={204: None})
def withdraw_plant_joint(request: HttpRequest, plant_joint_id: UUID) -> Status[None]:
    """A pipe that is no more."""
    joints.withdraw_joint(actor=actor_of(request), joint_id=plant_joint_id)
    return Status(204, None)


@router.get("/plants/{uuid:supervised_object_id}/cut", response=list[CutUnitOut])
@costly
def cut_of_plant(request: HttpRequest, supervised_object_id: UUID) -> list[CutUnitOut]:
    """Units of a firm as GB 18218 cuts them: by isolating valves, bunds and buildings, each with its grade."""
    firm = visible_objects(request.user).get(pk=supervised_object_id)
    return [describe_cut(one) for one in cut_firm(firm.pk)]


@router.post("/plants/{uuid:supervised_object_id}/cut", response=list[CutUnitOut])
@costly
def take_over_plant_cut(request: HttpRequest, supervised_object_id: UUID) -> list[CutUnitOut]:
    """Equipment stands in the units that the standard cuts; all that were touched are graded."""
    take_over_cut(actor=actor_of(request), object_id=supervised_object_id, now=current_time())
    return [describe_cut(one) for one in cut_firm(supervised_object_id)]


@router.post("/plant-equipment/{uuid:plant_equipment_id}/substances", response=HeldSubstanceOut)
def hold_substance(request: HttpRequest, plant_equipment_id: UUID, given: HeldSubstanceIn) -> HeldSubstance:
    """A substance that equipment holds, or its figures anew; the unit is graded again."""
    classes = None if given.classes is None else tuple(given.classes)
    sheet = HeldSheet(**{**given.dict(), "classes": classes})
    return services.hold(actor=actor_of(request), equipment_id=plant_equipment_id, sheet=sheet, now=current_time())


@router.put("/held-substances/{uuid:held_substance_id}/inventory", response=HeldSubstanceOut)
def state_inventory(request: HttpRequest, held_substance_id: UUID, given: InventoryIn) -> HeldSubstance:
    """How much of a substance is there now, in tonnes."""
    return services.state_inventory(
        actor=actor_of(request), held_id=held_substance_id, present_t=given.present_t, now=current_time()
    )


@router.delete("/held-substances/{uuid:held_substance_id}", response={204: None})
def hold_substance_no_more(request: HttpRequest, held_substance_id: UUID) -> Status[None]:
    """A substance that equipment no longer holds."""
    services.hold_no_more(actor=actor_of(request), held_id=held_substance_id, now=current_time())
    return Status(204, None)


@router.post("/plant-equipment/{uuid:plant_equipment_id}/points", response=PlantPointOut)
def enter_plant_point(request: HttpRequest, plant_equipment_id: UUID, given: PlantPointIn) -> PlantPointOut:
    """A point of equipment, or its sensor and limits anew where the tag is known."""
    sheet = PointSheet(**given.dict())
    point = services.enter_point(actor=actor_of(request), equipment_id=plant_equipment_id, sheet=sheet)
    return describe_point(point, readings_of([point], current_time())[point.pk])


@router.put("/plant-points/{uuid:plant_point_id}/interlock", response=PlantPointOut)
def set_interlock(request: HttpRequest, plant_point_id: UUID, given: InterlockIn) -> PlantPointOut:
    """An interlock in use, bypassed until a moment for a reason, or failed."""
    point = services.set_interlock(actor=actor_of(request), point_id=plant_point_id, now=current_time(), **given.dict())
    return describe_point(point, readings_of([point], current_time())[point.pk])


@router.delete("/plant-points/{uuid:plant_point_id}", response={204: None})
def withdraw_plant_point(request: HttpRequest, plant_point_id: UUID) -> Status[None]:
    """A point that is no more."""
    services.withdraw_point(actor=actor_of(request), point_id=plant_point_id)
    return Status(204, None)


_LOADED = ("points", Prefetch("held", HeldSubstance.objects.order_by("substance", "pk")))


def _unit_sheet(given: PlantUnitSheetIn) -> UnitSheet:
    values = given.dict(exclude={"object_id"})
    return UnitSheet(**{**values, "outline": tuple((lon, lat) for lon, lat in given.outline)})


def _described(equipment: PlantEquipment) -> PlantEquipmentOut:
    held = list(equipment.held.all())
    readings = readings_of(list(equipment.points.all()), current_time())
    return describe_equipment(equipment, held, readings, picture_of(equipment, readings, held))
