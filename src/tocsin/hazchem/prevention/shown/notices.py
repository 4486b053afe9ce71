"""What firms are told of overdue checks and of measures that stand again."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from tocsin.hazchem.prevention.rules.notices import MENDED, OVERDUE
from tocsin.notices.face import Contribution, PurposeCard, upward_lines
from tocsin.supervision.objects.rules import rights

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from tocsin.notices.face import Notice


def texts(notices: "Sequence[Notice]") -> "Mapping[UUID, str]":
    """What somebody reads who is told of a check or a measure."""
    return {one.pk: "\n".join([*upward_lines(one), _words(one.purpose, one.figures)]) for one in notices}


def page(notice: "Notice") -> str:
    """The check's own page."""
    return reverse("risk_check", args=[notice.figures["check"]])


def _words(purpose: str, figures: Mapping[str, Any]) -> str:
    if purpose == MENDED:
        return _("%(firm)s, %(unit)s: hidden danger %(danger)s is closed; the measure stands again: %(measure)s") % figures
    if figures["principal"]:
        return (
            _("%(firm)s, %(unit)s: a check was due on %(due)s and nobody has made it: %(text)s. You answer for the firm.")
            % figures
        )
    return _("%(firm)s, %(unit)s: your check was due on %(due)s: %(text)s") % figures


NOTICES: Final = Contribution(
    purposes=(
        PurposeCard(
            OVERDUE,
            pgettext_lazy("purpose of a notice", "overdue check of a measure"),
            texts=texts,
            page=page,
            acted_on=page,
            permissions=(rights.OWN,),
        ),
        PurposeCard(
            MENDED,
            pgettext_lazy("purpose of a notice", "measure that stands again"),
            texts=texts,
            page=page,
            acted_on=page,
            permissions=(rights.OWN,),
        ),
    ),
)
