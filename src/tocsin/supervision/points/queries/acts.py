"""What an object could do now, each with its effort and with what it would change in the counts of the days ahead."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import numpy as np
from django.db.models import QuerySet
from numpy.typing import NDArray

from tocsin.engine.points.lift import Act
from tocsin.engine.points.scorer import Count
from tocsin.supervision.inspections.models import Finding
from tocsin.supervision.inspections.rules.findings import FindingGrade, FindingState
from tocsin.supervision.meters.models import Meter
from tocsin.supervision.objects.models import KeyPerson, SupervisedObject
from tocsin.supervision.points.policy import Effort, PointsRules
from tocsin.supervision.points.queries.inputs import MAJOR_DANGER, MAJOR_OVERDUE, end_of
from tocsin.supervision.points.queries.keys import Key, Span, key_of
from tocsin.supervision.points.queries.monitoring import alarms_within
from tocsin.supervision.tasks.models import Task
from tocsin.supervision.tasks.rules.planning import BY_HAND, MetBy
from tocsin.supervision.tasks.rules.states import RUNNING, TaskTimes
from tocsin.supervision.work.models import ElectricalPoint, Episode
from tocsin.supervision.work.rules.episodes import EpisodeState

_RUNNING = [one.value for one in RUNNING]
_BY_HAND = [one.value for one in BY_HAND]

type Change = NDArray[np.int32]  # what an act adds to the counts on each of the days, int32[days, len(Count)]


@dataclass(frozen=True)
class Possible:
    """One thing that can be done today; `kind` is task, finding, certificate, sensor, alarm, question or red_line."""

    act: Act
    kind: str
    subject: Any
    change: Change
    ends: str = ""  # the key of the fact that it ends


def possible_acts(supervised_object: SupervisedObject, days: Sequence[date], rules: PointsRules, now: datetime) -> list[Possible]:
    return [
        *_tasks(supervised_object, days, rules, now),
        *_findings(supervised_object, days, rules, now),
        *_certificates(supervised_object, days, rules.effort),
        *_sensors(supervised_object, days, rules),
        *_alarms(supervised_object, days, rules, now),
        *_questions(supervised_object, days, rules, now),
        *_facts(supervised_object, days, rules),
    ]


def _tasks(supervised_object: SupervisedObject, days: Sequence[date], rules: PointsRules, now: datetime) -> list[Possible]:
    """Tasks that a person of the firm can enter; what only a record of others ticks off can't be done here."""
    effort = rules.effort
    by_weight = {1: effort.task_normal, 2: effort.task_important, 3: effort.task_key}
    result = []
    for task in _running(supervised_object, days).filter(met_by__in=_BY_HAND):
        change = _done(task, days, rules, now)
        if change.any():
            hours = by_weight.get(task.weight, effort.task_normal)
            if task.rule in rules.commitments.rules:
                hours = effort.commitment
            elif task.rule in rules.hazards.check_rules:
                hours = effort.own_check
            result.append(Possible(Act(f"task:{task.pk}", hours), "task", task, change))
    return result


def _running(supervised_object: SupervisedObject, days: Sequence[date]) -> QuerySet[Task]:
    return Task.objects.filter(object=supervised_object, state__in=_RUNNING, opens_at__lt=end_of(days[-1]))


def _done(task: Task, days: Sequence[date], rules: PointsRules, now: datetime) -> Change:
    """What a task changes that is done now, or when it opens; nothing for one that can no longer be done."""
    times = TaskTimes(task.due_at, task.deferred_to, None, task.missed_at)
    change = nothing_on(days)
    if task.missed_at is not None and now > max(task.missed_at, times.end):
        return change
    done_at = max(now, task.opens_at)
    in_time = done_at <= times.end
    for place, day in enumerate(days):
        if end_of(day - timedelta(days=rules.window_days)) <= times.end < end_of(day) and done_at < end_of(day):
            change[place, Count.TASKS_ON_TIME if in_time else Count.TASKS_LATE] += task.weight
            change[place, Count.CHECKS] += task.rule in rules.hazards.check_rules
            if in_time and task.rule in rules.persons.training_rules:
                change[place, Count.TRAININGS_KEPT] += task.weight
            if in_time and task.rule in rules.commitments.rules:
                change[place, Count.COMMITMENTS_KEPT] += 1
    return change


def _findings(supervised_object: SupervisedObject, days: Sequence[date], rules: PointsRules, now: datetime) -> list[Possible]:
    """Hidden dangers to rectify, each with the task that is done with it."""
    effort = rules.effort
    tasks = {one.evidence.get("finding"): one for one in _running(supervised_object, days).filter(met_by=MetBy.FINDING)}
    open_ones = Finding.objects.filter(object=supervised_object, state=FindingState.OPEN, rectified_at=None)
    result = []
    for finding in open_ones.filter(unserved=False, own=False):
        major = finding.grade == FindingGrade.MAJOR
        task = tasks.get(finding.number)
        change = _done(task, days, rules, now) if task is not None else nothing_on(days)
        for place, day in enumerate(days):
            if finding.due_on < day:
                change[place, Count.OVERDUE_MAJOR if major else Count.OVERDUE_ORDINARY] -= 1
        hours = effort.major_danger if major else effort.ordinary_danger
        ends = f"finding:{finding.number}" if major else ""
        if change.any():
            result.append(Possible(Act(f"finding:{finding.pk}", hours), "finding", finding, change, ends))
    return result


def _certificates(supervised_object: SupervisedObject, days: Sequence[date], effort: Effort) -> list[Possible]:
    result = []
    for person in (
        KeyPerson.objects.filter(object=supervised_object, active=True)
        .exclude(required_certificate="")
        .prefetch_related("certificates")
    ):
        good = [one for one in person.certificates.all() if one.name == person.required_certificate and one.status == "valid"]
        change = nothing_on(days)
        for place, day in enumerate(days):
            if not any(one.expires is None or one.expires >= day for one in good):
                change[place, Count.CERTIFICATES_VALID] += 1
        if change.any():
            result.append(Possible(Act(f"certificate:{person.pk}", effort.certificate), "certificate", person, change))
    return result


def _sensors(supervised_object: SupervisedObject, days: Sequence[date], rules: PointsRules) -> list[Possible]:
    """Sensors that were not heard lately; those that are heard now are taken to go on."""
    result = []
    heard_ms = int((end_of(days[0]) - timedelta(days=1, hours=rules.monitoring.online_h)).timestamp() * 1000)
    for subject, sensor in own_places(supervised_object):
        change = nothing_on(days)
        change[:, Count.SENSORS_ONLINE] += 1
        online = (sensor.last_ts or 0) >= heard_ms
        result.append(Possible(Act(f"sensor:{sensor.pk}", 0.0 if online else rules.effort.sensor), "sensor", subject, change))
    return result


def own_places(supervised_object: SupervisedObject) -> Iterable[tuple[Any, Any]]:
    """Each own sensor once, with the meter or the watched place that it belongs to."""
    there: dict[UUID, tuple[Any, Any]] = {}
    for meter in Meter.objects.filter(object=supervised_object, active=True, sensor__isnull=False).select_related("sensor"):
        if meter.sensor is not None:
            there.setdefault(meter.sensor.pk, (meter, meter.sensor))
    for point in ElectricalPoint.objects.filter(object=supervised_object).select_related("sensor", "second", "third"):
        for sensor in (point.sensor, point.second, point.third):
            if sensor is not None:
                there.setdefault(sensor.pk, (point, sensor))
    return there.values()


@dataclass(frozen=True)
class OpenAlarm:
    """An alarm whose condition still holds: of which place, and by when it has to be gone."""

    pk: UUID
    object_id: UUID
    place: str
    due_at: datetime


def _alarms(supervised_object: SupervisedObject, days: Sequence[date], rules: PointsRules, now: datetime) -> list[Possible]:
    """Alarms of own sensors whose condition can still be ended in time."""
    places: dict[Key, str] = {key_of(sensor.pk): str(subject) for subject, sensor in own_places(supervised_object)}
    alarms = alarms_within(Span([key_of(supervised_object.pk)]), since=_first(days, rules), until=now, rules=rules.monitoring)
    result = []
    for alarm in alarms:
        if alarm.gone_at is None and now <= alarm.due:
            change = nothing_on(days)
            for place, day in enumerate(days):
                change[place, Count.ALARMS_IN_TIME] += 1
                change[place, Count.ALARMS] += alarm.kept_by(end_of(day)) is None
            subject = OpenAlarm(alarm.id, supervised_object.pk, places.get(alarm.sensor, ""), alarm.due)
            result.append(Possible(Act(f"alarm:{alarm.id}", rules.effort.alarm), "alarm", subject, change))
    return result


def _questions(supervised_object: SupervisedObject, days: Sequence[date], rules: PointsRules, now: datetime) -> list[Possible]:
    """Questions about power that can still be answered in time."""
    asked = Episode.objects.filter(
        object=supervised_object, state=EpisodeState.ASKED, due_at__gte=now, detected_at__gte=_first(days, rules)
    )
    result = []
    for episode in asked:
        change = nothing_on(days)
        for place, day in enumerate(days):
            delivered = episode.delivered_at is not None and episode.due_at is not None
            lost = delivered and episode.due_at < end_of(day)  # type: ignore[operator]
            change[place, Count.ALARMS_IN_TIME] += 1
            change[place, Count.ALARMS] += not lost
        result.append(Possible(Act(f"question:{episode.pk}", rules.effort.question), "question", episode, change))
    return result


def _first(days: Sequence[date], rules: PointsRules) -> datetime:
    """The window's beginning on the last of the days: what leaves it before then is not worth an act."""
    return end_of(days[-1] - timedelta(days=rules.window_days))


def _facts(supervised_object: SupervisedObject, days: Sequence[date], rules: PointsRules) -> list[Possible]:
    """Red lines that a person of the authority lifts when the firm has done its part."""
    kinds = {one.kind for one in rules.red_line} - {MAJOR_OVERDUE, MAJOR_DANGER}
    events = supervised_object.points_events.filter(kind__in=kinds, ended_on=None)
    return [Possible(Act(f"event:{one.pk}", rules.effort.red_line), "red_line", one, nothing_on(days), one.key) for one in events]


def nothing_on(days: Sequence[date]) -> Change:
    return np.zeros((len(days), len(Count)), np.int32)
