"""Devices from a table: every error by its row and column, all or nothing, secrets in one file and nowhere else."""

import csv
import json
from io import BytesIO, StringIO
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.languages import english as english
from tests.people import LICANG, QINGDAO, ZHIFU, make_person, signed_in
from tests.usual_bodies import usual_bodies
from tocsin.base.errors import Conflict, InvalidInput, NotAllowed
from tocsin.base.time import datetime_from_ms
from tocsin.jurisdiction.areas.services import ensure_regions
from tocsin.jurisdiction.people.models import User
from tocsin.jurisdiction.people.services.system import system_actor
from tocsin.records.audit.models import AuditEntry
from tocsin.sensing.devices import services as devices
from tocsin.sensing.devices.models import Device, Sensor
from tocsin.sensing.devices.rules import NewDevice, NewSensor, digest_of
from tocsin.sensing.onboarding.models import DeviceTable
from tocsin.sensing.onboarding.rules.tables import HEADINGS, RowVerdict, cells_below_headings
from tocsin.sensing.onboarding.services.rows import Row, judged_rows
from tocsin.sensing.onboarding.services.tables import drop_table, preview_devices, renew_secrets, take_devices

if TYPE_CHECKING:
    from django.test import Client

pytestmark = pytest.mark.django_db

AT = datetime_from_ms(1_764_000_000_000)
HEAD = "设备编号,设备名称,区划,所属单位,网关,通道,监测量,上报单位,经度,纬度,间隔（秒）,报警上限\n"
GOOD = (
    "W-1,一号井,370213,,G-1,ch4,甲烷,pct_vol,120.41,36.15,60,25\nW-1,,,,,temp,temperature,,120.41,36.15,,\nG-1,网关,,,,,,,,,,\n"
)


@pytest.fixture(autouse=True)
def _regions() -> None:
    ensure_regions()


@pytest.fixture
def engineer() -> User:
    return make_person("rule_engineer", LICANG)


def given(by: User, text: str, head: str = HEAD, encoding: str = "utf-8") -> DeviceTable:
    content = (head + text).encode(encoding)
    return preview_devices(actor=by, region_code=LICANG, file_name="设备.csv", content=content, now=AT)


def judged(by: User, text: str) -> list[Row]:
    return judged_rows(by, given(by, text))


def columns_of(row: Row) -> list[str]:
    return [column for column, _text in row.problems]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk"])
def test_all_is_registered_at_once_and_secrets_are_given_once(engineer: User, encoding: str) -> None:
    made = given(engineer, GOOD, encoding=encoding)
    assert [row.verdict for row in judged_rows(engineer, made)] == [RowVerdict.NEW] * 3
    assert not Device.objects.exists()
    handed = take_devices(actor=engineer, table_id=made.pk, now=AT)
    assert list(handed.secrets) == ["W-1", "G-1"]
    well = Device.objects.get(code="W-1")
    assert well.secret_sha256 == digest_of(handed.secrets["W-1"])
    assert (well.name, well.region_code, well.gateway and well.gateway.code) == ("一号井", "370213", "G-1")
    ch4, temp = Sensor.objects.filter(device=well).order_by("channel")
    assert (ch4.quantity, ch4.unit, ch4.alarm_high, ch4.interval_s) == ("methane", "pct_vol", 25, 60)
    assert (temp.quantity, temp.lon) == ("temperature", 120.41)
    kept = json.dumps([list(DeviceTable.objects.values_list("rows", "registered")), *AuditEntry.objects.values_list("details")])
    assert not any(secret in kept for secret in handed.secrets.values())
    with pytest.raises(Conflict, match="already"):
        take_devices(actor=engineer, table_id=made.pk, now=AT)
    assert [row.verdict for row in judged(engineer, GOOD)] == [RowVerdict.SAME] * 3


def test_excel_is_read_with_numbers_as_numbers(engineer: User) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["设备登记表"])
    sheet.append(["Code", "Channel", "Quantity", "Lon", "Lat", "备注"])
    sheet.append([10023, "ch4", "Methane", 120.41, 36, "新装"])
    kept = BytesIO()
    book.save(kept)
    made = preview_devices(actor=engineer, region_code=LICANG, file_name="d.xlsx", content=kept.getvalue(), now=AT)
    assert made.unread == ["备注"]
    (row,) = judged_rows(engineer, made)
    assert (row.line, row.verdict, row.sensor and row.sensor.lat) == (3, RowVerdict.NEW, 36.0)
    assert list(take_devices(actor=engineer, table_id=made.pk, now=AT).secrets) == ["10023"]


ROWS = {
    "no code": (",x,,,,ch4,甲烷,,120,36,,", ["code"]),
    "code with a blank": ("W 1,,,,,,,,,,,", ["code"]),
    "region elsewhere": (f"W-1,,{ZHIFU},,,,,,,,,", ["region_code"]),
    "no region": ("W-1,,李沧,,,,,,,,,", ["region_code"]),
    "unknown body": ("W-1,,,没有这个单位,,,,,,,,", ["organisation"]),
    "unknown gateway": ("W-1,,,,G-9,,,,,,,", ["gateway"]),
    "its own gateway": ("W-1,,,,W-1,,,,,,,", ["gateway"]),
    "channel alone": ("W-1,,,,,ch4,,,,,,", ["quantity", "lon", "lat"]),
    "unknown quantity": ("W-1,,,,,ch4,氡,,120,36,,", ["quantity"]),
    "unit of another": ("W-1,,,,,ch4,甲烷,kPa,120,36,,", ["unit"]),
    "no numbers": ("W-1,,,,,ch4,甲烷,,东,36,六十,", ["lon", "interval_s"]),
    "not finite": ("W-1,,,,,ch4,甲烷,,nan,inf,,", ["lon", "lat"]),
    "off the earth": ("W-1,,,,,ch4,甲烷,,220,36,,", ["channel"]),
    "a channel that is a topic": ("W-1,,,,,a/b,甲烷,,120,36,,", ["channel"]),
}


@pytest.mark.parametrize("name", ROWS)
def test_every_error_is_told_by_its_column(engineer: User, english: None, name: str) -> None:
    text, columns = ROWS[name]
    (row,) = judged(engineer, text + "\n")
    assert (row.verdict, columns_of(row)) == (RowVerdict.WRONG, columns), row.problems
    assert all(text for _column, text in row.problems)


def test_rows_of_a_file_must_agree_and_chains_of_gateways_are_refused(engineer: User, english: None) -> None:
    first, second, third, *_ = judged(
        engineer, "W-1,一,,,,ch4,甲烷,,120,36,,\nW-1,二,,,,ch4,甲烷,,120,36,,\nW-2,,,,W-3,,,,,,,\nW-3,,,,W-4,,,,,,,\n"
    )
    assert first.verdict is RowVerdict.NEW
    assert columns_of(second) == ["name", "channel"]
    assert "Line 2" in second.problems[0][1]
    assert columns_of(third) == ["gateway"]


def test_what_is_registered_is_never_changed_by_a_table(engineer: User) -> None:
    sensor = NewSensor(device_code="W-1", channel="ch4", quantity="methane", lon=120.41, lat=36.15)
    devices.register_many(actor=system_actor(), devices=[NewDevice(code="W-1", region_code=LICANG)], sensors=[sensor])
    same, other, pressure, fresh = judged(
        engineer,
        "W-1,,,,,ch4,甲烷,,120.41,36.15,60,\n"
        "W-1,改名,,,,ch4,甲烷,,121,36.15,,\n"
        "W-1,,,,,ch4,压力,,120.41,36.15,,\n"
        "W-1,,,,,temp,temperature,,120.41,36.15,,\n",
    )
    assert same.verdict is RowVerdict.SAME
    assert columns_of(other) == ["name", "channel"]
    assert "quantity" in columns_of(pressure)
    assert (fresh.verdict, fresh.device) == (RowVerdict.NEW, None)


def test_nothing_is_taken_where_a_row_is_wrong(engineer: User, english: None) -> None:
    made = given(engineer, GOOD + "W-9,,,,,ch4,氡,,120,36,,\n")
    with pytest.raises(Conflict, match="are wrong"):
        take_devices(actor=engineer, table_id=made.pk, now=AT)
    assert not Device.objects.exists()
    assert DeviceTable.objects.get().taken_at is None


def test_what_another_registers_meanwhile_leaves_nothing_half_taken(engineer: User, monkeypatch: pytest.MonkeyPatch) -> None:
    made = given(engineer, GOOD)
    rows = judged_rows(engineer, made)
    devices.register_device(actor=system_actor(), code="G-1", name="", region_code=LICANG)
    monkeypatch.setattr("tocsin.sensing.onboarding.services.tables.judged_rows", lambda *_given: rows)
    with pytest.raises(Conflict):
        take_devices(actor=engineer, table_id=made.pk, now=AT)
    assert list(Device.objects.values_list("code", flat=True)) == ["G-1"]
    assert not Sensor.objects.exists()
    assert DeviceTable.objects.get().taken_at is None


def test_a_device_of_another_region_is_not_told_from_a_taken_code(engineer: User, english: None) -> None:
    devices.register_device(actor=system_actor(), code="W-1", name="geheim", region_code=ZHIFU)
    (row,) = judged(engineer, "W-1,,,,,ch4,甲烷,,120,36,,\n")
    assert row.problems[0] == ("code", "The code W-1 can't be used: choose another one.")
    with pytest.raises(NotAllowed):
        preview_devices(actor=engineer, region_code=QINGDAO, file_name="x", content=HEAD.encode(), now=AT)


def test_a_body_may_be_named_in_either_language(engineer: User) -> None:
    body = usual_bodies(LICANG)["gas_company"]
    rows = judged(engineer, f"W-1,,,{body.name_zh},,,,,,,,\nW-2,,,{body.name_en.upper()},,,,,,,,\nW-3,,,{body.code},,,,,,,,\n")
    assert [row.device and row.device.organisation_id for row in rows] == [body.pk] * 3


def test_a_lost_file_is_made_anew_for_devices_that_nobody_heard(engineer: User, english: None) -> None:
    made = given(engineer, GOOD)
    with pytest.raises(Conflict, match="not taken"):
        renew_secrets(actor=engineer, table_id=made.pk)
    lost = take_devices(actor=engineer, table_id=made.pk, now=AT).secrets
    Device.objects.filter(code="G-1").update(messages=3)
    newer = renew_secrets(actor=engineer, table_id=made.pk).secrets
    assert list(newer) == ["W-1"]
    assert Device.objects.get(code="W-1").secret_sha256 == digest_of(newer["W-1"])
    assert Device.objects.get(code="G-1").secret_sha256 == digest_of(lost["G-1"])
    Device.objects.update(messages=1)
    with pytest.raises(Conflict, match="have been heard"):
        renew_secrets(actor=engineer, table_id=made.pk)


def test_a_dropped_file_is_forgotten(engineer: User) -> None:
    made = given(engineer, GOOD)
    assert drop_table(actor=engineer, table_id=made.pk, now=AT).rows == []
    with pytest.raises(Conflict):
        take_devices(actor=engineer, table_id=made.pk, now=AT)


@pytest.mark.parametrize(
    ("text", "words"),
    [("a,b\n1,2\n", "设备编号"), (HEAD, "no rows"), ("设备编号,编号\n1,2\n", "mean the same")],
)
def test_what_is_no_table_of_devices_is_refused(engineer: User, english: None, text: str, words: str) -> None:
    with pytest.raises(InvalidInput, match=words):
        preview_devices(actor=engineer, region_code=LICANG, file_name="x.csv", content=text.encode(), now=AT)


def test_every_heading_means_its_own_column() -> None:
    words = [word for names in HEADINGS.values() for word in names]
    assert len(words) == len(set(words))
    for name, names in HEADINGS.items():
        for heading in (name, *names):
            table = [["code", heading], ["W-1", "x"]] if name != "code" else [[heading], ["x"]]
            (row,) = cells_below_headings(table).rows
            assert name in row[1], heading


def test_from_the_page_to_the_file_of_secrets(engineer: User) -> None:
    browser = signed_in(engineer)
    file = SimpleUploadedFile("wells.csv", (HEAD + GOOD).encode("gbk"))
    answer = browser.post("/sensing/device-tables/", {"file": file, "region_code": LICANG})
    made = DeviceTable.objects.get()
    page = f"/sensing/device-tables/{made.pk}/"
    assert answer.headers["Location"] == page
    assert "Register them all" in browser.get(page).content.decode()
    taken = browser.post(f"{page}take/")
    assert taken.status_code == 200
    assert "no-store" in taken.headers["Cache-Control"]
    (link,) = [one.split('"')[0] for one in taken.content.decode().split('href="data:text/csv;charset=utf-8,')[1:]]
    headings, *rows = csv.reader(StringIO(unquote(link).removeprefix("\ufeff")))
    assert headings == ["Code", "Secret of the device", "Topic"]
    assert {row[0]: digest_of(row[1]) for row in rows} == dict(Device.objects.values_list("code", "secret_sha256"))
    after = browser.get(page).content.decode()
    assert "2 devices were registered" in after
    assert not any(row[1] in after for row in rows)
    assert "Save the file" in browser.post(f"{page}renew/").content.decode()
    assert browser.post(f"{page}take/").status_code == 409
    assert browser.post(f"{page}other/").status_code == 404
    assert browser.get("/sensing/device-tables/?format=csv").content.decode().startswith("\ufeff设备编号,")


def test_wrong_rows_come_back_as_a_file_that_can_be_given_again(engineer: User) -> None:
    browser = signed_in(engineer)
    made = given(engineer, "W-1,,,,,ch4,氡,,120,36,,-5\n")
    table = browser.get(f"/sensing/device-tables/{made.pk}/?format=csv").content
    assert "氡" in table.decode()
    again = preview_devices(
        actor=engineer, region_code=LICANG, file_name="again.csv", content=table.replace("氡".encode(), "甲烷".encode()), now=AT
    )
    (row,) = judged_rows(engineer, again)
    assert row.sensor is not None
    assert row.sensor.alarm_high == -5


def test_programs_do_the_same(engineer: User) -> None:
    client = signed_in(engineer)
    file = SimpleUploadedFile("wells.csv", (HEAD + GOOD + "W-9,,,,,ch4,氡,,120,36,,\n").encode())
    made = client.post("/api/v1/sensing/device-tables", {"file": file, "region_code": LICANG}).json()
    rows = client.get(f"/api/v1/sensing/device-tables/{made['id']}/rows?limit=10").json()
    assert rows["total"] == 4
    assert [one["column"] for one in rows["items"][3]["problems"]] == ["监测量"]
    assert client.post(f"/api/v1/sensing/device-tables/{made['id']}/take").status_code == 409
    assert client.post(f"/api/v1/sensing/device-tables/{made['id']}/drop").json()["state"] == "dropped"
    file = SimpleUploadedFile("wells.csv", (HEAD + GOOD).encode())
    made = client.post("/api/v1/sensing/device-tables", {"file": file, "region_code": LICANG}).json()
    taken = client.post(f"/api/v1/sensing/device-tables/{made['id']}/take").json()
    assert {one["code"]: one["topic"] for one in taken["secrets"]} == {
        "W-1": "tocsin/W-1/readings",
        "G-1": "tocsin/G-1/readings",
    }
    assert len(client.get("/api/v1/sensing/device-tables").json()) == 2


@pytest.mark.parametrize("role", ["viewer", "duty_officer"])
def test_who_does_not_manage_sensors_finds_nothing(engineer: User, role: str) -> None:
    made = given(engineer, GOOD)
    browser: Client = signed_in(make_person(role, LICANG))
    assert browser.get("/sensing/device-tables/").status_code == 403
    assert browser.post(f"/sensing/device-tables/{made.pk}/take/").status_code in (403, 404)
    assert not Device.objects.exists()
    assert "device-tables" not in browser.get("/sensing/devices/").content.decode()
    elsewhere: Any = signed_in(make_person("rule_engineer", ZHIFU))
    assert elsewhere.get(f"/sensing/device-tables/{made.pk}/").status_code == 404
    assert elsewhere.get("/api/v1/sensing/device-tables").json() == []
