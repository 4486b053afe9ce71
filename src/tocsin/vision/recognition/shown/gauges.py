"""A gauge in a picture beside the sensor that measures the same, as people and programs read it."""

from datetime import datetime
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from ninja import Field, Schema

from tocsin.base.errors import InvalidInput
from tocsin.base.time import datetime_from_ms
from tocsin.engine.frames.expected import ReadVerdict
from tocsin.jurisdiction.face import Person
from tocsin.sensing.face import visible_sensors
from tocsin.vision.recognition.rules.gauges import read_gauge
from tocsin.vision.recognition.rules.text import ReadText


class ReadGaugeOut(Schema):
    """What stands on a gauge beside its sensor's newest value, both in the sensor's unit."""

    sensor_id: UUID
    sensor: str
    quantity: str
    unit: str
    value: float | None = Field(description="the sensor's newest; none: it has sent none")
    at: datetime | None
    text: str = Field(description="as it stands on the gauge; empty: nothing of that quantity was read")
    read: float | None
    unit_told: bool = Field(description="whether a unit stands there; else the number is taken in the sensor's")
    difference: float | None = Field(description="read less sent")
    verdict: ReadVerdict | None = Field(description="match: within half of the gauge's last digit and the sensor's accuracy")

    @property
    def page(self) -> str:
        """The sensor's page."""
        return reverse("sensor", args=[self.sensor_id])


def describe_gauge(user: Person, read: ReadText, code: str) -> ReadGaugeOut:
    """The gauge beside the sensor of that code (device/channel); InvalidInput where the reader sees none of it."""
    device, _slash, channel = code.strip().rpartition("/")
    sensor = visible_sensors(user).filter(device__code=device, channel=channel).first()
    if sensor is None:
        raise InvalidInput(
            _("There is no sensor %(sensor)s that you may see: give the code of its device and its channel, like tank-7/level.")
            % {"sensor": code[:120]}
        )
    newest = sensor.last_value
    found = read_gauge([one.text for one in read.lines], sensor.quantity, newest if newest is not None else 0.0)
    difference = round(found.value - newest, 6) if found is not None and newest is not None else None
    verdict = None
    if found is not None and difference is not None:
        within = found.tolerance + (sensor.accuracy or sensor.resolution)
        verdict = ReadVerdict.MATCH if abs(difference) <= within else ReadVerdict.OTHER
    return ReadGaugeOut(
        sensor_id=sensor.pk,
        sensor=str(sensor),
        quantity=sensor.quantity,
        unit=sensor.canonical_unit,
        value=newest,
        at=datetime_from_ms(sensor.last_ts) if sensor.last_ts is not None else None,
        text=found.text if found is not None else "",
        read=found.value if found is not None else None,
        unit_told=found.unit_told if found is not None else False,
        difference=difference,
        verdict=verdict,
    )
