"""A real Tocsin in a temporary folder, with devices, a crew, readers and two joined platforms: what is besieged, and killed."""

import dataclasses
import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path
from urllib.parse import urlsplit

from tocsin.base.errors import InvalidInput
from tocsin.portal.catalogue import DEVICE_PROTOCOLS, PROCESSES
from tocsin.portal.configuration import Configuration
from tocsin.portal.supervisor import Supervisor
from tocsin.workshop.bench.idle import tree
from tocsin.workshop.bench.ports import free_port

REGION = "370213"
LOOPBACK = ("127.0.0.1", "::1", "localhost")
SPACING_DEG = 0.01  # 900 m: no alarm explains another
CHANNELS = 50
PLATFORM = """
[{name}]
platform = "{name}"
level = "city"
region = "{region}"
way = "folder"
every_s = 5
kind = "{kind}"
fields = {fields}
"""
PLATFORMS = (  # in their order: the one with poison comes first
    ("a-poisoned", "evidence", '{ firm = "firm", at = "at", value = "value", source = "=gas_use", origin = "origin" }'),
    ("b-good", "weather", '{ at = "at", value = "value" }'),
)


def demand_loopback(host: str) -> str:
    """The host; InvalidInput where it is not this machine: an attack on anything else is refused."""
    if host not in LOOPBACK and not host.startswith("127."):
        raise InvalidInput(f"{host!r} is not this machine; the siege plays its attacks on loopback only")
    return host


@dataclasses.dataclass(frozen=True)
class Place:
    """All that devices, readers and attackers must know of the town; goes to their processes as it is."""

    folder: str
    database: str
    web_port: int
    mqtt_port: int
    http_port: int
    secrets: dict[str, str]
    sensors: dict[str, int]  # "device/channel" -> index
    sensor_ids: tuple[str, ...]  # some of the steady ones
    tokens: dict[str, str]
    host: str = "127.0.0.1"

    def __post_init__(self) -> None:
        demand_loopback(self.host)
        if self.database:
            demand_loopback(urlsplit(self.database).hostname or "")

    def devices(self, kind: str) -> list[str]:
        """The codes of one kind: `steady`, `alarm` or `gauge`."""
        return [code for code in self.secrets if code.startswith(kind)]


def open_database(folder: str, database: str) -> None:
    """Sets Django up for the town; once in a process."""
    os.environ |= {"TOCSIN_DATA": folder, "DATABASE_URL": database, "DJANGO_SETTINGS_MODULE": "tocsin.portal.settings"}
    import django

    django.setup()


@dataclasses.dataclass(frozen=True)
class Prepared:
    """A folder (and a database) from which every phase begins anew, so that none meets what another one left."""

    folder: Path
    database: str
    secrets: dict[str, str]
    sensors: dict[str, int]
    sensor_ids: tuple[str, ...]
    tokens: dict[str, str]


def prepare_town(folder: Path, database: str, *, steady: int, alarms: int, gateway: str = "") -> Prepared:
    """Registers everything in a process of its own, since Django is set up for one database only.

    Its people have no second step: from here on no process that this one starts demands it of their tokens.
    """
    os.environ["TOCSIN_SECOND_STEP"] = "offered"
    if database:
        demand_loopback(urlsplit(database).hostname or "")
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    tables = [PLATFORM.format(name=name, region=REGION, kind=kind, fields=fields) for name, kind, fields in PLATFORMS]
    (folder / "platforms.toml").write_text("".join(tables))
    if gateway:
        (folder / "channels.toml").write_text(
            f'[sms]\nurl = "{gateway}"\nbody = {{ to = "$address", text = "$subject $text", uid = "$id" }}\n'
        )
    with get_context("spawn").Pool(1) as pool:
        return pool.apply(_prepare, (str(folder), database, steady, alarms, bool(gateway)))


def _prepare(folder: str, database: str, steady: int, alarms: int, with_gateway: bool) -> Prepared:
    open_database(folder, database)
    from tocsin.portal.preparation import prepare_database

    prepare_database()
    from tocsin.lifelines.services.networks import import_network
    from tocsin.sensing.devices.models import Sensor
    from tocsin.sensing.devices.rules import NewDevice, NewSensor
    from tocsin.sensing.devices.services.registering import register_many
    from tocsin.workshop.bench.siege.people import make_people

    tokens = make_people(REGION, with_telephones=with_gateway)
    places = [(118.0 + SPACING_DEG * (k % 100), 36.0 + SPACING_DEG * (k // 100)) for k in range(alarms)]
    wells = [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": list(place)},
            "properties": {"id": f"W{k}", "kind": "manhole", "owner": "drainage_bureau", "utility": "sewer", "street": "Street"},
        }
        for k, place in enumerate(places)
    ]
    from tocsin.jurisdiction.people.services.system import system_actor

    actor = system_actor()
    import_network(actor=actor, features=wells, region_code=REGION)
    groups = [f"alarm-{number}" for number in range(-(-alarms // CHANNELS))]
    calm = [f"steady-{number}" for number in range(-(-steady // CHANNELS))]
    sensors = [
        NewSensor(device_code=calm[k // CHANNELS], channel=f"c{k % CHANNELS}", quantity="temperature", lon=120.4, lat=36.2)
        for k in range(steady)
    ]
    sensors += [
        NewSensor(
            device_code=groups[k // CHANNELS],
            channel=f"c{k % CHANNELS}",
            quantity="methane",
            lon=lon,
            lat=lat,
            asset_code=f"W{k}",
            interval_s=3600.0,
        )
        for k, (lon, lat) in enumerate(places)
    ]
    sensors.append(NewSensor(device_code="gauge", channel="c0", quantity="temperature", lon=120.4, lat=36.2))
    devices = [NewDevice(code=code, region_code=REGION) for code in (*calm, *groups, "gauge")]
    secrets = register_many(actor=actor, devices=devices, sensors=sensors)
    rows = list(Sensor.objects.select_related("device").order_by("index"))
    from django.db import connections

    connections.close_all()
    return Prepared(
        folder=Path(folder),
        database=database,
        secrets=secrets,
        sensors={f"{row.device.code}/{row.channel}": row.index for row in rows},
        sensor_ids=tuple(str(row.pk) for row in rows[:50]),
        tokens=tokens,
    )


class Town:
    """The running processes, started again when they die as `tocsin up` does."""

    def __init__(self, prepared: Prepared, folder: Path, database: str) -> None:
        self._prepared = prepared
        self.folder, self.database = folder, database
        self.said: list[str] = []
        configuration = dataclasses.replace(
            Configuration.from_environment(),
            data=folder,
            database_url=database,
            nats_url="",
            http_host="127.0.0.1",
            door_hosts={one.name: "127.0.0.1" for one in DEVICE_PROTOCOLS},
            http_port=free_port(),
            door_ports={one.name: free_port() for one in DEVICE_PROTOCOLS},
        )
        self.supervisor = Supervisor(configuration, say=self.said.append)
        self._done = threading.Event()
        self._reviver = threading.Thread(target=self._revive, daemon=True)

    def start(self) -> Place:
        """Returns when everything answers."""
        self.supervisor.start()
        self._reviver.start()
        configuration, prepared = self.supervisor.configuration, self._prepared
        return Place(
            folder=str(self.folder),
            database=self.database,
            web_port=configuration.http_port,
            mqtt_port=configuration.door_ports["mqtt"],
            http_port=configuration.door_ports["http"],
            secrets=prepared.secrets,
            sensors=prepared.sensors,
            sensor_ids=prepared.sensor_ids,
            tokens=prepared.tokens,
        )

    def stop(self) -> None:
        """Ends all processes."""
        self._done.set()
        if self._reviver.is_alive():
            self._reviver.join()
        self.supervisor.stop()

    def pids(self) -> dict[str, list[int]]:
        """Process -> it and its children; a process that is dead just now is missing."""
        found = {}
        for name in PROCESSES:
            try:
                found[name] = tree(self.supervisor.pid_of(name))
            except (OSError, KeyError):
                continue
        return found

    def _revive(self) -> None:
        while not self._done.wait(0.1):
            self.supervisor.restart_dead()


@contextmanager
def town_of(prepared: Prepared, folder: Path) -> Iterator[tuple[Town, Place]]:
    """A town of its own from what was prepared, and nothing left of it afterwards."""
    shutil.copytree(prepared.folder, folder, dirs_exist_ok=True)
    with _copy_of(prepared.database) as database:
        town = Town(prepared, folder, database)
        try:
            yield town, town.start()
        finally:
            town.stop()
            shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _copy_of(database: str) -> Iterator[str]:
    if not database:
        yield ""
        return
    import psycopg

    before, name = database.rsplit("/", 1)
    copy = f"{name}_besieged"
    with psycopg.connect(f"{before}/template1", autocommit=True) as server:
        server.execute(f"DROP DATABASE IF EXISTS {copy} WITH (FORCE)".encode())
        server.execute(f"CREATE DATABASE {copy} TEMPLATE {name}".encode())
    try:
        yield f"{before}/{copy}"
    finally:
        with psycopg.connect(f"{before}/template1", autocommit=True) as server:
            server.execute(f"DROP DATABASE IF EXISTS {copy} WITH (FORCE)".encode())
