"""Devices and sensors for programs."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec
from django.http import HttpRequest, HttpResponse
from ninja import Field, Query, Router, Schema, Status

from tocsin.screens.budgets.requests import costly
from tocsin.screens.lists.slices import Grouped, GroupedPart, GroupedSlice, Part
from tocsin.screens.request import actor_of
from tocsin.sensing.devices.models import Device, Sensor
from tocsin.sensing.devices.queries import registry as queries
from tocsin.sensing.devices.rules import NewSensor
from tocsin.sensing.devices.services import changes, credentials, registering
from tocsin.sensing.devices.shown import DEVICE_GROUPS
from tocsin.sensing.quarantine.api import Page

router = Router()

Code = Field(pattern=r"^[0-9]{6}$", description="six digits of GB/T 2260")


class DeviceFilter(GroupedSlice):
    search: str = ""
    model: UUID | None = None


class DeviceOut(Schema):
    id: UUID
    code: str
    name: str
    region_code: str
    organisation_id: UUID | None
    gateway_code: str | None = Field(None, alias="gateway.code", description="the device that carries what it sends")
    model_id: UUID | None
    model: str | None = Field(None, alias="model.label", description="maker and model")
    speaks_hj212: bool = Field(description="it has a password (PW) for the HJ 212 door; its code is then its MN")
    enabled: bool
    last_seen_at: datetime | None
    messages: int
    rejected: int
    created_at: datetime


class DeviceIn(Schema):
    code: str = Field(max_length=64)
    name: str = Field("", max_length=120)
    region_code: str = Code
    organisation_id: UUID | None = None
    gateway_code: str = Field("", max_length=64, description="the device that carries what it sends; empty for none")
    model_id: UUID | None = Field(None, description="the model whose channels it gets, at lon and lat")
    lon: float | None = None
    lat: float | None = None


class DeviceEdit(Schema):
    enabled: bool | None = None
    gateway_code: str | None = Field(None, max_length=64, description="empty: carried by none")


class DeviceMade(Schema):
    device: DeviceOut
    secret: str = Field(description="the MQTT and HTTP password of the device; shown only here")


class SecretMade(Schema):
    secret: str = Field(description="shown only here; the one before stops working within seconds")


class AccessPasswordMade(Schema):
    password: str = Field(description="the PW of its HJ 212 frames; shown only here, the one before stops working within seconds")


class Devices(Grouped):
    items: list[DeviceOut]
    total: int


class SensorOut(Schema):
    id: UUID
    index: int = Field(description="the sensor's number in this installation's log; never given twice")
    device_id: UUID
    device_code: str = Field(alias="device.code")
    channel: str
    quantity: str
    unit: str = Field(alias="canonical_unit", description="of value, limits and accuracy")
    unit_sent: str = Field(alias="unit", description="of what the device sends; empty for the canonical one")
    asset_id: UUID | None
    asset_code: str | None = Field(None, alias="asset.code")
    name: str
    lon: float
    lat: float
    region_code: str
    interval_s: float
    silence_s: float | None = Field(description="silent after so long; null: by its intervals")
    resolution: float
    accuracy: float | None
    profile: str
    alarm_low: float | None
    alarm_high: float | None
    calibrated_on: date | None
    calibration_due: date | None = Field(description="the last day on which its calibration holds; null: nobody has said")
    enabled: bool
    health: str
    health_since: datetime | None
    unknown_because: str = Field(description="code of the lost gateway or station that explains its silence; empty for none")
    last_ts: int | None = Field(description="UTC milliseconds of the newest reading")
    last_value: float | None


class SensorIn(Schema):
    device_code: str
    channel: str = Field(max_length=64)
    quantity: str
    unit: str = ""
    asset_id: UUID | None = None
    asset_code: str = ""
    name: str = Field("", max_length=120)
    lon: float
    lat: float
    region_code: str = Field("", pattern=r"^([0-9]{6})?$")
    interval_s: float = 60.0
    silence_s: float | None = None
    resolution: float | None = None
    accuracy: float | None = None
    profile: str = ""
    alarm_low: float | None = None
    alarm_high: float | None = None
    calibrated_on: date | None = None
    calibration_due: date | None = None


class SensorEdit(Schema):
    name: str = Field("", max_length=120)
    lon: float = 0.0
    lat: float = 0.0
    asset_id: UUID | None = None
    interval_s: float = 60.0
    silence_s: float | None = None
    accuracy: float | None = None
    profile: str = ""
    alarm_low: float | None = None
    alarm_high: float | None = None
    enabled: bool = True


class Sensors(Schema):
    items: list[SensorOut]
    total: int


class SensorFilter(Page):
    search: str = ""
    quantity: str = ""
    health: str = ""


@router.get("devices", response=Devices)
def list_devices(request: HttpRequest, filters: Query[DeviceFilter]) -> GroupedPart[Device]:
    """Devices that you may see, by code."""
    return filters.grouped(queries.search_devices(request.user, search=filters.search, model=filters.model), DEVICE_GROUPS)


@router.post("devices", response={201: DeviceMade})
def register_device(request: HttpRequest, new: DeviceIn) -> Status[dict[str, object]]:
    """Registers a device. Its secret is in this answer and nowhere else."""
    device, secret = registering.register_device(actor=actor_of(request), **new.dict())
    return Status(201, {"device": device, "secret": secret})


@router.get("devices/{device_id}", response=DeviceOut)
def get_device(request: HttpRequest, device_id: UUID) -> Device:
    """One device."""
    return queries.visible_devices(request.user).get(pk=device_id)


@router.patch("devices/{device_id}", response=DeviceOut)
def edit_device(request: HttpRequest, device_id: UUID, change: DeviceEdit) -> Device:
    """Enables a device, or disables it: then it is no longer heard and its connections end within seconds. Names its gateway."""
    device = queries.visible_devices(request.user).get(pk=device_id)
    if change.gateway_code is not None:
        device = changes.set_gateway(actor=actor_of(request), device_id=device_id, gateway_code=change.gateway_code)
    if change.enabled is not None:
        act = changes.enable_device if change.enabled else changes.disable_device
        device = act(actor=actor_of(request), device_id=device_id)
    return device


@router.post("devices/{device_id}/secret", response={201: SecretMade})
def rotate_secret(request: HttpRequest, device_id: UUID) -> Status[dict[str, str]]:
    """A new secret in place of the old one."""
    queries.visible_devices(request.user).get(pk=device_id)
    return Status(201, {"secret": credentials.rotate_secret(actor=actor_of(request), device_id=device_id)})


@router.post("devices/{device_id}/access-password", response={201: AccessPasswordMade})
def renew_access_password(request: HttpRequest, device_id: UUID) -> Status[dict[str, str]]:
    """A new password of HJ 212, in place of the old one if it had one."""
    queries.visible_devices(request.user).get(pk=device_id)
    return Status(201, {"password": credentials.renew_access_password(actor=actor_of(request), device_id=device_id)})


@router.delete("devices/{device_id}/access-password", response=DeviceOut)
def withdraw_access_password(request: HttpRequest, device_id: UUID) -> Device:
    """The device can no longer speak HJ 212; nothing else changes."""
    queries.visible_devices(request.user).get(pk=device_id)
    return credentials.withdraw_access_password(actor=actor_of(request), device_id=device_id)


@router.get("sensors", response=Sensors)
def list_sensors(request: HttpRequest, filters: Query[SensorFilter]) -> Part[Sensor]:
    """Sensors that you may see, by index."""
    found = queries.search_sensors(request.user, search=filters.search, quantity=filters.quantity, health=filters.health)
    return filters.part(found)


@router.post("sensors", response={201: SensorOut})
def register_sensor(request: HttpRequest, new: SensorIn) -> Status[Sensor]:
    """Registers a sensor of a device. What its history means (channel, quantity, unit, resolution) can't be changed later."""
    return Status(201, registering.register_sensor(actor=actor_of(request), sensor=NewSensor(**new.dict())))


@router.get("sensors.geojson", response={200: dict[str, Any]})
@costly
def sensors_geojson(request: HttpRequest) -> HttpResponse:
    """All enabled sensors that you may see, as points with id, index, name, quantity, unit, health, value and ts."""
    return HttpResponse(
        msgspec.json.encode({"type": "FeatureCollection", "features": queries.sensor_features(request.user)}),
        content_type="application/geo+json",
    )


@router.get("sensors/{sensor_id}", response=SensorOut)
def get_sensor(request: HttpRequest, sensor_id: UUID) -> Sensor:
    """One sensor."""
    return queries.visible_sensors(request.user).get(pk=sensor_id)


@router.patch("sensors/{sensor_id}", response=SensorOut)
def edit_sensor(request: HttpRequest, sensor_id: UUID, change: SensorEdit) -> Sensor:
    """Changes the fields that are sent."""
    queries.visible_sensors(request.user).get(pk=sensor_id)
    return changes.edit_sensor(actor=actor_of(request), sensor_id=sensor_id, changes=change.dict(exclude_unset=True))
