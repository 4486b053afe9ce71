"""EDXL-RM: a request and its deliveries as messages for other platforms, and what they send taken in."""

from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from tocsin.base.errors import Conflict, InvalidInput
from tocsin.base.ids import new_id
from tocsin.base.storable import storable
from tocsin.jurisdiction.face import require
from tocsin.supplies.catalogue.models import Item
from tocsin.supplies.catalogue.queries.items import item_by_words
from tocsin.supplies.catalogue.rules import rights
from tocsin.supplies.catalogue.rules.amounts import to_amount, to_number
from tocsin.supplies.requests.models import Delivery, RequestLine, ResourceMessage, SupplyRequest
from tocsin.supplies.requests.queries.requests import visible_requests
from tocsin.supplies.requests.rules.edxl import message as edxl
from tocsin.supplies.requests.rules.edxl.message import Answer, ContentType, ResourceInformation, Schedule
from tocsin.supplies.requests.rules.edxl.reading import read_message
from tocsin.supplies.requests.rules.edxl.writing import write_message
from tocsin.supplies.requests.rules.states import ENDED, DeliveryState
from tocsin.supplies.requests.services.notes import note, tell_askers
from tocsin.supplies.requests.services.requests import NewRequest, open_request

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User

PREFIX: Final = "urn:tocsin:supplies:"
ARRIVAL: Final = "RequestedArrival"


@transaction.atomic
def send_message(*, actor: "User", request_id: UUID, kind: ContentType, now: datetime) -> ResourceMessage:
    """Writes what the request says as a message of this kind, and keeps what was written. Conflict where it says nothing."""
    request = visible_requests(actor).get(pk=request_id)
    require(actor, rights.RESERVE, request.region_code, (request.body_id,))
    resources = _resources(request, kind)
    if not resources:
        raise Conflict(_("There is nothing yet that such a message would say."))
    came = request.messages.filter(came=True, kind=ContentType.REQUEST.value).first()
    origin = came.message_id if came else f"{PREFIX}{request.number}"
    first = kind is ContentType.REQUEST and came is None and not request.messages.filter(message_id=origin).exists()
    told = edxl.ResourceMessage(
        kind=kind,
        id=origin if first else f"{PREFIX}{request.number}:{new_id()}",
        sent=now,
        description=request.purpose,
        originating=origin,
        preceding="" if first else origin,
        incident=request.subject_label,
        contact=str(request.body),
        telephone=request.receiver_telephone,
        resources=tuple(resources),
    )
    return _keep(request, told, write_message(told), actor, now, came=False)


def _resources(request: SupplyRequest, kind: ContentType) -> list[ResourceInformation]:
    if kind in (ContentType.REQUEST, ContentType.REQUISITION):
        return [_asked(request, one) for one in request.lines.select_related("item")]
    rows = request.deliveries.select_related("store").prefetch_related("lines__holding__item", "lines__line")
    found: list[ResourceInformation] = []
    for delivery in rows.order_by("made_at", "number"):
        found += _of_delivery(delivery, kind)
    return found


def _asked(request: SupplyRequest, line: RequestLine) -> ResourceInformation:
    wanted = Schedule(kind=ARRIVAL, at=request.needed_by, place=request.place, lon=request.lon, lat=request.lat)
    return _goods(line.pk, line.item, line.amount, schedules=(wanted,))


def _of_delivery(delivery: Delivery, kind: ContentType) -> list[ResourceInformation]:
    """What of a delivery a message of the kind speaks of: what was promised, what is lent, what came back, or how it stands."""
    state = DeliveryState(delivery.state)
    refused = state in (DeliveryState.REFUSED, DeliveryState.CANCELLED)
    told = []
    for one in delivery.lines.all():
        item = one.holding.item
        match kind:
            case ContentType.RESPONSE if state is not DeliveryState.ORDERED:
                answer = Answer.DECLINE if refused else Answer.ACCEPT
                told.append(_goods(one.line_id, item, one.sure, answer=answer, schedules=_arrival(delivery)))
            case ContentType.RESPONSE:
                told.append(_goods(one.line_id, item, one.amount, answer=Answer.PROVISIONAL, schedules=_arrival(delivery)))
            case ContentType.COMMIT if state not in ENDED and state is not DeliveryState.ORDERED:
                told.append(_goods(one.line_id, item, one.sure, schedules=_arrival(delivery)))
            case ContentType.REQUEST_RETURN if one.out > 0:
                back = Schedule(kind="RequestedReturnArrival", at=delivery.return_by, place=delivery.store.name)
                told.append(_goods(one.line_id, item, one.out, schedules=(back,)))
            case ContentType.RELEASE if one.returned:
                told.append(_goods(one.line_id, item, one.returned))
            case ContentType.STATUS:
                told.append(_goods(one.line_id, item, one.sure, status=state.value, schedules=_arrival(delivery)))
            case _:
                pass
    return told


def _arrival(delivery: Delivery) -> tuple[Schedule, ...]:
    request, at = delivery.request, delivery.handed_over_at
    kind = "EstimatedArrival" if at is None else "ActualArrival"
    return (Schedule(kind=kind, at=at or delivery.expected_at, place=request.place, lon=request.lon, lat=request.lat),)


def _goods(
    line_id: UUID,
    item: Item,
    amount: int,
    *,
    answer: Answer | None = None,
    status: str = "",
    schedules: tuple[Schedule, ...] = (),
) -> ResourceInformation:
    return ResourceInformation(
        number=str(line_id),
        name=item.name_zh,
        code=item.code,
        amount=float(to_number(amount)),
        unit=item.unit_zh,
        answer=answer,
        status=status,
        schedules=schedules,
    )


@transaction.atomic
def take_message(*, actor: "User", data: bytes, now: datetime) -> ResourceMessage:
    """Takes a message in: a request becomes a draft here, everything else a line of the request that it answers, whose asker is
    told. The same message twice is one. InvalidInput says what is wrong with it.
    """
    told = read_message(data)
    if (known := ResourceMessage.objects.filter(message_id=told.id, by=actor, came=True).first()) is not None:
        if bytes(known.data) != data:
            raise Conflict(_("Another message has the id %(id)s already.") % {"id": told.id[:80]})
        return known
    if told.kind is ContentType.REQUEST:
        return _keep(_open(actor, told, now), told, data, actor, now, came=True)
    request = _answered(actor, told)
    require(actor, rights.RESERVE, request.region_code, (request.body_id,))
    kept = _keep(request, told, data, actor, now, came=True)
    goods = ", ".join(_words(one) for one in told.resources)
    tell_askers(request, "message", now, kind=told.kind.value, goods=goods, reason=told.contact)
    return kept


def _words(one: ResourceInformation) -> str:
    amount = "" if one.amount is None else f" {one.amount:g} {one.unit}"
    return f"{one.name or one.code}{amount} {one.answer or one.status} {one.reason}".strip()


def _open(actor: "User", told: edxl.ResourceMessage, now: datetime) -> SupplyRequest:
    """A draft with what another platform asks for; what the catalogue does not have is refused by name."""
    wanted = next(
        (one for goods in told.resources for one in goods.schedules if one.kind == ARRIVAL and one.lon is not None), None
    )
    if wanted is None or actor.organisation is None:
        raise InvalidInput(_("A RequestResource says where to: a ScheduleInformation RequestedArrival with a point."))
    items: dict[UUID, tuple[Item, int]] = {}
    for one in told.resources:
        item = item_by_words(actor, one.code) if one.code else None
        item = item or item_by_words(actor, one.name)
        if item is None or not one.amount:
            raise InvalidInput(
                _("%(what)s: no item is called so, or no quantity is said.") % {"what": (one.name or one.code)[:80]}
            )
        before = items.get(item.pk, (item, 0))[1]
        items[item.pk] = (item, before + to_amount(Decimal(str(one.amount))))
    new = NewRequest(
        purpose=told.description or told.incident or told.contact or told.id,
        place=wanted.place or f"{wanted.lat:.5f} {wanted.lon:.5f}",
        lon=wanted.lon,
        lat=wanted.lat,
        region_code=actor.organisation.region_id,
        receiver=told.contact[:60],
        needed_by=wanted.at,
    )
    made = open_request(actor=actor, new=new, now=now)
    for item, amount in items.values():
        RequestLine.objects.create(request=made, item=item, amount=amount, computed=amount)
    return made


def _answered(actor: "User", told: edxl.ResourceMessage) -> SupplyRequest:
    """The request that a message speaks of: by the id of ours that began it, or of theirs."""
    number = told.originating.removeprefix(PREFIX).partition(":")[0]
    found = visible_requests(actor).filter(number=number).first()
    if found is None:
        found = visible_requests(actor).filter(messages__message_id=told.originating).first()
    if found is None:
        raise InvalidInput(_("There is no request that %(id)s began.") % {"id": told.originating[:80]})
    return found


def _keep(
    request: SupplyRequest, told: edxl.ResourceMessage, data: bytes, actor: "User", now: datetime, *, came: bool
) -> ResourceMessage:
    kept = ResourceMessage.objects.create(
        request=request,
        message_id=storable(told.id)[:200],
        kind=told.kind.value,
        came=came,
        at=now,
        by=actor,
        sender=storable(told.contact)[:200],
        data=data,
    )
    note(request, "message_in" if came else "message_out", now, actor, figures={"kind": told.kind.value, "id": told.id[:80]})
    return kept
