"""Requests of supplies as EDXL-RM messages, for other platforms."""

from datetime import datetime
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Field, Router, Schema

from tocsin.screens.clock import current_time
from tocsin.screens.request import actor_of
from tocsin.supplies.requests.models import ResourceMessage
from tocsin.supplies.requests.queries.requests import visible_requests
from tocsin.supplies.requests.rules.edxl.message import ContentType
from tocsin.supplies.requests.services import messages

router = Router()


class MessageKindIn(Schema, extra="forbid"):
    kind: ContentType


class ResourceMessageOut(Schema):
    """A message that came or went."""

    id: UUID
    message_id: str
    kind: ContentType
    came: bool = Field(description="true: from another platform")
    at: datetime
    sender: str
    request_id: UUID
    request_number: str


@router.get("/requests/{uuid:supply_request_id}/messages", response=list[ResourceMessageOut])
def resource_messages(request: HttpRequest, supply_request_id: UUID) -> list[dict[str, object]]:
    """The EDXL-RM messages about a request, the oldest first."""
    found = visible_requests(request.user).get(pk=supply_request_id)
    return [_told(one) for one in found.messages.select_related("request")]


@router.post("/requests/{uuid:supply_request_id}/messages", response=ResourceMessageOut)
def write_resource_message(request: HttpRequest, supply_request_id: UUID, given: MessageKindIn) -> dict[str, object]:
    """Writes how the request stands as a message; read its bytes at `messages/{id}`."""
    made = messages.send_message(actor=actor_of(request), request_id=supply_request_id, kind=given.kind, now=current_time())
    return _told(made)


@router.get("/requests/{uuid:supply_request_id}/messages/{uuid:resource_message_id}", response=None)
def resource_message(request: HttpRequest, supply_request_id: UUID, resource_message_id: UUID) -> HttpResponse:
    """The bytes of a message as they came or went."""
    found = visible_requests(request.user).get(pk=supply_request_id).messages.get(pk=resource_message_id)
    answer = HttpResponse(bytes(found.data), content_type="application/xml")
    answer["Content-Disposition"] = f'attachment; filename="{found.kind}.xml"'
    return answer


@router.post("/resource-messages", response=ResourceMessageOut)
def take_resource_message(request: HttpRequest) -> dict[str, object]:
    """Takes an EDXL-RM message (the body, XML): a request becomes a draft here, an answer a line of the request. The same message
    twice is one; what is wrong with it is told.
    """
    return _told(messages.take_message(actor=actor_of(request), data=request.body, now=current_time()))


def _told(one: ResourceMessage) -> dict[str, object]:
    names = ("id", "message_id", "kind", "came", "at", "sender", "request_id")
    return {**{name: getattr(one, name) for name in names}, "request_number": one.request.number}
