"""Today: the page on which everybody begins, composed of pieces that subjects declare.

A subject lists its pieces in its `home_pieces.py`, and `portal/catalogue/home.py` names the lists in `HOME_PIECES`, and for each
role in which order which pieces stand there:

    PIECES = (HomePiece("tasks", _("Tasks"), "supervision.see", "tasks", _("…"), read=running_tasks),)

A piece is read only for who holds its permission; what it tells is cut to the reader's areas and body by its own query.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings
from django.db.models import Count, Q, QuerySet
from django.db.models.functions import TruncDate
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.module_loading import import_string

from tocsin.screens.charts import Bar, bars
from tocsin.screens.comparison import Period, compare_numbers, has_begun_before

if TYPE_CHECKING:
    from tocsin.screens.request import Actor

SPAN_DAYS: Final = 7
"""Days that a figure counts, up to today, and days before them that it is compared with."""
MOST_LINES: Final = 6
WIDTH, HEIGHT = 168, 34


@dataclass(frozen=True)
class HomeFigure:
    """One number with what it counts. `compared`: how it stands beside the period before, in words; `address`: its rows.

    `tone`: a class of style for what asks for attention (`red`, `orange`, `yellow`, `blue`, `good`).
    """

    words: str
    value: str
    address: str = ""
    compared: str = ""
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
    """Numbers of local days, the oldest first, the last one today. `before`: how many there were in the span before, up to the
    same hour of its last day; None where the past does not reach so far.
    """

    days: tuple[tuple[date, int], ...]
    before: int | None = None

    @property
    def this(self) -> int:
        """The sum of the last span, today in it."""
        return sum(number for _day, number in self.days[-SPAN_DAYS:])

    @property
    def compared(self) -> str:
        """The last span beside the one before, in words; "" where there was nothing in either."""
        return compare_numbers(self.this, self.before, Period.WEEK) if self.this or self.before else ""

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
    """What a piece tells its reader: a few numbers, the most pressing lines, and the last days as a small picture.

    `note`: what holds for all figures.
    """

    figures: tuple[HomeFigure, ...] = ()
    lines: tuple[HomeLine, ...] = ()
    trend: Trend | None = None
    trend_words: str = ""
    note: str = ""
    empty: bool = False


@dataclass(frozen=True)
class HomePiece:
    """A piece of the page Today. `page`: the list that it leads to, by name, `query` its filter; `empty`: what to do next where
    nothing is in it; `permission`: without it nothing is looked for, and "" is everybody;
    `read` answers None where the piece does not concern the reader at all.
    """

    name: str
    title: Promise
    permission: str
    page: str
    empty: Promise
    read: "Callable[[Actor, datetime], PieceRead | None]"
    query: str = ""

    @property
    def address(self) -> str:
        """The list with its filter."""
        return reverse(self.page) + (f"?{self.query}" if self.query else "")


@dataclass(frozen=True)
class PieceShown:
    """A piece with what it told."""

    piece: HomePiece
    read: PieceRead


@cache
def _gathered(names: tuple[str, ...]) -> dict[str, HomePiece]:
    return {one.name: one for name in names for one in import_string(name.replace(":", "."))}


def home_pieces() -> dict[str, HomePiece]:
    """All pieces by their names."""
    return _gathered(tuple(settings.HOME_PIECES))


def read_pieces(pieces: Iterable[HomePiece], user: "Actor", now: datetime) -> list[PieceShown]:
    """What these pieces tell the reader, without those that do not concern the reader."""
    told = [(one, one.read(user, now)) for one in pieces]
    return [PieceShown(one, read) for one, read in told if read is not None]


def pieces_of_roles(roles: Iterable[str]) -> list[HomePiece]:
    """The pieces of these roles, each once: those of the role first that stands first in the catalogue. Of other roles
    what waits.
    """
    held = set(roles)
    names = [name for role, own in settings.HOME_PIECES_OF_ROLE.items() if role in held for name in own]
    return [home_pieces()[name] for name in dict.fromkeys(names or ("waiting",))]


def trend_of(rows: "QuerySet[Any]", moment: str, now: datetime) -> Trend:
    """How many of the rows fell on each of the last days by that column, in local days; the span before is counted up to the same
    hour, so that no part of a day is held against a whole one.
    """
    today = timezone.localdate(now)
    begin = timezone.make_aware(datetime.combine(today - timedelta(days=2 * SPAN_DAYS - 1), time()))
    week_ago = now - timedelta(days=SPAN_DAYS)
    found = rows.filter(**{f"{moment}__gte": begin, f"{moment}__lte": now}).order_by()
    by_day = found.annotate(trend_day=TruncDate(moment, tzinfo=timezone.get_current_timezone())).values("trend_day")
    counted = by_day.annotate(number=Count("pk"), earlier=Count("pk", filter=Q(**{f"{moment}__lte": week_ago})))
    days = {day: (number, earlier) for day, number, earlier in counted.values_list("trend_day", "number", "earlier")}
    first = begin + timedelta(days=1)
    reaches = has_begun_before(first) or rows.filter(**{f"{moment}__lt": first}).exists()
    before = sum(earlier for _number, earlier in days.values())
    return trend_from(Counter({day: number for day, (number, _earlier) in days.items()}), today, before if reaches else None)


def trend_from(counts: "Counter[date]", today: date, before: int | None = None) -> Trend:
    """The same of numbers by day that are at hand; a day without one is 0."""
    days = [today - timedelta(days=back) for back in range(2 * SPAN_DAYS - 1, -1, -1)]
    return Trend(tuple((day, counts[day]) for day in days), before)


def figures_of(*given: HomeFigure) -> tuple[HomeFigure, ...]:
    """Figures without those that are 0 and of which nothing is to be compared: what is not there asks for no look."""
    return tuple(one for one in given if one.value != "0" or one.compared)


def first_lines(lines: Sequence[HomeLine]) -> tuple[HomeLine, ...]:
    """As many as a piece shows."""
    return tuple(lines[:MOST_LINES])
