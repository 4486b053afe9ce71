"""Loops and backup of the installation on the page Today."""

from datetime import datetime
from typing import TYPE_CHECKING, Final

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from tocsin.bus.loops.standing import Health, loops_shown
from tocsin.records.system.policy import backup_due_s
from tocsin.records.system.queries import disk_free, newest_backup
from tocsin.screens.home import HomeFigure, HomeLine, HomePiece, PieceRead, first_lines

if TYPE_CHECKING:
    from tocsin.screens.request import Actor

GB: Final = 1e9
HOUR_S: Final = 3600


def installation(_user: "Actor", _now: datetime) -> PieceRead:
    """Loops that fail or stand still, the age of the newest backup beside what is allowed, and the room on the disk. These run by
    the machine's time.
    """
    now = timezone.now()
    loops = loops_shown(now=now)
    standing = [one for one in loops if one.health in (Health.FAILING, Health.SILENT)]
    page, backup = reverse("installation"), newest_backup()
    age_h = None if backup is None else (now - backup).total_seconds() / HOUR_S
    late = age_h is None or age_h * HOUR_S > backup_due_s()
    free = sum(one.value for one in disk_free(now)) / GB
    return PieceRead(
        figures=(
            HomeFigure(_("loops standing still"), str(len(standing)), reverse("loops"), tone="red" if standing else "good"),
            HomeFigure(_("loops at work"), str(len(loops) - len(standing)), reverse("loops")),
            HomeFigure(
                _("age of the newest backup, hours (at most %(most)d)") % {"most": backup_due_s() / HOUR_S},
                _("none") if age_h is None else f"{age_h:.0f}",
                page,
                tone="orange" if late else "good",
            ),
            HomeFigure(_("GB free on the disk"), f"{free:,.0f}", page),
        ),
        lines=first_lines([HomeLine(one.name, reverse("loops"), one.error[:120], late=True) for one in standing]),
    )


PIECES: Final = (
    HomePiece(
        "installation",
        pgettext_lazy("today", "Installation"),
        "system.see",
        "installation",
        pgettext_lazy("today", "No worker has spoken yet."),
        read=installation,
    ),
)
