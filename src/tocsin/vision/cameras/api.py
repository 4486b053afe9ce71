"""Cameras for programs."""

from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from tocsin.records.face import enter_rows
from tocsin.screens.budgets.requests import costly
from tocsin.screens.clock import current_time
from tocsin.screens.lists.slices import Slice
from tocsin.screens.request import actor_of
from tocsin.vision.cameras.queries import search_cameras, visible_cameras
from tocsin.vision.cameras.rules.tables import HEADINGS
from tocsin.vision.cameras.rules.zones import MOST_ZONES, Zone
from tocsin.vision.cameras.services import register as services
from tocsin.vision.cameras.services.recognisers import set_recogniser
from tocsin.vision.cameras.services.register import CameraFacts
from tocsin.vision.cameras.services.tables import KIND
from tocsin.vision.cameras.shown import CameraOut, describe_camera

router = Router()


class CameraFilter(Slice):
    search: str = ""
    bad: bool = Field(False, description="only those that somebody has to look after")


class CamerasOut(Schema):
    items: list[CameraOut]
    total: int


class CameraFactsIn(Schema, extra="forbid"):
    name: str = Field(max_length=120)
    region_code: str = Field(pattern=r"^\d{6}$")
    object_id: UUID | None = None
    organisation_id: UUID | None = None
    place: str = Field("", max_length=200)
    lon: float | None = Field(None, ge=-180, le=180)
    lat: float | None = Field(None, ge=-90, le=90)
    bearing_deg: float | None = Field(None, ge=0, le=360, description="clockwise from north, the middle of the picture")
    view_deg: float | None = Field(None, ge=1, le=360, description="how wide the picture is")


class CameraIn(CameraFactsIn):
    code: str = Field(max_length=40, description="20 digits of GB/T 28181")


class PictureZoneIn(Schema, extra="forbid"):
    name: str = Field(max_length=60)
    corners: list[tuple[float, float]] = Field(max_length=40, description="shares of width and height from the upper left")
    kinds: list[str] = Field([], max_length=40)


class PictureZonesIn(Schema, extra="forbid"):
    zones: list[PictureZoneIn] = Field(max_length=MOST_ZONES)


class CameraStandingIn(Schema, extra="forbid"):
    active: bool


class CameraRecogniserIn(Schema, extra="forbid"):
    device_code: str = Field("", max_length=64, description="the device that sends its events over MQTT; empty: none")


class CameraRowsIn(Schema, extra="forbid"):
    rows: list[dict[str, str]] = Field(
        min_length=1, max_length=1000, description=f"as the table has them: {', '.join(HEADINGS)}; others don't count"
    )
    leave_wrong: bool = False


class WrongCameraRowOut(Schema):
    position: int
    about: str
    reason: str


class CameraRowsOut(Schema):
    new: int
    changed: int
    same: int
    wrong: list[WrongCameraRowOut]


@router.get("/cameras", response=CamerasOut)
def cameras(request: HttpRequest, filters: Query[CameraFilter]) -> CamerasOut:
    """Cameras of your areas, by name."""
    found = filters.part(search_cameras(request.user, search=filters.search, bad=filters.bad))
    return CamerasOut(items=[describe_camera(one) for one in found["items"]], total=found["total"])


@router.post("/cameras", response=CameraOut)
def register_camera(request: HttpRequest, given: CameraIn) -> CameraOut:
    """Registers a camera by its code of GB/T 28181."""
    facts = CameraFacts(**given.dict(exclude={"code"}))
    made = services.register_camera(actor=actor_of(request), code=given.code, facts=facts, now=current_time())
    return _told(request, made.pk)


@router.post("/cameras/rows", response=CameraRowsOut)
@costly
def take_camera_rows(request: HttpRequest, given: CameraRowsIn) -> CameraRowsOut:
    """Many cameras at once, with every wrong row; with wrong rows nothing is taken unless `leave_wrong`."""
    told = ({name: text for name, text in one.items() if name in HEADINGS} for one in given.rows)
    rows = list(enumerate(told))
    result = enter_rows(actor=actor_of(request), kind=KIND, rows=rows, leave_wrong=given.leave_wrong, now=current_time())
    wrong = [WrongCameraRowOut(position=row.line, about=row.name, reason=reason) for row, reason in result.wrong]
    return CameraRowsOut(new=result.new, changed=result.changed, same=result.same, wrong=wrong)


@router.get("/cameras/{uuid:camera_id}", response=CameraOut)
def camera(request: HttpRequest, camera_id: UUID) -> CameraOut:
    """One camera."""
    return _told(request, camera_id)


@router.put("/cameras/{uuid:camera_id}", response=CameraOut)
def change_camera(request: HttpRequest, camera_id: UUID, given: CameraFactsIn) -> CameraOut:
    """Puts right what is known of a camera."""
    services.change_camera(actor=actor_of(request), camera_id=camera_id, facts=CameraFacts(**given.dict()))
    return _told(request, camera_id)


@router.put("/cameras/{uuid:camera_id}/zones", response=CameraOut)
def set_camera_zones(request: HttpRequest, camera_id: UUID, given: PictureZonesIn) -> CameraOut:
    """The zones of the picture from here on; none: the whole picture counts."""
    zones = [Zone(one.name.strip(), tuple(one.corners), tuple(one.kinds)) for one in given.zones]
    services.set_zones(actor=actor_of(request), camera_id=camera_id, zones=zones)
    return _told(request, camera_id)


@router.post("/cameras/{uuid:camera_id}/standing", response=CameraOut)
def set_camera_standing(request: HttpRequest, camera_id: UUID, given: CameraStandingIn) -> CameraOut:
    """Takes a camera out of service, or back."""
    services.set_active(actor=actor_of(request), camera_id=camera_id, active=given.active)
    return _told(request, camera_id)


@router.put("/cameras/{uuid:camera_id}/recogniser", response=CameraOut)
def set_camera_recogniser(request: HttpRequest, camera_id: UUID, given: CameraRecogniserIn) -> CameraOut:
    """Which device tells of the camera over MQTT from here on."""
    set_recogniser(actor=actor_of(request), camera_id=camera_id, device_code=given.device_code)
    return _told(request, camera_id)


def _told(request: HttpRequest, camera_id: UUID) -> CameraOut:
    return describe_camera(visible_cameras(request.user).get(pk=camera_id))
