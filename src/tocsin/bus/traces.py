"""Where a trace goes on: the span in which an alarm was raised or a case was opened, for those who come back to it by its id.

Written and asked for only where spans are told to somebody (`base.tracing`). A row is kept for a day; what comes later begins a
trace of its own.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.utils import timezone

from tocsin.base import tracing
from tocsin.bus.envelope import Event
from tocsin.bus.models import TraceParent

KEPT: Final = timedelta(days=1)
SUBJECTS: Final = ("alarm_id", "case_id")
"""The fields of events by which they are told below what they tell of."""


def remember_trace(subject: UUID) -> None:
    """What happens to it later belongs below the span that is open here; in the caller's transaction. The first one stays."""
    if place := tracing.here():
        TraceParent.objects.bulk_create([TraceParent(subject=subject, parent=place, at=timezone.now())], ignore_conflicts=True)


def traces_of(subjects: Iterable[UUID]) -> Mapping[UUID, str]:
    """The place of each of which one is remembered; nothing, and no question, where spans are told to nobody."""
    ids = set(subjects) if tracing.is_on() else set()
    return dict(TraceParent.objects.filter(pk__in=ids).values_list("subject", "parent")) if ids else {}


def trace_of(subject: UUID) -> str:
    """The place of this one; empty where none is remembered."""
    return traces_of([subject]).get(subject, "")


def traced(events: list[Event]) -> list[Event]:
    """The same events, each with a span of its way to the log below what it tells of, from which its readers go on."""
    subjects = [_subject(event) for event in events]
    known = traces_of(one for one in subjects if one is not None)
    return [
        _told(event, known[subject]) if subject is not None and subject in known else event
        for event, subject in zip(events, subjects, strict=True)
    ]


def _told(event: Event, parent: str) -> Event:
    with tracing.span("event relayed", parent=parent, event=event.name, id=event.id):
        return event.below(tracing.here())


def _subject(event: Event) -> UUID | None:
    named = next((event.data[field] for field in SUBJECTS if event.data.get(field)), None)
    try:
        return None if named is None else UUID(str(named))
    except ValueError:
        return None


def forget_traces(*, now: datetime) -> None:
    """Lets go what is older than a day of the machine's clock."""
    TraceParent.objects.filter(at__lt=timezone.now() - KEPT).delete()
