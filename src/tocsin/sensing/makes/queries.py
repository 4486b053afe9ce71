"""Devices and how they differ from their model."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.db.models import QuerySet

from tocsin.jurisdiction.face import Person, scope
from tocsin.sensing.devices.models import Device, DeviceModel, Sensor
from tocsin.sensing.devices.queries.models import sheet_of
from tocsin.sensing.devices.rules import ModelChannel
from tocsin.sensing.makes.rules.differences import Difference, Fitted, differences

MANAGE: Final = "sensors.manage"
AT_ONCE: Final = 500
_COLUMNS: Final = tuple(Fitted.__dataclass_fields__)


@dataclass(frozen=True)
class Differing:
    """A device with all in which it differs from its model; never none."""

    device: Device
    differences: list[Difference]

    @property
    def is_mendable(self) -> bool:
        """Whether bringing it in line would change anything."""
        return any(one.is_mended for one in self.differences)


def managed_devices(user: Person, model: DeviceModel) -> QuerySet[Device]:
    """Devices of the model that the user manages, by code."""
    return scope(Device.objects.filter(model=model), user, MANAGE).order_by("code")


def differing_devices(model: DeviceModel, devices: QuerySet[Device]) -> Iterator[Differing]:
    """Those of the devices that differ from the model; a few hundred of them are looked at in one query."""
    channels = sheet_of(model).channels
    part: list[Device] = []
    for one in devices.iterator(chunk_size=AT_ONCE):
        part.append(one)
        if len(part) == AT_ONCE:
            yield from _differing(part, channels)
            part = []
    yield from _differing(part, channels)


def differences_of(device: Device) -> list[Difference]:
    """In what a device differs from its model; nothing for one without."""
    if device.model is None:
        return []
    sensors = fitted_sensors([device.pk]).get(device.pk, {})
    return list(differences(sheet_of(device.model).channels, sensors))


def fitted_sensors(devices: Sequence[UUID]) -> dict[UUID, dict[str, Fitted]]:
    """By device and channel the sensors as far as a model speaks of them; those that are switched off, too."""
    found: dict[UUID, dict[str, Fitted]] = {}
    for device_id, *values in Sensor.objects.filter(device_id__in=devices).order_by("index").values_list("device_id", *_COLUMNS):
        one = Fitted(*values)
        found.setdefault(device_id, {})[one.channel] = one
    return found


def _differing(devices: list[Device], channels: Sequence[ModelChannel]) -> Iterator[Differing]:
    sensors = fitted_sensors([one.pk for one in devices])
    for device in devices:
        found = list(differences(channels, sensors.get(device.pk, {})))
        if found:
            yield Differing(device, found)
