"""What a leader reads whose signature a report waits for."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from tocsin.command.routing.rules import Purpose
from tocsin.command.routing.shown.cases import case_texts
from tocsin.notices.face import Contribution, PurposeCard
from tocsin.screens.words import short_moment

if TYPE_CHECKING:
    from tocsin.notices.face import Notice


def texts(notices: "Sequence[Notice]") -> dict[UUID, str]:
    """The report's number and when it is due."""
    return case_texts(notices, _lines)


def _lines(notice: "Notice") -> Iterable[str]:
    if "report" not in notice.figures:
        return []
    words = {"number": notice.figures["report"], "time": short_moment(notice.figures["due_at"])}
    if notice.figures.get("signed"):
        return [_("Report upward %(number)s is signed and no platform takes it: send it; it is due at %(time)s.") % words]
    return [_("Report upward %(number)s waits for your signature; it is due at %(time)s.") % words]


NOTICES = Contribution(purposes=(PurposeCard(Purpose.REPORT, pgettext_lazy("purpose of a notice", "report"), texts=texts),))
