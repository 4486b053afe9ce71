"""Figures of devices and sensors for whoever runs the installation: of all regions."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Count, Sum
from django.utils.translation import gettext_lazy as _

from tocsin.records.system.rules import Sample
from tocsin.screens.clock import current_time
from tocsin.sensing.devices.models import HEALTH_NAMES, Device, Sensor
from tocsin.sensing.devices.rules import Health

HEARD_WITHIN: Final = timedelta(minutes=15)


def sensors_by_health(_now: datetime) -> Iterator[Sample]:
    """Sensors that work, by what detection says of them."""
    counts = dict(Sensor.objects.filter(enabled=True).values_list("health").annotate(Count("pk")).order_by())
    for health, name in HEALTH_NAMES.items():
        yield Sample(counts.get(str(health), 0), {"health": str(Health(health).value)}, str(name))


def devices_heard(_now: datetime) -> Iterator[Sample]:
    """Devices that work: heard within a quarter of an hour, silent for longer, never heard."""
    rows = Device.objects.filter(enabled=True)
    heard = rows.filter(last_seen_at__gte=current_time() - HEARD_WITHIN).count()
    never = rows.filter(last_seen_at=None).count()
    words = {
        "heard": (heard, _("heard within 15 minutes")),
        "silent": (rows.count() - heard - never, _("silent for longer")),
        "never": (never, _("never heard")),
    }
    for code, (count, name) in words.items():
        yield Sample(count, {"heard": code}, str(name))


def messages_taken(_now: datetime) -> Iterator[Sample]:
    """Messages that the doors have had from devices, since each was registered."""
    total = Device.objects.aggregate(taken=Sum("messages"), rejected=Sum("rejected"))
    yield Sample(total["taken"] or 0, {"verdict": "taken"}, str(_("taken")))
    yield Sample(total["rejected"] or 0, {"verdict": "rejected"}, str(_("set aside")))
