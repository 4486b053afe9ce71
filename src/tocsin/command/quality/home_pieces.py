"""Leaders' figures on the page Today: this month beside the one before, and what stands red or late now."""

from datetime import datetime
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import pgettext_lazy

from tocsin.command.quality.queries.happenings import SEE
from tocsin.command.quality.queries.months import Measured, measured_in, reaches_month_before
from tocsin.command.quality.rules import MonthMeasure, TwoMonths, two_months
from tocsin.command.quality.shown.happenings import describe_happenings
from tocsin.command.quality.shown.months import MEASURE_NAMES, TIMED
from tocsin.jurisdiction.face import Region, regions_within
from tocsin.screens.comparison import TOO_EARLY, Period, compare_numbers, compare_times
from tocsin.screens.home import MOST_LINES, HomeFigure, HomeLine, HomePiece, PieceRead
from tocsin.screens.words import duration_words, listed

if TYPE_CHECKING:
    from tocsin.screens.request import Actor

OF_THE_MONTH: Final = (
    *TIMED,
    MonthMeasure.ALARMS,
    MonthMeasure.OPENED,
    MonthMeasure.PREVENTED,
    MonthMeasure.DANGERS,
)


def month(user: "Actor", now: datetime) -> PieceRead:
    """The reader's widest area: times to confirmation, crew and closing (half, nine tenths), and what was prevented."""
    area, months = _area(user), two_months(localtime(now))
    if area is None:
        return PieceRead(empty=True)
    reaches = reaches_month_before(months)
    figures = tuple(_figure(user, one, area.code, months, reaches=reaches) for one in OF_THE_MONTH)
    return PieceRead(figures=figures, note=str(area) if reaches else listed(str(area), str(TOO_EARLY)))


def _figure(user: "Actor", measure: MonthMeasure, area: str, months: TwoMonths, *, reaches: bool) -> HomeFigure:
    this, _rows_of_it = measured_in(user, area, measure, months, last=False)
    last = measured_in(user, area, measure, months, last=True)[0] if reaches else None
    return HomeFigure(str(MEASURE_NAMES[measure]), _told(measure, this), _rows(area, measure), _compared(measure, this, last))


def _told(measure: MonthMeasure, found: Measured) -> str:
    if measure not in TIMED:
        return f"{found.count:,}"
    return f"{duration_words(found.spread.half_s)} / {duration_words(found.spread.most_s)}" if found.count else "–"


def _compared(measure: MonthMeasure, this: Measured, last: Measured | None) -> str:
    if last is None or not (this.count or last.count):
        return ""
    if measure in TIMED:
        return compare_times(this.spread.half_s, last.spread.half_s)
    return compare_numbers(this.count, last.count, Period.MONTH)


def standing(user: "Actor", now: datetime) -> PieceRead:
    """Red cases that are open, and running orders with a step that is late, with the desks that have them."""
    area, months = _area(user), two_months(localtime(now))
    if area is None:
        return PieceRead(empty=True)
    figures, lines = [], []
    for measure in (MonthMeasure.RED, MonthMeasure.OVERDUE):
        counted, rows = measured_in(user, area.code, measure, months, last=False)
        tone = "red" if counted.count else "good"
        figures.append(HomeFigure(str(MEASURE_NAMES[measure]), str(counted.count), _rows(area.code, measure), tone=tone))
        for one in describe_happenings(user, measure, rows[: MOST_LINES // 2]):
            about = " · ".join(filter(None, (one.about, one.region, one.desk)))
            lines.append(HomeLine(about, one.address or _rows(area.code, measure), one.number, one.began_at, late=True))
    return PieceRead(figures=tuple(figures), lines=tuple(lines), note=str(area))


def _area(user: "Actor") -> Region | None:
    """The widest area whose figures the reader sees."""
    return regions_within(user, SEE).order_by("code").first()


def _rows(area: str, measure: MonthMeasure) -> str:
    return f"{reverse('month_rows')}?{urlencode({'region': area, 'measure': measure.value})}"


PIECES: Final = (
    HomePiece(
        "month",
        pgettext_lazy("today", "This month, beside as much of the one before"),
        SEE,
        "months",
        pgettext_lazy("today", "You lead no area yet: the security administrator gives the role for one."),
        read=month,
    ),
    HomePiece(
        "standing",
        pgettext_lazy("today", "Red or late now"),
        SEE,
        "months",
        pgettext_lazy("today", "Nothing is red or late."),
        read=standing,
    ),
)
