"""What waits for a person to act: kinds that every subject contributes, gathered with their clocks.

A subject lists its kinds beside what else is shown of it, and `portal/catalogue/` names the list in `WAITING`:

    WAITING = (WaitingKind("appeal", _("Appeals to answer"), ("supervision.lead",), found=appeals_to_answer, tell=tell_appeal),)
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.module_loading import import_string

if TYPE_CHECKING:
    from tocsin.screens.request import Actor

MOST: Final = 200  # rows of one kind that a list shows; what is due first is among them
SOON: Final = timedelta(days=1)  # what ends within it goes before what has no end


@dataclass(frozen=True)
class Waiting:
    """One thing that waits: about whom or where in words, where it is done, since when, and until when at most."""

    about: str
    address: str
    since: datetime
    due: datetime | None = None


@dataclass(frozen=True)
class WaitingKind:
    """A kind of things that wait. `found`: those that the user may act upon, due first; `tell`: one of them in words;
    instead of it `tell_all`: several in words, in their order, where the words of each would ask the database for a name.

    `permissions`: without any of them nothing is looked for. What `found` answers is cut to the user's areas by itself.
    """

    code: str
    words: Promise
    permissions: tuple[str, ...]
    found: "Callable[[Actor, datetime], QuerySet[Any] | Sequence[Any]]"
    tell: Callable[[Any], Waiting] | None = None
    tell_all: Callable[[list[Any]], list[Waiting]] | None = None

    def in_words(self, rows: list[Any]) -> list[Waiting]:
        """All rows in words, in their order."""
        if self.tell_all is not None:
            return self.tell_all(rows)
        if self.tell is None:
            raise TypeError(f"the kind {self.code} tells nothing of its rows")
        return [self.tell(row) for row in rows]


def end_of_day(day: date) -> datetime:
    """The end of the last day on which something may be done."""
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time()))


@cache
def _gathered(names: tuple[str, ...]) -> tuple[WaitingKind, ...]:
    return tuple(kind for name in names for kind in import_string(name.replace(":", ".")))


def waiting_kinds() -> tuple[WaitingKind, ...]:
    """All kinds in the order of the catalogue."""
    return _gathered(tuple(settings.WAITING))


def rows_of(kind: WaitingKind, user: "Actor", now: datetime) -> list[Waiting]:
    """What of this kind waits for the user, at most MOST."""
    return kind.in_words(list(islice(kind.found(user, now), MOST)))


def count_of(kind: WaitingKind, user: "Actor", now: datetime) -> int:
    """How many of this kind wait for the user."""
    found = kind.found(user, now)
    return found.order_by().count() if isinstance(found, QuerySet) else len(found)


def by_urgency(rows: Iterable[tuple[WaitingKind, Waiting]], now: datetime) -> list[tuple[WaitingKind, Waiting]]:
    """What is overdue first, the longest overdue before all; then what ends within a day, the soonest first; then what has no
    end, the oldest first; then what ends later.
    """

    def order(pair: tuple[WaitingKind, Waiting]) -> tuple[int, datetime]:
        due, since = pair[1].due, pair[1].since
        if due is None:
            return 2, since
        return (0 if due <= now else 1 if due <= now + SOON else 3), due

    return sorted(rows, key=order)
