"""Orders for programs and for the crew's page: lists, one, sending, and what units do, in batches that may come twice."""

from datetime import datetime
from typing import TYPE_CHECKING, Literal, cast
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, File, Form, Query, Router, Schema
from ninja.files import UploadedFile
from pydantic import AwareDatetime

from tocsin.base.errors import InvalidInput
from tocsin.command.casebook.queries.cases import visible_cases
from tocsin.command.casebook.rules.order_states import OrderRole
from tocsin.command.orders.queries import orders as queries
from tocsin.command.orders.rules.acts import OrderAct, ReturnReason
from tocsin.command.orders.services.orders import dispatch_order, dispatch_proposed, make_lead
from tocsin.command.orders.services.sending import proposed_orders
from tocsin.command.orders.services.undo import undo_sending
from tocsin.command.orders.shown import (
    OrderDetailOut,
    OrderOut,
    ProposedDispatchOut,
    describe_entry,
    describe_order,
    describe_proposed,
    describe_whole,
)
from tocsin.fieldwork.api import MOST_AT_ONCE, MOST_COUNTED, DeviceActIn, DeviceActsIn, DeviceActTakenOut, take, take_photo
from tocsin.screens.clock import current_time
from tocsin.screens.lists.slices import Slice
from tocsin.screens.request import actor_of

if TYPE_CHECKING:
    from tocsin.command.orders.models import OrderEntry

router = Router()


class OrdersOut(Schema):
    items: list[OrderOut]
    total: int


class OrderFilter(Slice):
    state: str = Field("running", description=f"one of {', '.join(queries.STATES)}")
    search: str = Field("", max_length=120, description="parts of the number, of the unit's names or of the place")


class SendIn(Schema):
    unit_id: UUID
    role: OrderRole
    text: str = Field("", max_length=2000)


class ProposedIn(Schema, extra="forbid"):
    unit_ids: list[UUID] = Field(min_length=1, max_length=50, description="the units that were proposed to you, all of them")


class LeadIn(Schema, extra="forbid"):
    text: str = Field("", max_length=2000, description="what the unit is to do: it stands above the words of its order")


class DataIn(Schema, extra="forbid"):
    """What an act carries; which fields it needs is told in docs/orders.md."""

    text: str = Field("", max_length=2000)
    lon: float | None = Field(None, ge=-180, le=180)
    lat: float | None = Field(None, ge=-90, le=90)
    reason: ReturnReason | None = None
    unit: UUID | None = None
    quantity: str = Field("", max_length=120)
    check: str = Field("", max_length=120, description="one of warning's checks, for a reading that it asks for")
    value: float | None = Field(None, ge=-1e9, le=1e9)
    outcome: str = Field("", max_length=120, description="of an answer: one of those of its check")
    corrects: UUID | None = Field(None, description="the entry that was wrong: a reading, or the step that is taken back")
    task: UUID | None = Field(None, description="of a started plan: it is done")
    checked: list[int] = Field([], max_length=50, description="which lines of the task's check list hold, counted from 0")
    cause: str = Field("", max_length=120)
    cause_in_words: str = Field("", max_length=2000)
    asset_code: str = Field("", max_length=120)


class EntryIn(DeviceActIn):
    """An act as the device made it. The same id twice is one act."""

    order_id: UUID
    act: OrderAct
    data: DataIn | None = None
    said_by: str = Field("", max_length=120, description="of the unit, where the duty desk enters what was said by telephone")
    base_version: int | None = Field(None, ge=0, le=MOST_COUNTED, description="the order's version that the person saw")


class EntriesIn(DeviceActsIn, extra="forbid"):
    entries: list[EntryIn] = Field(min_length=1, max_length=MOST_AT_ONCE)


class TakenOut(DeviceActTakenOut):
    """What became of one entry of an order, and the state that the order has now."""

    state: str | None


@router.get("/orders", response=OrdersOut)
def orders(request: HttpRequest, wanted: Query[OrderFilter]) -> OrdersOut:
    """Orders of cases you may see and of your own unit, the newest first."""
    if wanted.state not in queries.STATES:
        raise InvalidInput(f"state {wanted.state!r} is unknown; use one of {', '.join(queries.STATES)}")
    found = queries.search_orders(request.user, state=wanted.state, search=wanted.search)
    return OrdersOut(items=[describe_order(one) for one in wanted.cut(found)], total=found.count())


@router.post("/orders/entries", response=list[TakenOut])
def entries(request: HttpRequest, given: EntriesIn) -> list[TakenOut]:
    """What units did, in the order in which it is sent. Each is taken or refused by itself; a second delivery changes nothing."""
    return [_take(request, one, given.channel) for one in given.entries]


@router.get("/orders/{uuid:order_id}", response=OrderDetailOut)
def order(request: HttpRequest, order_id: UUID) -> OrderDetailOut:
    """One order with everything that its unit did."""
    return describe_whole(queries.visible_orders(request.user).get(pk=order_id))


@router.post("/orders/{uuid:order_id}/photos", response=TakenOut)
def photo(
    request: HttpRequest,
    order_id: UUID,
    file: File[UploadedFile],
    id: Form[UUID],
    at: Form[AwareDatetime],
    text: Form[str] = "",
    device: Form[str] = "",
    sequence: Form[int] = 0,
    base_version: Form[int | None] = None,
    channel: Form[Literal["api", "phone"]] = "api",
) -> TakenOut:
    """A photo or a PDF as proof, an entry of its own. The same id twice is one photo."""
    kept = take_photo(
        request,
        "order",
        order_id,
        file,
        identity=id,
        at=at,
        data={"text": text[:2000]},
        device=device,
        sequence=sequence,
        base_version=base_version,
        channel=channel,
    )
    return _taken(cast("OrderEntry", kept))


@router.post("/cases/{uuid:case_id}/orders", response=OrderOut)
def send_order(request: HttpRequest, case_id: UUID, given: SendIn) -> OrderOut:
    """Sends a unit. Where another unit leads, the new lead takes its place and the former one assists."""
    sent = dispatch_order(
        actor=actor_of(request), case_id=case_id, unit_id=given.unit_id, role=given.role, text=given.text, channel="api"
    )
    return describe_order(queries.visible_orders(request.user).get(pk=sent.pk))


@router.get("/cases/{uuid:case_id}/proposed-orders", response=list[ProposedDispatchOut])
def proposed(request: HttpRequest, case_id: UUID) -> list[ProposedDispatchOut]:
    """The owners that this case concerns and that have no order yet, who would lead first. Nothing is sent."""
    case = visible_cases(request.user).get(pk=case_id)
    return [describe_proposed(one.unit, one.role) for one in proposed_orders(case, at=judging_now())]


@router.post("/cases/{uuid:case_id}/proposed-orders", response=list[OrderOut])
def send_proposed(request: HttpRequest, case_id: UUID, given: ProposedIn) -> list[OrderOut]:
    """Sends the units that were proposed, each in its role. 409 where others are proposed by now: nobody is sent unseen."""
    sent = dispatch_proposed(actor=actor_of(request), case_id=case_id, unit_ids=given.unit_ids, channel="api")
    found = queries.visible_orders(request.user).filter(pk__in=[one.pk for one in sent]).order_by("number")
    return [describe_order(one) for one in found]


@router.post("/orders/{order_id}/lead", response=OrderOut)
def lead(request: HttpRequest, order_id: UUID, given: LeadIn) -> OrderOut:
    """The unit of this running order leads from now on and is told so with these words; who led before assists."""
    led = make_lead(actor=actor_of(request), order_id=order_id, text=given.text, channel="api")
    return describe_order(queries.visible_orders(request.user).get(pk=led.pk))


@router.post("/orders/{order_id}/undo", response=OrderOut)
def undo_order(request: HttpRequest, order_id: UUID) -> OrderOut:
    """Takes back what you have just sent, within the seconds of `undo_s`: the order, or that its unit leads."""
    undone = undo_sending(actor=actor_of(request), order_id=order_id, channel="api")
    return describe_order(queries.visible_orders(request.user).get(pk=undone.pk))


def _take(request: HttpRequest, given: EntryIn, channel: str) -> TakenOut:
    taken = take(request, "order", given.order_id, given, given.data, channel=channel, said_by=given.said_by)
    if taken.entry is None:
        return TakenOut(id=given.id, taken=False, verdict="", version=None, state=None, reason=taken.reason)
    return _taken(cast("OrderEntry", taken.entry))


def _taken(kept: "OrderEntry") -> TakenOut:
    found = kept.order
    return TakenOut(
        id=kept.pk,
        taken=True,
        verdict=kept.verdict,
        version=kept.version,
        state=found.state,
        reason=describe_entry(kept).conflict,
    )


def judging_now() -> datetime:
    """The present by the clock that orders are judged by."""
    now: datetime = current_time()
    return now
