"""A catalogue of thousands of kinds from a spreadsheet, every error by its row; and undone."""

from datetime import timedelta

import pytest

from tests.clocks import stand_at
from tests.languages import english as english
from tests.records.imports.files import given, judged_now, taken
from tests.supplies.stores import NOW, head, item, received, store
from tocsin.base.errors import Conflict, InvalidInput
from tocsin.jurisdiction.people.models import User
from tocsin.records.imports.models import TableImport
from tocsin.records.imports.rules import ImportVerdict
from tocsin.records.imports.services.giving import drop_file
from tocsin.records.imports.services.taking import undo_file
from tocsin.supplies.catalogue.models import Item
from tocsin.supplies.catalogue.services.items import mark_used

pytestmark = pytest.mark.django_db

HEAD = "名称,国标编码,类别,计量单位,保质期（月）,折合件数\n"
LATER = NOW + timedelta(hours=1)


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch) -> None:
    stand_at(monkeypatch, NOW)


def items(by: User, text: str) -> TableImport:
    return given(by, "supply-items", HEAD + text, region="370200", now=NOW)


def test_every_wrong_row_is_told_with_its_column(english: None) -> None:
    by = head()
    made = items(
        by,
        "棉被,1010203,基本生活保障,床,72,1\n"
        "毛毯,10102,A1,条,72,1\n"
        "帐篷,1010203,没有,顶,七十二,1\n"
        ",1010203,A1,床,72,1\n"
        "棉被,1010203,A1,床,72,x\n",
    )
    rows = judged_now(made, NOW)
    assert [row.verdict for row in rows] == [ImportVerdict.NEW, *[ImportVerdict.WRONG] * 4]
    assert [[one.column for one in row.problems] for row in rows] == [
        [],
        ["class_code"],
        ["shelf_life_months"],
        ["name_zh"],
        ["pieces", "name_zh"],
    ]
    assert [row.line for row in rows] == [2, 3, 4, 5, 6]
    with pytest.raises(Conflict, match="4 rows are wrong"):
        taken(made, NOW)
    taken(made, NOW, leave_wrong=True)
    assert [one.name_zh for one in Item.objects.all()] == ["棉被"]
    with pytest.raises(Conflict, match="taken over or dropped"):
        drop_file(actor=by, import_id=made.pk, now=NOW)


def test_the_same_file_twice_changes_nothing_and_what_has_stock_keeps_its_unit(english: None) -> None:
    by = head()
    text = "棉被,1010203,A1,床,72,1\n毛毯,1010203,A1,条,72,1\n"
    taken(items(by, text), NOW)
    assert {row.verdict for row in judged_now(items(by, text), NOW)} == {ImportVerdict.SAME}
    quilt = Item.objects.get(name_zh="棉被")
    received(by, store(), quilt, 1)
    again = items(by, "棉被,1010203,A1,箱,72,1\n毛毯,1010203,A1,条,60,2.5\n")
    rows = judged_now(again, NOW)
    assert [row.verdict for row in rows] == [ImportVerdict.WRONG, ImportVerdict.CHANGED]
    assert [tuple(one) for one in rows[1].changes] == [("pieces", "1", "2.5"), ("shelf_life_months", "72", "60")]
    taken(again, NOW, leave_wrong=True)
    assert Item.objects.get(name_zh="毛毯").shelf_life_months == 60
    assert Item.objects.get(name_zh="棉被").unit_zh == "床"


def test_an_import_is_undone_unless_something_builds_on_it(english: None) -> None:
    by = head()
    taken(items(by, "毛毯,1010203,A1,条,72,1\n"), NOW)
    made = items(by, "棉被,1010203,A1,床,72,1\n毛毯,1010203,A1,条,60,1\n")
    taken(made, LATER)
    blanket, quilt = Item.objects.get(name_zh="毛毯"), Item.objects.get(name_zh="棉被")
    mark_used([quilt.pk], LATER)
    with pytest.raises(Conflict, match="棉被 is in stock"):
        undo_file(actor=by, import_id=made.pk, now=LATER)
    Item.objects.filter(pk=quilt.pk).update(used_at=None)
    Item.objects.filter(pk=blanket.pk).update(changed_at=LATER + timedelta(hours=1))
    with pytest.raises(Conflict, match="毛毯 was changed since"):
        undo_file(actor=by, import_id=made.pk, now=LATER)
    Item.objects.filter(pk=blanket.pk).update(changed_at=LATER)
    undo_file(actor=by, import_id=made.pk, now=LATER)
    blanket.refresh_from_db()
    assert (blanket.shelf_life_months, blanket.changed_at) == (72, NOW)
    assert not Item.objects.filter(pk=quilt.pk).exists()
    with pytest.raises(Conflict, match="Only a file that was taken over"):
        undo_file(actor=by, import_id=made.pk, now=LATER)


def test_a_table_without_any_known_heading_is_refused(english: None) -> None:
    with pytest.raises(InvalidInput, match="headings that are known, such as 名称"):
        given(head(), "supply-items", "a,b\n1,2\n", region="370200", now=NOW)


def test_an_item_that_no_row_names_stays() -> None:
    by = head()
    kept = item(by, "睡袋")
    taken(items(by, "棉被,1010203,A1,床,72,1\n"), NOW)
    assert Item.objects.filter(pk=kept.pk).exists()
