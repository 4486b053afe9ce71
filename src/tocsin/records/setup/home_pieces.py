"""Checks of the installation on the page Today."""

from datetime import datetime
from typing import TYPE_CHECKING, Final

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from tocsin.jurisdiction.areas.rules.codes import EVERYWHERE
from tocsin.records.setup.queries import chosen_area, read_checks
from tocsin.screens.home import HomeFigure, HomeLine, HomePiece, PieceRead, figures_of, first_lines
from tocsin.screens.readiness import Sight, Stake

if TYPE_CHECKING:
    from tocsin.screens.request import Actor


def checks(user: "Actor", now: datetime) -> PieceRead:
    """What is missing or odd, those that endanger people first; each leads to the page where it is mended."""
    found = [one for one in read_checks(Sight(user, chosen_area(user, "") or EVERYWHERE, now)) if one.finding.count]
    danger = sum(one.check.stake is Stake.DANGER for one in found)
    lines = [
        HomeLine(str(one.check.title), reverse(one.check.page), str(one.finding.count), late=one.check.stake is Stake.DANGER)
        for one in found
    ]
    page = reverse("readiness")
    return PieceRead(
        figures=figures_of(
            HomeFigure(_("checks that found something"), str(len(found)), page),
            HomeFigure(_("of them may hide a danger"), str(danger), page, tone="red" if danger else ""),
        ),
        lines=first_lines(lines),
        empty=not found,
    )


PIECES: Final = (
    HomePiece(
        "checks",
        pgettext_lazy("today", "What is missing"),
        "system.see",
        "readiness",
        pgettext_lazy("today", "Nothing is missing."),
        read=checks,
    ),
)
