"""Which version of a model runs, at which cameras; what is set aside, removed, and deleted after its time."""

import shutil
from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from tocsin.base.errors import Conflict, InvalidInput
from tocsin.jurisdiction.face import require, scope, system_actor
from tocsin.records.face import record_audit
from tocsin.vision.cameras.models import Camera
from tocsin.vision.cameras.queries import visible_cameras
from tocsin.vision.cameras.rules import rights
from tocsin.vision.recognition.models import OwnModel, OwnModelCamera, OwnModelVersion
from tocsin.vision.recognition.policy import recognition_policy
from tocsin.vision.recognition.queries import (
    MODEL,
    TEST_SET,
    own_model_folder,
    version_folder,
    visible_own_models,
    visible_own_versions,
)
from tocsin.vision.recognition.rules.own_models import OwnModelState, refusal_of
from tocsin.vision.recognition.services.own.giving import keep_version, note_own_model
from tocsin.vision.recognition.services.own.measuring import MeasuredModel, end_measuring, keep_pictures

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User


class CameraGroup(StrEnum):
    """By what cameras are named for a model."""

    CAMERA = "camera"  # by its code
    OBJECT = "object"  # all of a supervised object, by its information code
    REGION = "region"  # all of an area, by its code


@transaction.atomic
def use_own_version(*, actor: "User", version_id: UUID, now: datetime) -> OwnModelVersion:
    """From here on this version runs at the model's cameras, also an earlier one again. InvalidInput, with the figure, for one
    that is too often wrong by the policy in force; Conflict for one that was not measured or whose file is deleted.
    """
    version = _locked_version(actor, version_id)
    if version.state != OwnModelState.MEASURED:
        raise Conflict(_("Only a version that was measured is used."))
    if not version.has_model:
        raise Conflict(_("The file of this version is deleted: give it again."))
    figures = recognition_policy().own
    if refusal := refusal_of(version.typed_card(), version.label_figures(), figures.least_precision, figures.least_truths):
        raise refusal
    model = version.model
    before = model.in_use
    model.in_use, model.in_use_since = version, now
    model.save(update_fields=["in_use", "in_use_since"])
    note_own_model(actor, "own_model.used", version, before=before.version if before else "")
    return version


@transaction.atomic
def set_own_version_aside(*, actor: "User", version_id: UUID) -> OwnModelVersion:
    """A person wants no more of it: its files are deleted, its figures stay. Conflict for the one in use."""
    version = _locked_version(actor, version_id)
    if version.model.in_use_id == version.pk:
        raise Conflict(_("This version is in use: use another one or none first."))
    version.state, version.has_model, version.has_tests = OwnModelState.SET_ASIDE.value, False, False
    version.save(update_fields=["state", "has_model", "has_tests"])
    version.measured_pictures.all().delete()
    note_own_model(actor, "own_model.set_aside", version)
    place = version_folder(version.model.code, version.pk)
    transaction.on_commit(lambda: shutil.rmtree(place, ignore_errors=True))
    return version


@transaction.atomic
def stop_own_model(*, actor: "User", model_id: UUID) -> OwnModel:
    """The model runs nowhere until a version is used again. Conflict where none runs."""
    model = _locked_model(actor, model_id)
    if model.in_use is None:
        raise Conflict(_("No version of this model is in use."))
    note_own_model(actor, "own_model.stopped", model.in_use)
    model.in_use = model.in_use_since = None
    model.save(update_fields=["in_use", "in_use_since"])
    return model


@transaction.atomic
def add_own_model_cameras(*, actor: "User", model_id: UUID, group: CameraGroup, code: str, now: datetime) -> int:
    """The model is for these cameras from here on; those whose register the actor keeps. How many are new. InvalidInput where
    the group has none.
    """
    model = _locked_model(actor, model_id)
    chosen = _cameras_of(actor, group, code.strip())
    known = set(model.cameras.values_list("camera_id", flat=True))
    added = [one for one in chosen if one.pk not in known]
    OwnModelCamera.objects.bulk_create(OwnModelCamera(model=model, camera=one, since=now, set_by=actor) for one in added)
    _note_cameras(actor, "own_model.cameras_added", model, added)
    return len(added)


@transaction.atomic
def take_own_model_camera(*, actor: "User", model_id: UUID, camera_id: UUID) -> None:
    """The model is not for this camera any more. Conflict where it was not; it takes the register of the camera's area."""
    model = visible_own_models(actor).get(pk=model_id)
    camera = visible_cameras(actor).get(pk=camera_id)
    require(actor, rights.MANAGE, camera.region_code)
    if not OwnModelCamera.objects.filter(model=model, camera=camera).delete()[0]:
        raise Conflict(_("The model is not for this camera."))
    _note_cameras(actor, "own_model.camera_taken", model, [camera])


@transaction.atomic
def remove_own_model(*, actor: "User", model_id: UUID) -> None:
    """The model goes with all its versions and files; what it told stays."""
    model = _locked_model(actor, model_id)
    record_audit(actor, "own_model.removed", "own_model", model.pk, model.region_code, {"code": model.code})
    _delete(model)


def _delete(model: OwnModel) -> None:
    place = own_model_folder() / model.code
    model.in_use = None
    model.save(update_fields=["in_use"])
    model.delete()
    transaction.on_commit(lambda: shutil.rmtree(place, ignore_errors=True))


@transaction.atomic
def enrol_own_model(measured: MeasuredModel, cameras: Sequence[str], now: datetime) -> Path:
    """What the command measured is kept, and used at these cameras (codes). InvalidInput for one that is too often wrong."""
    if measured.refusal is not None:
        raise measured.refusal
    found = {one.code: one for one in Camera.objects.filter(code__in=cameras)}
    if lost := [one for one in cameras if one not in found]:
        raise InvalidInput("there is no camera %(code)s", code=lost[0][:40])
    actor = system_actor()
    known = OwnModel.objects.filter(code=measured.card.code).first()
    version = keep_version(actor, known.region_code if known else found[cameras[0]].region_code, measured.given, now)
    keep_pictures(version, measured.seen, 0)
    end_measuring(version, now)
    model = OwnModel.objects.select_for_update().get(pk=version.model_id)
    model.in_use, model.in_use_since = version, now
    model.save(update_fields=["in_use", "in_use_since"])
    note_own_model(actor, "own_model.used", version)
    there = set(model.cameras.values_list("camera_id", flat=True))
    added = [one for one in found.values() if one.pk not in there]
    OwnModelCamera.objects.bulk_create(OwnModelCamera(model=model, camera=one, since=now, set_by=actor) for one in added)
    _note_cameras(actor, "own_model.cameras_added", model, added)
    return version_folder(model.code, version.pk)


@transaction.atomic
def remove_own_model_by_code(code: str) -> None:
    """The same by command. Conflict where there is none."""
    model = OwnModel.objects.filter(code=code).first()
    if model is None:
        raise Conflict("there is no model “%(code)s”", code=code[:40])
    remove_own_model(actor=system_actor(), model_id=model.pk)


def forget_own_models(*, now: datetime) -> None:
    """Test sets go after `tests_days`, with what was seen in their pictures; of measured versions that are not in use the newest
    `kept_versions` keep their files.
    """
    figures = recognition_policy().own
    old = OwnModelVersion.objects.filter(measured_at__lt=now - timedelta(days=figures.tests_days), has_tests=True)
    for version in old.select_related("model"):
        (version_folder(version.model.code, version.pk) / TEST_SET).unlink(missing_ok=True)
        version.measured_pictures.all().delete()
        OwnModelVersion.objects.filter(pk=version.pk).update(has_tests=False)
    for model in OwnModel.objects.all():
        kept = model.versions.filter(state=OwnModelState.MEASURED, has_model=True)
        if model.in_use_id is not None:
            kept = kept.exclude(pk=model.in_use_id)
        for version in kept.order_by("-given_at", "-id")[figures.kept_versions :]:
            (version_folder(model.code, version.pk) / MODEL).unlink(missing_ok=True)
            OwnModelVersion.objects.filter(pk=version.pk).update(has_model=False)


def _cameras_of(actor: "User", group: CameraGroup, code: str) -> list[Camera]:
    kept = scope(visible_cameras(actor), actor, rights.MANAGE, "region_code")
    by = {CameraGroup.CAMERA: "code", CameraGroup.OBJECT: "object__code", CameraGroup.REGION: "region_code"}
    found = list(kept.filter(active=True, **{by[group]: code})) if code else []
    if not found:
        raise InvalidInput(
            _("There is no camera in service there of which you keep the register: “%(given)s”.") % {"given": code[:40]}
        )
    return found


def _note_cameras(actor: "User", act: str, model: OwnModel, cameras: Sequence[Camera]) -> None:
    told = {"code": model.code, "cameras": [one.code for one in cameras][:200], "count": len(cameras)}
    record_audit(actor, act, "own_model", model.pk, model.region_code, told)


def _locked_model(actor: "User", model_id: UUID) -> OwnModel:
    seen = visible_own_models(actor).get(pk=model_id)
    require(actor, rights.MANAGE, seen.region_code)
    return OwnModel.objects.select_for_update(of=("self",)).select_related("in_use").get(pk=seen.pk)


def _locked_version(actor: "User", version_id: UUID) -> OwnModelVersion:
    seen = visible_own_versions(actor).get(pk=version_id)
    model = _locked_model(actor, seen.model_id)
    version = OwnModelVersion.objects.select_for_update().get(pk=seen.pk)
    version.model = model
    return version
