"""Certificates of key people that end soon, on the page Today."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext, pgettext_lazy

from tocsin.screens.home import MOST_LINES, HomeFigure, HomeLine, HomePiece, PieceRead, figures_of
from tocsin.supervision.objects.rules import rights
from tocsin.supervision.posts.queries.posts import visible_certificates
from tocsin.supervision.posts.shown.names import certificate_name

if TYPE_CHECKING:
    from tocsin.screens.request import Actor

AHEAD_DAYS: Final = 60


def certificates(user: "Actor", now: datetime) -> PieceRead:
    """Certificates that have ended or end within 60 days, the earliest first."""
    today = timezone.localdate(now)
    held = visible_certificates(user).filter(status="valid", expires__isnull=False)
    ended = held.filter(expires__lt=today).order_by().count()
    soon = held.filter(expires__gte=today, expires__lte=today + timedelta(days=AHEAD_DAYS))
    number = soon.order_by().count()
    first = held.filter(expires__lte=today + timedelta(days=AHEAD_DAYS)).order_by("expires", "pk")[:MOST_LINES]
    lines = tuple(
        HomeLine(
            f"{one.person.name} · {certificate_name(one.name)}",
            reverse("presence_of_firm", args=[one.person.object_id]),
            _("until %(day)s") % {"day": f"{one.expires:%Y-%m-%d}"},
            late=bool(one.expires and one.expires < today),
        )
        for one in first
    )
    return PieceRead(
        figures=figures_of(
            HomeFigure(pgettext("certificate", "expired"), str(ended), tone="red" if ended else ""),
            HomeFigure(_("end within 60 days"), str(number), tone="yellow" if number else ""),
        ),
        lines=lines,
        empty=not lines,
    )


PIECES: Final = (
    HomePiece(
        "certificates",
        pgettext_lazy("today", "Certificates of our people"),
        rights.OWN,
        "firm_phone",
        pgettext_lazy("today", "No certificate ends within 60 days."),
        read=certificates,
    ),
)
