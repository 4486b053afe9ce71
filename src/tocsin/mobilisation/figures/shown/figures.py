"""An edition with its rows, for the page, for files and for programs."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

import msgspec
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from ninja import Field, Schema

from tocsin.mobilisation.figures.rules.areas import REST, above
from tocsin.mobilisation.figures.rules.counting import ALL, NO_TRADE, Figures, share_true
from tocsin.mobilisation.figures.rules.periods import Period, read_period
from tocsin.supervision.face import region_name, trade_name

if TYPE_CHECKING:
    from tocsin.mobilisation.figures.models import FigureEdition

_HIDDEN = "empty where it is hidden"


class HazardFiguresRowOut(Schema):
    """The figures of an area and a trade, sums among them. What is hidden is empty: 1 to `k - 1`, or it would tell of such."""

    area: str = Field(description="code of GB/T 2260; with + behind it: what lies in none of the areas below")
    area_name: str
    trade: str = Field(description="key of the list of trades; empty: all; -: others, or not known")
    trade_name: str
    accepted: int | None = Field(description=f"reports that were accepted; {_HIDDEN}")
    checked: int | None = Field(description=_HIDDEN)
    true: int | None = Field(description=f"found true or partly true; {_HIDDEN}")
    share_true: float | None = Field(description=f"of what was checked, 0 to 1; {_HIDDEN}")
    answered: int | None = Field(description=_HIDDEN)
    median_days: float | None = Field(description=f"whole days from receipt to answer; {_HIDDEN}")
    removed: int | None = Field(description=f"true ones that were closed, with evidence; {_HIDDEN}")
    rewards: int | None = Field(description=f"rewards that were paid; {_HIDDEN}")
    yuan: int | None = Field(description=f"paid in all; {_HIDDEN}")


class HazardFiguresPeriodOut(Schema):
    """One period that was published, in its newest edition."""

    period: str = Field(description="2026-10, 2026-Q4 or 2026")
    name: str
    edition: int = Field(description="1; a correction is a further one")
    published_at: datetime | None = Field(description="empty: under way")
    reason: str = Field(description="why it was published before its day, or corrected")
    k: int = Field(description="of fewer nothing is told")
    region_code: str
    region_name: str


class HazardFiguresOut(HazardFiguresPeriodOut):
    """One period with its rows."""

    rows: list[HazardFiguresRowOut]


def period_name(written: str) -> str:
    """The period in the reader's language."""
    period = read_period(written)
    if period is None:
        return written
    return _name(period)


def _name(period: Period) -> str:
    if period.months == 1:
        return date_format(period.first, pgettext("format of a month", "F Y"))
    figures = {"year": period.first.year, "quarter": period.first.month // 3 + 1}
    return (
        pgettext("period", "Quarter %(quarter)s of %(year)s") if period.months == 3 else pgettext("period", "%(year)s")
    ) % figures


def area_name(code: str) -> str:
    """The area in the reader's language."""
    if code.endswith(REST):
        return _("%(area)s, no district named") % {"area": region_name(code.removesuffix(REST))}
    return _("All areas") if code == "000000" else region_name(code)


def trade_words(key: str) -> str:
    """The trade in the reader's language."""
    return pgettext("trades", "All trades") if key == ALL else _("Other trades") if key == NO_TRADE else trade_name(key)


def describe_row(one: Figures) -> HazardFiguresRowOut:
    """One row."""
    told = {name: value for name, value in msgspec.structs.asdict(one).items() if name != "not_true"}
    return HazardFiguresRowOut(
        area_name=area_name(one.area), trade_name=trade_words(one.trade), share_true=share_true(one), **told
    )


def describe_period(edition: "FigureEdition") -> HazardFiguresPeriodOut:
    """One period without its rows."""
    return HazardFiguresPeriodOut(
        period=edition.period,
        name=period_name(edition.period),
        edition=edition.number,
        published_at=edition.published_at,
        reason=edition.reason,
        k=edition.k,
        region_code=edition.region_code,
        region_name=area_name(edition.region_code),
    )


def describe_edition(edition: "FigureEdition", figures: Iterable[Figures]) -> HazardFiguresOut:
    """One period with its rows."""
    return HazardFiguresOut(**describe_period(edition).dict(), rows=[describe_row(one) for one in figures])


def rows_of(figures: Mapping[tuple[str, str], Figures], area: str) -> tuple[list[HazardFiguresRowOut], list[HazardFiguresRowOut]]:
    """The area with those below it, all trades together; and the area trade by trade, without trades of which nothing is told."""
    below = [one for (code, trade), one in figures.items() if trade == ALL and (code == area or above(code) == area)]
    trades = [one for (code, trade), one in figures.items() if code == area and trade != ALL and _tells(one)]
    return [describe_row(one) for one in below], [describe_row(one) for one in trades]


def _tells(one: Figures) -> bool:
    return any((one.accepted, one.checked, one.answered, one.removed, one.rewards))


def areas_of(figures: Mapping[tuple[str, str], Figures]) -> list[tuple[str, str]]:
    """Areas that have others below them, with their names."""
    codes = [code for code, trade in figures if trade == ALL]
    inner = {above(code) for code in codes}
    return [(code, area_name(code)) for code in codes if code in inner]
