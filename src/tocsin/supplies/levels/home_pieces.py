"""Supplies below their minimum on the page Today."""

from datetime import datetime
from typing import TYPE_CHECKING, Final

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from tocsin.screens.home import MOST_LINES, HomeFigure, HomeLine, HomePiece, PieceRead, figures_of
from tocsin.screens.words import amount
from tocsin.supplies.catalogue.rules import rights
from tocsin.supplies.catalogue.rules.amounts import to_number
from tocsin.supplies.levels.queries.levels import visible_shortages
from tocsin.supplies.stock.shown.stock import item_name

if TYPE_CHECKING:
    from tocsin.screens.request import Actor


def shortages(user: "Actor", _now: datetime) -> PieceRead:
    """What a region has less of than its minimum, the longest first, with what is there and what is asked."""
    rows = visible_shortages(user)
    number = rows.order_by().count()
    lines = tuple(
        HomeLine(
            item_name(one.item),
            f"{reverse('supply_levels')}?region={one.region_code}",
            f"{amount(to_number(one.available))} / {amount(to_number(one.minimum))}",
        )
        for one in rows[:MOST_LINES]
    )
    return PieceRead(
        figures=figures_of(
            HomeFigure(_("below minimum"), str(number), reverse("supply_levels"), tone="orange" if number else "")
        ),
        lines=lines,
        empty=not number,
    )


PIECES: Final = (
    HomePiece(
        "shortages",
        pgettext_lazy("today", "Supplies below their minimum"),
        rights.LEAD,
        "supply_levels",
        pgettext_lazy("today", "Every kind with a minimum is there in full."),
        read=shortages,
    ),
)
