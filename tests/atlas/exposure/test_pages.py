"""Pages and programs of exposed bodies."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.atlas.exposure.bodies import LAT, LON, NOW, body, keeper
from tests.atlas.exposure.test_tables import TABLE
from tests.clocks import stand_at
from tests.pages import words_of
from tests.people import LICANG, make_person, signed_in
from tocsin.atlas.exposure.models import ExposedBody, PopulationGrid
from tocsin.records.imports.models import TableImport

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch) -> None:
    stand_at(monkeypatch, NOW)


def text_of(content: bytes) -> str:
    return " ".join(words_of(content))


def test_a_keeper_enters_changes_and_closes_a_body_from_the_pages() -> None:
    browser = signed_in(keeper())
    assert "pupils" in text_of(browser.get("/exposed/new/?kind=school").content)
    form = {
        "region_code": LICANG,
        "kind": "school",
        "name": "第一小学",
        "lon": str(LON),
        "lat": str(LAT),
        "figure_code": "pupils",
        "figure": "900",
    }
    browser.post("/exposed/register/", form)
    found = ExposedBody.objects.get()
    assert found.figures == {"pupils": 900.0}
    page = text_of(browser.get(f"/exposed/{found.pk}/").content)
    assert "900 by day" in page
    browser.post(f"/exposed/{found.pk}/change/", {**form, "figure": "950", "people_day": "1010"})
    page = text_of(browser.get(f"/exposed/{found.pk}/").content)
    assert "1 010 by day" in page  # words without their signs
    assert "pupils 900" in page
    browser.post(f"/exposed/{found.pk}/change/", {**form, "figure": "many"})
    found.refresh_from_db()
    assert found.figures == {"pupils": 950.0}
    browser.post(f"/exposed/{found.pk}/state/", {"active": "no"})
    assert "第一小学" not in text_of(browser.get("/exposed/").content)
    assert "第一小学" in text_of(browser.get("/exposed/?closed=yes").content)


def test_a_file_is_looked_at_and_taken_over() -> None:
    browser = signed_in(keeper())
    assert "学生人数" in browser.get("/imports/to/exposed-bodies/?format=csv&language=zh").content.decode()
    file = SimpleUploadedFile("b.csv", TABLE.encode())
    browser.post("/imports/to/exposed-bodies/", {"region_code": LICANG, "file": file, "datum": "cgcs2000"})
    made = TableImport.objects.get()
    assert "Take the right rows over" in text_of(browser.get(f"/imports/{made.pk}/").content)
    assert "宫殿" in browser.get(f"/imports/{made.pk}/?format=csv").content.decode()
    places = browser.get(f"/api/v1/records/imports/{made.pk}/features").json()["features"]
    assert [one["properties"]["shape"] for one in places] == ["good", "good"]
    browser.post(f"/imports/{made.pk}/take/", {"leave_wrong": "yes"})
    assert ExposedBody.objects.count() == 2
    grid = SimpleUploadedFile("g.csv", f"lon,lat,people\n{LON},{LAT},200\n".encode())
    browser.post("/exposed/grids/take/", {"region_code": LICANG, "file": grid, "source": "统计局"})
    assert PopulationGrid.objects.get().in_force
    browser.post("/exposed/grids/from-bodies/", {"region_code": LICANG})
    assert PopulationGrid.objects.filter(in_force=True).get().name != "g.csv"


def test_who_is_around_is_a_page_and_an_answer_for_programs() -> None:
    body(keeper(), figures={"pupils": 900.0}, contact="王老师")
    browser = signed_in(make_person("viewer", LICANG))
    page = text_of(browser.get(f"/exposed/area/?lon={LON}&lat={LAT}&metres=300").content)
    assert "about 900 people by day" in page
    assert "王老师" in page
    assert "Choose a place" in text_of(browser.get("/exposed/area/?lon=x&metres=abc").content)
    asked = {"geometry": {"type": "Point", "coordinates": [LON, LAT]}, "metres": 300, "at": "2026-11-27T22:00:00+08:00"}
    answer = browser.post("/api/v1/atlas/exposed", asked, content_type="application/json").json()
    assert (answer["known"], answer["people"], answer["slot"]) == (True, 0, "night")
    for wrong in ({"type": "Cube"}, {"type": "LineString", "coordinates": [[100, 30], [140, 30]]}):
        refused = browser.post("/api/v1/atlas/exposed", {"geometry": wrong, "metres": 1}, content_type="application/json")
        assert refused.status_code == 400


def test_the_map_shows_bodies_but_dwellings() -> None:
    by = keeper()
    body(by)
    home = body(by, "1号楼", "residential")
    browser = signed_in(make_person("viewer", LICANG))

    def names(query: str = "") -> list[str]:
        features = browser.get(f"/api/v1/atlas/bodies.geojson{query}").json()["features"]
        return [one["properties"]["name"] for one in features]

    assert names() == ["第一小学"]
    assert names("?kind=residential") == ["1号楼"]
    assert names(f"?body={home.pk}") == ["1号楼"]


def test_programs_keep_the_register_too() -> None:
    browser = signed_in(keeper())
    facts = {"kind": "hospital", "name": "区医院", "lon": LON, "lat": LAT, "figures": {"beds": 100}}
    made = browser.post("/api/v1/atlas/bodies", {**facts, "region_code": LICANG}, content_type="application/json").json()
    address = f"/api/v1/atlas/bodies/{made['id']}"
    assert (made["people_night"], made["origin"]) == (90, "reckoned")
    browser.put(address, {**facts, "people_night": 70}, content_type="application/json")
    assert [one["people"][1] for one in browser.get(f"{address}/figures").json()] == [70, None]
    browser.post(f"{address}/state", {"active": False}, content_type="application/json")
    assert browser.get("/api/v1/atlas/bodies").json()["total"] == 0


def test_strangers_see_nothing() -> None:
    found = body(keeper())
    browser = signed_in(make_person("cashier", LICANG))
    assert browser.get("/exposed/").status_code == 403
    assert browser.get("/exposed/area/").status_code == 403
    assert browser.get(f"/exposed/{found.pk}/").status_code == 404
    assert browser.get("/api/v1/atlas/bodies").json()["total"] == 0
