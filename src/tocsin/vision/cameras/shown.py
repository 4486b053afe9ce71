"""Cameras as people and programs read them."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import get_language
from ninja import Field, Schema

from tocsin.vision.cameras.models import Camera
from tocsin.vision.cameras.policy import kinds


class PictureZoneOut(Schema):
    """A part of the picture."""

    name: str
    corners: list[tuple[float, float]] = Field(description="shares of width and height from the upper left")
    kinds: list[str] = Field(description="what is looked for there; empty: everything")

    @property
    def points(self) -> str:
        """The corners as a polygon of SVG in hundredths."""
        return " ".join(f"{x * 100:.1f},{y * 100:.1f}" for x, y in self.corners)


class CameraOut(Schema):
    """A camera whose pictures a recogniser judges."""

    id: UUID
    code: str
    name: str
    region_code: str
    object_id: UUID | None
    object: str
    organisation_id: UUID | None
    organisation: str
    device_code: str = Field(description="the device that sends its events over MQTT; empty: none")
    place: str
    lon: float | None
    lat: float | None
    bearing_deg: float | None
    view_deg: float | None
    zones: list[PictureZoneOut]
    active: bool
    registered_at: datetime
    registered_by: str


def describe_camera(one: Camera) -> CameraOut:
    """One camera; its firm, owner and who registered it are loaded."""
    return CameraOut(
        id=one.pk,
        code=one.code,
        name=one.name,
        region_code=one.region_code,
        object_id=one.object_id,
        object=one.object.name if one.object else "",
        organisation_id=one.organisation_id,
        organisation=str(one.organisation or ""),
        device_code=one.recogniser.code if one.recogniser else "",
        place=one.place,
        lon=one.lon,
        lat=one.lat,
        bearing_deg=one.bearing_deg,
        view_deg=one.view_deg,
        zones=[PictureZoneOut(name=zone.name, corners=list(zone.corners), kinds=list(zone.kinds)) for zone in one.own_zones()],
        active=one.active,
        registered_at=one.registered_at,
        registered_by=str(one.registered_by),
    )


def kind_name(code: str) -> str:
    """The words of a kind of sighting in the reader's language; the code of one that the policy no longer has."""
    kind = kinds().get(code)
    if kind is None:
        return code
    return kind.zh if (get_language() or "").startswith("zh") else kind.en


def kind_names() -> list[tuple[str, str]]:
    """All kinds with their words."""
    return [(code, kind_name(code)) for code in kinds()]
