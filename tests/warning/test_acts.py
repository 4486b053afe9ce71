"""What persons may do with an alarm, and what the clock does."""

from datetime import timedelta

import pytest
from django.conf import settings

from tests.people import make_person
from tests.warning.district import NOW, NOW_MS, detection
from tocsin.base.errors import Conflict, InvalidInput, NotAllowed
from tocsin.base.levels import AlarmLevel
from tocsin.jurisdiction.people.models import User
from tocsin.jurisdiction.people.services.system import system_actor
from tocsin.sensing.devices.queries.registry import visible_sensors
from tocsin.sensing.devices.services.changes import edit_sensor
from tocsin.sensing.history.services import write_latest_values
from tocsin.warning.alarms.events import Detection
from tocsin.warning.alarms.models import Alarm, AlarmEntry
from tocsin.warning.alarms.queries.alarms import count_alarms, search_alarms, visible_alarm
from tocsin.warning.alarms.rules.states import AlarmState
from tocsin.warning.alarms.services import acts as services
from tocsin.warning.alarms.services import clocks as services_clocks
from tocsin.warning.alarms.services import detections as services_detections

pytestmark = pytest.mark.django_db


def apply(*detections: Detection) -> None:
    services_detections.apply_detections(detections=detections, now=NOW)


@pytest.fixture
def alarm(district: list[int]) -> Alarm:
    apply(detection())
    return Alarm.objects.get()


def test_an_acknowledgement_says_who_and_when(alarm: Alarm, officer: User) -> None:
    done = services.acknowledge_alarm(actor=officer, alarm_id=alarm.pk, comment="on it")
    assert done.acknowledged_by == officer
    assert done.acknowledged_at is not None
    entry = AlarmEntry.objects.get(act="acknowledged")
    assert (entry.actor, entry.text, entry.channel) == (officer, "on it", "console")
    with pytest.raises(Conflict, match="already"):
        services.acknowledge_alarm(actor=officer, alarm_id=alarm.pk)


def test_only_who_handles_alarms_here_may_act(alarm: Alarm, viewer: User, stranger: User) -> None:
    acts = [
        lambda actor: services.acknowledge_alarm(actor=actor, alarm_id=alarm.pk),
        lambda actor: services.comment_on_alarm(actor=actor, alarm_id=alarm.pk, text="hello"),
        lambda actor: services.assign_alarm(actor=actor, alarm_id=alarm.pk, person_id=None),
        lambda actor: services.set_alarm_level(actor=actor, alarm_id=alarm.pk, level=AlarmLevel.RED, reason="x"),
        lambda actor: services.shelve_alarm(
            actor=actor, alarm_id=alarm.pk, until=settings.CONFIGURATION.clock.now() + timedelta(hours=1), reason="x"
        ),
        lambda actor: services.unshelve_alarm(actor=actor, alarm_id=alarm.pk),
        lambda actor: services.suppress_alarm(actor=actor, alarm_id=alarm.pk, reason="x"),
        lambda actor: services.reset_alarm(actor=actor, alarm_id=alarm.pk),
    ]
    nobody = [make_person(role) for role in ("security_administrator", "audit_administrator")]
    for act in acts:
        with pytest.raises(NotAllowed):
            act(viewer)
        for actor in [stranger, *nobody]:
            with pytest.raises(Alarm.DoesNotExist):  # whoever may not see it does not learn that it exists
                act(actor)
    assert AlarmEntry.objects.exclude(act="raised").count() == 0
    assert Alarm.objects.get().state == AlarmState.ACTIVE_UNACKNOWLEDGED


def test_a_shelf_needs_a_reason_and_an_end(alarm: Alarm, officer: User) -> None:
    clock = settings.CONFIGURATION.clock
    for until, reason in [
        (clock.now() + timedelta(hours=1), "  "),
        (clock.now() - timedelta(hours=1), "works"),
        (clock.now() + timedelta(days=8), "works"),
    ]:
        with pytest.raises(InvalidInput):
            services.shelve_alarm(actor=officer, alarm_id=alarm.pk, until=until, reason=reason)


def test_a_shelf_ends_by_the_clock_alone(alarm: Alarm, officer: User) -> None:
    until = settings.CONFIGURATION.clock.now() + timedelta(hours=1)
    services.acknowledge_alarm(actor=officer, alarm_id=alarm.pk)
    services.shelve_alarm(actor=officer, alarm_id=alarm.pk, until=until, reason="works in the well")
    assert services_clocks.end_shelves(now=until - timedelta(seconds=1)) == 0
    assert services_clocks.end_shelves(now=until + timedelta(minutes=5)) == 1
    back = Alarm.objects.get()
    assert (back.state, back.shelved_until, back.shelved_by) == (AlarmState.ACTIVE_UNACKNOWLEDGED, None, None)
    entry = AlarmEntry.objects.get(act="unshelved")
    assert (entry.at, entry.actor, entry.channel) == (until, system_actor(), "clock")


def test_an_alarm_that_ended_on_the_shelf_is_over_when_the_shelf_ends(district: list[int], officer: User) -> None:
    apply(detection(sensor=1, latching=False))
    alarm = Alarm.objects.get()
    services.acknowledge_alarm(actor=officer, alarm_id=alarm.pk)
    until = settings.CONFIGURATION.clock.now() + timedelta(hours=1)
    services.shelve_alarm(actor=officer, alarm_id=alarm.pk, until=until, reason="works")
    apply(detection("clear", sensor=1))
    assert Alarm.objects.get().state == AlarmState.SHELVED
    services_clocks.end_shelves(now=until)
    assert Alarm.objects.get().state == AlarmState.NORMAL


def test_a_higher_level_breaks_the_shelf(alarm: Alarm, officer: User) -> None:
    until = settings.CONFIGURATION.clock.now() + timedelta(hours=1)
    services.shelve_alarm(actor=officer, alarm_id=alarm.pk, until=until, reason="works")
    apply(detection(), detection("relax", AlarmLevel.BLUE))
    assert Alarm.objects.get().state == AlarmState.SHELVED
    apply(detection("escalate", AlarmLevel.RED))
    assert Alarm.objects.get().state == AlarmState.ACTIVE_UNACKNOWLEDGED


def test_a_disabled_sensor_takes_its_alarm_out_of_service_and_brings_it_back(alarm: Alarm, officer: User) -> None:
    actor = system_actor()
    edit_sensor(actor=actor, sensor_id=alarm.sensor_id, changes={"enabled": False})  # type: ignore[arg-type]  # it has a sensor
    assert services_clocks.follow_service(now=NOW) == 1
    assert Alarm.objects.get().state == AlarmState.OUT_OF_SERVICE
    assert services_clocks.follow_service(now=NOW) == 0
    edit_sensor(actor=actor, sensor_id=alarm.sensor_id, changes={"enabled": True})  # type: ignore[arg-type]  # it has a sensor
    assert services_clocks.follow_service(now=NOW) == 1
    assert Alarm.objects.get().state == AlarmState.ACTIVE_UNACKNOWLEDGED


def test_an_alarm_is_assigned_to_who_may_see_it(alarm: Alarm, officer: User, viewer: User, stranger: User) -> None:
    assert services.assign_alarm(actor=officer, alarm_id=alarm.pk, person_id=viewer.pk).assigned_to == viewer
    with pytest.raises(InvalidInput):
        services.assign_alarm(actor=officer, alarm_id=alarm.pk, person_id=stranger.pk)
    assert services.assign_alarm(actor=officer, alarm_id=alarm.pk, person_id=None).assigned_to is None


def test_suppression_by_design_needs_a_reason_and_ends(alarm: Alarm, officer: User) -> None:
    with pytest.raises(InvalidInput):
        services.suppress_alarm(actor=officer, alarm_id=alarm.pk, reason="")
    services.suppress_alarm(actor=officer, alarm_id=alarm.pk, reason="maintenance of the well")
    apply(detection("escalate", AlarmLevel.RED))
    assert Alarm.objects.get().state == AlarmState.SUPPRESSED
    services.suppress_alarm(actor=officer, alarm_id=alarm.pk, reason="done", suppressed=False)
    assert Alarm.objects.get().state == AlarmState.ACTIVE_UNACKNOWLEDGED


def test_lists_and_counts_are_cut_to_the_region(alarm: Alarm, officer: User, stranger: User) -> None:
    apply(detection(sensor=3, level=AlarmLevel.RED))
    assert [one.pk for one in search_alarms(officer)] == [alarm.pk]
    assert count_alarms(officer) == {
        "red": 0, "orange": 0, "yellow": 1, "blue": 0, "unacknowledged": 1, "set_aside": 0,
    }  # fmt: skip
    assert count_alarms(stranger)["red"] == 1
    with pytest.raises(Alarm.DoesNotExist):
        visible_alarm(stranger, alarm.pk)


def test_a_sensor_that_has_been_read_and_has_nothing_against_it_is_good(district: list[int]) -> None:
    write_latest_values(latest={0: (NOW_MS, 3.0), 1: (NOW_MS, 20.0)})
    apply(detection(rule="unreadable", level=AlarmLevel.NONE, sensor=1))
    assert services_clocks.find_good_sensors() == 1
    assert services_clocks.find_good_sensors() == 0
    table = {sensor.index: sensor.health for sensor in visible_sensors(system_actor())}
    assert table == {0: "good", 1: "unknown", 2: "unknown", 3: "unknown"}
