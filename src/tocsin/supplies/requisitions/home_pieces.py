"""Requisitions that run, on the page Today."""

from datetime import datetime
from typing import TYPE_CHECKING, Final

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from tocsin.screens.home import MOST_LINES, HomeFigure, HomeLine, HomePiece, PieceRead, figures_of, trend_of
from tocsin.supplies.catalogue.rules import rights
from tocsin.supplies.requisitions.queries.requisitions import visible_requisitions

if TYPE_CHECKING:
    from tocsin.screens.request import Actor


def running(user: "Actor", now: datetime) -> PieceRead:
    """Requisitions that are not at their end, the next step first that is due first, and how many were drawn up on each day."""
    rows = visible_requisitions(user, state="running")
    number, page = rows.order_by().count(), reverse("requisitions")
    trend = trend_of(visible_requisitions(user), "drafted_at", now)
    late = rows.filter(due_at__lte=now).order_by().count()
    lines = tuple(
        HomeLine(
            one.number,
            reverse("requisition", args=[one.pk]),
            str(one.owner or ""),
            one.due_at,
            bool(one.due_at and one.due_at <= now),
        )
        for one in rows.order_by("due_at", "number")[:MOST_LINES]
    )
    return PieceRead(
        figures=figures_of(
            HomeFigure(_("running"), str(number), page),
            HomeFigure(_("with a step late"), str(late), page, tone="red" if late else ""),
            HomeFigure(_("drawn up in 7 days"), str(trend.this), f"{page}?state=", trend.compared),
        ),
        lines=lines,
        trend=trend,
        trend_words=_("Requisitions by day"),
        empty=not number,
    )


PIECES: Final = (
    HomePiece(
        "requisitions",
        pgettext_lazy("today", "Requisitions"),
        rights.SEE,
        "requisitions",
        pgettext_lazy("today", "No requisition runs."),
        read=running,
    ),
)
