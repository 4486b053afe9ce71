"""Cameras as people and programs read them."""

from datetime import datetime
from typing import Final
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import get_language, pgettext_lazy
from ninja import Field, Schema

from tocsin.vision.cameras.models import Camera
from tocsin.vision.cameras.policy import kinds
from tocsin.vision.cameras.rules.states import BAD, CameraState

STATE_NAMES: Final[dict[CameraState, Promise]] = {
    CameraState.UNKNOWN: pgettext_lazy("camera", "no frame yet"),
    CameraState.GOOD: pgettext_lazy("camera", "in order"),
    CameraState.SILENT: pgettext_lazy("camera", "no frames come"),
    CameraState.DARK: pgettext_lazy("camera", "dark"),
    CameraState.BRIGHT: pgettext_lazy("camera", "too bright"),
    CameraState.COVERED: pgettext_lazy("camera", "covered"),
    CameraState.BLURRED: pgettext_lazy("camera", "blurred"),
    CameraState.MOVED: pgettext_lazy("camera", "moved"),
    CameraState.FROZEN: pgettext_lazy("camera", "frozen"),
    CameraState.CLOCK: pgettext_lazy("camera", "its clock is wrong"),
}


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
    place: str
    lon: float | None
    lat: float | None
    bearing_deg: float | None
    view_deg: float | None
    zones: list[PictureZoneOut]
    active: bool
    state: CameraState
    state_name: str
    state_since: datetime | None
    registered_at: datetime
    registered_by: str

    @property
    def is_bad(self) -> bool:
        """Whether somebody has to look after it."""
        return self.active and self.state in BAD


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
        place=one.place,
        lon=one.lon,
        lat=one.lat,
        bearing_deg=one.bearing_deg,
        view_deg=one.view_deg,
        zones=[PictureZoneOut(name=zone.name, corners=list(zone.corners), kinds=list(zone.kinds)) for zone in one.own_zones()],
        active=one.active,
        state=CameraState(one.state),
        state_name=state_name(one.state),
        state_since=one.state_since,
        registered_at=one.registered_at,
        registered_by=str(one.registered_by),
    )


def state_name(state: str) -> str:
    """The words of a camera's state."""
    return str(STATE_NAMES[CameraState(state)])


def kind_name(code: str) -> str:
    """The words of a kind of sighting in the reader's language; the code of one that the policy no longer has."""
    kind = kinds().get(code)
    if kind is None:
        return code
    return kind.zh if (get_language() or "").startswith("zh") else kind.en


def kind_names() -> list[tuple[str, str]]:
    """All kinds with their words."""
    return [(code, kind_name(code)) for code in kinds()]
