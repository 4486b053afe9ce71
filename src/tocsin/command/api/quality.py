"""How good alarms were, for programs."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from tocsin.base.errors import InvalidInput
from tocsin.command.descriptions.quality import describe_quality
from tocsin.command.policy.quality import quality
from tocsin.command.queries.quality import alarm_quality

router = Router()

MOST = timedelta(days=366)


class SpreadOut(Schema):
    """Within how many seconds half and nine tenths lay."""

    count: int
    half_s: int | None
    most_s: int | None


class PointOut(Schema):
    alarm_id: UUID = Field(description="the newest alarm of the point")
    title: str
    place: str
    rule: str
    alarms: int
    share: float


class UnitOut(Schema):
    unit_id: UUID
    unit: str
    orders: int
    sign: SpreadOut = Field(description="from the sending of an order to the unit's signature")
    close: SpreadOut = Field(description="from the opening of a case that it led to its end")


class LevelOut(Schema):
    level: str
    name: str
    alarms: int


class CodeOut(Schema):
    code: str
    name: str
    cases: int


class FalseOut(Schema):
    cases: int = Field(description="closed in that time")
    share: float | None
    causes: list[CodeOut]


class QualityOut(Schema):
    region_code: str
    since: datetime
    until: datetime
    operators: float
    alarms: int
    per_operator_hour: float
    most_in_window: int = Field(description="the most alarms in ten minutes, of all operators together")
    floods: int
    flood_minutes: int
    flood_share: float
    standing: int
    chattering: int = Field(description="points whose condition came and went too often")
    levels: list[LevelOut]
    top: list[PointOut]
    share_of_top: float
    confirm: SpreadOut = Field(description="from ringing to the duty officer's confirmation")
    units: list[UnitOut]
    false_alarms: FalseOut
    target: dict[str, float]
    verdicts: dict[str, str] = Field(description="good, warn or bad against the target")


class QualityFilter(Schema):
    region_code: str = Field(max_length=6)
    since: datetime | None = Field(None, description="else a week before `until`")
    until: datetime | None = Field(None, description="else now")
    operators: float | None = Field(None, gt=0, le=1000, description="desks that share the alarms; else the policy's")


@router.get("/alarm-quality", response=QualityOut)
def figures(request: HttpRequest, wanted: Query[QualityFilter]) -> dict[str, Any]:
    """Load, floods, standing and chattering alarms, the most frequent points, times by unit, false alarms by cause.

    Over what you may see there; drills are in none of it.
    """
    until = wanted.until or settings.CONFIGURATION.clock.now()
    since = wanted.since or until - timedelta(days=7)
    if until.tzinfo is None or since.tzinfo is None or not timedelta(minutes=1) <= until - since <= MOST:
        raise InvalidInput("from a minute to 366 days, with time zones")
    operators = wanted.operators or quality().operators
    found = alarm_quality(request.user, region_code=wanted.region_code, since=since, until=until, operators=operators)
    return describe_quality(found)
