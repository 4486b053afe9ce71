"""Detections become alarms: each edge once, one open alarm per condition, levels kept, findings apart."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from tests.warning.district import NOW, NOW_MS, detection
from tocsin.base.levels import AlarmLevel
from tocsin.jurisdiction.people.models import User
from tocsin.warning.alarms.events import Detection
from tocsin.warning.alarms.models import Alarm, AlarmEntry, DetectionRecord, DeviceFinding, DiagnosisTask, LogPosition
from tocsin.warning.alarms.rules.states import AlarmState
from tocsin.warning.alarms.services import acts as services
from tocsin.warning.alarms.services import clocks as services_clocks
from tocsin.warning.alarms.services import detections as services_detections

pytestmark = pytest.mark.django_db


def apply(*detections: Detection, position: int | None = None) -> int:
    return services_detections.apply_detections(detections=detections, now=NOW, position=position)


def test_an_edge_raises_one_alarm_with_history_event_and_diagnosis_due(district: list[int]) -> None:
    assert apply(detection(level=AlarmLevel.ORANGE)) == 1
    alarm = Alarm.objects.get()
    assert (alarm.state, alarm.level, alarm.peak_level, alarm.count) == (AlarmState.ACTIVE_UNACKNOWLEDGED, 3, 3, 1)
    assert (alarm.quantity, alarm.region_code, alarm.value, alarm.latching) == ("methane", "370213", 27.0, True)
    assert [entry.act for entry in alarm.entries.all()] == ["raised"]
    assert sorted(task.reason for task in DiagnosisTask.objects.all()) == ["later", "later", "later", "raised"]


def test_the_same_edge_twice_changes_nothing(district: list[int]) -> None:
    edge = detection()
    assert apply(edge, edge, position=7) == 1
    assert apply(edge, position=8) == 0
    assert Alarm.objects.get().count == 1
    assert AlarmEntry.objects.count() == 1
    assert LogPosition.objects.get().sequence == 8


def test_levels_go_up_and_down_and_the_peak_stays(district: list[int]) -> None:
    apply(detection(), detection("escalate", AlarmLevel.RED), detection("relax", AlarmLevel.ORANGE))
    alarm = Alarm.objects.get()
    assert (alarm.level, alarm.peak_level, alarm.count) == (AlarmLevel.ORANGE, AlarmLevel.RED, 1)
    assert [entry.act for entry in alarm.entries.all()] == ["raised", "escalated", "relaxed"]


def test_an_alarm_tells_of_the_highest_that_it_has_had(district: list[int]) -> None:
    apply(
        detection(value=27.0),
        detection("escalate", AlarmLevel.RED, value=50.2),
        detection("relax", AlarmLevel.YELLOW, value=38.7),
    )
    apply(detection("clear", value=20.0), detection(value=30.0))
    alarm = Alarm.objects.get()
    assert (alarm.value, alarm.level, alarm.count) == (50.2, AlarmLevel.YELLOW, 2)
    assert alarm.value_at == alarm.entries.all()[1].at


def test_a_rise_above_what_was_acknowledged_rings_again(district: list[int], officer: User) -> None:
    apply(detection(level=AlarmLevel.ORANGE))
    services.acknowledge_alarm(actor=officer, alarm_id=Alarm.objects.get().pk)
    apply(detection("relax", AlarmLevel.YELLOW), detection("escalate", AlarmLevel.ORANGE))
    assert Alarm.objects.get().state == AlarmState.ACTIVE_ACKNOWLEDGED
    apply(detection("escalate", AlarmLevel.RED))
    assert Alarm.objects.get().state == AlarmState.ACTIVE_UNACKNOWLEDGED
    assert Alarm.objects.get().acknowledged_by is None


def test_a_condition_that_comes_and_goes_is_one_alarm_until_somebody_takes_it(district: list[int], officer: User) -> None:
    apply(*(detection(edge) for edge in ("raise", "clear", "raise", "clear")))
    alarm = Alarm.objects.get()
    assert (alarm.state, alarm.count) == (AlarmState.RETURNED_UNACKNOWLEDGED, 2)
    services.acknowledge_alarm(actor=officer, alarm_id=alarm.pk)
    assert Alarm.objects.get().state == AlarmState.LATCHED
    services.reset_alarm(actor=officer, alarm_id=alarm.pk)
    assert Alarm.objects.get().closed_at is not None
    apply(detection())
    assert Alarm.objects.count() == 2


def test_an_acknowledged_alarm_without_latch_ends_with_its_condition(district: list[int], officer: User) -> None:
    apply(detection(sensor=1, latching=False))
    services.acknowledge_alarm(actor=officer, alarm_id=Alarm.objects.get().pk)
    apply(detection("clear", sensor=1), detection(sensor=1, latching=False))
    assert [alarm.state for alarm in Alarm.objects.order_by("id")] == ["normal", "active_unacknowledged"]


def test_an_edge_whose_raise_was_never_seen_still_gives_the_alarm(district: list[int]) -> None:
    apply(detection("escalate", AlarmLevel.RED), detection("clear", sensor=3), detection("relax", AlarmLevel.YELLOW, sensor=1))
    assert {alarm.sensor.index for alarm in Alarm.objects.all() if alarm.sensor} == {0, 1}


def test_the_database_holds_one_open_alarm_per_condition(district: list[int]) -> None:
    apply(detection())
    alarm = Alarm.objects.get()
    twin = Alarm(sensor=alarm.sensor, rule=alarm.rule, region_code="370213", state=alarm.state, raised_at=NOW, updated_at=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        twin.save()
    neither = Alarm(rule="high", region_code="370213", state=alarm.state, raised_at=NOW, updated_at=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        neither.save()


def test_findings_about_the_device_set_its_health_and_are_no_alarms(district: list[int]) -> None:
    apply(detection(rule="stuck", level=AlarmLevel.NONE), detection(rule="silence", level=AlarmLevel.NONE))
    sensor = DeviceFinding.objects.first().sensor  # type: ignore[union-attr]  # there is one
    assert sensor.health == "silent"
    apply(detection("clear", rule="silence"))
    sensor.refresh_from_db()
    assert sensor.health == "stuck"
    apply(detection("clear", rule="stuck"))
    sensor.refresh_from_db()
    assert sensor.health == "good"
    assert not Alarm.objects.exists()


def test_a_gateway_that_stores_and_forwards_ends_a_silence_with_readings_from_before_its_deadline(district: list[int]) -> None:
    """Every ten minutes it hands over ten readings: the silence is dated with its deadline, what ends it is older."""
    for handed_over in range(3):
        deadline = NOW_MS + handed_over * 600_000 + 180_000
        apply(detection(rule="silence", level=AlarmLevel.NONE, ts=deadline))
        finding = DeviceFinding.objects.get()
        assert finding.sensor.health == "silent"
        apply(detection("clear", rule="silence", ts=deadline - 120_000))
        finding.sensor.refresh_from_db()
        assert finding.sensor.health == "good"


def test_a_saturated_sensor_makes_its_alarm_unknown_and_never_clears_it(district: list[int]) -> None:
    apply(detection(level=AlarmLevel.RED), detection(rule="saturation", level=AlarmLevel.NONE, value=2.0))
    alarm = Alarm.objects.get()
    assert (alarm.unknown, alarm.state, alarm.value) == (True, AlarmState.ACTIVE_UNACKNOWLEDGED, 27.0)
    apply(detection("clear", rule="saturation"))
    assert not Alarm.objects.get().unknown


def test_readings_of_long_ago_raise_an_alarm_that_does_not_ring(district: list[int]) -> None:
    apply(detection(ts=NOW_MS - 3 * 3_600_000), detection(sensor=3))
    assert {alarm.late for alarm in Alarm.objects.filter(sensor__index=0)} == {True}
    assert {alarm.late for alarm in Alarm.objects.filter(sensor__index=3)} == {False}
    apply(detection())
    assert not Alarm.objects.get(sensor__index=0).late


def test_an_unknown_sensor_stops_nothing(district: list[int]) -> None:
    assert apply(detection(sensor=99), detection()) == 2
    assert Alarm.objects.count() == 1


def test_a_level_set_by_a_person_holds_against_a_fall(district: list[int], officer: User) -> None:
    apply(detection(level=AlarmLevel.YELLOW))
    services.set_alarm_level(actor=officer, alarm_id=Alarm.objects.get().pk, level=AlarmLevel.RED, reason="crew smells gas")
    apply(detection("escalate", AlarmLevel.ORANGE), detection("relax", AlarmLevel.YELLOW))
    assert Alarm.objects.get().level == AlarmLevel.RED


def test_old_records_are_forgotten(district: list[int]) -> None:
    apply(detection())
    DetectionRecord.objects.update(applied_at=NOW - timedelta(days=400))
    assert services_clocks.forget_records() == 1


def test_a_batch_takes_few_queries_and_little_time(district: list[int], django_assert_max_num_queries: object) -> None:
    with django_assert_max_num_queries(40):  # type: ignore[operator]  # a context manager of pytest-django
        apply(*(detection("raise" if k % 2 == 0 else "clear") for k in range(100)))
    assert connection.in_atomic_block
