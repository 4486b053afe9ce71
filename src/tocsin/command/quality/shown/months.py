"""Two months side by side as people and programs read them: each figure with the one before and what changed."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy
from ninja import Field, Schema

from tocsin.command.quality.queries.happenings import Happening
from tocsin.command.quality.queries.months import AreaMonths, BothMonths, Measured
from tocsin.command.quality.rules import MonthMeasure, TwoMonths
from tocsin.command.quality.shown.happenings import kinds_of
from tocsin.screens.comparison import Period, compare_numbers, compare_times

WIDTH: Final = 60
"""Of the longest bar, in units of the picture."""

MEASURE_NAMES: Final[dict[MonthMeasure, Promise]] = {
    MonthMeasure.ALARMS: pgettext_lazy("figure of a month", "Alarms"),
    MonthMeasure.CONFIRMED: pgettext_lazy("figure of a month", "Alarm to confirmation"),
    MonthMeasure.ARRIVED: pgettext_lazy("figure of a month", "First signal to crew on site"),
    MonthMeasure.CLOSED: pgettext_lazy("figure of a month", "First signal to closing"),
    MonthMeasure.OPENED: pgettext_lazy("figure of a month", "Cases opened"),
    MonthMeasure.PREVENTED: pgettext_lazy("figure of a month", "Mended before an incident"),
    MonthMeasure.DANGERS: pgettext_lazy("figure of a month", "Hidden dangers closed"),
    MonthMeasure.RED: pgettext_lazy("figure of a month", "Red and open now"),
    MonthMeasure.OVERDUE: pgettext_lazy("figure of a month", "Orders late now"),
}
TIMED: Final = (MonthMeasure.CONFIRMED, MonthMeasure.ARRIVED, MonthMeasure.CLOSED)
"""What is told by the time that it took; of the rest the number counts."""


class ComparedOut(Schema):
    """A figure of this month beside the same of the month before; null where there is none."""

    this: float | None
    last: float | None

    @property
    def bars(self) -> tuple[float, float]:
        """Lengths of both bars, the longer one WIDTH."""
        longest = max(self.this or 0, self.last or 0) or 1
        return round(WIDTH * (self.this or 0) / longest, 1), round(WIDTH * (self.last or 0) / longest, 1)


class MonthFigureOut(Schema):
    """One figure of an area. The rows behind it: `GET …/alarm-quality/months/rows` with the same area and measure."""

    measure: MonthMeasure
    measure_name: str
    count: ComparedOut
    half_s: ComparedOut = Field(description="seconds within which half of them came; null where nothing is timed")
    most_s: ComparedOut = Field(description="seconds within which nine tenths of them came")

    @property
    def is_timed(self) -> bool:
        """Whether the page tells times rather than the number."""
        return self.measure in TIMED

    @property
    def compared(self) -> str:
        """How the figure stands beside the month before, in words; of a time, that within which half came."""
        if self.count.this is None or self.count.last is None or not (self.count.this or self.count.last):
            return ""
        if self.is_timed:
            return compare_times(self.half_s.this, self.half_s.last)
        return compare_numbers(int(self.count.this), int(self.count.last), Period.MONTH)


class AreaMonthsOut(Schema):
    """One area with its figures, in the order of the page."""

    region_code: str
    region: str
    figures: list[MonthFigureOut]


class PreventedKindOut(Schema):
    """Matters of one kind that were mended before an incident, in the whole area."""

    kind: str
    count: ComparedOut


class MonthsOut(Schema):
    """This month as far as it has come, and as much of the month before, by area: the whole first."""

    since: datetime
    until: datetime
    last_since: datetime
    last_until: datetime
    reaches: bool = Field(description="whether the past reaches to the month before; else every `last` is null")
    areas: list[AreaMonthsOut]
    prevented: list[PreventedKindOut] = Field(description="by kind, in the whole area; the most frequent first")


def describe_months(
    months: TwoMonths, areas: Iterable[AreaMonths], prevented: BothMonths[list[Happening]], *, reaches: bool
) -> MonthsOut:
    """Both months of all areas, and by kind what was prevented; `reaches`: whether the past reaches to the month before."""
    return MonthsOut(
        since=months.since,
        until=months.until,
        last_since=months.last_since,
        last_until=months.last_until,
        reaches=reaches,
        areas=[_area(one, reaches=reaches) for one in areas],
        prevented=_kinds(prevented, reaches=reaches),
    )


def _kinds(prevented: BothMonths[list[Happening]], *, reaches: bool) -> list[PreventedKindOut]:
    this, last = kinds_of(prevented.this), kinds_of(prevented.last)
    kinds = sorted({*this, *last}, key=lambda kind: (-this[kind], -last[kind], kind))
    return [
        PreventedKindOut(kind=kind, count=ComparedOut(this=this[kind], last=last[kind] if reaches else None)) for kind in kinds
    ]


def _area(one: AreaMonths, *, reaches: bool) -> AreaMonthsOut:
    last = one.last if reaches else {}
    figures = [_figure(measure, one.this[measure], last.get(measure)) for measure in MEASURE_NAMES]
    return AreaMonthsOut(region_code=one.region.code, region=str(one.region), figures=figures)


def _figure(measure: MonthMeasure, this: Measured, last: Measured | None) -> MonthFigureOut:
    timed = measure in TIMED
    return MonthFigureOut(
        measure=measure,
        measure_name=str(MEASURE_NAMES[measure]),
        count=ComparedOut(this=this.count, last=last.count if last else None),
        half_s=ComparedOut(this=this.spread.half_s if timed else None, last=last.spread.half_s if timed and last else None),
        most_s=ComparedOut(this=this.spread.most_s if timed else None, last=last.spread.most_s if timed and last else None),
    )
