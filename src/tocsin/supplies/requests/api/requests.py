"""Requests, plans and deliveries for programs and phones."""

from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema
from pydantic import AwareDatetime

from tocsin.fieldwork.api import MOST_AT_ONCE, MOST_COUNTED, DeviceActIn, take
from tocsin.screens.budgets.requests import costly
from tocsin.screens.clock import current_time
from tocsin.screens.geojson import Features, features
from tocsin.screens.lists.slices import Part, Slice
from tocsin.screens.request import actor_of
from tocsin.supplies.catalogue.queries.items import visible_items
from tocsin.supplies.levels.shown.people import ProposedPeopleOut, describe_proposed
from tocsin.supplies.requests.queries.people import proposed_people
from tocsin.supplies.requests.queries.requests import code_for, plans_of, visible_deliveries, visible_requests
from tocsin.supplies.requests.queries.subjects import supply_subject
from tocsin.supplies.requests.rules.states import DeliveryAct
from tocsin.supplies.requests.services import plans as planning
from tocsin.supplies.requests.services import requests as services
from tocsin.supplies.requests.shown.map import request_features
from tocsin.supplies.requests.shown.plans import SupplyPlanOut, describe_plans
from tocsin.supplies.requests.shown.requests import (
    RequestLineOut,
    SupplyDeliveryLineOut,
    SupplyDeliveryOut,
    SupplyRequestOut,
    describe_delivery,
    describe_delivery_lines,
    describe_lines,
    describe_request,
    with_goods,
)

if TYPE_CHECKING:
    from tocsin.supplies.requests.models import SupplyRequest

router = Router()


class NewSupplyRequestIn(Schema, extra="forbid"):
    purpose: str = Field("", max_length=200)
    people: int | None = Field(None, ge=0, le=10_000_000, description="null with people_from: as that says")
    people_from: str = Field("", max_length=60, description="an area of `people-proposed`, or `within`")
    within_m: float | None = Field(None, ge=50, le=50_000, description="with `within`: metres round the place")
    days: int | None = Field(None, ge=1, le=365)
    place: str = Field("", max_length=200)
    lon: float | None = Field(None, ge=-180, le=180)
    lat: float | None = Field(None, ge=-90, le=90)
    region_code: str = Field("", pattern=r"^(\d{6})?$", description="that of the case where it is for one")
    receiver: str = Field("", max_length=60)
    receiver_telephone: str = Field("", max_length=40)
    needed_by: AwareDatetime | None = None
    trade: str = Field("", max_length=30, description="kind of incident: chooses the standards")
    subject_kind: Literal["", "case"] = ""
    subject_label: str = Field("", max_length=60, description="number of the case")


class RequestLineIn(Schema, extra="forbid"):
    item_id: UUID
    quantity: float = Field(ge=0, le=1e9, description="0 takes the line away")
    reason: str = Field("", max_length=300)
    instead_of: UUID | None = Field(None, description="the line that this one stands in for")


class SupplyDecisionIn(Schema, extra="forbid"):
    approved: bool
    reason: str = Field("", max_length=300)


class RequestWayIn(Schema, extra="forbid"):
    store_id: UUID
    minutes: int | None = Field(None, ge=1, le=10_080, description="null: the way is closed")
    open_again: bool = Field(False, description="what was said of the way holds no more")
    reason: str = Field(max_length=300)


class RequestCloseIn(Schema, extra="forbid"):
    reason: str = Field(max_length=300)


class AcceptPlanIn(Schema, extra="forbid"):
    plan_id: UUID


class SupplyRequestsOut(Schema):
    items: list[SupplyRequestOut]
    total: int


class SupplyRequestWholeOut(SupplyRequestOut):
    """A request with its lines, plans and deliveries."""

    lines: list[RequestLineOut]
    plans: list[SupplyPlanOut]
    deliveries: list[SupplyDeliveryOut]


class SupplyDeliveriesOut(Schema):
    items: list[SupplyDeliveryOut]
    total: int


class SupplyDeliveryWholeOut(SupplyDeliveryOut):
    """A delivery with what is in it."""

    lines: list[SupplyDeliveryLineOut]
    code: str = Field(description="for whoever asked, from picking to arrival: by it the driver hands over; else empty")


class SupplyDeliveryDataIn(Schema, extra="forbid"):
    text: str = Field("", max_length=2000)
    lon: float | None = Field(None, ge=-180, le=180)
    lat: float | None = Field(None, ge=-90, le=90)
    counts: dict[str, int] = Field({}, description="line of the delivery -> thousandths of the unit; none: all of it")
    code: str = Field("", max_length=20, description="what the receiver was shown, to hand over")
    driver: str = Field("", max_length=60)
    telephone: str = Field("", max_length=40)
    vehicle: str = Field("", max_length=40)


class SupplyDeliveryEntryIn(DeviceActIn):
    """An act as the device made it. The same id twice is one act."""

    delivery_id: UUID
    act: DeliveryAct
    data: SupplyDeliveryDataIn | None = None
    said_by: str = Field("", max_length=120, description="where somebody enters what was said on the telephone")
    base_version: int | None = Field(None, ge=0, le=MOST_COUNTED)


class SupplyDeliveryEntriesIn(Schema, extra="forbid"):
    entries: list[SupplyDeliveryEntryIn] = Field(min_length=1, max_length=MOST_AT_ONCE)


class SupplyDeliveryTakenOut(Schema):
    """What became of one entry."""

    id: UUID
    taken: bool
    verdict: str
    version: int | None
    reason: str


@router.get("/requests", response=SupplyRequestsOut)
def supply_requests(request: HttpRequest, slice_: Query[Slice], state: str = "") -> Part[SupplyRequestOut]:
    """Requests of your areas or body, newest first; `state`: one of them, or `running`."""
    found = slice_.part(visible_requests(request.user, state=state))
    return {"items": [describe_request(one) for one in found["items"]], "total": found["total"]}


@router.post("/requests", response=SupplyRequestWholeOut)
def open_supply_request(request: HttpRequest, given: NewSupplyRequestIn) -> SupplyRequestWholeOut:
    """A draft with a line for each standard that counts for so many people and days."""
    made = services.open_request(actor=actor_of(request), new=services.NewRequest(**given.dict()), now=current_time())
    return _whole(request, made.pk)


@router.get("/requests/people-proposed", response=list[ProposedPeopleOut])
@costly
def people_proposed(request: HttpRequest, case_number: str, days: int = 1) -> list[ProposedPeopleOut]:
    """How many people a case concerns: in the areas of its public warnings, by what is closed off, and round its place."""
    subject = supply_subject(request.user, "case", case_number)
    rows = proposed_people(request.user, subject, current_time(), min(max(days, 1), 60))
    return [describe_proposed(area.key, basis) for area, basis in rows]


@router.get("/requests/{uuid:supply_request_id}", response=SupplyRequestWholeOut)
def supply_request(request: HttpRequest, supply_request_id: UUID) -> SupplyRequestWholeOut:
    """One request with its lines, plans and deliveries."""
    return _whole(request, supply_request_id)


@router.post("/requests/{uuid:supply_request_id}/lines", response=SupplyRequestWholeOut)
def set_request_line(request: HttpRequest, supply_request_id: UUID, given: RequestLineIn) -> SupplyRequestWholeOut:
    """Another amount of an item, a new line, a substitute, or none of it; with the reason."""
    actor = actor_of(request)
    services.set_line(
        actor=actor,
        request_id=supply_request_id,
        item=visible_items(actor).get(pk=given.item_id, active=True),
        quantity=Decimal(str(given.quantity)),
        reason=given.reason,
        instead_of=given.instead_of,
        now=current_time(),
    )
    return _whole(request, supply_request_id)


@router.post("/requests/{uuid:supply_request_id}/ask", response=SupplyRequestWholeOut)
def ask_for_supplies(request: HttpRequest, supply_request_id: UUID) -> SupplyRequestWholeOut:
    """The draft goes to a second person."""
    services.ask(actor=actor_of(request), request_id=supply_request_id, now=current_time())
    return _whole(request, supply_request_id)


@router.post("/requests/{uuid:supply_request_id}/decision", response=SupplyRequestWholeOut)
def decide_supply_request(request: HttpRequest, supply_request_id: UUID, given: SupplyDecisionIn) -> SupplyRequestWholeOut:
    """Approves or refuses what somebody else asked for."""
    services.decide(actor=actor_of(request), request_id=supply_request_id, now=current_time(), **given.dict())
    return _whole(request, supply_request_id)


@router.post("/requests/{uuid:supply_request_id}/plans", response=SupplyRequestWholeOut)
def plan_supplies(request: HttpRequest, supply_request_id: UUID) -> SupplyRequestWholeOut:
    """Plans are worked out anew by the worker for what nobody brings yet: read the request again."""
    planning.ask_for_new_plans(actor=actor_of(request), request_id=supply_request_id, now=current_time())
    return _whole(request, supply_request_id)


@router.post("/requests/{uuid:supply_request_id}/ways", response=SupplyRequestWholeOut)
def remark_supply_way(request: HttpRequest, supply_request_id: UUID, given: RequestWayIn) -> SupplyRequestWholeOut:
    """What is known of the way from a store: its minutes, or that it is closed. Plans are worked out anew."""
    planning.remark_way(actor=actor_of(request), request_id=supply_request_id, now=current_time(), **given.dict())
    return _whole(request, supply_request_id)


@router.post("/requests/{uuid:supply_request_id}/accept", response=SupplyRequestWholeOut)
def accept_supply_plan(request: HttpRequest, supply_request_id: UUID, given: AcceptPlanIn) -> SupplyRequestWholeOut:
    """All that a plan takes is reserved in one act, or nothing; every store is told."""
    actor = actor_of(request)
    plan = plans_of(visible_requests(actor).get(pk=supply_request_id)).get(pk=given.plan_id)
    planning.accept_plan(actor=actor, plan_id=plan.pk, now=current_time())
    return _whole(request, supply_request_id)


@router.post("/requests/{uuid:supply_request_id}/close", response=SupplyRequestWholeOut)
def close_supply_request(request: HttpRequest, supply_request_id: UUID, given: RequestCloseIn) -> SupplyRequestWholeOut:
    """Nothing more is needed."""
    services.close_request(actor=actor_of(request), request_id=supply_request_id, reason=given.reason, now=current_time())
    return _whole(request, supply_request_id)


@router.get("/requests/{uuid:supply_request_id}/map.geojson", response=Features)
@costly
def supply_request_map(request: HttpRequest, supply_request_id: UUID) -> Features:
    """The place of need and stores as points, by what they give in the soonest plan; its ways and those of running deliveries as
    lines; closed roads that ways to the place meet as areas.
    """
    found = visible_requests(request.user).get(pk=supply_request_id)
    return features(request_features(actor_of(request), found, current_time()))


@router.get("/deliveries", response=SupplyDeliveriesOut)
def supply_deliveries(request: HttpRequest, slice_: Query[Slice], state: str = "") -> Part[SupplyDeliveryOut]:
    """Deliveries out of your stores and for requests that you see; `state`: one of them, or `running`."""
    found, now = slice_.part(with_goods(visible_deliveries(request.user, state=state))), current_time()
    return {"items": [describe_delivery(one, now) for one in found["items"]], "total": found["total"]}


@router.get("/deliveries/{uuid:delivery_id}", response=SupplyDeliveryWholeOut)
def supply_delivery(request: HttpRequest, delivery_id: UUID) -> SupplyDeliveryWholeOut:
    """One delivery with what is in it."""
    found = with_goods(visible_deliveries(request.user)).get(pk=delivery_id)
    told = describe_delivery(found, current_time())
    return SupplyDeliveryWholeOut(**told.dict(), lines=describe_delivery_lines(found), code=code_for(request.user, found))


@router.post("/deliveries/entries", response=list[SupplyDeliveryTakenOut])
def enter_delivery_steps(request: HttpRequest, given: SupplyDeliveryEntriesIn) -> list[dict[str, Any]]:
    """Steps as devices made them, also away from the network, in their order; each is taken or refused by itself."""
    told = []
    for one in given.entries:
        taken = take(request, "supply_delivery", one.delivery_id, one, one.data, said_by=one.said_by)
        kept = taken.entry
        told.append(
            {
                "id": one.id,
                "taken": kept is not None,
                "verdict": kept.verdict if kept else "",
                "version": kept.version if kept else None,
                "reason": taken.reason,
            }
        )
    return told


def _whole(request: HttpRequest, request_id: UUID) -> SupplyRequestWholeOut:
    found: SupplyRequest = visible_requests(request.user).get(pk=request_id)
    now = current_time()
    return SupplyRequestWholeOut(
        **describe_request(found).dict(),
        lines=describe_lines(found),
        plans=describe_plans(plans_of(found)),
        deliveries=[describe_delivery(one, now) for one in with_goods(found.deliveries.select_related("request", "store"))],
    )
