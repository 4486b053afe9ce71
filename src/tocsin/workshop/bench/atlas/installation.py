"""An installation to look at: a resource of many points, a catalogue of many layers, a ground, somebody who is signed in."""

import os
import secrets
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from tocsin.base.errors import TocsinError, Unavailable
from tocsin.workshop.bench.ports import free_port

if TYPE_CHECKING:
    from datetime import datetime

    from tocsin.atlas.resources.models import Resource
    from tocsin.jurisdiction.people.models import User

REGION: Final = "370200"
LAYER: Final = "r.points"
BOX: Final = (119.9, 35.9, 120.9, 36.8)  # west, south, east, north of the points
START_S: Final = 60.0


@dataclass(frozen=True)
class Filled:
    """What became of filling: the layers that the person may see, the session of that person, how long the delivery took."""

    layers: int
    session: str
    delivered_s: float


def fill(folder: str, points: int, layers: int) -> Filled:
    """Makes a data folder with `points` in one resource and so many layers in the catalogue; for a process of its own."""
    _use(folder)
    from tocsin.portal.preparation import prepare_database

    prepare_database()
    from django.test import Client
    from django.utils import timezone

    from tocsin.atlas.layers.queries.layers import layers_of
    from tocsin.atlas.layers.services.ground import keep_ground
    from tocsin.jurisdiction.people.models import User
    from tocsin.jurisdiction.people.services import accounts, grants
    from tocsin.jurisdiction.people.services.start import ensure_organisations
    from tocsin.jurisdiction.people.services.system import system_actor
    from tocsin.simulation.city import City
    from tocsin.simulation.ground import ground_of

    actor, body = system_actor(), ensure_organisations(REGION)["emergency_bureau"]
    made, _password = accounts.create_person(
        actor=actor, username="bench", name="Bench", password=secrets.token_urlsafe(), organisation_id=body.pk
    )
    for role in ("duty_officer", "data_steward"):
        grants.grant_role(actor=actor, user=made, role=role, region_code=REGION)
    person = User.objects.get(pk=made.pk)
    now = timezone.now()
    began = time.perf_counter()
    first = _deliver(person, "points", "检查井", table(points), now)
    delivered_s = time.perf_counter() - began
    keep_ground(actor=actor, features=ground_of(City.build()), folder=Path(folder) / "ground", now=timezone.now())
    _list_more(first, person, layers - len(layers_of(person)), now)
    client = Client()
    client.force_login(person)
    return Filled(len(layers_of(person)), client.cookies["sessionid"].value, delivered_s)


def table(points: int) -> bytes:
    """Manholes spread over the city as a CSV file, half of them in its middle."""
    lon, lat = spots(points)
    lines = ["编号,名称,类别,经度,纬度"]
    lines += [f"J{row:06d},检查井{row},排水,{x:.6f},{y:.6f}" for row, (x, y) in enumerate(zip(lon, lat, strict=True))]
    return "\n".join(lines).encode()


def spots(points: int) -> "tuple[np.ndarray[tuple[int], np.dtype[np.float64]], np.ndarray[tuple[int], np.dtype[np.float64]]]":
    """Longitudes and latitudes of the points, the same in each run."""
    random = np.random.default_rng(14)
    west, south, east, north = BOX
    half = points // 2
    lon = np.concatenate([random.uniform(west, east, half), np.clip(random.normal(120.42, 0.05, points - half), west, east)])
    lat = np.concatenate([random.uniform(south, north, half), np.clip(random.normal(36.16, 0.04, points - half), south, north)])
    return lon, lat


@contextmanager
def served(folder: str) -> Iterator[str]:
    """The web process on that folder, by its address; gone afterwards."""
    port = free_port()
    environment = {**os.environ, "TOCSIN_DATA": folder, "TOCSIN_HTTP_PORT": str(port), "TOCSIN_LOG_LEVEL": "ERROR"}
    for name in ("DATABASE_URL", "DJANGO_SETTINGS_MODULE"):
        environment.pop(name, None)
    command = [sys.executable, "-m", "tocsin.portal.cli", "run", "web"]
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)  # noqa: S603 - our own program
        url = f"http://127.0.0.1:{port}"
        try:
            _await(url, process)
            yield url
        finally:
            process.terminate()
            process.wait(30)


def _use(folder: str) -> None:
    os.environ.pop("DATABASE_URL", None)
    os.environ |= {"TOCSIN_DATA": folder, "TOCSIN_LOG_LEVEL": "ERROR"}
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tocsin.portal.settings")


def _deliver(person: "User", slug: str, name: str, content: bytes, now: "datetime") -> "Resource":
    from tocsin.atlas.resources.rules.levels import SharingLevel
    from tocsin.atlas.resources.services.landing import deliver
    from tocsin.atlas.resources.services.register import ResourceFacts, register_resource

    facts = ResourceFacts(name_zh=name, name_en="Manholes", level=SharingLevel.INNER)
    if person.organisation_id is None:
        raise TocsinError("who delivers belongs to no body")
    made = register_resource(actor=person, region_code=REGION, owner_id=person.organisation_id, slug=slug, facts=facts, now=now)
    delivery = deliver(actor=person, resource_id=made.pk, file_name=f"{slug}.csv", content=content, now=now)
    if delivery.stage != "landed":
        raise TocsinError(f"the points were not taken: {delivery.verdict} {delivery.problem} {delivery.findings}")
    made.refresh_from_db()
    return made


def _list_more(first: "Resource", by: "User", count: int, now: "datetime") -> None:
    """Resources that stand in the catalogue and are never drawn: their rows alone are written, no tables."""
    from tocsin.atlas.resources.models import Delivery, Resource

    for number in range(count):
        one = Resource.objects.create(
            slug=f"more-{number}",
            name_zh=f"共享图层{number}",
            name_en=f"Shared layer {number}",
            region_code=REGION,
            owner=first.owner,
            contract=first.contract,
            **{"west": BOX[0], "south": BOX[1], "east": BOX[2], "north": BOX[3], "rows": 1},
            registered_at=now,
            changed_at=now,
        )
        one.good = Delivery.objects.create(
            resource=one, contract=first.contract, file_name="", size=0, at=now, by=by, stage="landed", version=0
        )
        one.save(update_fields=["good"])


def _await(url: str, process: "subprocess.Popen[bytes]") -> None:
    limit = time.monotonic() + START_S
    while True:
        try:
            with urllib.request.urlopen(f"{url}/health/", timeout=5):  # noqa: S310 - our own address
                return
        except OSError as error:
            if process.poll() is not None or time.monotonic() > limit:
                raise Unavailable(f"the web process does not answer: {error}") from error
            time.sleep(0.1)
