"""Kept messages and rereadings, for programs."""

from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema, Status

from tocsin.screens.budgets.requests import costly
from tocsin.screens.clock import current_time
from tocsin.screens.lists.slices import Slice
from tocsin.screens.request import actor_of
from tocsin.screens.shapes import Moment
from tocsin.sensing.rereading import queries
from tocsin.sensing.rereading.queries import Choice
from tocsin.sensing.rereading.services import asking as services
from tocsin.sensing.rereading.services.strangers import take_over_messages as take_over
from tocsin.sensing.rereading.shown import (
    KeptMessageDetail,
    KeptMessageOut,
    KeptRoomOut,
    RereadingOut,
    TallyOut,
    UnregisteredSenderOut,
    describe_content,
    describe_message,
    describe_rereading,
    describe_room,
    describe_sender,
    describe_tally,
)

router = Router()


class KeptFilter(Slice):
    device: str = Field("", max_length=64, description="code of a device")
    reason: str = ""
    begins: Moment | None = Field(None, description="arrived at or after")
    ends: Moment | None = Field(None, description="arrived at or before")


class KeptChoice(Schema, extra="forbid"):
    """Which messages; what is left out chooses all."""

    device: str = Field("", max_length=64, description="code of a device")
    reason: str = Field("", max_length=30)
    begins: Moment | None = None
    ends: Moment | None = None

    def choice(self) -> Choice:
        return Choice(self.device, self.reason, self.begins, self.ends)


class DiscardIn(Schema, extra="forbid"):
    device: str = Field(min_length=1, max_length=64, description="code of the device")
    reason: str = Field("", max_length=30)
    begins: Moment | None = None
    ends: Moment | None = None
    why: str = Field(min_length=1, max_length=300, description="why they are thrown away")


class Discarded(Schema):
    messages: int


class KeptMessages(Schema):
    items: list[KeptMessageOut]
    total: int


class KeptRooms(Schema):
    items: list[KeptRoomOut]
    total: int


class Rereadings(Schema):
    items: list[RereadingOut]
    total: int


@router.get("kept-messages", response=KeptMessages)
def list_kept_messages(request: HttpRequest, wanted: Query[KeptFilter]) -> KeptMessages:
    """Messages of which something could not be read, in the order of their arrival, without their content."""
    choice = Choice(wanted.device, wanted.reason, wanted.begins, wanted.ends)
    found = queries.chosen_messages(request.user, choice)
    return KeptMessages(items=[describe_message(one) for one in wanted.cut(found)], total=found.count())


@router.get("kept-messages/{uuid:kept_message_id}", response=KeptMessageDetail)
def get_kept_message(request: HttpRequest, kept_message_id: UUID) -> KeptMessageDetail:
    """One of them with its content."""
    return describe_content(queries.visible_messages(request.user).get(pk=kept_message_id))


@router.post("kept-messages/try", response=TallyOut)
@costly
def try_kept_messages(request: HttpRequest, given: KeptChoice) -> TallyOut:
    """What reading them again would bring now. Nothing is written."""
    tally = services.try_reading(actor=actor_of(request), choice=given.choice(), now=current_time())
    return describe_tally(tally, queries.chosen_messages(request.user, given.choice()).count())


@router.post("kept-messages/discard", response=Discarded)
def discard_kept_messages(request: HttpRequest, given: DiscardIn) -> Discarded:
    """Throws messages of one device away."""
    choice = Choice(given.device, given.reason, given.begins, given.ends)
    return Discarded(messages=services.discard(actor=actor_of(request), choice=choice, reason=given.why))


@router.get("kept-rooms", response=KeptRooms)
def list_kept_rooms(request: HttpRequest, wanted: Query[Slice]) -> KeptRooms:
    """How much of each device is kept, and how much found no place."""
    found = queries.visible_rooms(request.user)
    return KeptRooms(items=[describe_room(one) for one in wanted.cut(found)], total=found.count())


@router.get("senders", response=list[UnregisteredSenderOut])
def list_senders(request: HttpRequest) -> list[UnregisteredSenderOut]:
    """Senders that are not registered and of which messages are kept, to who manages sensors everywhere; the latest first."""
    return [describe_sender(one) for one in queries.senders(queries.visible_strangers(request.user))]


@router.post("devices/{uuid:device_id}/messages-before", response={201: RereadingOut})
def take_over_messages(request: HttpRequest, device_id: UUID) -> Status[RereadingOut]:
    """What came under the device's name before it was registered is its own from here on, and is read."""
    made = take_over(actor=actor_of(request), device_id=device_id, now=current_time())
    return Status(201, describe_rereading(made))


@router.get("rereadings", response=Rereadings)
def list_rereadings(request: HttpRequest, wanted: Query[Slice]) -> Rereadings:
    """Rereadings that were asked for, newest first."""
    found = queries.visible_rereadings(request.user)
    return Rereadings(items=[describe_rereading(one) for one in wanted.cut(found)], total=found.count())


@router.post("rereadings", response={201: RereadingOut})
def ask_to_reread(request: HttpRequest, given: KeptChoice) -> Status[RereadingOut]:
    """The chosen messages are read again, as at the door; what can be read now goes into the log once."""
    made = services.ask_to_reread(actor=actor_of(request), choice=given.choice(), now=current_time())
    return Status(201, describe_rereading(made))


@router.get("rereadings/{uuid:rereading_id}", response=RereadingOut)
def get_rereading(request: HttpRequest, rereading_id: UUID) -> RereadingOut:
    """One of them, and how far it has come."""
    return describe_rereading(queries.visible_rereadings(request.user).get(pk=rereading_id))
