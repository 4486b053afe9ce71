"""FROST's own client reads it over HTTP: lists, links, conditions, orders, ten thousand Observations page by page."""

import dataclasses
from pathlib import Path
from typing import Any

import pytest
import requests
from django.utils import timezone
from frost_sta_client import AuthHandler, SensorThingsService
from frost_sta_client.model.thing import Thing

from tests.people import make_person
from tests.sensing.things.city import LICANG, NOON, ROOT, devices, sensors
from tocsin.engine.columns import Readings
from tocsin.jurisdiction.areas.services import ensure_regions
from tocsin.jurisdiction.people.services.system import system_actor
from tocsin.jurisdiction.people.services.tokens import create_token
from tocsin.sensing.devices.models import Sensor
from tocsin.sensing.devices.services.registering import register_many
from tocsin.sensing.history.queries.table import History

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.one_database]

MANY = 10_000


@pytest.fixture
def service(live_server: Any, settings: Any, tmp_path: Path) -> SensorThingsService:
    """The devices of these tests; sensor 0 has a reading a minute for a week."""
    settings.CONFIGURATION = dataclasses.replace(settings.CONFIGURATION, data=tmp_path)
    ensure_regions()
    register_many(actor=system_actor(), devices=devices(), sensors=sensors())
    times = [NOON + number * 60_000 for number in range(MANY)]
    readings = Readings.of([0] * MANY, times, [number / 10 for number in range(MANY)], [0] * MANY)
    History(tmp_path / "history").append(readings, version=1)
    Sensor.objects.filter(index=0).update(last_ts=times[-1], last_value=(MANY - 1) / 10)
    token = create_token(
        user=make_person("viewer", LICANG), name="program", scopes=("sensors.see", "history.see"), now=timezone.now()
    )[1]
    return SensorThingsService(f"{live_server.url}{ROOT}", auth_handler=AuthHandler("", token))


def test_things_and_what_hangs_on_them(service: SensorThingsService) -> None:
    things = service.things().query().count().expand("Locations,Datastreams($expand=ObservedProperty,Sensor)").list()
    assert things.count == 2
    assert sorted(one.name for one in things) == ["Well at the gate", "well-2"]
    gate = next(one for one in things if one.name == "Well at the gate")
    assert isinstance(gate, Thing)
    assert sorted(one.observed_property.name.lower() for one in gate.datastreams) == ["methane", "temperature"]
    assert next(iter(gate.locations)).location["type"] == "Point"
    again = service.things().find(gate.id)
    assert (again.id, again.name, again.properties["code"]) == (gate.id, gate.name, "well-1")
    behind = list(again.get_datastreams().query().filter("properties/quantity eq 'methane'").list())
    assert [one.id for one in behind] == [0]
    assert behind[0].unit_of_measurement.symbol
    assert [one.name for one in service.datastreams().query().select("name").orderby("name", "asc").top(1).list()]


def test_ten_thousand_observations(service: SensorThingsService) -> None:
    """All of them, once, in order, whichever way round."""
    observations = service.datastreams().find(0).get_observations()
    page = observations.query().count().top(1000).orderby("phenomenonTime", "asc").list()
    assert page.count == MANY
    results = [one.result for one in page]
    assert results == [number / 10 for number in range(MANY)]
    newest = observations.query().top(3).orderby("phenomenonTime", "desc").list()
    assert [newest.get(number).result for number in range(3)] == [999.9, 999.8, 999.7]
    high = observations.query().filter("result gt 998.9 and result lt 999.5").list()
    assert sorted(one.result for one in high) == [999.0, 999.1, 999.2, 999.3, 999.4]
    one = newest.get(0)
    assert service.observations().find(one.id).phenomenon_time == one.phenomenon_time
    assert next(iter(observations.query().top(1).expand("Datastream").list())).datastream.id == 0


def test_what_is_refused_says_so(service: SensorThingsService) -> None:
    with pytest.raises(requests.exceptions.HTTPError):
        service.things().query().filter("nothing eq 1").list()
    with pytest.raises(requests.exceptions.HTTPError):
        service.create(Thing(name="new", description="new"))
    with pytest.raises(requests.exceptions.HTTPError):
        SensorThingsService(str(service.url), auth_handler=AuthHandler("", "wrong")).things().query().list()


def test_what_has_not_changed_is_not_sent_again(service: SensorThingsService) -> None:
    def get(tag: str = "") -> requests.Response:
        return service.execute("get", f"{service.url}/Things", headers={"If-None-Match": tag} if tag else {})

    first = get()
    tag = first.headers["ETag"]
    assert (get(tag).status_code, get(tag).content) == (304, b"")
    Sensor.objects.filter(index=0).update(name="another")
    service_of_it = service.execute("get", f"{service.url}/Datastreams(0)")
    assert service_of_it.headers["ETag"] != tag
    assert get('W/"0"').status_code == 200
