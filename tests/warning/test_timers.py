"""What persons leave undone is heard again, what they set ends, and one act on many alarms."""

from datetime import timedelta

import pytest
from django.conf import settings

from tests.people import LICANG
from tests.warning.district import NOW, detection
from tocsin.base.errors import InvalidInput
from tocsin.base.levels import AlarmLevel
from tocsin.command.casebook.models import Case, CaseChange, Membership
from tocsin.jurisdiction.people.models import User
from tocsin.jurisdiction.people.services.system import system_actor
from tocsin.warning.alarms.events import Detection
from tocsin.warning.alarms.models import Alarm
from tocsin.warning.alarms.queries.due import next_clock
from tocsin.warning.alarms.rules.states import AlarmState
from tocsin.warning.alarms.services import acts, many, timers
from tocsin.warning.alarms.services.detections import apply_detections

pytestmark = pytest.mark.django_db


def apply(*detections: Detection) -> None:
    apply_detections(detections=detections, now=NOW)


def test_an_alarm_that_nobody_confirms_rises_by_time_once(district: list[int]) -> None:
    apply(detection(level=AlarmLevel.YELLOW))
    due = Alarm.objects.get().rises_at
    assert due is not None
    assert due - Alarm.objects.get().raised_at == timedelta(minutes=120)
    assert next_clock(NOW) == due
    assert timers.raise_unconfirmed(now=due - timedelta(seconds=1)) == 0
    assert timers.raise_unconfirmed(now=due) == 1
    alarm = Alarm.objects.get()
    assert (alarm.level, alarm.peak_level, alarm.detected_level, alarm.rises_at) == (3, 3, 2, None)
    assert alarm.entries.latest("written_at").act == "risen"


def test_a_confirmed_one_does_not_rise(district: list[int], officer: User) -> None:
    apply(detection(level=AlarmLevel.YELLOW))
    alarm = acts.acknowledge_alarm(actor=officer, alarm_id=Alarm.objects.get().pk)
    assert alarm.rises_at is None
    assert timers.raise_unconfirmed(now=NOW + timedelta(days=2)) == 0


def test_an_acknowledgement_that_nothing_follows_lapses_and_rings(district: list[int], officer: User) -> None:
    apply(detection(level=AlarmLevel.RED))
    alarm = acts.acknowledge_alarm(actor=officer, alarm_id=Alarm.objects.get().pk)
    assert alarm.lapses_at is not None
    assert alarm.acknowledged_at is not None
    assert alarm.lapses_at - alarm.acknowledged_at == timedelta(minutes=30)
    assert timers.lapse_acknowledgements(now=alarm.lapses_at) == 1
    alarm.refresh_from_db()
    assert (alarm.state, alarm.acknowledged_by, alarm.lapses_at) == (AlarmState.ACTIVE_UNACKNOWLEDGED, None, None)


def test_a_comment_is_something_that_follows(district: list[int], officer: User) -> None:
    apply(detection(level=AlarmLevel.RED))
    alarm = acts.acknowledge_alarm(actor=officer, alarm_id=Alarm.objects.get().pk)
    assert acts.comment_on_alarm(actor=officer, alarm_id=alarm.pk, text="crew called").lapses_at is None


@pytest.mark.parametrize(("by_person", "state"), [(True, "active_acknowledged"), (False, "active_unacknowledged")])
def test_an_act_of_a_person_on_its_case_follows(district: list[int], officer: User, by_person: bool, state: str) -> None:
    apply(detection(level=AlarmLevel.RED))
    alarm = acts.acknowledge_alarm(actor=officer, alarm_id=Alarm.objects.get().pk)
    now = settings.CONFIGURATION.clock.now()
    case = Case.objects.create(number="1", region_code=LICANG, lead=alarm, state="analysing", begun_at=now, opened_at=now)
    Membership.objects.create(alarm=alarm, case=case, reason="first", joined_at=now)
    actor = officer if by_person else system_actor()
    CaseChange.objects.create(line=1, case=case, at=now, act="noted", actor=actor, channel="console")
    assert alarm.lapses_at is not None
    assert timers.lapse_acknowledgements(now=alarm.lapses_at) == 1
    alarm.refresh_from_db()
    assert (alarm.state, alarm.lapses_at) == (state, None)


def test_a_level_set_by_a_person_ends(district: list[int], officer: User) -> None:
    apply(detection(level=AlarmLevel.ORANGE))
    alarm = acts.set_alarm_level(actor=officer, alarm_id=Alarm.objects.get().pk, level=AlarmLevel.BLUE, reason="test")
    assert alarm.level_held_until is not None
    assert timers.free_levels(now=alarm.level_held_until - timedelta(seconds=1)) == 0
    assert timers.free_levels(now=alarm.level_held_until) == 1
    alarm.refresh_from_db()
    assert (alarm.level, alarm.level_held) == (AlarmLevel.ORANGE, False)


def test_suppression_ends_by_the_clock(district: list[int], officer: User) -> None:
    apply(detection())
    until = settings.CONFIGURATION.clock.now() + timedelta(hours=2)
    alarm = acts.suppress_alarm(actor=officer, alarm_id=Alarm.objects.get().pk, reason="maintenance", until=until)
    assert (alarm.suppressed_until, alarm.suppressed_by) == (until, officer)
    assert timers.end_suppressions(now=until) == 1
    alarm.refresh_from_db()
    assert (alarm.state, alarm.suppressed_until, alarm.suppressed_reason) == (AlarmState.ACTIVE_UNACKNOWLEDGED, None, "")
    with pytest.raises(InvalidInput):
        acts.suppress_alarm(actor=officer, alarm_id=alarm.pk, reason="x", until=until + timedelta(days=90))


def test_one_act_on_many_says_what_was_refused(district: list[int], officer: User) -> None:
    apply(detection(), detection(sensor=1), detection(sensor=2), detection(sensor=3))
    ours = [one.pk for one in Alarm.objects.filter(region_code=LICANG).order_by("id")]
    elsewhere = Alarm.objects.get(sensor__index=3).pk
    acts.acknowledge_alarm(actor=officer, alarm_id=ours[0])
    done = many.act_on_many(
        actor=officer, alarm_ids=[*ours, elsewhere], act=many.ActOnMany.ACKNOWLEDGE, reason="storm: power cut in the district"
    )
    assert done.done == ours[1:]
    assert [one.alarm_id for one in done.refused] == [ours[0], elsewhere]
    assert Alarm.objects.get(pk=ours[1]).entries.get(act="acknowledged").text == "storm: power cut in the district"
    assert Alarm.objects.get(pk=elsewhere).state == AlarmState.ACTIVE_UNACKNOWLEDGED
    with pytest.raises(InvalidInput):
        many.act_on_many(actor=officer, alarm_ids=ours, act=many.ActOnMany.SHELVE, reason="")
    with pytest.raises(InvalidInput):
        many.act_on_many(actor=officer, alarm_ids=[], act=many.ActOnMany.RESET)
