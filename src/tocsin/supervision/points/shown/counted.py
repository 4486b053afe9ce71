"""The records behind a line of points, in words and with their pages; and where a fact comes from."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import pgettext_lazy
from ninja import Field, Schema

from tocsin.engine.work.firm import EpisodeKind
from tocsin.screens.words import listed
from tocsin.supervision.inspections.models import Finding
from tocsin.supervision.objects.shown import role_name
from tocsin.supervision.points.queries.counted import Counted, Record
from tocsin.supervision.tasks.queries.rules import task_name
from tocsin.supervision.work.shown.names import KIND_NAMES

KIND_WORDS = {
    "task": pgettext_lazy("record that counted", "task"),
    "finding": pgettext_lazy("record that counted", "hidden danger"),
    "inspection": pgettext_lazy("record that counted", "inspection"),
    "person": pgettext_lazy("record that counted", "certificate"),
    "shift": pgettext_lazy("record that counted", "shift"),
    "sensor": pgettext_lazy("record that counted", "sensor"),
    "alarm": pgettext_lazy("record that counted", "alarm"),
    "episode": pgettext_lazy("record that counted", "question about power"),
}
COUNTED_WORDS = {
    Counted.KEPT: pgettext_lazy("a record counted as", "in order"),
    Counted.LATE: pgettext_lazy("a record counted as", "late, counts half"),
    Counted.NOT: pgettext_lazy("a record counted as", "missing"),
    Counted.OVERDUE: pgettext_lazy("a record counted as", "overdue"),
    Counted.KNOWN: pgettext_lazy("a record counted as", "known"),
}
_CLASSES = {Counted.KEPT: "good", Counted.LATE: "warn", Counted.NOT: "bad", Counted.OVERDUE: "bad", Counted.KNOWN: ""}


class CountedRecordOut(Schema):
    """One record that a line of points counted."""

    kind: str
    kind_name: str
    name: str
    address: str = Field(description="path of its page; empty where it has none")
    at: datetime | date | None = Field(description="its end, its expiry, or when it was heard")
    counted: str = Field(description=", ".join(Counted))
    counted_name: str
    weight: int

    @property
    def css(self) -> str:
        """How a page marks it."""
        return _CLASSES[Counted(self.counted)]

    @property
    def at_told(self) -> str:
        """Its moment in words."""
        if isinstance(self.at, datetime):
            return timezone.localtime(self.at).strftime("%Y-%m-%d %H:%M")
        return self.at.isoformat() if self.at else "–"


def describe_records(records: Iterable[Record], *, own: bool) -> list[CountedRecordOut]:
    """Records in words; with links to the pages of the firm itself (`own`), or to those of the authority."""
    return [_described(record, own=own) for record in records]


def _described(record: Record, *, own: bool) -> CountedRecordOut:
    name, address = _named(record.kind, record.subject, own=own)
    return CountedRecordOut(
        kind=record.kind,
        kind_name=str(KIND_WORDS[record.kind]),
        name=name,
        address=address,
        at=record.at,
        counted=record.counted.value,
        counted_name=str(COUNTED_WORDS[record.counted]),
        weight=record.weight,
    )


def _named(kind: str, subject: Any, *, own: bool) -> tuple[str, str]:
    match kind:
        case "task":
            return task_name(subject.rule, subject.rules_version), reverse("task", args=[subject.pk])
        case "finding":
            return listed(subject.number, subject.text[:80]), reverse("finding", args=[subject.pk])
        case "inspection":
            return subject.number, "" if own else reverse("inspection", args=[subject.pk])
        case "person":
            words = listed(subject.name, role_name(subject.role), subject.required_certificate)
            return words, reverse("presence_of_firm", args=[subject.object_id])
        case "shift":
            person = subject.shift.person
            return listed(person.name, role_name(subject.shift.role)), reverse("presence_of_firm", args=[person.object_id])
        case "sensor":
            return str(subject), reverse("work_of_firm", args=[subject.object_id])
        case "alarm":
            _identity, place = subject
            return str(place), reverse("work_of_firm", args=[place.object_id])
        case _:
            return str(KIND_NAMES[EpisodeKind(subject.kind)]), reverse("episode", args=[subject.pk])


def fact_origin(key: str) -> tuple[str, str]:
    """Where a fact of this key comes from, in words, and the page of it; both empty for one that a person entered."""
    kind, _, what = key.partition(":")
    match kind:
        case "finding":
            found = Finding.objects.filter(number=what).values_list("pk", flat=True).first()
            return what, reverse("finding", args=[found]) if found else ""
        case "episode":
            return str(KIND_WORDS["episode"]), reverse("episode", args=[UUID(what)])
        case "penalty":
            return what, ""
    return "", ""
