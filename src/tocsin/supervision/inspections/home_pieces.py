"""Hidden dangers on the page Today."""

from datetime import datetime
from typing import TYPE_CHECKING, Final

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from tocsin.screens.home import MOST_LINES, HomeFigure, HomeLine, HomePiece, PieceRead, figures_of, trend_of
from tocsin.supervision.inspections.queries.findings import search_findings, visible_findings
from tocsin.supervision.objects.rules import rights

if TYPE_CHECKING:
    from tocsin.screens.request import Actor


def dangers(user: "Actor", now: datetime) -> PieceRead:
    """Hidden dangers that are not closed, those with which the firm is late, and how many were closed on each day."""
    late = search_findings(user, now=now, state="overdue")
    unclosed = search_findings(user, now=now, state="unclosed").order_by().count()
    trend = trend_of(visible_findings(user), "closed_at", now)
    lines = [
        HomeLine(
            one.object.name,
            reverse("finding", args=[one.pk]),
            _("%(number)s, due %(day)s") % {"number": one.number, "day": f"{one.due_on:%m-%d}"},
            late=True,
        )
        for one in late[:MOST_LINES]
    ]
    number, page = late.order_by().count(), reverse("findings")
    return PieceRead(
        figures=figures_of(
            HomeFigure(_("not closed"), str(unclosed), page),
            HomeFigure(_("overdue"), str(number), f"{page}?state=overdue", tone="red" if number else ""),
            HomeFigure(_("closed in 7 days"), str(trend.this), f"{page}?state=closed", trend.compared),
        ),
        lines=tuple(lines),
        trend=trend,
        trend_words=_("Hidden dangers closed by day"),
        empty=not unclosed,
    )


PIECES: Final = (
    HomePiece(
        "dangers",
        pgettext_lazy("today", "Hidden dangers"),
        rights.SEE,
        "findings",
        pgettext_lazy("today", "No hidden danger is open. Plan an inspection where a firm turned yellow or red."),
        read=dangers,
    ),
    HomePiece(
        "own_dangers",
        pgettext_lazy("today", "Our hidden dangers"),
        rights.OWN,
        "findings",
        pgettext_lazy("today", "No hidden danger of ours is open."),
        read=dangers,
    ),
)
