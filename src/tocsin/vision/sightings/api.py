"""Events of recognisers and sightings for programs."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Field, Query, Router, Schema

from tocsin.screens.clock import current_time
from tocsin.screens.lists.slices import Slice
from tocsin.screens.request import actor_of
from tocsin.screens.shapes import Moment
from tocsin.supervision.face import FindingGrade
from tocsin.vision.cameras.queries import visible_cameras
from tocsin.vision.sightings.queries import faults_of, search_sightings, visible_sightings
from tocsin.vision.sightings.rules.events import FAULT_TEXTS, NewEvent, crop_of
from tocsin.vision.sightings.rules.leading import Asks
from tocsin.vision.sightings.rules.sightings import Verdict
from tocsin.vision.sightings.services import deciding, intake, leading
from tocsin.vision.sightings.services.evidence import export_evidence
from tocsin.vision.sightings.shown.links import links_of
from tocsin.vision.sightings.shown.sightings import (
    CropViewOut,
    EventFaultOut,
    SightingOut,
    describe_fault,
    describe_sighting,
    describe_view,
)

router = Router()


class RecognitionIn(Schema, extra="forbid"):
    camera: str = Field(max_length=20, description="its code of GB/T 28181")
    event_id: str = Field(max_length=80, description="the recogniser's own; the same one again is one event")
    kind: str = Field(max_length=30, description="of the policy vision.cameras")
    at: Moment = Field(description="by the camera's clock")
    score: float
    box: tuple[float, float, float, float] = Field(description="left, upper, width, height as shares of the picture")
    model: str = Field(max_length=60)
    version: str = Field("", max_length=40)
    crop: str = Field("", max_length=1_400_000, description="JPEG in Base64; empty: none")
    sha256: str = Field("", max_length=64, description="of the crop at capture, in hexadecimal; checked where it is told")


class RecognitionsIn(Schema, extra="forbid"):
    events: list[RecognitionIn] = Field(min_length=1, max_length=200)


class RecognitionAnswerOut(Schema):
    position: int
    id: UUID | None
    known: bool = Field(description="it was stored before")
    fault: str = Field(description="why it is refused; empty: it is stored")
    words: str


class RecognitionAnswersOut(Schema):
    stored: int
    known: int
    refused: int
    answers: list[RecognitionAnswerOut]


class SightingFilter(Slice):
    verdict: str = ""
    kind: str = ""
    search: str = ""


class SightingsOut(Schema):
    items: list[SightingOut]
    total: int


class SightingLinkOut(Schema):
    """What a sighting is about beside its camera."""

    words: str
    name: str
    page: str = Field(description="its address on this server")
    note: str = Field(description="how it stands; empty: nothing to say")


class SightingVerdictIn(Schema, extra="forbid"):
    verdict: Verdict
    reason: str = Field("", max_length=300)
    alike: bool = Field(False, description="also all others of the same camera and kind that wait")


class SightedDangerIn(Schema, extra="forbid"):
    grade: FindingGrade
    text: str = Field(min_length=1, max_length=2000)
    days: int | None = Field(None, ge=0, le=365, description="to rectify; none: as policy offers")


class SightingAsksIn(Schema, extra="forbid"):
    asks: Asks


class SightingRestIn(Schema, extra="forbid"):
    reason: str = Field(min_length=1, max_length=300)


@router.post("/events", response=RecognitionAnswersOut)
def take_events(request: HttpRequest, given: RecognitionsIn) -> RecognitionAnswersOut:
    """Takes events of a recogniser: what the answer calls stored is in the database. 503: send them again in some seconds."""
    events = [_event(one) for one in given.events]
    answers = intake.take_events(actor=actor_of(request), events=events, now=current_time())
    told = [
        RecognitionAnswerOut(
            position=position,
            id=one.id,
            known=one.known,
            fault=one.fault.value if one.fault else "",
            words=str(FAULT_TEXTS[one.fault]) if one.fault else "",
        )
        for position, one in enumerate(answers)
    ]
    known, refused = sum(one.known for one in answers), sum(one.fault is not None for one in answers)
    return RecognitionAnswersOut(stored=len(answers) - known - refused, known=known, refused=refused, answers=told)


@router.get("/sightings", response=SightingsOut)
def sightings(request: HttpRequest, filters: Query[SightingFilter]) -> SightingsOut:
    """Sightings of your areas, newest first."""
    rows = search_sightings(request.user, verdict=filters.verdict, kind=filters.kind, search=filters.search)
    found = filters.part(rows)
    return SightingsOut(items=[describe_sighting(one) for one in found["items"]], total=found["total"])


@router.get("/sightings/{uuid:sighting_id}", response=SightingOut)
def sighting(request: HttpRequest, sighting_id: UUID) -> SightingOut:
    """One sighting."""
    return _told(request, sighting_id)


@router.get("/sightings/{uuid:sighting_id}/links", response=list[SightingLinkOut])
def sighting_links(request: HttpRequest, sighting_id: UUID) -> list[SightingLinkOut]:
    """What a sighting is about beside its camera: orders, permits and sensors that you see, with their pages."""
    found = visible_sightings(request.user).get(pk=sighting_id)
    return [SightingLinkOut(**vars(one)) for one in links_of(request.user, found)]


@router.post("/sightings/{uuid:sighting_id}/verdict", response=SightingOut)
def decide_sighting(request: HttpRequest, sighting_id: UUID, given: SightingVerdictIn) -> SightingOut:
    """A person's verdict; programs give none."""
    deciding.decide(
        actor=actor_of(request),
        sighting_id=sighting_id,
        verdict=given.verdict,
        reason=given.reason,
        alike=given.alike,
        now=current_time(),
    )
    return _told(request, sighting_id)


@router.post("/sightings/{uuid:sighting_id}/danger", response=SightingOut)
def record_danger(request: HttpRequest, sighting_id: UUID, given: SightedDangerIn) -> SightingOut:
    """A hidden danger of the camera's firm, which is told; its number stands on the sighting. A person's act."""
    actor, now = actor_of(request), current_time()
    leading.record_danger(actor=actor, sighting_id=sighting_id, grade=given.grade, text=given.text, days=given.days, now=now)
    return _told(request, sighting_id)


@router.post("/sightings/{uuid:sighting_id}/asks", response=SightingOut)
def ask_for(request: HttpRequest, sighting_id: UUID, given: SightingAsksIn) -> SightingOut:
    """Asks for something else than its kind does. A person's act."""
    leading.ask_for(actor=actor_of(request), sighting_id=sighting_id, asks=given.asks, now=current_time())
    return _told(request, sighting_id)


@router.post("/sightings/{uuid:sighting_id}/rest", response=SightingOut)
def let_rest(request: HttpRequest, sighting_id: UUID, given: SightingRestIn) -> SightingOut:
    """Nothing needs to come of a confirmed sighting. A person's act."""
    leading.let_rest(actor=actor_of(request), sighting_id=sighting_id, reason=given.reason, now=current_time())
    return _told(request, sighting_id)


@router.post("/sightings/{uuid:sighting_id}/undo", response=SightingOut)
def undo_verdict(request: HttpRequest, sighting_id: UUID) -> SightingOut:
    """Takes one's own verdict back while it does not count yet."""
    deciding.undo(actor=actor_of(request), sighting_id=sighting_id, now=current_time())
    return _told(request, sighting_id)


@router.get("/sightings/{uuid:sighting_id}/custody", response=list[CropViewOut])
def custody(request: HttpRequest, sighting_id: UUID) -> list[CropViewOut]:
    """Who looked at the crops of a sighting, or took one away."""
    found = visible_sightings(request.user).get(pk=sighting_id)
    return [describe_view(one) for one in found.views.select_related("user").order_by("first_at", "id")[:200]]


@router.get("/sightings/{uuid:sighting_id}/evidence")
def evidence(request: HttpRequest, sighting_id: UUID) -> HttpResponse:
    """Crops as at capture, facts and custody as a ZIP; `sha256sum -c SHA256SUMS` verifies it."""
    made = export_evidence(actor=actor_of(request), sighting_id=sighting_id, now=current_time())
    return HttpResponse(made, content_type="application/zip")


@router.get("/cameras/{uuid:camera_id}/faults", response=list[EventFaultOut])
def camera_faults(request: HttpRequest, camera_id: UUID) -> list[EventFaultOut]:
    """Events of a camera that were refused, by reason."""
    return [describe_fault(one) for one in faults_of(request.user, visible_cameras(request.user).get(pk=camera_id))]


def _event(given: RecognitionIn) -> NewEvent:
    return NewEvent(**given.dict(exclude={"crop"}), crop=crop_of(given.crop))


def _told(request: HttpRequest, sighting_id: UUID) -> SightingOut:
    return describe_sighting(visible_sightings(request.user).get(pk=sighting_id))
