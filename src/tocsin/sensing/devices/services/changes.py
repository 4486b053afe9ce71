"""What changes of a registered device or sensor."""

from collections.abc import Mapping
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from tocsin.base.errors import InvalidInput
from tocsin.bus.services import record_event
from tocsin.jurisdiction.face import require
from tocsin.records.face import record_audit
from tocsin.sensing.devices import rules
from tocsin.sensing.devices.events import DeviceDisabled
from tocsin.sensing.devices.models import Device, Sensor
from tocsin.sensing.devices.rules import NewSensor
from tocsin.sensing.devices.services.registry import MANAGE, check_asset, link_gateways, locked_device, registry_changed

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User


SENSOR_EDITABLE = frozenset(
    (
        *("name", "lon", "lat", "asset_id", "interval_s", "accuracy", "profile", "alarm_low", "alarm_high", "enabled"),
        *("calibrated_on", "calibration_due", "silence_s"),
    )
)


@transaction.atomic
def disable_device(*, actor: "User", device_id: UUID) -> Device:
    """The device is no longer heard; what it sent stays."""
    device = _set_device_enabled(actor, device_id, enabled=False)
    record_event(DeviceDisabled(device_id=str(device.pk), code=device.code), region=device.region_code)
    return device


@transaction.atomic
def enable_device(*, actor: "User", device_id: UUID) -> Device:
    """The device is heard again, with the secret it had."""
    return _set_device_enabled(actor, device_id, enabled=True)


@transaction.atomic
def set_gateway(*, actor: "User", device_id: UUID, gateway_code: str) -> Device:
    """Names the device that carries what this one sends; nobody with an empty code."""
    device = locked_device(actor, device_id)
    before = device.gateway.code if device.gateway else ""
    if gateway_code:
        link_gateways(actor, {device.code: gateway_code})
    else:
        Device.objects.filter(pk=device.pk).update(gateway=None)
    registry_changed([device.pk])
    record_audit(
        actor,
        "device.gateway_set",
        "device",
        device.pk,
        device.region_code,
        {"code": device.code, "gateway": [before, gateway_code]},
    )
    return Device.objects.select_related("gateway").get(pk=device_id)


@transaction.atomic
def edit_sensor(*, actor: "User", sensor_id: UUID, changes: Mapping[str, object]) -> Sensor:
    """Changes what may change; channel, quantity, unit and resolution are what its history means and stay as they are."""
    unknown = set(changes) - SENSOR_EDITABLE
    if unknown:
        raise InvalidInput(_("Can't be changed: %(names)s.") % {"names": ", ".join(sorted(unknown))})
    sensor = Sensor.objects.select_for_update(of=("self",)).select_related("device").get(pk=sensor_id)
    require(actor, MANAGE, sensor.region_code)
    if "asset_id" in changes and changes["asset_id"] != sensor.asset_id:
        check_asset(actor, changes["asset_id"])
    before = {name: getattr(sensor, name) for name in changes}
    for name, value in changes.items():
        setattr(sensor, name, value)
    rules.check_sensor(_as_new(sensor))
    sensor.save(update_fields=list(changes))
    registry_changed([sensor.device_id])
    details = {name: [_plain(before[name]), _plain(changes[name])] for name in changes}
    record_audit(actor, "sensor.edited", "sensor", sensor.pk, sensor.region_code, details)
    return sensor


def disable_sensor(*, actor: "User", sensor_id: UUID) -> Sensor:
    """Its readings go to quarantine from now on; what it sent stays."""
    return edit_sensor(actor=actor, sensor_id=sensor_id, changes={"enabled": False})


def _set_device_enabled(actor: "User", device_id: UUID, *, enabled: bool) -> Device:
    device = locked_device(actor, device_id)
    device.enabled = enabled
    device.save(update_fields=["enabled"])
    registry_changed([device.pk])
    action = "device.enabled" if enabled else "device.disabled"
    record_audit(actor, action, "device", device.pk, device.region_code, {"code": device.code})
    return device


def _as_new(sensor: Sensor) -> NewSensor:
    return NewSensor(
        device_code=sensor.device.code,
        channel=sensor.channel,
        quantity=sensor.quantity,
        unit=sensor.unit,
        lon=sensor.lon,
        lat=sensor.lat,
        interval_s=sensor.interval_s,
        silence_s=sensor.silence_s,
        resolution=sensor.resolution,
        alarm_low=sensor.alarm_low,
        alarm_high=sensor.alarm_high,
        calibrated_on=sensor.calibrated_on,
        calibration_due=sensor.calibration_due,
    )


def _plain(value: object) -> object:
    return value if isinstance(value, (bool, int, float, str, type(None))) else str(value)
