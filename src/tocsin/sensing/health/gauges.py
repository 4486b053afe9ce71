"""What the installation tells of its devices and sensors."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from tocsin.records.system.rules import Gauge
from tocsin.sensing.health import queries

GAUGES: Final = (
    Gauge("sensors", _("Sensors"), queries.sensors_by_health),
    Gauge("devices", _("Devices"), queries.devices_heard),
    Gauge("device_messages", _("Messages of devices"), queries.messages_taken, counts_up=True),
)
