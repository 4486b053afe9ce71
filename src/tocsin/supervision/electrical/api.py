"""Electrical danger for programs: places, how they stand, and answers."""

from collections.abc import Sequence
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Router, Schema

from tocsin.screens.budgets.requests import costly
from tocsin.screens.clock import current_time
from tocsin.screens.request import actor_of
from tocsin.supervision.electrical import queries
from tocsin.supervision.electrical.services import answers, places
from tocsin.supervision.electrical.shown.dangers import (
    ElectricalDangerOut,
    ElectricalPointOut,
    describe_danger_row,
    describe_point,
)
from tocsin.supervision.objects.queries.register import visible_objects
from tocsin.supervision.work.queries.board import visible_points
from tocsin.supervision.work.queries.electrical import dangers_of, ringing_dangers
from tocsin.supervision.work.shown import power as power_words
from tocsin.supervision.work.shown.power import DangerOut, RingingDangerOut

router = Router()


class ElectricalLimitsIn(Schema):
    rated_a: float | None = Field(None, gt=0, description="of a feeder")
    limit: float | None = Field(None, gt=0, description="of a residual current (mA) or a joint (°C); none: as policy says")


class ElectricalPointIn(ElectricalLimitsIn):
    object_id: UUID
    kind: str = Field(max_length=20, description="feeder, residual or joint")
    name: str = Field(max_length=120)
    sensor_ids: list[UUID] = Field(min_length=1, max_length=3, description="of a feeder: of one or three phases")


class ElectricalAnswerIn(Schema):
    text: str = Field(max_length=500)


@router.get("/objects/{object_id}/electrical", response=list[DangerOut])
@costly
def electrical(request: HttpRequest, object_id: UUID) -> list[DangerOut]:
    """Electrical dangers of a firm's watched places, now."""
    found = visible_objects(request.user).get(pk=object_id)
    return [power_words.describe_danger(one) for one in dangers_of(found, now=current_time())]


@router.get("/objects/{object_id}/electrical-points", response=list[ElectricalPointOut])
def electrical_points(request: HttpRequest, object_id: UUID) -> Sequence[ElectricalPointOut]:
    """The watched places of a firm with their limits."""
    found = visible_objects(request.user).get(pk=object_id)
    return [describe_point(one) for one in visible_points(request.user).filter(object=found)]


@router.get("/electrical-dangers", response=list[RingingDangerOut])
def electrical_dangers(request: HttpRequest) -> Sequence[RingingDangerOut]:
    """Watched places within your areas, or of your own firm, that near their limit or are beyond it; the nearest first."""
    return [power_words.describe_ringing(one) for one in ringing_dangers(request.user)[:1000]]


@router.get("/objects/{object_id}/electrical-dangers", response=list[ElectricalDangerOut])
def dangers_of_firm(request: HttpRequest, object_id: UUID) -> Sequence[ElectricalDangerOut]:
    """How a firm's places stood when they were last looked at, and what it answered."""
    found = visible_objects(request.user).get(pk=object_id)
    rows = queries.visible_dangers(request.user).filter(point__object=found)
    return [describe_danger_row(one) for one in rows]


@router.post("/electrical-dangers/{electrical_danger_id}/answer", response=ElectricalDangerOut)
def answer_danger(request: HttpRequest, electrical_danger_id: UUID, given: ElectricalAnswerIn) -> ElectricalDangerOut:
    """The firm says what it does; closed it is by measurement alone."""
    queries.visible_dangers(request.user).get(pk=electrical_danger_id)
    answers.answer_danger(actor=actor_of(request), danger_id=electrical_danger_id, text=given.text, now=current_time())
    return describe_danger_row(queries.visible_dangers(request.user).get(pk=electrical_danger_id))


@router.post("/electrical-points", response=ElectricalPointOut)
def watch_point(request: HttpRequest, given: ElectricalPointIn) -> ElectricalPointOut:
    """A place of a firm's installation that is watched from now on."""
    visible_objects(request.user).get(pk=given.object_id)
    return describe_point(places.watch_point(actor=actor_of(request), **given.dict()))


@router.put("/electrical-points/{electrical_point_id}", response=ElectricalPointOut)
def change_point(request: HttpRequest, electrical_point_id: UUID, given: ElectricalLimitsIn) -> ElectricalPointOut:
    """Other limits for a watched place."""
    visible_points(request.user).get(pk=electrical_point_id)
    return describe_point(places.change_point(actor=actor_of(request), point_id=electrical_point_id, **given.dict()))


@router.delete("/electrical-points/{electrical_point_id}", response=None)
def forget_point(request: HttpRequest, electrical_point_id: UUID) -> None:
    """The place is no longer watched."""
    visible_points(request.user).get(pk=electrical_point_id)
    places.forget_point(actor=actor_of(request), point_id=electrical_point_id)
