"""The page of the one map: its catalogue and its tiles are cut to the reader, its address is checked."""

import gzip
import json
import re

import pytest
from django.test import Client
from django.utils import translation

from tests.atlas.test_tiles import tile_at
from tests.atlas.tile_reader import read_tile
from tests.people import LICANG, YANTAI, make_person, signed_in
from tests.warning.district import make_district
from tocsin.atlas.layers.queries import reading
from tocsin.atlas.layers.rules.view import MapView, ShownLayer
from tocsin.atlas.layers.shown.catalogue import spoken
from tocsin.base.errors import InvalidInput


@pytest.fixture(autouse=True)
def nothing_kept() -> None:
    reading.forget()


def catalogue_of(client: Client, query: str = "") -> tuple[dict[str, dict[str, object]], str]:
    page = client.get(f"/map/{query}").content.decode()
    found = re.search(r'id="map-catalogue"[^>]*>(.*?)</script>', page, re.DOTALL)
    assert found is not None
    return {one["name"]: one for one in json.loads(found[1])}, page


@pytest.mark.django_db
def test_the_catalogue_holds_what_the_reader_may_see() -> None:
    with translation.override("en"):
        duty, _ = catalogue_of(signed_in(make_person("duty_officer", LICANG)))
        nobody, _ = catalogue_of(signed_in(make_person("cashier", LICANG)))
    assert {"alarms", "cases", "sensors", "network-gas"} <= set(duty)
    assert "alarms" not in nobody


@pytest.mark.django_db
def test_a_shared_view_is_cut_to_the_rights_of_who_opens_it() -> None:
    query = "?view=120.43,36.16,14&layers=alarms,cases*60,secret-layer"
    _, page = catalogue_of(signed_in(make_person("duty_officer", LICANG)), query)
    assert "1 layer of this view is not shown to" in " ".join(page.split())
    start = json.loads(re.search(r'id="map-start"[^>]*>(.*?)</script>', page, re.DOTALL)[1])  # type: ignore[index]
    assert start["layers"] == [["alarms", 100], ["cases", 60]]
    assert start["view"] == [120.43, 36.16, 14]


@pytest.mark.django_db
def test_tiles_hold_what_lies_within_the_readers_reach() -> None:
    make_district()
    place = tile_at(120.4, 36.2, 12)
    for region, seen in ((LICANG, True), (YANTAI, False)):
        answer = signed_in(make_person("duty_officer", region)).get(f"/map/tiles/sensors,secret/{place.z}/{place.x}/{place.y}")
        layers = read_tile(gzip.decompress(answer.content)) if answer.content else {}
        assert bool(layers.get("sensors")) is seen
        assert "secret" not in layers
        assert answer["Cache-Control"] == "private, no-store"


@pytest.mark.django_db
def test_no_tile_is_for_strangers_or_off_the_earth() -> None:
    assert Client().get("/map/tiles/alarms/3/1/1").status_code == 302
    assert signed_in(make_person("duty_officer", LICANG)).get("/map/tiles/alarms/3/9/1").status_code == 404


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({"view": "120.4,36.1"}, "is not longitude, latitude and zoom"),
        ({"view": "220,36.1,12"}, "lies outside the map"),
        ({"layers": "alarms*much"}, "is no name of a layer"),
        ({"layers": ",".join(f"l{number}" for number in range(60))}, "are more than the 40"),
        ({"at": "2026-11-24T14:00"}, "names no time zone"),
        ({"at": "yesterday"}, "is no moment of ISO 8601"),
    ],
)
def test_an_address_that_says_nonsense_is_told_so(told: dict[str, str], said: str) -> None:
    with translation.override("en"), pytest.raises(InvalidInput, match=said):
        MapView.parse(told)


def test_a_layer_named_twice_lies_once_at_its_first_place() -> None:
    assert MapView.parse({"layers": "a,b*20,a*50"}).layers == (ShownLayer("a", 50), ShownLayer("b", 20))


def test_words_are_found_by_how_they_are_said() -> None:
    assert spoken("在办事件") == "zaibanshijian zbsj"
    assert spoken("Open cases") == ""
