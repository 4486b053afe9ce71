"""The health of cameras as people and programs read it."""

from datetime import datetime
from typing import TYPE_CHECKING, Final

from django.urls import reverse
from django.utils.translation import pgettext_lazy
from ninja import Field, Schema

from tocsin.screens.waiting import Waiting, WaitingKind
from tocsin.screens.words import listed
from tocsin.vision.cameras.models import Camera
from tocsin.vision.cameras.rules import rights
from tocsin.vision.cameras.rules.states import BAD, CameraState
from tocsin.vision.cameras.shown import state_name
from tocsin.vision.health.models import CameraReference, CameraTrouble, CameraWatch
from tocsin.vision.health.policy import HealthPolicy
from tocsin.vision.health.queries import bad_cameras

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.utils.functional import Promise

    from tocsin.screens.request import Actor

FIGURE_NAMES: "Final[dict[str, Promise]]" = {
    "high": pgettext_lazy("figure of a frame", "95 % of the pixels are darker than"),
    "low": pgettext_lazy("figure of a frame", "95 % of the pixels are brighter than"),
    "lost": pgettext_lazy("figure of a frame", "structure of the reference that is gone"),
    "plain": pgettext_lazy("figure of a frame", "share of the picture without structure"),
    "edge_px": pgettext_lazy("figure of a frame", "width of edges in pixels of 640"),
    "likeness": pgettext_lazy("figure of a frame", "likeness to the reference"),
    "still_s": pgettext_lazy("figure of a frame", "seconds without change"),
    "clock_s": pgettext_lazy("figure of a frame", "seconds that its clock is ahead"),
}


class FrameFigureOut(Schema):
    """One figure of the newest frame and the threshold that it is held against."""

    code: str
    name: str
    value: float
    limit: float
    above: bool = Field(description="whether it is bad above the limit; otherwise below")
    bad: bool


class CameraTroubleOut(Schema):
    """A fault of a camera from when to when."""

    state: CameraState
    state_name: str
    since: datetime
    raised_at: datetime
    ended_at: datetime | None


class CameraReferenceOut(Schema):
    """A picture of a camera as it stands right."""

    id: int
    taken_at: datetime
    set_at: datetime
    set_by: str


class CameraHealthOut(Schema):
    """How a camera stands, by which figures, and what was wrong before."""

    state: CameraState
    state_name: str
    bad: bool
    since: datetime | None
    at: datetime | None = Field(description="of the newest frame, by the camera's clock")
    received_at: datetime | None
    figures: list[FrameFigureOut]
    references: list[CameraReferenceOut]
    troubles: list[CameraTroubleOut]


def describe_health(
    camera: Camera,
    watch: CameraWatch | None,
    references: "QuerySet[CameraReference]",
    troubles: "QuerySet[CameraTrouble]",
    policy: HealthPolicy,
) -> CameraHealthOut:
    """One camera; `watch` None: no frame was judged yet."""
    state = CameraState(camera.state)
    return CameraHealthOut(
        state=state,
        state_name=state_name(state),
        bad=camera.active and state in BAD,
        since=camera.state_since,
        at=watch.at if watch else None,
        received_at=watch.received_at if watch else None,
        figures=_figures(watch, policy) if watch else [],
        references=[
            CameraReferenceOut(id=one.pk, taken_at=one.taken_at, set_at=one.set_at, set_by=str(one.set_by))
            for one in references.select_related("set_by")
        ],
        troubles=[describe_trouble(one) for one in troubles[:50]],
    )


def describe_trouble(one: CameraTrouble) -> CameraTroubleOut:
    """One fault."""
    return CameraTroubleOut(
        state=CameraState(one.state),
        state_name=state_name(one.state),
        since=one.since,
        raised_at=one.raised_at,
        ended_at=one.ended_at,
    )


def _figures(watch: CameraWatch, policy: HealthPolicy) -> list[FrameFigureOut]:
    picture, time, told = policy.picture, policy.time, watch.figures
    reference_px = told["reference_edge_px"]
    limits = {
        "high": (picture.dark_level, False),
        "low": (picture.bright_level, True),
        "lost": (picture.covered_share, True),
        "plain": (picture.bare_share, True),
        "edge_px": (picture.blurred_ratio * reference_px if reference_px else picture.blurred_px, True),
        "likeness": (picture.least_likeness, False),
        "still_s": (time.frozen_s, True),
        "clock_s": (time.clock_off_s, True),
    }
    if told["lost"] is not None:
        del limits["plain"]
    shown = []
    for code, (limit, above) in limits.items():
        value = told[code]
        if value is None:
            continue
        size = abs(value) if code == "clock_s" else value
        bad = size > limit if above else size < limit
        shown.append(
            FrameFigureOut(
                code=code, name=str(FIGURE_NAMES[code]), value=round(value, 3), limit=round(limit, 3), above=above, bad=bad
            )
        )
    return shown


def _found(user: "Actor", _now: datetime) -> "QuerySet[Camera]":
    return bad_cameras(user)


def _tell(one: Camera) -> Waiting:
    return Waiting(
        listed(state_name(one.state), one.name), reverse("camera_health", args=[one.pk]), one.state_since or one.registered_at
    )


WAITING: Final = (
    WaitingKind("bad_cameras", pgettext_lazy("what waits", "Cameras to look after"), (rights.MANAGE,), found=_found, tell=_tell),
)
