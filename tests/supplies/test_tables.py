"""A catalogue of thousands of kinds from a spreadsheet, every error by its row."""

from io import BytesIO

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.clocks import stand_at
from tests.languages import english as english
from tests.pages import words_of
from tests.people import signed_in
from tests.supplies.stores import NOW, head, item, received, store
from tocsin.base.errors import Conflict, InvalidInput
from tocsin.supplies.catalogue.models import CatalogueTable, Item
from tocsin.supplies.catalogue.rules.tables import RowVerdict
from tocsin.supplies.catalogue.services.tables import drop_items, judged_rows, preview_items, take_items

pytestmark = pytest.mark.django_db

HEAD = "名称,国标编码,类别,计量单位,保质期（月）,折合件数\n"


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch) -> None:
    stand_at(monkeypatch, NOW)


def given(by: object, text: str) -> CatalogueTable:
    return preview_items(
        actor=by,  # type: ignore[arg-type]
        region_code="370200",
        file_name="目录.csv",
        content=(HEAD + text).encode(),
        now=NOW,
    )


def test_every_wrong_row_is_told_with_its_column(english: None) -> None:
    by = head()
    made = given(
        by,
        "棉被,1010203,基本生活保障,床,72,1\n"
        "毛毯,10102,A1,条,72,1\n"
        "帐篷,1010203,没有,顶,七十二,1\n"
        ",1010203,A1,床,72,1\n"
        "棉被,1010203,A1,床,72,x\n",
    )
    rows = judged_rows(made)
    assert [row.verdict for row in rows] == [RowVerdict.NEW, *[RowVerdict.WRONG] * 4]
    assert [[name for name, _text in row.problems] for row in rows] == [
        [],
        ["class_code"],
        ["shelf_life_months"],
        ["name_zh"],
        ["pieces", "name_zh"],
    ]
    assert [row.line for row in rows] == [2, 3, 4, 5, 6]
    with pytest.raises(Conflict, match="are wrong"):
        take_items(actor=by, table_id=made.pk, now=NOW)
    take_items(actor=by, table_id=made.pk, now=NOW, leave_wrong=True)
    assert [one.name_zh for one in Item.objects.all()] == ["棉被"]
    with pytest.raises(Conflict, match="taken over or dropped"):
        drop_items(actor=by, table_id=made.pk, now=NOW)


def test_the_same_file_twice_changes_nothing_and_what_has_stock_keeps_its_unit(english: None) -> None:
    by = head()
    text = "棉被,1010203,A1,床,72,1\n毛毯,1010203,A1,条,72,1\n"
    take_items(actor=by, table_id=given(by, text).pk, now=NOW)
    assert {row.verdict for row in judged_rows(given(by, text))} == {RowVerdict.SAME}
    quilt = Item.objects.get(name_zh="棉被")
    received(by, store(), quilt, 1)
    again = given(by, "棉被,1010203,A1,箱,72,1\n毛毯,1010203,A1,条,60,1\n")
    rows = judged_rows(again)
    assert [row.verdict for row in rows] == [RowVerdict.WRONG, RowVerdict.CHANGED]
    take_items(actor=by, table_id=again.pk, now=NOW, leave_wrong=True)
    assert Item.objects.get(name_zh="毛毯").shelf_life_months == 60
    assert Item.objects.get(name_zh="棉被").unit_zh == "床"


def test_a_table_without_the_needed_headings_is_refused(english: None) -> None:
    by = head()
    with pytest.raises(InvalidInput, match="no headings for 名称, 国标编码, 类别, 计量单位"):
        preview_items(actor=by, region_code="370200", file_name="x.csv", content=b"a,b\n1,2\n", now=NOW)


def test_a_workbook_of_the_province_is_taken_over_from_the_page() -> None:
    book = openpyxl.Workbook()
    book.active.append(["山东省应急物资目录"])
    book.active.append(["名称", "国标编码", "类别", "计量单位", "英文名称"])
    for number in range(200):
        book.active.append([f"物资{number}", "3010100", "应急救援", "件", f"Thing {number}"])
    bytes_ = BytesIO()
    book.save(bytes_)
    browser = signed_in(head())
    file = SimpleUploadedFile("目录.xlsx", bytes_.getvalue())
    browser.post("/supplies/items/imports/", {"file": file, "region_code": "370200"})
    made = CatalogueTable.objects.get()
    page = words_of(browser.get(f"/supplies/items/imports/{made.pk}/").content)
    assert "200" in page
    browser.post(f"/supplies/items/imports/{made.pk}/take/", {"leave_wrong": "no"})
    assert Item.objects.count() == 200
    assert len(set(Item.objects.values_list("code", flat=True))) == 200
    assert browser.get("/supplies/items/imports/?format=csv").status_code == 200
    wrong = SimpleUploadedFile("x.csv", b"a,b\n")
    assert browser.post("/supplies/items/imports/", {"file": wrong, "region_code": "370200"}).status_code == 200


def test_an_item_that_no_row_names_stays() -> None:
    by = head()
    kept = item(by, "睡袋")
    take_items(actor=by, table_id=given(by, "棉被,1010203,A1,床,72,1\n").pk, now=NOW)
    assert Item.objects.filter(pk=kept.pk).exists()
