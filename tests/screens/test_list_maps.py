"""Maps beside lists: the rows of the filters as points, under the reader's rights, in a saved view, at most so many."""

from typing import TYPE_CHECKING

import pytest
from django.utils import timezone

from tests.languages import english as english
from tests.people import LICANG, YANTAI, make_person, signed_in
from tests.screens.test_list_groups import make_alarms
from tocsin.jurisdiction.list_views.models import SavedListView
from tocsin.screens.lists import maps
from tocsin.sensing.devices.models import Device, Sensor
from tocsin.vision.cameras.models import Camera
from tocsin.warning.alarms.models import Alarm

if TYPE_CHECKING:
    from django.test import Client

pytestmark = pytest.mark.django_db

LISTS = {
    "/alarms/": "duty_officer",
    "/cases/": "duty_officer",
    "/sensing/devices/": "duty_officer",
    "/lifelines/assets/": "duty_officer",
    "/objects/": "supervisor",
    "/supplies/stores/": "supplies_head",
    "/hazard-reports/": "supervisor",
    "/vision/cameras/": "supervisor",
}


def make_device(code: str, *places: tuple[float, float]) -> Device:
    """A device with a sensor at each place."""
    made = Device.objects.create(code=code, region_code=LICANG, secret_sha256=code.rjust(64, "0"), created_at=timezone.now())
    for lon, lat in places:
        index = Sensor.objects.count() + 1
        told = {"quantity": "methane", "resolution": 0.1, "region_code": LICANG, "lon": lon, "lat": lat}
        Sensor.objects.create(device=made, channel=f"c{index}", index=index, **told)
    return made


def points(client: "Client", path: str, **query: str) -> "list[dict[str, str]]":
    """What stands at each point."""
    answer = client.get(path, {"format": "points", **query})
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/geo+json")
    told = answer.json()
    assert told["type"] == "FeatureCollection"
    return [one["properties"] | {"at": one["geometry"]["coordinates"]} for one in told["features"]]


@pytest.mark.parametrize("path", LISTS)
def test_every_list_with_places_offers_the_map_and_answers_points(path: str) -> None:
    client = signed_in(make_person(LISTS[path]))
    page = client.get(path).content.decode()
    assert 'data-map-switch="yes"' in page and "data-list-map" not in page
    beside = client.get(path, {"map": "yes"}).content.decode()
    assert 'data-map-switch="no"' in beside and "data-list-map" in beside and 'id="filters"' in beside
    assert beside.index('class="beside-map"') < beside.index("<table") < beside.index("data-list-map")
    assert points(client, path) == []


def test_a_point_says_what_its_row_says_and_leads_to_it() -> None:
    make_alarms(("limit", 4, 1), ("silence", 2, 2))
    Alarm.objects.filter(level=2).update(lon=None)
    told = signed_in(make_person("duty_officer")).get("/alarms/", {"format": "points"}).json()
    (red,) = told["features"]
    assert red["geometry"] == {"coordinates": [120.4, 36.1], "type": "Point"} and red["properties"]["shape"] == "red"
    assert red["properties"]["url"] == f"/alarms/{Alarm.objects.get(level=4).pk}/" and red["properties"]["row"] == 0
    assert (told["total"], told["without"], told["said"]) == (3, 2, "Rows on the map: 1 · without a place: 2")


def test_points_follow_filters_order_and_rights() -> None:
    make_alarms(("limit", 4, 2), ("silence", 2, 3))
    client = signed_in(make_person("duty_officer"))
    assert [one["shape"] for one in points(client, "/alarms/", sort="level")] == ["yellow"] * 3 + ["red"] * 2
    assert len(points(client, "/alarms/", level="3")) == 2
    assert [one["row"] for one in points(client, "/alarms/", group_by="rule", fold="all")] == [0, 1, 2, 3, 4]
    assert points(signed_in(make_person("duty_officer", YANTAI)), "/alarms/") == []
    assert signed_in(make_person("firm_officer")).get("/alarms/", {"format": "points"}).status_code == 403


def test_a_device_lies_where_its_first_sensor_is() -> None:
    make_device("d1", (120.41, 36.11), (120.42, 36.12))
    make_device("d2")
    told = points(signed_in(make_person("duty_officer")), "/sensing/devices/")
    assert [(one["name"], one["at"]) for one in told] == [("d1", [120.41, 36.11])]


def test_cameras_to_look_after_stand_out() -> None:
    person = make_person("supervisor")
    kept = {"region_code": LICANG, "lon": 120.4, "lat": 36.1, "registered_at": timezone.now(), "registered_by": person}
    for number, state in enumerate(("good", "unknown", "dark")):
        Camera.objects.create(code=f"3702130000132000000{number}", name=state, state=state, **kept)
    told = {one["name"]: one["shape"] for one in points(signed_in(person), "/vision/cameras/")}
    assert told["good"] == "good" and told["unknown"] == "unknown" and told["dark"] == "bad"


def test_many_rows_are_cut_and_the_map_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(maps, "MOST_POINTS", 2)
    make_alarms(("limit", 4, 3))
    told = signed_in(make_person("duty_officer")).get("/alarms/", {"format": "points"}).json()
    assert len(told["features"]) == 2 and told["total"] == 3
    assert told["said"] == "2 points: of 3 rows the first 2 are shown. Narrow the filters to see the others."


def test_a_saved_view_keeps_the_map() -> None:
    client = signed_in(make_person("duty_officer"))
    query = "state=all&map=yes&format=points&page=2"
    client.post("/account/list-views/", {"name": "On the map", "path": "/alarms/", "query": query})
    assert SavedListView.objects.get().query == "state=all&map=yes"


def test_the_points_of_many_rows_cost_few_queries(django_assert_max_num_queries: "pytest.FixtureRequest") -> None:
    make_alarms(("limit", 4, 30))
    client = signed_in(make_person("duty_officer"))
    client.get("/alarms/", {"format": "points"})
    with django_assert_max_num_queries(14):  # type: ignore[operator]
        assert len(points(client, "/alarms/")) == 30
