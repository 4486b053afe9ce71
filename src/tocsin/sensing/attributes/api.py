"""What devices say of themselves, and their batteries, for programs."""

from datetime import date
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Query, Router, Schema

from tocsin.screens.clock import current_time
from tocsin.screens.lists.slices import Slice
from tocsin.screens.request import actor_of
from tocsin.sensing.attributes.queries import attributes_of, changes_of, search_batteries
from tocsin.sensing.attributes.rules.battery import BatteryState
from tocsin.sensing.attributes.services import batteries as services
from tocsin.sensing.attributes.shown import (
    AttributeChangeOut,
    AttributeOut,
    BatteryOut,
    describe_attribute,
    describe_battery,
    describe_change,
)
from tocsin.sensing.devices.queries.registry import visible_devices

router = Router()


class AttributeSlice(Slice):
    name: str = Field(max_length=64, description="of the attribute")


class BatteryFilter(Slice):
    search: str = ""
    state: BatteryState | None = None
    within_days: int | None = Field(None, ge=0, le=3660, description="low, critical, or at their end within so many days")


class BatteriesOut(Schema):
    items: list[BatteryOut]
    total: int


class BatteryChangeIn(Schema, extra="forbid"):
    day: date | None = Field(None, description="on which it was changed; null: today")


@router.get("devices/{device_id}/attributes", response=list[AttributeOut])
def attributes(request: HttpRequest, device_id: UUID) -> list[AttributeOut]:
    """The newest that a device said of itself, by name."""
    device = visible_devices(request.user).get(pk=device_id)
    return [describe_attribute(one) for one in attributes_of(device)]


@router.get("devices/{device_id}/attribute-changes", response=list[AttributeChangeOut])
def attribute_changes(request: HttpRequest, device_id: UUID, wanted: Query[AttributeSlice]) -> list[AttributeChangeOut]:
    """The values that one attribute of a device took, the newest first."""
    device = visible_devices(request.user).get(pk=device_id)
    return [describe_change(one) for one in wanted.cut(changes_of(device, wanted.name))]


@router.get("batteries", response=BatteriesOut)
def batteries(request: HttpRequest, wanted: Query[BatteryFilter]) -> dict[str, object]:
    """Batteries of devices that you may see, the first to end first."""
    found = search_batteries(
        request.user,
        search=wanted.search,
        state=wanted.state or "",
        within_days=wanted.within_days,
        today=timezone.localdate(current_time()),
    )
    part = wanted.part(found)
    return {"items": [describe_battery(one) for one in part["items"]], "total": part["total"]}


@router.post("devices/{device_id}/battery-change", response=BatteryOut)
def record_battery_change(request: HttpRequest, device_id: UUID, given: BatteryChangeIn) -> BatteryOut:
    """Another battery was put in: its trend begins anew, and the notice of the old one ends."""
    visible_devices(request.user).get(pk=device_id)
    return describe_battery(
        services.record_battery_change(actor=actor_of(request), device_id=device_id, day=given.day, now=current_time())
    )
