"""Detectors that a gas test may name, with what they say now."""

from collections import defaultdict
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from ninja import Field, Schema

from tocsin.base.time import datetime_from_ms
from tocsin.hazchem.permits.policy.permits import permit_policy
from tocsin.hazchem.permits.queries.detectors import detectors_for
from tocsin.hazchem.permits.queries.permits import asked_of
from tocsin.screens.words import measured, quantity_name

if TYPE_CHECKING:
    from tocsin.hazchem.permits.models import WorkPermit


class PermitDetectorOut(Schema):
    """A detector of the firm that measures something that the permit asks for."""

    sensor_id: UUID = Field(description="any of its channels stands for the detector")
    name: str
    says: str = Field(description="what it measures now, in words")
    at: datetime | None = Field(description="of its newest reading")
    fresh: bool = Field(description="young enough to be a test")


def describe_detectors(permit: "WorkPermit", now: datetime) -> list[PermitDetectorOut]:
    """A line for each detector, those that say something now first."""
    asked, policy = asked_of(permit), permit_policy()
    places = defaultdict(list)
    for one in detectors_for(permit):
        if asked.wants(one.quantity, policy.gas.rich_from):
            places[one.device_id, one.lon, one.lat].append(one)
    lines = []
    for channels in places.values():
        newest = max((one.last_ts for one in channels if one.last_ts is not None), default=None)
        at = None if newest is None else datetime_from_ms(newest)
        says = ", ".join(f"{quantity_name(one.quantity)} {measured(one.last_value, one.quantity)}" for one in channels)
        fresh = at is not None and now - at <= timedelta(minutes=policy.sensor_fresh_min)
        name = str(channels[0]) if len(channels) == 1 else str(channels[0].device)
        lines.append(PermitDetectorOut(sensor_id=channels[0].pk, name=name, says=says, at=at, fresh=fresh))
    return sorted(lines, key=lambda one: (not one.fresh, one.name))
