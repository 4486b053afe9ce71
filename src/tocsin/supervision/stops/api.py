"""Stops of firms and their resumption for programs."""

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, File, Query, Router, Schema
from ninja.files import UploadedFile

from tocsin.screens.clock import current_time
from tocsin.screens.request import actor_of
from tocsin.supervision.objects.queries.register import visible_objects
from tocsin.supervision.stops import queries
from tocsin.supervision.stops.services import orders, resumptions
from tocsin.supervision.stops.shown import stops as told
from tocsin.supervision.stops.shown.stops import StopOut

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
    first_day: date | None = Field(None, description="of a stop that was not ordered; else the proposed day holds")


class ServiceIn(Schema):
    receipt: str = Field(description="received or refused")
    name: str = Field("", max_length=120, description="who took it, or would not take it")
    served_at: datetime | None = Field(None, description="none: now; the firm itself gives none")
    words: str = Field("", max_length=500, description="of a refusal: how it was left, before which witness")


class ProposalIn(Schema):
    first_day: date
    inspection_id: UUID | None = Field(None, description="signed by both inspectors since the order was served")
    words: str = Field("", max_length=500)


class RefusalIn(Schema):
    words: str = Field(max_length=500)


class HeldStopIn(StopIn):
    """A stop as another system holds it."""

    served_at: datetime | None = Field(None, description="of an order; none: it counts from its first day")
    resumed_on: date | None = None


class StopFilter(Schema):
    which: Literal["", "unserved", "standing", "asked", "proposed", "resumed"] = ""
    q: str = Field("", max_length=120)


@router.get("/stops", response=list[StopOut])
def list_stops(request: HttpRequest, wanted: Query[StopFilter]) -> list[StopOut]:
    """Stops within your areas or of your own firm, newest first, at most 1,000."""
    today = timezone.localtime(current_time()).date()
    return [told.describe_stop(one) for one in queries.search_stops(request.user, today=today, **wanted.dict())[:1000]]


@router.post("/stops", response=StopOut)
def record_stop(request: HttpRequest, given: StopIn) -> StopOut:
    """A stop of a firm or a part of it."""
    visible_objects(request.user).get(pk=given.object_id)
    return told.describe_stop(orders.record_stop(actor=actor_of(request), now=current_time(), **given.dict()))


@router.post("/stops/held", response=StopOut)
def take_over_stop(request: HttpRequest, given: HeldStopIn) -> StopOut:
    """A stop that another system holds, with its service and resumption: for the register's keepers."""
    visible_objects(request.user).get(pk=given.object_id)
    return told.describe_stop(orders.take_over_stop(actor=actor_of(request), now=current_time(), **given.dict()))


@router.post("/stops/{stop_order_id}/service", response=StopOut)
def serve_order(request: HttpRequest, stop_order_id: UUID, given: ServiceIn) -> StopOut:
    """The paper of an order was served: taken or refused. From then on the order has its effect."""
    queries.visible_stop_orders(request.user).get(pk=stop_order_id)
    served = orders.serve_order(actor=actor_of(request), order_id=stop_order_id, now=current_time(), **given.dict())
    return told.describe_stop(served)


@router.get("/stops/{stop_order_id}/conditions", response=list[ConditionOut])
def conditions(request: HttpRequest, stop_order_id: UUID) -> list[Any]:
    """The list of conditions of a resumption; empty before it is applied for."""
    return list(queries.visible_stop_orders(request.user).get(pk=stop_order_id).conditions.all())


@router.post("/stops/{stop_order_id}/application", response=list[ConditionOut])
def apply_for_resumption(request: HttpRequest, stop_order_id: UUID) -> list[Any]:
    """The firm wants to work again."""
    queries.visible_stop_orders(request.user).get(pk=stop_order_id)
    order = resumptions.apply_for_resumption(actor=actor_of(request), order_id=stop_order_id, now=current_time())
    return list(order.conditions.all())


@router.post("/stops/{stop_order_id}/conditions/{code}", response=ConditionOut)
def answer_condition(request: HttpRequest, stop_order_id: UUID, code: str, given: ConditionIn) -> Any:
    """Ticks a condition off, or signs for one that is not met."""
    queries.visible_stop_orders(request.user).get(pk=stop_order_id)
    return resumptions.answer_condition(
        actor=actor_of(request), order_id=stop_order_id, code=code, met=given.met, words=given.words, now=current_time()
    )


@router.post("/stops/{stop_order_id}/conditions/{code}/files", response=ConditionOut)
def attach_to_condition(request: HttpRequest, stop_order_id: UUID, code: str, file: File[UploadedFile]) -> Any:
    """A picture or PDF that shows that a condition is met."""
    queries.visible_stop_orders(request.user).get(pk=stop_order_id)
    return resumptions.attach_to_condition(
        actor=actor_of(request),
        order_id=stop_order_id,
        code=code,
        data=file.read(),
        name=file.name or "",
        now=current_time(),
    )


@router.post("/stops/{stop_order_id}/proposal", response=StopOut)
def propose_resumption(request: HttpRequest, stop_order_id: UUID, given: ProposalIn) -> StopOut:
    """The first of two persons proposes that the firm works again."""
    queries.visible_stop_orders(request.user).get(pk=stop_order_id)
    order = resumptions.propose_resumption(actor=actor_of(request), order_id=stop_order_id, now=current_time(), **given.dict())
    return told.describe_stop(order)


@router.post("/stops/{stop_order_id}/refusal", response=StopOut)
def refuse_resumption(request: HttpRequest, stop_order_id: UUID, given: RefusalIn) -> StopOut:
    """The firm goes on standing still, with the reason."""
    queries.visible_stop_orders(request.user).get(pk=stop_order_id)
    order = resumptions.refuse_resumption(actor=actor_of(request), order_id=stop_order_id, words=given.words, now=current_time())
    return told.describe_stop(order)


@router.post("/stops/{stop_order_id}/resumption", response=StopOut)
def approve_resumption(request: HttpRequest, stop_order_id: UUID, given: ResumptionIn) -> StopOut:
    """The second person allows work from the proposed day on, never from before this moment; open conditions block it."""
    queries.visible_stop_orders(request.user).get(pk=stop_order_id)
    order = resumptions.approve_resumption(
        actor=actor_of(request), order_id=stop_order_id, first_day=given.first_day, now=current_time()
    )
    return told.describe_stop(order)
