"""Sightings and answers of the door as people and programs read them."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy
from ninja import Field, Schema

from tocsin.vision.cameras.rules.states import BAD, CameraState
from tocsin.vision.cameras.shown import kind_name, state_name
from tocsin.vision.sightings.models import CropView, EventFault, Recognition, Sighting
from tocsin.vision.sightings.policy import sighting_policy
from tocsin.vision.sightings.rules.events import Fault
from tocsin.vision.sightings.rules.sightings import OPEN, Verdict

VERDICT_NAMES: Final[dict[Verdict, Promise]] = {
    Verdict.WAITING: pgettext_lazy("sighting", "waits"),
    Verdict.CONFIRMED: pgettext_lazy("sighting", "confirmed"),
    Verdict.REJECTED: pgettext_lazy("sighting", "rejected"),
    Verdict.UNSURE: pgettext_lazy("sighting", "unsure"),
}
ASKS_NAMES: Final[dict[str, Promise]] = {
    "case": pgettext_lazy("sighting asks for", "a case"),
    "finding": pgettext_lazy("sighting asks for", "an inspection"),
    "permit_stop": pgettext_lazy("sighting asks for", "a stop of the permitted work"),
}
FAULT_NAMES: Final[dict[Fault, Promise]] = {
    Fault.NO_CAMERA: pgettext_lazy("event refused", "there is no such camera for which you may send events"),
    Fault.OUT_OF_SERVICE: pgettext_lazy("event refused", "the camera is out of service"),
    Fault.NO_KIND: pgettext_lazy("event refused", "the policy vision.cameras has no such kind"),
    Fault.NO_ID: pgettext_lazy("event refused", "event id or model is empty or too long (80 and 60 characters)"),
    Fault.BAD_BOX: pgettext_lazy("event refused", "the box is no part of the picture: left, upper, width, height from 0 to 1"),
    Fault.BAD_SCORE: pgettext_lazy("event refused", "the score does not lie between 0 and 1"),
    Fault.TOO_EARLY: pgettext_lazy("event refused", "its time lies in the future: set the camera's clock"),
    Fault.TOO_OLD: pgettext_lazy("event refused", "it is too old"),
    Fault.NO_JPEG: pgettext_lazy("event refused", "the crop is no whole JPEG"),
    Fault.CROP_TOO_LARGE: pgettext_lazy("event refused", "the crop has too many bytes"),
    Fault.OTHER_HASH: pgettext_lazy("event refused", "the crop has another SHA-256 than the recogniser told"),
    Fault.OVER_BUDGET: pgettext_lazy("event refused", "the camera sends more than its budget: send it again in a minute"),
}
STATE_CLASSES: Final = {Verdict.CONFIRMED: "bad", Verdict.REJECTED: "", Verdict.UNSURE: "warn", Verdict.WAITING: "warn"}


class SightedEventOut(Schema):
    """One event that a sighting stands on."""

    id: UUID
    event_id: str
    model: str
    version: str
    at: datetime = Field(description="by the camera's clock")
    received_at: datetime
    score: float
    box: list[float] = Field(description="left, upper, width, height as shares of the picture")
    sha256: str = Field(description="of the crop at capture; empty: none was sent")
    skew_s: float = Field(description="how long after the camera's time it came")
    clock_off: bool = Field(description="that is more than policy takes for the way: the camera's clock may be wrong")


class SightingOut(Schema):
    """What events of one camera and kind came to, and what a person said of it."""

    id: UUID
    camera_id: UUID
    camera: str
    camera_state: str = Field(description="what is wrong with the camera now; empty: nothing is known to be")
    place: str
    object_id: UUID | None
    object: str
    region_code: str
    kind: str
    kind_name: str
    urgent: bool
    asks: str
    asks_name: str
    began_at: datetime
    raised_at: datetime
    last_at: datetime
    ended_at: datetime | None
    count: int
    best_score: float
    first: SightedEventOut | None
    best: SightedEventOut | None
    verdict: Verdict
    verdict_name: str
    reason: str
    decided_at: datetime | None
    decided_by: str
    undo_until: datetime | None
    settled_at: datetime | None = Field(description="since when the verdict counts")
    reference: str = Field(description="what came of it: the number of a case")
    referred_at: datetime | None

    @property
    def css(self) -> str:
        """The colour of its verdict."""
        return STATE_CLASSES[self.verdict]

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to look."""
        return self.verdict in OPEN


class CropViewOut(Schema):
    """Who looked at the crops of a sighting, or took one away."""

    person: str
    exported: bool
    first_at: datetime
    last_at: datetime
    count: int


class EventFaultOut(Schema):
    """Events of a camera that were refused for one reason."""

    fault: str
    words: str
    count: int
    last_at: datetime
    sample: str


def describe_sighting(one: Sighting) -> SightingOut:
    """One sighting; its camera with firm, its events and who decided are loaded."""
    camera, verdict = one.camera, Verdict(one.verdict)
    can_undo = verdict not in OPEN and one.settled_at is None and one.decided_at is not None
    undo = timedelta(seconds=sighting_policy().deciding.undo_s)
    return SightingOut(
        id=one.pk,
        camera_id=one.camera_id,
        camera=camera.name,
        camera_state=state_name(camera.state) if CameraState(camera.state) in BAD else "",
        place=camera.place,
        object_id=camera.object_id,
        object=camera.object.name if camera.object else "",
        region_code=one.region_code,
        kind=one.kind,
        kind_name=kind_name(one.kind),
        urgent=one.urgent,
        asks=one.asks,
        asks_name=str(ASKS_NAMES.get(one.asks, one.asks)),
        began_at=one.began_at,
        raised_at=one.raised_at,
        last_at=one.last_at,
        ended_at=one.ended_at,
        count=one.count,
        best_score=one.best_score,
        first=_evidence(one.first),
        best=_evidence(one.best),
        verdict=verdict,
        verdict_name=str(VERDICT_NAMES[verdict]),
        reason=one.reason,
        decided_at=one.decided_at,
        decided_by=str(one.decided_by or ""),
        undo_until=one.decided_at + undo if can_undo and one.decided_at else None,
        settled_at=one.settled_at,
        reference=one.reference,
        referred_at=one.referred_at,
    )


def describe_view(one: CropView) -> CropViewOut:
    """One line of the chain of custody; its person is loaded."""
    return CropViewOut(person=str(one.user), exported=one.exported, first_at=one.first_at, last_at=one.last_at, count=one.count)


def describe_fault(one: EventFault) -> EventFaultOut:
    """Events that were refused."""
    words = str(FAULT_NAMES[Fault(one.fault)])
    return EventFaultOut(fault=one.fault, words=words, count=one.count, last_at=one.last_at, sample=one.sample)


def _evidence(one: Recognition | None) -> SightedEventOut | None:
    if one is None:
        return None
    skew_s = (one.received_at - one.at).total_seconds()
    return SightedEventOut(
        id=one.pk,
        event_id=one.event_id,
        model=one.model,
        version=one.version,
        at=one.at,
        received_at=one.received_at,
        score=one.score,
        box=one.box,
        sha256=one.sha256,
        skew_s=round(skew_s, 3),
        clock_off=abs(skew_s) > sighting_policy().door.clock_off_s,
    )
