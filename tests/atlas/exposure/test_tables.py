"""Bodies from files: every wrong row is told with its column, and taking a file over twice changes nothing."""

import json

import pytest

from tests.atlas.exposure.bodies import LAT, LON, NOW, body, keeper
from tests.languages import english as english
from tests.people import LICANG
from tests.records.imports import files
from tests.records.imports.files import judged_now, taken
from tocsin.atlas.exposure.models import BodyFigures, ExposedBody
from tocsin.base.errors import Conflict, InvalidInput
from tocsin.jurisdiction.people.models import User
from tocsin.records.imports.models import TableImport
from tocsin.records.imports.services.taking import undo_file

pytestmark = pytest.mark.django_db

TABLE = """编码,类型,名称,经度,纬度,学生人数,床位数,数据日期
S-1,学校,第一小学,120.43,36.16,900,,2026-03-01
H-1,hospital,区医院,120.44,36.16,,"1,200",2026/03/01
X-1,城堡,宫殿,120.44,36.16,,,
X-2,学校,,120.44,36.16,,,
X-3,学校,第三小学,一百二,36.16,,,
S-1,学校,第一小学又一次,120.43,36.16,,,
X-4,学校,第四小学,120.43,36.16,,30,
"""


def given(by: User, text: str, name: str = "b.csv") -> TableImport:
    return files.given(by, "exposed-bodies", text, region=LICANG, now=NOW, name=name)


def test_every_wrong_row_is_told_and_the_right_ones_are_taken_over() -> None:
    by = keeper()
    made = given(by, TABLE)
    rows = judged_now(made, NOW)
    assert [row.verdict.value for row in rows] == ["new", "new", "wrong", "wrong", "wrong", "wrong", "wrong"]
    assert [row.problems[0][0] for row in rows if row.problems] == ["kind", "name", "lon", "code", "beds"]
    assert "Line 2" in rows[5].problems[0][1]
    with pytest.raises(Conflict):
        taken(made, NOW)
    taken(made, NOW, leave_wrong=True)
    assert ExposedBody.objects.get(code="H-1").figures == {"beds": 1200.0}
    assert BodyFigures.objects.count() == 2
    with pytest.raises(Conflict):
        taken(made, NOW, leave_wrong=True)


def test_the_same_file_again_changes_nothing_and_an_empty_cell_erases_nothing() -> None:
    by = keeper()
    right = "\n".join(TABLE.splitlines()[:3])
    taken(given(by, right), NOW)
    assert {row.verdict for row in judged_now(given(by, right), NOW)} == {"same"}
    again = given(by, "编码,类型,名称,电话\nS-1,学校,第一小学,0532-7\n")
    taken(again, NOW)
    found = ExposedBody.objects.get(code="S-1")
    assert (found.telephone, found.figures, found.lon) == ("0532-7", {"pupils": 900.0}, LON)
    assert BodyFigures.objects.filter(body=found).count() == 1


def test_features_come_with_their_shapes() -> None:
    by = keeper()
    line = {"type": "LineString", "coordinates": [[LON, LAT], [LON + 0.01, LAT]]}
    features = [
        {"type": "Feature", "geometry": line, "properties": {"编码": "Q-1", "类型": "桥梁", "名称": "一号桥", "桥长": 900}},
        {"type": "Feature", "geometry": {"type": "Cube"}, "properties": {"类型": "桥梁", "名称": "二号桥"}},
        "no feature",
    ]
    made = given(by, json.dumps({"type": "FeatureCollection", "features": features}), "b.geojson")
    rows = judged_now(made, NOW)
    assert [row.verdict.value for row in rows] == ["new", "wrong", "wrong"]
    taken(made, NOW, leave_wrong=True)
    found = ExposedBody.objects.get(code="Q-1")
    assert (found.shape, found.figures) == (line, {"length": 900.0})
    assert LON < found.lon < LON + 0.01


def test_a_row_may_be_part_of_a_body_of_the_register() -> None:
    by = keeper()
    whole = body(by, "广场", "market", code="M")
    made = given(by, f"编码,类型,名称,经度,纬度,所属建筑\nV,文体场馆,影院,{LON},{LAT},M\nW,文体场馆,剧场,{LON},{LAT},N\n")
    rows = judged_now(made, NOW)
    assert [row.verdict.value for row in rows] == ["new", "wrong"]
    taken(made, NOW, leave_wrong=True)
    assert ExposedBody.objects.get(code="V").within == whole


def test_an_import_is_undone_with_a_line_of_history(english: None) -> None:
    by = keeper()
    taken(given(by, "\n".join(TABLE.splitlines()[:2])), NOW)
    made = given(by, "编码,类型,名称,经度,纬度,学生人数\nS-1,学校,第一小学,120.43,36.16,950\nS-2,学校,第二小学,120.43,36.17,20\n")
    taken(made, NOW)
    part = body(by, "食堂", "market", code="P")
    part.within = ExposedBody.objects.get(code="S-2")
    part.save()
    with pytest.raises(Conflict, match="食堂 is a part"):
        undo_file(actor=by, import_id=made.pk, now=NOW)
    part.delete()
    undo_file(actor=by, import_id=made.pk, now=NOW)
    found = ExposedBody.objects.get()
    assert (found.code, found.figures) == ("S-1", {"pupils": 900.0})
    assert [one.figures for one in BodyFigures.objects.filter(body=found).order_by("pk")][-1] == {"pupils": 900.0}


@pytest.mark.parametrize("text", ["甲\n小学\n", '{"type": "FeatureCollection"}', '{"FeatureCollection": ', ""])
def test_what_is_no_table_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput):
        given(keeper(), text)
