"""What people are told of their own duty, in words, and where that is acted upon."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from tocsin.jurisdiction.face import HOLE_NAMES
from tocsin.notices.messages.queries.contributions import Contribution, PurposeCard
from tocsin.notices.messages.shown import upward_lines
from tocsin.notices.rosters.rules import DUTY, PLANNER, ROSTER
from tocsin.screens.words import in_language, listed, span

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from tocsin.notices.messages.models import Notice

_DUTY = {
    "shift": gettext_lazy("You are on duty at %(where)s: %(hours)s."),
    "swap_asked": gettext_lazy("%(name)s asks you to take the hours %(hours)s at %(where)s. Please answer under “My duty”."),
    "swap_agreed": gettext_lazy("%(name)s takes your hours %(hours)s at %(where)s."),
    "swap_refused": gettext_lazy("%(name)s does not take your hours %(hours)s at %(where)s: you stay on duty."),
    "swap_withdrawn": gettext_lazy("%(name)s has taken back the request for %(hours)s at %(where)s: nothing changes."),
}


def texts(notices: "Sequence[Notice]") -> "Mapping[UUID, str]":
    """A shift that comes, a swap, or holes ahead."""
    return {one.pk: "\n".join([*upward_lines(one), *_of_roster(one.figures)]) for one in notices}


def page(notice: "Notice") -> str:
    """The roster with its first hole, or one's own duty."""
    figures = notice.figures
    first = figures["holes"][0]["roster"]["id"] if figures["duty"] == "holes" else ""
    return reverse("roster", args=[first]) if first else reverse("own_duty")


def _of_roster(figures: Mapping[str, Any]) -> list[str]:
    if figures["duty"] == "holes":
        lines = [_hole(one) for one in figures["holes"]]
        return [_("Nobody will be on duty at %(body)s:") % {"body": in_language(figures["organisation"])}, *lines]
    where = listed(in_language(figures["organisation"]), in_language(figures["roster"]))
    words = {"where": where, "hours": span(figures["hours"]), "name": figures.get("name", "")}
    lines = [str(_DUTY[figures["duty"]]) % words]
    if figures.get("in_return"):
        lines.append(_("In return: %(hours)s.") % {"hours": span(figures["in_return"])})
    return lines


def _hole(hole: Mapping[str, Any]) -> str:
    why = HOLE_NAMES.get(hole["why"], hole["why"])
    words = {"roster": in_language(hole["roster"]), "hours": span(hole["hours"]), "why": why}
    return _("%(roster)s, %(hours)s: %(why)s") % words


NOTICES = Contribution(
    purposes=(PurposeCard(DUTY, pgettext_lazy("purpose of a notice", "duty roster"), texts=texts, acted_on=page),),
    reasons={
        ROSTER: pgettext_lazy("told as", "on the roster"),
        PLANNER: pgettext_lazy("told as", "plans the roster"),
    },
)
