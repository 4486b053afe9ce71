"""A condition that comes and goes, a source that runs away: told once, nothing lost, over by the clock."""

from datetime import timedelta

import pytest

from tests.people import LICANG
from tests.usual_bodies import usual_bodies
from tests.warning.district import NOW, NOW_MS, detection
from tocsin.base.levels import AlarmLevel
from tocsin.bus.models import OutboxEvent
from tocsin.jurisdiction.people.models import User
from tocsin.jurisdiction.people.services.system import system_actor
from tocsin.notices.messages.models import Notice
from tocsin.sensing.devices.rules import NewDevice, NewSensor
from tocsin.sensing.devices.services.registering import register_many
from tocsin.warning.alarms.models import Alarm, AlarmEntry, DiagnosisTask
from tocsin.warning.alarms.policy import quality
from tocsin.warning.alarms.queries.alarms import history_of
from tocsin.warning.alarms.services import acts as services_acts
from tocsin.warning.alarms.services import detections as services_detections
from tocsin.warning.alarms.services import nuisance as services
from tocsin.warning.alarms.shown.notices import texts

pytestmark = pytest.mark.django_db

FLAPPING, FLOOD = quality().flapping, quality().flood
MINUTE = 60_000


def come_and_go(
    times: int, *, every_s: float = 60, start_ms: int = NOW_MS, level: AlarmLevel = AlarmLevel.YELLOW, end: bool = True
) -> int:
    """Raises and clears; returns the time of the last edge."""
    at = start_ms
    for number in range(times):
        at = start_ms + round(number * every_s * 1000)
        edges = [detection("raise", level, ts=at)]
        if end or number < times - 1:
            at += 1000
            edges.append(detection("clear", ts=at))
        services_detections.apply_detections(detections=edges, now=NOW)
    return at


def calm_down(after_ms: int) -> None:
    while services.calm_down(now=NOW + timedelta(milliseconds=after_ms - NOW_MS)):
        pass


def notices(name: str) -> int:
    return OutboxEvent.objects.filter(name=f"warning.{name}").count()


def test_flapping_is_told_once_at_its_start_and_once_at_its_end(district: list[int], officer: User) -> None:
    come_and_go(FLAPPING.raises - 1)
    alarm = Alarm.objects.get()
    assert alarm.flapping_since is None
    last = come_and_go(10, start_ms=NOW_MS + 10 * MINUTE)
    alarm.refresh_from_db()
    assert alarm.flapping_since is not None
    assert alarm.count == FLAPPING.raises - 1 + 10
    assert (notices("AlarmBeganFlapping"), notices("AlarmCalmedDown")) == (1, 0)
    calm_down(last + round(FLAPPING.calm_s * 1000) - 2000)
    assert notices("AlarmCalmedDown") == 0
    calm_down(last + round(FLAPPING.calm_s * 1000))
    calm_down(last + 10 * round(FLAPPING.calm_s * 1000))
    alarm.refresh_from_db()
    assert alarm.flapping_since is None
    assert alarm.state == "returned_unacknowledged"
    assert (notices("AlarmBeganFlapping"), notices("AlarmCalmedDown")) == (1, 1)


def test_state_and_level_do_not_bounce_while_it_flaps(district: list[int], officer: User) -> None:
    come_and_go(FLAPPING.raises, level=AlarmLevel.ORANGE)
    alarm = Alarm.objects.get()
    services_acts.acknowledge_alarm(actor=officer, alarm_id=alarm.pk)
    for number in range(5):
        at = NOW_MS + (20 + number) * MINUTE
        edges = [detection("raise", AlarmLevel.YELLOW, ts=at), detection("clear", ts=at + 1000)]
        services_detections.apply_detections(detections=edges, now=NOW)
        alarm.refresh_from_db()
        assert (alarm.state, alarm.level) == ("active_acknowledged", AlarmLevel.ORANGE)
    services_detections.apply_detections(detections=[detection("escalate", AlarmLevel.RED, ts=NOW_MS + 30 * MINUTE)], now=NOW)
    alarm.refresh_from_db()
    assert (alarm.state, alarm.level) == ("active_unacknowledged", AlarmLevel.RED)  # what is worse than ever rings


def test_what_still_holds_when_it_is_calm_stays_active(district: list[int]) -> None:
    last = come_and_go(FLAPPING.raises, end=False)
    calm_down(last + round(FLAPPING.calm_s * 1000) + 1000)
    alarm = Alarm.objects.get()
    assert (alarm.state, alarm.flapping_since) == ("active_unacknowledged", None)


def test_slow_repeats_are_no_flapping(district: list[int]) -> None:
    come_and_go(20, every_s=FLAPPING.window_s / (FLAPPING.raises - 1))
    assert Alarm.objects.get().flapping_since is None


def test_an_alarm_that_ends_and_begins_anew_flaps_too(district: list[int], officer: User) -> None:
    for number in range(FLAPPING.raises):
        at = NOW_MS + number * MINUTE
        services_detections.apply_detections(detections=[detection("raise", ts=at, latching=False)], now=NOW)
        for alarm in Alarm.objects.filter(state="active_unacknowledged"):
            services_acts.acknowledge_alarm(actor=officer, alarm_id=alarm.pk)
        services_detections.apply_detections(detections=[detection("clear", ts=at + 1000, latching=False)], now=NOW)
    assert Alarm.objects.filter(flapping_since__isnull=False).count() == 1
    assert Alarm.objects.filter(flapping_since__isnull=True, closed_at__isnull=False).count() == FLAPPING.raises - 1


def test_the_same_edges_in_any_batches_give_the_same(district: list[int]) -> None:
    edges = [
        detection(edge, AlarmLevel.YELLOW, ts=NOW_MS + number * MINUTE + shift)
        for number in range(8)
        for edge, shift in (("raise", 0), ("clear", 1000))
    ]
    services_detections.apply_detections(detections=edges, now=NOW)
    alarm = Alarm.objects.get()
    assert alarm.flapping_since == NOW + timedelta(minutes=FLAPPING.raises - 1)
    assert AlarmEntry.objects.filter(act="flapping").count() == 1


# --- floods ---


@pytest.fixture
def runaway(district: list[int]) -> range:
    """The indexes of 500 channels of one device."""
    register_many(
        actor=system_actor(),
        devices=[NewDevice(code="RUNAWAY", region_code=LICANG)],
        sensors=[NewSensor(device_code="RUNAWAY", channel=f"c{k}", quantity="methane", lon=120.4, lat=36.2) for k in range(500)],
    )
    return range(4, 504)


def flood(sensors: range, *, level: AlarmLevel = AlarmLevel.ORANGE) -> None:
    found = [detection(level=level, sensor=index, ts=NOW_MS + number * 10) for number, index in enumerate(sensors)]
    for start in range(0, len(found), 100):
        services_detections.apply_detections(detections=found[start : start + 100], now=NOW)


def test_a_source_that_runs_away_gets_one_summary_and_nothing_is_lost(runaway: range) -> None:
    flood(runaway)
    summary = Alarm.objects.get(rule="flood")
    assert (summary.device.code if summary.device else "", summary.level) == ("RUNAWAY", AlarmLevel.ORANGE)
    assert summary.count == 500 - FLOOD.alarms_per_device
    ringing = Alarm.objects.filter(rule="high", state="active_unacknowledged")
    assert ringing.count() == FLOOD.alarms_per_device
    assert summary.explains.count() == 500 - FLOOD.alarms_per_device
    assert set(summary.explains.values_list("state", "beneath")) == {("suppressed", "active_unacknowledged")}
    assert set(DiagnosisTask.objects.values_list("alarm_id", flat=True)) == set(ringing.values_list("pk", flat=True))
    assert [entry.act for entry in history_of(summary)].count("raised") == 1


def test_the_summary_has_the_highest_level_of_what_it_holds(runaway: range, officer: User) -> None:
    flood(runaway[:100], level=AlarmLevel.YELLOW)
    summary = Alarm.objects.get(rule="flood")
    services_acts.acknowledge_alarm(actor=officer, alarm_id=summary.pk)
    services_detections.apply_detections(
        detections=[detection(level=AlarmLevel.RED, sensor=runaway[200], ts=NOW_MS + 5000)], now=NOW
    )
    summary.refresh_from_db()
    assert (summary.level, summary.state) == (AlarmLevel.RED, "active_unacknowledged")


def test_what_grows_worse_under_a_summary_rings_by_itself(runaway: range) -> None:
    flood(runaway[:100], level=AlarmLevel.YELLOW)
    held = Alarm.objects.filter(state="suppressed").order_by("raised_at").last()
    assert held is not None and held.sensor is not None
    worse = detection("escalate", AlarmLevel.RED, sensor=held.sensor.index, ts=NOW_MS + 5000)
    services_detections.apply_detections(detections=[worse], now=NOW)
    held.refresh_from_db()
    assert (held.state, held.level, held.explained_by) == ("active_unacknowledged", AlarmLevel.RED, None)


def test_a_flood_ends_by_itself(runaway: range) -> None:
    flood(runaway)
    calm_down(NOW_MS + 5000 + round(FLOOD.calm_s * 1000) - 100)
    assert Alarm.objects.filter(state="suppressed").count() == 500 - FLOOD.alarms_per_device
    calm_down(NOW_MS + 5000 + round(FLOOD.calm_s * 1000) + 100)
    assert Alarm.objects.get(rule="flood").state == "returned_unacknowledged"
    assert Alarm.objects.filter(rule="high", state="active_unacknowledged", explained_by__isnull=True).count() == 500
    assert DiagnosisTask.objects.values("alarm_id").distinct().count() == 500


def test_alarms_of_many_devices_are_no_runaway_source(district: list[int]) -> None:
    codes = [f"D{k}" for k in range(60)]
    register_many(
        actor=system_actor(),
        devices=[NewDevice(code=code, region_code=LICANG) for code in codes],
        sensors=[NewSensor(device_code=code, channel="m", quantity="methane", lon=120.4, lat=36.2) for code in codes],
    )
    flood(range(4, 64))
    assert not Alarm.objects.filter(rule="flood").exists()


def test_flapping_is_one_notice_for_the_desk_at_its_start_and_one_at_its_end(district: list[int]) -> None:
    usual_bodies(LICANG)
    told = Notice.objects.filter(purpose="flapping", organisation__code="government_duty_room")
    last = come_and_go(FLAPPING.raises + 3)
    assert [one.figures["act"] for one in told] == ["began"]
    assert "27 %LEL" in texts(list(told))[told.get().pk]
    calm_down(last + round(FLAPPING.calm_s * 1000))
    calm_down(last + 2 * round(FLAPPING.calm_s * 1000))
    assert sorted(one.figures["act"] for one in told.all()) == ["began", "calm"]
