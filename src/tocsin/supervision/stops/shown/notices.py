"""What firms and those who supervise them are told of stops and resumptions, in words, and where it is acted upon."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from tocsin.engine.work.firm import WHOLE
from tocsin.notices.face import Contribution, PurposeCard, upward_lines
from tocsin.supervision.objects.rules import rights
from tocsin.supervision.stops.rules import OWN_FIRM, RESUMPTION, STOP_ORDER, SUPERVISES

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from tocsin.notices.face import Notice


def texts(notices: "Sequence[Notice]") -> "Mapping[UUID, str]":
    """What somebody reads who is told of a stop."""
    return {one.pk: "\n".join([*upward_lines(one), _line(one.figures, one.figures.get("as", one.why))]) for one in notices}


def page(notice: "Notice") -> str:
    """The stop's own page."""
    return reverse("stop", args=[notice.figures["stop"]])


def _line(figures: Mapping[str, Any], why: str) -> str:
    scope = _("the whole firm") if figures["scope"] == WHOLE else figures["scope"]
    told = {**figures, "scope": scope}
    if figures["what"] == "order":
        if why == OWN_FIRM:
            words = _("Order to stop %(number)s against %(firm)s, from %(first)s on: %(scope)s. Open it and take it.")
        else:
            words = _("Order to stop %(number)s against %(firm)s, from %(first)s on: to be served. It has no effect before.")
    elif figures["what"] == "asked":
        words = _("%(firm)s asks to work again after the stop %(number)s: its conditions are to be checked.")
    elif figures["what"] == "proposed":
        words = _("Stop %(number)s, %(firm)s: work from %(day)s on is proposed. Another person approves or refuses it.")
    elif figures["what"] == "approved":
        words = _("Stop %(number)s: %(firm)s may work again from %(day)s on.")
    else:
        words = _("Stop %(number)s: the resumption of %(firm)s is refused: %(words)s")
    return words % told


NOTICES = Contribution(
    purposes=(
        PurposeCard(
            STOP_ORDER,
            pgettext_lazy("purpose of a notice", "order to stop"),
            texts=texts,
            page=page,
            acted_on=page,
            permissions=(rights.OWN, rights.INSPECT),
        ),
        PurposeCard(
            RESUMPTION,
            pgettext_lazy("purpose of a notice", "resumption of work"),
            texts=texts,
            page=page,
            acted_on=page,
            permissions=(rights.OWN, rights.INSPECT),
        ),
    ),
    reasons={
        OWN_FIRM: pgettext_lazy("told as", "the firm itself"),
        SUPERVISES: pgettext_lazy("told as", "supervises the firm"),
    },
)
