"""Cameras are registered, changed, given zones, taken out of service and back."""

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from tocsin.base.errors import Conflict, InvalidInput
from tocsin.base.storable import storable
from tocsin.jurisdiction.face import all_regions, may, require, visible_organisations
from tocsin.records.face import record_audit
from tocsin.supervision.face import visible_objects
from tocsin.vision.cameras.models import Camera
from tocsin.vision.cameras.policy import code_rule, kinds
from tocsin.vision.cameras.queries import visible_cameras
from tocsin.vision.cameras.rules import rights
from tocsin.vision.cameras.rules.codes import read_code, stands_in
from tocsin.vision.cameras.rules.zones import Zone, check_zones

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User


@dataclass(frozen=True, kw_only=True)
class CameraFacts:
    """What is known of a camera beside its code. Degrees: of WGS84 for the place, clockwise from north for the direction."""

    name: str
    region_code: str
    object_id: UUID | None = None
    organisation_id: UUID | None = None
    place: str = ""
    lon: float | None = None
    lat: float | None = None
    bearing_deg: float | None = None
    view_deg: float | None = None


@transaction.atomic
def register_camera(*, actor: "User", code: str, facts: CameraFacts, now: datetime) -> Camera:
    """A new camera. InvalidInput says which digits of the code are wrong; Conflict where it is registered already."""
    require(actor, rights.MANAGE, facts.region_code)
    kept = read_code(code, code_rule())
    values = _checked(actor, kept, facts)
    known = Camera.objects.filter(code=kept).first()
    if known is not None:
        where = f": {known.name}" if may(actor, rights.MANAGE, known.region_code) else ""
        raise Conflict(_("Camera %(code)s is registered already%(where)s.") % {"code": kept, "where": where})
    made = Camera.objects.create(code=kept, registered_at=now, registered_by=actor, **values)
    _note(actor, "camera.registered", made)
    return made


@transaction.atomic
def change_camera(*, actor: "User", camera_id: UUID, facts: CameraFacts) -> Camera:
    """Puts right what is known of a camera; the code stays. Its zones are set apart."""
    camera = _locked(actor, camera_id)
    require(actor, rights.MANAGE, facts.region_code)
    values = _checked(actor, camera.code, facts)
    changed = {name: value for name, value in values.items() if getattr(camera, name) != value}
    for name, value in changed.items():
        setattr(camera, name, value)
    if changed:
        camera.save(update_fields=list(changed))
        _note(actor, "camera.changed", camera, fields=sorted(changed))
    return camera


@transaction.atomic
def set_zones(*, actor: "User", camera_id: UUID, zones: Sequence[Zone]) -> Camera:
    """The zones of the picture from here on; none: the whole picture counts."""
    camera = _locked(actor, camera_id)
    check_zones(tuple(zones), kinds())
    camera.zones = [asdict(one) | {"name": storable(one.name)[:60]} for one in zones]
    camera.save(update_fields=["zones"])
    _note(actor, "camera.zones_set", camera, zones=[one.name for one in zones])
    return camera


@transaction.atomic
def set_active(*, actor: "User", camera_id: UUID, active: bool) -> Camera:
    """Takes a camera out of service, or back; what is out of service is not heard."""
    camera = _locked(actor, camera_id)
    if camera.active == active:
        raise Conflict(_("This camera stands so already."))
    camera.active = active
    camera.save(update_fields=["active"])
    _note(actor, "camera.put_in_service" if active else "camera.taken_out", camera)
    return camera


def _locked(actor: "User", camera_id: UUID) -> Camera:
    seen = visible_cameras(actor).get(pk=camera_id)
    require(actor, rights.MANAGE, seen.region_code)
    return Camera.objects.select_for_update().get(pk=seen.pk)


def problems_of(code: str, facts: CameraFacts, regions: Collection[str]) -> list[tuple[str, str]]:
    """All that is wrong with what is told of a camera of that code, by its field; `regions` are those that exist."""
    wrong: list[tuple[str, str]] = []
    if not facts.name.strip():
        wrong.append(("name", _("Give the camera a name.")))
    for name, most in (("name", 120), ("place", 200)):
        if len(getattr(facts, name)) > most:
            wrong.append((name, _("At most %(most)s characters.") % {"most": most}))
    if facts.region_code not in regions:
        wrong.append(("region_code", _("There is no region %(code)s.") % {"code": facts.region_code}))
    elif not stands_in(code, facts.region_code):
        words = _("Digits 1 to 6 of the code are %(given)s: the camera stands in region %(region)s.")
        wrong.append(("region_code", words % {"given": code[:6], "region": facts.region_code}))
    if (facts.lon is None) != (facts.lat is None):
        wrong.append(("lon" if facts.lon is None else "lat", _("Give longitude and latitude, or neither.")))
    for name, label, value, least, most_deg in (
        ("lon", _("Longitude"), facts.lon, -180.0, 180.0),
        ("lat", _("Latitude"), facts.lat, -90.0, 90.0),
        ("bearing_deg", _("Direction"), facts.bearing_deg, 0.0, 360.0),
        ("view_deg", _("Angle of view"), facts.view_deg, 1.0, 360.0),
    ):
        if value is not None and not least <= value <= most_deg:
            text = _("%(label)s: %(given)g does not lie between %(least)g and %(most)g degrees.")
            wrong.append((name, text % {"label": label, "given": value, "least": least, "most": most_deg}))
    return wrong


def columns_of(facts: CameraFacts) -> dict[str, object]:
    """The columns of the row."""
    return asdict(facts) | {"name": storable(facts.name.strip()), "place": storable(facts.place.strip())}


def _checked(actor: "User", code: str, facts: CameraFacts) -> dict[str, object]:
    regions = set(all_regions().filter(code=facts.region_code).values_list("code", flat=True))
    if wrong := problems_of(code, facts, regions):
        raise InvalidInput(wrong[0][1])
    if facts.object_id is not None and not visible_objects(actor).filter(pk=facts.object_id).exists():
        raise InvalidInput(_("There is no such supervised object that you may see."))
    if facts.organisation_id is not None and not visible_organisations(actor).filter(pk=facts.organisation_id).exists():
        raise InvalidInput(_("There is no such organisation that you may see."))
    return columns_of(facts)


def _note(actor: "User", act: str, camera: Camera, **details: object) -> None:
    record_audit(actor, act, "camera", camera.pk, camera.region_code, {"code": camera.code, "name": camera.name, **details})
