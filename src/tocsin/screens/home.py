"""Today: the page on which everybody begins, composed of pieces that subjects declare.

A subject lists its pieces in its `home_pieces.py`, and `portal/catalogue/home.py` names the lists in `HOME_PIECES`, and for each
role in which order which pieces stand there:

    PIECES = (HomePiece("tasks", _("Tasks"), "supervision.see", "tasks", _("…"), read=running_tasks),)

A piece is read only for who holds its permission; what it tells is cut to the reader's areas and body by its own query.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings
from django.db.models import Count, QuerySet
from django.db.models.functions import TruncDate
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.module_loading import import_string

from tocsin.screens.charts import Bar, bars

if TYPE_CHECKING:
    from tocsin.screens.request import Actor

SPAN_DAYS: Final = 7
"""Days that a figure counts, up to today, and days before them that it is compared with."""
MOST_LINES: Final = 6
WIDTH, HEIGHT = 168, 34


@dataclass(frozen=True)
class HomeFigure:
    """One number with what it counts. `before`: the same number of the span before, where there is one; `address`: its rows.

    `tone`: a class of style for what asks for attention (`red`, `orange`, `yellow`, `blue`, `good`).
    """

    words: str
    value: str
    address: str = ""
    before: str = ""
    tone: str = ""


@dataclass(frozen=True)
class HomeLine:
    """One thing of a piece: what it is, the page on which it is done, and until when."""

    about: str
    address: str
    note: str = ""
    due: datetime | None = None
    late: bool = False


@dataclass(frozen=True)
class Trend:
    """Numbers of local days, the oldest first, the last one today."""

    days: tuple[tuple[date, int], ...]

    @property
    def this(self) -> int:
        """The sum of the last span, today in it."""
        return sum(number for _day, number in self.days[-SPAN_DAYS:])

    @property
    def before(self) -> int:
        """The sum of the span before."""
        return sum(number for _day, number in self.days[-2 * SPAN_DAYS : -SPAN_DAYS])

    @property
    def is_told(self) -> bool:
        """Whether anything fell on any of the days."""
        return any(number for _day, number in self.days)

    @property
    def bars(self) -> list[Bar]:
        """The days as bars of a picture of WIDTH by HEIGHT."""
        return bars([(f"{day:%m-%d}", number) for day, number in self.days], width=WIDTH, height=HEIGHT)


@dataclass(frozen=True)
class PieceRead:
    """What a piece tells its reader: a few numbers, the most pressing lines, and the last days as a small picture."""

    figures: tuple[HomeFigure, ...] = ()
    lines: tuple[HomeLine, ...] = ()
    trend: Trend | None = None
    trend_words: str = ""
    empty: bool = False


@dataclass(frozen=True)
class HomePiece:
    """A piece of the page Today. `page`: the list that it leads to, by name, `query` its filter; `empty`: what to do next where
    nothing is in it; `permission`: without it nothing is looked for, and "" is everybody.
    """

    name: str
    title: Promise
    permission: str
    page: str
    empty: Promise
    read: "Callable[[Actor, datetime], PieceRead]"
    query: str = ""

    @property
    def address(self) -> str:
        """The list with its filter."""
        return reverse(self.page) + (f"?{self.query}" if self.query else "")


@dataclass(frozen=True)
class PieceShown:
    """A piece with what it told."""

    piece: HomePiece
    read: PieceRead = field(default_factory=PieceRead)


@cache
def _gathered(names: tuple[str, ...]) -> dict[str, HomePiece]:
    return {one.name: one for name in names for one in import_string(name.replace(":", "."))}


def home_pieces() -> dict[str, HomePiece]:
    """All pieces by their names."""
    return _gathered(tuple(settings.HOME_PIECES))


def pieces_of_roles(roles: Iterable[str]) -> list[HomePiece]:
    """The pieces of these roles, each once: those of the role first that stands first in the catalogue."""
    held = set(roles)
    names = [name for role, own in settings.HOME_PIECES_OF_ROLE.items() if role in held for name in own]
    return [home_pieces()[name] for name in dict.fromkeys(names)]


def trend_of(rows: "QuerySet[Any]", moment: str, now: datetime) -> Trend:
    """How many of the rows fell on each of the last days by that column, in local days. One query."""
    today = timezone.localdate(now)
    first = today - timedelta(days=2 * SPAN_DAYS - 1)
    begin = timezone.make_aware(datetime.combine(first, time()))
    found = rows.filter(**{f"{moment}__gte": begin, f"{moment}__lte": now}).order_by()
    counted = found.annotate(trend_day=TruncDate(moment, tzinfo=timezone.get_current_timezone())).values_list("trend_day")
    return trend_from(Counter(dict(counted.annotate(number=Count("pk")))), today)


def trend_from(counts: "Counter[date]", today: date) -> Trend:
    """The same of numbers by day that are at hand; a day without one is 0."""
    days = [today - timedelta(days=back) for back in range(2 * SPAN_DAYS - 1, -1, -1)]
    return Trend(tuple((day, counts[day]) for day in days))


def figures_of(*given: HomeFigure) -> tuple[HomeFigure, ...]:
    """Figures without those that are 0 and of which nothing is to be compared: what is not there asks for no look."""
    return tuple(one for one in given if one.value != "0" or one.before not in ("", "0"))


def first_lines(lines: Sequence[HomeLine]) -> tuple[HomeLine, ...]:
    """As many as a piece shows."""
    return tuple(lines[:MOST_LINES])
