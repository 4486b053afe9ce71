"""What other capabilities tell in the log of events and people have to know, with the position read so far in one transaction."""

from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from django.conf import settings

from tocsin.bus.envelope import decode_event, read_events
from tocsin.bus.services import in_one_transaction
from tocsin.command.casebook.models import LogPosition
from tocsin.command.routing.services import posts as presence_news
from tocsin.command.routing.services import rosters as duty_news

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tocsin.bus.envelope import Event, Told

CONSUMER = "people-told"
FULL = 200  # entries after which the position is written though they concern nobody
KINDS = (*duty_news.KINDS, *presence_news.KINDS)


def told_position() -> int:
    """Sequence of the last event whose notices are written; 0 at the very beginning."""
    return LogPosition.objects.filter(consumer=CONSUMER).values_list("sequence", flat=True).first() or 0


def tell_entries(entries: "Sequence[tuple[int, bytes]]") -> None:
    """What is told of rosters and key posts, to the people concerned. What concerns nobody is read again after a restart."""
    events = [decode_event(payload) for _sequence, payload in entries]
    if len(entries) >= FULL or any(read_events(events, KINDS)):
        tell_people(events=events, position=entries[-1][0], now=settings.CONFIGURATION.clock.now())


def tell_people(*, events: "Iterable[Event]", position: int, now: datetime) -> int:
    """The notices that follow from these events, once; returns how many were written."""
    return in_one_transaction(partial(_tell, list(read_events(events, KINDS)), position, now))


def _tell(events: "Sequence[Told[Any]]", position: int, now: datetime) -> int:
    of_rosters = [told for told in events if isinstance(told.event, duty_news.KINDS)]
    of_posts = [told.event for told in events if isinstance(told.event, presence_news.KINDS)]
    written = duty_news.tell_of_rosters(of_rosters, now) if of_rosters else 0
    written += presence_news.tell_of_posts(of_posts, now) if of_posts else 0
    LogPosition.objects.update_or_create(consumer=CONSUMER, defaults={"sequence": position})
    return written
