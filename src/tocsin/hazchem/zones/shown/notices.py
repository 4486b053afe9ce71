"""What the control room is told of breaches."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from tocsin.hazchem.positions.rules.rights import OWN
from tocsin.hazchem.zones.rules.notices import BREACH
from tocsin.hazchem.zones.shown.words import BREACH_NAMES, figure_words
from tocsin.notices.face import Contribution, PurposeCard, upward_lines
from tocsin.screens.words import listed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from uuid import UUID

    from tocsin.notices.face import Notice


def texts(notices: "Sequence[Notice]") -> "Mapping[UUID, str]":
    """What somebody reads who is told of a breach."""
    return {one.pk: "\n".join([*upward_lines(one), _words(one.figures)]) for one in notices}


def page(notice: "Notice") -> str:
    """The page of the breach, where it is acknowledged."""
    return reverse("zone_breach", args=[notice.figures["breach"]])


def _words(figures: "Mapping[str, Any]") -> str:
    at = timezone.localtime(datetime.fromisoformat(figures["at"]))
    where = listed(*filter(None, (figures["firm"], figures["zone"], figures["holder"])))
    told = {"kind": BREACH_NAMES[figures["kind"]], "where": where, "at": f"{at:%m-%d %H:%M:%S}"}
    figure = figure_words(figures["kind"], figures["value"], figures["limit"])
    words = _("%(kind)s: %(where)s, since %(at)s.") % told
    return f"{words} {figure}" if figure else words


NOTICES = Contribution(
    purposes=(
        PurposeCard(
            BREACH,
            pgettext_lazy("purpose of a notice", "zone of a plant"),
            texts=texts,
            page=page,
            acted_on=page,
            permissions=(OWN,),
            stays=True,
        ),
    ),
)
