"""Puts a simulated city into an empty database through the same services a real city would use."""

import math
from concurrent.futures import Future
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from tocsin.base.errors import InvalidInput
from tocsin.engine.columns import Readings
from tocsin.jurisdiction.areas.rules.codes import EVERYWHERE
from tocsin.simulation.city import City
from tocsin.simulation.ground import ground_of
from tocsin.simulation.heights import heights_of
from tocsin.simulation.world import World
from tocsin.workshop.demo.memory import Login

BACKFILL_DAYS = 10
DAY_MS = 86_400_000
SIMULATED = "地形：模拟数据 Terrain: simulated"

# Role, user name, Chinese name, organisation. Administrators' duties stay with three persons.
_PEOPLE = (
    ("duty_officer", "duty", "值班员（演示）", "monitoring_centre"),
    ("duty_officer", "duty_day", "白班值班员（演示）", "monitoring_centre"),
    ("shift_leader", "leader", "带班领导（演示）", "monitoring_centre"),
    ("unit_desk", "gas_desk", "燃气调度（演示）", "gas_company"),
    ("utility_crew", "gas_crew", "燃气抢修（演示）", "gas_company"),
    ("unit_desk", "heat_desk", "热力调度（演示）", "heating_company"),
    ("utility_crew", "heat_crew", "热力抢修（演示）", "heating_company"),
    ("unit_desk", "drainage_desk", "排水调度（演示）", "drainage_bureau"),
    ("viewer", "viewer", "观察员（演示）", "government_duty_room"),
    ("leader", "head", "分管领导（演示）", "government_duty_room"),
    ("analyst", "analyst", "研判员（演示）", "monitoring_centre"),
    ("rule_engineer", "engineer", "工程师（演示）", "monitoring_centre"),
    ("supervisor", "supervisor", "监管科长（演示）", "emergency_bureau"),
    ("inspector", "inspector", "执法员甲（演示）", "emergency_bureau"),
    ("inspector", "inspector2", "执法员乙（演示）", "emergency_bureau"),
    ("data_steward", "steward", "数据管理员（演示）", "fire_rescue"),
    ("system_administrator", "sysadmin", "系统管理员（演示）", "monitoring_centre"),
    ("security_administrator", "security", "安全管理员（演示）", "monitoring_centre"),
    ("audit_administrator", "audit", "审计管理员（演示）", "government_duty_room"),
)
# Who runs the machines of a city runs its one installation: server settings, channels and backups open to nobody else.
OF_THE_INSTALLATION = ("system_administrator",)
# Numbers that nobody has; the real ones are entered on the organisations page.
_TELEPHONE = "0532-0000-{:04d}"


def settle_people(city: City) -> tuple[Login, ...]:
    """Organisations of the district with telephone numbers, and one person for each role with a random password."""
    from tocsin.jurisdiction.bodies import services as bodies_services
    from tocsin.jurisdiction.bodies.queries import visible_organisations
    from tocsin.jurisdiction.people.services import (
        accounts as services,
    )
    from tocsin.jurisdiction.people.services import (
        grants as services_grants,
    )
    from tocsin.jurisdiction.people.services import (
        start as services_start,
    )
    from tocsin.jurisdiction.people.services import (
        system as services_system,
    )

    actor = services_system.system_actor()
    organisations = services_start.ensure_organisations(city.region_code)
    for number, organisation in enumerate(visible_organisations(actor), 1):  # 119 and 122, too: nobody calls them from here
        bodies_services.edit_organisation(
            actor=actor,
            organisation_id=organisation.pk,
            name_zh=organisation.name_zh,
            name_en=organisation.name_en,
            telephone=_TELEPHONE.format(number),
        )
    logins = []
    for role, username, name, organisation_code in _PEOPLE:
        password = services.new_one_time_password()
        user, _ = services.create_person(
            actor=actor,
            username=username,
            name=name,
            organisation_id=organisations[organisation_code].pk,
            password=password,
        )
        region_code = EVERYWHERE if role in OF_THE_INSTALLATION else city.region_code
        services_grants.grant_role(actor=actor, user=user, role=role, region_code=region_code)
        logins.append(Login(role, username, password))
    return tuple(logins)


def settle_ground(city: City, data: Path) -> None:
    """Blocks, buildings, parks, water and rails of the district as the ground of the map."""
    from tocsin.atlas.layers.services.ground import keep_ground
    from tocsin.jurisdiction.people.services.system import system_actor
    from tocsin.screens.clock import current_time

    keep_ground(actor=system_actor(), features=ground_of(city), folder=data / "ground", now=current_time())


def settle_terrain(city: City, data: Path) -> None:
    """The heights of the district as the terrain of the map, through a GeoTIFF as a city's own would come."""
    import rasterio
    from rasterio.transform import Affine

    from tocsin.atlas.layers.services.terrain.loading import TerrainFile, load_terrain
    from tocsin.base.datums import Datum
    from tocsin.jurisdiction.people.services.system import system_actor
    from tocsin.screens.clock import current_time

    grid = heights_of(city)
    height, width = grid.metres.shape
    place = Affine.translation(grid.west, grid.north) @ Affine.scale(grid.step, -grid.step)
    with TemporaryDirectory(prefix="tocsin-") as folder:
        path = Path(folder) / "demo-heights.tif"
        profile = {"driver": "GTiff", "dtype": "float32", "crs": "EPSG:4490", "transform": place, "compress": "deflate"}
        with rasterio.open(path, "w", height=height, width=width, count=1, **profile) as file:
            file.write(grid.metres, 1)
        load_terrain(
            actor=system_actor(),
            files=[TerrainFile(path.name, path)],
            datum=Datum.CGCS2000,
            source=SIMULATED,
            folder=data / "terrain",
            now=current_time(),
        )


def settle_networks(city: City) -> None:
    """The buried networks; InvalidInput where the import finds fault with them."""
    from tocsin.jurisdiction.people.services.system import system_actor
    from tocsin.lifelines.services.networks import import_network

    report = import_network(actor=system_actor(), features=city.features, region_code=city.region_code)
    if report.errors:
        raise InvalidInput(f"the simulated network can't be imported: {'; '.join(report.errors[:3])}")


def settle_devices(city: City) -> dict[str, str]:
    """Devices and their channels, gas sensors calibrated within the last year; returns the secrets of the devices by code."""
    from django.utils import timezone

    from tocsin.jurisdiction.people.services.system import system_actor
    from tocsin.screens.clock import current_time
    from tocsin.sensing.devices.rules import NewDevice, NewSensor
    from tocsin.sensing.devices.services.registering import register_many

    today = timezone.localdate(current_time())
    sensors = city.sensors
    devices = [NewDevice(code=one.code, name=one.name, region_code=city.region_code) for one in city.devices]
    channels = [
        NewSensor(
            device_code=device.code,
            channel=sensors.quantity[index],
            quantity=sensors.quantity[index],
            unit=sensors.unit[index],
            name=device.name,
            asset_code=device.asset,
            lon=device.lon,
            lat=device.lat,
            interval_s=float(sensors.interval_s[index]),
            resolution=float(sensors.resolution[index]),
            accuracy=float(sensors.accuracy[index]),
            alarm_low=_or_none(sensors.alarm_low[index]),
            alarm_high=_or_none(sensors.alarm_high[index]),
            calibrated_on=_calibrated_on(sensors.quantity[index], index, today),
            calibration_due=_calibration_due(sensors.quantity[index], index, today),
        )
        for device in city.devices
        for index in device.sensors
    ]
    return register_many(actor=system_actor(), devices=devices, sensors=channels)


def _calibrated_on(quantity: str, index: int, today: date) -> date | None:
    """A round of the gas sensors through the year: the first falls due in five weeks."""
    return today - timedelta(days=330 - index * 37 % 330) if quantity == "methane" else None


def _calibration_due(quantity: str, index: int, today: date) -> date | None:
    done = _calibrated_on(quantity, index, today)
    return done and done + timedelta(days=365)


def past_readings(world: World, until_ms: int) -> Readings:
    """What the devices would have sent in the ten days before `until_ms`; `sensor` counts as in the city."""
    return world.readings(until_ms - BACKFILL_DAYS * DAY_MS, until_ms)


def fill_history(city: City, past: Readings) -> None:
    """Puts readings of the past into the history, as a file of readings would be."""
    from tocsin.sensing.devices.queries.registry import sensor_table
    from tocsin.sensing.history.queries.readings import history

    table = sensor_table()
    index_of = dict(zip(zip(table.device_code, table.channel, strict=True), table.index.tolist(), strict=True))
    sensors = city.sensors
    codes = [city.devices[device].code for device in sensors.device.tolist()]
    index = np.array([index_of[key] for key in zip(codes, sensors.quantity, strict=True)], dtype=np.int32)
    known = Readings(index[past.sensor], past.ts, past.value, past.quality)
    history().append(known, version=None, resolution=table.resolution)


def fill_history_beside(city: City, past: Future[Readings]) -> int:
    """The same in a thread of its own, when the readings are made; returns how many."""
    from django.db import connections

    readings = past.result()
    try:
        fill_history(city, readings)
    finally:
        connections.close_all()
    return len(readings)


def _or_none(limit: float) -> float | None:
    return None if math.isnan(limit) else float(limit)
