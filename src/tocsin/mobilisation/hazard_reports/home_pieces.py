"""Reports by the public on the page Today."""

from datetime import datetime
from typing import TYPE_CHECKING, Final

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from tocsin.jurisdiction.face import scope
from tocsin.mobilisation.hazard_reports.models import HazardReport
from tocsin.mobilisation.hazard_reports.queries.reports import search_reports
from tocsin.mobilisation.hazard_reports.rules import rights
from tocsin.mobilisation.hazard_reports.shown.reports import describe_report
from tocsin.screens.home import MOST_LINES, HomeFigure, HomeLine, HomePiece, PieceRead, figures_of, trend_of

if TYPE_CHECKING:
    from tocsin.screens.request import Actor


def reports(user: "Actor", now: datetime) -> PieceRead:
    """Open reports, those in danger of life or late, and how many came on each of the last days."""
    found = {one: search_reports(user, which=one, now=now) for one in ("open", "danger", "late")}
    numbers = {one: rows.order_by().count() for one, rows in found.items()}
    trend = trend_of(scope(HazardReport.objects.all(), user, rights.SEE), "received_at", now)
    page = reverse("hazard_reports")
    lines = []
    for row in found["open"][:MOST_LINES]:
        told = describe_report(row)
        lines.append(HomeLine(f"{told.number} · {told.kind_name}", reverse("hazard_report", args=[row.pk]), told.state_name))
    return PieceRead(
        figures=figures_of(
            HomeFigure(
                _("danger to life"), str(numbers["danger"]), f"{page}?which=danger", tone="red" if numbers["danger"] else ""
            ),
            HomeFigure(_("late"), str(numbers["late"]), f"{page}?which=late", tone="orange" if numbers["late"] else ""),
            HomeFigure(_("open"), str(numbers["open"]), page),
            HomeFigure(_("came in 7 days"), str(trend.this), f"{page}?which=", trend.compared),
        ),
        lines=tuple(lines),
        trend=trend,
        trend_words=_("Reports by day"),
        empty=not numbers["open"],
    )


PIECES: Final = (
    HomePiece(
        "hazard_reports",
        pgettext_lazy("today", "Reports by the public"),
        rights.SEE,
        "hazard_reports",
        pgettext_lazy("today", "No report is open. What citizens send, and what is taken in at the desk, comes here."),
        read=reports,
    ),
)
