"""A few devices with a day of readings, and programs that ask for them."""

import dataclasses
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from tests.people import make_person
from tocsin.base.time import datetime_from_ms
from tocsin.engine.columns import Readings
from tocsin.jurisdiction.areas.services import ensure_regions
from tocsin.jurisdiction.people.models import User
from tocsin.jurisdiction.people.services.system import system_actor
from tocsin.jurisdiction.people.services.tokens import create_token
from tocsin.sensing.devices.models import Sensor
from tocsin.sensing.devices.rules import NewDevice, NewSensor
from tocsin.sensing.devices.services import register_many
from tocsin.sensing.history.queries.table import DAY_MS, History

ROOT = "/sensorthings/v1.1"
LICANG, SHINAN = "370213", "370202"
NOON = 20_400 * DAY_MS + DAY_MS // 2
"""The time of the first reading."""
MINUTES = 240

type Ask = Callable[..., Any]


def devices() -> list[NewDevice]:
    return [
        NewDevice(code="well-1", region_code=LICANG, name="Well at the gate"),
        NewDevice(code="well-2", region_code=LICANG),
        NewDevice(code="far-1", region_code=SHINAN),
    ]


def sensors() -> list[NewSensor]:
    def sensor(device: str, channel: str, lon: float, **fields: Any) -> NewSensor:
        return NewSensor(device_code=device, channel=channel, **{"quantity": channel, "lon": lon, "lat": 36.2, **fields})

    return [
        sensor("well-1", "methane", 120.40, unit="ppm", alarm_high=20.0, name="Gas O'Neill"),
        sensor("well-1", "temperature", 120.41),
        sensor("well-2", "methane", 120.50, lat=36.3),
        sensor("far-1", "methane", 120.30),
    ]


@pytest.fixture
def city(db: None, settings: Any, tmp_path: Path) -> dict[str, str]:
    """Secrets by device. Sensor 0 has a reading a minute for four hours, the others every ten minutes; sensor 1 a day more."""
    settings.CONFIGURATION = dataclasses.replace(settings.CONFIGURATION, data=tmp_path)
    ensure_regions()
    secrets = register_many(actor=system_actor(), devices=devices(), sensors=sensors())
    rows = [(0, NOON + number * 60_000, number / 10) for number in range(MINUTES)]
    for other in (1, 2, 3):
        rows += [(other, NOON + number * 600_000, other * 100.0 + number) for number in range(MINUTES // 10)]
    rows += [(1, NOON + DAY_MS + number * 600_000, float("nan") if number == 1 else -5.0) for number in range(3)]
    rows.sort()
    index, ts, value = zip(*rows, strict=True)
    quality = [2 if one != one else 1 if one == 0 else 0 for one in value]
    History(tmp_path / "history").append(Readings.of(index, ts, value, quality), version=1)
    for one in Sensor.objects.all():
        one.last_ts = max(ts for sensor, ts, _value in rows if sensor == one.index)
        one.last_value = next(value for sensor, ts, value in rows if (sensor, ts) == (one.index, one.last_ts))
        one.save()
    return secrets


@pytest.fixture
def person(city: dict[str, str]) -> User:
    """Somebody who sees Licang."""
    return make_person("viewer", LICANG)


@pytest.fixture
def ask(person: User) -> Ask:
    """`ask("/Things", **{"$top": 1})`: the JSON that a program of that person gets, in English; `status` is what is expected."""
    token = create_token(user=person, name="program", scopes=("sensors.see", "history.see"), now=timezone.now())[1]
    return asking(token)


def asking(token: str) -> Ask:
    def get(path: str, status: int = 200, **options: object) -> Any:
        answer = reply(path, token, **options)
        assert answer.status_code == status, (path, options, answer.content[:500])
        return json.loads(answer.content) if answer.content and "json" in answer["Content-Type"] else answer.content.decode()

    return get


def reply(path: str, token: str = "", **options: object) -> HttpResponse:
    """The answer itself. A path that is an address with options is taken as it is."""
    headers = {"Accept-Language": "en", **({"Authorization": f"Bearer {token}"} if token else {})}
    address = path.removeprefix("http://testserver")
    given = {f"${name.removeprefix('S_')}" if name.startswith("S_") else name: str(value) for name, value in options.items()}
    return Client().get(address if address.startswith(ROOT) else ROOT + address, given or None, headers=headers)


def walked(ask: Ask, address: str, most: int = 50, **options: object) -> list[dict[str, Any]]:
    """All entities of a set, page by page."""
    page = ask(address, **options)
    found = list(page["value"])
    for _turn in range(most):
        if "@iot.nextLink" not in page:
            return found
        page = ask(page["@iot.nextLink"])
        found += page["value"]
    raise AssertionError("the pages have no end")


AT = datetime_from_ms(NOON)
