"""Selecting on the map: shapes, what lies in them, the table, and nothing of others."""

import json

import pytest
import shapely
from django.test import Client
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from tests.people import LICANG, YANTAI, make_person, signed_in
from tests.warning.district import make_district
from tocsin.atlas.layers.queries import reading
from tocsin.atlas.layers.rules.selection import Circle, Polygon, Strip, area_km2, around, shape_drawn
from tocsin.base.errors import InvalidInput

ROUND_IT = {"kind": "circle", "middle": [120.4, 36.2], "metres": 500}


@pytest.fixture(autouse=True)
def nothing_kept() -> None:
    reading.forget()


@given(st.floats(-170, 170), st.floats(-70, 70), st.floats(10, 20_000))
def test_everything_within_the_metres_is_inside_and_nothing_beyond(lon: float, lat: float, metres: float) -> None:
    area = shape_drawn(Circle((lon, lat), metres))
    north = metres / 111_195
    assert area.contains(shapely.Point(lon, lat + 0.99 * north))
    assert not area.contains(shapely.Point(lon, lat + 1.01 * north))


def test_a_strip_is_as_wide_as_was_said() -> None:
    strip = shape_drawn(Strip([(120.4, 36.1), (120.41, 36.1)], 100.0))
    assert area_km2(strip) == pytest.approx(0.9 * 0.2 + 0.0314, rel=0.02)


def test_a_polygon_that_crosses_itself_is_refused() -> None:
    with translation.override("en"), pytest.raises(InvalidInput, match="crosses itself"):
        shape_drawn(Polygon([(120.4, 36.1), (120.5, 36.2), (120.5, 36.1), (120.4, 36.2)]))


def test_the_area_round_a_line_holds_the_line() -> None:
    line = shapely.LineString([(120.4, 36.1), (120.5, 36.3)])
    assert around(line, 1.0).contains(line)


def ask(client: Client, path: str, **more: object) -> dict[str, object]:
    question = {"shape": ROUND_IT, "layers": ["sensors", "secret"], **more}
    answer = client.post(path, json.dumps(question), content_type="application/json")
    told: dict[str, object] = answer.json()
    return told


@pytest.mark.django_db
def test_who_lies_in_the_shape_is_counted_for_those_who_may_see_it() -> None:
    make_district()
    for region, count in ((LICANG, True), (YANTAI, False)):
        (told,) = ask(signed_in(make_person("duty_officer", region)), "/map/select/")["counts"]  # type: ignore[misc]
        assert told["name"] == "sensors"
        assert (told["count"] > 0) is count


@pytest.mark.django_db
def test_the_table_sorts_turns_over_and_is_kept_as_a_file() -> None:
    make_district()
    client = signed_in(make_person("duty_officer"))
    up, down = (ask(client, "/map/select/rows/", layer="sensors", sort=sort) for sort in ("name", "-name"))
    names = [one["name"] for one in up["rows"]]  # type: ignore[attr-defined]
    assert names == sorted(names)
    assert [one["name"] for one in down["rows"]] == names[::-1]  # type: ignore[attr-defined]
    assert ask(client, "/map/select/rows/", layer="sensors", page=99)["rows"] == []
    question = {"shape": ROUND_IT, "layers": [], "layer": "sensors"}
    file = client.post("/map/select/table/", {"question": json.dumps(question)})
    assert file["Content-Type"].startswith("text/csv")
    assert len(file.content.decode("utf-8-sig").splitlines()) == 1 + len(names)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("shape", "said"),
    [
        ({"kind": "circle", "middle": [120.4, 36.2], "metres": 0}, "This can't be read"),
        ({"kind": "blob"}, "This can't be read"),
        ({"kind": "along", "layer": "sensors", "key": "x", "metres": 5}, "there is no object"),
        ({"kind": "unit", "code": "999999"}, "the map knows no city or county"),
    ],
)
def test_a_wrong_question_is_told_what_is_wrong(shape: dict[str, object], said: str) -> None:
    answer = ask(signed_in(make_person("duty_officer")), "/map/select/", shape=shape)
    assert str(answer["detail"]).startswith(said)


@pytest.mark.django_db
def test_a_county_is_an_area_like_any_other() -> None:
    make_district()
    answer = ask(signed_in(make_person("duty_officer")), "/map/select/", shape={"kind": "unit", "code": LICANG})
    assert 80 < float(str(answer["area_km2"])) < 120
