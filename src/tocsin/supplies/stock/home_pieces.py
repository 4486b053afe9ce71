"""What ends in the stores on the page Today."""

from datetime import datetime
from typing import TYPE_CHECKING, Final

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from tocsin.screens.home import MOST_LINES, HomeFigure, HomeLine, HomePiece, PieceRead
from tocsin.supplies.catalogue.rules import rights
from tocsin.supplies.stock.queries.lots import StockFilters, visible_holdings
from tocsin.supplies.stock.rules.lots import Colour
from tocsin.supplies.stock.shown.stock import item_name

if TYPE_CHECKING:
    from tocsin.screens.request import Actor


def expiring(user: "Actor", now: datetime) -> PieceRead:
    """Lots in the reader's stores that have ended, and those that end soonest."""
    day = timezone.localdate(now)
    everything = visible_holdings(user, StockFilters(), day)
    lots = everything.order_by().count()
    numbers = {
        one: visible_holdings(user, StockFilters(colour=one), day).order_by().count() for one in (Colour.RED, Colour.ORANGE)
    }
    first = everything.filter(expires_on__isnull=False)[:MOST_LINES]
    words = {Colour.RED: _("past their last day"), Colour.ORANGE: _("end soon")}
    page = reverse("supply_stock")
    figures = [
        HomeFigure(words[one], str(number), f"{page}?colour={one.value}", tone=one.value if number else "")
        for one, number in numbers.items()
    ]
    return PieceRead(
        figures=(*figures, HomeFigure(_("lots in the stores"), str(lots), page)) if lots else (),
        lines=tuple(
            HomeLine(
                item_name(one.item),
                f"{page}?item={one.item_id}",
                _("%(store)s, until %(day)s") % {"store": one.store.name, "day": f"{one.expires_on:%Y-%m-%d}"},
                late=bool(one.expires_on and one.expires_on <= day),
            )
            for one in first
        ),
        empty=not lots,
    )


PIECES: Final = (
    HomePiece(
        "stock",
        pgettext_lazy("today", "Stock"),
        rights.SEE,
        "supply_stock",
        pgettext_lazy("today", "Nothing lies in your stores yet. Receive goods on the page of supplies, or bring in a table."),
        read=expiring,
    ),
)
