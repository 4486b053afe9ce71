"""Alarm load and online rates of firms for programs."""

from datetime import timedelta
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from tocsin.hazchem.alarm_load.policy import alarm_load_policy
from tocsin.hazchem.alarm_load.queries.load import burst_of, firm_alarms, firms_with_plants, times_of_bursts
from tocsin.hazchem.alarm_load.queries.online import firm_rate
from tocsin.hazchem.alarm_load.shown.load import (
    FirmOnlineOut,
    PlantAlarmLoadOut,
    describe_load,
    describe_online,
)
from tocsin.screens.clock import current_time
from tocsin.screens.shapes import Moment

router = Router()


class AlarmLoadFilter(Schema):
    until: Moment | None = Field(None, description="with time zone; none: now")
    burst: int | None = Field(None, ge=0, description="its number among `bursts`; none: the newest")


@router.get("/objects/{uuid:object_id}/alarm-load", response=PlantAlarmLoadOut)
def alarm_load(request: HttpRequest, object_id: UUID, wanted: Query[AlarmLoadFilter]) -> PlantAlarmLoadOut:
    """A firm's alarms of the policy's days: figures beside their targets, and a burst in order."""
    firm, now = firms_with_plants(request.user).get(pk=object_id), current_time()
    until = min(wanted.until or now, now)
    found = firm_alarms(firm, since=until - timedelta(days=alarm_load_policy(firm.region_code).days), until=until)
    spans = times_of_bursts(found)
    number = len(spans) - 1 if wanted.burst is None or wanted.burst >= len(spans) else wanted.burst
    return describe_load(found, spans, burst_of(found, *spans[number]) if spans else None)


@router.get("/objects/{uuid:object_id}/online-points", response=FirmOnlineOut)
def online_points(request: HttpRequest, object_id: UUID) -> FirmOnlineOut:
    """A firm's online rate, point by point, planned outages left out and named."""
    firm = firms_with_plants(request.user).get(pk=object_id)
    return describe_online(firm_rate(firm.pk))
