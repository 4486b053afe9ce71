"""Everything that is written about devices and sensors. Keyword-only, rights checked, in one transaction with its audit entry."""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from tocsin.base.errors import Conflict, InvalidInput
from tocsin.base.keys import Purpose, key_for
from tocsin.bus.services import record_event
from tocsin.jurisdiction.face import may, require, visible_organisations
from tocsin.lifelines.face import asset_ids, may_name_asset
from tocsin.records.face import record_audit, record_audits
from tocsin.screens.clock import current_time
from tocsin.sensing.devices import rules
from tocsin.sensing.devices.events import DeviceDisabled, DeviceRegistered
from tocsin.sensing.devices.models import Counter, Device, Sensor
from tocsin.sensing.devices.queries import registry as queries
from tocsin.sensing.devices.queries.models import model_for, sheet_of
from tocsin.sensing.devices.rules import NewDevice, NewSensor

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User

MANAGE: Final = "sensors.manage"
TEST_CHANNEL: Final = "methane"
SECRET_BYTES = 32
ROWS_AT_ONCE = 500  # of one INSERT; keeps parameters and lock times small

SENSOR_EDITABLE = frozenset(
    (
        *("name", "lon", "lat", "asset_id", "interval_s", "accuracy", "profile", "alarm_low", "alarm_high", "enabled"),
        *("calibrated_on", "calibration_due", "silence_s"),
    )
)


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
    made = {device.code: _new_secret() for device in devices}
    _refuse_duplicates(devices, sensors)
    Device.objects.bulk_create([_device_row(device, made[device.code]) for device in devices], batch_size=ROWS_AT_ONCE)
    _link_gateways(actor, {device.code: device.gateway_code for device in devices if device.gateway_code})
    rows = _sensor_rows(actor, sensors)
    Sensor.objects.bulk_create(rows, batch_size=ROWS_AT_ONCE)
    _bump("registry")
    _tell_registered(actor, devices, rows)
    return made


@transaction.atomic
def rotate_secret(*, actor: "User", device_id: UUID) -> str:
    """A new secret in place of the old one, which stops working within seconds."""
    device = _locked_device(actor, device_id)
    secret = _new_secret()
    device.secret_sha256 = rules.digest_of(secret)
    device.save(update_fields=["secret_sha256"])
    _bump("registry")
    record_audit(actor, "device.secret_rotated", "device", device.pk, device.region_code, {"code": device.code})
    return secret


@transaction.atomic
def renew_unheard(*, actor: "User", codes: Sequence[str]) -> dict[str, str]:
    """New secrets by code for those of the devices that have not been heard yet and that the actor manages."""
    known = queries.devices_by_code(codes)
    unheard = [one for code in codes if (one := known.get(code)) and not one.messages and may(actor, MANAGE, one.region_code)]
    made = {device.code: _new_secret() for device in unheard}
    for device in unheard:
        device.secret_sha256 = rules.digest_of(made[device.code])
    Device.objects.bulk_update(unheard, ["secret_sha256"], batch_size=ROWS_AT_ONCE)
    _bump("registry")
    told = [(device.pk, device.region_code, {"code": device.code}) for device in unheard]
    record_audits(actor, "device.secret_rotated", "device", told)
    return made


@transaction.atomic
def renew_access_password(*, actor: "User", device_id: UUID) -> str:
    """A new password of HJ 212 (the PW of its frames), six characters; one before it stops working within seconds."""
    device = _locked_device(actor, device_id)
    password = "".join(secrets.choice(rules.ACCESS_SIGNS) for _ in range(rules.ACCESS_LENGTH))
    device.access_fingerprint = rules.access_fingerprint(device.code, password, key_for(Purpose.ACCESS))
    device.save(update_fields=["access_fingerprint"])
    _bump("registry")
    record_audit(actor, "device.access_password_renewed", "device", device.pk, device.region_code, {"code": device.code})
    return password


@transaction.atomic
def withdraw_access_password(*, actor: "User", device_id: UUID) -> Device:
    """The device can no longer speak HJ 212; its secret stays."""
    device = _locked_device(actor, device_id)
    device.access_fingerprint = ""
    device.save(update_fields=["access_fingerprint"])
    _bump("registry")
    record_audit(actor, "device.access_password_withdrawn", "device", device.pk, device.region_code, {"code": device.code})
    return device


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
    device = _locked_device(actor, device_id)
    before = device.gateway.code if device.gateway else ""
    if gateway_code:
        _link_gateways(actor, {device.code: gateway_code})
    else:
        Device.objects.filter(pk=device.pk).update(gateway=None)
    _bump("registry")
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
        _check_asset(actor, changes["asset_id"])
    before = {name: getattr(sensor, name) for name in changes}
    for name, value in changes.items():
        setattr(sensor, name, value)
    rules.check_sensor(_as_new(sensor))
    sensor.save(update_fields=list(changes))
    _bump("registry")
    details = {name: [_plain(before[name]), _plain(changes[name])] for name in changes}
    record_audit(actor, "sensor.edited", "sensor", sensor.pk, sensor.region_code, details)
    return sensor


def disable_sensor(*, actor: "User", sensor_id: UUID) -> Sensor:
    """Its readings go to quarantine from now on; what it sent stays."""
    return edit_sensor(actor=actor, sensor_id=sensor_id, changes={"enabled": False})


def registry_changed() -> None:
    """Doors and detector read devices and sensors anew."""
    _bump("registry")


def _new_secret() -> str:
    """One that no command line takes for an option and no spreadsheet for a formula: it does not begin with a hyphen."""
    while (secret := secrets.token_urlsafe(SECRET_BYTES)).startswith("-"):
        pass
    return secret


def _check_named(actor: "User", devices: Sequence[NewDevice]) -> None:
    for model_id in {device.model_id for device in devices if device.model_id}:
        model_for(actor, model_id)
    named = {device.organisation_id for device in devices if device.organisation_id}
    if named and visible_organisations(actor).filter(pk__in=named).count() != len(named):
        raise InvalidInput(_("There is no such organisation that you may see."))


def _check_asset(actor: "User", asset_id: object) -> None:
    if asset_id is not None and not (isinstance(asset_id, UUID) and may_name_asset(actor, MANAGE, asset_id)):
        raise InvalidInput(_("There is no such asset where you manage sensors."))


def _link_gateways(actor: "User", gateway_of: Mapping[str, str]) -> None:
    """Device code -> code of its gateway. A gateway has no gateway itself: what it carries is told in one step."""
    known = queries.devices_by_code({*gateway_of, *gateway_of.values()})
    for code, gateway_code in gateway_of.items():
        device, gateway = known[code], known.get(gateway_code)
        if gateway is None or not may(actor, MANAGE, gateway.region_code):
            raise _no_device(gateway_code)
        chained = gateway.gateway_id is not None or gateway_code in gateway_of or device.carried.exists()
        if gateway.pk == device.pk or chained:
            raise InvalidInput(
                _("Device %(code)s can't be carried by %(gateway)s: a gateway has no gateway itself.")
                % {"code": code, "gateway": gateway_code}
            )
        device.gateway = gateway
    Device.objects.bulk_update([known[code] for code in gateway_of], ["gateway"], batch_size=ROWS_AT_ONCE)


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
    first = _draw("sensor_index", len(sensors))
    rows = []
    for index, sensor in enumerate(sensors, start=first):
        device = devices.get(sensor.device_code)
        if device is None or not may(actor, MANAGE, device.region_code):
            raise _no_device(sensor.device_code)
        region = sensor.region_code or device.region_code
        require(actor, MANAGE, region)
        if not sensor.asset_code:
            _check_asset(actor, sensor.asset_id)
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


def _no_device(code: str) -> InvalidInput:
    """The same for a device of another region and for one that does not exist."""
    return InvalidInput(_("There is no device %(code)s that you manage.") % {"code": code})


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


def _set_device_enabled(actor: "User", device_id: UUID, *, enabled: bool) -> Device:
    device = _locked_device(actor, device_id)
    device.enabled = enabled
    device.save(update_fields=["enabled"])
    _bump("registry")
    action = "device.enabled" if enabled else "device.disabled"
    record_audit(actor, action, "device", device.pk, device.region_code, {"code": device.code})
    return device


def _locked_device(actor: "User", device_id: UUID) -> Device:
    device = Device.objects.select_for_update().get(pk=device_id)
    require(actor, MANAGE, device.region_code)
    return device


def _draw(name: str, count: int) -> int:
    """The first of `count` numbers that nobody else gets; the row's lock holds until the caller's transaction ends."""
    Counter.objects.get_or_create(name=name)
    Counter.objects.filter(name=name).update(value=F("value") + count)
    return Counter.objects.get(name=name).value - count


def _bump(name: str) -> None:
    _draw(name, 1)


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
