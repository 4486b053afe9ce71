"""Supervision orders for programs."""

from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Router, Schema

from tocsin.command.urging import services
from tocsin.command.urging.queries import visible_urgings
from tocsin.command.urging.shown import SupervisionOrderOut, describe_urging
from tocsin.screens.clock import current_time
from tocsin.screens.request import actor_of

router = Router()
MOST = 200


class UrgeIn(Schema, extra="forbid"):
    text: str = Field("", max_length=2000, description="what for, where nothing is overdue")


class UrgingAnswerIn(Schema, extra="forbid"):
    reason: str = Field(max_length=1000)
    measures: str = Field(max_length=1000, description="what is done, and until when")
    person: str = Field(max_length=120, description="who answers for it")


@router.get("/supervision-orders", response=list[SupervisionOrderOut])
def urgings(request: HttpRequest) -> list[SupervisionOrderOut]:
    """Supervision orders (督办单) of orders that you may see, the newest first."""
    return [describe_urging(one, current_time()) for one in visible_urgings(request.user)[:MOST]]


@router.post("/orders/{uuid:order_id}/supervision-orders", response=SupervisionOrderOut)
def urge(request: HttpRequest, order_id: UUID, given: UrgeIn) -> SupervisionOrderOut:
    """Issues one to the unit of a running order."""
    made = services.issue(actor=actor_of(request), order_id=order_id, text=given.text, channel="api")
    return _told(request, made.pk)


@router.post("/supervision-orders/{uuid:supervision_order_id}/sign", response=SupervisionOrderOut)
def sign(request: HttpRequest, supervision_order_id: UUID) -> SupervisionOrderOut:
    """The unit signs for it."""
    services.sign(actor=actor_of(request), urging_id=supervision_order_id, channel="api")
    return _told(request, supervision_order_id)


@router.post("/supervision-orders/{uuid:supervision_order_id}/answer", response=SupervisionOrderOut)
def answer(request: HttpRequest, supervision_order_id: UUID, given: UrgingAnswerIn) -> SupervisionOrderOut:
    """The unit's answer."""
    services.answer(actor=actor_of(request), urging_id=supervision_order_id, **given.dict(), channel="api")
    return _told(request, supervision_order_id)


def _told(request: HttpRequest, supervision_order_id: UUID) -> SupervisionOrderOut:
    return describe_urging(visible_urgings(request.user).get(pk=supervision_order_id), current_time())
