"""The registry as entities: addresses, options, pages, rights."""

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from tests.people import make_person, signed_in
from tests.sensing.things.city import ROOT, SHINAN, Ask, asking, reply, walked
from tocsin.jurisdiction.people.models import User
from tocsin.jurisdiction.people.services.tokens import create_token
from tocsin.sensing.devices.models import Device
from tocsin.sensing.things.rules.entities import ENTITIES
from tocsin.sensing.things.rules.tree import Kind

pytestmark = pytest.mark.django_db


def names(page: Any, name: str = "name") -> list[Any]:
    return [one[name] for one in page["value"]]


def test_the_service_names_every_set_and_what_holds(ask: Ask) -> None:
    for address in (ROOT, f"{ROOT}/"):
        document = ask(address)
        assert [one["name"] for one in document["value"]] == list(ENTITIES)
        assert "http://www.opengis.net/spec/iot_sensing/1.1/req/datamodel" in document["serverSettings"]["conformance"]
    for one in document["value"]:
        assert ask(one["url"], S_top=1)["value"], one


def test_every_entity_leads_to_itself_and_by_every_link_to_others(ask: Ask) -> None:
    for name, entity in ENTITIES.items():
        one = ask(f"/{name}", S_top=1)["value"][0]
        assert ask(one["@iot.selfLink"]) == one
        for link in entity.links:
            behind = ask(one[f"{link.name}@iot.navigationLink"])
            shown = behind["value"][0] if link.many else behind
            assert ask(shown["@iot.selfLink"]) == shown, (name, link.name)


def test_ids_are_quoted_or_not(ask: Ask) -> None:
    device = Device.objects.get(code="well-1")
    assert ask(f"/Things('{device.pk}')") == ask(f"/Things({device.pk})")
    assert ask("/Datastreams(0)") == ask("/Datastreams('0')")
    assert ask("/ObservedProperties('methane')") == ask("/ObservedProperties(methane)")


def test_properties_have_addresses(ask: Ask) -> None:
    assert ask("/Datastreams(0)/name") == {"name": "Gas O'Neill"}
    assert ask("/Datastreams(0)/name/$value") == "Gas O'Neill"
    assert ask("/Datastreams(0)/unitOfMeasurement")["unitOfMeasurement"]["symbol"] == "pct_lel"
    assert ask("/Datastreams(0)/unitOfMeasurement/symbol/$value") == "pct_lel"
    assert ask("/Datastreams(0)/properties/alarmHigh/$value") == "20.0"
    assert ask("/Datastreams(0)/properties/alarmLow/$value", status=204) == ""
    assert ask("/Datastreams(0)/observedArea")["observedArea"] == {"type": "Point", "coordinates": [120.4, 36.2]}
    assert ask("/Datastreams(0)/id") == {"@iot.id": 0}
    assert ask("/Datastreams(0)/Thing/name/$value") == "Well at the gate"


def test_references_are_addresses_alone(ask: Ask) -> None:
    assert ask("/Datastreams/$ref")["value"][0] == {"@iot.selfLink": f"http://testserver{ROOT}/Datastreams(0)"}
    assert ask("/Datastreams(0)/Thing/$ref")["value"][0]["@iot.selfLink"].startswith(f"http://testserver{ROOT}/Things(")


@pytest.mark.parametrize(
    "path",
    [
        "/Nothing",
        "/Things(1)",
        "/Things('')",
        "/Things/Datastreams",
        "/Datastreams(99)",
        "/Datastreams(3)",  # of another region
        "/Datastreams(0)/nothing",
        "/Datastreams(0)/name/more",
        "/Datastreams(0)(0)",
        "/Datastreams(0)/Thing(1)",
        "/Datastreams('a b')",
        "/Datastreams(12345678901234567890)",
        "/Observations('0-1')",
        "/Observations('3-1')",
        "/ObservedProperties('light')",
        "/$value",
        "/Things/$value",
        "/" + "Things/" * 20,
    ],
)
def test_what_is_not_there_is_404_in_the_standards_form(ask: Ask, path: str) -> None:
    told = ask(path, status=404)
    assert told["error"]["message"]


def test_links_lead_only_to_what_is_linked(ask: Ask) -> None:
    device = Device.objects.get(code="well-2")
    assert names(ask(f"/Things({device.pk})/Datastreams"), "@iot.id") == [2]
    ask(f"/Things({device.pk})/Datastreams(0)", status=404)
    assert ask(f"/Things({device.pk})/Datastreams(2)")["@iot.id"] == 2


@pytest.mark.parametrize(
    ("entity", "condition", "ids"),
    [
        ("Datastreams", "name eq 'Gas O''Neill'", [0]),
        ("Datastreams", "id eq 1 or @iot.id eq 2", [1, 2]),
        ("Datastreams", "id in (0,2,99)", [0, 2]),
        ("Datastreams", "not (id eq 1)", [0, 2]),
        ("Datastreams", "id gt 0 and id le 1", [1]),
        ("Datastreams", "properties/alarmHigh eq null", [1, 2]),
        ("Datastreams", "properties/alarmHigh ne null", [0]),
        ("Datastreams", "not (properties/alarmHigh gt 5)", [1, 2]),
        ("Datastreams", "properties/alarmHigh ne 20", [1, 2]),
        ("Datastreams", "properties/enabled", [0, 1, 2]),
        ("Datastreams", "properties/enabled eq false", []),
        ("Datastreams", "contains(name,'Gas')", [0]),
        ("Datastreams", "contains(name,'gas')", []),
        ("Datastreams", "substringof('Gas',name) eq true", [0]),
        ("Datastreams", "contains(tolower(name),'gas')", [0]),
        ("Datastreams", "startswith(name,'well-1')", [1]),
        ("Datastreams", "endswith(name,'methane')", [2]),
        ("Datastreams", "length(name) eq 11", [0]),
        ("Datastreams", "indexof(name,'O') eq 4", [0]),
        ("Datastreams", "substring(name,4) eq 'O''Neill'", [0]),
        ("Datastreams", "substring(name,0,3) eq 'Gas'", [0]),
        ("Datastreams", "concat(concat(properties/channel,'-'),properties/health) eq 'methane-unknown'", [0, 2]),
        ("Datastreams", "toupper(properties/quantity) eq 'METHANE'", [0, 2]),
        ("Datastreams", "id add 1 eq 2", [1]),
        ("Datastreams", "id mod 2 eq 0", [0, 2]),
        ("Datastreams", "10 div id gt 5", [1]),
        ("Datastreams", "-id eq -2", [2]),
        ("Datastreams", "round(id div 2) eq 1", [1, 2]),
        ("Datastreams", "floor(id div 2) eq 0 and ceiling(id div 2) eq 1", [1]),
        ("Datastreams", "properties/newestTime gt 2000-01-01T00:00:00Z", [0, 1, 2]),
        ("Datastreams", "properties/newestTime gt now()", []),
        ("Datastreams", "Thing/name eq 'Well at the gate'", [0, 1]),
        ("Datastreams", "Thing/properties/code eq 'well-2' and ObservedProperty/name eq 'methane'", [2]),
        ("Datastreams", "not (Thing/properties/code eq 'well-2')", [0, 1]),
        (
            "Datastreams",
            "st_within(observedArea, geography'POLYGON((120.35 36.1,120.405 36.1,120.405 36.25,120.35 36.25,120.35 36.1))')",
            [0],
        ),
        (
            "Datastreams",
            "st_disjoint(observedArea, geography'POLYGON((120.35 36.1,120.405 36.1,120.405 36.25,120.35 36.25,120.35 36.1))')",
            [1, 2],
        ),
        ("Datastreams", "geo.intersects(observedArea, geography'POINT(120.41 36.2)')", [1]),
        ("Datastreams", "geo.distance(observedArea, geography'POINT(120.4 36.2)') lt 0.02", [0, 1]),
        ("Things", "Datastreams/ObservedProperty/name eq 'temperature'", ["well-1"]),
        ("Things", "Datastreams/any(d:d/properties/channel eq 'methane' and d/id gt 0)", ["well-2"]),
        ("Things", "Datastreams/all(d:d/ObservedProperty/name eq 'methane')", ["well-2"]),
        ("Things", "Datastreams/any()", ["well-1", "well-2"]),
        ("Things", "properties/lastSeenTime eq null", ["well-1", "well-2"]),
        ("Things", "year(properties/lastSeenTime) eq 2026", []),
        ("Things", "HistoricalLocations/time lt now()", ["well-1", "well-2"]),
        (
            "Things",
            "year(HistoricalLocations/time) ge 2024 and date(HistoricalLocations/time) gt 2024-01-01",
            ["well-1", "well-2"],
        ),
        (
            "Things",
            "st_within(Locations/location, geography'POLYGON((120.49 36.1,120.6 36.1,120.6 36.35,120.49 36.35,120.49 36.1))')",
            ["well-2"],
        ),
        ("Things", "geo.distance(Locations/location, geography'POINT(120.5 36.3)') lt 0.001", ["well-2"]),
        ("Things", "Datastreams/Thing/Datastreams/id eq 1", ["well-1"]),
    ],
)
def test_conditions(ask: Ask, entity: str, condition: str, ids: list[Any]) -> None:
    found = ask(f"/{entity}", S_filter=condition)["value"]
    assert [one["@iot.id"] if entity == "Datastreams" else one["properties"]["code"] for one in found] == ids


@pytest.mark.parametrize(
    ("entity", "condition", "status", "word"),
    [
        ("Things", "nme eq 1", 400, "nme"),
        ("Things", "name eq 1", 400, "text"),
        ("Things", "name", 400, "true or false"),
        ("Things", "name eq", 400, "too early"),
        ("Things", "name eq 'a' name", 400, "character 13"),
        ("Things", "foo(name) eq 1", 501, "foo"),
        ("Things", "st_touches(Locations/location, geography'POINT(1 1)')", 501, "st_touches"),
        ("Things", "Datastreams/Observations/result gt 1", 501, "history"),
        ("Things", "Datastreams eq null", 400, "entity"),
        ("Things", "Locations/name eq Datastreams/name", 501, "One comparison"),
        ("Things", "properties/lastSeenTime gt 2026-01-01T00:00:00", 400, "zone"),
        ("Things", "properties/lastSeenTime gt 2026-13-01T00:00:00Z", 400, "calendar"),
        ("Datastreams", "st_within(observedArea, geography'POLYGON((1 1,2 2))')", 400, "geometry"),
        ("Datastreams", "geo.intersects(observedArea, geography'LINESTRING(1 1,2 2)')", 501, "POLYGON"),
        ("Datastreams", "year(properties/newestTime) eq 2026", 501, "year"),
        ("Datastreams", "fractionalseconds(Thing/properties/lastSeenTime) eq 0", 501, "fractionalseconds"),
        ("Datastreams", "round(name) eq 1", 400, "round"),
        ("Datastreams", "length(name,name) eq 1", 400, "length"),
    ],
)
def test_what_can_not_be_answered_says_why(ask: Ask, entity: str, condition: str, status: int, word: str) -> None:
    told = ask(f"/{entity}", status=status, S_filter=condition)
    assert word in told["error"]["message"], told


def test_every_property_is_found_by_what_it_tells(ask: Ask) -> None:
    """The value that is told and the value that is asked for are one: each comparison with it finds its entity."""
    for entity in ENTITIES.values():
        if entity.name == "Observations":
            continue
        one = ask(f"/{entity.name}", S_top=1)["value"][0]
        for known in entity.properties:
            value: Any = one
            for part in known.name.split("/"):
                value = value[part]
            if known.kind in (None, Kind.PLACE):
                continue
            quoted = isinstance(value, str) and known.kind is not Kind.TIME
            written = (
                "null"
                if value is None
                else "'" + value.replace("'", "''") + "'"
                if quoted
                else str(value).lower()
                if isinstance(value, bool)
                else str(value)
            )
            if known.kind is Kind.TIME and value and entity.name == "HistoricalLocations":
                continue  # told to the millisecond, kept to the microsecond
            found = ask(f"/{entity.name}", S_filter=f"{known.name} eq {written}")["value"]
            assert one in found, (entity.name, known.name, written)


def test_select_tells_only_what_is_asked_for(ask: Ask) -> None:
    assert ask("/Datastreams", S_select="name", S_top=1)["value"] == [{"name": "Gas O'Neill"}]
    one = ask("/Datastreams(0)", S_select="id,unitOfMeasurement/symbol,Thing")
    assert set(one) == {"@iot.id", "@iot.selfLink", "unitOfMeasurement", "Thing@iot.navigationLink"}
    assert one["unitOfMeasurement"] == {"symbol": "pct_lel"}
    assert "properties" in ask("/Datastreams(0)", S_select="*")
    assert ask("/Datastreams(0)", status=400, S_select="nme")["error"]["code"] == "invalid_input"


def test_expand_with_options_within(ask: Ask) -> None:
    options = "Datastreams($orderby=id desc;$top=1;$count=true;$select=id;$expand=ObservedProperty($select=name)),Locations"
    first = ask("/Things", S_expand=options, S_filter="name eq 'Well at the gate'")["value"][0]
    assert first["Datastreams@iot.count"] == 2
    assert [one["ObservedProperty"] for one in first["Datastreams"]] == [{"name": "temperature"}]
    assert first["Locations"][0]["location"]["coordinates"] == [120.4, 36.2]
    more = ask(first["Datastreams@iot.nextLink"])
    assert [one["@iot.id"] for one in more["value"]] == [0]
    assert "ObservedProperty" in more["value"][0]
    deep = ask("/Datastreams(2)", S_expand="Thing/Datastreams")
    assert [one["@iot.id"] for one in deep["Thing"]["Datastreams"]] == [2]
    filtered = ask("/Things", S_expand="Datastreams($filter=contains(name,'Gas'))")["value"]
    assert [len(one["Datastreams"]) for one in filtered] == [1, 0]


@pytest.mark.parametrize(
    "expand", ["Nothing", "Datastreams(", "Datastreams($top=x)", "Datastreams(top=1)", "Datastreams,Datastreams", "Thing)", "a'"]
)
def test_an_expansion_that_can_not_be_read_is_refused(ask: Ask, expand: str) -> None:
    ask("/Things", status=400, S_expand=expand)
    ask("/Things", status=400, S_expand="Datastreams/Thing/" * 6 + "Datastreams")


@pytest.mark.parametrize(
    "order", ["", "id desc", "properties/alarmHigh", "properties/alarmHigh desc,name desc", "name", "properties/newestTime"]
)
def test_pages_go_on_by_key(ask: Ask, order: str) -> None:
    options = {"S_orderby": order} if order else {}
    whole = ask("/Datastreams", **options)["value"]
    assert walked(ask, "/Datastreams", S_top=1, **options) == whole
    assert walked(ask, "/Datastreams", S_top=1, S_skip=1, **options) == whole[1:]
    things = ask("/Things", S_orderby="name desc")["value"]
    assert walked(ask, "/Things", S_orderby="name desc", S_top=1) == things


def test_count_top_and_skip(ask: Ask) -> None:
    page = ask("/Datastreams", S_count="true", S_top=1, S_skip=1)
    assert (page["@iot.count"], names(page, "@iot.id")) == (3, [1])
    assert ask("/Datastreams", S_top=0, S_count="true") == {"@iot.count": 3, "value": []}
    for name, value in (("S_top", "-1"), ("S_top", "1.5"), ("S_skip", "x"), ("S_count", "1"), ("S_nothing", "1"), ("top", "1")):
        ask("/Datastreams", status=400, **{name: value})
    ask("/Datastreams", status=400, S_skiptoken="x")
    ask("/Datastreams", status=400, S_skiptoken="WyJhIl0")
    ask("/Datastreams(0)", status=400, S_top=1)
    ask("/Datastreams", status=400, S_resultFormat="dataArray")


def test_only_what_lies_within_reach(ask: Ask, person: User) -> None:
    assert {one["properties"]["code"] for one in ask("/Things")["value"]} == {"well-1", "well-2"}
    other = make_person("viewer", SHINAN)
    token = create_token(user=other, name="program", scopes=("sensors.see", "history.see"), now=timezone.now())[1]
    there = asking(token)
    assert {one["properties"]["code"] for one in there("/Things")["value"]} == {"far-1"}
    assert names(there("/ObservedProperties")) == ["methane"]
    assert there("/ObservedProperties('methane')/Datastreams")["value"][0]["@iot.id"] == 3
    for path in ("/Datastreams(0)", "/Datastreams(0)/Observations", "/Sensors(0)", "/FeaturesOfInterest(0)"):
        there(path, status=404)
    assert there("/Observations", S_filter="Datastream/@iot.id eq 0")["value"] == []


def test_a_thing_beyond_reach_is_not_told_by_its_datastream(ask: Ask) -> None:
    Device.objects.filter(code="well-1").update(region_code=SHINAN)
    ask("/Datastreams(0)/Thing", status=404)
    assert ask("/Datastreams(0)", S_expand="Thing")["Thing"] is None
    assert ask("/Datastreams", S_filter="Thing/name eq 'Well at the gate'")["value"] == []


def test_strangers_and_wrong_scopes_get_nothing(person: User) -> None:
    assert reply("/").status_code == 200
    stranger = reply("/Things")
    assert stranger.status_code == 401
    assert "Bearer" in stranger["WWW-Authenticate"]
    assert reply("/Things", "wrong").status_code == 401
    narrow = create_token(user=person, name="narrow", scopes=("assets.see",), now=timezone.now())[1]
    assert reply("/Things", narrow).status_code == 403
    registry = create_token(user=person, name="registry", scopes=("sensors.see",), now=timezone.now())[1]
    assert reply("/Things", registry).status_code == 200
    assert reply("/Observations", registry).status_code == 403
    assert reply("/Datastreams(0)/Observations", registry).status_code == 403
    assert reply("/Datastreams", registry, S_expand="Observations").status_code == 403
    assert signed_in(person).get(f"{ROOT}/Things").status_code == 200


@pytest.mark.parametrize("method", ["put", "patch", "delete", "post"])
def test_the_registry_is_not_written_here(person: User, method: str) -> None:
    for path in ("/Things", "/Datastreams(0)", "/"):
        answer = getattr(Client(enforce_csrf_checks=True), method)(ROOT + path, headers={"Accept-Language": "en"})
        assert answer.status_code == 405
        assert answer["Allow"] == "GET, HEAD"
        assert answer.json()["error"]["message"]


def test_few_questions_however_many_entities(ask: Ask, django_assert_max_num_queries: Any) -> None:
    with django_assert_max_num_queries(14):
        ask("/Things", S_expand="Datastreams($expand=ObservedProperty,Sensor),Locations", S_count="true")
