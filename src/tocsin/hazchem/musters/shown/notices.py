"""What control rooms, people and the desk of the area are told of musters."""

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from tocsin.hazchem.musters.rules.notices import BEGUN, DESK, ENDED, GATHER, ROOM
from tocsin.hazchem.positions.rules.rights import COMMAND, OWN
from tocsin.notices.face import Contribution, PurposeCard, upward_lines
from tocsin.screens.words import listed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from uuid import UUID

    from tocsin.notices.face import Notice


def texts(notices: "Sequence[Notice]") -> "Mapping[UUID, str]":
    """What somebody reads who is told of a muster."""
    return {one.pk: "\n".join([*upward_lines(one), _words(one.purpose, one.figures)]) for one in notices}


def page(notice: "Notice") -> str:
    """The muster's own page."""
    return reverse("plant_muster", args=[notice.figures["muster"]])


def _words(purpose: str, figures: "Mapping[str, Any]") -> str:
    if purpose == ENDED:
        return _ended(figures)
    told = {"firm": figures["firm"], "count": figures["people"], "points": listed(*figures["points"]) or "–"}
    if purpose == GATHER:
        words = _("Leave and go to a muster point of %(firm)s: %(points)s.") % told
    else:
        words = _("%(firm)s is evacuated: %(count)s people are to be found.") % told
    if figures["drill"]:
        words = _("DRILL. %(words)s") % {"words": words}
    return f"{words} {figures['reason']}".strip()


def _ended(figures: "Mapping[str, Any]") -> str:
    counts = {"missing": figures["missing"], "point": figures["at_point"], "out": figures["out"], "seen": figures["seen"]}
    words = _("%(firm)s: the muster has ended. %(missing)s missing, %(point)s at muster points, %(out)s out, %(seen)s seen.") % {
        "firm": figures["firm"],
        **counts,
    }
    if figures["drill"]:
        words = _("DRILL. %(words)s") % {"words": words}
    return f"{words} {figures['note']}".strip()


NOTICES = Contribution(
    purposes=(
        PurposeCard(
            BEGUN,
            pgettext_lazy("purpose of a notice", "muster of a plant"),
            texts=texts,
            page=page,
            acted_on=page,
            permissions=(OWN, COMMAND[1]),
        ),
        PurposeCard(
            ENDED,
            pgettext_lazy("purpose of a notice", "muster of a plant has ended"),
            texts=texts,
            page=page,
            permissions=(OWN, COMMAND[1]),
        ),
        PurposeCard(
            GATHER,
            pgettext_lazy("purpose of a notice", "go to the muster point"),
            texts=texts,
            page=page,
            permissions=(OWN,),
            stays=True,
        ),
    ),
    reasons={
        ROOM: pgettext_lazy("told as", "control room of the firm"),
        DESK: pgettext_lazy("told as", "desk of the area of a muster"),
        GATHER: pgettext_lazy("told as", "on the roll of a muster"),
    },
)
