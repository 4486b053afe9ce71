"""Sources of frames and models for programs."""

from base64 import b64decode
from binascii import Error
from typing import Final
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Field, Router, Schema

from tocsin.base.errors import NotAllowed
from tocsin.engine.frames.watching import Looking
from tocsin.jurisdiction.face import may_anywhere
from tocsin.screens.budgets.requests import costly
from tocsin.screens.clock import current_time
from tocsin.screens.request import actor_of
from tocsin.vision.cameras.queries import visible_cameras
from tocsin.vision.cameras.rules import rights
from tocsin.vision.recognition.models import CameraSource
from tocsin.vision.recognition.rules.models import CARDS
from tocsin.vision.recognition.rules.sources import SourceFacts, SourceKind
from tocsin.vision.recognition.services import register
from tocsin.vision.recognition.services.plates import take_plates_of
from tocsin.vision.recognition.services.reading import read_text
from tocsin.vision.recognition.services.seeing import can_run
from tocsin.vision.recognition.shown.gauges import ReadGaugeOut, describe_gauge
from tocsin.vision.recognition.shown.sources import (
    CameraSourceOut,
    ReadTextOut,
    RecognitionModelOut,
    describe_model,
    describe_source,
    describe_text,
)
from tocsin.vision.vehicles.queries import cameras_to_read
from tocsin.vision.vehicles.shown.vehicles import PlateReadingOut, describe_reading

router = Router()
NO_PICTURE: Final = b"?"  # what is no Base64 is refused as what is no picture


class CameraSourceIn(Schema, extra="forbid"):
    kind: SourceKind
    address: str = Field("", max_length=500, description="without a login; empty for a folder")
    username: str = Field("", max_length=64)
    password: str = Field("", max_length=64, description="empty: the one that is kept, where address and user name stay")
    period_s: float = Field(5.0, ge=0.2, le=3600)
    looking: list[Looking] = Field([], max_length=20, description="kinds of sightings; none: the camera's health alone")
    most_people: int = Field(0, ge=0, le=1000, description="for over_manning: more are too many")


class CameraSourceAnswerOut(Schema):
    """The source of a camera; none where frames come from nowhere."""

    source: CameraSourceOut | None


@router.get("/recognition/models", response=list[RecognitionModelOut])
def recognition_models(request: HttpRequest) -> list[RecognitionModelOut]:
    """The models that Tocsin carries, with what they can't do."""
    if not may_anywhere(request.user, rights.SEE):
        raise NotAllowed(_("Your roles do not show you cameras."))
    return [describe_model(one, runs=can_run(one)) for one in CARDS]


class TextPictureIn(Schema, extra="forbid"):
    picture: str = Field(max_length=28_000_000, description="JPEG or PNG in Base64")
    expected: str = Field(
        "", max_length=60, description="a plate, a number of a paper, or the value of a gauge that should stand there"
    )
    sensor: str = Field("", max_length=130, description="device/channel whose gauge the picture shows")
    camera_id: UUID | None = Field(
        None, description="whose picture it is: its plates are held against the orders of its firm, and kept"
    )


class ReadPictureOut(ReadTextOut):
    """The same beside a sensor, and with the number plates that were taken as of a camera."""

    gauge: ReadGaugeOut | None = Field(description="where a sensor is named")
    plates: list[PlateReadingOut] = Field(description="held against the orders of the camera's firm; none without a camera")


@router.post("/recognition/text", response=ReadPictureOut)
@costly
def read_text_of_picture(request: HttpRequest, given: TextPictureIn) -> ReadPictureOut:
    """Reads the text in a picture, also beside what is expected. Nothing is kept but the plates of a camera's picture."""
    if not may_anywhere(request.user, rights.SEE):
        raise NotAllowed(_("Your roles do not show you cameras."))
    try:
        data = b64decode(given.picture, validate=True)
    except (Error, ValueError):
        data = NO_PICTURE
    camera = cameras_to_read(request.user).get(pk=given.camera_id) if given.camera_id else None
    read = read_text(data)
    told = describe_text(read, given.expected)
    now = current_time()
    taken = take_plates_of(read, actor=actor_of(request), camera=camera, at=now, now=now) if camera else []
    gauge = describe_gauge(request.user, read, given.sensor) if given.sensor.strip() else None
    return ReadPictureOut(**told.dict(), gauge=gauge, plates=[describe_reading(one) for one in taken])


@router.get("/cameras/{uuid:camera_id}/source", response=CameraSourceAnswerOut)
def camera_source(request: HttpRequest, camera_id: UUID) -> CameraSourceAnswerOut:
    """Where frames of a camera come from, and how it goes."""
    return _told(request, camera_id)


@router.put("/cameras/{uuid:camera_id}/source", response=CameraSourceAnswerOut)
def set_camera_source(request: HttpRequest, camera_id: UUID, given: CameraSourceIn) -> CameraSourceAnswerOut:
    """Frames come from there from here on; it takes `supervision.manage` and `evidence.send` there."""
    facts = SourceFacts(**given.dict(exclude={"looking"}), looking=tuple(one.value for one in given.looking))
    register.set_source(actor=actor_of(request), camera_id=camera_id, facts=facts, now=current_time())
    return _told(request, camera_id)


@router.delete("/cameras/{uuid:camera_id}/source", response=CameraSourceAnswerOut)
def remove_camera_source(request: HttpRequest, camera_id: UUID) -> CameraSourceAnswerOut:
    """No frames are fetched any more."""
    register.remove_source(actor=actor_of(request), camera_id=camera_id)
    return _told(request, camera_id)


def _told(request: HttpRequest, camera_id: UUID) -> CameraSourceAnswerOut:
    found = visible_cameras(request.user).get(pk=camera_id)
    kept = CameraSource.objects.select_related("camera").filter(camera=found).first()
    return CameraSourceAnswerOut(source=describe_source(kept) if kept else None)
