"""The firm's own commitment on the page Today."""

from datetime import datetime
from typing import TYPE_CHECKING, Final

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from tocsin.hazchem.commitments.policy import due_moment, is_due_day
from tocsin.hazchem.commitments.queries.commitments import rows_of_day, that_commit, visible_commitments
from tocsin.screens.home import HomeFigure, HomeLine, HomePiece, PieceRead, figures_of, first_lines, trend_of
from tocsin.supervision.face import SupervisedObject, rows_of_visible
from tocsin.supervision.objects.rules import rights

if TYPE_CHECKING:
    from tocsin.screens.request import Actor


def commitment(user: "Actor", now: datetime) -> PieceRead:
    """The reader's own firms with today's commitment: given, or to be signed until when."""
    day = timezone.localdate(now)
    own = rows_of_visible(SupervisedObject.objects.all(), user, path="", permissions=(rights.OWN,))
    rows = rows_of_day(list(that_commit(own)), day, now=now)
    asked = [one for one in rows if one.given is None and not one.elsewhere]
    due = due_moment(day)
    lines = [
        HomeLine(one.firm.name, reverse("safety_commitments_of", args=[one.firm.pk]), _("to sign"), due, due <= now)
        for one in asked
    ]
    trend = trend_of(visible_commitments(user).filter(current=True), "signed_at", now)
    page = reverse("safety_commitments")
    given = HomeFigure(_("signed today"), f"{len(rows) - len(asked)} / {len(rows)}", page)
    return PieceRead(
        figures=figures_of(given, HomeFigure(_("signed in 7 days"), str(trend.this), page, trend.compared)) if rows else (),
        lines=first_lines(lines) if is_due_day(day) else (),
        trend=trend if rows else None,
        trend_words=_("Commitments by day"),
        empty=not rows,
    )


PIECES: Final = (
    HomePiece(
        "commitment",
        pgettext_lazy("today", "Safety commitment"),
        rights.OWN,
        "safety_commitments",
        pgettext_lazy("today", "Your firm is not asked for a daily commitment."),
        read=commitment,
    ),
)
