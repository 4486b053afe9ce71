"""Clocks and repeats as readers need them."""

from typing import Final
from uuid import UUID

from django.db.models import F, Q, QuerySet
from django.db.models.functions import Abs

from tocsin.jurisdiction.face import Person, scope
from tocsin.sensing.devices.models import Device, Sensor
from tocsin.sensing.timing.models import DeviceClock, SensorRepeats

MANAGE: Final = "sensors.manage"


def devices_of_sensors() -> dict[int, UUID]:
    """By index of a working sensor its device."""
    rows = Sensor.objects.filter(enabled=True, device__enabled=True).order_by()
    return dict(rows.values_list("index", "device_id"))


def repeats_of(device: Device) -> list[SensorRepeats]:
    """What the sensors of a device said again, by channel."""
    return list(SensorRepeats.objects.filter(sensor__device=device).select_related("sensor").order_by("sensor__channel"))


def clock_of(device: Device) -> DeviceClock | None:
    """How far its clock is off, once it was measured."""
    return DeviceClock.objects.filter(pk=device.pk).select_related("device").first()


def search_clocks(user: Person, *, search: str = "", is_off: bool = False) -> QuerySet[DeviceClock]:
    """Clocks of devices that work and that the user may see, whose code or name holds the text; the furthest off first."""
    found = scope(DeviceClock.objects.filter(device__enabled=True).select_related("device"), user, "sensors.see")
    if search:
        found = found.filter(Q(device__code__icontains=search) | Q(device__name__icontains=search))
    if is_off:
        found = found.filter(is_off=True)
    return found.alias(away=Abs(F("skew_ms"))).order_by("-away", "device__code")
