"""Plants from workbooks: every wrong cell told by row, the difference shown first, the same file again changes nothing."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import timedelta
from io import BytesIO
from zipfile import ZipFile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from tests.hazchem.plants import make_level, make_plant, make_tank
from tests.languages import english as english
from tests.people import LICANG, signed_in
from tests.records.imports.files import given as file_given
from tests.records.imports.files import judged_now, taken
from tests.supervision.firms import NOW
from tocsin.base.errors import Conflict, InvalidInput
from tocsin.hazchem.installations.models import HeldSubstance, PlantEquipment, PlantJoint, PlantPoint, PlantUnit
from tocsin.hazchem.installations.rules.kinds import EquipmentKind
from tocsin.hazchem.installations.rules.sheets import EquipmentSheet
from tocsin.hazchem.installations.rules.workbook import COLUMNS, PlantSheet, column_as_told, given_row, sheet_of, values_of
from tocsin.hazchem.installations.services.units import enter_equipment
from tocsin.jurisdiction.people.models import User
from tocsin.records.imports.models import TableImport
from tocsin.records.imports.rules import ImportState, ImportVerdict
from tocsin.records.imports.services.taking import undo_file

LATER = NOW + timedelta(hours=1)

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


def give(actor: User, content: bytes, name: str = "plant.xlsx") -> TableImport:
    return file_given(actor, "plants", content, region=LICANG, now=NOW, name=name)


def verdicts(made: TableImport) -> dict[str, int]:
    return dict(Counter(row.verdict.value for row in judged_now(made, NOW)))


def changed(sheets: Sheets, title: str, line: int, column: int, value: object) -> Sheets:
    rows = [list(row) for row in sheets[title]]
    rows[line][column] = value
    return {**sheets, title: rows}


@pytest.mark.django_db
def test_a_workbook_is_looked_at_then_taken_over_and_again_changes_nothing() -> None:
    _firm, _officer, keeper = make_plant()
    make_level()
    made = give(keeper, book(PLANT))
    unknown = [one for one, column in zip(made.headings, made.columns, strict=True) if one and not column]
    assert (verdicts(made), unknown) == ({"new": 7}, ["备注"])
    assert not PlantUnit.objects.exists(), "a look writes nothing"
    taken(made, NOW)
    unit = PlantUnit.objects.get()
    assert (unit.grade, unit.filing_number, unit.filed_grade, unit.people) == ("I", "BA-1", "I", 60)
    assert unit.gradings.count() == 1, "graded once, when all is written"
    assert {(one.tag, one.kind, one.volume_m3, one.bund) for one in PlantEquipment.objects.all()} == {
        ("V-1", "pressure_vessel", 50.0, "north"),
        ("V-2", "tank", 50.5, "north"),
    }
    point, interlock = PlantPoint.objects.order_by("tag")
    assert (point.sensor is not None, point.high, point.interlock, interlock.interlock) == (True, 8.0, "", "in_use")
    assert PlantJoint.objects.get().isolating
    assert verdicts(give(keeper, book(PLANT))) == {"same": 7}
    with pytest.raises(Conflict):
        taken(made, NOW)


@pytest.mark.django_db
def test_the_difference_is_shown_and_an_empty_cell_leaves_what_is_known(english: None) -> None:
    _firm, _officer, keeper = make_plant()
    make_level()
    taken(give(keeper, book(PLANT)), NOW)
    made = give(keeper, book(changed(changed(PLANT, "物质", 1, 3, 4), "设备", 1, 3, "")))
    assert verdicts(made) == {"same": 6, "changed": 1}
    (row,) = [one for one in judged_now(made, NOW) if one.verdict is ImportVerdict.CHANGED]
    assert (row.name, [tuple(one) for one in row.changes]) == ("Chlorine · V-1 · 液氯", [("design_t", "100", "4")])
    browser = signed_in(keeper)
    page = browser.get(f"/imports/{made.pk}/").content.decode()
    assert "Chlorine · V-1 · 液氯" in page and "设计最大量" in page
    browser.post(f"/imports/{made.pk}/take/")
    assert HeldSubstance.objects.get().design_t == 4.0 and PlantEquipment.objects.get(tag="V-1").volume_m3 == 50.0
    assert PlantUnit.objects.get().grade == "", "graded anew"


@pytest.mark.django_db
def test_undo_takes_back_what_came_and_grades_anew(english: None) -> None:
    _firm, _officer, keeper = make_plant()
    sensor = make_level()
    first = taken(give(keeper, book(PLANT)), NOW)
    other = changed(changed(changed(PLANT, "物质", 1, 3, 4), "单元", 1, 3, "BA-2"), "测点", 1, 4, "")
    other = {**other, "设备": [*PLANT["设备"], ["Chlorine", "V-3", "", 10, ""]]}
    second = taken(give(keeper, book(changed(other, "单元", 1, 2, 70))), LATER)
    unit = PlantUnit.objects.get()
    assert (unit.grade, unit.people, unit.filing_number, unit.filed_grade) == ("", 70, "BA-2", "")
    with pytest.raises(Conflict, match="later"):
        undo_file(actor=keeper, import_id=first.pk, now=LATER)
    undo_file(actor=keeper, import_id=second.pk, now=LATER)
    unit.refresh_from_db()
    assert (unit.grade, unit.people, unit.filing_number, unit.filed_grade) == ("I", 60, "BA-1", "I")
    assert HeldSubstance.objects.get().design_t == 100.0 and not PlantEquipment.objects.filter(tag="V-3").exists()
    assert PlantPoint.objects.get(tag="LT-1").sensor == sensor
    assert undo_file(actor=keeper, import_id=first.pk, now=LATER).state is ImportState.UNDONE
    assert not PlantUnit.objects.exists() and not PlantPoint.objects.exists()


@pytest.mark.django_db
def test_what_somebody_built_upon_is_not_undone(english: None) -> None:
    _firm, _officer, keeper = make_plant()
    make_level()
    made = taken(give(keeper, book(PLANT)), NOW)
    unit = PlantUnit.objects.get()
    enter_equipment(actor=keeper, unit_id=unit.pk, sheet=EquipmentSheet(tag="V-9", kind=EquipmentKind.TANK))
    with pytest.raises(Conflict, match="in use"):
        undo_file(actor=keeper, import_id=made.pk, now=LATER)
    assert PlantPoint.objects.count() == 2, "nothing is undone"


WRONG = {
    "a number": ("设备", 1, 3, "many", "many"),
    "a kind": ("设备", 1, 2, "方形", "方形"),
    "people in parts": ("单元", 1, 2, "1.5", "whole"),
    "an unknown sensor": ("测点", 1, 4, "tank-9/level", "tank-9"),
    "limits upside down": ("测点", 1, 5, "10", "high"),
    "equipment that is nowhere": ("物质", 1, 1, "V-9", "V-9"),
    "a pipe back": ("管道", 1, 2, "V-1", "another one"),
    "no substance of the standard": ("物质", 1, 2, "谜", "table 2"),
    "twice": ("设备", 2, 1, "V-1", "设备 2"),
    "a tag too long": ("设备", 1, 1, "V" * 61, "60"),
    "yes or no": ("管道", 1, 4, "maybe", "maybe"),
}


@pytest.mark.parametrize("name", WRONG)
@pytest.mark.django_db
def test_every_wrong_cell_is_told_with_its_row(name: str, english: None) -> None:
    title, line, column, value, word = WRONG[name]
    _firm, _officer, keeper = make_plant()
    make_level()
    made = give(keeper, book(changed(PLANT, title, line, column, value)))
    wrong = [row for row in judged_now(made, NOW) if row.verdict is ImportVerdict.WRONG]
    assert any(word in one.text for row in wrong for one in row.problems), wrong
    assert line + 1 in {row.sheet_line for row in wrong if row.sheet == title}
    with pytest.raises(Conflict, match="wrong"):
        taken(made, NOW)
    assert not PlantUnit.objects.exists()


@pytest.mark.django_db
def test_what_is_right_can_be_taken_alone_and_what_hangs_on_a_wrong_row_is_wrong() -> None:
    _firm, _officer, keeper = make_plant()
    make_level()
    made = give(keeper, book(changed(PLANT, "设备", 1, 3, "many")))
    assert verdicts(made) == {"wrong": 5, "new": 2}, "V-1, its substance, its two points, its pipe"
    told = taken(made, NOW, leave_wrong=True)
    assert told.counts == {"wrong": 5, "new": 2}
    assert [one.tag for one in PlantEquipment.objects.all()] == ["V-2"]


@pytest.mark.django_db
def test_points_come_in_parts_as_csv_or_zip_and_only_to_ones_own_firm(english: None) -> None:
    firm, officer, _keeper = make_plant()
    make_tank(officer, firm)
    text = "单元,位号,测点位号,测点类型,高限\n" + "".join(f"Chlorine bund,V-101,P-{n},压力,{n}\n" for n in range(30))
    taken(give(officer, text.encode("gb18030"), "points.csv"), NOW)
    assert PlantPoint.objects.count() == 30
    packed = BytesIO()
    with ZipFile(packed, "w") as archive:
        archive.writestr("测点.csv", text.replace("P-", "Q-"))
    assert verdicts(give(officer, packed.getvalue(), "points.zip")) == {"new": 30}
    _other_firm, stranger, _other = make_plant("Other firm", "plant-b")
    assert verdicts(give(stranger, text.encode(), "points.csv")) == {"wrong": 30}, "the unit is none of their firm"
    for content, word in ((b"a,b\n1,2\n", "headings"), (book({"x": [["a"]]}), "headings"), (b"PK\x03\x04", "workbook")):
        with pytest.raises(InvalidInput, match=word):
            give(officer, content)


@pytest.mark.django_db
def test_rows_say_whose_they_are_where_somebody_keeps_several_firms(english: None) -> None:
    _firm, _officer, keeper = make_plant()
    other, _stranger, _keeper = make_plant("Other firm", "plant-b")
    made = give(keeper, "单元,单元类型\nBund,储存单元\n".encode(), "units.csv")
    (row,) = judged_now(made, NOW)
    assert [one.column for one in row.problems] == ["credit_code"]
    type(other).objects.filter(pk=other.pk).update(credit_code="91350100M000100Y43")
    named = give(keeper, "信用代码,单元,单元类型\n91350100M000100Y43,Bund,储存单元\n".encode(), "units.csv")
    taken(named, NOW)
    assert PlantUnit.objects.get().object_id == other.pk


@pytest.mark.django_db
def test_the_empty_workbook_is_one_that_can_be_given(english: None) -> None:
    _firm, officer, _keeper = make_plant()
    browser = signed_in(officer)
    content = browser.get("/imports/to/plants/?format=xlsx&language=zh").content
    assert [one.title for one in load_workbook(BytesIO(content)).worksheets] == ["单元", "设备", "物质", "测点", "管道"]
    made = give(officer, content)
    wrong = [one.text for row in judged_now(made, NOW) for one in row.problems]
    assert wrong == ["示例：液氯罐区 · V-102 is neither known nor in this file"]
    moved = browser.get("/plants/imports/")
    assert (moved.status_code, moved["Location"]) == (301, "/imports/to/plants/")


TEXTS = st.text("液位有V-1.,%'=🏭 ", max_size=8)


@pytest.mark.one_database
@settings(max_examples=150)
@given(sheet=st.sampled_from(list(PlantSheet)), data=st.data())
def test_any_cell_is_read_or_refused(sheet: PlantSheet, data: st.DataObject) -> None:
    cells = {name: data.draw(TEXTS) for name in COLUMNS[sheet]}
    row = given_row(sheet, "2", cells)
    values, wrong = values_of(row)
    assert not set(values) & {column for column, _why in wrong} and all(str(why) for _column, why in wrong)
    assert {column_as_told(sheet, name) for name in row.cells} == set(COLUMNS[sheet])
    assert sheet_of(sheet.value, ()) is sheet and sheet_of("", COLUMNS[sheet]) is sheet
