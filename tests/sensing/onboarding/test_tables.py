"""Devices from a table: every error by its row and column, differences shown, secrets in one file and nowhere else, undone."""

import csv
import json
from io import BytesIO, StringIO
from typing import TYPE_CHECKING
from urllib.parse import unquote

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.languages import english as english
from tests.people import LICANG, QINGDAO, ZHIFU, make_person, signed_in
from tests.records.imports.files import given as given_file
from tests.records.imports.files import judged_now, taken
from tests.usual_bodies import usual_bodies
from tocsin.base.errors import Conflict, InvalidInput, NotAllowed
from tocsin.base.time import datetime_from_ms
from tocsin.jurisdiction.areas.services import ensure_regions
from tocsin.jurisdiction.people.models import User
from tocsin.jurisdiction.people.services.system import system_actor
from tocsin.records.audit.models import AuditEntry
from tocsin.records.imports.models import ImportRow, TableImport
from tocsin.records.imports.rules import ImportState, ImportVerdict, Row
from tocsin.records.imports.services.taking import undo_file
from tocsin.sensing.devices.models import Device, Sensor
from tocsin.sensing.devices.rules import NewDevice, NewSensor, digest_of
from tocsin.sensing.devices.services import registering
from tocsin.sensing.onboarding.rules.tables import HEADINGS
from tocsin.sensing.onboarding.services.tables import renew_secrets

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


def given(by: User, text: str, head: str = HEAD, encoding: str = "utf-8") -> TableImport:
    return given_file(by, "devices", (head + text).encode(encoding), region=LICANG, now=AT, name="设备.csv")


def judged(by: User, text: str) -> list[Row]:
    return judged_now(given(by, text), AT)


def columns_of(row: Row) -> list[str]:
    return [one.column for one in row.problems]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_all_is_registered_at_once_and_secrets_are_given_once(engineer: User, english: None, encoding: str) -> None:
    made = given(engineer, GOOD, encoding=encoding)
    assert [row.verdict for row in judged_now(made, AT)] == [ImportVerdict.NEW] * 3
    assert not Device.objects.exists()
    taken(made, AT)
    well = Device.objects.get(code="W-1")
    assert (well.name, well.region_code, well.gateway and well.gateway.code) == ("一号井", "370213", "G-1")
    ch4, temp = Sensor.objects.filter(device=well).order_by("channel")
    assert (ch4.quantity, ch4.unit, ch4.alarm_high, ch4.interval_s) == ("methane", "pct_vol", 25, 60)
    assert (temp.quantity, temp.lon) == ("temperature", 120.41)
    handed = renew_secrets(actor=engineer, table_id=made.pk)
    assert list(handed.secrets) == ["W-1", "G-1"]
    well.refresh_from_db()
    assert well.secret_sha256 == digest_of(handed.secrets["W-1"])
    kept = json.dumps([*ImportRow.objects.values_list("cells", "before"), *AuditEntry.objects.values_list("details")])
    assert not any(secret in kept for secret in handed.secrets.values())
    with pytest.raises(Conflict, match="already"):
        taken(made, AT)
    assert [row.verdict for row in judged(engineer, GOOD)] == [ImportVerdict.SAME] * 3


def test_excel_is_read_with_numbers_as_numbers(engineer: User) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["设备登记表"])
    sheet.append(["Code", "Channel", "Quantity", "Lon", "Lat", "备注"])
    sheet.append([10023, "ch4", "Methane", 120.41, 36, "新装"])
    kept = BytesIO()
    book.save(kept)
    made = given_file(engineer, "devices", kept.getvalue(), region=LICANG, now=AT, name="d.xlsx")
    (row,) = judged_now(made, AT)
    assert (row.line, row.verdict, row.found.sensor.lat) == (3, ImportVerdict.NEW, 36.0)
    taken(made, AT)
    assert list(renew_secrets(actor=engineer, table_id=made.pk).secrets) == ["10023"]


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
    "all of it": (
        "W 1,,李沧,没有这个单位,G-9,,氡,,东,,x,y",
        ["code", "region_code", "organisation", "gateway", "channel", "lat", "lon"],
    ),
}


def test_every_error_is_told_by_its_column(engineer: User, english: None) -> None:
    for name, (text, columns) in ROWS.items():
        (row,) = judged(engineer, text + "\n")
        assert row.verdict is ImportVerdict.WRONG, name
        assert set(columns) <= set(columns_of(row)) and len(columns_of(row)) >= len(columns), (name, row.problems)
        assert all(one.text for one in row.problems)


def test_rows_of_a_file_must_agree_and_chains_of_gateways_are_refused(engineer: User, english: None) -> None:
    first, second, third, *_ = judged(
        engineer, "W-1,一,,,,ch4,甲烷,,120,36,,\nW-1,二,,,,ch4,甲烷,,120,36,,\nW-2,,,,W-3,,,,,,,\nW-3,,,,W-4,,,,,,,\n"
    )
    assert first.verdict is ImportVerdict.NEW
    assert columns_of(second) == ["name", "channel"]
    assert "Line 2" in second.problems[0].text
    assert columns_of(third) == ["gateway"]


def test_right_rows_alone_leave_no_row_that_needs_a_wrong_one(engineer: User, english: None) -> None:
    """Channels of a device whose first row is wrong, and devices whose gateway's row is, are wrong with it."""
    text = "W-1,,,,,ch4,氡,,120,36,,\nW-1,,,,,temp,temperature,,120,36,,\nG 1,,,,,,,,,,,\nW-2,,,,G 1,,,,,,,\nW-3,,,,,,,,,,,\n"
    made = given(engineer, text)
    assert [row.verdict.value for row in judged_now(made, AT)] == ["wrong"] * 4 + ["new"]
    assert taken(made, AT, leave_wrong=True).state is ImportState.TAKEN
    assert list(Device.objects.values_list("code", flat=True)) == ["W-3"]


def registered() -> Sensor:
    sensor = NewSensor(device_code="W-1", channel="ch4", quantity="methane", lon=120.41, lat=36.15)
    registering.register_many(actor=system_actor(), devices=[NewDevice(code="W-1", region_code=LICANG)], sensors=[sensor])
    return Sensor.objects.get()


def test_what_is_registered_changes_as_the_difference_says(engineer: User, english: None) -> None:
    sensor = registered()
    same, pressure, other_unit = judged(
        engineer,
        "W-1,,,,,ch4,甲烷,,120.41,36.15,60,\nW-1,,,,,ch4,压力,,120.41,36.15,,\nW-1,,,,,ch4,甲烷,pct_vol,120.41,36.15,,\n",
    )
    assert same.verdict is ImportVerdict.SAME
    assert set(columns_of(pressure)) == {"quantity", "channel"}
    assert "channel" in columns_of(other_unit)
    made = given(engineer, "W-1,改名,,,,ch4,,,121,,,30\nW-1,,,,,temp,temperature,,120.41,36.15,,\n")
    changed, fresh = judged_now(made, AT)
    assert [tuple(one) for one in changed.changes] == [("name", "", "改名"), ("lon", "120.41", "121"), ("alarm_high", "", "30")]
    assert fresh.verdict is ImportVerdict.NEW
    taken(made, AT)
    sensor.refresh_from_db()
    assert (sensor.lon, sensor.lat, sensor.alarm_high, sensor.device.name) == (121, 36.15, 30, "改名")
    entry = AuditEntry.objects.get(action="sensor.edited")
    assert entry.details == {"code": "W-1", "lon": [120.41, 121.0], "alarm_high": [None, 30.0]}
    undo_file(actor=engineer, import_id=made.pk, now=AT)
    sensor = Sensor.objects.get(channel="ch4")
    assert (sensor.lon, sensor.alarm_high, sensor.device.name, sensor.enabled) == (120.41, None, "", True)
    assert not Sensor.objects.get(channel="temp").enabled


def test_an_undone_file_puts_out_of_use_and_the_same_again_puts_in_use(engineer: User, english: None) -> None:
    made = given(engineer, GOOD)
    taken(made, AT)
    undo_file(actor=engineer, import_id=made.pk, now=AT)
    assert not Device.objects.filter(enabled=True).exists() and not Sensor.objects.filter(enabled=True).exists()
    again = given(engineer, GOOD)
    assert [row.verdict for row in judged_now(again, AT)] == [ImportVerdict.CHANGED] * 3
    taken(again, AT)
    assert not Device.objects.filter(enabled=False).exists() and not Sensor.objects.filter(enabled=False).exists()


def test_what_was_heard_or_changed_since_is_not_undone(engineer: User, english: None) -> None:
    registered()
    made = given(engineer, "W-1,,,,,ch4,,,121,,,\nW-2,,,,,ch4,甲烷,,120.41,36.15,,\n")
    taken(made, AT)
    Device.objects.filter(code="W-2").update(messages=1)
    with pytest.raises(Conflict, match="W-2 has been heard"):
        undo_file(actor=engineer, import_id=made.pk, now=AT)
    Device.objects.update(messages=0)
    Sensor.objects.filter(device__code="W-1").update(lon=122)
    with pytest.raises(Conflict, match="W-1 ch4 was changed since"):
        undo_file(actor=engineer, import_id=made.pk, now=AT)
    assert Device.objects.get(code="W-2").enabled
    assert TableImport.objects.get(pk=made.pk).state is ImportState.TAKEN


def test_nothing_is_taken_where_a_row_is_wrong(engineer: User, english: None) -> None:
    made = given(engineer, GOOD + "W-9,,,,,ch4,氡,,120,36,,\n")
    with pytest.raises(Conflict, match="are wrong"):
        taken(made, AT)
    assert not Device.objects.exists()
    with pytest.raises(Conflict, match="not taken"):
        renew_secrets(actor=engineer, table_id=made.pk)


def test_a_device_of_another_region_is_not_told_from_a_taken_code(engineer: User, english: None) -> None:
    registering.register_device(actor=system_actor(), code="W-1", name="geheim", region_code=ZHIFU)
    (row,) = judged(engineer, "W-1,,,,,ch4,甲烷,,120,36,,\n")
    assert row.problems[0] == ("code", "The code W-1 can't be used: choose another one.")
    with pytest.raises(NotAllowed):
        given_file(engineer, "devices", HEAD, region=QINGDAO, now=AT)


def test_a_body_may_be_named_in_either_language(engineer: User) -> None:
    body = usual_bodies(LICANG)["gas_company"]
    rows = judged(engineer, f"W-1,,,{body.name_zh},,,,,,,,\nW-2,,,{body.name_en.upper()},,,,,,,,\nW-3,,,{body.code},,,,,,,,\n")
    assert [row.found.device.organisation_id for row in rows] == [body.pk] * 3


def test_lost_secrets_are_made_anew_for_devices_that_nobody_heard(engineer: User, english: None) -> None:
    made = given(engineer, GOOD)
    taken(made, AT)
    lost = renew_secrets(actor=engineer, table_id=made.pk).secrets
    Device.objects.filter(code="G-1").update(messages=3)
    newer = renew_secrets(actor=engineer, table_id=made.pk).secrets
    assert list(newer) == ["W-1"]
    assert Device.objects.get(code="W-1").secret_sha256 == digest_of(newer["W-1"])
    assert Device.objects.get(code="G-1").secret_sha256 == digest_of(lost["G-1"])
    Device.objects.update(messages=1)
    with pytest.raises(Conflict, match="have been heard"):
        renew_secrets(actor=engineer, table_id=made.pk)


@pytest.mark.parametrize(
    ("text", "words"),
    [("a,b\n1,2\n", "设备编号"), (HEAD, "no rows")],
)
def test_what_is_no_table_of_devices_is_refused(engineer: User, english: None, text: str, words: str) -> None:
    with pytest.raises(InvalidInput, match=words):
        given_file(engineer, "devices", text, region=LICANG, now=AT)


def test_every_heading_means_its_own_column() -> None:
    words = [word for names in HEADINGS.values() for word in names]
    assert len(words) == len(set(words))


def test_from_the_page_to_the_file_of_secrets(engineer: User, english: None) -> None:
    browser = signed_in(engineer)
    file = SimpleUploadedFile("wells.csv", (HEAD + GOOD).encode("gbk"))
    answer = browser.post("/imports/to/devices/", {"file": file, "region_code": LICANG})
    made = TableImport.objects.get()
    page = f"/imports/{made.pk}/"
    assert answer.headers["Location"] == page
    browser.post(f"{page}take/", {"leave_wrong": "no"})
    assert "Hand out their secrets" in browser.get(page).content.decode()
    handed = browser.post(f"/sensing/device-tables/{made.pk}/secrets/")
    assert handed.status_code == 200
    assert "no-store" in handed.headers["Cache-Control"]
    (link,) = [one.split('"')[0] for one in handed.content.decode().split('href="data:text/csv;charset=utf-8,')[1:]]
    headings, *rows = csv.reader(StringIO(unquote(link).removeprefix("\ufeff")))
    assert headings == ["Code", "Secret of the device", "Topic"]
    assert {row[0]: digest_of(row[1]) for row in rows} == dict(Device.objects.values_list("code", "secret_sha256"))
    assert not any(row[1] in browser.get(page).content.decode() for row in rows)
    for old, new in (("", "/imports/to/devices/"), (f"{made.pk}/", page)):
        moved = browser.get(f"/sensing/device-tables/{old}")
        assert (moved.status_code, moved.headers["Location"]) == (301, new)


def test_programs_do_the_same_as_before(engineer: User) -> None:
    client = signed_in(engineer)
    file = SimpleUploadedFile("wells.csv", (HEAD + GOOD + "W-9,,,,,ch4,氡,,120,36,,\n").encode())
    made = client.post("/api/v1/sensing/device-tables", {"file": file, "region_code": LICANG}).json()
    rows = client.get(f"/api/v1/sensing/device-tables/{made['id']}/rows?limit=10").json()
    assert rows["total"] == 4
    assert [one["field"] for one in rows["items"][3]["problems"]] == ["quantity"]
    assert client.post(f"/api/v1/sensing/device-tables/{made['id']}/take").status_code == 409
    assert client.post(f"/api/v1/sensing/device-tables/{made['id']}/drop").json()["state"] == "dropped"
    file = SimpleUploadedFile("wells.csv", (HEAD + GOOD).encode())
    made = client.post("/api/v1/sensing/device-tables", {"file": file, "region_code": LICANG}).json()
    answer = client.post(f"/api/v1/sensing/device-tables/{made['id']}/take").json()
    assert {one["code"]: one["topic"] for one in answer["secrets"]} == {
        "W-1": "tocsin/W-1/readings",
        "G-1": "tocsin/G-1/readings",
    }
    assert len(client.get("/api/v1/sensing/device-tables").json()) == 2


@pytest.mark.parametrize("role", ["viewer", "duty_officer"])
def test_who_does_not_manage_sensors_finds_nothing(engineer: User, role: str) -> None:
    made = given(engineer, GOOD)
    browser: Client = signed_in(make_person(role, LICANG))
    assert browser.get("/imports/to/devices/").status_code == 403
    assert browser.post(f"/sensing/device-tables/{made.pk}/secrets/").status_code in (403, 404)
    assert "imports/to/devices" not in browser.get("/sensing/devices/").content.decode()
    elsewhere = signed_in(make_person("rule_engineer", ZHIFU))
    assert elsewhere.get(f"/imports/{made.pk}/").status_code == 404
    assert elsewhere.get("/api/v1/sensing/device-tables").json() == []
