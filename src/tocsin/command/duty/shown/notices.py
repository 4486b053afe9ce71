"""What whoever is on call reads when a shift waits for a second signature."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from tocsin.command.routing.rules import Purpose
from tocsin.command.routing.shown.cases import case_texts
from tocsin.notices.face import Contribution, PurposeCard

if TYPE_CHECKING:
    from tocsin.notices.face import Notice


def texts(notices: "Sequence[Notice]") -> dict[UUID, str]:
    """How many matters are open."""
    return case_texts(notices, _lines)


def _lines(notice: "Notice") -> Iterable[str]:
    if "matters" not in notice.figures:
        return []
    return [_("A shift waits for your signature; open matters: %(count)s.") % {"count": notice.figures["matters"]}]


NOTICES = Contribution(purposes=(PurposeCard(Purpose.HANDOVER, pgettext_lazy("purpose of a notice", "handover"), texts=texts),))
