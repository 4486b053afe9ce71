"""What other capabilities tell in the log of events and people have to know, with the position read so far in one transaction."""

from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from tocsin.bus.services import in_one_transaction
from tocsin.command.casebook.models import LogPosition
from tocsin.command.routing.services import posts as presence_news
from tocsin.command.routing.services import rosters as duty_news

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tocsin.bus.envelope import Event

CONSUMER = "people-told"
NAMES = frozenset((*duty_news.NAMES, *presence_news.NAMES))


def told_position() -> int:
    """Sequence of the last event whose notices are written; 0 at the very beginning."""
    return LogPosition.objects.filter(consumer=CONSUMER).values_list("sequence", flat=True).first() or 0


def tell_people(*, events: "Sequence[Event]", position: int, now: datetime) -> int:
    """The notices that follow from these events, once; returns how many were written."""
    return in_one_transaction(partial(_tell, events, position, now))


def _tell(events: "Sequence[Event]", position: int, now: datetime) -> int:
    of_rosters = [one for one in events if one.name in duty_news.NAMES]
    of_posts = [one for one in events if one.name in presence_news.NAMES]
    written = duty_news.tell_of_rosters(of_rosters, now) if of_rosters else 0
    written += presence_news.tell_of_posts(of_posts, now) if of_posts else 0
    LogPosition.objects.update_or_create(consumer=CONSUMER, defaults={"sequence": position})
    return written
