"""Tables as spreadsheets write them, and the usual bodies."""

import pytest

from tests.accounts import PersonMaker
from tests.jurisdiction.test_pages import signed_in
from tests.people import LICANG
from tocsin.base.errors import InvalidInput
from tocsin.base.tables import csv_text, read_table
from tocsin.jurisdiction.bodies.models import Organisation
from tocsin.jurisdiction.people.models import User
from tocsin.jurisdiction.people.services import system as services_system
from tocsin.jurisdiction.rights.models import Grant

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
