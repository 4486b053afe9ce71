"""Networks as map files: what is taken out comes in again and changes nothing, whoever worked on it in between."""

from datetime import timedelta
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pyogrio
import pytest

from tests.languages import english as english
from tests.lifelines.test_tables import AT, KIND, WELLS, give
from tests.people import LICANG, SHINAN, make_person, signed_in
from tests.records.imports.files import given, judged_now, taken
from tests.usual_bodies import usual_bodies
from tocsin.jurisdiction.people.models import User
from tocsin.lifelines.models import Asset
from tocsin.records.imports.rules import ImportVerdict

pytestmark = pytest.mark.django_db
LATER = AT + timedelta(hours=1)
FORMS = ("gpkg", "shp")


@pytest.fixture
def keeper(regions: None) -> User:
    """Who keeps a network of two wells, a sewer with a bend, a valve with all that a column may hold, and one of no owner."""
    usual_bodies(LICANG)
    keeper = make_person("rule_engineer", LICANG)
    taken(give(keeper, WELLS), AT)
    bent = {"type": "LineString", "coordinates": [[120.41, 36.15], [120.415, 36.16], [120.42, 36.15]]}
    Asset.objects.filter(code="AB").update(
        geometry=bent, material="混凝土", installed=1998, nominal_pressure_kpa=12.5, ground_elevation_m=-1.25
    )
    more = {"name_en": "Well 1", "street_en": "Shiniushan Road", "operable": False, "last_checked": "2026-05-04"}
    Asset.objects.filter(code="A").update(
        street="石牛山路", utility="sewer", use="检查", properties=more, owner=None, owner_code="nobody"
    )
    return keeper


@pytest.mark.parametrize("form", [*FORMS, "geojson"])
def test_what_is_taken_out_comes_in_again_as_it_is(keeper: User, english: None, form: str) -> None:
    answer = signed_in(keeper).get(f"/lifelines/assets/?format={form}")
    assert answer.status_code == 200
    again = given(keeper, KIND, answer.content, region=LICANG, now=LATER, name="networks")
    rows = judged_now(again, LATER)
    assert {row.cells["code"]: (row.verdict, row.problems, row.changes) for row in rows} == {
        code: (ImportVerdict.SAME, [], []) for code in ("A", "B", "AB")
    }


@pytest.mark.parametrize("form", FORMS)
def test_programs_read_points_and_lines_apart_in_degrees(keeper: User, tmp_path: Path, form: str) -> None:
    content = signed_in(keeper).get(f"/api/v1/lifelines/assets/file?form={form}&kinds=sewer").content
    path = tmp_path / f"networks.{form}"
    if form == "shp":
        ZipFile(BytesIO(content)).extractall(tmp_path)
        path = tmp_path / "lines.shp"
        assert (tmp_path / "points.shp").exists()
    else:
        path.write_bytes(content)
        assert {name for name, _kind in pyogrio.list_layers(path)} == {"points", "lines"}
    told = pyogrio.read_info(path, layer="lines")
    assert (told["crs"], told["geometry_type"], told["features"]) == ("EPSG:4326", "LineString", 1)


def test_another_form_is_refused(keeper: User) -> None:
    assert signed_in(keeper).get("/api/v1/lifelines/assets/file?form=dwg").status_code == 422


def test_nobody_takes_out_what_lies_elsewhere(keeper: User, tmp_path: Path) -> None:
    stranger = make_person("rule_engineer", SHINAN)
    path = tmp_path / "networks.gpkg"
    path.write_bytes(signed_in(stranger).get("/lifelines/assets/?format=gpkg").content)
    assert [pyogrio.read_info(path, layer=name)["features"] for name in ("points", "lines")] == [0, 0]
