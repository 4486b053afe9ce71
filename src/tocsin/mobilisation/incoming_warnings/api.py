"""Warnings of other services for programs: pushed, read, and the services themselves."""

from typing import Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Field, Query, Router, Schema

from tocsin.atlas.face import ExposureOut
from tocsin.mobilisation.incoming_warnings.queries import demands as demand_queries
from tocsin.mobilisation.incoming_warnings.queries import incoming as queries
from tocsin.mobilisation.incoming_warnings.services import answers, drafting, quarantine, sources
from tocsin.mobilisation.incoming_warnings.services.pushing import take_pushed
from tocsin.mobilisation.incoming_warnings.services.sources import NewService
from tocsin.mobilisation.incoming_warnings.shown.demands import (
    DemandCountOut,
    WarningDemandOut,
    count_demands,
    describe_demands,
)
from tocsin.mobilisation.incoming_warnings.shown.exposed import exposed_to_incoming
from tocsin.mobilisation.incoming_warnings.shown.incoming import (
    IncomingMessageOut,
    IncomingWarningOut,
    WarningServiceOut,
    describe_incoming,
    describe_message,
    describe_service,
    incoming_features,
)
from tocsin.screens.budgets.requests import costly
from tocsin.screens.clock import current_time
from tocsin.screens.geojson import Features
from tocsin.screens.lists.slices import Slice
from tocsin.screens.request import actor_of

router = Router()
_MAPPED = 200


class IncomingWarningsOut(Schema):
    items: list[IncomingWarningOut]
    total: int


class IncomingMessagesOut(Schema):
    items: list[IncomingMessageOut]
    total: int


class PushedOut(Schema):
    """What became of a message. `known`: the same bytes came before, and nothing was done."""

    known: bool
    message: IncomingMessageOut


class IncomingFilter(Slice):
    when: Literal["now", "past", "all"] = "all"


class MessageFilter(Slice):
    state: Literal["", "taken", "set_aside", "quarantined"] = ""


class WarningServiceIn(Schema, extra="forbid"):
    """A service whose warnings are taken in."""

    region_code: str = Field(max_length=6, description="whose administrators keep it")
    name: str = Field(max_length=120)
    kind: Literal["weather", "quake", "flood", "mine", "city", "other"]
    way: Literal["pull", "push"]
    regions: list[str] = Field([], max_length=200, description="codes of areas of which it may speak; none: the whole region")
    address: str = Field("", max_length=500, description="of its Atom or RSS feed")
    interval_s: int = Field(300, ge=1, le=86_400)
    private: str = Field("", max_length=1000, description="inner addresses and networks that may be asked, with blanks between")
    certificates: str = Field("", max_length=100_000, description="PEM: its signer's own, or of authorities that issue them")
    takes_unsigned: bool = False
    silent_h: int = Field(24, ge=1, le=1440)

    def as_new(self) -> NewService:
        """As the service takes it."""
        return NewService(**self.dict())


class DemandsOut(Schema):
    """Who was asked, by kind, and each of them."""

    counts: list[DemandCountOut]
    items: list[WarningDemandOut]


class DraftedOut(Schema):
    public_warning_id: UUID


class AcknowledgeIn(Schema, extra="forbid"):
    words: str = Field("", max_length=500, description="what the body does")


class BindIn(Schema, extra="forbid"):
    token_id: UUID = Field(description="one of your own, with the scope warnings.push")


@router.post("/incoming-warnings/messages", response=PushedOut)
def push_warning(request: HttpRequest) -> PushedOut:
    """A CAP 1.2 message as the body, byte by byte (application/cap+xml), by the service to which the token is bound. The same
    bytes may be sent again: the answer is the same. What is refused is answered with its verdict and reason, and kept.
    """
    taken = take_pushed(actor=actor_of(request), data=request.body, now=current_time())
    return PushedOut(known=taken.known, message=describe_message(taken.message))


@router.get("/incoming-warnings", response=IncomingWarningsOut)
def incoming_warnings(request: HttpRequest, wanted: Query[IncomingFilter]) -> dict[str, object]:
    """Warnings of other services for your regions, those that changed last first."""
    part = wanted.part(queries.search_incoming(request.user, when=wanted.when))
    return {"items": describe_incoming(part["items"]), "total": part["total"]}


@router.get("/incoming-warnings.geojson", response=Features)
@costly
def incoming_warnings_map(request: HttpRequest) -> Features:
    """Areas of those in force (GeoJSON, WGS84)."""
    return incoming_features(queries.search_incoming(request.user, when="now")[:_MAPPED])


@router.get("/incoming-warnings/{uuid:incoming_warning_id}", response=IncomingWarningOut)
def incoming_warning(request: HttpRequest, incoming_warning_id: UUID) -> IncomingWarningOut:
    """One of them."""
    return describe_incoming([queries.visible_incoming(request.user).get(pk=incoming_warning_id)])[0]


@router.get("/incoming-warnings/{uuid:incoming_warning_id}/area.geojson", response=Features)
def incoming_warning_area(request: HttpRequest, incoming_warning_id: UUID) -> Features:
    """Its area (GeoJSON, WGS84), cut to where its service may speak."""
    return incoming_features([queries.visible_incoming(request.user).get(pk=incoming_warning_id)])


@router.get("/incoming-warnings/{uuid:incoming_warning_id}/exposed", response=ExposureOut | None)
@costly
def incoming_warning_exposed(request: HttpRequest, incoming_warning_id: UUID) -> ExposureOut | None:
    """Who and what of your areas lies in its area while it holds; nothing where you may not know or it names no area."""
    return exposed_to_incoming(queries.visible_incoming(request.user).get(pk=incoming_warning_id), request.user)


@router.get("/incoming-warnings/{uuid:incoming_warning_id}/demands", response=DemandsOut)
@costly
def warning_demands(request: HttpRequest, incoming_warning_id: UUID) -> DemandsOut:
    """Who of your areas has to do what about it, by when, and what came back; at most 2,000."""
    found = queries.visible_incoming(request.user).get(pk=incoming_warning_id)
    rows = demand_queries.visible_demands(request.user).filter(warning=found)[:2000]
    items = describe_demands(rows, current_time())
    return DemandsOut(counts=count_demands(items), items=items)


@router.post("/warning-demands/{uuid:warning_demand_id}/acknowledge", response=WarningDemandOut)
def acknowledge_warning(request: HttpRequest, warning_demand_id: UUID, given: AcknowledgeIn) -> WarningDemandOut:
    """The desk, or the body that owns what lies in the area, has it. Twice is once; a firm answers its task."""
    answers.acknowledge(actor=actor_of(request), demand_id=warning_demand_id, words=given.words, now=current_time())
    return describe_demands(demand_queries.visible_demands(request.user).filter(pk=warning_demand_id), current_time())[0]


@router.post("/incoming-warnings/{uuid:incoming_warning_id}/draft", response=DraftedOut)
def draft_from_incoming(request: HttpRequest, incoming_warning_id: UUID) -> dict[str, UUID]:
    """A draft of a public warning with its words, area and end; nothing is sent. Answers the draft's id."""
    made = drafting.draft_from_incoming(actor=actor_of(request), warning_id=incoming_warning_id, now=current_time())
    return {"public_warning_id": made.pk}


@router.get("/incoming-messages", response=IncomingMessagesOut)
def incoming_messages(request: HttpRequest, wanted: Query[MessageFilter]) -> dict[str, object]:
    """Messages as they came, with their verdicts, the newest first; those that were refused among them."""
    found = queries.visible_messages(request.user)
    part = wanted.part(found.filter(state=wanted.state) if wanted.state else found)
    return {"items": [describe_message(one) for one in part["items"]], "total": part["total"]}


@router.get("/incoming-messages/{uuid:incoming_message_id}/bytes", response={200: bytes})
def incoming_message_bytes(request: HttpRequest, incoming_message_id: UUID) -> HttpResponse:
    """The message byte by byte, as it came."""
    found = queries.visible_messages(request.user).defer(None).get(pk=incoming_message_id)
    answer = HttpResponse(bytes(found.data), content_type="application/octet-stream")  # a stranger wrote it: nothing opens it
    answer["Content-Disposition"] = f'attachment; filename="{found.sha256[:12]}.cap"'
    return answer


@router.post("/incoming-messages/{uuid:incoming_message_id}/look", response=IncomingMessageOut)
def look_at_message(request: HttpRequest, incoming_message_id: UUID) -> IncomingMessageOut:
    """Somebody of the desk has looked at a refused message; it stays refused."""
    quarantine.look_at_message(actor=actor_of(request), message_id=incoming_message_id, now=current_time())
    return describe_message(queries.visible_messages(request.user).get(pk=incoming_message_id))


@router.get("/warning-services", response=list[WarningServiceOut])
def warning_services(request: HttpRequest) -> list[WarningServiceOut]:
    """Services whose warnings are taken in, with when they last gave a sign of life."""
    now = current_time()
    return [describe_service(one, now) for one in queries.visible_services(request.user)[:500]]


@router.post("/warning-services", response=WarningServiceOut)
def register_warning_service(request: HttpRequest, given: WarningServiceIn) -> WarningServiceOut:
    """Registers one. A person does so at a screen: a token is refused."""
    made = sources.register_service(actor=actor_of(request), new=given.as_new(), now=current_time())
    return _service(request, made.pk)


@router.put("/warning-services/{uuid:warning_service_id}", response=WarningServiceOut)
def change_warning_service(request: HttpRequest, warning_service_id: UUID, given: WarningServiceIn) -> WarningServiceOut:
    """Other settings of it. A token is refused."""
    sources.change_service(actor=actor_of(request), service_id=warning_service_id, new=given.as_new())
    return _service(request, warning_service_id)


@router.post("/warning-services/{uuid:warning_service_id}/bind", response=WarningServiceOut)
def bind_warning_token(request: HttpRequest, warning_service_id: UUID, given: BindIn) -> WarningServiceOut:
    """One of your own tokens sends from now on as this service. A token is refused."""
    sources.bind_push_token(actor=actor_of(request), service_id=warning_service_id, token_id=given.token_id, now=current_time())
    return _service(request, warning_service_id)


@router.post("/warning-services/{uuid:warning_service_id}/end", response=WarningServiceOut)
def end_warning_service(request: HttpRequest, warning_service_id: UUID) -> WarningServiceOut:
    """Nothing of it is taken in any longer. A token is refused."""
    sources.end_service(actor=actor_of(request), service_id=warning_service_id, now=current_time())
    return _service(request, warning_service_id)


def _service(request: HttpRequest, service_id: UUID) -> WarningServiceOut:
    return describe_service(queries.visible_services(request.user).get(pk=service_id), current_time())
