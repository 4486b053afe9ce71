"""What devices say of themselves, and their batteries, as readers need them."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from django.db.models import F, Q, QuerySet
from django.utils import timezone

from tocsin.jurisdiction.face import Person, scope
from tocsin.sensing.attributes.models import Attribute, AttributeChange, Battery
from tocsin.sensing.attributes.policy import attributes_policy
from tocsin.sensing.attributes.rules.battery import BatteryState, Limits, of_one_battery
from tocsin.sensing.attributes.rules.statements import BATTERY
from tocsin.sensing.devices.models import Device

MANAGE: Final = "sensors.manage"

type Levels = list[tuple[date, float]]
"""The level in percent by local day, ascending: of each day the last."""


def attributes_of(device: Device) -> QuerySet[Attribute]:
    """The newest that a device said of each attribute, by name."""
    return Attribute.objects.filter(device=device)


def changes_of(device: Device, name: str) -> QuerySet[AttributeChange]:
    """The values that an attribute of a device took, the newest first."""
    return AttributeChange.objects.filter(device=device, name=name)


def newest_levels(*, since: datetime | None = None) -> QuerySet[Attribute]:
    """The battery level of every device that works and says one; of those that said it since."""
    rows = Attribute.objects.filter(name=BATTERY, number__isnull=False, device__enabled=True).select_related("device__model")
    return rows.filter(received_at__gte=since) if since is not None else rows


def limits_of(device: Device) -> Limits:
    """Its model's figure for a low battery where it says one, the policy's for the rest."""
    figures = attributes_policy().battery
    low = figures.low_pct if device.model is None or device.model.battery_low_pct is None else device.model.battery_low_pct
    return Limits(low, min(figures.critical_pct, low), figures.recovered_pct)


def levels_of(devices: Collection[UUID], now: datetime) -> dict[UUID, Levels]:
    """By device the levels of its battery, every battery that it had within the days of the policy's trend."""
    since = now - timedelta(days=attributes_policy().battery.trend_days)
    found: dict[UUID, dict[date, float]] = defaultdict(dict)
    columns = ("device_id", "stated_at", "number")
    changes = AttributeChange.objects.filter(device__in=devices, name=BATTERY, stated_at__gte=since, number__isnull=False)
    newest = Attribute.objects.filter(device__in=devices, name=BATTERY, stated_at__gte=since, number__isnull=False)
    for rows in (changes.order_by("stated_at"), newest.order_by()):
        for device_id, at, number in rows.values_list(*columns):
            if number is not None:
                found[device_id][timezone.localdate(at)] = number
    return {device_id: sorted(days.items()) for device_id, days in found.items()}


def levels_of_battery(battery: Battery, now: datetime) -> Levels:
    """The levels of the battery that is in the device now."""
    levels = levels_of([battery.device_id], now).get(battery.device_id, [])
    return of_one_battery(levels, attributes_policy().battery.replaced_pct, battery.changed_on)


def visible_batteries(user: Person) -> QuerySet[Battery]:
    """Batteries of devices that work and that the user may see, the first to end first; those without an end by their level."""
    rows = Battery.objects.filter(device__enabled=True).select_related("device__organisation", "device__model")
    return scope(rows, user, "sensors.see").order_by(F("ends_on").asc(nulls_last=True), "level_pct", "device__code")


def search_batteries(
    user: Person, *, search: str = "", state: str = "", within_days: int | None = None, today: date
) -> QuerySet[Battery]:
    """Visible batteries of devices whose code or name holds the text, in a state. `within_days`: only those that are low or
    critical, or at their end within so many days.
    """
    found = visible_batteries(user)
    if search:
        found = found.filter(Q(device__code__icontains=search) | Q(device__name__icontains=search))
    if state:
        found = found.filter(state=state)
    if within_days is not None:
        ends = Q(ends_on__lte=today + timedelta(days=within_days))
        found = found.filter(ends | ~Q(state=BatteryState.GOOD))
    return found
