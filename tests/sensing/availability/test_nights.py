"""The night: rates of days, weeks and months; planned outages left out; who is told."""

import dataclasses
from datetime import UTC, date, datetime, timedelta
from typing import Any

import msgspec
import numpy as np
import pytest

from tests.clocks import stand_at
from tests.languages import english as english
from tests.people import LICANG, YANTAI, make_person, signed_in
from tocsin.base.time import ms_from_datetime
from tocsin.engine.columns import Readings
from tocsin.jurisdiction.people.models import User
from tocsin.jurisdiction.people.services.system import system_actor
from tocsin.notices.face import Notice
from tocsin.sensing.availability import services
from tocsin.sensing.availability.gauges import online_rates
from tocsin.sensing.availability.models import DeviceDay, Night, OnlineRate
from tocsin.sensing.availability.policy import AVAILABILITY
from tocsin.sensing.availability.rules import ONLINE_RATES
from tocsin.sensing.availability.services import forget_old_days, judge_availability
from tocsin.sensing.availability.shown import page, texts
from tocsin.sensing.devices.models import Device, Sensor
from tocsin.sensing.devices.rules import NewDevice, NewSensor
from tocsin.sensing.devices.services.registering import register_many
from tocsin.sensing.history.queries.readings import history
from tocsin.warning.covers.models import Cover

pytestmark = pytest.mark.django_db

DAY = date(2026, 11, 23)
BEGIN = datetime(2026, 11, 22, 16, tzinfo=UTC)  # of the day in China
NIGHT = BEGIN + timedelta(days=1, minutes=61)
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def _now(english: None, monkeypatch: pytest.MonkeyPatch) -> None:
    stand_at(monkeypatch, NIGHT)


@pytest.fixture
def keeper(db: None, tmp_path: Any, settings: Any) -> User:
    settings.CONFIGURATION = dataclasses.replace(settings.CONFIGURATION, data=tmp_path)
    person = make_person("rule_engineer", LICANG)
    codes = ("well-1", "well-2", "well-3")
    register_many(
        actor=system_actor(),
        devices=[NewDevice(code=code, region_code=LICANG) for code in codes],
        sensors=[
            NewSensor(device_code=code, channel="methane", quantity="methane", lon=120.4, lat=36.2, interval_s=600.0)
            for code in codes
        ],
    )
    Device.objects.update(created_at=BEGIN - timedelta(days=60), heard_through="mqtt")
    return person


def sent(code: str, first: datetime, last: datetime, *, every_s: float = 600.0) -> None:
    """Readings of a device from the first moment to before the last."""
    index = Sensor.objects.get(device__code=code).index
    moments = np.arange(ms_from_datetime(first), ms_from_datetime(last), round(every_s * 1000))
    history().append(Readings.of(sensor=np.full(len(moments), index), ts=moments, value=np.ones(len(moments))), version=None)


def planned(
    begins: datetime, ends: datetime, *, entered: datetime = BEGIN - timedelta(days=2), code: str = "well-1", **more: Any
) -> Cover:
    values = {"trusted": True, "kind": "outage", "what": "pump exchanged", "who": "Water works", "region_code": LICANG} | more
    return Cover.objects.create(
        device=Device.objects.get(code=code),
        begins_at=begins,
        ends_at=ends,
        author=system_actor(),
        created_at=entered,
        **values,
    )


def judge(now: datetime = NIGHT) -> None:
    while judge_availability(now=now):
        pass


def rate_of(code: str) -> float | None:
    return OnlineRate.objects.get(device__code=code).day_pct


def test_a_day_is_judged_once_its_wait_is_over(keeper: User) -> None:
    sent("well-1", BEGIN, BEGIN + 24 * HOUR)
    sent("well-2", BEGIN, BEGIN + 18 * HOUR)
    judge(NIGHT - timedelta(minutes=2))
    assert not OnlineRate.objects.filter(day=DAY).exists(), "the day before it, of which nothing is known, was judged"
    judge()
    assert [rate_of(f"well-{number}") for number in (1, 2, 3)] == [100.0, 75.0, 0.0]
    day = DeviceDay.objects.get(device__code="well-2", day=DAY)
    assert (day.expected, day.reported, day.planned, day.door) == (144, 108, 0, "mqtt")
    assert day.channels == [["methane", 144, 108]]
    assert Night.objects.get(day=DAY).is_done
    sent("well-3", BEGIN, BEGIN + 24 * HOUR)
    judge(NIGHT + HOUR)
    assert rate_of("well-3") == 0.0, "a night is judged once"
    judge(NIGHT + 24 * HOUR)
    assert DeviceDay.objects.get(device__code="well-3", day=DAY).reported == 144, "what came late counts in the next night"
    assert OnlineRate.objects.get(device__code="well-1").week_pct == pytest.approx(100 / 8, abs=25)


PLANNED = [
    # hours of the outage, when it was entered, what else, the rate of a device that sent for 18 hours
    ((18, 24), BEGIN - HOUR, {}, 100.0),
    ((18, 24), BEGIN + 30 * HOUR, {}, 75.0),
    ((18, 24), BEGIN + 21 * HOUR, {}, 100 * 108 / 126),
    ((18, 24), BEGIN - HOUR, {"trusted": False}, 75.0),
    ((18, 24), BEGIN - HOUR, {"kind": "maintenance"}, 75.0),
    ((18, 24), BEGIN - HOUR, {"ended_at": BEGIN + 21 * HOUR}, 100 * 108 / 126),
    ((-24, 240), BEGIN - 48 * HOUR, {"from_time": "18:00", "until_time": "00:00"}, 100.0),
    ((-24, 240), BEGIN - 48 * HOUR, {"from_time": "18:00", "until_time": "00:00", "weekdays": "7"}, 75.0),
]


@pytest.mark.parametrize(("hours", "entered", "more", "expected"), PLANNED)
def test_planned_outages_are_left_out(
    keeper: User, hours: tuple[int, int], entered: datetime, more: dict[str, Any], expected: float
) -> None:
    sent("well-1", BEGIN, BEGIN + 18 * HOUR)
    planned(BEGIN + hours[0] * HOUR, BEGIN + hours[1] * HOUR, entered=entered, **more).refresh_from_db()
    judge()
    assert rate_of("well-1") == pytest.approx(expected, abs=1.5)


def test_keepers_hear_once_as_a_device_falls_below_and_never_of_a_planned_outage(keeper: User) -> None:
    make_person("rule_engineer", YANTAI)
    sent("well-1", BEGIN, BEGIN + 48 * HOUR)
    sent("well-2", BEGIN, BEGIN + 18 * HOUR)
    planned(BEGIN, BEGIN + 48 * HOUR, code="well-3")
    judge()
    (told,) = Notice.objects.filter(purpose=ONLINE_RATES)
    assert told.person_id == keeper.pk
    assert texts([told])[told.pk] == "1 device reported in less than 90 % of its periods on 2026-11-23: well-2 75 %"
    assert page(told) == "/sensing/online-rates/?below=90"
    assert rate_of("well-3") is None
    judge(NIGHT + 24 * HOUR)
    assert Notice.objects.filter(purpose=ONLINE_RATES).count() == 1, "it was below already"


def test_parts_of_a_night_go_on_behind_each_other(keeper: User, monkeypatch: pytest.MonkeyPatch) -> None:
    shipped = AVAILABILITY.shipped
    few = msgspec.structs.replace(shipped, night=msgspec.structs.replace(shipped.night, devices_at_once=2))
    monkeypatch.setattr(services, "availability_policy", lambda: few)
    assert judge_availability(now=NIGHT) is True
    assert OnlineRate.objects.count() == 2
    assert judge_availability(now=NIGHT) is False
    assert OnlineRate.objects.count() == 3
    (told,) = Notice.objects.filter(purpose=ONLINE_RATES)
    assert told.figures["count"] == 3


def test_on_pages_by_api_and_among_the_gauges(keeper: User) -> None:
    sent("well-1", BEGIN, BEGIN + 24 * HOUR)
    sent("well-2", BEGIN, BEGIN + 18 * HOUR)
    planned(BEGIN + 6 * HOUR, BEGIN + 12 * HOUR)
    judge()
    browser, pk = signed_in(keeper), Device.objects.get(code="well-1").pk
    rows = browser.get("/api/v1/sensing/online-rates").json()["items"]
    assert [one["device_code"] for one in rows] == ["well-3", "well-2", "well-1"]
    assert browser.get("/api/v1/sensing/online-rates?below=80&sort=day").json()["total"] == 2
    assert browser.get("/api/v1/sensing/online-rates?door=http").json()["total"] == 0
    listed = browser.get("/sensing/online-rates/").content.decode()
    assert listed.index("well-3") < listed.index("well-2") < listed.index("well-1")
    assert "75.0" in listed
    detail = browser.get(f"/api/v1/sensing/devices/{pk}/availability").json()
    assert detail["days"][-1] | {"channels": []} == {
        "day": "2026-11-23",
        "expected": 108,
        "reported": 108,
        "planned": 36,
        "online_pct": 100.0,
        "channels": [],
    }
    assert [(one["what"], one["who"]) for one in detail["outages"]] == [("pump exchanged", "Water works")]
    shown = browser.get(f"/sensing/devices/{pk}/").content.decode()
    assert 'class="day-strip"' in shown
    assert "pump exchanged" in shown
    assert [(one.labels, one.value) for one in online_rates(NIGHT)] == [({"door": "mqtt"}, pytest.approx(54.55))]
    stranger = signed_in(make_person("rule_engineer", YANTAI))
    assert stranger.get("/api/v1/sensing/online-rates").json()["total"] == 0
    assert stranger.get(f"/api/v1/sensing/devices/{pk}/availability").status_code == 404


def test_old_days_go(keeper: User) -> None:
    judge()
    assert forget_old_days(NIGHT - timedelta(days=10)) == 0
    assert forget_old_days(NIGHT + timedelta(days=2)) == 6
    assert OnlineRate.objects.count() == 3, "the rates stay until they are judged anew"
