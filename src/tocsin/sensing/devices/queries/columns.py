"""Sensors as lists of ids and as columns, for capabilities that name them by id and never look into their table."""

from collections.abc import Collection
from dataclasses import dataclass
from math import cos, radians
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from tocsin.base.geometry import METRES_PER_DEGREE, distance_m
from tocsin.base.quantities import quantity_of
from tocsin.bus.prepared import prepared
from tocsin.lifelines.face import asset_ids_named
from tocsin.sensing.devices.models import Device, Sensor

Ids = QuerySet[Sensor, UUID]


def loaded_sensor(sensor: str, *, owner: bool = False) -> tuple[str, ...]:
    """What `select_related` must load behind that foreign key for a sensor's name and place, and for its object's owner."""
    return (f"{sensor}__asset__owner" if owner else f"{sensor}__asset", f"{sensor}__device")


@dataclass(frozen=True)
class SensorPosition:
    """Where a sensor is and what it is behind; `last_ts`: its newest reading, UTC ms."""

    id: UUID
    device_id: UUID
    gateway_id: UUID | None
    asset_id: UUID | None
    region_code: str
    lon: float
    lat: float
    last_ts: int | None


def sensors_named(word: str) -> Ids:
    """Ids of sensors in whose name, whose device's code, or whose asset's code, name or street the word is."""
    named = Q(name__icontains=word) | Q(device__code__icontains=word) | Q(asset_id__in=asset_ids_named(word))
    return Sensor.objects.filter(named).order_by().values_list("pk", flat=True)


def devices_named(word: str) -> "QuerySet[Device, UUID]":
    """Ids of devices in whose code the word is."""
    return Device.objects.filter(code__icontains=word).order_by().values_list("pk", flat=True)


def disabled_sensors() -> Ids:
    """Ids of the sensors that are switched off themselves."""
    return Sensor.objects.filter(enabled=False).order_by().values_list("pk", flat=True)


def working_sensors() -> Ids:
    """Ids of the sensors that are switched on, as their devices are."""
    return Sensor.objects.filter(enabled=True, device__enabled=True).order_by().values_list("pk", flat=True)


def positions(
    *, sensors: Collection[UUID] = (), devices: Collection[UUID] = (), assets: Collection[UUID] = ()
) -> list[SensorPosition]:
    """Working sensors that are among these, or at one of the devices or behind it, or at one of the assets, by index.

    Ids, not queries of ids: inside an "or" a server whose planner has not yet seen the tables full runs a query for each row.
    """
    wanted = Q(pk__in=sensors) | Q(device_id__in=devices) | Q(device__gateway_id__in=devices) | Q(asset_id__in=assets)
    columns = ("pk", "device_id", "device__gateway_id", "asset_id", "region_code", "lon", "lat", "last_ts")
    rows = Sensor.objects.filter(wanted, enabled=True, device__enabled=True).order_by("index")
    return [SensorPosition(*row) for row in rows.values_list(*columns)]


def newest_values(quantity: str, region_code: str, *, since_ms: int) -> dict[int, float]:
    """By index the newest reading of the working sensors of a quantity in a region, where it is not older than that (UTC ms)."""
    rows = Sensor.objects.filter(quantity=quantity, region_code=region_code, enabled=True, device__enabled=True)
    fresh = rows.filter(last_ts__gte=since_ms, last_value__isnull=False).order_by()
    return {index: value for index, value in fresh.values_list("index", "last_value") if value is not None}


@dataclass(frozen=True)
class NearValue:
    """The newest reading of the nearest sensor of a quantity: which one, `ts` in UTC ms, how many metres away."""

    sensor: str
    value: float
    ts: int
    metres: float


def nearest_value(
    rows: QuerySet[Sensor], quantity: str, lon: float, lat: float, *, within_m: float, since_ms: int
) -> NearValue | None:
    """Of the working ones among these sensors, the nearest with a good reading that is not older than that; None where there is
    none within so many metres.
    """
    high = within_m / METRES_PER_DEGREE
    wide = high / max(0.01, cos(radians(lat)))
    near = rows.filter(
        quantity=quantity,
        enabled=True,
        device__enabled=True,
        last_ts__gte=since_ms,
        last_value__isnull=False,
        lon__range=(lon - wide, lon + wide),
        lat__range=(lat - high, lat + high),
    ).order_by("index")
    found = [
        NearValue(
            one.name or f"{one.device.code}/{one.channel}", one.last_value, one.last_ts, distance_m(lon, lat, one.lon, one.lat)
        )
        for one in near.select_related("device")
        if one.last_value is not None and one.last_ts is not None
    ]
    return min((one for one in found if one.metres <= within_m), key=lambda one: one.metres, default=None)


@dataclass(frozen=True)
class LatestValue:
    """The newest reading of a sensor: `value` in the quantity's own `unit`, `ts` in UTC ms; None where none has come."""

    quantity: str
    unit: str
    value: float | None
    ts: int | None


def latest_values(sensors: Collection[UUID]) -> dict[UUID, LatestValue]:
    """By id the newest reading of sensors that are in use, written down every few seconds. One query."""
    rows = Sensor.objects.filter(pk__in=sensors, enabled=True).order_by()
    found = rows.values_list("pk", "quantity", "last_value", "last_ts") if sensors else ()
    return {pk: LatestValue(quantity, quantity_of(quantity).unit, value, ts) for pk, quantity, value, ts in found}


def sources_of(sensors: Collection[UUID]) -> dict[UUID, UUID]:
    """By sensor the gateway, else the device, that its readings come through. One query."""
    return {pk: gateway or device for pk, device, gateway in _behind_what(sensors)}


@prepared
def _behind_what(sensors: Collection[UUID]) -> "QuerySet[Sensor, tuple[UUID, UUID, UUID | None]]":
    return Sensor.objects.filter(pk__in=sensors).order_by().values_list("pk", "device_id", "device__gateway_id")


def sensors_behind(devices: Collection[UUID]) -> Ids:
    """Ids of the sensors at one of the devices or behind it."""
    rows = Sensor.objects.filter(Q(device_id__in=devices) | Q(device__gateway_id__in=devices))
    return rows.order_by().values_list("pk", flat=True)


def sensor_indexes(*sensors: "QuerySet[Any, UUID | None]") -> dict[UUID, int]:
    """By id the index of the sensors of any of these queries of ids."""
    there = Q(pk__in=())
    for ids in sensors:
        there |= Q(pk__in=ids)
    return dict(Sensor.objects.filter(there).order_by().values_list("pk", "index"))


def unjudged_sensors(*, without: "QuerySet[Any, UUID]", most: int) -> list[tuple[int, int]]:
    """(index, newest reading in UTC ms) of sensors that have been read and whose health nobody has told, without those named."""
    rows = Sensor.objects.filter(health="unknown", last_ts__isnull=False).exclude(pk__in=without).order_by("index")
    return [(index, ts) for index, ts in rows.values_list("index", "last_ts")[:most] if ts is not None]
