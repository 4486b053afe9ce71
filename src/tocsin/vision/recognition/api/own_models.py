"""A city's own models for programs: given, watched, used at cameras."""

from typing import Final
from uuid import UUID

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Field, File, Form, Query, Router, Schema, Status, UploadedFile

from tocsin.base.errors import NotAllowed
from tocsin.engine.frames.layouts import Layout
from tocsin.jurisdiction.face import may, may_anywhere, require
from tocsin.screens.budgets.requests import costly
from tocsin.screens.clock import current_time
from tocsin.screens.lists.slices import Slice
from tocsin.screens.request import actor_of
from tocsin.vision.cameras.queries import visible_cameras
from tocsin.vision.cameras.rules import rights
from tocsin.vision.recognition.models import OwnModelPicture
from tocsin.vision.recognition.queries import visible_own_models, visible_own_versions
from tocsin.vision.recognition.rules.own_models import OwnModelCard, read_labels
from tocsin.vision.recognition.services.own import using
from tocsin.vision.recognition.services.own.giving import GivenModel, give_own_model
from tocsin.vision.recognition.services.own.pictures import picture_of
from tocsin.vision.recognition.services.own.using import CameraGroup
from tocsin.vision.recognition.shown.own_models import (
    OwnModelCameraOut,
    OwnModelOut,
    OwnVersionOut,
    OwnVersionResultOut,
    describe_own_camera,
    describe_own_model,
    describe_result,
    describe_version,
)

router = Router()
MOST_WRONG: Final = 200
BINARY: Final = {"schema": {"type": "string", "format": "binary"}}


class OwnModelCamerasIn(Schema, extra="forbid"):
    group: CameraGroup
    code: str = Field(max_length=40, description="of the camera, the supervised object, or the area")


class OwnModelCamerasAddedOut(Schema):
    """How many cameras are new."""

    added: int


@router.get("/recognition/own-models", response=list[OwnModelOut])
def own_recognition_models(request: HttpRequest, wanted: Query[Slice]) -> list[OwnModelOut]:
    """The city's own models, with the version that runs and its figures."""
    if not may_anywhere(request.user, rights.SEE):
        raise NotAllowed(_("Your roles do not show you cameras."))
    rows = visible_own_models(request.user).annotate(count=Count("cameras"))
    return [describe_own_model(one, one.count) for one in wanted.cut(rows)]


@router.post("/recognition/own-models", response={201: OwnVersionOut})
@costly
def give_recognition_model(
    request: HttpRequest,
    region_code: Form[str],
    code: Form[str],
    version: Form[str],
    layout: Form[Layout],
    least_score: Form[float],
    cannot: Form[str],
    labels: Form[str],
    model: File[UploadedFile],
    tests: File[UploadedFile],
) -> Status[OwnVersionOut]:
    """Gives a model (ONNX) with its test set (ZIP); it is measured in the background. `labels`: one a line, `name = kind`."""
    card = OwnModelCard(
        code=code, version=version, layout=layout, labels=read_labels(labels), least_score=least_score, cannot=cannot
    )
    given = GivenModel(card, model.read(), tests.read())
    made = give_own_model(actor=actor_of(request), region_code=region_code[:12], given=given, now=current_time())
    return Status(201, describe_version(made))


@router.get("/recognition/own-models/{uuid:own_model_id}", response=OwnModelOut)
def own_recognition_model(request: HttpRequest, own_model_id: UUID) -> OwnModelOut:
    """One model."""
    found = visible_own_models(request.user).get(pk=own_model_id)
    return describe_own_model(found, found.cameras.count())


@router.delete("/recognition/own-models/{uuid:own_model_id}", response={204: None})
def remove_recognition_model(request: HttpRequest, own_model_id: UUID) -> Status[None]:
    """The model goes with all its versions and files; what it told stays."""
    using.remove_own_model(actor=actor_of(request), model_id=own_model_id)
    return Status(204, None)


@router.get("/recognition/own-models/{uuid:own_model_id}/versions", response=list[OwnVersionOut])
def versions_of_recognition_model(request: HttpRequest, own_model_id: UUID, wanted: Query[Slice]) -> list[OwnVersionOut]:
    """Its versions, newest first."""
    found = visible_own_models(request.user).get(pk=own_model_id)
    return [describe_version(one) for one in wanted.cut(visible_own_versions(request.user).filter(model=found))]


@router.post("/recognition/own-models/{uuid:own_model_id}/stop", response=OwnModelOut)
def stop_recognition_model(request: HttpRequest, own_model_id: UUID) -> OwnModelOut:
    """The model runs nowhere until a version is used again."""
    using.stop_own_model(actor=actor_of(request), model_id=own_model_id)
    return own_recognition_model(request, own_model_id)


@router.get("/recognition/own-models/{uuid:own_model_id}/cameras", response=list[OwnModelCameraOut])
def cameras_of_recognition_model(request: HttpRequest, own_model_id: UUID, wanted: Query[Slice]) -> list[OwnModelCameraOut]:
    """The cameras that it is for, of those that the caller sees."""
    found = visible_own_models(request.user).get(pk=own_model_id)
    rows = found.cameras.filter(camera__in=visible_cameras(request.user)).select_related("camera")
    return [describe_own_camera(one) for one in wanted.cut(rows)]


@router.post("/recognition/own-models/{uuid:own_model_id}/cameras", response=OwnModelCamerasAddedOut)
def add_cameras_to_recognition_model(
    request: HttpRequest, own_model_id: UUID, given: OwnModelCamerasIn
) -> OwnModelCamerasAddedOut:
    """The model is for these cameras from here on: one, those of an object, or those of an area."""
    added = using.add_own_model_cameras(
        actor=actor_of(request), model_id=own_model_id, group=given.group, code=given.code, now=current_time()
    )
    return OwnModelCamerasAddedOut(added=added)


@router.delete("/recognition/own-models/{uuid:own_model_id}/cameras/{uuid:camera_id}", response={204: None})
def take_camera_from_recognition_model(request: HttpRequest, own_model_id: UUID, camera_id: UUID) -> Status[None]:
    """The model is not for this camera any more."""
    using.take_own_model_camera(actor=actor_of(request), model_id=own_model_id, camera_id=camera_id)
    return Status(204, None)


@router.get("/recognition/own-model-versions/{uuid:own_model_version_id}", response=OwnVersionResultOut)
def recognition_model_version(request: HttpRequest, own_model_version_id: UUID) -> OwnVersionResultOut:
    """How right a version is, what is told as what; wrong pictures for who keeps cameras there."""
    found = visible_own_versions(request.user).get(pk=own_model_version_id)
    return describe_result(found, MOST_WRONG, pictures=may(request.user, rights.MANAGE, found.model.region_code))


@router.get(
    "/recognition/own-model-versions/{uuid:own_model_version_id}/pictures/{int:picture_number}",
    response={200: None},
    openapi_extra={"responses": {200: {"description": "OK", "content": {"image/jpeg": BINARY}}}},
)
@costly
def picture_of_recognition_model(request: HttpRequest, own_model_version_id: UUID, picture_number: int) -> HttpResponse:
    """A picture of the test set as a JPEG."""
    found = visible_own_versions(request.user).get(pk=own_model_version_id)
    require(request.user, rights.MANAGE, found.model.region_code)
    row = OwnModelPicture.objects.select_related("version__model").get(version=found, number=picture_number)
    return HttpResponse(picture_of(row), content_type="image/jpeg", headers={"X-Content-Type-Options": "nosniff"})


@router.post("/recognition/own-model-versions/{uuid:own_model_version_id}/use", response=OwnVersionOut)
def use_recognition_model_version(request: HttpRequest, own_model_version_id: UUID) -> OwnVersionOut:
    """This version, a new or an earlier one, runs at the model's cameras from here on."""
    using.use_own_version(actor=actor_of(request), version_id=own_model_version_id, now=current_time())
    return describe_version(visible_own_versions(request.user).get(pk=own_model_version_id))


@router.post("/recognition/own-model-versions/{uuid:own_model_version_id}/set-aside", response=OwnVersionOut)
def set_recognition_model_version_aside(request: HttpRequest, own_model_version_id: UUID) -> OwnVersionOut:
    """Its files are deleted, its figures stay."""
    using.set_own_version_aside(actor=actor_of(request), version_id=own_model_version_id)
    return describe_version(visible_own_versions(request.user).get(pk=own_model_version_id))
