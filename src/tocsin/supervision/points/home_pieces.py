"""Colours of firms on the page Today: how many stand on which, and which became worse."""

from collections import Counter
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from tocsin.screens.comparison import Period, compare_numbers
from tocsin.screens.home import SPAN_DAYS, HomeFigure, HomeLine, HomePiece, PieceRead, first_lines, trend_from
from tocsin.supervision.objects.models import LedgerDay
from tocsin.supervision.objects.rules import rights
from tocsin.supervision.objects.rules.register import CodeColour
from tocsin.supervision.objects.shown import COLOUR_NAMES
from tocsin.supervision.points.queries.ledger import board, days_of_board, last_day, moved
from tocsin.supervision.points.shown.names import LADDER

if TYPE_CHECKING:
    from tocsin.screens.request import Actor

BAD: Final = ("red", "yellow")


def _name(colour: str) -> str:
    return str(COLOUR_NAMES[CodeColour(colour)])


def _was(row: LedgerDay) -> str | None:
    """The colour of the day before, as `moved` annotates it."""
    colour: str | None = getattr(row, "was", None)
    return colour


def _is_worse(before: str | None, after: str) -> bool:
    """Grey is neither better nor worse: there are not enough data."""
    return before is not None and "grey" not in (before, after) and LADDER.index(after) > LADDER.index(before)


def _compared(colour: str, here: dict[str, int], week_ago: dict[str, int] | None) -> str:
    return compare_numbers(here[colour], None if week_ago is None else week_ago[colour], Period.WEEK_AGO)


def colours(user: "Actor", now: datetime) -> PieceRead:
    """Firms by colour beside a week before, and those whose colour became worse in the newest night."""
    day = last_day()
    if day is None:
        return PieceRead(empty=True)
    here = board(user, day=day)
    worse = [one for one in moved(user, day=day) if _is_worse(_was(one), one.colour)]
    days = days_of_board(user, until=day, days=14)
    week_ago = next((one.all for one in days if one.day == day - timedelta(days=SPAN_DAYS)), None)
    trend = trend_from(Counter({one.day: sum(one.all.get(colour, 0) for colour in BAD) for one in days}), timezone.localdate(now))
    objects, turned = reverse("objects"), HomeFigure(_("became worse"), str(len(worse)), reverse("points"))
    by_colour = [
        HomeFigure(_name(one), str(here.all[one]), f"{objects}?colour={one}", _compared(one, here.all, week_ago), one)
        for one in BAD
    ]
    return PieceRead(
        figures=(*by_colour, turned),
        lines=first_lines(
            [
                HomeLine(
                    one.object.name,
                    reverse("points_of_object", args=[one.object_id]),
                    f"{_name(_was(one) or one.colour)} → {_name(one.colour)}",
                )
                for one in worse
            ]
        ),
        trend=trend,
        trend_words=_("Red and yellow firms by day"),
        empty=not sum(here.all.values()),
    )


PIECES: Final = (
    HomePiece(
        "colours",
        pgettext_lazy("today", "Colours of firms"),
        rights.SEE,
        "points",
        pgettext_lazy("today", "No firm has a colour yet: they are worked out every night."),
        read=colours,
    ),
)
