"""How good alarms were, for programs."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from tocsin.base.errors import InvalidInput
from tocsin.command.quality.policy import quality
from tocsin.command.quality.queries.figures import alarm_quality
from tocsin.command.quality.queries.noisy import noisy_lists
from tocsin.command.quality.rules import Finding
from tocsin.command.quality.shown.figures import describe_noisy, describe_quality, describe_tried
from tocsin.screens.clock import current_time
from tocsin.screens.request import actor_of
from tocsin.warning.face import try_quieter

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


class UnitFiguresOut(Schema):
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
    units: list[UnitFiguresOut]
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
    until = wanted.until or current_time()
    since = wanted.since or until - timedelta(days=7)
    if until.tzinfo is None or since.tzinfo is None or not timedelta(minutes=1) <= until - since <= MOST:
        raise InvalidInput("from a minute to 366 days, with time zones")
    operators = wanted.operators or quality().operators
    found = alarm_quality(request.user, region_code=wanted.region_code, since=since, until=until, operators=operators)
    return describe_quality(found)


class ProposedWayOut(Schema):
    """One way to make the rule quieter, tried on the readings of its sensor."""

    way: str = Field(description="longer_clear, wider_clear, both_clears or one_more_reading")
    name: str
    before: int = Field(description="times that it rang with the settings as they are")
    after: int
    lost: int = Field(description="alarms of a higher level that would not be told at once; a proposal loses none")
    later_s: float = Field(description="the longest delay of an alarm that remains")
    left_open: bool = Field(description="it would not have ended any more")
    changes: list[str] = Field(description="keys of the lowest level with their new values, the old ones behind #")


class TriedOut(Schema):
    alarm_id: UUID
    title: str
    place: str
    rule: str
    profile: str
    readings: int
    weeks: int
    proposed: str | None = Field(description="the gentlest way that helps; none: look at the sensor, its place or its limit")
    ways: list[ProposedWayOut] = Field(description="empty for a rule without levels")


@router.get("/alarm-quality/quieter/{alarm_id}", response=TriedOut)
def quieter(request: HttpRequest, alarm_id: UUID) -> dict[str, Any]:
    """The rule of that alarm with quieter settings, on the last weeks of its sensor's history. Nothing is changed."""
    until = current_time()
    since = until - timedelta(weeks=quality().proposal.weeks)
    return describe_tried(try_quieter(actor_of(request), alarm_id, since=since, until=until))


class NoisyRuleOut(Schema):
    """One noisy point of a week."""

    alarm_id: UUID = Field(description="the newest alarm of the point")
    title: str
    place: str
    rule: str
    alarms: int
    share: float
    finding: str = Field(description=f"one of {', '.join(Finding)}")
    finding_name: str
    way: str = Field(description="what is proposed; empty for nothing")
    way_name: str
    changes: list[str]
    readings: int
    before: int = Field(description="times that it rang in the history tried")
    after: int = Field(description="times that it would have rung")
    later_s: float


class NoisyListOut(Schema):
    region_code: str
    week_from: datetime
    week_until: datetime
    written_at: datetime
    alarms: int = Field(description="of the region in that week")
    rules: list[NoisyRuleOut]


@router.get("/alarm-quality/weekly", response=list[NoisyListOut])
def weekly(request: HttpRequest, region_code: str, limit: int = Query(12, ge=1, le=100)) -> list[dict[str, Any]]:  # type: ignore[type-arg]
    """The weekly lists of noisy rules there, the newest first."""
    return [describe_noisy(one) for one in noisy_lists(request.user, region_code)[:limit]]
