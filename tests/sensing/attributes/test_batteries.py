"""What devices say of themselves, kept within bounds; batteries judged, told once a crossing, and entered as changed."""

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from tests.clocks import stand_at
from tests.languages import english as english
from tests.people import LICANG, YANTAI, make_person, signed_in
from tocsin.base.errors import Conflict, InvalidInput, NotAllowed
from tocsin.base.time import ms_from_datetime
from tocsin.jurisdiction.people.models import User
from tocsin.jurisdiction.people.services.system import system_actor
from tocsin.notices.face import Notice
from tocsin.records.audit.models import AuditEntry
from tocsin.sensing.attributes.models import Attribute, AttributeChange, Battery
from tocsin.sensing.attributes.rules.battery import BATTERIES
from tocsin.sensing.attributes.rules.statements import Stated, Statement
from tocsin.sensing.attributes.services.batteries import judge_batteries, record_battery_change
from tocsin.sensing.attributes.services.keeping import forget_old_changes, keep_statements
from tocsin.sensing.attributes.shown import page, texts
from tocsin.sensing.devices.models import Device
from tocsin.sensing.devices.rules import NewDevice
from tocsin.sensing.devices.services.registering import register_many
from tocsin.sensing.doors.services.traffic import keep
from tocsin.sensing.quarantine.models import QuarantinedMessage

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 24, 4, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _now(english: None, monkeypatch: pytest.MonkeyPatch) -> None:
    stand_at(monkeypatch, NOW)


@pytest.fixture
def keeper(db: None) -> User:
    person = make_person("rule_engineer", LICANG)
    devices = [NewDevice(code=f"well-{number}", region_code=LICANG) for number in range(1, 4)]
    register_many(actor=system_actor(), devices=devices, sensors=[])
    return person


def said(name: str, value: str, at: datetime = NOW, code: str = "well-1", number: float | None = None) -> Stated:
    return Stated(code, "mqtt", (Statement(code, name, value, number, ms_from_datetime(at)),), max(at, NOW))


def level(pct: float, at: datetime = NOW, code: str = "well-1") -> Stated:
    return said("battery", f"{pct:g}", at, code, pct)


def device(code: str = "well-1") -> Device:
    return Device.objects.get(code=code)


def notices() -> list[Notice]:
    return list(Notice.objects.filter(purpose=BATTERIES).order_by("written_at", "key"))


def test_the_newest_stands_and_every_change_is_kept(keeper: User) -> None:
    hours = [NOW - timedelta(hours=number) for number in range(5, 0, -1)]
    keep([said("firmware", text, at) for text, at in zip(("1.3", "1.3", "1.4", "1.4", "1.4"), hours, strict=True)])
    (one,) = Attribute.objects.all()
    assert (one.text, one.stated_at, one.changed_at) == ("1.4", hours[4], hours[2])
    assert list(AttributeChange.objects.values_list("text", "stated_at")) == [("1.4", hours[2]), ("1.3", hours[0])]
    keep([said("firmware", "1.2", NOW - timedelta(days=2)), said("firmware", "1.4", hours[4])])
    one.refresh_from_db()
    assert one.text == "1.4", "what was sent late is a line of the past"
    assert AttributeChange.objects.count() == 3
    keep([said("firmware", "1.2", NOW - timedelta(days=2))])
    assert AttributeChange.objects.count() == 3, "sent twice, kept once"


def test_a_slow_fall_is_kept_by_steps(keeper: User) -> None:
    keep([level(90.0 - number / 10, NOW - timedelta(hours=100 - number)) for number in range(51)])
    numbers = list(AttributeChange.objects.order_by("stated_at").values_list("number", flat=True))
    assert numbers == pytest.approx([90.0, 89.0, 88.0, 87.0, 86.0, 85.0])
    assert Attribute.objects.get().number == pytest.approx(85.0)


def test_names_and_changes_of_a_device_are_bounded(keeper: User) -> None:
    keep_statements([said(f"own-{number}", "x") for number in range(45)])
    keep_statements([said("own-3", "y", NOW + timedelta(seconds=1)), said("other", "x", code="well-2")])
    assert Attribute.objects.filter(device=device()).count() == 40
    assert Attribute.objects.get(name="own-3").text == "y"
    refused = QuarantinedMessage.objects.get()
    assert (refused.device_code, refused.reason, refused.count) == ("well-1", "attribute_refused", 5)
    assert "one attribute too many: of a device 40 are kept" in refused.detail
    for part in range(6):
        begin = NOW - timedelta(days=2) + timedelta(hours=part)
        keep_statements([said("door", str(number % 2), begin + timedelta(seconds=number), "well-3") for number in range(100)])
    assert 400 <= AttributeChange.objects.filter(device=device("well-3")).count() <= 450


def test_changes_beyond_the_policys_days_go_and_the_newest_value_stays(keeper: User) -> None:
    keep([said("firmware", "1.3"), said("firmware", "1.4", NOW + timedelta(seconds=1))])
    assert forget_old_changes(NOW - timedelta(days=1)) == 0
    assert forget_old_changes(NOW + timedelta(days=1)) == 2
    assert Attribute.objects.get().text == "1.4"


def fall(code: str, first: float, a_day: float, days: int = 40) -> None:
    keep_statements([level(first - a_day * number, NOW - timedelta(days=days - number), code) for number in range(days + 1)])


def test_a_battery_gets_its_end_and_the_first_to_end_comes_first(keeper: User) -> None:
    fall("well-1", 90.0, 0.5)
    fall("well-2", 60.0, 0.5)
    keep([level(80.0, code="well-3")])
    judge_batteries(now=NOW)
    one = Battery.objects.get(device=device())
    assert (one.level_pct, one.state, one.slope) == (70.0, "good", pytest.approx(-0.5))
    assert one.ends_on == date(2026, 11, 24) + timedelta(days=130)
    assert one.earliest_end is not None
    assert one.earliest_end <= one.ends_on
    browser = signed_in(keeper)
    answer = browser.get("/api/v1/sensing/batteries").json()
    assert [row["device_code"] for row in answer["items"]] == ["well-2", "well-1", "well-3"]
    assert answer["items"][2]["ends_on"] is None
    within = browser.get("/api/v1/sensing/batteries?within_days=100").json()
    assert [row["device_code"] for row in within["items"]] == ["well-2"]
    listed = browser.get("/sensing/batteries/").content.decode()
    assert listed.index("well-2") < listed.index("well-1")
    assert "2027-04-03" in listed
    shown = browser.get(f"/sensing/devices/{device().pk}/").content.decode()
    assert "nine times in ten between" in " ".join(shown.split())
    assert "<polyline points=" in shown


def test_a_crossing_is_told_once_and_ends_with_the_change_of_the_battery(keeper: User) -> None:
    make_person("rule_engineer", YANTAI)
    keep([level(21.0), level(60.0, code="well-2")])
    judge_batteries(now=NOW)
    assert notices() == []
    later = NOW + timedelta(hours=1)
    keep([level(19.0, later), level(18.0, later, "well-2")])
    for minutes in (0, 5, 10):
        judge_batteries(now=later + timedelta(minutes=minutes))
    (told,) = notices()
    assert told.person_id == keeper.pk
    assert texts([told])[told.pk] == "the batteries of 2 devices run low: well-2, well-1"
    assert page(told) == "/sensing/batteries/"
    keep([level(9.0, later + timedelta(hours=1))])
    judge_batteries(now=later + timedelta(hours=2))
    critical = notices()[-1]
    assert texts([critical])[critical.pk] == "the battery of 1 device runs low, 1 of them is critical: well-1"
    assert page(critical) == f"/sensing/devices/{device().pk}/"
    keep([level(99.0, later + timedelta(hours=3))])
    judge_batteries(now=later + timedelta(hours=4))
    critical.refresh_from_db()
    told.refresh_from_db()
    assert critical.fate == "superseded", "another battery is in"
    assert told.fate != "superseded", "well-2 is low still"
    record_battery_change(actor=keeper, device_id=device("well-2").pk, now=later + timedelta(hours=5))
    told.refresh_from_db()
    assert told.fate == "superseded"
    assert Battery.objects.get(device=device("well-2")).state == "good"
    assert AuditEntry.objects.filter(action="device.battery_changed").count() == 1


REFUSED = [
    # code, day, error
    ("well-1", date(2026, 11, 25), InvalidInput),
    ("well-3", None, Conflict),
]


@pytest.mark.parametrize(("code", "day", "error"), REFUSED)
def test_changes_of_batteries_that_are_refused(keeper: User, code: str, day: date | None, error: type[Exception]) -> None:
    keep([level(50.0)])
    judge_batteries(now=NOW)
    with pytest.raises(error):
        record_battery_change(actor=keeper, device_id=device(code).pk, day=day, now=NOW)
    with pytest.raises(NotAllowed):
        record_battery_change(actor=make_person("duty_officer", LICANG), device_id=device().pk, now=NOW)


def test_a_models_own_figure_stands_before_the_policys(keeper: User) -> None:
    from tocsin.sensing.devices.models import DeviceModel

    model = DeviceModel.objects.create(
        region_code=LICANG,
        maker="a",
        model="b",
        protocol="mqtt",
        power="battery",
        battery_low_pct=40.0,
        changed_at=NOW,
        changed_by=keeper,
    )
    Device.objects.filter(code="well-1").update(model=model)
    keep([level(39.0), level(39.0, code="well-2")])
    judge_batteries(now=NOW)
    assert dict(Battery.objects.values_list("device__code", "state")) == {"well-1": "low", "well-2": "good"}


def test_by_page_and_api_with_rights(keeper: User) -> None:
    keep([level(50.0), said("firmware", "1.4"), said("lid", "open")])
    judge_batteries(now=NOW)
    browser, pk = signed_in(keeper), device().pk
    rows = {one["name"]: one for one in browser.get(f"/api/v1/sensing/devices/{pk}/attributes").json()}
    assert (rows["battery"]["words"], rows["battery"]["unit"], rows["battery"]["number"]) == ("Battery", "%", 50.0)
    assert (rows["lid"]["words"], rows["lid"]["value"]) == ("lid", "open")
    changes = browser.get(f"/api/v1/sensing/devices/{pk}/attribute-changes?name=firmware").json()
    assert [one["value"] for one in changes] == ["1.4"]
    assert "1.4" in browser.get(f"/sensing/devices/{pk}/attributes/firmware/").content.decode()
    address = f"/api/v1/sensing/devices/{pk}/battery-change"
    answer = _post(browser, address, {"day": "2026-11-20"})
    assert answer.json()["changed_on"] == "2026-11-20"
    assert browser.post(f"/sensing/devices/{pk}/battery/change/", {"day": ""}).status_code == 302
    assert Battery.objects.get().changed_on == date(2026, 11, 24)
    stranger = signed_in(make_person("rule_engineer", YANTAI))
    assert stranger.get(f"/api/v1/sensing/devices/{pk}/attributes").status_code == 404
    assert stranger.get("/api/v1/sensing/batteries").json()["total"] == 0
    assert _post(stranger, address, {}).status_code == 404


def _post(browser: Any, address: str, body: dict[str, object]) -> Any:
    return browser.post(address, json.dumps(body), content_type="application/json")


def test_queries_do_not_grow_with_the_batteries(keeper: User, django_assert_max_num_queries: Any) -> None:
    browser = signed_in(keeper)
    keep([level(50.0 + number, code=f"well-{number}") for number in range(1, 4)])
    judge_batteries(now=NOW)
    browser.get("/sensing/batteries/")
    with django_assert_max_num_queries(12):
        browser.get("/sensing/batteries/")
    assert UUID(str(device().pk))
