"""Requests, plans and deliveries as people and programs read them. Quantities are in the item's count unit."""

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from ninja import Field, Schema

from tocsin.screens.words import listed
from tocsin.supplies.catalogue.models import Item
from tocsin.supplies.catalogue.rules.amounts import to_number
from tocsin.supplies.levels.queries.exposed import kept_basis
from tocsin.supplies.levels.shown.people import area_words, reckoning_words
from tocsin.supplies.requests.models import Delivery, DeliveryLine, RequestLine, SupplyRequest
from tocsin.supplies.requests.queries.requests import on_the_way_of
from tocsin.supplies.requests.rules.states import DeliveryState, RequestState
from tocsin.supplies.requests.shown import names
from tocsin.supplies.requests.shown.plans import goods_line
from tocsin.supplies.stock.shown.stock import item_name, unit_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import QuerySet


class SupplyRequestOut(Schema):
    """What an incident needs."""

    id: UUID
    number: str
    region_code: str
    body: str = Field(description="which asks")
    subject_kind: str
    subject_label: str
    trade: str = Field(description="of the incident: chooses the standards")
    purpose: str
    people: int
    people_proposed: int | None = Field(description="what the source said, where people were taken from one")
    people_source: str = Field(description="which source, how it reckons, and when it was asked")
    days: int
    place: str
    lon: float
    lat: float
    receiver: str
    receiver_telephone: str
    needed_by: datetime
    state: RequestState
    state_name: str
    opened_at: datetime
    opened_by: str
    asked_at: datetime | None
    decided_at: datetime | None
    decided_by: str
    decision: str
    due_at: datetime | None
    closed_at: datetime | None

    @property
    def css(self) -> str:
        """How a page marks the state."""
        return names.REQUEST_STATE_CLASSES.get(self.state, "")


class RequestLineOut(Schema):
    """So much of an item."""

    id: UUID
    item_id: UUID
    code: str
    item: str
    unit: str
    quantity: float
    computed: float = Field(description="what the standards say")
    reason: str
    brought: float = Field(description="what deliveries bring or have brought")
    open: float = Field(description="what nobody brings yet")
    instead_of: UUID | None


class SupplyDeliveryLineOut(Schema):
    """So much of one lot in a delivery, and what became of it."""

    id: UUID
    item: str
    unit: str
    lot: str
    quantity: float
    picked: float | None
    received: float | None
    used: float
    returned: float
    out: float = Field(description="handed over, neither used up nor back")

    @property
    def likely(self) -> float:
        """What is most likely counted at the next step."""
        return self.quantity if self.picked is None else self.picked if self.received is None else self.out


class SupplyDeliveryOut(Schema):
    """What one store gives to one request."""

    id: UUID
    number: str
    request_id: UUID
    request_number: str
    purpose: str
    store_id: UUID
    store: str
    place: str
    lon: float
    lat: float
    state: DeliveryState
    state_name: str
    goods: str
    expected_at: datetime
    due_at: datetime | None
    late: bool
    driver: str
    driver_telephone: str
    vehicle: str
    handed_over_at: datetime | None
    return_by: datetime | None
    version: int

    @property
    def css(self) -> str:
        """How a page marks the state."""
        return "danger" if self.late else names.DELIVERY_STATE_CLASSES.get(self.state, "")


def describe_request(one: SupplyRequest) -> SupplyRequestOut:
    """One request; body and people are loaded."""
    basis = kept_basis(one.people_basis)
    return SupplyRequestOut(
        people_proposed=basis.count if basis else None,
        people_source=listed(area_words(basis), reckoning_words(basis)) if basis else "",
        **{name: getattr(one, name) for name in _PLAIN},
        body=str(one.body),
        state=RequestState(one.state),
        state_name=str(names.REQUEST_STATE_NAMES[RequestState(one.state)]),
        opened_by=str(one.opened_by),
        decided_by=str(one.decided_by or ""),
    )


_PLAIN = (
    *(
        "id",
        "number",
        "region_code",
        "subject_kind",
        "subject_label",
        "trade",
        "purpose",
        "people",
        "days",
        "place",
        "lon",
        "lat",
    ),
    *("receiver", "receiver_telephone", "needed_by", "opened_at", "asked_at", "decided_at", "decision", "due_at", "closed_at"),
)


def describe_lines(request: SupplyRequest) -> list[RequestLineOut]:
    """What is asked for, item by item."""
    lines = list(RequestLine.objects.filter(request=request).select_related("item"))
    brought = on_the_way_of([one.pk for one in lines])
    return [
        RequestLineOut(
            id=one.pk,
            item_id=one.item_id,
            code=one.item.code,
            item=item_name(one.item),
            unit=unit_name(one.item),
            quantity=float(to_number(one.amount)),
            computed=float(to_number(one.computed)),
            reason=one.reason,
            brought=float(to_number(brought[one.pk])),
            open=float(to_number(max(0, one.amount - brought[one.pk]))),
            instead_of=one.instead_of_id,
        )
        for one in lines
    ]


def describe_delivery(one: Delivery, now: datetime) -> SupplyDeliveryOut:
    """One delivery; request and store are loaded."""
    state = DeliveryState(one.state)
    return SupplyDeliveryOut(
        id=one.pk,
        number=one.number,
        request_id=one.request_id,
        request_number=one.request.number,
        purpose=one.request.purpose,
        store_id=one.store_id,
        store=one.store.name,
        place=one.request.place,
        lon=one.request.lon,
        lat=one.request.lat,
        state=state,
        state_name=str(names.DELIVERY_STATE_NAMES[state]),
        goods=", ".join(goods_line(item, amount) for item, amount in _sums(one.lines.all()).items()),
        expected_at=one.expected_at,
        due_at=one.due_at,
        late=one.due_at is not None and one.due_at <= now,
        driver=one.driver,
        driver_telephone=one.driver_telephone,
        vehicle=one.vehicle,
        handed_over_at=one.handed_over_at,
        return_by=one.return_by,
        version=one.version,
    )


def with_goods(rows: "QuerySet[Delivery]") -> "QuerySet[Delivery]":
    """Deliveries with the goods that their description reads."""
    return rows.prefetch_related("lines__holding__item", "lines__holding__lot")


def _sums(lines: "Sequence[DeliveryLine] | QuerySet[DeliveryLine]") -> dict[Item, int]:
    told: dict[Item, int] = {}
    for one in lines:
        told[one.holding.item] = told.get(one.holding.item, 0) + one.sure
    return told


def describe_delivery_lines(delivery: Delivery) -> list[SupplyDeliveryLineOut]:
    """What is in it, lot by lot."""
    rows = delivery.lines.select_related("holding__item", "holding__lot")
    return [
        SupplyDeliveryLineOut(
            id=one.pk,
            item=item_name(one.holding.item),
            unit=unit_name(one.holding.item),
            lot=one.holding.lot.number,
            quantity=float(to_number(one.amount)),
            picked=None if one.picked is None else float(to_number(one.picked)),
            received=None if one.received is None else float(to_number(one.received)),
            used=float(to_number(one.used)),
            returned=float(to_number(one.returned)),
            out=float(to_number(max(0, one.out))),
        )
        for one in rows
    ]
