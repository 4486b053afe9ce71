"""Clocks and repeats of devices, for programs."""

from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router, Schema

from tocsin.screens.lists.slices import Slice
from tocsin.sensing.devices.queries.registry import visible_devices
from tocsin.sensing.timing.queries import search_clocks
from tocsin.sensing.timing.shown import DeviceClockOut, DeviceTimingOut, describe_clock, describe_timing

router = Router()


class ClockFilter(Slice):
    search: str = ""
    is_off: bool = False


class ClocksOut(Schema):
    items: list[DeviceClockOut]
    total: int


@router.get("device-clocks", response=ClocksOut)
def device_clocks(request: HttpRequest, wanted: Query[ClockFilter]) -> dict[str, object]:
    """Clocks of devices that you may see, the furthest off first."""
    part = wanted.part(search_clocks(request.user, search=wanted.search, is_off=wanted.is_off))
    return {"items": [describe_clock(one) for one in part["items"]], "total": part["total"]}


@router.get("devices/{device_id}/timing", response=DeviceTimingOut)
def timing(request: HttpRequest, device_id: UUID) -> DeviceTimingOut:
    """How far a device's clock is off, and which channels said known moments again."""
    return describe_timing(visible_devices(request.user).get(pk=device_id))
