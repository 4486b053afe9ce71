"""Recording an event with the change that it tells, taking recorded events to the log, and changes that win their races."""

from collections.abc import Callable, Iterable, Sequence

import msgspec
from django.conf import settings
from django.db import IntegrityError, OperationalError, transaction

from tocsin.base.ids import new_id
from tocsin.bus.bulk import write_rows
from tocsin.bus.envelope import Event, event_name
from tocsin.bus.models import OutboxEvent
from tocsin.bus.traces import traced

ATTEMPTS = 8


def in_one_transaction[R](work: Callable[[], R]) -> R:
    """Does the work in one transaction; again where another writer was first or PostgreSQL ended a deadlock, 8 times at most."""
    for _ in range(ATTEMPTS - 1):
        try:
            with transaction.atomic():
                return work()
        except (IntegrityError, OperationalError):
            continue
    with transaction.atomic():
        return work()


def record_event(event: msgspec.Struct, *, region: str) -> None:
    """Writes the event into the outbox of the caller's transaction; it is sent once that has committed, else never.

    `event` is a frozen Struct of a capability's `events.py`: `tocsin.warning.alarms.events.AlarmRaised` is sent as
    `warning.AlarmRaised`, in the version of its class (`VERSION`, 1 where it names none). `region` is the code prefix whose
    people may see it. Consumers may see an event twice; its id tells.
    """
    record_events([(event, region)])


def record_events(events: Iterable[tuple[msgspec.Struct, str]]) -> None:
    """Many events with the region of each, in their order: see `record_event`. One statement."""
    told = list(events)
    write_rows(
        OutboxEvent,
        {
            "event_id": [new_id() for _one in told],
            "recorded_at": [settings.CONFIGURATION.clock.now()] * len(told),
            "name": [event_name(type(event)) for event, _region in told],
            "version": [getattr(type(event), "VERSION", 1) for event, _region in told],
            "region_code": [region for _event, region in told],
            "data": [msgspec.json.encode(event).decode() for event, _region in told],
        },
    )


def waiting_events(limit: int) -> list[tuple[int, Event]]:
    """The oldest recorded events with their row numbers."""
    rows = list(OutboxEvent.objects.order_by("pk")[:limit])
    return list(zip([row.pk for row in rows], traced([_envelope(row) for row in rows]), strict=True))


def forget_events(rows: Sequence[int]) -> None:
    """Removes rows whose events are in the log."""
    OutboxEvent.objects.filter(pk__in=rows).delete()


def _envelope(row: OutboxEvent) -> Event:
    at = row.recorded_at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return Event(id=str(row.event_id), at=at, name=row.name, version=row.version, region=row.region_code, data=row.data)
