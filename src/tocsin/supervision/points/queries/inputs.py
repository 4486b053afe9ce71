"""What the points of one day are reckoned from, for many objects at once: a few statements for thousands of objects."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from uuid import UUID

import numpy as np
from django.db.models import Count as Number
from django.db.models import DateTimeField, Exists, F, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone
from numpy.typing import NDArray

from tocsin.base.time import ms_from_datetime
from tocsin.engine.duty.shift import DutyState
from tocsin.engine.points.figures import Figures, Part
from tocsin.engine.points.ledger import PART_CODES, FactSource, ReliefSource
from tocsin.engine.points.scorer import Count, new_counts
from tocsin.supervision.inspections.models import Finding, Inspection, Penalty
from tocsin.supervision.inspections.rules.findings import FindingGrade, FindingState
from tocsin.supervision.objects.models import KeyPerson, PointsEvent, SupervisedObject
from tocsin.supervision.points.models import Appeal
from tocsin.supervision.points.policy import PointsRules
from tocsin.supervision.points.queries.keys import Key, Span, key_of, raw_rows
from tocsin.supervision.points.queries.monitoring import alarms_within, own_sensors
from tocsin.supervision.posts.models import DutyVerdict, PersonCertificate
from tocsin.supervision.tasks.models import Task
from tocsin.supervision.tasks.queries.rules import longest_deferral
from tocsin.supervision.tasks.rules.states import TaskState
from tocsin.supervision.work.models import Episode
from tocsin.supervision.work.queries.episodes import with_question_counts
from tocsin.warning.face import outages

MAJOR_DANGER: Final = "major_danger"
MAJOR_OVERDUE: Final = "major_overdue"
PENALTY: Final = "penalty"
SEVERE_PENALTY: Final = "severe_penalty"
_PARTS = {code: part for part, code in PART_CODES.items()}
JUDGED = (DutyState.ON_POST, DutyState.ABSENT, DutyState.NOT_FIT, DutyState.NOT_REACHABLE)

type FactRow = tuple[int, str, FactSource]
type ReliefRow = tuple[int, Part, ReliefSource]


@dataclass(frozen=True)
class Inputs:
    """`counts` int32[n, len(Count)] of the objects in their order; facts and reliefs name their row."""

    counts: NDArray[np.int32]
    facts: list[FactRow]
    relief: list[ReliefRow]


def end_of(day: date) -> datetime:
    """When a local day ends."""
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))


def read_inputs(ids: Sequence[Key], day: date, rules: PointsRules) -> Inputs:
    """What was known of these objects (ids rising, as `key_of` gives them) at the end of the local day, as `rules` count it."""
    rows = {one: row for row, one in enumerate(ids)}
    reader = _Reader(Span(ids), rows, day, rules, rules.figures(), new_counts(len(ids)))
    reader.ages()
    reader.tasks()
    reader.findings_and_checks()
    reader.persons()
    reader.monitoring()
    facts = list(reader.facts())
    return Inputs(reader.counts, *reader.appeals(facts))


@dataclass(frozen=True)
class _Reader:
    span: Span
    rows: dict[Key, int]
    day: date
    rules: PointsRules
    figures: Figures
    counts: NDArray[np.int32]

    @property
    def end(self) -> datetime:
        return end_of(self.day)

    @property
    def begin(self) -> datetime:
        return end_of(self.day - timedelta(days=self.rules.window_days))

    def put(self, found: QuerySet[Any, Any], *columns: Count) -> None:
        """Rows of (object, number, number …) into these columns."""
        rows: list[int] = []
        values: list[tuple[int, ...]] = []
        for one, *numbers in raw_rows(found):
            row = self.rows.get(one)
            if row is not None:
                rows.append(row)
                values.append(tuple([number or 0 for number in numbers]))
        if rows:
            self.counts[np.array(rows)[:, None], np.array(columns)[None, :]] += np.array(values, np.int32)

    def ages(self) -> None:
        """Days in the register: of those whose start value still counts; of all others so many that it no longer does."""
        self.counts[:, Count.AGE_DAYS] = self.rules.start.days
        fresh = end_of(self.day - timedelta(days=self.rules.start.days + 1))
        young = self.span.of(SupervisedObject.objects.order_by(), "pk").filter(created_at__gte=fresh)
        for one, created in young.values_list("pk", "created_at"):
            row = self.row(one)
            if row is not None:
                self.counts[row, Count.AGE_DAYS] = min(max(0, (self.day - _local(created)).days), self.rules.start.days)

    def row(self, one: UUID) -> int | None:
        """The object's row, None where it is none of ours."""
        return self.rows.get(key_of(one))

    def tasks(self) -> None:
        """Tasks whose end lies in the window. One that was done after the day is one that was not done."""
        rules = self.rules
        due = Coalesce("deferred_to", "due_at", output_field=DateTimeField())
        first = self.begin - timedelta(days=longest_deferral())
        found = (
            self.span.of(Task.objects.order_by())
            .filter(due_at__gte=first, due_at__lt=self.end)
            .exclude(state=TaskState.EXEMPT)
            .annotate(end=due)
            .filter(end__gte=self.begin, end__lt=self.end)
        )
        kept, late = Q(done_at__lte=F("end")), Q(done_at__gt=F("end"), done_at__lt=self.end)
        today = Q(end__gte=end_of(self.day - timedelta(days=1)))
        training, commitment = Q(rule__in=rules.persons.training_rules), Q(rule__in=rules.commitments.rules)
        missed = today & (Q(done_at=None) | Q(done_at__gte=self.end))
        sums = {
            Count.TASKS_ON_TIME: Sum("weight", filter=kept),
            Count.TASKS_LATE: Sum("weight", filter=late),
            Count.TASKS_DUE: Sum("weight"),
            Count.CHECKS: Number("pk", filter=Q(rule__in=rules.hazards.check_rules) & (kept | late)),
            Count.TRAININGS: Sum("weight", filter=training),
            Count.TRAININGS_KEPT: Sum("weight", filter=training & kept),
            Count.COMMITMENTS: Number("pk", filter=commitment),
            Count.COMMITMENTS_KEPT: Number("pk", filter=commitment & kept),
            Count.TODAY_ON_TIME: Sum("weight", filter=today & kept),
            Count.TODAY_LATE: Sum("weight", filter=today & late),
            Count.TODAY_MISSED: Sum("weight", filter=missed),
        }
        named = {column.name.lower(): number for column, number in sums.items()}
        self.put(found.values_list("object_id").annotate(**named).values_list("object_id", *named), *sums)

    def findings_and_checks(self) -> None:
        """Hidden dangers that are overdue at the end of the day or known in the window, and inspections held in it."""
        not_yet = Q(rectified_at=None) | Q(rectified_at__gte=self.end)
        overdue = Q(due_on__lt=self.day, unserved=False, own=False) & not_yet & (Q(closed_at=None) | Q(closed_at__gte=self.end))
        known = (
            self.span.of(Finding.objects.order_by())
            .filter(found_at__lt=self.end)
            .filter(Q(rectified_at=None) | Q(rectified_at__gte=self.begin))
            .filter(Q(closed_at=None) | Q(closed_at__gte=self.begin))
            .exclude(state=FindingState.WITHDRAWN)
        )
        numbers = {
            "ordinary": Number("pk", filter=overdue & Q(grade=FindingGrade.ORDINARY)),
            "major": Number("pk", filter=overdue & Q(grade=FindingGrade.MAJOR)),
            "known": Number("pk"),
        }
        self.put(
            known.values_list("object_id").annotate(**numbers).values_list("object_id", *numbers),
            Count.OVERDUE_ORDINARY,
            Count.OVERDUE_MAJOR,
            Count.CHECKS,
        )
        held = self.span.of(Inspection.objects.order_by()).filter(ended_at__gte=self.begin, ended_at__lt=self.end)
        self.put(held.values_list("object_id").annotate(held=Number("pk")).values_list("object_id", "held"), Count.CHECKS)

    def persons(self) -> None:
        """People who need a certificate and whether it is valid; leading persons' shifts with a verdict."""
        valid = PersonCertificate.objects.filter(
            person=OuterRef("pk"), name=OuterRef("required_certificate"), status="valid"
        ).filter(Q(expires=None) | Q(expires__gte=self.day))
        people = self.span.of(KeyPerson.objects.order_by()).filter(active=True).exclude(required_certificate="")
        counted = people.annotate(valid=Exists(valid)).values_list("object_id")
        self.put(
            counted.annotate(asked=Number("pk"), kept=Number("pk", filter=Q(valid=True))).values_list(
                "object_id", "asked", "kept"
            ),
            Count.CERTIFICATES,
            Count.CERTIFICATES_VALID,
        )
        shifts = (
            self.span.of(DutyVerdict.objects.order_by(), "shift__person__object_id")
            .filter(shift__end_at__gte=self.begin, shift__end_at__lt=self.end, state__in=JUDGED, shift__leave=False)
            .filter(shift__role__in=self.rules.persons.leader_roles)
        )
        present = Number("pk", filter=Q(state=DutyState.ON_POST))
        self.put(
            shifts.values_list("shift__person__object_id")
            .annotate(asked=Number("pk"), kept=present)
            .values_list("shift__person__object_id", "asked", "kept"),
            Count.SHIFTS,
            Count.SHIFTS_KEPT,
        )

    def monitoring(self) -> None:
        """Sensors and when they were heard; their alarms and questions to the firm about its power, handled in time or not."""
        rules = self.rules.monitoring
        heard_ms = ms_from_datetime(self.end - timedelta(hours=rules.online_h))
        owners: dict[Key, int] = {}
        own = own_sensors(self.span)
        unheard = {UUID(str(sensor)): sensor for sensor, (_one, last_ms) in own.items() if (last_ms or 0) < heard_ms}
        told = outages(unheard, first=self.end - timedelta(hours=rules.online_h), last=self.end)
        planned = {unheard[sensor] for sensor in told}
        for sensor, (one, last_ms) in own.items():
            row = self.rows.get(one)
            if row is not None:
                owners[sensor] = row
                self.counts[row, Count.SENSORS] += 1
                self.counts[row, Count.SENSORS_ONLINE] += (last_ms or 0) >= heard_ms or sensor in planned
        if owners:
            for alarm in alarms_within(self.span, since=self.begin, until=self.end, rules=rules):
                row, kept = owners.get(alarm.sensor), alarm.kept_by(self.end)
                if row is not None and kept is not None:
                    self.counts[row, Count.ALARMS] += 1
                    self.counts[row, Count.ALARMS_IN_TIME] += kept
        episodes = self.span.of(Episode.objects.order_by()).filter(detected_at__gte=self.begin, detected_at__lt=self.end)
        # A day ahead (what lifts) has no entries yet: there a question that nobody has answered lapses at its time.
        questions = with_question_counts(episodes, until=self.end)
        numbers = {"asked": Number("pk"), "kept": Number("pk", filter=Q(question_kept=True))}
        self.put(
            questions.values_list("object_id").annotate(**numbers).values_list("object_id", *numbers),
            Count.ALARMS,
            Count.ALARMS_IN_TIME,
        )

    def facts(self) -> Iterator[FactRow]:
        """Facts that still take points, or make red, on this day."""
        for row, kind, source in self._all_facts():
            if self._counts(kind, source):
                yield row, kind, source

    def appeals(self, facts: list[FactRow]) -> tuple[list[FactRow], list[ReliefRow]]:
        """The facts with the appeals that were won against them, and what appeals gave back of parts."""
        won = self.span.of(Appeal.objects.all()).filter(won=True, day__lte=self.day, until__gte=self.day)
        against: dict[tuple[int, str, str], str] = {}
        relief: list[ReliefRow] = []
        fields = ("object_id", "pk", "reason_code", "line_key", "granted")
        for one, pk, code, key, granted in won.order_by("decided_at", "pk").values_list(*fields):
            row = self.row(one)
            if row is not None and code in _PARTS:
                relief.append((row, _PARTS[code], ReliefSource(str(pk), granted)))
            elif row is not None:
                against[row, code, key] = str(pk)
        appealed = [
            (row, kind, FactSource(source.key, source.began_on, source.ended_on, against.get((row, kind, source.key), "")))
            for row, kind, source in facts
        ]
        return appealed, relief

    def _counts(self, kind: str, source: FactSource) -> bool:
        rule = self.figures.deductions.get(kind)
        ended = source.ended_on is not None
        if not ended and kind in self.figures.red_lines:
            return True
        if rule is None:
            return False
        if rule.whole_while_open and source.ended_on is None:
            return True
        since = source.ended_on if rule.whole_while_open and source.ended_on else source.began_on
        return (self.day - since).days < rule.decay_days

    def _all_facts(self) -> Iterator[FactRow]:
        yield from self._events()
        yield from self._penalties()
        yield from self._major_dangers()

    def _events(self) -> Iterator[FactRow]:
        events = self.span.of(PointsEvent.objects.order_by("began_on", "key")).filter(began_on__lte=self.day)
        for one, kind, key, began, ended in events.values_list("object_id", "kind", "key", "began_on", "ended_on"):
            row = self.row(one)
            if row is not None:
                yield row, kind, FactSource(key, began, ended if ended and ended <= self.day else None)

    def _penalties(self) -> Iterator[FactRow]:
        penalties = self.span.of(Penalty.objects.order_by("decided_on", "document_number")).filter(decided_on__lte=self.day)
        for one, severe, number, decided in penalties.values_list("object_id", "severe", "document_number", "decided_on"):
            row = self.row(one)
            if row is not None:
                yield row, SEVERE_PENALTY if severe else PENALTY, FactSource(f"penalty:{number}", decided)

    def _major_dangers(self) -> Iterator[FactRow]:
        major = (
            self.span.of(Finding.objects.order_by("found_at", "number"))
            .filter(grade=FindingGrade.MAJOR, found_at__lt=self.end, own=False)
            .exclude(state=FindingState.WITHDRAWN)
        )
        fields = ("object_id", "number", "found_at", "due_on", "rectified_at", "closed_at", "unserved")
        for one, number, found, due, rectified, closed, unserved in major.values_list(*fields):
            row = self.row(one)
            if row is None:
                continue
            if closed is not None and closed < self.end and _local(closed) == _local(found):
                continue  # put right and re-checked on the day on which it was found: no night has seen it
            key = f"finding:{number}"
            yield row, MAJOR_DANGER, FactSource(key, _local(found), self._by_then(closed))
            if not unserved and due < self.day and self._by_then(rectified) is None and self._by_then(closed) is None:
                yield row, MAJOR_OVERDUE, FactSource(key, due + timedelta(days=1))

    def _by_then(self, moment: datetime | None) -> date | None:
        """The local day of what had happened by the end of the day."""
        return None if moment is None or moment >= self.end else _local(moment)


def _local(moment: datetime) -> date:
    return timezone.localtime(moment).date()
