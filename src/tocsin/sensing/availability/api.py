"""Online rates of devices, for programs."""

from typing import Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from tocsin.screens.lists.slices import Slice
from tocsin.sensing.availability.queries import search_rates
from tocsin.sensing.availability.shown import AvailabilityOut, OnlineRateOut, describe_availability, describe_rate
from tocsin.sensing.devices.queries.registry import visible_devices

router = Router()


class OnlineRateFilter(Slice):
    search: str = ""
    door: str = Field("", max_length=10)
    below: float | None = Field(None, ge=0, le=100.1, description="percent, of the rate by which they are sorted")
    sort: Literal["day", "week", "month"] = "day"


class OnlineRatesOut(Schema):
    items: list[OnlineRateOut]
    total: int


@router.get("online-rates", response=OnlineRatesOut)
def online_rates(request: HttpRequest, wanted: Query[OnlineRateFilter]) -> dict[str, object]:
    """Online rates of devices that you may see, the lowest first."""
    found = search_rates(request.user, search=wanted.search, door=wanted.door, below=wanted.below, sort=wanted.sort)
    part = wanted.part(found)
    return {"items": [describe_rate(one) for one in part["items"]], "total": part["total"]}


@router.get("devices/{device_id}/availability", response=AvailabilityOut)
def availability(request: HttpRequest, device_id: UUID) -> AvailabilityOut:
    """What a device reported in its last thirty judged days, and the planned outages that were left out."""
    return describe_availability(visible_devices(request.user).get(pk=device_id))
