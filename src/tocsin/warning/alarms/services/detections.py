"""Detections become alarms: each edge once, one open alarm per condition, whatever dies or comes twice on the way."""

import logging
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from uuid import UUID

from django.db.models import QuerySet

from tocsin.base.ids import new_id
from tocsin.base.levels import AlarmLevel
from tocsin.base.log_fields import bound
from tocsin.base.time import datetime_from_ms, ms_from_datetime
from tocsin.base.tracing import span, tell
from tocsin.bus.bulk import change_rows, insert_all
from tocsin.bus.prepared import prepared
from tocsin.bus.services import in_one_transaction
from tocsin.bus.traces import remember_trace
from tocsin.jurisdiction.face import system_actor
from tocsin.warning.alarms.events import Detection
from tocsin.warning.alarms.models import Alarm, DetectionRecord, LogPosition
from tocsin.warning.alarms.queries.alarms import SensorPlace, sensor_places
from tocsin.warning.alarms.rules.states import ACTIVE, HEALTH_BY_FINDING, Act, AlarmState, is_late, level_after, needs_diagnosis
from tocsin.warning.alarms.services.changes import DETECTION, Changes, move
from tocsin.warning.alarms.services.covered import capped, cover_alarm, spot_of_place, uncover_alarm
from tocsin.warning.alarms.services.device_findings import apply_findings
from tocsin.warning.alarms.services.diagnosis_tasks import plan_diagnoses
from tocsin.warning.alarms.services.doubted import Doubts, doubts_among, held_down, note_doubt
from tocsin.warning.alarms.services.losses import release
from tocsin.warning.alarms.services.nuisance import Nuisance
from tocsin.warning.covers.queries import Covered, Covers
from tocsin.warning.covers.rules import Effect

log = logging.getLogger(__name__)

CONSUMER = "alarms"  # name of this reader's place in the log of detections
BATCH = 100  # detections in one transaction: about 60 ms on two cores

type Key = tuple[UUID, str]


def apply_detections(*, detections: Sequence[Detection], now: datetime, speed: float = 1.0, position: int | None = None) -> int:
    """Applies edges in their order and returns how many were new; `position` is written in the same transaction.

    An edge that was applied before changes nothing. The database holds one open alarm per (sensor, rule): whoever loses a
    race for it finds the winner's alarm at the next attempt and counts there. `now` and `speed` are the judging clock's.
    At most `BATCH` detections keep the transaction short.
    """
    return in_one_transaction(partial(_apply, detections, now, speed, position))


def applied_position() -> int:
    """Sequence of the last detection in the log whose effects are in the database; 0 at the very beginning."""
    return LogPosition.objects.filter(consumer=CONSUMER).values_list("sequence", flat=True).first() or 0


def _apply(detections: Sequence[Detection], now: datetime, speed: float, position: int | None) -> int:
    fresh = _not_yet_applied(detections)
    places = sensor_places(sorted({one.sensor for one in fresh}))
    for index in {one.sensor for one in fresh} - places.keys():
        with bound(sensor=str(index)):
            log.error("detections of sensor %d are dropped: the registry does not know it", index)
    known = [one for one in fresh if one.sensor in places]
    _apply_known(known, places, now, speed)
    insert_all(DetectionRecord(id=one.id) for one in fresh)
    if position is not None and not change_rows(LogPosition, "consumer", {"consumer": [CONSUMER], "sequence": [position]}):
        LogPosition.objects.create(consumer=CONSUMER, sequence=position)
    return len(fresh)


def _not_yet_applied(detections: Sequence[Detection]) -> list[Detection]:
    by_id = {one.id: one for one in detections}
    seen = set(_recorded(list(by_id)))
    return [one for identity, one in by_id.items() if identity not in seen]


@prepared
def _recorded(detections: Sequence[UUID]) -> "QuerySet[DetectionRecord, UUID]":
    return DetectionRecord.objects.filter(id__in=detections).values_list("id", flat=True)


def _apply_known(detections: Sequence[Detection], places: dict[int, SensorPlace], now: datetime, speed: float) -> None:
    if not detections:
        return
    open_alarms = _lock_open({place.id for place in places.values()})
    changes = Changes(actor=system_actor(), channel=DETECTION)
    nuisance = Nuisance.load([one for one in detections if one.rule not in HEALTH_BY_FINDING], places)
    covers = _covers_during([one for one in detections if one.rule not in HEALTH_BY_FINDING and one.edge != "clear"])
    doubts = doubts_among([one for one in detections if one.rule not in HEALTH_BY_FINDING], places, now)
    around = _Around(changes, nuisance, covers, doubts)
    ringing: list[tuple[Alarm, str]] = []
    for one in detections:
        place = places[one.sensor]
        if one.rule in HEALTH_BY_FINDING:
            if one.rule == "saturation":
                _mark_unknown([alarm for key, alarm in open_alarms.items() if key[0] == place.id], one, changes)
            continue
        late = is_late(one.ts, ms_from_datetime(now), speed=speed)
        with span("alarm", parent=one.trace or "", edge=one.edge, rule=one.rule, level=one.level):
            why = _apply_edge(open_alarms, (place.id, one.rule), one, place, around, late=late)
            if (alarm := open_alarms.get((place.id, one.rule))) is not None:
                tell(alarm=str(alarm.pk), sensor=one.sensor)
                remember_trace(alarm.pk)
        if why:
            ringing.append((open_alarms[place.id, one.rule], why))
    nuisance.tell(changes)
    changes.save()
    nuisance.record(now)
    apply_findings([(places[one.sensor], one) for one in detections if one.rule in HEALTH_BY_FINDING])
    plan_diagnoses([(alarm, why) for alarm, why in ringing if alarm.closed_at is None], speed=speed)


def _covers_during(edges: Sequence[Detection]) -> Covers:
    """What covers alarms at some time of these edges; one query, none where nothing is raised."""
    if not edges:
        return Covers([])
    times = [one.ts for one in edges]
    return Covers.between(datetime_from_ms(min(times)), datetime_from_ms(max(times)))


@dataclass(frozen=True)
class _Around:
    """What one transaction collects and knows beside its alarms."""

    changes: Changes
    nuisance: Nuisance
    covers: Covers
    doubts: Doubts


def _lock_open(sensors: set[UUID]) -> dict[Key, Alarm]:
    return {(alarm.sensor_id, alarm.rule): alarm for alarm in _open_at(sensors) if alarm.sensor_id is not None}


@prepared
def _open_at(sensors: Collection[UUID]) -> QuerySet[Alarm]:
    return Alarm.objects.filter(sensor_id__in=sensors, closed_at__isnull=True).order_by("id").select_for_update()


def _apply_edge(
    open_alarms: dict[Key, Alarm], key: Key, detection: Detection, place: SensorPlace, around: _Around, *, late: bool
) -> str:
    """One edge upon its alarm. Returns why a diagnosis is due now ("raised", "escalated", "repeated"), or nothing."""
    changes, nuisance = around.changes, around.nuisance
    at = datetime_from_ms(detection.ts)
    alarm = open_alarms.get(key)
    if detection.edge == "clear":
        if alarm is not None:
            once = alarm.shelved_once
            if alarm.flapping_since is None:
                move(alarm, Act.CLEAR, at)
            _note(changes, alarm, "cleared", detection)
            if once and not alarm.shelved_once:
                changes.note(alarm, "unshelved", at)
            if alarm.closed_at is not None:
                del open_alarms[key]
        return ""
    is_new = alarm is None
    if alarm is None:
        alarm = open_alarms[key] = _new_alarm(detection, place, at)
    spot, detected = spot_of_place(place, detection.rule), AlarmLevel(detection.level)
    covered = around.covers.over(spot, at=at, level=detected, gas=alarm.latching) if around.covers and not alarm.loud else None
    was_active = (alarm.beneath or alarm.state) in ACTIVE
    doubt, doubted_before = around.doubts.get(place.id), alarm.doubt
    level = held_down(alarm, capped(detected, covered), doubt, at)
    higher = level > alarm.peak_level
    if higher and alarm.state == AlarmState.SUPPRESSED and alarm.explained_by_id is not None:
        release(alarm, at, changes)  # a flood holds back what was known when it did
    if is_new or detection.edge != "relax":
        move(alarm, Act.ESCALATE if higher and not is_new else Act.RAISE, at)
    held = alarm.level_held or alarm.flapping_since is not None
    alarm.level, alarm.detected_level = level_after(AlarmLevel(alarm.level), level, held=held), detected
    alarm.peak_level = max(alarm.peak_level, alarm.level)
    if is_new or higher or _is_further(detection, alarm):
        alarm.value, alarm.limit, alarm.figures, alarm.value_at = detection.value, detection.limit, dict(detection.figures), at
    alarm.count += is_new or detection.edge == "raise"
    alarm.late = late and (is_new or alarm.late)
    act = "relaxed" if detection.edge == "relax" else "escalated" if detection.edge == "escalate" else "repeated"
    _note(changes, alarm, "raised" if is_new else act, detection)
    note_doubt(alarm, doubt, doubted_before, at, changes)
    if detection.edge == "raise":
        nuisance.see_raise(alarm, key, at, changes)
    if _follow_cover(alarm, covered, at, changes, arises=is_new or not was_active):
        return ""
    if is_new and nuisance.see_new_alarm(alarm, place, at, changes):
        return ""
    if not needs_diagnosis(AlarmLevel(alarm.level)) or detection.edge == "relax":
        return ""
    return "raised" if is_new else "escalated" if higher else "" if was_active else "repeated"


def _follow_cover(alarm: Alarm, covered: Covered | None, at: datetime, changes: Changes, *, arises: bool) -> bool:
    """Covers an alarm that arises, brings back one that its cover no longer holds at this level; True while it is silent."""
    silent = alarm.state == AlarmState.SUPPRESSED and alarm.cover_id is not None
    if silent and (covered is None or covered.effect < Effect.SILENCE):
        uncover_alarm(alarm, at, changes)
        silent = False
    if covered is not None and arises and not silent:
        cover_alarm(alarm, covered, at, changes)
        silent = alarm.state == AlarmState.SUPPRESSED
    return silent


def _is_further(detection: Detection, alarm: Alarm) -> bool:
    """Whether it goes beyond what the alarm tells of: the highest that it has had. A fall of level has a line in the history, and
    changes neither title nor reason.
    """
    if detection.edge == "relax" or detection.level < alarm.peak_level:
        return False
    known = (detection.value, detection.limit, alarm.value, alarm.limit)
    if any(one is None for one in known):
        return True
    value, limit, value_before, limit_before = (float(one) for one in known if one is not None)
    return abs(value - limit) >= abs(value_before - limit_before)


def _new_alarm(detection: Detection, place: SensorPlace, at: datetime) -> Alarm:
    return Alarm(
        id=new_id(),
        sensor_id=place.id,
        rule=detection.rule,
        quantity=place.quantity,
        region_code=place.region_code,
        lon=place.lon,
        lat=place.lat,
        state=AlarmState.NORMAL,
        latching=detection.latching,
        rule_versions=list(detection.policy),
        raised_at=at,
        updated_at=at,
    )


def _mark_unknown(alarms: Sequence[Alarm], detection: Detection, changes: Changes) -> None:
    """A saturated sensor says nothing: its alarms stay as they are, and say that their value is unknown."""
    saturated = detection.edge != "clear"
    for alarm in alarms:
        if alarm.unknown != saturated:
            alarm.unknown = saturated
            _note(changes, alarm, "saturated" if saturated else "readable_again", detection)


def _note(changes: Changes, alarm: Alarm, act: str, detection: Detection) -> None:
    changes.note(
        alarm,
        act,
        datetime_from_ms(detection.ts),
        value=detection.value,
        limit=detection.limit,
        figures=dict(detection.figures),
        detection_id=detection.id,
    )
