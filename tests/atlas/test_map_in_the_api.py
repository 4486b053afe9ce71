"""The map for programs: the same layers, selections and papers as on the page, cut to the caller's rights."""

import json
from typing import Any

import pytest

from tests.atlas.exposure.bodies import LAT, LON, body, keeper
from tests.people import LICANG, YANTAI, make_person, signed_in
from tocsin.atlas.layers.queries import reading
from tocsin.jurisdiction.people.models import User
from tocsin.records.audit.models import AuditEntry

pytestmark = pytest.mark.django_db

POINT = {"type": "Point", "coordinates": [LON, LAT]}
FAR = {"type": "Point", "coordinates": [LON + 1, LAT]}
BOW_TIE = {"type": "Polygon", "coordinates": [[[120, 36], [121, 37], [121, 36], [120, 37], [120, 36]]]}


@pytest.fixture(autouse=True)
def nothing_kept() -> None:
    reading.forget()


def ask(person: User, path: str, **told: object) -> tuple[int, Any]:
    answer = signed_in(person).post(f"/api/v1/atlas/{path}", json.dumps(told), content_type="application/json")
    return answer.status_code, answer.json()


@pytest.mark.parametrize(
    ("role", "region", "geometry", "count", "told_of_people"),
    [
        ("duty_officer", LICANG, POINT, 1, True),
        ("duty_officer", LICANG, FAR, 0, True),
        ("duty_officer", YANTAI, POINT, 0, True),
        ("store_keeper", LICANG, POINT, None, False),
    ],
)
def test_what_lies_in_an_area_is_the_callers(
    role: str, region: str, geometry: dict[str, object], count: int | None, told_of_people: bool
) -> None:
    body(keeper(), figures={"pupils": 900.0})
    status, told = ask(make_person(role, region), "select", geometry=geometry, metres=300, layers=["exposed_bodies", "secret"])
    assert status == 200
    assert [one["count"] for one in told["counts"]] == ([] if count is None else [count])
    assert (told["exposed"] is not None) is told_of_people
    assert told["area_km2"] == pytest.approx(0.28, abs=0.01)


def test_the_rows_of_a_layer_come_page_by_page() -> None:
    body(keeper(), "第一小学")
    body(keeper(), "第二小学", lon=LON + 0.001)
    duty = make_person("duty_officer")
    status, told = ask(duty, "select/rows", unit=LICANG, layer="exposed_bodies", sort="-name")
    assert status == 200
    assert [one["name"] for one in told["rows"]] == ["第二小学", "第一小学"]
    assert (told["total"], told["pages"], len(told["urls"])) == (2, 1, 2)
    assert ask(duty, "select/rows", unit=LICANG, layer="exposed_bodies", page=2)[1]["rows"] == []


def test_layers_are_listed_as_on_the_page() -> None:
    told = signed_in(make_person("duty_officer")).get("/api/v1/atlas/layers").json()
    assert {"alarms", "sensors"} <= {one["name"] for one in told}
    assert signed_in(make_person("cashier")).get("/api/v1/atlas/layers").json() == []


@pytest.mark.parametrize(
    ("told", "status"),
    [
        ({}, 400),
        ({"geometry": POINT, "unit": LICANG}, 400),
        ({"geometry": POINT}, 400),
        ({"geometry": BOW_TIE}, 400),
        ({"geometry": {"type": "Blob"}}, 400),
        ({"unit": "999999"}, 400),
        ({"along": {"layer": "sensors", "key": "none"}}, 400),
        ({"unit": "no code"}, 422),
        ({"unit": LICANG, "more": 1}, 422),
    ],
)
def test_what_is_no_area_is_refused(told: dict[str, object], status: int) -> None:
    answered, _ = ask(make_person("duty_officer"), "select", layers=["sensors"], **told)
    assert answered == status


def test_the_map_is_printed_and_written_in_the_audit_trail() -> None:
    told = {"lon": LON, "lat": LAT, "zoom": 14, "layers": [{"name": "sensors"}, {"name": "secret", "opacity": 40}]}
    client = signed_in(make_person("duty_officer"))
    answer = client.post("/api/v1/atlas/map.pdf", json.dumps(told), content_type="application/json")
    assert answer.content.startswith(b"%PDF")
    assert AuditEntry.objects.get(action="map.printed").details["layers"] == ["sensors"]
    refused = client.post("/api/v1/atlas/map.pdf", json.dumps({**told, "zoom": 40}), content_type="application/json")
    assert refused.status_code == 422
