"""The usual bodies of a county as a table, and all empty tables in one file."""

from datetime import UTC, datetime
from io import BytesIO
from zipfile import ZipFile

import openpyxl
import pytest
from django.utils.translation import override

from tests.languages import english as english
from tests.people import LICANG, QINGDAO, make_person, signed_in
from tests.records.imports.files import judged_now, taken
from tests.usual_bodies import usual_bodies
from tocsin.base.errors import Conflict, InvalidInput, NotAllowed
from tocsin.jurisdiction.bodies.models import Organisation
from tocsin.jurisdiction.people.services.start import ensure_organisations
from tocsin.records.imports.models import TableImport
from tocsin.records.imports.queries import kinds_for
from tocsin.records.imports.rules import ImportVerdict, find_headings
from tocsin.records.imports.services.taking import undo_file
from tocsin.records.setup.services.county import give_county_template

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 30, 4, 0, tzinfo=UTC)
COUNTY = "370212"


def _described(region: str) -> dict[str, object]:
    return {
        one.code: (
            one.name_zh,
            one.name_en,
            one.kind,
            one.telephone,
            one.has_desk,
            one.superior and (one.superior.code, one.superior.region_id),
            sorted((duty.kind, duty.lifeline, duty.trade) for duty in one.duties.all()),
        )
        for one in Organisation.objects.filter(region_id=region).select_related("superior").prefetch_related("duties")
    }


def test_the_table_brings_what_one_press_adds_and_is_undone() -> None:
    me = make_person("system_administrator", QINGDAO)
    made = give_county_template(actor=me, region_code=COUNTY, now=NOW)
    rows = judged_now(made, NOW)
    with override("zh-hans"):
        in_chinese = judged_now(give_county_template(actor=me, region_code=COUNTY, now=NOW), NOW)
    assert {row.verdict for row in in_chinese} == {ImportVerdict.NEW} and {row.cells["desk"] for row in in_chinese} == {
        "是",
        "否",
    }
    assert {row.verdict for row in rows} == {ImportVerdict.NEW} and not Organisation.objects.filter(region_id=COUNTY).exists()
    assert not taken(made, NOW).trouble
    by_table = _described(COUNTY)
    with pytest.raises(Conflict, match="already"):
        give_county_template(actor=me, region_code=COUNTY, now=NOW)
    undo_file(actor=me, import_id=made.pk, now=NOW)
    assert not Organisation.objects.filter(region_id=COUNTY).exists()
    ensure_organisations(COUNTY, actor=make_person("system_administrator", COUNTY))
    assert by_table == _described(COUNTY) and len(by_table) == 17


def test_bodies_that_are_there_are_not_touched() -> None:
    usual_bodies(LICANG)
    Organisation.objects.filter(code="gas_company", region_id=LICANG).update(name_zh="自己的名字")
    Organisation.objects.get(code="telecom", region_id=LICANG).delete()
    me = make_person("system_administrator", LICANG)
    rows = judged_now(give_county_template(actor=me, region_code=LICANG, now=NOW), NOW)
    assert [row.cells["code"] for row in rows] == ["telecom"]
    with pytest.raises(NotAllowed):
        give_county_template(actor=make_person("viewer"), region_code=LICANG, now=NOW)
    with pytest.raises((InvalidInput, NotAllowed)):
        give_county_template(actor=me, region_code="999999", now=NOW)


def test_the_page_and_the_api_lead_to_the_table() -> None:
    browser = signed_in(make_person("system_administrator", COUNTY))
    assert "/setup/county/" in browser.get(f"/setup/?region={COUNTY}").content.decode()
    page = browser.post("/setup/county/", {"region_code": COUNTY}, follow=True).content.decode()
    assert "政府总值班室" in page and "government_duty_room" in page and TableImport.objects.count() == 1
    told = browser.post("/api/v1/records/setup/county", {"region_code": COUNTY}, content_type="application/json").json()
    assert told["kind"] == "organisations"


def test_all_empty_tables_are_understood() -> None:
    me = make_person("system_administrator")
    archive = ZipFile(BytesIO(signed_in(me, "zh-hans").get("/imports/tables.zip").content))
    kinds = kinds_for(me)
    assert len(archive.namelist()) == len(kinds) > 5
    for name, kind in zip(archive.namelist(), kinds, strict=True):
        book = openpyxl.load_workbook(BytesIO(archive.read(name)))
        sheets = [[[str(cell or "") for cell in row] for row in sheet.values] for sheet in book.worksheets]
        found = [tuple(find_headings(cells, kind.headings(), {})[1]) for cells in sheets]
        assert found == ([one.columns for one in kind.sheets] or [tuple(kind.headings())]), name
