"""Two months side by side as people and programs read them: each figure with the one before and what changed."""

from datetime import datetime
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy
from ninja import Field, Schema

from tocsin.command.quality.queries.months import AreaMonths, MonthFigures
from tocsin.command.quality.rules import TwoMonths

WIDTH: Final = 60
"""Of the longest bar, in units of the picture."""


class ComparedOut(Schema):
    """A figure of this month beside the same of the month before; null where there is none."""

    this: float | None
    last: float | None

    @property
    def change(self) -> float | None:
        """By how much it is larger than before."""
        return None if self.this is None or self.last is None else self.this - self.last

    @property
    def bars(self) -> tuple[float, float]:
        """Lengths of both bars, the longer one WIDTH."""
        longest = max(self.this or 0, self.last or 0) or 1
        return round(WIDTH * (self.this or 0) / longest, 1), round(WIDTH * (self.last or 0) / longest, 1)


class AreaMonthsOut(Schema):
    """One area. `confirm_s`: within how many seconds half of its alarms were confirmed; `prevented`: real matters that were found
    and mended before an incident was declared; `dangers`: hidden dangers that were closed.
    """

    region_code: str
    region: str
    alarms: ComparedOut
    confirm_s: ComparedOut
    cases: ComparedOut = Field(description="opened")
    closed: ComparedOut
    prevented: ComparedOut
    dangers: ComparedOut

    @property
    def figures(self) -> list[tuple[Promise, ComparedOut, bool]]:
        """The figures in the order of the table: in words, both months, whether they are seconds."""
        return [(words, getattr(self, name), name.endswith("_s")) for name, words in FIGURES]


FIGURES: Final = (
    ("alarms", gettext_lazy("Alarms")),
    ("confirm_s", gettext_lazy("Half confirmed within")),
    ("cases", gettext_lazy("Cases opened")),
    ("closed", gettext_lazy("Cases closed")),
    ("prevented", gettext_lazy("Mended before an incident")),
    ("dangers", gettext_lazy("Hidden dangers closed")),
)
"""The columns of the table."""


class MonthsOut(Schema):
    """This month as far as it has come, and as much of the month before, by area: the whole first."""

    since: datetime
    until: datetime
    last_since: datetime
    last_until: datetime
    areas: list[AreaMonthsOut]


def describe_months(months: TwoMonths, areas: list[AreaMonths]) -> MonthsOut:
    """Both months of all areas."""
    return MonthsOut(
        since=months.since,
        until=months.until,
        last_since=months.last_since,
        last_until=months.last_until,
        areas=[_area(one) for one in areas],
    )


def _area(one: AreaMonths) -> AreaMonthsOut:
    return AreaMonthsOut(
        region_code=one.region.code,
        region=str(one.region),
        alarms=ComparedOut(this=one.this.alarms, last=one.last.alarms),
        confirm_s=ComparedOut(this=one.this.confirm.half_s, last=one.last.confirm.half_s),
        **{name: ComparedOut(this=now, last=before) for name, now, before in _counts(one.this, one.last)},
    )


def _counts(this: MonthFigures, last: MonthFigures) -> list[tuple[str, int, int]]:
    return [
        ("cases", this.opened, last.opened),
        ("closed", this.closed, last.closed),
        ("prevented", this.prevented, last.prevented),
        ("dangers", this.dangers, last.dangers),
    ]
