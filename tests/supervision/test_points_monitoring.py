"""The part about monitoring: own sensors heard, and their alarms handled within the time of their level."""

from datetime import timedelta
from typing import Any

import pytest

from tests.people import LICANG
from tests.supervision.points import DAY, at, certify, ledger, make_object, make_tasks, score_day
from tocsin.base.ids import new_id
from tocsin.base.levels import AlarmLevel
from tocsin.base.time import ms_from_datetime
from tocsin.engine.points.ledger import read_lines
from tocsin.sensing.devices.models import Device, Sensor
from tocsin.supervision.meters.models import Meter
from tocsin.supervision.objects.models import SupervisedObject
from tocsin.supervision.points.policy import shipped_rules
from tocsin.supervision.points.queries.counted import records_of
from tocsin.supervision.points.queries.lift import lift_of
from tocsin.supervision.work.models import ElectricalPoint, Episode
from tocsin.warning.alarms.models import Alarm

pytestmark = pytest.mark.django_db

RED, ORANGE, YELLOW, NONE = AlarmLevel.RED, AlarmLevel.ORANGE, AlarmLevel.YELLOW, AlarmLevel.NONE
END = at(DAY, 24)


def make_sensors(number: int, heard: Any = END - timedelta(hours=1)) -> list[Sensor]:
    device, _new = Device.objects.get_or_create(
        code="box", defaults={"secret_sha256": "0" * 64, "region_code": LICANG, "created_at": END}
    )
    first = Sensor.objects.count()
    place = {"lon": 120.4, "lat": 36.1, "region_code": LICANG, "resolution": 0.1, "last_ts": ms_from_datetime(heard)}
    return [
        Sensor.objects.create(index=index, device=device, channel=f"c{index}", quantity="residual_current", **place)
        for index in range(first, first + number)
    ]


def ring(sensor: Sensor, level: AlarmLevel, hours_before: float, gone_after: float | None, **fields: Any) -> Alarm:
    """An alarm that was raised so many hours before the end of the day, its condition gone so many hours later."""
    raised = END - timedelta(hours=hours_before)
    gone = None if gone_after is None else raised + timedelta(hours=gone_after)
    state = {"state": "returned_unacknowledged" if gone else "active_unacknowledged", "returned_at": gone, **fields}
    return Alarm.objects.create(
        sensor=sensor, rule=f"r{Alarm.objects.count()}", region_code=LICANG, level=level, peak_level=level, raised_at=raised,
        updated_at=raised, **state,
    )  # fmt: skip


def evidence(found: SupervisedObject) -> tuple[int, ...]:
    """Sensors, of them online, alarms and questions, of them in time."""
    score_day()
    return next(line.evidence for line in read_lines(ledger(found).lines) if line.code == "monitoring")


RINGS: list[tuple[str, tuple[AlarmLevel, float, float | None], dict[str, Any], tuple[int, int]]] = [
    ("red, gone within its 8 hours", (RED, 20, 7.5), {}, (1, 1)),
    ("red, gone too late", (RED, 20, 9), {}, (1, 0)),
    ("red, still there after its time", (RED, 9, None), {}, (1, 0)),
    ("red, its time still runs", (RED, 7, None), {}, (0, 0)),
    ("red, gone after the day ended", (RED, 7, 7.5), {}, (0, 0)),
    ("orange has a day", (ORANGE, 30, 23), {}, (1, 1)),
    ("yellow has three days", (YELLOW, 80, 75), {}, (1, 0)),
    ("one without level has a week", (NONE, 200, 100), {}, (1, 1)),
    ("closed by hand counts as gone", (RED, 20, None), {"state": "normal", "closed_at": END - timedelta(hours=18)}, (1, 1)),
    ("out of the window", (RED, 24 * 31, None), {}, (0, 0)),
    ("of the day after", (RED, -1, None), {}, (0, 0)),
    ("set aside by design", (RED, 20, None), {"state": "suppressed", "beneath": "active_unacknowledged"}, (0, 0)),
    ("raised by old readings", (RED, 20, None), {"late": True}, (0, 0)),
]


@pytest.mark.parametrize(("name", "alarm", "fields", "counted"), RINGS, ids=[one[0] for one in RINGS])
def test_alarms_of_own_sensors(name: str, alarm: Any, fields: Any, counted: tuple[int, int]) -> None:
    firm = make_object("A")
    Meter.objects.create(object=firm, code="M1", role="main", sensor=make_sensors(1)[0])
    ring(Sensor.objects.get(), *alarm, **fields)
    assert evidence(firm) == (1, 1, *counted)


def test_every_own_sensor_once_and_nobody_elses() -> None:
    firm, other = make_object("A"), make_object("B")
    first, second, third, foreign = make_sensors(4)
    (silent,) = make_sensors(1, heard=END - timedelta(days=2))
    Meter.objects.create(object=firm, code="M1", role="main", sensor=first)
    ElectricalPoint.objects.create(object=firm, kind="feeder", name="F", rated_a=9.0, sensor=first, second=second, third=third)
    ElectricalPoint.objects.create(object=firm, kind="joint", name="J", sensor=silent)
    Meter.objects.create(object=other, code="M2", role="main", sensor=foreign)
    for sensor in (first, third, foreign):
        ring(sensor, RED, 20, None)
    Episode.objects.create(
        object=firm, kind="night_production", state="asked", start_at=at(DAY), detected_at=at(DAY), due_at=END,
        region_code=LICANG, id=new_id(), level="yellow", probability=0.9,
    )  # fmt: skip
    assert evidence(firm) == (4, 3, 2, 0)  # a question whose time runs counts nowhere yet
    told = [(one.kind, one.counted.value) for one in records_of(firm, DAY, "monitoring", shipped_rules())]
    assert sorted(told) == [("alarm", "not")] * 2 + [("sensor", "kept")] * 3 + [("sensor", "not")]
    assert next(line.evidence for line in read_lines(ledger(other).lines) if line.code == "monitoring") == (1, 1, 1, 0)


def test_ending_an_alarm_in_time_is_among_what_lifts() -> None:
    firm = make_object("A")
    certify(firm)
    make_tasks(firm, DAY, "dddddddl")
    (sensor,) = make_sensors(1)
    point = ElectricalPoint.objects.create(object=firm, kind="residual", name="panel 3", sensor=sensor)
    ring(sensor, RED, 20, None)  # too late for that one
    alarm = ring(sensor, YELLOW, 62, None)  # until ten in the morning
    score_day()
    assert ledger(firm).colour == "blue"
    now = at(DAY + timedelta(days=1), 9)
    plan = lift_of(firm, now=now)
    assert plan is not None
    assert (plan.target, plan.reachable) == ("green", True)
    assert [(one.kind, one.subject.pk, one.subject.place) for one in plan.acts] == [("alarm", alarm.pk, str(point))]
