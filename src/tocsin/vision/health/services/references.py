"""Pictures of a camera as it stands right: taken by a person, forgotten by a person."""

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from tocsin.base.errors import Conflict
from tocsin.jurisdiction.face import require
from tocsin.records.face import record_audit
from tocsin.vision.cameras.models import Camera
from tocsin.vision.cameras.queries import visible_cameras
from tocsin.vision.cameras.rules import rights
from tocsin.vision.health.models import CameraReference, CameraWatch
from tocsin.vision.health.policy import health_policy

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User


@transaction.atomic
def take_reference(*, actor: "User", camera_id: UUID, now: datetime) -> CameraReference:
    """The newest picture shows the camera as it shall stand. Beyond what policy keeps the oldest reference goes."""
    camera = _locked(actor, camera_id)
    watch = CameraWatch.objects.filter(camera=camera).first()
    if watch is None:
        raise Conflict(_("There is no frame of this camera yet: hand one in, or give it a source."))
    made = CameraReference.objects.create(
        camera=camera, picture=bytes(watch.picture), taken_at=watch.at, set_at=now, set_by=actor
    )
    kept = CameraReference.objects.filter(camera=camera).order_by("-id").values_list("pk", flat=True)
    CameraReference.objects.filter(pk__in=list(kept[health_policy().frame.references :])).delete()
    record_audit(actor, "camera.reference_taken", "camera", camera.pk, camera.region_code, {"code": camera.code})
    return made


@transaction.atomic
def forget_references(*, actor: "User", camera_id: UUID) -> None:
    """The camera was put elsewhere on purpose: until a new reference is taken nothing says that it moved."""
    camera = _locked(actor, camera_id)
    if not CameraReference.objects.filter(camera=camera).delete()[0]:
        raise Conflict(_("This camera has no reference."))
    record_audit(actor, "camera.references_forgotten", "camera", camera.pk, camera.region_code, {"code": camera.code})


def _locked(actor: "User", camera_id: UUID) -> Camera:
    seen = visible_cameras(actor).get(pk=camera_id)
    require(actor, rights.MANAGE, seen.region_code, (seen.organisation_id,))
    return Camera.objects.select_for_update().get(pk=seen.pk)
