"""Clocks measured over windows and told as off; repeats counted by channel."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.clocks import stand_at
from tests.languages import english as english
from tests.people import LICANG, YANTAI, make_person, signed_in
from tocsin.base.time import ms_from_datetime
from tocsin.engine.columns import Readings
from tocsin.jurisdiction.people.models import User
from tocsin.jurisdiction.people.services.system import system_actor
from tocsin.notices.face import Notice
from tocsin.sensing.devices.models import Device, Sensor
from tocsin.sensing.devices.rules import NewDevice, NewSensor
from tocsin.sensing.devices.services.registering import register_many
from tocsin.sensing.timing.loops import Listener
from tocsin.sensing.timing.models import DeviceClock, SensorRepeats
from tocsin.sensing.timing.queries import devices_of_sensors
from tocsin.sensing.timing.rules import CLOCKS
from tocsin.sensing.timing.services import write_clocks, write_repeats
from tocsin.sensing.timing.shown import page, texts

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 24, 4, tzinfo=UTC)
NOW_MS = ms_from_datetime(NOW)
WINDOW_MS = 3_600_000


@pytest.fixture(autouse=True)
def _now(english: None, monkeypatch: pytest.MonkeyPatch) -> None:
    stand_at(monkeypatch, NOW)


@pytest.fixture
def keeper(db: None) -> User:
    person = make_person("rule_engineer", LICANG)
    codes = ("well-1", "well-2")
    register_many(
        actor=system_actor(),
        devices=[NewDevice(code=code, region_code=LICANG) for code in codes],
        sensors=[NewSensor(device_code=code, channel="methane", quantity="methane", lon=120.4, lat=36.2) for code in codes],
    )
    return person


def index(code: str) -> int:
    return Sensor.objects.get(device__code=code).index


def windows(code: str, ahead_s: float, count: int, *, begin: int = 0) -> None:
    """So many hours of a device that is ahead."""
    pk = Device.objects.get(code=code).pk
    for number in range(begin, begin + count):
        write_clocks(least={pk: -ahead_s * 1000}, now=NOW + timedelta(hours=number))


def test_from_readings_to_a_clock(keeper: User) -> None:
    listener = Listener(NOW_MS)
    for minute in range(60):
        at = NOW_MS + minute * 60_000
        readings = Readings.of(sensor=[index("well-1"), index("well-2")], ts=[at + 12_000, at - 300], value=[1.0, 1.0])
        listener.take(readings, at)
        assert listener.window(devices_of_sensors(), at, WINDOW_MS) == {}
    write_clocks(least=listener.window(devices_of_sensors(), NOW_MS + WINDOW_MS, WINDOW_MS), now=NOW)
    assert dict(DeviceClock.objects.values_list("device__code", "skew_ms")) == {"well-1": 12_000.0, "well-2": -300.0}
    assert listener.window(devices_of_sensors(), NOW_MS + 3 * WINDOW_MS, WINDOW_MS) == {}, "nobody sent in this one"


def test_a_clock_that_is_off_is_told_once_until_it_is_right(keeper: User) -> None:
    make_person("rule_engineer", YANTAI)
    windows("well-1", 75.0, 2)
    assert not Notice.objects.filter(purpose=CLOCKS).exists(), "two windows are too few"
    windows("well-1", 75.0, 4, begin=2)
    windows("well-2", 59.0, 6)
    (told,) = Notice.objects.filter(purpose=CLOCKS)
    assert told.person_id == keeper.pk
    assert texts([told])[told.pk] == "the clock of 1 device is off by more than 60 s: well-1 +75 s"
    assert page(told) == f"/sensing/devices/{Device.objects.get(code='well-1').pk}/"
    windows("well-1", 0.2, 6, begin=6)
    assert DeviceClock.objects.get(device__code="well-1").is_off, "half of what is known says so still"
    windows("well-1", 0.2, 1, begin=12)
    told.refresh_from_db()
    assert told.fate == "superseded"
    assert not DeviceClock.objects.filter(is_off=True).exists()


def test_repeats_are_counted_by_channel(keeper: User) -> None:
    listener = Listener(NOW_MS)
    mine = index("well-1")
    for value in (1.0, 1.0, 2.0):
        listener.take(Readings.of(sensor=[mine, index("well-2")], ts=[NOW_MS, NOW_MS], value=[value, 1.0]), NOW_MS)
    for _ in range(2):
        write_repeats(counts=listener.repeats(), now=NOW)
    listener.take(Readings.of(sensor=[mine, 10_000], ts=[NOW_MS, NOW_MS], value=[1.0, 1.0]), NOW_MS)
    write_repeats(counts=listener.repeats(), now=NOW)
    assert {one.sensor.index: (one.same, one.other) for one in SensorRepeats.objects.all()} == {
        mine: (2, 1),
        index("well-2"): (2, 0),
    }


def test_on_pages_and_by_api(keeper: User) -> None:
    windows("well-1", 75.0, 3)
    windows("well-2", -400.5, 1)
    write_repeats(counts={index("well-1"): (3, 1)}, now=NOW)
    browser, pk = signed_in(keeper), Device.objects.get(code="well-1").pk
    rows = browser.get("/api/v1/sensing/device-clocks").json()["items"]
    assert [(one["device_code"], one["skew_s"], one["is_off"]) for one in rows] == [
        ("well-2", -400.5, False),
        ("well-1", 75.0, True),
    ]
    assert browser.get("/api/v1/sensing/device-clocks?is_off=true").json()["total"] == 1
    listed = browser.get("/sensing/device-clocks/").content.decode()
    assert listed.index("well-2") < listed.index("well-1")
    found = browser.get(f"/api/v1/sensing/devices/{pk}/timing").json()
    assert (found["clock"]["windows"], found["repeats"][0]["same"], found["repeats"][0]["other"]) == (3, 3, 1)
    shown = " ".join(browser.get(f"/sensing/devices/{pk}/").content.decode().split())
    assert "75.0 s ahead" in shown
    assert "more than 300 s ahead are set aside" in shown
    other = " ".join(browser.get(f"/sensing/devices/{Device.objects.get(code='well-2').pk}/").content.decode().split())
    assert "400.5 s behind" in other
    stranger = signed_in(make_person("rule_engineer", YANTAI))
    assert stranger.get("/api/v1/sensing/device-clocks").json()["total"] == 0
    assert stranger.get(f"/api/v1/sensing/devices/{pk}/timing").status_code == 404
