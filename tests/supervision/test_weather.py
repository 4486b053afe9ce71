"""The weather of hours: asked from a service, pushed by programs, and what baselines read of it."""

import http.server
import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest
from django.conf import settings
from django.test import Client

from tests.clocks import stand_at
from tests.people import LICANG, make_named_person
from tests.supervision.firms import NOW, make_object
from tocsin.jurisdiction.areas.services import ensure_regions
from tocsin.supervision.meters.models import Meter
from tocsin.supervision.platforms.models import Connector
from tocsin.supervision.platforms.services.connectors import run_connectors
from tocsin.supervision.platforms.services.trial import try_platform
from tocsin.supervision.weather.models import WeatherHour
from tocsin.supervision.weather.queries import weather_of, weather_rows
from tocsin.supervision.weather.rules import NewHour
from tocsin.supervision.weather.services import forget_old_weather, take_weather

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def regions() -> None:
    ensure_regions()


def test_hours_count_once_and_what_cant_be_right_is_refused() -> None:
    keeper = make_named_person("keeper", "supervisor")
    hours = [
        NewHour(LICANG, NOW + timedelta(minutes=40), 3.5, 120.0),  # the hour that began at NOW
        NewHour(LICANG, NOW + 5 * HOUR, 3.0),
        NewHour(LICANG, NOW, 300.0),
        NewHour(LICANG, NOW),
        NewHour("370300", NOW, 4.0),  # another city's
        NewHour(LICANG, datetime(2026, 11, 25, 1), 4.0),  # noqa: DTZ001 - the point
    ]
    taken = take_weather(actor=keeper, hours=hours, source="station", now=NOW)
    assert (taken.taken, [position for position, _ in taken.refused]) == (1, [1, 2, 3, 4, 5])
    assert WeatherHour.objects.values_list("at", "temperature_c", "source").get() == (NOW, 3.5, "station")
    assert take_weather(actor=keeper, hours=hours[:1], source="station", now=NOW).known == 1
    later = [NewHour(LICANG, NOW, 4.5)]
    assert take_weather(actor=keeper, hours=later, source="other", now=NOW + HOUR).taken == 1
    assert WeatherHour.objects.get().temperature_c == 4.5
    assert forget_old_weather(NOW + timedelta(days=100)) == 1
    stranger = make_named_person("stranger", "inspector")
    assert len(take_weather(actor=stranger, hours=later, source="x", now=NOW).refused) == 1


def test_an_hour_that_a_county_lacks_is_that_of_its_city_and_else_unknown() -> None:
    for region, hour, warm in (("370000", 0, 1.0), ("370200", 1, 2.0), (LICANG, 1, 3.0), ("370202", 2, 9.0)):
        WeatherHour.objects.create(region_code=region, at=NOW + hour * HOUR, temperature_c=warm)
    warm, bright = weather_of(LICANG, NOW, 4)
    assert warm[:2].tolist() == [1.0, 3.0] and np.isnan(warm[2:]).all() and np.isnan(bright).all()


SERVICE = """
[weather]
platform = "met"
level = "city"
region = "370200"
kind = "weather"
way = "pull"
url = "http://127.0.0.1:{port}/hours"
private = ["127.0.0.1"]
every_s = 60
rows = "data"
places = {{ "54857" = "370213" }}
fields = {{ place = "station", at = "time", value = "temp", irradiance = "sun" }}
"""


@pytest.fixture
def service() -> Iterator[list[dict[str, Any]]]:
    """A weather service that answers the rows that the test lays into it."""
    rows: list[dict[str, Any]] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(json.dumps({"data": rows}).encode())

        def log_message(self, *_: object) -> None: ...

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    path = settings.CONFIGURATION.data / "platforms.toml"
    path.write_text(SERVICE.format(port=server.server_port), encoding="utf-8")
    yield rows
    path.unlink()
    server.shutdown()


def test_a_service_is_asked_by_the_settings_of_platforms(service: list[dict[str, Any]]) -> None:
    at = (NOW - HOUR).astimezone(UTC).isoformat()
    service += [
        {"station": "54857", "time": at, "temp": -2.5, "sun": 80},
        {"station": "370200", "time": at, "temp": "-1", "sun": None},
        {"station": "nowhere", "time": at, "temp": 1.0, "sun": 0},
    ]
    keeper = make_named_person("keeper", "supervisor", region="370200")
    assert [one.found.value for one in try_platform(actor=keeper, name="weather", now=NOW)] == ["good", "note", "wrong"]
    assert run_connectors(now=NOW) == 1
    told = set(WeatherHour.objects.values_list("region_code", "temperature_c", "irradiance_w_m2", "source"))
    assert told == {("370213", -2.5, 80.0, "met"), ("370200", -1.0, None, "met")}
    state = Connector.objects.get()
    assert (state.taken, state.refused, state.newest_at) == (2, 1, NOW.replace(minute=0, second=0) - HOUR)


def test_the_page_says_what_came_and_how_old_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    stand_at(monkeypatch, NOW)
    keeper = make_named_person("keeper", "supervisor", region="370200")
    Meter.objects.create(object=make_object(), code="M1", role="total")
    Meter.objects.create(object=make_object("乙厂", region_code="370202"), code="M2", role="total")
    WeatherHour.objects.create(region_code=LICANG, at=NOW - 9 * HOUR, temperature_c=3.0, source="met", received_at=NOW)
    rows = {one.region_code: one for one in weather_rows(keeper, now=NOW)}
    assert (rows[LICANG].hours_24, rows[LICANG].firms, rows["370202"].newest) == (1, 1, None)
    client = Client()
    client.force_login(keeper)
    page = client.get("/work/weather/").content.decode()
    assert "met" in page and 'class="badge yellow"' in page and 'class="badge red"' in page
    pushed = {"source": "program", "hours": [{"region_code": "370202", "at": NOW.isoformat(), "temperature_c": 2.0}]}
    answer = client.post("/api/v1/supervision/weather", pushed, content_type="application/json")
    assert answer.json() == {"taken": 1, "known": 0, "refused": []}
