"""A sensor that is not believed alone raises no red alarm: it says so, and is red once another one confirms it."""

from datetime import date, timedelta

import pytest

from tests.people import LICANG, make_person
from tests.warning.district import NOW, detection
from tocsin.base.levels import AlarmLevel
from tocsin.base.time import ms_from_datetime
from tocsin.sensing.devices.models import Sensor
from tocsin.sensing.trust.rules import MarkQuality
from tocsin.sensing.trust.services import mark_readings, record_calibration
from tocsin.warning.alarms.models import Alarm
from tocsin.warning.alarms.rules.states import Act, AlarmState
from tocsin.warning.alarms.services.changes import CLOCK, Changes, move
from tocsin.warning.alarms.services.detections import apply_detections
from tocsin.warning.alarms.services.doubted import follow_doubts
from tocsin.warning.alarms.shown.sentences import alarm_reasons

pytestmark = pytest.mark.django_db

RED, ORANGE, YELLOW = AlarmLevel.RED, AlarmLevel.ORANGE, AlarmLevel.YELLOW
OVERDUE = NOW.date() - timedelta(days=10)


def ring(sensor: int, level: AlarmLevel, minute: float = 0, edge: str = "raise") -> Alarm:
    moment = NOW + timedelta(minutes=minute)
    apply_detections(detections=[detection(edge, level, sensor=sensor, ts=ms_from_datetime(moment))], now=moment)
    return Alarm.objects.filter(sensor__index=sensor).latest("raised_at")


def acts_of(alarm: Alarm) -> list[str]:
    return list(alarm.entries.order_by("written_at", "id").values_list("act", flat=True))


def overdue(*sensors: int, due: date = OVERDUE) -> None:
    Sensor.objects.filter(index__in=sensors).update(calibration_due=due)


def apart(*sensors: int) -> None:
    """Each at a place of its own, far from the others, at no object."""
    for number, index in enumerate(sensors):
        Sensor.objects.filter(index=index).update(asset=None, lon=120.0 + number / 10)


def test_alone_it_is_orange_and_says_why(district: list[int]) -> None:
    overdue(0)
    alarm = ring(0, RED)
    assert (alarm.level, alarm.detected_level, alarm.doubt) == (ORANGE, RED, "calibration")
    assert acts_of(alarm) == ["raised", "doubted_calibration"]
    assert any("calibration" in one or "检定" in one for one in alarm_reasons(alarm))
    assert ring(0, RED, 1).level == ORANGE
    assert acts_of(alarm) == ["raised", "doubted_calibration", "repeated"]
    assert follow_doubts(now=NOW + timedelta(minutes=2)) == 0


def test_on_the_last_day_it_is_believed(district: list[int]) -> None:
    overdue(0, due=NOW.astimezone().date() + timedelta(days=1))
    assert ring(0, RED).level == RED


@pytest.mark.parametrize("level", [YELLOW, ORANGE])
def test_lower_alarms_are_as_they_are(district: list[int], level: AlarmLevel) -> None:
    overdue(0)
    alarm = ring(0, level)
    assert (alarm.level, alarm.doubt, acts_of(alarm)) == (level, "", ["raised"])


def test_another_that_rings_near_by_confirms_it(district: list[int]) -> None:
    overdue(0)
    Sensor.objects.filter(index__in=(0, 1)).update(lon=120.4, lat=36.2)
    ring(1, YELLOW)
    assert ring(0, RED, 1).level == RED


def test_what_confirms_it_later_raises_it(district: list[int]) -> None:
    overdue(0)
    Sensor.objects.filter(index__in=(0, 1)).update(asset=None, lon=120.4, lat=36.2)
    alarm = ring(0, RED)
    ring(1, YELLOW, 1)
    assert follow_doubts(now=NOW + timedelta(minutes=2)) == 1
    alarm.refresh_from_db()
    assert (alarm.level, alarm.peak_level, alarm.doubt) == (RED, RED, "")
    assert acts_of(alarm)[-1] == "doubt_ended"


def test_one_that_is_doubted_itself_or_far_away_confirms_nothing(district: list[int]) -> None:
    overdue(0, 1)
    apart(0, 2)
    Sensor.objects.filter(index=1).update(asset=None, lon=120.0)
    ring(1, ORANGE)
    ring(2, ORANGE)
    assert ring(0, RED, 1).level == ORANGE


def test_a_new_calibration_ends_the_doubt(district: list[int]) -> None:
    overdue(0)
    alarm = ring(0, RED)
    sensor = Sensor.objects.get(index=0)
    record_calibration(
        actor=make_person("rule_engineer", LICANG),
        sensor_id=sensor.pk,
        day=NOW.date() - timedelta(days=1),
        due=NOW.date() + timedelta(days=365),
        now=NOW,
    )
    assert follow_doubts(now=NOW + timedelta(minutes=2)) == 1
    alarm.refresh_from_db()
    assert alarm.level == RED


def test_what_a_person_marks_now_is_doubted_and_what_was_marked_before_is_not(district: list[int]) -> None:
    apart(0, 1, 2)
    by = make_person("rule_engineer", LICANG)
    sensors = {index: Sensor.objects.get(index=index).pk for index in (0, 1)}
    for index, ends in ((0, None), (1, NOW - timedelta(minutes=5))):
        mark_readings(
            actor=by,
            sensor_id=sensors[index],
            begins=NOW - timedelta(hours=1),
            ends=ends,
            quality=MarkQuality.BAD,
            reason="flooded",
            now=NOW,
        )
    assert (ring(0, RED).level, ring(0, RED, 1).doubt) == (ORANGE, "mark")
    assert ring(1, RED, 1).level == RED


def test_an_alarm_that_is_over_is_left_alone(district: list[int]) -> None:
    overdue(0)
    alarm = ring(0, RED)
    changes = Changes(actor=make_person("rule_engineer", LICANG), channel=CLOCK)
    move(alarm, Act.CLEAR, NOW)
    changes.note(alarm, "cleared", NOW)
    changes.save()
    overdue(0, due=NOW.date() + timedelta(days=100))
    follow_doubts(now=NOW + timedelta(minutes=2))
    alarm.refresh_from_db()
    assert (alarm.level, alarm.state) == (ORANGE, AlarmState.RETURNED_UNACKNOWLEDGED)
