"""Stops of firms and their resumption for programs."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest
from ninja import Field, Router, Schema

from tocsin.supervision.objects.queries.register import visible_objects
from tocsin.supervision.stops import queries
from tocsin.supervision.stops import services as stops
from tocsin.supervision.stops import shown as told

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User

router = Router()


class StopOut(Schema):
    id: UUID
    number: str
    object_id: UUID
    object: str
    kind: str
    kind_name: str
    scope: str
    first: date
    last: date | None
    resumed_on: date | None
    basis: str


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
def list_stops(request: HttpRequest) -> list[dict[str, Any]]:
    """Stops within your areas or of your own firm, newest first, at most 1,000."""
    return [told.describe_stop(one) for one in queries.visible_stop_orders(request.user)[:1000]]


@router.post("/stops", response=StopOut)
def record_stop(request: HttpRequest, given: StopIn) -> dict[str, Any]:
    """A stop of a firm or a part of it."""
    visible_objects(request.user).get(pk=given.object_id)
    return told.describe_stop(stops.record_stop(actor=_actor(request), now=_now(), **given.dict()))


@router.get("/stops/{stop_order_id}/conditions", response=list[ConditionOut])
def conditions(request: HttpRequest, stop_order_id: UUID) -> list[Any]:
    """The list of conditions of a resumption; empty before it is applied for."""
    return list(queries.visible_stop_orders(request.user).get(pk=stop_order_id).conditions.all())


@router.post("/stops/{stop_order_id}/application", response=list[ConditionOut])
def apply_for_resumption(request: HttpRequest, stop_order_id: UUID) -> list[Any]:
    """The firm wants to work again."""
    queries.visible_stop_orders(request.user).get(pk=stop_order_id)
    order = stops.apply_for_resumption(actor=_actor(request), order_id=stop_order_id, now=_now())
    return list(order.conditions.all())


@router.post("/stops/{stop_order_id}/conditions/{code}", response=ConditionOut)
def answer_condition(request: HttpRequest, stop_order_id: UUID, code: str, given: ConditionIn) -> Any:
    """Ticks a condition off, or signs for one that is not met."""
    queries.visible_stop_orders(request.user).get(pk=stop_order_id)
    return stops.answer_condition(
        actor=_actor(request), order_id=stop_order_id, code=code, met=given.met, words=given.words, now=_now()
    )


@router.post("/stops/{stop_order_id}/resumption", response=StopOut)
def approve_resumption(request: HttpRequest, stop_order_id: UUID, given: ResumptionIn) -> dict[str, Any]:
    """Work is allowed again from that day; open conditions block it."""
    queries.visible_stop_orders(request.user).get(pk=stop_order_id)
    order = stops.approve_resumption(actor=_actor(request), order_id=stop_order_id, first_day=given.first_day, now=_now())
    return told.describe_stop(order)


def _actor(request: HttpRequest) -> "User":
    return cast("User", request.user)


def _now() -> datetime:
    return settings.CONFIGURATION.clock.now()
