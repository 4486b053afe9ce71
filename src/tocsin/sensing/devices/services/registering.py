"""Devices and sensors that are new: one, or thousands as one act."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from tocsin.base.errors import Conflict, InvalidInput
from tocsin.bus.services import record_event
from tocsin.jurisdiction.face import may, require, visible_organisations
from tocsin.lifelines.face import asset_ids
from tocsin.records.face import record_audit
from tocsin.screens.clock import current_time
from tocsin.sensing.devices import rules
from tocsin.sensing.devices.events import DeviceRegistered
from tocsin.sensing.devices.models import Device, Sensor
from tocsin.sensing.devices.queries import registry as queries
from tocsin.sensing.devices.queries.models import model_for, sheet_of
from tocsin.sensing.devices.rules import NewDevice, NewSensor
from tocsin.sensing.devices.services.credentials import new_secret
from tocsin.sensing.devices.services.registry import (
    MANAGE,
    ROWS_AT_ONCE,
    check_asset,
    draw,
    link_gateways,
    no_device,
    registry_changed,
)

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User


TEST_CHANNEL: Final = "methane"


@transaction.atomic
def register_device(
    *,
    actor: "User",
    code: str,
    name: str,
    region_code: str,
    organisation_id: UUID | None = None,
    gateway_code: str = "",
    model_id: UUID | None = None,
    lon: float | None = None,
    lat: float | None = None,
) -> tuple[Device, str]:
    """A new device and its secret, which is shown this once and never again. Conflict where the code is taken.

    A device of a model gets the model's channels at that place.
    """
    new = NewDevice(
        code=code,
        name=name,
        region_code=region_code,
        organisation_id=organisation_id,
        gateway_code=gateway_code,
        model_id=model_id,
    )
    channels = () if model_id is None else sheet_of(model_for(actor, model_id)).channels
    if channels and (lon is None or lat is None):
        raise InvalidInput(_("Where is it? The channels of its model need longitude and latitude in degrees."))
    sensors = [rules.sensor_of_channel(one, code, lon or 0.0, lat or 0.0) for one in channels]
    secret = register_many(actor=actor, devices=[new], sensors=sensors)[code]
    return Device.objects.get(code=code), secret


@transaction.atomic
def register_test_device(*, actor: "User", code: str, region_code: str, lon: float, lat: float) -> tuple[Device, str]:
    """A device for a first alarm, with one channel, methane in %LEL; and its secret, which is shown this once."""
    device = NewDevice(code=code, region_code=region_code)
    sensor = NewSensor(
        device_code=code,
        channel=TEST_CHANNEL,
        quantity=TEST_CHANNEL,
        unit="pct_lel",
        name="",
        lon=lon,
        lat=lat,
        interval_s=3600.0,
    )
    secret = register_many(actor=actor, devices=[device], sensors=[sensor])[code]
    return Device.objects.get(code=code), secret


@transaction.atomic
def register_sensor(*, actor: "User", sensor: NewSensor) -> Sensor:
    """A new sensor of a registered device. Conflict where the device has that channel already."""
    register_many(actor=actor, devices=[], sensors=[sensor])
    return Sensor.objects.select_related("device").get(device__code=sensor.device_code, channel=sensor.channel)


@transaction.atomic
def register_many(*, actor: "User", devices: Sequence[NewDevice], sensors: Sequence[NewSensor]) -> dict[str, str]:
    """All of them or none; returns the secrets of the new devices by code, which are shown this once and never again.

    Sensors may belong to new or to known devices. InvalidInput or Conflict names the first that can't be registered.
    """
    for device in devices:
        rules.check_device(device)
        require(actor, MANAGE, device.region_code)
    _check_named(actor, devices)
    for sensor in sensors:
        rules.check_sensor(sensor)
    made = {device.code: new_secret() for device in devices}
    _refuse_duplicates(devices, sensors)
    new = [_device_row(device, made[device.code]) for device in devices]
    created = Device.objects.bulk_create(new, batch_size=ROWS_AT_ONCE)
    link_gateways(actor, {device.code: device.gateway_code for device in devices if device.gateway_code})
    rows = _sensor_rows(actor, sensors)
    Sensor.objects.bulk_create(rows, batch_size=ROWS_AT_ONCE)
    registry_changed({*(one.pk for one in created), *(row.device_id for row in rows)})
    _tell_registered(actor, devices, rows)
    return made


def _check_named(actor: "User", devices: Sequence[NewDevice]) -> None:
    for model_id in {device.model_id for device in devices if device.model_id}:
        model_for(actor, model_id)
    named = {device.organisation_id for device in devices if device.organisation_id}
    if named and visible_organisations(actor).filter(pk__in=named).count() != len(named):
        raise InvalidInput(_("There is no such organisation that you may see."))


def _refuse_duplicates(devices: Sequence[NewDevice], sensors: Sequence[NewSensor]) -> None:
    codes = [device.code for device in devices]
    taken = next(iter(_repeated(codes)), None) or next(iter(queries.known_device_codes(codes)), None)
    if taken:
        raise Conflict(_("The code %(code)s can't be used: choose another one.") % {"code": taken})
    channels = [(sensor.device_code, sensor.channel) for sensor in sensors]
    known = queries.known_channels({code for code, _channel in channels})
    double = next(iter(_repeated(channels)), None) or next((one for one in channels if one in known), None)
    if double:
        raise Conflict(_("Device %(code)s has a channel %(channel)s already.") % {"code": double[0], "channel": double[1]})


def _repeated[Key](keys: Iterable[Key]) -> list[Key]:
    seen: set[Key] = set()
    return [key for key in keys if key in seen or seen.add(key)]  # type: ignore[func-returns-value]  # add gives None


def _device_row(device: NewDevice, secret: str) -> Device:
    return Device(
        code=device.code,
        name=device.name,
        secret_sha256=rules.digest_of(secret),
        region_code=device.region_code,
        organisation_id=device.organisation_id,
        model_id=device.model_id,
        created_at=current_time(),
    )


def _sensor_rows(actor: "User", sensors: Sequence[NewSensor]) -> list[Sensor]:
    devices = queries.devices_by_code({sensor.device_code for sensor in sensors})
    assets = asset_ids({sensor.asset_code for sensor in sensors if sensor.asset_code})
    first = draw("sensor_index", len(sensors))
    rows = []
    for index, sensor in enumerate(sensors, start=first):
        device = devices.get(sensor.device_code)
        if device is None or not may(actor, MANAGE, device.region_code):
            raise no_device(sensor.device_code)
        region = sensor.region_code or device.region_code
        require(actor, MANAGE, region)
        if not sensor.asset_code:
            check_asset(actor, sensor.asset_id)
        rows.append(_sensor_row(index, sensor, device, region, assets))
    return rows


def _sensor_row(index: int, sensor: NewSensor, device: Device, region: str, assets: dict[tuple[str, str], UUID]) -> Sensor:
    asset_id = sensor.asset_id
    if sensor.asset_code:
        asset_id = assets.get((region, sensor.asset_code))
        if asset_id is None:
            raise InvalidInput(
                _("Sensor %(code)s/%(channel)s: there is no asset %(asset)s in region %(region)s.")
                % {"code": sensor.device_code, "channel": sensor.channel, "asset": sensor.asset_code, "region": region}
            )
    return Sensor(
        index=index,
        device=device,
        channel=sensor.channel,
        quantity=sensor.quantity,
        unit=sensor.unit,
        asset_id=asset_id,
        name=sensor.name,
        lon=sensor.lon,
        lat=sensor.lat,
        region_code=region,
        interval_s=sensor.interval_s,
        silence_s=sensor.silence_s,
        resolution=rules.resolution_of(sensor),
        accuracy=sensor.accuracy,
        profile=sensor.profile,
        alarm_low=sensor.alarm_low,
        alarm_high=sensor.alarm_high,
        calibrated_on=sensor.calibrated_on,
        calibration_due=sensor.calibration_due,
    )


def _tell_registered(actor: "User", devices: Sequence[NewDevice], rows: Sequence[Sensor]) -> None:
    """One event and one audit entry per region: thousands of devices are one act."""
    by_device: dict[str, list[Sensor]] = {device.code: [] for device in devices}
    for row in rows:
        by_device.setdefault(row.device.code, []).append(row)
    known = queries.devices_by_code(by_device)
    regions: dict[str, list[str]] = {}
    for code in by_device:
        regions.setdefault(known[code].region_code, []).append(code)
    for region, codes in regions.items():
        sensors = [row for code in codes for row in by_device[code]]
        one = known[codes[0]]
        details = {"devices": len(codes), "sensors": len(sensors), "first": codes[0], "last": codes[-1]}
        record_audit(actor, "device.registered", "device", one.pk, region, details)
        if len(codes) == 1:
            event = DeviceRegistered(device_id=str(one.pk), code=one.code, sensors=[row.index for row in sensors])
            record_event(event, region=region)
