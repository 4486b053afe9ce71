"""Alarm quality on rows: what counts, what does not, the page, the API and CSV."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils.translation import override

from tests.clocks import SetClock
from tests.command.street import START, make_alarm
from tests.people import LICANG, SHINAN, make_person, signed_in
from tests.usual_bodies import usual_bodies
from tocsin.base.errors import Unavailable
from tocsin.base.ids import new_id
from tocsin.base.time import ms_from_datetime
from tocsin.bus.models import OutboxEvent
from tocsin.command.casebook.models import Case, Drill, Outcome
from tocsin.command.orders.models import Order
from tocsin.command.quality.models import NoisyList
from tocsin.command.quality.policy import quality
from tocsin.command.quality.queries.figures import AlarmQuality, CauseCount, alarm_quality
from tocsin.command.quality.queries.spreads import Spread
from tocsin.command.quality.rules import week_before
from tocsin.command.quality.services.weekly import list_noisy_rules
from tocsin.engine.columns import Readings
from tocsin.jurisdiction.people.models import User
from tocsin.jurisdiction.people.services.system import system_actor
from tocsin.notices.messages.models import Notice
from tocsin.notices.messages.shown import text_of
from tocsin.records.versions.models import PolicyVersion
from tocsin.sensing.devices.models import Device, Sensor
from tocsin.warning.alarms.models import Alarm, AlarmEntry
from tocsin.warning.detection.policy import load_profiles

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


def ring(well: int, minute: float, *, confirmed: float | None = None, closed: float | None = None, met: int = 1) -> Alarm:
    """An alarm at that minute, confirmed and closed at those; its condition met so often, a minute apart."""
    at = START + timedelta(minutes=minute)
    alarm = make_alarm(Sensor.objects.get(device__code=f"D{well}", channel="methane"), at)
    if closed is not None:
        alarm.closed_at, alarm.state = START + timedelta(minutes=closed), "normal"
    if confirmed is not None:
        alarm.acknowledged_at = START + timedelta(minutes=confirmed)
    alarm.save()
    for number in range(met):
        AlarmEntry.objects.create(
            alarm=alarm,
            at=at + timedelta(minutes=number),
            act="repeated" if number else "raised",
            channel="detection",
            state=alarm.state,
            level=3,
        )
    return alarm


def case_of_order(unit: str, *, opened: float, signed: float | None, closed: float | None, drill: Drill | None = None) -> Case:
    at = START + timedelta(minutes=opened)
    case = Case.objects.create(
        number=f"{LICANG}-{new_id()}"[:30],
        region_code=LICANG,
        origin="person",
        begun_at=at,
        opened_at=at,
        drill=drill,
        state="closed" if closed is not None else "dispatched",
        closed_at=None if closed is None else START + timedelta(minutes=closed),
    )
    Order.objects.create(
        number=case.number,
        case=case,
        region_code=LICANG,
        unit=usual_bodies(LICANG)[unit],
        role="lead",
        sent_at=at,
        sent_by=system_actor(),
        accepted_at=None if signed is None else START + timedelta(minutes=signed),
    )
    return case


def false_alarm(case: Case, code: str, *, agreed: bool = True) -> None:
    at = case.closed_at or START
    Outcome.objects.create(
        case=case,
        kind="false_alarm",
        code=code,
        proposed_by=system_actor(),
        proposed_at=at,
        confirmed_by=system_actor() if agreed else None,
        confirmed_at=at if agreed else None,
    )


def figures(user: User, hours: float = 2, **wanted: Any) -> AlarmQuality:
    given = {"region_code": LICANG, "since": START, "until": START + hours * HOUR, "operators": 1.0}
    return alarm_quality(user, **{**given, **wanted})


@pytest.fixture
def viewer(street: None) -> User:
    return make_person("viewer")


def test_nothing_happened(viewer: User) -> None:
    found = figures(viewer)
    assert (found.alarms, found.per_operator_hour, found.flood_minutes, found.standing) == (0, 0.0, 0, 0)
    assert (found.top, found.units, found.confirm.half_s, found.false_alarms.share) == ([], [], None, None)


def test_rate_top_and_time_to_confirm(viewer: User) -> None:
    for minute in (0, 30, 60):
        ring(1, minute, confirmed=minute + 2, closed=minute + 5)
    ring(2, 90, confirmed=100)
    found = figures(viewer)
    assert (found.alarms, found.per_operator_hour) == (4, 2.0)
    assert [(one.alarms, one.share) for one in found.top] == [(3, 0.75), (1, 0.25)]
    assert found.confirm == Spread(count=4, half_s=120, most_s=600)
    assert figures(viewer, operators=2.0).per_operator_hour == 1.0


def test_what_rang_before_counts_as_standing_only(viewer: User) -> None:
    ring(1, -25 * 60)
    found = figures(viewer)
    assert (found.alarms, found.standing) == (0, 1)


@pytest.mark.parametrize(("met", "points"), [(2, 0), (3, 1), (6, 1)])
def test_a_condition_that_comes_and_goes_is_chattering(viewer: User, met: int, points: int) -> None:
    ring(1, 10, met=met)
    assert figures(viewer).chattering == points


def test_times_by_unit_without_drills(viewer: User) -> None:
    case_of_order("gas_company", opened=0, signed=2, closed=60)
    case_of_order("gas_company", opened=10, signed=14, closed=None)
    case_of_order("water_company", opened=20, signed=None, closed=None)
    drill = Drill.objects.create(region_code=LICANG, name="x", made_by=system_actor(), made_at=START)
    case_of_order("gas_company", opened=0, signed=110, closed=115, drill=drill)
    gas, water = figures(viewer).units
    assert (gas.orders, gas.sign, gas.close) == (
        2,
        Spread(count=2, half_s=120, most_s=240),
        Spread(count=1, half_s=3600, most_s=3600),
    )
    assert (water.orders, water.sign.count, water.close.half_s) == (1, 0, None)


def test_false_alarms_by_cause_count_once_agreed(viewer: User) -> None:
    for code in ("sensor_fault", "sensor_fault", "calibration"):
        false_alarm(case_of_order("gas_company", opened=0, signed=1, closed=30), code)
    false_alarm(case_of_order("gas_company", opened=0, signed=1, closed=40), "test", agreed=False)
    found = figures(viewer).false_alarms
    assert (found.cases, found.share) == (4, 0.75)
    assert found.causes == [CauseCount("sensor_fault", 2), CauseCount("calibration", 1)]


def test_elsewhere_nothing_is_seen(viewer: User) -> None:
    ring(1, 10)
    case_of_order("gas_company", opened=0, signed=1, closed=30)
    stranger = make_person("viewer", SHINAN)
    found = figures(stranger)
    assert (found.alarms, found.units, found.false_alarms.cases) == (0, [], 0)
    assert figures(viewer, region_code="370200").alarms == 1


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_page_csv_and_api(viewer: User, clock: SetClock, language: str) -> None:
    client = Client(headers={"Accept-Language": language})
    client.force_login(viewer)
    assert client.get("/quality/").status_code == 200
    ring(1, 10, confirmed=12)
    case_of_order("gas_company", opened=0, signed=2, closed=60)
    clock(START + 2 * HOUR)
    page = client.get("/quality/", {"days": "1"}).content.decode()
    assert {"en": "Alarms per operator hour", "zh-hans": "每名值班员每小时报警数"}[language] in page
    assert {"en": "nine tenths within 2 min", "zh-hans": "九成在"}[language] in page
    assert "%(" not in page
    table = client.get("/quality/", {"days": "1", "table": "units"}).content.decode()
    assert table.splitlines()[1].split(",")[1:4] == ["1", "1", "120"]
    told = client.get("/api/v1/command/alarm-quality", {"region_code": LICANG}).json()
    assert (told["alarms"], told["units"][0]["sign"]["half_s"], told["verdicts"]["per_operator_hour"]) == (1, 120, "good")
    refused = client.get("/api/v1/command/alarm-quality", {"region_code": LICANG, "since": "2020-01-01T00:00:00Z"})
    assert refused.status_code == 400


def test_the_policy_is_whole() -> None:
    assert quality().flood.rule.begins_above == 10


def test_quieter_settings_are_tried_on_the_history_of_the_sensor(viewer: User, clock: SetClock, monkeypatch: Any) -> None:
    sensor = Sensor.objects.get(device__code="D1", channel="methane")
    minute = 60_000
    begin = ms_from_datetime(START)
    values = [*[10.0, 21.0, 21.0, 15.0, 15.0, 15.0] * 8, *[5.0] * 10]  # two above the limit, three below 16: it rings and ends
    saw = Readings.of(sensor=[sensor.index] * len(values), ts=[begin + minute * k for k in range(len(values))], value=values)
    read: list[list[int]] = []

    class Kept:
        def read(self, sensors: list[int], from_ms: int, to_ms: int) -> Readings:
            read.append(sensors)
            return saw.take((saw.ts >= from_ms) & (saw.ts < to_ms))

    monkeypatch.setattr("tocsin.warning.detection.queries.trials.history", Kept)
    alarm = ring(1, 10)
    clock(START + 3 * HOUR)
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(viewer)
    told = client.get(f"/api/v1/command/alarm-quality/quieter/{alarm.pk}").json()
    assert read == [[sensor.index]]
    ways = {one["way"]: one for one in told["ways"]}
    assert told["proposed"] == "longer_clear"
    assert (ways["longer_clear"]["before"], ways["longer_clear"]["after"], ways["longer_clear"]["lost"]) == (8, 1, 0)
    assert ways["longer_clear"]["changes"] == ["clear_readings = 9  # 3"]
    assert "clear_readings = 9" in client.get(f"/quality/{alarm.pk}/").content.decode()
    stranger = Client()
    stranger.force_login(make_person("viewer", SHINAN))
    assert stranger.get(f"/quality/{alarm.pk}/").status_code == 404


def test_a_quieter_way_is_drafted_tried_and_switched_on_by_two(viewer: User, clock: SetClock, monkeypatch: Any) -> None:
    sensor = Sensor.objects.get(device__code="D1", channel="methane")
    begin = ms_from_datetime(START)
    times = [begin + 60_000 * k for k in range(len(SAW))]
    saw = Readings.of(sensor=[sensor.index] * len(SAW), ts=times, value=SAW)

    class Kept:
        def read(self, sensors: list[int], from_ms: int, to_ms: int) -> Readings:
            return saw.take((saw.ts >= from_ms) & (saw.ts < to_ms))

    monkeypatch.setattr("tocsin.warning.detection.queries.trials.history", Kept)
    monkeypatch.setattr("tocsin.sensing.face.history", Kept)
    alarm = ring(1, 10)
    clock(START + 3 * HOUR)
    engineer, leader = make_person("rule_engineer"), make_person("shift_leader")
    one, other = signed_in(engineer), signed_in(leader)
    assert signed_in(viewer).post(f"/quality/{alarm.pk}/propose/", {"way": "longer_clear", "reason": ""}).status_code == 302
    assert not PolicyVersion.objects.exists(), "a viewer drafts nothing"
    answer = one.post(f"/quality/{alarm.pk}/propose/", {"way": "longer_clear", "reason": "rings all night"})
    row = PolicyVersion.objects.get()
    assert answer.headers["Location"] == f"/policy/versions/{row.pk}/"
    assert (row.policy, row.region_code, row.effective_from, row.reason) == ("warning.detection", LICANG, None, "rings all night")
    assert row.content["profile"]["methane"]["high"][0]["clear_readings"] == 9
    assert row.trial["shown"]["alarms_before"] - row.trial["shown"]["alarms_after"] == 7
    asked = Notice.objects.get(person=leader, purpose="quality")
    with override("en"):
        assert "second person" in text_of(asked)
    one.post(f"/policy/versions/{row.pk}/confirm/")
    assert load_profiles(region=LICANG).named("methane").high[0].clear_readings == 3, "not by the author"
    other.post(f"/policy/versions/{row.pk}/confirm/")
    clock(START + 4 * HOUR)
    assert load_profiles(region=LICANG).named("methane").high[0].clear_readings == 9
    assert load_profiles(region=SHINAN).named("methane").high[0].clear_readings == 3


def test_answers_and_noise_by_rule_device_and_body(viewer: User, clock: SetClock) -> None:
    ring(1, 0, confirmed=2, closed=5, met=3)
    ring(1, 30, confirmed=34, closed=90)
    ring(2, 60)
    groups = {(one.kind, one.alarms, one.met): one for one in figures(viewer).groups}
    assert groups["rule", 3, 5].confirm == Spread(count=2, half_s=120, most_s=240)
    noisiest = groups["device", 2, 4]
    assert (noisiest.close.count, noisiest.close.half_s) == (2, 300)
    keeper = usual_bodies(LICANG)["gas_company"]
    Device.objects.filter(code="D1").update(organisation=keeper)
    assert [one.alarms for one in figures(viewer).groups if one.key == str(keeper.pk)] == [2]
    clock(START + 2 * HOUR)
    client = signed_in(viewer)
    page = client.get("/quality/", {"days": "1"}).content.decode()
    assert "By department or owner" in page
    table = client.get("/quality/", {"days": "1", "table": "groups"}).content.decode().splitlines()
    assert table[1].split(",")[2:5] == ["3", "5", "2"]


SAW = [*[10.0, 21.0, 21.0, 15.0, 15.0, 15.0] * 8, *[5.0] * 10]  # two above the limit, three below 16: it rings and ends


def test_noisy_rules_are_listed_every_week_with_a_proposal_and_its_effect(
    viewer: User, clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """START is a Tuesday: the list of its week is written on the next Monday at 7, once, and told to who leads the desk."""
    sensor = Sensor.objects.get(device__code="D1", channel="methane")
    begin = ms_from_datetime(START)
    saw = Readings.of(sensor=[sensor.index] * len(SAW), ts=[begin + 60_000 * k for k in range(len(SAW))], value=SAW)

    class Kept:
        def read(self, sensors: list[int], from_ms: int, to_ms: int) -> Readings:
            if sensors != [sensor.index]:
                raise Unavailable("another history")
            return saw.take((saw.ts >= from_ms) & (saw.ts < to_ms))

    monkeypatch.setattr("tocsin.warning.detection.queries.trials.history", Kept)
    for minute in (10, 16, 22):
        ring(1, minute, closed=minute + 3)
        ring(2, minute, closed=minute + 3)
    ring(3, 30)  # rarer than what is worth it
    leader = make_person("shift_leader")
    monday = datetime(2026, 11, 29, 23, 0, tzinfo=UTC)  # Monday 07:00 in Qingdao
    assert list_noisy_rules(now=monday - timedelta(minutes=1)) == 0  # the week before START had no alarm
    clock(monday)
    assert (list_noisy_rules(now=monday), list_noisy_rules(now=monday + HOUR)) == (1, 0)
    found = {one["alarm_id"]: one for one in NoisyList.objects.get().rules}
    by_well = {Alarm.objects.get(pk=pk).sensor.device.code: one for pk, one in found.items()}  # type: ignore[union-attr]
    assert set(by_well) == {"D1", "D2"}
    told = by_well["D1"]
    assert (told["finding"], told["way"], told["before"], told["after"]) == ("proposed", "longer_clear", 8, 1)
    assert (told["alarms"], told["changes"]) == (3, ["clear_readings = 9  # 3"])
    assert by_well["D2"]["finding"] == "no_history"
    notice = Notice.objects.get(purpose="quality")
    assert notice.person == leader
    assert text_of(notice).splitlines() == [
        "11-23–11-29: 2 rules were noisy, with 6 of 7 alarms.",
        "1 of them with quieter settings: 1 alarms in four weeks instead of 8.",
    ]
    assert OutboxEvent.objects.filter(name="command.NoisyRulesListed").count() == 1

    client = Client(headers={"Accept-Language": "en"})
    client.force_login(viewer)
    page = client.get("/quality/").content.decode()
    assert "Noisy rules of the week" in page and "clear_readings = 9" in page and "could not be read" in page
    (listed,) = client.get(f"/api/v1/command/alarm-quality/weekly?region_code={LICANG}").json()
    assert [one["finding"] for one in listed["rules"]] == ["proposed", "no_history"]
    stranger = Client()
    stranger.force_login(make_person("viewer", SHINAN))
    assert stranger.get(f"/api/v1/command/alarm-quality/weekly?region_code={LICANG}").json() == []


def test_a_week_without_a_noisy_rule_is_listed_and_told_to_nobody(viewer: User, clock: SetClock) -> None:
    make_person("shift_leader")
    ring(1, 10)
    assert list_noisy_rules(now=START + timedelta(days=7)) == 1
    assert NoisyList.objects.get().rules == [] and not Notice.objects.exists()


@pytest.mark.parametrize(
    ("local", "begin", "end"),
    [
        ("2026-11-30 06:59", "2026-11-16", "2026-11-23"),
        ("2026-11-30 07:00", "2026-11-23", "2026-11-30"),
        ("2026-12-06 23:00", "2026-11-23", "2026-11-30"),
    ],
)
def test_the_week_of_a_list(local: str, begin: str, end: str) -> None:
    moments = (datetime.fromisoformat(one) for one in (begin, end))
    assert week_before(datetime.fromisoformat(local), weekday=1, hour=7) == tuple(moments)
