"""Sources of frames are entered, changed and taken away."""

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from tocsin.base.errors import Conflict
from tocsin.base.private_files import private_folder
from tocsin.jurisdiction.face import require
from tocsin.records.face import record_audit
from tocsin.vision.cameras.models import Camera
from tocsin.vision.cameras.queries import visible_cameras
from tocsin.vision.cameras.rules import rights
from tocsin.vision.health.services.frames import expect_no_frames
from tocsin.vision.recognition.models import CameraSource
from tocsin.vision.recognition.policy import recognition_policy
from tocsin.vision.recognition.queries import folder_of
from tocsin.vision.recognition.rules.sources import SourceFacts, SourceKind, checked_source
from tocsin.vision.recognition.services.secrets import keep_password

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User


@transaction.atomic
def set_source(*, actor: "User", camera_id: UUID, facts: SourceFacts, now: datetime) -> CameraSource:
    """From here on frames of the camera come from there. Who sets it must be allowed to send events there."""
    camera = _locked(actor, camera_id)
    require(actor, rights.SEND, camera.region_code, (camera.organisation_id,))
    kept = checked_source(facts, recognition_policy().fetching.least_period_s)
    before = CameraSource.objects.filter(camera=camera).first()
    told = {
        "kind": kept.kind.value,
        "address": kept.address,
        "username": kept.username,
        "period_s": kept.period_s,
        "looking": list(kept.looking),
        "most_people": kept.most_people,
        "entered_at": now,
        "entered_by": actor,
        "fault": "",
        "fault_detail": "",
        "fault_since": None,
    }
    source, _new = CameraSource.objects.update_or_create(camera=camera, defaults=told)
    if kept.password:
        keep_password(source, kept.password)
    elif before is None or (before.kind, before.address, before.username) != (kept.kind, kept.address, kept.username):
        keep_password(source, "")  # what one address was trusted with no other one learns
    if kept.kind is SourceKind.FOLDER:
        private_folder(folder_of(camera))
    _audit(
        actor,
        "camera.source_set",
        camera,
        kind=kept.kind.value,
        address=kept.address,
        username=kept.username,
        looking=list(kept.looking),
    )
    return source


@transaction.atomic
def remove_source(*, actor: "User", camera_id: UUID) -> None:
    """No frames are fetched any more; what was seen stays, and silence is no fault from here on."""
    camera = _locked(actor, camera_id)
    if not CameraSource.objects.filter(camera=camera).delete()[0]:
        raise Conflict(_("This camera has no source."))
    expect_no_frames(camera)
    _audit(actor, "camera.source_removed", camera)


def _locked(actor: "User", camera_id: UUID) -> Camera:
    seen = visible_cameras(actor).get(pk=camera_id)
    require(actor, rights.MANAGE, seen.region_code, (seen.organisation_id,))
    return Camera.objects.select_for_update().get(pk=seen.pk)


def _audit(actor: "User", act: str, camera: Camera, **details: object) -> None:
    record_audit(actor, act, "camera", camera.pk, camera.region_code, {"code": camera.code, **details})
