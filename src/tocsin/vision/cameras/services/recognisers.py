"""Which device sends the events of a camera over MQTT."""

from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from tocsin.base.errors import InvalidInput
from tocsin.jurisdiction.face import require
from tocsin.records.face import record_audit
from tocsin.sensing.face import visible_devices
from tocsin.vision.cameras.models import Camera
from tocsin.vision.cameras.queries import visible_cameras
from tocsin.vision.cameras.rules import rights

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User


def device_id(actor: "User", code: str) -> UUID | None:
    """The device of that code; None for an empty one. InvalidInput where the actor sees none."""
    text = code.strip()
    if not text:
        return None
    found = visible_devices(actor).filter(code=text).values_list("pk", flat=True).first()
    if found is None:
        raise InvalidInput(_("There is no device “%(given)s” that you may see.") % {"given": text[:64]})
    return found


@transaction.atomic
def set_recogniser(*, actor: "User", camera_id: UUID, device_code: str) -> Camera:
    """From here on only this device tells of the camera over MQTT; an empty code: none does."""
    seen = visible_cameras(actor).get(pk=camera_id)
    require(actor, rights.MANAGE, seen.region_code)
    chosen = device_id(actor, device_code)
    camera = Camera.objects.select_for_update().get(pk=seen.pk)
    if camera.recogniser_id != chosen:
        camera.recogniser_id = chosen
        camera.save(update_fields=["recogniser"])
        told = {"code": camera.code, "name": camera.name, "device": device_code.strip()}
        record_audit(actor, "camera.recogniser_set", "camera", camera.pk, camera.region_code, told)
    return camera
