"""Frames and the health of cameras for programs."""

from base64 import b64decode
from binascii import Error
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Router, Schema

from tocsin.screens.budgets.requests import costly
from tocsin.screens.clock import current_time
from tocsin.screens.request import actor_of
from tocsin.screens.shapes import Moment
from tocsin.vision.cameras.queries import visible_cameras
from tocsin.vision.cameras.rules.states import CameraState
from tocsin.vision.cameras.shown import state_name
from tocsin.vision.health.models import CameraReference, CameraWatch
from tocsin.vision.health.policy import health_policy
from tocsin.vision.health.queries import troubles_of
from tocsin.vision.health.services import references
from tocsin.vision.health.services.frames import take_frame
from tocsin.vision.health.shown import CameraHealthOut, describe_health

router = Router()
NO_PICTURE = b"?"  # what is no Base64 is refused as what is no frame, after whose camera it is


class FrameIn(Schema, extra="forbid"):
    picture: str = Field(max_length=28_000_000, description="JPEG or PNG in Base64")
    at: Moment | None = Field(None, description="by the camera's clock; none: it tells none, and its clock isn't judged")
    by_itself: bool = Field(True, description="frames will go on coming: when none comes the camera is silent")


class FrameAnswerOut(Schema):
    """How the camera stands after the frame."""

    state: CameraState
    state_name: str
    since: Moment | None


@router.post("/cameras/{uuid:camera_id}/frames", response=FrameAnswerOut)
@costly
def send_camera_frame(request: HttpRequest, camera_id: UUID, given: FrameIn) -> FrameAnswerOut:
    """Judges a frame of a camera (only the newest is kept, in grey). Who sends them by hand says so."""
    try:
        data = b64decode(given.picture, validate=True)
    except (Error, ValueError):
        data = NO_PICTURE
    watch = take_frame(
        actor=actor_of(request), camera_id=camera_id, data=data, at=given.at, now=current_time(), by_itself=given.by_itself
    )
    camera = watch.camera
    return FrameAnswerOut(state=CameraState(camera.state), state_name=state_name(camera.state), since=camera.state_since)


@router.get("/cameras/{uuid:camera_id}/health", response=CameraHealthOut)
def camera_health(request: HttpRequest, camera_id: UUID) -> CameraHealthOut:
    """How a camera stands, by which figures, and what was wrong before."""
    return _told(request, camera_id)


@router.post("/cameras/{uuid:camera_id}/references", response=CameraHealthOut)
def take_camera_reference(request: HttpRequest, camera_id: UUID) -> CameraHealthOut:
    """The newest picture shows the camera as it shall stand."""
    references.take_reference(actor=actor_of(request), camera_id=camera_id, now=current_time())
    return _told(request, camera_id)


@router.delete("/cameras/{uuid:camera_id}/references", response=CameraHealthOut)
def forget_camera_references(request: HttpRequest, camera_id: UUID) -> CameraHealthOut:
    """Forgets all references: until a new one is taken nothing says that the camera moved."""
    references.forget_references(actor=actor_of(request), camera_id=camera_id)
    return _told(request, camera_id)


def _told(request: HttpRequest, camera_id: UUID) -> CameraHealthOut:
    found = visible_cameras(request.user).get(pk=camera_id)
    watch = CameraWatch.objects.filter(camera=found).first()
    return describe_health(found, watch, CameraReference.objects.filter(camera=found), troubles_of(found), health_policy())
