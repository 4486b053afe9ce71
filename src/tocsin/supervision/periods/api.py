"""Special periods for programs."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Router, Schema

from tocsin.screens.clock import current_time
from tocsin.screens.request import actor_of
from tocsin.supervision.periods import queries, services
from tocsin.supervision.periods.shown import SpecialPeriodOut, describe_period

router = Router()


class SpecialPeriodIn(Schema):
    name: str = Field(max_length=120)
    region_code: str = Field(max_length=6)
    first: date
    last: date
    reason: str = Field(max_length=500)
    trades: list[str] = Field(default_factory=list, max_length=100, description="keys of trades; none: all")


@router.get("/special-periods", response=list[SpecialPeriodOut])
def special_periods(request: HttpRequest) -> Sequence[SpecialPeriodOut]:
    """Special periods of your areas and of the areas around them, the newest first, at most 500."""
    now = current_time()
    return [describe_period(one, now) for one in queries.visible_periods(request.user)[:500]]


@router.post("/special-periods", response=SpecialPeriodOut)
def name_special_period(request: HttpRequest, given: SpecialPeriodIn) -> SpecialPeriodOut:
    """Names days for which leaders have to be on duty; the firms concerned are told."""
    now = current_time()
    made = services.name_period(actor=actor_of(request), **given.dict(), now=now)
    return describe_period(made, now)


@router.post("/special-periods/{special_period_id}/end", response=SpecialPeriodOut)
def end_special_period(request: HttpRequest, special_period_id: UUID) -> SpecialPeriodOut:
    """The period ends before its last day."""
    found = queries.visible_periods(request.user).get(pk=special_period_id)
    now = current_time()
    return describe_period(services.end_period(actor=actor_of(request), period_id=found.pk, now=now), now)
