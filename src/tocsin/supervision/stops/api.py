"""Stops of firms and their resumption for programs."""

from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Router, Schema

from tocsin.screens.clock import current_time
from tocsin.screens.request import actor_of
from tocsin.supervision.objects.queries.register import visible_objects
from tocsin.supervision.stops import queries
from tocsin.supervision.stops import services as stops
from tocsin.supervision.stops import shown as told
from tocsin.supervision.stops.shown import StopOut

router = Router()


class StopIn(Schema):
    object_id: UUID
    number: str = Field(max_length=60)
    kind: str = Field(max_length=20, description="ordered stop, planned stop or overhaul")
    first: date
    last: date | None = None
    scope: str = Field("whole", max_length=60, description="whole, a meter's code, or the name of a line")
    basis: str = Field("", max_length=300)


class ConditionIn(Schema):
    met: bool
    words: str = Field("", max_length=500)


class ConditionOut(Schema):
    code: str
    state: str
    words: str


class ResumptionIn(Schema):
    first_day: date


@router.get("/stops", response=list[StopOut])
def list_stops(request: HttpRequest) -> list[StopOut]:
    """Stops within your areas or of your own firm, newest first, at most 1,000."""
    return [told.describe_stop(one) for one in queries.visible_stop_orders(request.user)[:1000]]


@router.post("/stops", response=StopOut)
def record_stop(request: HttpRequest, given: StopIn) -> StopOut:
    """A stop of a firm or a part of it."""
    visible_objects(request.user).get(pk=given.object_id)
    return told.describe_stop(stops.record_stop(actor=actor_of(request), now=current_time(), **given.dict()))


@router.get("/stops/{stop_order_id}/conditions", response=list[ConditionOut])
def conditions(request: HttpRequest, stop_order_id: UUID) -> list[Any]:
    """The list of conditions of a resumption; empty before it is applied for."""
    return list(queries.visible_stop_orders(request.user).get(pk=stop_order_id).conditions.all())


@router.post("/stops/{stop_order_id}/application", response=list[ConditionOut])
def apply_for_resumption(request: HttpRequest, stop_order_id: UUID) -> list[Any]:
    """The firm wants to work again."""
    queries.visible_stop_orders(request.user).get(pk=stop_order_id)
    order = stops.apply_for_resumption(actor=actor_of(request), order_id=stop_order_id, now=current_time())
    return list(order.conditions.all())


@router.post("/stops/{stop_order_id}/conditions/{code}", response=ConditionOut)
def answer_condition(request: HttpRequest, stop_order_id: UUID, code: str, given: ConditionIn) -> Any:
    """Ticks a condition off, or signs for one that is not met."""
    queries.visible_stop_orders(request.user).get(pk=stop_order_id)
    return stops.answer_condition(
        actor=actor_of(request), order_id=stop_order_id, code=code, met=given.met, words=given.words, now=current_time()
    )


@router.post("/stops/{stop_order_id}/resumption", response=StopOut)
def approve_resumption(request: HttpRequest, stop_order_id: UUID, given: ResumptionIn) -> StopOut:
    """Work is allowed again from that day; open conditions block it."""
    queries.visible_stop_orders(request.user).get(pk=stop_order_id)
    order = stops.approve_resumption(
        actor=actor_of(request), order_id=stop_order_id, first_day=given.first_day, now=current_time()
    )
    return told.describe_stop(order)
