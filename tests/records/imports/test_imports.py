"""One way for every table: columns matched once, cells mended, rows left out, long files in the background, nothing twice."""

import csv
from collections.abc import Sequence
from datetime import timedelta
from io import BytesIO, StringIO
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from hypothesis import given as drawn
from hypothesis import strategies as st

from tests.atlas.exposure.bodies import NOW, keeper
from tests.clocks import stand_at
from tests.killed import dying, killed_in
from tests.languages import english as english
from tests.pages import words_of
from tests.people import LICANG, make_person, signed_in
from tests.records.imports.files import given, judged_now, taken
from tests.supplies.stores import head
from tocsin.atlas.exposure.models import ExposedBody
from tocsin.base.datums import Datum
from tocsin.base.errors import Conflict, InvalidInput, NotAllowed
from tocsin.records.audit.models import AuditEntry
from tocsin.records.imports import queries
from tocsin.records.imports.loops import LOOPS
from tocsin.records.imports.models import ImportRow, TableImport
from tocsin.records.imports.rules import ImportState, ImportVerdict, bare_heading, find_headings
from tocsin.records.imports.services import giving, taking
from tocsin.records.imports.services.forgetting import forget_rows
from tocsin.supplies.catalogue.models import Item
from tocsin.supplies.catalogue.services import tables as item_tables

SCHOOL = "编码,类型,名称,经度,纬度\nS-1,学校,第一小学,121.531542,31.175304\n"


ROLES_OF = {
    "rosters.manage": "shift_leader",
    "exposure.keep": "rule_engineer",
    "assets.manage": "rule_engineer",
    "sensors.manage": "rule_engineer",
    "supervision.manage": "supervisor",
    "supplies.lead": "supplies_head",
    "organisations.manage": "system_administrator",
    "people.manage": "system_administrator",
    "roles.grant": "security_administrator",
}


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch) -> None:
    stand_at(monkeypatch, NOW)


@pytest.mark.django_db
def test_a_heading_is_matched_once_and_later_files_know_it(english: None) -> None:
    by = keeper()
    text = "编码,性质,单位简称,经度,纬度\nS-1,学校,第一小学,120.43,36.16\n"
    made = given(by, "exposed-bodies", text, region=LICANG, now=NOW)
    [row] = judged_now(made, NOW)
    assert [one.column for one in row.problems] == ["kind", "name"]
    giving.match_column(actor=by, import_id=made.pk, position=1, column="kind")
    with pytest.raises(Conflict, match="Two columns mean the same"):
        giving.match_column(actor=by, import_id=made.pk, position=2, column="kind")
    with pytest.raises(InvalidInput, match="no column"):
        giving.match_column(actor=by, import_id=made.pk, position=2, column="colour")
    giving.match_column(actor=by, import_id=made.pk, position=2, column="name")
    assert [row.verdict for row in judged_now(made, NOW)] == [ImportVerdict.NEW]
    again = given(by, "exposed-bodies", text, region=LICANG, now=NOW)
    assert again.columns == ["code", "kind", "name", "lon", "lat"]


@pytest.mark.django_db
def test_coordinates_of_another_datum_are_moved() -> None:
    by = keeper()
    made = given(by, "exposed-bodies", SCHOOL, region=LICANG, now=NOW)
    giving.name_datum(actor=by, import_id=made.pk, datum=Datum.GCJ02)
    taken(made, NOW)
    found = ExposedBody.objects.get()
    assert (round(found.lon, 6), round(found.lat, 6)) == (121.527211, 31.177428)


@pytest.mark.django_db
def test_rows_are_mended_and_left_out_on_the_page(english: None) -> None:
    by = keeper()
    made = given(by, "exposed-bodies", SCHOOL + "S-2,城堡,宫殿,120.4,36.1\nS-3,城堡,塔,120.4,36.1\n", region=LICANG, now=NOW)
    browser = signed_in(by)
    browser.post(f"/imports/{made.pk}/mend/", {"line": "3", "column": "kind", "text": "学校"})
    browser.post(f"/imports/{made.pk}/leave/", {"line": "4", "left": "yes"})
    assert [row.verdict.value for row in judged_now(made, NOW)] == ["new", "new", "left"]
    page = " ".join(words_of(browser.get(f"/imports/{made.pk}/").content))
    assert "Take all rows over" in page and "Take this row after all" in page
    assert browser.get("/imports/").status_code == 200
    browser.post(f"/imports/{made.pk}/take/", {"leave_wrong": "no"})
    assert sorted(ExposedBody.objects.values_list("code", flat=True)) == ["S-1", "S-2"]
    made.refresh_from_db()
    assert (made.state, made.counts) == (ImportState.TAKEN, {"new": 2, "left": 1})
    with pytest.raises(Conflict, match="already"):
        giving.mend_cell(actor=by, import_id=made.pk, line=3, column="kind", text="x")
    told = AuditEntry.objects.filter(action__startswith="import.").values_list("action", flat=True)
    assert list(told.order_by("pk")) == ["import.given", "import.taken"]


@pytest.mark.django_db
def test_a_long_file_is_taken_over_in_the_background_and_gone_on_with(monkeypatch: pytest.MonkeyPatch, english: None) -> None:
    by = head()
    text = "名称,国标编码,类别,计量单位\n" + "".join(f"物资{k},3010100,应急救援,件\n" for k in range(1_500))
    made = given(by, "supply-items", text, region="370200", now=NOW)
    written: list[int] = []
    write = item_tables.ITEMS.write

    def breaks(*, rows: Sequence[Any], **more: Any) -> Any:
        if written:
            raise Conflict("the catalogue is closed")
        written.append(len(rows))
        return write(rows=rows, **more)

    breaking = {**queries.kinds(), "supply-items": _with(item_tables.ITEMS, write=breaks)}
    [loop] = LOOPS
    taken(made, NOW)
    made.refresh_from_db()
    assert (made.state, Item.objects.count()) == (ImportState.TAKING, 0)
    with monkeypatch.context() as patch:
        patch.setattr(queries, "kinds", lambda: breaking)
        assert loop.work(now=NOW)
    made.refresh_from_db()
    assert (made.state, made.trouble) == (ImportState.TAKING, "the catalogue is closed")
    assert Item.objects.count() == written[0] < 1_500
    assert not loop.work(now=NOW), "it waits for a person"
    page = " ".join(words_of(signed_in(by).get(f"/imports/{made.pk}/").content))
    assert "the catalogue is closed" in page and f"{written[0]} of 1500 rows" in page
    taking.resume_file(actor=by, import_id=made.pk, now=NOW)
    assert loop.work(now=NOW + timedelta(minutes=1))
    made.refresh_from_db()
    assert (made.state, made.counts) == (ImportState.TAKEN, {"new": 1_500})
    assert Item.objects.count() == 1_500
    assert set(Item.objects.values_list("changed_at", flat=True)) == {made.taking_at}
    assert len(set(Item.objects.values_list("code", flat=True))) == 1_500
    taking.undo_file(actor=by, import_id=made.pk, now=NOW)
    assert not Item.objects.exists()


@pytest.mark.django_db
def test_the_loop_leaves_a_file_to_whoever_pressed(monkeypatch: pytest.MonkeyPatch, english: None) -> None:
    by = head()
    made = given(by, "supply-items", "名称,国标编码,类别,计量单位\n棉被,1010203,A1,床\n", region="370200", now=NOW)
    write, seen = item_tables.ITEMS.write, []

    def looks(**told: Any) -> Any:
        seen.append(taking.take_waiting(now=NOW))
        return write(**told)

    kinds = {"supply-items": _with(item_tables.ITEMS, write=looks)}
    with monkeypatch.context() as patch:
        patch.setattr(queries, "kinds", lambda: kinds)
        assert taken(made, NOW).state is ImportState.TAKEN
    made.refresh_from_db()
    assert (seen, made.trouble, made.counts) == ([False], "", {"new": 1})


@pytest.mark.django_db(transaction=True)
def test_what_a_killed_process_wrote_stays_and_the_loop_writes_the_rest(monkeypatch: pytest.MonkeyPatch, english: None) -> None:
    by = head()
    text = "名称,国标编码,类别,计量单位\n" + "".join(f"物资{k},3010100,应急救援,件\n" for k in range(300))
    made = given(by, "supply-items", text, region="370200", now=NOW)
    items = {"supply-items": _with(item_tables.ITEMS, batch=50, write=dying(item_tables.ITEMS.write, at=3))}
    with monkeypatch.context() as patch:
        patch.setattr(queries, "kinds", lambda: items)
        killed_in(lambda: taken(made, NOW))
    made.refresh_from_db()
    assert (made.state, made.to_write, Item.objects.count()) == (ImportState.TAKING, 300, 100), (
        "the third batch was never committed"
    )
    [loop] = LOOPS
    assert not loop.work(now=NOW), "it counts as alive yet"
    page = " ".join(words_of(signed_in(by).get(f"/imports/{made.pk}/").content))
    assert "100 of 300 rows" in page and "ended on the way" not in page
    TableImport.objects.update(writing_until=timezone.now() - timedelta(seconds=1))
    assert "ended on the way" in " ".join(words_of(signed_in(by).get(f"/imports/{made.pk}/").content))
    assert loop.work(now=NOW)
    made.refresh_from_db()
    assert (made.state, made.counts, Item.objects.count()) == (ImportState.TAKEN, {"new": 300}, 300)
    assert made.rows.filter(written__isnull=False).values("written").distinct().count() == 300, "each row once"
    assert AuditEntry.objects.filter(action="import.taken").count() == 1
    taking.undo_file(actor=by, import_id=made.pk, now=NOW)
    assert not Item.objects.exists()


@pytest.mark.django_db
def test_rows_go_after_their_time_and_the_file_stays(english: None) -> None:
    by = head()
    old, waits = (
        given(by, "supply-items", f"名称,国标编码,类别,计量单位\n{name},1010203,A1,床\n", region="370200", now=NOW)
        for name in ("棉被", "毛毯")
    )
    taken(old, NOW)
    assert forget_rows(NOW) == 0
    assert forget_rows(NOW + timedelta(days=1)) == 2
    old.refresh_from_db()
    waits.refresh_from_db()
    assert (old.state, old.counts, waits.state) == (ImportState.TAKEN, {"new": 1}, ImportState.DROPPED)
    with pytest.raises(Conflict, match="not kept any more"):
        taking.undo_file(actor=by, import_id=old.pk, now=NOW)
    assert "were let go" in signed_in(by).get(f"/imports/{old.pk}/").content.decode()


@pytest.mark.django_db
@pytest.mark.one_database
def test_every_empty_table_is_understood_in_both_languages() -> None:
    browsers: dict[str, Any] = {}
    for kind, chosen in queries.kinds().items():
        role = ROLES_OF[chosen.permission]
        if role not in browsers:
            browsers[role] = signed_in(make_person(role, LICANG))
        browser = browsers[role]
        for language in ("zh", "en"):
            book = openpyxl.load_workbook(BytesIO(browser.get(f"/imports/to/{kind}/?format=xlsx&language={language}").content))
            sheets = [[[str(cell or "") for cell in row] for row in sheet.values] for sheet in book.worksheets]
            assert len(sheets) == (len(chosen.sheets) or 1)
            if not chosen.sheets:
                text = browser.get(f"/imports/to/{kind}/?format=csv&language={language}").content
                assert sheets[0][0] == next(csv.reader(StringIO(text.decode("utf-8-sig")))), kind
            columns = [one.columns for one in chosen.sheets] or [tuple(chosen.headings())]
            found = [tuple(find_headings(sheet, chosen.headings(), {})[1]) for sheet in sheets]
            assert found == columns, (kind, language)


@pytest.mark.django_db
def test_nobody_gives_or_sees_files_beyond_their_rights(english: None) -> None:
    by = head()
    made = given(by, "supply-items", "名称,国标编码,类别,计量单位\n棉被,1010203,A1,床\n", region="370200", now=NOW)
    stranger = make_person("viewer", LICANG)
    with pytest.raises(NotAllowed):
        given(stranger, "supply-items", "名称\nx\n", region="370200", now=NOW)
    with pytest.raises(TableImport.DoesNotExist):
        taking.take_file(actor=stranger, import_id=made.pk, now=NOW)
    assert signed_in(stranger).get("/imports/").status_code == 403
    assert signed_in(stranger).get(f"/imports/{made.pk}/").status_code == 404
    assert signed_in(stranger).get("/imports/to/supply-items/").status_code == 403
    assert signed_in(by).get("/imports/to/nothing/").status_code == 404
    assert not queries.visible_imports(keeper()).exists()


@pytest.mark.django_db
def test_a_workbook_is_taken_over_by_program() -> None:
    book = openpyxl.Workbook()
    book.active.append(["山东省应急物资目录"])
    book.active.append(["名称", "国标编码", "类别", "计量单位", "英文名称"])
    for number in range(200):
        book.active.append([f"物资{number}", "3010100", "应急救援", "件", f"Thing {number}"])
    content = BytesIO()
    book.save(content)
    browser = signed_in(head())
    file = SimpleUploadedFile("目录.xlsx", content.getvalue())
    [kind] = [one for one in browser.get("/api/v1/records/imports/kinds").json() if one["name"] == "supply-items"]
    assert kind["can_be_undone"]
    made = browser.post("/api/v1/records/imports", {"kind": "supply-items", "region_code": "370200", "file": file}).json()
    rows = browser.get(f"/api/v1/records/imports/{made['id']}/rows?verdict=new&limit=5").json()
    assert (rows["total"], rows["items"][0]["name"]) == (200, "物资0")
    done = browser.post(f"/api/v1/records/imports/{made['id']}/take", {}, content_type="application/json").json()
    assert (done["state"], done["counts"]) == ("taken", {"new": 200})
    undone = browser.post(f"/api/v1/records/imports/{made['id']}/undo", {}, content_type="application/json").json()
    assert (undone["state"], Item.objects.count()) == ("undone", 0)


@pytest.mark.django_db
def test_a_dropped_file_forgets_its_rows() -> None:
    by = keeper()
    made = given(by, "exposed-bodies", SCHOOL, region=LICANG, now=NOW)
    giving.drop_file(actor=by, import_id=made.pk, now=NOW)
    assert not ImportRow.objects.exists()
    with pytest.raises(Conflict):
        taken(made, NOW)


TEXTS = st.text(st.sampled_from("名称 单位（x)*aB"), max_size=6)


@drawn(st.lists(st.lists(TEXTS, max_size=5), max_size=14), st.dictionaries(TEXTS, st.sampled_from(["name", "unit"]), max_size=2))
def test_headings_are_found_wherever_they_stand(cells: list[list[str]], remembered: dict[str, str]) -> None:
    at, columns = find_headings(cells, {"name": ("名称",), "unit": ("单位",)}, remembered)
    assert at < max(len(cells), 1)
    assert [one for one in columns if one] == list(dict.fromkeys(one for one in columns if one))
    assert len(columns) == (len(cells[at]) if cells else 0)


@drawn(TEXTS)
def test_a_bare_heading_is_its_own_bare_heading(text: str) -> None:
    assert bare_heading(bare_heading(text)) == bare_heading(text)


def _with(kind: Any, **changed: Any) -> Any:
    from dataclasses import replace

    return replace(kind, **changed)
