"""Requests, plans and deliveries as people and programs read them. Quantities are in the item's count unit."""

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from ninja import Field, Schema

from tocsin.supplies.allocation.models import Plan
from tocsin.supplies.allocation.rules.plans import Because, PlanKind, PlanState
from tocsin.supplies.catalogue.models import Item
from tocsin.supplies.catalogue.rules.amounts import to_number
from tocsin.supplies.requests.models import Delivery, DeliveryLine, RequestLine, SupplyRequest
from tocsin.supplies.requests.queries.requests import on_the_way_of
from tocsin.supplies.requests.rules.states import DeliveryState, RequestState
from tocsin.supplies.requests.shown import names
from tocsin.supplies.stock.shown.stock import item_name, unit_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import QuerySet

    from tocsin.supplies.stock.models import Store


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


class PlanGoalOut(Schema):
    """How one goal ended: its value, below what nothing can be, and the share that lies between."""

    goal: str
    goal_name: str
    value: float
    bound: float
    gap: float


class PlanMissingOut(Schema):
    """What nobody in reach can give."""

    item: str
    unit: str
    quantity: float
    because: Because
    because_name: str


class PlanHelperOut(Schema):
    """An area beyond the reach that has some of what is missing."""

    region_code: str
    goods: str


class PlanShareOut(Schema):
    """What one store gives in a plan."""

    store_id: UUID
    store: str
    lon: float | None
    lat: float | None
    goods: str
    minutes: float


class SupplyPlanOut(Schema):
    """One way to serve the request; nothing is reserved by it until it is accepted."""

    id: UUID
    kind: PlanKind
    kind_name: str
    hint: str
    state: PlanState
    arrival_min: float
    cost: float
    by_hand: bool = Field(description="not proved to be the best")
    seconds: float
    goals: list[PlanGoalOut]
    missing: list[PlanMissingOut]
    short: list[str] = Field(description="stores that keep less than their minimum")
    closed: list[str] = Field(description="stores that were left out")
    helpers: list[PlanHelperOut]
    shares: list[PlanShareOut]

    @property
    def span(self) -> str:
        """Hours and minutes until the last part is there."""
        return f"{int(self.arrival_min) // 60}:{round(self.arrival_min) % 60:02}"


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
    return SupplyRequestOut(
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


def describe_plans(plans: "QuerySet[Plan]") -> list[SupplyPlanOut]:
    """Plans with what each store would give."""
    rows = list(plans.prefetch_related("lines__holding__store", "lines__holding__item"))
    ids = {UUID(item) for plan in rows for _, item, _ in plan.wishes}
    return [_plan(one, {item.pk: item for item in Item.objects.filter(pk__in=ids)}) for one in rows]


def _plan(plan: Plan, items: dict[UUID, Item]) -> SupplyPlanOut:
    of_need = {need: items[UUID(item)] for need, item, _ in plan.wishes}
    kind = PlanKind(plan.kind)
    return SupplyPlanOut(
        id=plan.pk,
        kind=kind,
        kind_name=str(names.PLAN_NAMES[kind]),
        hint=str(names.PLAN_HINTS[kind]),
        state=PlanState(plan.state),
        arrival_min=plan.arrival_min,
        cost=plan.cost,
        by_hand=plan.by_hand,
        seconds=plan.seconds,
        goals=[PlanGoalOut(**one, goal_name=str(names.GOAL_NAMES[one["goal"]])) for one in plan.stages],
        missing=[
            PlanMissingOut(
                item=item_name(of_need[one["need"]]),
                unit=unit_name(of_need[one["need"]]),
                quantity=float(to_number(one["amount"])),
                because=Because(one["because"]),
                because_name=str(names.BECAUSE_NAMES[Because(one["because"])]),
            )
            for one in plan.missing
        ],
        short=[f"{one['store']} {item_name(items[UUID(one['item'])])} −{one['units']:g}" for one in plan.short],
        closed=[f"{one['store']} ({names.CLOSED_NAMES[one['why']]})" for one in plan.closed],
        helpers=[
            PlanHelperOut(
                region_code=one["region"],
                goods=", ".join(_goods_line(items[UUID(good["item"])], good["amount"]) for good in one["goods"]),
            )
            for one in plan.helpers
        ],
        shares=_shares(plan),
    )


def _shares(plan: Plan) -> list[PlanShareOut]:
    stores: dict[UUID, Store] = {}
    sums: dict[UUID, dict[Item, int]] = {}
    minutes: dict[UUID, float] = {}
    for one in plan.lines.all():
        store = one.holding.store
        stores[store.pk] = store
        heap = sums.setdefault(store.pk, {})
        heap[one.holding.item] = heap.get(one.holding.item, 0) + one.amount
        minutes[store.pk] = max(minutes.get(store.pk, 0), one.minutes)
    return [
        PlanShareOut(
            store_id=pk,
            store=store.name,
            lon=store.lon,
            lat=store.lat,
            goods=", ".join(_goods_line(item, amount) for item, amount in sums[pk].items()),
            minutes=minutes[pk],
        )
        for pk, store in stores.items()
    ]


def _goods_line(item: Item, amount: int) -> str:
    return f"{item_name(item)} {to_number(amount):,} {unit_name(item)}"


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
        goods=", ".join(_goods_line(item, amount) for item, amount in _sums(one.lines.all()).items()),
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
