"""Evaluations of dual prevention for programs."""

from datetime import date
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Query, Router, Schema, Status

from tocsin.hazchem.prevention.queries import evaluation as queries
from tocsin.hazchem.prevention.rules.evaluation import Criterion
from tocsin.hazchem.prevention.services import evaluation as services
from tocsin.hazchem.prevention.shown.evaluation import (
    ElementOut,
    PreventionEvaluationOut,
    PreventionRecordOut,
    describe_elements,
    describe_evaluation,
    describe_record,
)
from tocsin.screens.clock import current_time
from tocsin.screens.lists.slices import Slice
from tocsin.screens.request import actor_of
from tocsin.supervision.face import visible_objects

router = Router()


class EvaluationFilter(Slice):
    q: str = ""
    month: date | None = Field(None, description="any of its days; null: this month")
    area: str = ""


class PreventionRecordIn(Schema, extra="forbid"):
    object_id: UUID
    criterion: Criterion
    on: date
    text: str = Field(max_length=1000)


@router.get("/prevention-evaluations", response=list[PreventionEvaluationOut])
def prevention_evaluations(request: HttpRequest, wanted: Query[EvaluationFilter]) -> list[PreventionEvaluationOut]:
    """Of firms that you may see, of a month, the least points first."""
    month = wanted.month or timezone.localdate(current_time())
    found = queries.search_evaluations(request.user, month=month, q=wanted.q, area=wanted.area)
    return [describe_evaluation(one) for one in wanted.cut(found)]


@router.get("/prevention-evaluations/{uuid:object_id}/now", response=list[ElementOut])
def evaluate_prevention(request: HttpRequest, object_id: UUID) -> list[ElementOut]:
    """A firm's points of this month as its rows stand now."""
    firm = visible_objects(request.user).get(pk=object_id)
    return describe_elements(services.evaluate(firm, current_time()), firm.pk)


@router.get("/prevention-records", response=list[PreventionRecordOut])
def prevention_records(request: HttpRequest, wanted: Query[Slice]) -> list[PreventionRecordOut]:
    """Records of firms that you may see, the newest first."""
    return [describe_record(one) for one in wanted.cut(queries.visible_records(request.user))]


@router.post("/prevention-records", response={201: PreventionRecordOut})
def enter_prevention_record(request: HttpRequest, given: PreventionRecordIn) -> Status[PreventionRecordOut]:
    """What a firm did that no row of its ledger shows."""
    return Status(201, describe_record(services.enter_record(actor=actor_of(request), now=current_time(), **given.dict())))


@router.delete("/prevention-records/{uuid:prevention_record_id}", response={204: None})
def withdraw_prevention_record(request: HttpRequest, prevention_record_id: UUID) -> Status[None]:
    """A record that was wrong."""
    services.withdraw_record(actor=actor_of(request), record_id=prevention_record_id)
    return Status(204, None)
