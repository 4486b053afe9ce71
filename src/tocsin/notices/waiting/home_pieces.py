"""What waits for the reader, on the page Today."""

from datetime import datetime
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from tocsin.notices.waiting.queries import waiting_for
from tocsin.notices.waiting.shown import describe_waiting
from tocsin.screens.home import HomeFigure, HomeLine, HomePiece, PieceRead, figures_of, first_lines

if TYPE_CHECKING:
    from tocsin.screens.request import Actor


def waiting(user: "Actor", now: datetime) -> PieceRead:
    """What the reader can act upon, the longest overdue first; each line leads to the page on which it is done."""
    rows = describe_waiting(waiting_for(user, now=now), now=now)
    late = sum(one.overdue for one in rows)
    return PieceRead(
        figures=figures_of(
            HomeFigure(_("to do"), str(len(rows))), HomeFigure(_("of them late"), str(late), tone="red" if late else "")
        ),
        lines=first_lines([HomeLine(one.about, one.address, one.kind_name, one.due, one.overdue) for one in rows]),
        empty=not rows,
    )


PIECES: Final = (
    HomePiece(
        "waiting",
        pgettext_lazy("today", "Waits for me"),
        "",
        "waiting",
        pgettext_lazy("today", "Nothing waits for you. What comes appears here by itself when the page is opened again."),
        read=waiting,
    ),
)
