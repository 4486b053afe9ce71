"""Tables as spreadsheets write them, duty plans, and the usual bodies."""

import html
import re
from datetime import datetime, timedelta
from io import BytesIO
from zoneinfo import ZoneInfo

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from openpyxl import Workbook

from tests.accounts import PersonMaker
from tests.jurisdiction.test_pages import signed_in
from tests.people import LICANG
from tocsin.base.errors import InvalidInput
from tocsin.base.tables import csv_text, read_table
from tocsin.jurisdiction.bodies.models import Organisation
from tocsin.jurisdiction.people.models import User
from tocsin.jurisdiction.people.services import system as services_system
from tocsin.jurisdiction.rights.models import Grant
from tocsin.jurisdiction.rosters.models import StandIn
from tocsin.jurisdiction.rosters.queries import rosters as queries_rosters
from tocsin.jurisdiction.rosters.services import rosters as services_rosters
from tocsin.records.audit.models import AuditEntry

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_files_as_spreadsheets_write_them(encoding: str, separator: str) -> None:
    content = "名称,kind\r\n 燃气 ,owner\r\n,\r\n".replace(",", separator).encode(encoding)
    assert read_table(content, ("名称", "kind", "telephone"), ("kind",)) == [{"名称": "燃气", "kind": "owner", "telephone": ""}]


@pytest.mark.parametrize("content", [b"", b"color\nred\n", b"\xff\xfe\x00", b'kind\n"a', b"a,kind,kind2\n"])
def test_files_that_are_no_such_table_are_refused(content: bytes) -> None:
    with pytest.raises(InvalidInput):
        read_table(content, ("kind",), ("kind", "name"))


def test_a_cell_never_becomes_a_formula() -> None:
    assert csv_text(["a"], [["=1+1"], ["-5"], ["燃气"]]).splitlines()[1:] == ["'=1+1", "'-5", "燃气"]


def workbook(rows: list[list[object]]) -> bytes:
    book, content = Workbook(), BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(content)
    return content.getvalue()


def test_a_duty_plan_is_looked_at_row_by_row_and_then_taken_over(make_person: PersonMaker) -> None:
    desk = make_person("unit_desk", username="desk", organisation="gas_company")
    make_person("utility_crew", username="li", organisation="gas_company")
    gas = Organisation.objects.get(code="gas_company", region_id=LICANG)
    roster = services_rosters.create_roster(actor=desk, organisation_id=gas.pk, name_zh="调度", name_en="Desk")
    day = (timezone.localtime() + timedelta(days=1)).date()
    plan = f"from,until,who\n{day} 08:30,{day} 17:30,li\n{day:%Y/%m/%d} 17:30,20:00,desk\n"
    wrong = f"2020-01-01 08:30,2020-01-01 17:30,li\n{day} 20:00,21:00,wang\nmorning,noon,li\n{day} 08:30,{day} 17:30,li\n"
    client, url = signed_in(desk), f"/rosters/{roster.pk}/plan/"

    def post(content: bytes, name: str = "plan.csv", **form: str) -> str:
        return client.post(url, {"plan": SimpleUploadedFile(name, content), **form}, follow=True).content.decode()

    def problems(page: str) -> dict[str, bool]:
        rows = page.partition("<tbody>")[2].split("<tr")[1:]
        return {re.search(r'class="number"[^>]*>(\d+)<', row)[1]: 'class="problem"' in row for row in rows}  # type: ignore[index]

    page = post((plan + wrong).encode("gb18030"))
    assert problems(page) == {"2": False, "3": False, "4": True, "5": True, "6": True, "7": True}
    assert "4 rows are wrong, 2 can be taken over" in page and "The same as row 2." in page
    assert not StandIn.objects.exists() and not AuditEntry.objects.filter(action__contains="stand_in").exists()
    refused = client.post(url, {"rows": plan + wrong}).content.decode()
    assert "4 rows are wrong" in refused and not StandIn.objects.exists()
    start = datetime.combine(day, datetime.min.time()) + timedelta(hours=8, minutes=30)
    table = [["十二月值班表"], ["开始时间", "结束时间", "值班人员", "备注"], [start, start + timedelta(hours=9), "li", ""]]
    page = post(workbook([*table, [start + timedelta(hours=9), "20:00", "desk", "晚班"]]), "plan.xlsx")
    assert problems(page) == {"3": False, "4": False} and not StandIn.objects.exists()
    text = html.unescape(page.partition('name="rows" hidden>')[2].partition("</textarea>")[0])
    assert "2 shifts are entered." in client.post(url, {"rows": text}, follow=True).content.decode()
    noon = datetime.combine(day, datetime.min.time(), ZoneInfo("Asia/Shanghai")) + timedelta(hours=12)
    assert [str(one) for one in queries_rosters.on_call(gas, at=noon)] == ["li"]
    assert [str(one) for one in queries_rosters.on_call(gas, at=noon + timedelta(hours=7))] == ["desk"]
    form = {"rows": f"from,until,who\n{day} 20:00,22:00,li\nx,y,z\n", "leave_wrong": "yes"}
    assert "1 shift is entered." in client.post(url, form, follow=True).content.decode()
    for content in (b"", b"name\nli\n", b"PK\x03\x04 no workbook"):
        assert "message error" in post(content)
    assert "message error" in client.post(url, follow=True).content.decode()
    assert "值班人员" in client.get(f"/rosters/{roster.pk}/plan.csv").content.decode()


def test_a_program_takes_over_a_duty_plan(make_person: PersonMaker) -> None:
    desk = make_person("unit_desk", username="desk", organisation="gas_company")
    roster = services_rosters.create_roster(
        actor=desk,
        organisation_id=desk.organisation_id,
        name_zh="调度",
        name_en="Desk",  # type: ignore[arg-type]
    )
    day = (timezone.localtime() + timedelta(days=1)).date()
    plan = f"from,until,who\n{day} 08:30,17:30,desk\n{day} 17:30,20:00,nobody\n"
    client, url = signed_in(desk), f"/api/v1/jurisdiction/rosters/{roster.pk}/duty-plan"

    def post(address: str, **form: str) -> list[list[str]]:
        rows = client.post(address, {"plan": SimpleUploadedFile("plan.csv", plan.encode()), **form}).json()
        return [row["problems"] for row in rows]

    assert [len(problems) for problems in post(f"{url}/preview")] == [0, 1] and not StandIn.objects.exists()
    assert [len(problems) for problems in post(url)] == [0, 1] and not StandIn.objects.exists()
    assert [len(problems) for problems in post(url, leave_wrong="true")] == [0, 1] and StandIn.objects.count() == 1


def test_the_usual_bodies_are_added_by_who_manages_the_region(make_person: PersonMaker) -> None:
    county = User.objects.create(username="county")
    Grant.objects.create(
        user=county, role="system_administrator", region_code="370902", granted_by=services_system.system_actor()
    )
    client = signed_in(county)
    assert (
        "17 organisations are added."
        in client.post("/organisations/usual/", {"region_code": "370902"}, follow=True).content.decode()
    )
    duty_room = Organisation.objects.get(code="government_duty_room", region_id="370902")
    assert duty_room.superior is None, "the city's bodies are the city's to make"
    assert not Organisation.objects.filter(region_id="370900").exists()
    again = client.post("/api/v1/jurisdiction/usual-organisations", {"region_code": "370902"}, content_type="application/json")
    assert len(again.json()) == 17 and Organisation.objects.filter(region_id="370902").count() == 17
    elsewhere = client.post("/api/v1/jurisdiction/usual-organisations", {"region_code": LICANG}, content_type="application/json")
    assert elsewhere.status_code == 403
