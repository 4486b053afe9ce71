"""What those who keep networks, and the desk of the area, read of a planned work."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from tocsin.notices.face import Contribution, PurposeCard, upward_lines
from tocsin.screens.words import in_language, listed, span
from tocsin.warning.covers.rules import KEEPS_NETWORK, PLANNED_WORK, WATCHES
from tocsin.warning.covers.shown.covers import kind_name

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from tocsin.notices.face import Notice

_HEADS = {
    "entered": gettext_lazy("Planned work near your network: %(kind)s, %(where)s, %(hours)s."),
    "prolonged": gettext_lazy("The planned work near your network has another end: %(kind)s, %(where)s, %(hours)s."),
    "ended": gettext_lazy("The planned work near your network is over before its time: %(kind)s, %(where)s."),
    "asked": gettext_lazy("A second person is needed to make alarms silent: %(kind)s, %(where)s, %(hours)s."),
}


def texts(notices: "Sequence[Notice]") -> "Mapping[UUID, str]":
    """What is done where and by whom, or what waits for a second person."""
    return {one.pk: "\n".join([*upward_lines(one), *_lines(one.figures)]) for one in notices}


def page(notice: "Notice") -> str:
    """The planned work."""
    return reverse("cover", args=[notice.figures["cover"]])


def _lines(figures: Mapping[str, Any]) -> list[str]:
    where = listed(in_language(figures["asset"]), figures["street"]) or _("see the page")
    words = {"kind": kind_name(figures["kind"]), "where": where, "hours": span(figures["hours"])}
    lines = [str(_HEADS[figures["act"]]) % words, figures["what"]]
    on_site = listed(in_language(figures["by"]), figures["who"], figures["contact"])
    if on_site:
        lines.append(_("On site: %(names)s.") % {"names": on_site})
    if figures["reason"]:
        lines.append(_("Reason: %(reason)s.") % {"reason": figures["reason"]})
    return lines


NOTICES = Contribution(
    purposes=(
        PurposeCard(
            PLANNED_WORK,
            pgettext_lazy("purpose of a notice", "planned work"),
            texts=texts,
            page=page,
            acted_on=page,
            permissions=("orders.work", "alarms.handle"),
            stays=True,
        ),
    ),
    reasons={
        KEEPS_NETWORK: pgettext_lazy("told as", "keeps a network there"),
        WATCHES: pgettext_lazy("told as", "desk of the area"),
    },
)
