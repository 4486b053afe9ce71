"""Devices of these tests, and programs that ask for them."""

import json
from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.test import Client

from tocsin.base.time import datetime_from_ms
from tocsin.sensing.devices.rules import NewDevice, NewSensor
from tocsin.sensing.history.queries.layout import DAY_MS

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
