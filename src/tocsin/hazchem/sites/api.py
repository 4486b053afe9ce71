"""Plants as a whole for programs."""

from uuid import UUID

from django.http import HttpRequest
from ninja import Form, Query, Router, Schema, Status
from ninja.files import UploadedFile
from ninja.params import File

from tocsin.hazchem.installations.rules.kinds import KeyArea
from tocsin.hazchem.sites.queries.plants import parts_of, units_of
from tocsin.hazchem.sites.services import plans
from tocsin.hazchem.sites.shown.parts import LoadingArmOut, PlantPartOut, describe_arm, describe_part, is_arm
from tocsin.hazchem.sites.shown.plan import plan_features
from tocsin.screens.budgets.requests import costly
from tocsin.screens.clock import current_time
from tocsin.screens.geojson import Features, features
from tocsin.screens.lists.slices import Slice
from tocsin.screens.request import actor_of
from tocsin.supervision.face import visible_objects

router = Router()


class PartFilter(Slice):
    area: KeyArea | None = None


class PlantPictureOut(Schema):
    """The plan of a plant over the map."""

    corners: list[tuple[float, float]]


@router.get("/plants/{uuid:supervised_object_id}/map.geojson", response=Features)
@costly
def plant_on_the_map(request: HttpRequest, supervised_object_id: UUID) -> Features:
    """A firm's units with their grades and 500 m around major hazards, bunds, equipment and detectors as they stand (WGS84)."""
    firm = visible_objects(request.user).get(pk=supervised_object_id)
    units = list(units_of(request.user, firm.pk))
    return features(plan_features(units, parts_of(units, current_time())))


@router.get("/plants/{uuid:supervised_object_id}/parts", response=list[PlantPartOut])
@costly
def parts_of_plant(request: HttpRequest, supervised_object_id: UUID, wanted: Query[PartFilter]) -> list[PlantPartOut]:
    """Equipment of a firm with its condition, what it holds and what its points say; of a key area where one is given."""
    firm = visible_objects(request.user).get(pk=supervised_object_id)
    parts = parts_of(units_of(request.user, firm.pk, wanted.area or ""), current_time())
    return [describe_part(one) for one in wanted.cut(parts)]


@router.get("/plants/{uuid:supervised_object_id}/loading-arms", response=list[LoadingArmOut])
@costly
def loading_arms_of_plant(request: HttpRequest, supervised_object_id: UUID, wanted: Query[Slice]) -> list[LoadingArmOut]:
    """Loading arms of a firm: tanker, earthing, person, interlocks, and what is wrong."""
    firm = visible_objects(request.user).get(pk=supervised_object_id)
    parts = parts_of(units_of(request.user, firm.pk), current_time())
    return [describe_arm(one) for one in wanted.cut([one for one in parts if is_arm(one)])]


@router.post("/plants/{uuid:supervised_object_id}/plan", response={201: PlantPictureOut})
@costly
def lay_plant_plan(
    request: HttpRequest, supervised_object_id: UUID, file: File[UploadedFile], corners: Form[str]
) -> Status[PlantPictureOut]:
    """Lays a picture over the map: four corners clockwise from the upper left, `longitude, latitude` a line."""
    data, name, now = file.read(), file.name or "", current_time()
    made = plans.lay_plan(actor=actor_of(request), object_id=supervised_object_id, data=data, name=name, corners=corners, now=now)
    return Status(201, PlantPictureOut(corners=made.corners))


@router.delete("/plants/{uuid:supervised_object_id}/plan", response={204: None})
def take_plant_plan_away(request: HttpRequest, supervised_object_id: UUID) -> Status[None]:
    """Takes the plan away."""
    plans.take_plan_away(actor=actor_of(request), object_id=supervised_object_id)
    return Status(204, None)
