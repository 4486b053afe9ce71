"""Public warnings for programs."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Field, Query, Router, Schema

from tocsin.atlas.face import ExposureOut
from tocsin.jurisdiction.face import may_anywhere
from tocsin.mobilisation.public_warnings.queries import outlets as outlet_queries
from tocsin.mobilisation.public_warnings.queries import reach
from tocsin.mobilisation.public_warnings.queries import warnings as queries
from tocsin.mobilisation.public_warnings.rules.outlets import KEEP, OutletKind
from tocsin.mobilisation.public_warnings.services import drafts, issuing, outlets, subscribers
from tocsin.mobilisation.public_warnings.services import rounds as services_rounds
from tocsin.mobilisation.public_warnings.services.drafts import NewWarning
from tocsin.mobilisation.public_warnings.services.outlets import NewOutlet
from tocsin.mobilisation.public_warnings.services.places import NewPlaces
from tocsin.mobilisation.public_warnings.services.subscribers import NewSubscriber
from tocsin.mobilisation.public_warnings.shown.exposed import exposed_to_warning
from tocsin.mobilisation.public_warnings.shown.outlets import OutletOut, WayOutOut, describe_outlet, describe_way
from tocsin.mobilisation.public_warnings.shown.reach import DoorRoundOut, WarningReachOut, describe_reach, describe_rounds
from tocsin.mobilisation.public_warnings.shown.warnings import WarningOut, describe_warning, warning_features
from tocsin.screens.budgets.requests import costly
from tocsin.screens.clock import current_time
from tocsin.screens.geojson import Features
from tocsin.screens.lists.slices import Slice
from tocsin.screens.request import actor_of

router = Router()


class WarningsOut(Schema):
    items: list[WarningOut]
    total: int


class WarningFilter(Slice):
    when: Literal["now", "drafts", "past", "all"] = "all"
    kind: str = Field("", max_length=40)
    level: str = Field("", max_length=10)


class PlacesIn(Schema, extra="forbid"):
    """Where it holds; what is filled in counts together."""

    units: list[str] = Field([], max_length=200, description="codes of counties (six digits) or towns (nine)")
    polygon: str = Field("", max_length=20_000, description="lat,lon lat,lon …")
    lat: float | None = Field(None, ge=-90, le=90)
    lon: float | None = Field(None, ge=-180, le=180)
    radius_m: float | None = Field(None, gt=0, le=200_000)
    asset_code: str = Field("", max_length=60, description="a pipe")
    width_m: float | None = Field(None, gt=0, le=20_000, description="to both sides of the pipe")
    towards_deg: float | None = Field(None, ge=0, le=360, description="a plume: into which direction the wind blows")
    length_m: float | None = Field(None, gt=0, le=100_000)
    half_angle_deg: float | None = Field(None, gt=0, le=90)


class PublicWarningText(Schema, extra="forbid"):
    """A draft. Texts by language; what is left empty of English is named as missing in what is sent."""

    region_code: str = Field(max_length=6)
    kind: str = Field(max_length=40)
    level: Literal["red", "orange", "yellow", "blue"]
    places: PlacesIn
    expires_at: datetime = Field(description="with time zone")
    onset_at: datetime | None = None
    exercise: bool = False
    headline_zh: str = Field("", max_length=160)
    caution_zh: str = Field("", max_length=4000)
    measures_zh: str = Field("", max_length=4000)
    area_zh: str = Field("", max_length=500)
    headline_en: str = Field("", max_length=160)
    caution_en: str = Field("", max_length=4000)
    measures_en: str = Field("", max_length=4000)
    area_en: str = Field("", max_length=500)

    def as_new(self) -> NewWarning:
        """As the service takes it."""
        given = self.dict()
        return NewWarning(**{**given, "places": NewPlaces(**given["places"])})


class PublicWarningIn(PublicWarningText):
    """A new draft, and what it comes from."""

    source_kind: Literal["", "case", "alarm", "early_sign", "message", "release"] = ""
    source_id: UUID | None = None
    source_label: str = Field("", max_length=60, description="of a message that came in")


class DoorRoundIn(Schema, extra="forbid"):
    doors: int = Field(ge=0, le=1_000_000, description="knocked at")
    people: int = Field(ge=0, le=1_000_000, description="told in person")
    words: str = Field("", max_length=500)


class SubscriberIn(Schema, extra="forbid"):
    channel: str = Field(max_length=30, description="sms, voice, email, messenger")
    address: str = Field(max_length=500)
    town_code: str = Field(max_length=9, description="statistical code of nine digits")
    language: Literal["zh", "en"] = "zh"


class SubscribersIn(Schema, extra="forbid"):
    rows: list[SubscriberIn] = Field(max_length=5000)


class SubscriberEndIn(Schema, extra="forbid"):
    channel: str = Field(max_length=30)
    address: str = Field(max_length=500)


class SubscribersOut(Schema):
    count: int


class IssueIn(Schema, extra="forbid"):
    seen: str = Field("", max_length=64, description="`seen` of the warning as it was read; changed since then, it is refused")


class OutletIn(Schema, extra="forbid"):
    region_code: str = Field(max_length=6, description="of a county")
    name: str = Field(min_length=1, max_length=80)
    kind: OutletKind
    template: str = Field(max_length=20_000, description="TOML as a gateway's table of channels.toml; of a webhook `url` alone")
    town_code: str = Field("", max_length=9, description="empty: all of the county")
    language: Literal["zh", "en"] = "zh"
    longest: int | None = Field(None, ge=10, le=10_000, description="signs that it takes")


class OutletAnswerOut(Schema):
    verdict: str
    words: str


class WarningChannelsOut(Schema):
    outlets: list[OutletOut]
    ways: list[WayOutOut]


class WarningReasonIn(Schema, extra="forbid"):
    reason: str = Field(min_length=1, max_length=2000)


@router.get("/warnings", response=WarningsOut)
def public_warnings(request: HttpRequest, wanted: Query[WarningFilter]) -> dict[str, object]:
    """Public warnings of your regions, drafts among them, the newest first."""
    part = wanted.part(queries.search_warnings(request.user, when=wanted.when, kind=wanted.kind, level=wanted.level))
    return {"items": [describe_warning(one) for one in part["items"]], "total": part["total"]}


@router.get("/warnings.geojson", response=Features)
@costly
def public_warnings_map(request: HttpRequest) -> Features:
    """Areas of those that are in force (GeoJSON, WGS84): of your regions, exercises among them, and what everybody may read."""
    own, others = queries.warnings_on_map(request.user, current_time())
    return warning_features(own, "public_warning", warning_features(others, "open_warning"))


@router.post("/warnings", response=WarningOut)
def draft_public_warning(request: HttpRequest, given: PublicWarningIn) -> WarningOut:
    """A new draft; nothing is sent."""
    made = drafts.draft_warning(actor=actor_of(request), new=given.as_new(), now=current_time())
    return _again(request, made.pk)


@router.get("/warnings/{uuid:public_warning_id}", response=WarningOut)
def public_warning(request: HttpRequest, public_warning_id: UUID) -> WarningOut:
    """One of them."""
    return _again(request, public_warning_id)


@router.get("/warnings/{uuid:public_warning_id}/cap", response={200: bytes})
def public_warning_message(request: HttpRequest, public_warning_id: UUID) -> HttpResponse:
    """The signed message (CAP 1.2), byte by byte as it was issued; 404 before it is."""
    found = queries.visible_warnings(request.user).defer(None).filter(cap__isnull=False).get(pk=public_warning_id)
    return HttpResponse(bytes(found.cap or b""), content_type="application/cap+xml")


@router.get("/warnings/{uuid:public_warning_id}/area.geojson", response=Features)
def public_warning_area(request: HttpRequest, public_warning_id: UUID) -> Features:
    """Its area (GeoJSON, WGS84)."""
    return warning_features([queries.visible_warnings(request.user).get(pk=public_warning_id)], "public_warning")


@router.get("/warnings/{uuid:public_warning_id}/exposed", response=ExposureOut | None)
@costly
def public_warning_exposed(request: HttpRequest, public_warning_id: UUID) -> ExposureOut | None:
    """Who and what lies in its area while it holds; nothing where you may not know or no border is known."""
    return exposed_to_warning(queries.visible_warnings(request.user).get(pk=public_warning_id), request.user)


@router.get("/warnings/{uuid:public_warning_id}/reach", response=WarningReachOut)
@costly
def public_warning_reach(request: HttpRequest, public_warning_id: UUID) -> WarningReachOut:
    """How many have it, by town; towns with nobody to tell among them."""
    return describe_reach(queries.visible_warnings(request.user).get(pk=public_warning_id))


@router.get("/door-rounds", response=list[DoorRoundOut])
def door_rounds(request: HttpRequest) -> list[DoorRoundOut]:
    """Towns that read too little of a warning that holds, where nobody has knocked yet."""
    return describe_rounds(reach.open_rounds(request.user)[:500])


@router.post("/door-rounds/{uuid:door_round_id}", response=DoorRoundOut)
def finish_round(request: HttpRequest, door_round_id: UUID, given: DoorRoundIn) -> DoorRoundOut:
    """What came of knocking on doors."""
    services_rounds.finish_round(actor=actor_of(request), round_id=door_round_id, **given.dict(), now=current_time())
    return describe_rounds([reach.visible_rounds(request.user).get(pk=door_round_id)])[0]


@router.post("/warning-subscribers", response=SubscribersOut)
def take_subscribers(request: HttpRequest, given: SubscribersIn) -> dict[str, int]:
    """Addresses that hear of warnings, with their towns: all or none. One that is known gets the new town."""
    rows = [NewSubscriber(**row.dict()) for row in given.rows]
    return {"count": subscribers.take_subscribers(actor=actor_of(request), rows=rows, now=current_time())}


@router.post("/warning-subscribers/end", response=SubscribersOut)
def end_subscriber(request: HttpRequest, given: SubscriberEndIn) -> dict[str, int]:
    """No further warning goes to this address; `count` 0 where there is none that you reach."""
    ended = subscribers.end_subscriber(actor=actor_of(request), **given.dict(), now=current_time())
    return {"count": ended}


@router.get("/warning-outlets", response=WarningChannelsOut)
def warning_outlets(request: HttpRequest) -> dict[str, object]:
    """Devices and webhooks of your regions, and what became of what left by each channel within a week."""
    found = outlet_queries.visible_outlets(request.user)
    ways = outlet_queries.ways_out(current_time()) if may_anywhere(request.user, KEEP) else []
    return {"outlets": [describe_outlet(one) for one in found], "ways": [describe_way(one) for one in ways]}


@router.post("/warning-outlets", response=OutletOut)
def register_outlet(request: HttpRequest, given: OutletIn) -> OutletOut:
    """One device more. A person does so at a screen: a token is refused."""
    made = outlets.register_outlet(actor=actor_of(request), new=NewOutlet(**given.dict()), now=current_time())
    return describe_outlet(made)


@router.post("/warning-outlets/{uuid:warning_outlet_id}/test", response=OutletAnswerOut)
def test_outlet(request: HttpRequest, warning_outlet_id: UUID) -> dict[str, str]:
    """Sends it a text that says that it is a test; answers what it said. A token is refused."""
    answer = outlets.test_outlet(actor=actor_of(request), outlet_id=warning_outlet_id, now=current_time())
    return {"verdict": answer.verdict.value, "words": answer.words}


@router.post("/warning-outlets/{uuid:warning_outlet_id}/end", response=OutletOut)
def end_outlet(request: HttpRequest, warning_outlet_id: UUID) -> OutletOut:
    """Nothing goes there any more."""
    return describe_outlet(outlets.end_outlet(actor=actor_of(request), outlet_id=warning_outlet_id, now=current_time()))


@router.put("/warnings/{uuid:public_warning_id}", response=WarningOut)
def change_public_warning(request: HttpRequest, public_warning_id: UUID, given: PublicWarningText) -> WarningOut:
    """Another text of a draft."""
    drafts.change_draft(actor=actor_of(request), warning_id=public_warning_id, new=given.as_new(), now=current_time())
    return _again(request, public_warning_id)


@router.post("/warnings/{uuid:public_warning_id}/ask", response=WarningOut)
def ask_for_issue(request: HttpRequest, public_warning_id: UUID) -> WarningOut:
    """Hands a draft to the second person."""
    return _do(request, public_warning_id, drafts.ask_for_issue)


@router.post("/warnings/{uuid:public_warning_id}/return", response=WarningOut)
def return_draft(request: HttpRequest, public_warning_id: UUID, given: WarningReasonIn) -> WarningOut:
    """The second person gives it back."""
    return _do(request, public_warning_id, drafts.return_draft, reason=given.reason)


@router.post("/warnings/{uuid:public_warning_id}/drop", response=WarningOut)
def drop_draft(request: HttpRequest, public_warning_id: UUID) -> WarningOut:
    """Gives a draft up."""
    return _do(request, public_warning_id, drafts.drop_draft)


@router.post("/warnings/{uuid:public_warning_id}/issue", response=WarningOut)
def issue_warning(request: HttpRequest, public_warning_id: UUID, given: IssueIn | None = None) -> WarningOut:
    """Signs it and sends it. A person does so at a screen: a token is refused."""
    return _do(request, public_warning_id, issuing.issue_warning, seen=given.seen if given else "")


@router.post("/warnings/{uuid:public_warning_id}/update", response=WarningOut)
def draft_update(request: HttpRequest, public_warning_id: UUID) -> WarningOut:
    """A draft that follows it, with its words; answers that draft."""
    made = issuing.draft_update(actor=actor_of(request), warning_id=public_warning_id, now=current_time())
    return _again(request, made.pk)


@router.post("/warnings/{uuid:public_warning_id}/cancel", response=WarningOut)
def cancel_warning(request: HttpRequest, public_warning_id: UUID, given: WarningReasonIn) -> WarningOut:
    """The all clear: at once, or handed to the second person; answers that message. A token is refused."""
    made = issuing.cancel_warning(actor=actor_of(request), warning_id=public_warning_id, reason=given.reason, now=current_time())
    return _again(request, made.pk)


def _do(request: HttpRequest, public_warning_id: UUID, act: Callable[..., Any], **given: str) -> WarningOut:
    act(actor=actor_of(request), warning_id=public_warning_id, now=current_time(), **given)
    return _again(request, public_warning_id)


def _again(request: HttpRequest, public_warning_id: UUID) -> WarningOut:
    return describe_warning(queries.visible_warnings(request.user).get(pk=public_warning_id))
