"""The networks over the API: what is answered, and that nothing crosses a border."""

from typing import Any

import pytest
from django.test import Client

from tests.lifelines.street import street
from tests.people import SHINAN
from tocsin.jurisdiction.people.models import User
from tocsin.jurisdiction.people.services.system import system_actor
from tocsin.lifelines.models import Asset
from tocsin.lifelines.queries.networks import features
from tocsin.lifelines.services.networks import import_network

BASE = "/api/v1/lifelines"


@pytest.fixture
def browser(client: Client, viewer: User) -> Client:
    client.force_login(viewer)
    return client


def test_assets_as_geojson_with_an_etag(loaded: None, browser: Client) -> None:
    answer = browser.get(f"{BASE}/assets.geojson")
    assert answer.headers["Content-Type"] == "application/geo+json"
    codes = {feature["properties"]["code"] for feature in answer.json()["features"]}
    assert codes == {"A", "B", "C", "H", "AB", "BC"}
    tag = answer.headers["ETag"]
    assert browser.get(f"{BASE}/assets.geojson", headers={"If-None-Match": tag}).status_code == 304
    import_network(actor=system_actor(), features=street(), region_code="370213")
    assert browser.get(f"{BASE}/assets.geojson", headers={"If-None-Match": tag}).status_code == 200


def test_assets_of_some_kinds(loaded: None, browser: Client) -> None:
    found = browser.get(f"{BASE}/assets.geojson?kinds=chamber,sewer").json()["features"]
    assert {feature["properties"]["kind"] for feature in found} == {"chamber", "sewer"}
    assert browser.get(f"{BASE}/assets.geojson?kinds=castle").status_code == 400


def test_search_and_one_asset(loaded: None, browser: Client) -> None:
    found = browser.get(f"{BASE}/assets?search=H&kinds=chamber").json()
    assert (found["total"], found["items"][0]["code"]) == (1, "H")
    one = browser.get(f"{BASE}/assets/{found['items'][0]['id']}").json()
    assert (one["depth_m"], one["owner_code"]) == (2.5, "heating_company")


def test_what_can_reach_a_manhole(loaded: None, browser: Client) -> None:
    asset = Asset.objects.get(code="C").pk
    arrivals = browser.get(f"{BASE}/assets/{asset}/reach?hours=1&medium=sewage").json()
    assert [one["asset"] for one in arrivals] == ["BC", "B", "AB", "A"]
    assert arrivals[-1]["way"] == ["A", "AB", "B", "BC", "C"]
    assert [one["travel_time_s"] for one in arrivals] == sorted(one["travel_time_s"] for one in arrivals)
    assert browser.get(f"{BASE}/assets/{asset}/reach?medium=ether").status_code == 400


PATHS = ["assets/{asset}", "assets/{asset}/reach"]


@pytest.mark.parametrize("path", PATHS)
def test_nothing_crosses_a_border(loaded: None, client: Client, stranger: User, path: str) -> None:
    client.force_login(stranger)
    asset = Asset.objects.get(code="A").pk
    assert client.get(f"{BASE}/{path.format(asset=asset)}").status_code == 404
    assert client.get(f"{BASE}/assets.geojson").json()["features"] == []
    assert client.get(f"{BASE}/assets").json()["total"] == 0


def test_strangers_to_the_house_are_refused(client: Client, db: Any) -> None:
    assert client.get(f"{BASE}/assets.geojson").status_code == 401


def test_lists_take_the_same_queries_whatever_their_length(
    loaded: None, browser: Client, django_assert_max_num_queries: Any
) -> None:
    import_network(actor=system_actor(), features=street(), region_code=SHINAN)
    with django_assert_max_num_queries(6):
        browser.get(f"{BASE}/assets?limit=500")


def test_a_map_asks_for_the_assets_of_its_part_of_the_earth(loaded: None, viewer: User) -> None:
    b = Asset.objects.get(code="B")
    within = (b.lon - 0.0002, b.lat - 0.0002, b.lon + 0.0002, b.lat + 0.0002)
    assert {one["properties"]["code"] for one in features(viewer, within=within)} == {"B", "H"}
    assert {one["properties"]["code"] for one in features(viewer)} == {"A", "B", "C", "H", "AB", "BC"}
