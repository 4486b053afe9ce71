"""The records behind a line of a day: what each number of it counted, as the records stand now."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

from django.db.models import DateTimeField, Q
from django.db.models.functions import Coalesce

from tocsin.base.time import datetime_from_ms
from tocsin.engine.duty.shift import DutyState
from tocsin.supervision.inspections.models import Finding, Inspection
from tocsin.supervision.inspections.rules.findings import FindingState
from tocsin.supervision.objects.models import KeyPerson, SupervisedObject
from tocsin.supervision.points.policy import PointsRules
from tocsin.supervision.points.queries.acts import own_places
from tocsin.supervision.points.queries.inputs import JUDGED, end_of
from tocsin.supervision.points.queries.keys import Span, key_of
from tocsin.supervision.points.queries.monitoring import alarms_within
from tocsin.supervision.posts.models import DutyVerdict
from tocsin.supervision.tasks.models import Task
from tocsin.supervision.tasks.rules.states import TaskState
from tocsin.supervision.work.models import Episode
from tocsin.supervision.work.queries.episodes import with_question_counts
from tocsin.warning.face import outages

MOST: Final = 500


class Counted(StrEnum):
    """As what a record counted."""

    KEPT = "kept"  # done in time, valid, on post, online, handled in time
    LATE = "late"
    NOT = "not"  # not done by the end of the day, expired, absent, silent
    OVERDUE = "overdue"
    KNOWN = "known"  # a hidden danger that is not overdue, a check, an inspection


@dataclass(frozen=True)
class Record:
    """One record: its kind (task, finding, inspection, person, shift, sensor, alarm, episode), what it is, when, and as what it
    counted with which weight. `subject` is the row, for its words and its page.
    """

    kind: str
    subject: object
    at: datetime | date | None
    counted: Counted
    weight: int = 1


def records_of(supervised_object: SupervisedObject, day: date, code: str, rules: PointsRules) -> list[Record]:
    """The records that the part of this code counted on the day, those that cost points first."""
    counts = _COUNTS.get(code)
    if counts is None:
        return []
    found = list(counts(_Day(supervised_object, day, rules)))
    order = (Counted.OVERDUE, Counted.NOT, Counted.LATE, Counted.KNOWN, Counted.KEPT)
    return sorted(found, key=lambda one: order.index(one.counted))[:MOST]


@dataclass(frozen=True)
class _Day:
    """An object at the end of a day."""

    object: SupervisedObject
    day: date
    rules: PointsRules

    @property
    def end(self) -> datetime:
        return end_of(self.day)

    @property
    def begin(self) -> datetime:
        return end_of(self.day - timedelta(days=self.rules.window_days))

    def tasks(self, chosen: Callable[[Task], bool]) -> Iterable[Record]:
        """Tasks whose end lies in the window; one that was done after the day is one that was not done."""
        ends = Coalesce("deferred_to", "due_at", output_field=DateTimeField())
        found = Task.objects.filter(object=self.object, weight__gt=0).exclude(state=TaskState.EXEMPT.value).annotate(end=ends)
        for task in found.filter(end__gte=self.begin, end__lt=self.end).order_by("-end"):
            if chosen(task):
                done = task.done_at if task.done_at is not None and task.done_at < self.end else None
                counted = Counted.NOT if done is None else Counted.KEPT if done <= task.end else Counted.LATE
                yield Record("task", task, task.end, counted, task.weight)


def _tasks(one: _Day) -> Iterable[Record]:
    return one.tasks(lambda _task: True)


def _commitments(one: _Day) -> Iterable[Record]:
    return one.tasks(lambda task: task.rule in one.rules.commitments.rules)


def _hazards(one: _Day) -> Iterable[Record]:
    found = Finding.objects.filter(object=one.object, found_at__lt=one.end).exclude(state=FindingState.WITHDRAWN.value)
    in_window = Q(rectified_at=None) | Q(rectified_at__gte=one.begin)
    for finding in found.filter(in_window).filter(Q(closed_at=None) | Q(closed_at__gte=one.begin)).order_by("due_on"):
        ends = (finding.rectified_at, finding.closed_at)
        still_open = all(moment is None or moment >= one.end for moment in ends)
        late = finding.due_on < one.day and still_open and not finding.unserved and not finding.own
        yield Record("finding", finding, finding.due_on, Counted.OVERDUE if late else Counted.KNOWN)
    for held in Inspection.objects.filter(object=one.object, ended_at__gte=one.begin, ended_at__lt=one.end).order_by("-ended_at"):
        yield Record("inspection", held, held.ended_at, Counted.KNOWN)
    checks = one.tasks(lambda task: task.rule in one.rules.hazards.check_rules)
    yield from (
        Record(check.kind, check.subject, check.at, Counted.KNOWN) for check in checks if check.counted is not Counted.NOT
    )


def _persons(one: _Day) -> Iterable[Record]:
    people = KeyPerson.objects.filter(object=one.object, active=True).exclude(required_certificate="")
    for person in people.prefetch_related("certificates"):
        papers = [paper for paper in person.certificates.all() if paper.name == person.required_certificate]
        good = [paper for paper in papers if paper.status == "valid" and (paper.expires is None or paper.expires >= one.day)]
        expires = max((paper.expires for paper in papers if paper.expires is not None), default=None)
        yield Record("person", person, expires, Counted.KEPT if good else Counted.NOT)
    shifts = DutyVerdict.objects.filter(shift__person__object=one.object, shift__leave=False, state__in=JUDGED)
    shifts = shifts.filter(
        shift__end_at__gte=one.begin, shift__end_at__lt=one.end, shift__role__in=one.rules.persons.leader_roles
    )
    for verdict in shifts.select_related("shift__person").order_by("-shift__start_at"):
        kept = Counted.KEPT if verdict.state == DutyState.ON_POST.value else Counted.NOT
        yield Record("shift", verdict, verdict.shift.start_at, kept)
    yield from one.tasks(lambda task: task.rule in one.rules.persons.training_rules)


def _monitoring(one: _Day) -> Iterable[Record]:
    heard_since = one.end - timedelta(hours=one.rules.monitoring.online_h)
    places: dict[object, object] = {}
    own = list(own_places(one.object))
    planned = outages([sensor.pk for _place, sensor in own], first=heard_since, last=one.end)
    for place, sensor in own:
        places[key_of(sensor.pk)] = place
        heard = datetime_from_ms(sensor.last_ts) if sensor.last_ts else None
        online = (heard is not None and heard >= heard_since) or sensor.pk in planned
        yield Record("sensor", place, heard, Counted.KEPT if online else Counted.NOT)
    if places:
        span = Span([key_of(one.object.pk)])
        for alarm in alarms_within(span, since=one.begin, until=one.end, rules=one.rules.monitoring):
            kept = alarm.kept_by(one.end)
            if kept is not None and alarm.sensor in places:
                yield Record("alarm", (alarm.id, places[alarm.sensor]), alarm.due, Counted.KEPT if kept else Counted.NOT)
    asked = Episode.objects.filter(object=one.object, detected_at__gte=one.begin, detected_at__lt=one.end)
    for episode in with_question_counts(asked.order_by("-detected_at"), until=one.end):
        kept = getattr(episode, "question_kept", False)
        yield Record("episode", episode, episode.detected_at, Counted.KEPT if kept else Counted.NOT)


_COUNTS: Final[dict[str, Callable[[_Day], Iterable[Record]]]] = {
    "tasks": _tasks,
    "hazards": _hazards,
    "monitoring": _monitoring,
    "persons": _persons,
    "commitments": _commitments,
}
