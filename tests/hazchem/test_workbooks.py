"""Plants from workbooks: every wrong cell told by row, the difference shown first, the same file twice changes nothing."""

from collections import Counter
from collections.abc import Mapping, Sequence
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from tests.clocks import stand_at
from tests.hazchem.plants import make_level, make_plant, make_tank
from tests.languages import english as english
from tests.people import signed_in
from tests.supervision.firms import NOW
from tocsin.base.errors import Conflict, InvalidInput
from tocsin.hazchem.installations.models import (
    HeldSubstance,
    PlantEquipment,
    PlantImport,
    PlantJoint,
    PlantPoint,
    PlantUnit,
)
from tocsin.hazchem.installations.rules.workbook import COLUMNS, GivenRow, ImportVerdict, PlantSheet, read_sheets, values_of
from tocsin.hazchem.installations.services.importing import drop_plants, judged, preview_plants, take_plants
from tocsin.jurisdiction.people.models import User
from tocsin.supervision.objects.models import SupervisedObject

type Sheets = Mapping[str, Sequence[Sequence[object]]]
PLANT: Sheets = {
    "单元": [["单元", "单元类型", "500米范围内人数", "备案编号"], ["Chlorine", "储存单元", 60, "BA-1"]],
    "设备": [
        ["单元", "位号", "设备类型", "容积", "围堰"],
        ["Chlorine", "V-1", "压力容器", 50, "north"],
        ["Chlorine", "V-2", "", 50.5, "north"],
    ],
    "物质": [["单元", "位号", "品名", "设计最大量", "备注"], ["Chlorine", "V-1", "液氯", "100", "x"]],
    "测点": [
        ["单元", "位号", "测点位号", "测点类型", "传感器", "高限", "高高限"],
        ["Chlorine", "V-1", "LT-1", "液位", "tank-1/level", 8, 9],
        ["Chlorine", "V-1", "XS-1", "联锁"],
    ],
    "管道": [["单元", "起点位号", "终点位号", "阀门位号", "切断阀"], ["Chlorine", "V-1", "V-2", "XV-1", "有"]],
}


def book(sheets: Sheets) -> bytes:
    made, content = Workbook(write_only=True), BytesIO()
    for title, rows in sheets.items():
        page = made.create_sheet(title)
        for row in rows:
            page.append(list(row))
    made.save(content)
    return content.getvalue()


def give(actor: User, firm: SupervisedObject, content: bytes) -> PlantImport:
    return preview_plants(actor=actor, object_id=firm.pk, file_name="plant.xlsx", content=content, now=NOW)


def verdicts(actor: User, made: PlantImport) -> dict[str, int]:
    return dict(Counter(row.verdict.value for row in judged(actor=actor, made=made)))


def changed(sheets: Sheets, title: str, line: int, column: int, value: object) -> Sheets:
    rows = [list(row) for row in sheets[title]]
    rows[line][column] = value
    return {**sheets, title: rows}


@pytest.mark.django_db
def test_a_workbook_is_looked_at_then_taken_over_and_again_changes_nothing() -> None:
    firm, _officer, keeper = make_plant()
    make_level()
    made = give(keeper, firm, book(PLANT))
    assert made.unread == ["备注"] and verdicts(keeper, made) == {"new": 7}
    assert not PlantUnit.objects.exists(), "a look writes nothing"
    take_plants(actor=keeper, import_id=made.pk, now=NOW)
    unit = PlantUnit.objects.get()
    assert (unit.grade, unit.filing_number, unit.filed_grade, unit.people) == ("I", "BA-1", "I", 60)
    assert {(one.tag, one.kind, one.volume_m3, one.bund) for one in PlantEquipment.objects.all()} == {
        ("V-1", "pressure_vessel", 50.0, "north"),
        ("V-2", "tank", 50.5, "north"),
    }
    point, interlock = PlantPoint.objects.order_by("tag")
    assert (point.sensor is not None, point.high, point.interlock, interlock.interlock) == (True, 8.0, "", "in_use")
    assert PlantJoint.objects.get().isolating
    again = give(keeper, firm, book(PLANT))
    assert verdicts(keeper, again) == {"same": 7}
    with pytest.raises(Conflict):
        take_plants(actor=keeper, import_id=made.pk, now=NOW)


@pytest.mark.django_db
def test_the_difference_is_shown_and_an_empty_cell_leaves_what_is_known(english: None, monkeypatch: pytest.MonkeyPatch) -> None:
    stand_at(monkeypatch, NOW)
    firm, _officer, keeper = make_plant()
    make_level()
    take_plants(actor=keeper, import_id=give(keeper, firm, book(PLANT)).pk, now=NOW)
    other = changed(changed(PLANT, "物质", 1, 3, 4), "设备", 1, 3, "")
    made = give(keeper, firm, book(other))
    assert verdicts(keeper, made) == {"same": 6, "changed": 1}
    page = signed_in(keeper).get(f"/plants/imports/{made.pk}/").content.decode()
    assert "设计最大量" in page and ">100<" in page and "→ 4" in page
    signed_in(keeper).post(f"/plants/imports/{made.pk}/do/take/")
    assert HeldSubstance.objects.get().design_t == 4.0 and PlantEquipment.objects.get(tag="V-1").volume_m3 == 50.0
    assert PlantUnit.objects.get().grade == "", "graded anew"


WRONG = {
    "a number": ("设备", 1, 3, "many", "many"),
    "a kind": ("设备", 1, 2, "方形", "方形"),
    "people in parts": ("单元", 1, 2, "1.5", "whole"),
    "an unknown sensor": ("测点", 1, 4, "tank-9/level", "tank-9"),
    "limits upside down": ("测点", 1, 5, "10", "high"),
    "equipment that is nowhere": ("物质", 1, 1, "V-9", "V-9"),
    "a pipe back": ("管道", 1, 2, "V-1", "another one"),
    "no substance of the standard": ("物质", 1, 2, "谜", "table 2"),
    "twice": ("设备", 2, 1, "V-1", "line 2"),
    "a tag too long": ("设备", 1, 1, "V" * 61, "60"),
    "yes or no": ("管道", 1, 4, "maybe", "maybe"),
}


@pytest.mark.parametrize("name", WRONG)
@pytest.mark.django_db
def test_every_wrong_cell_is_told_with_its_row(name: str, english: None) -> None:
    title, line, column, value, word = WRONG[name]
    firm, _officer, keeper = make_plant()
    make_level()
    made = give(keeper, firm, book(changed(PLANT, title, line, column, value)))
    wrong = [row for row in judged(actor=keeper, made=made) if row.verdict is ImportVerdict.WRONG]
    assert any(word in str(why) for row in wrong for _column, why in row.problems), wrong
    assert line + 1 in {row.given.line for row in wrong}
    with pytest.raises(Conflict, match="wrong"):
        take_plants(actor=keeper, import_id=made.pk, now=NOW)
    assert not PlantUnit.objects.exists()


@pytest.mark.django_db
def test_what_is_right_can_be_taken_alone_and_what_hangs_on_a_wrong_row_is_wrong() -> None:
    firm, _officer, keeper = make_plant()
    make_level()
    made = give(keeper, firm, book(changed(PLANT, "设备", 1, 3, "many")))
    assert verdicts(keeper, made) == {"wrong": 5, "new": 2}, "V-1, its substance, its two points, its pipe"
    taken = take_plants(actor=keeper, import_id=made.pk, leave_wrong=True, now=NOW)
    assert taken.counts == {"wrong": 5, "new": 2, "changed": 0, "same": 0}
    assert [one.tag for one in PlantEquipment.objects.all()] == ["V-2"]


@pytest.mark.django_db
def test_points_come_in_parts_as_csv_and_only_to_ones_own_firm(english: None) -> None:
    firm, officer, _keeper = make_plant()
    make_tank(officer, firm)
    text = "单元,位号,测点位号,测点类型,高限\n" + "".join(f"Chlorine bund,V-101,P-{n},压力,{n}\n" for n in range(30))
    made = give(officer, firm, text.encode("gb18030"))
    take_plants(actor=officer, import_id=made.pk, now=NOW)
    assert PlantPoint.objects.count() == 30
    other_firm, stranger, _other = make_plant("Other firm", "plant-b")
    with pytest.raises(SupervisedObject.DoesNotExist):
        give(stranger, firm, text.encode())
    with pytest.raises(PlantImport.DoesNotExist):
        drop_plants(actor=stranger, import_id=give(officer, firm, text.encode()).pk, now=NOW)
    del other_firm
    for content, word in ((b"a,b\n1,2\n", "headings"), (book({"x": [["a"]]}), "headings"), (b"PK\x03\x04", "workbook")):
        with pytest.raises(InvalidInput, match=word):
            give(officer, firm, content)


@pytest.mark.django_db
def test_the_empty_workbook_is_one_that_can_be_taken_over(english: None, monkeypatch: pytest.MonkeyPatch) -> None:
    stand_at(monkeypatch, NOW)
    firm, officer, _keeper = make_plant()
    browser = signed_in(officer)
    content = browser.get("/plants/imports/template/").content
    assert [one.title for one in load_workbook(BytesIO(content)).worksheets] == ["单元", "设备", "物质", "测点", "管道"]
    page = browser.post(
        "/plants/imports/", {"file": SimpleUploadedFile("plant.xlsx", content), "object": firm.pk}, follow=True
    ).content.decode()
    assert "V-102 is neither known" in page.replace("液氯罐区 · ", "") and "tank-7/level" in page
    made = PlantImport.objects.get()
    assert "V-102" in browser.get(f"/plants/imports/{made.pk}/?format=csv").content.decode()
    api = browser.get(f"/api/v1/hazchem/plant-imports/{made.pk}/rows?verdict=new").json()
    assert {one["sheet"] for one in api} == {"units", "equipment", "substances"}
    browser.post(f"/plants/imports/{made.pk}/do/drop/")
    assert "dropped" in browser.get(f"/plants/imports/{made.pk}/").content.decode()


TEXTS = st.text("液位有V-1.,%'=🏭 ", max_size=8)


@pytest.mark.one_database
@settings(max_examples=150)
@given(sheet=st.sampled_from(list(PlantSheet)), data=st.data())
def test_any_cell_is_read_or_refused(sheet: PlantSheet, data: st.DataObject) -> None:
    cells = {name: data.draw(TEXTS) for name in COLUMNS[sheet]}
    values, wrong = values_of(GivenRow(sheet, 2, cells))
    keys = set(cells) - set(values) - {column for column, _why in wrong}
    assert not keys & set(values) and all(str(why) for _column, why in wrong)
    rows, _unread = read_sheets({sheet.value: [list(COLUMNS[sheet]), list(cells.values())]})
    assert all(one.sheet is sheet for one in rows)
