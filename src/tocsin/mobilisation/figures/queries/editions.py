"""What was published. Editions never change, so that what one of them says is kept in memory."""

from functools import lru_cache
from typing import TYPE_CHECKING

from django.db.models import QuerySet

from tocsin.base.decoding import convert
from tocsin.mobilisation.figures.models import FigureEdition
from tocsin.mobilisation.figures.rules.counting import Figures, Tally
from tocsin.mobilisation.figures.rules.periods import Period, read_period

if TYPE_CHECKING:
    from uuid import UUID

_KEPT = 40


def editions() -> list[FigureEdition]:
    """The newest edition of each period, the newest period first; of one day the year before its quarters and months."""
    newest: dict[str, FigureEdition] = {}
    for one in _published().select_related("published_by").order_by("number"):
        newest[one.period] = one
    return sorted(newest.values(), key=lambda one: _place(one.period), reverse=True)


def edition_of(period: str) -> FigureEdition | None:
    """The newest edition of a period."""
    return _published().filter(period=period).order_by("-number").first()


def _published() -> QuerySet[FigureEdition]:
    return FigureEdition.objects.defer("tallies", "figures").exclude(published_at=None)


def latest_editions(count: int) -> list[FigureEdition]:
    """What was published last, corrections among it, the newest first."""
    return list(_published().order_by("-published_at", "-period", "-number")[:count])


def editions_of(period: str) -> list[FigureEdition]:
    """All of a period, the newest first; one that is under way among them."""
    found = FigureEdition.objects.defer("tallies", "figures").filter(period=period)
    return list(found.select_related("published_by").order_by("-number"))


def figures_of(edition: FigureEdition) -> dict[tuple[str, str], Figures]:
    """What an edition says, by area and trade."""
    return _figures(edition.pk)


@lru_cache(maxsize=_KEPT)
def _figures(edition_id: "UUID") -> dict[tuple[str, str], Figures]:
    kept = FigureEdition.objects.values_list("figures", flat=True).get(pk=edition_id)
    return {(one.area, one.trade): one for one in convert(kept, list[Figures])}


def tallies_of(edition: FigureEdition) -> list[Tally]:
    """What an edition was made of, with nothing hidden: for the next ones, never for a page."""
    return convert(FigureEdition.objects.values_list("tallies", flat=True).get(pk=edition.pk), list[Tally])


def _place(written: str) -> tuple[object, int]:
    period = read_period(written) or Period.__new__(Period)
    return period.end, period.months
