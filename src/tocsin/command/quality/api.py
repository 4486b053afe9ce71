"""How good alarms were, for programs."""

from datetime import datetime, timedelta
from uuid import UUID

from django.http import HttpRequest
from django.utils.timezone import localtime
from ninja import Field, Query, Router, Schema

from tocsin.base.errors import InvalidInput
from tocsin.command.quality.policy import quality
from tocsin.command.quality.queries.figures import alarm_quality
from tocsin.command.quality.queries.months import months_of, prevented_in, reaches_month_before, rows_of_month
from tocsin.command.quality.queries.noisy import noisy_lists
from tocsin.command.quality.rules import MonthMeasure, two_months
from tocsin.command.quality.services.quieter import propose_quieter
from tocsin.command.quality.shown.figures import QualityOut, describe_quality
from tocsin.command.quality.shown.happenings import MonthRowOut, describe_happenings
from tocsin.command.quality.shown.months import MonthsOut, describe_months
from tocsin.command.quality.shown.noisy import NoisyListOut, TriedOut, describe_noisy, describe_tried
from tocsin.engine.tuning import Way
from tocsin.screens.budgets.requests import costly
from tocsin.screens.clock import current_time
from tocsin.screens.lists.slices import Slice
from tocsin.screens.request import actor_of
from tocsin.warning.face import try_quieter

router = Router()

MOST = timedelta(days=366)


class QualityFilter(Schema):
    region_code: str = Field(max_length=6)
    since: datetime | None = Field(None, description="else a week before `until`")
    until: datetime | None = Field(None, description="else now")
    operators: float | None = Field(None, gt=0, le=1000, description="desks that share the alarms; else the policy's")


class ProposeIn(Schema):
    way: Way
    reason: str = Field("", max_length=500)


class ProposedVersionOut(Schema):
    policy_version_id: UUID
    text: str
    trial: dict[str, object] = Field(description="which values it changes, and what the week past would have been with it")


@router.get("/alarm-quality", response=QualityOut)
@costly
def figures(request: HttpRequest, wanted: Query[QualityFilter]) -> QualityOut:
    """Load, floods, standing and chattering alarms, the most frequent points, times by unit, false alarms by cause.

    Over what you may see there; drills are in none of it.
    """
    until = wanted.until or current_time()
    since = wanted.since or until - timedelta(days=7)
    if until.tzinfo is None or since.tzinfo is None or not timedelta(minutes=1) <= until - since <= MOST:
        raise InvalidInput("from a minute to 366 days, with time zones")
    operators = wanted.operators or quality().operators
    found = alarm_quality(request.user, region_code=wanted.region_code, since=since, until=until, operators=operators)
    return describe_quality(found)


@router.get("/alarm-quality/months", response=MonthsOut)
@costly
def months(request: HttpRequest, region_code: str = Query(max_length=6)) -> MonthsOut:  # type: ignore[type-arg]
    """This month as far as it has come against as much of the month before, for an area and those right below it; empty where
    you see no figures of it (`overview.see`).
    """
    compared = two_months(localtime(current_time()))
    areas = months_of(request.user, region_code=region_code, months=compared)
    prevented = prevented_in(request.user, region_code=region_code, months=compared)
    return describe_months(compared, areas, prevented, reaches=reaches_month_before(compared))


class MonthRowsFilter(Slice):
    region_code: str = Field(max_length=6)
    measure: MonthMeasure
    last: bool = Field(False, description="of the month before; what stands now is of no month")


@router.get("/alarm-quality/months/rows", response=list[MonthRowOut])
@costly
def month_rows(request: HttpRequest, wanted: Query[MonthRowsFilter]) -> list[MonthRowOut]:
    """What one figure of the months counts, the newest first: matters, places of sensors, bodies, and no person."""
    months = two_months(localtime(current_time()))
    rows = rows_of_month(request.user, region_code=wanted.region_code, measure=wanted.measure, months=months, last=wanted.last)
    return describe_happenings(request.user, wanted.measure, wanted.cut(rows))


@router.get("/alarm-quality/quieter/{alarm_id}", response=TriedOut)
@costly
def quieter(request: HttpRequest, alarm_id: UUID) -> TriedOut:
    """The rule of that alarm with quieter settings, on the last weeks of its sensor's history. Nothing is changed."""
    until = current_time()
    since = until - timedelta(weeks=quality().proposal.weeks)
    return describe_tried(try_quieter(actor_of(request), alarm_id, since=since, until=until))


@router.post("/alarm-quality/quieter/{alarm_id}", response=ProposedVersionOut)
def propose(request: HttpRequest, alarm_id: UUID, given: ProposeIn) -> ProposedVersionOut:
    """That way as a tried draft of the detection policy for the region; in force once a second person has confirmed it."""
    row = propose_quieter(actor=actor_of(request), alarm_id=alarm_id, way=given.way, reason=given.reason, now=current_time())
    return ProposedVersionOut(policy_version_id=row.pk, text=row.text, trial=row.trial)


@router.get("/alarm-quality/weekly", response=list[NoisyListOut])
def weekly(request: HttpRequest, region_code: str, limit: int = Query(12, ge=1, le=100)) -> list[NoisyListOut]:  # type: ignore[type-arg]
    """The weekly lists of noisy rules there, the newest first."""
    return [describe_noisy(one) for one in noisy_lists(request.user, region_code)[:limit]]
