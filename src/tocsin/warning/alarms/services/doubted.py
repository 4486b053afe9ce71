"""A sensor that is not believed alone (its calibration is overdue, a person marks what it sends) raises no red alarm by itself.

Its alarm stands one level lower and says so, until another sensor rings near by, the doubt ends, or a person sets the level.
Alarms are looked at every few seconds as well, so that what confirms one later raises it.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from tocsin.base.geometry import distance_m
from tocsin.base.levels import AlarmLevel
from tocsin.jurisdiction.face import system_actor
from tocsin.sensing.face import Doubt, doubts_of
from tocsin.warning.alarms.events import Detection
from tocsin.warning.alarms.models import Alarm
from tocsin.warning.alarms.policy import quality
from tocsin.warning.alarms.queries.alarms import SensorPlace
from tocsin.warning.alarms.rules.states import ACTIVE, Act, needs_diagnosis
from tocsin.warning.alarms.services.changes import CLOCK, Changes, move
from tocsin.warning.alarms.services.diagnosis_tasks import plan_diagnoses
from tocsin.warning.alarms.services.due import doubted

HIGHEST = AlarmLevel.ORANGE  # of what nobody confirms
BATCH = 200
DEGREES_PER_M = 1 / 60_000  # generously, up to 57 degrees of latitude

type Doubts = Mapping[UUID, Doubt]


def doubts_among(detections: Sequence[Detection], places: Mapping[int, SensorPlace], now: datetime) -> Doubts:
    """Of the sensors that ring red those which are not believed alone; nothing is asked where none rings red."""
    red = {places[one.sensor].id for one in detections if one.edge != "clear" and one.level > HIGHEST}
    return doubts_of(red, now) if red else {}


def held_down(alarm: Alarm, level: AlarmLevel, doubt: Doubt | None, at: datetime) -> AlarmLevel:
    """The level that the alarm may have, given what detection says; it knows whether it is held down."""
    if level <= HIGHEST or doubt is None or is_confirmed(alarm, at):
        alarm.doubt = ""
        return level
    alarm.doubt = doubt.kind.value
    return HIGHEST


def note_doubt(alarm: Alarm, doubt: Doubt | None, before: str, at: datetime, changes: Changes) -> None:
    """It says when it is held down from here on."""
    if doubt is not None and alarm.doubt and alarm.doubt != before:
        changes.note(alarm, f"doubted_{alarm.doubt}", at, text=doubt.since.isoformat())


def is_confirmed(alarm: Alarm, at: datetime) -> bool:
    """Whether a sensor that is believed rings at the same object or near by."""
    near_m = quality().doubt.near_m
    around = Q(pk__in=())
    if alarm.sensor_id is not None and alarm.sensor is not None and alarm.sensor.asset_id is not None:
        around |= Q(sensor__asset_id=alarm.sensor.asset_id)
    if alarm.lon is not None and alarm.lat is not None:
        reach = near_m * DEGREES_PER_M
        around |= Q(lon__range=(alarm.lon - reach, alarm.lon + reach), lat__range=(alarm.lat - reach, alarm.lat + reach))
    others = Alarm.objects.open().filter(around, level__gte=AlarmLevel.YELLOW, doubt="", sensor__isnull=False)
    rows = others.filter(Q(state__in=ACTIVE) | Q(beneath__in=ACTIVE)).exclude(pk=alarm.pk).select_related("sensor")[:BATCH]
    near = [
        one for one in rows if (one.sensor_id != alarm.sensor_id and _is_same_object(one, alarm)) or _metres(one, alarm) <= near_m
    ]
    if not near:
        return False
    sensors = {one.sensor_id for one in near if one.sensor_id is not None}
    return len(doubts_of(sensors, at)) < len(sensors)


@transaction.atomic
def follow_doubts(*, now: datetime) -> int:
    """Alarms whose doubt ended or that another sensor confirms have the level of detection again; returns how many."""
    held = Alarm.objects.open().filter(doubted()).order_by("id").select_for_update(of=("self",))
    alarms = list(held.select_related("sensor")[:BATCH])
    if not alarms:
        return 0
    standing = doubts_of({one.sensor_id for one in alarms if one.sensor_id is not None}, now)
    changes = Changes(actor=system_actor(), channel=CLOCK)
    for alarm in alarms:
        if alarm.sensor_id in standing and not is_confirmed(alarm, now):
            continue
        alarm.doubt = ""
        if not alarm.level_held and alarm.cover_id is None and (alarm.beneath or alarm.state) in ACTIVE:
            level = AlarmLevel(max(alarm.level, alarm.detected_level))
            higher = level > alarm.peak_level
            alarm.level, alarm.peak_level = level, max(alarm.peak_level, level)
            if higher:
                move(alarm, Act.ESCALATE, now)
        changes.note(alarm, "doubt_ended", now)
    changes.save()
    plan_diagnoses([(one, "escalated") for one in changes.alarms if needs_diagnosis(AlarmLevel(one.level))], speed=1.0)
    return len(changes.alarms)


def _is_same_object(one: Alarm, other: Alarm) -> bool:
    asset = None if other.sensor is None else other.sensor.asset_id
    return asset is not None and one.sensor is not None and one.sensor.asset_id == asset


def _metres(one: Alarm, other: Alarm) -> float:
    if one.lon is None or one.lat is None or other.lon is None or other.lat is None:
        return float("inf")
    return distance_m(one.lon, one.lat, other.lon, other.lat)
