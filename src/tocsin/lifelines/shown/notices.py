"""What the owner of an object reads of a proposed correction, and what comes back to whoever proposed it."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from tocsin.lifelines.rules.edits import ASKED_FOR_IT, CORRECTION, OWNS
from tocsin.lifelines.shown.words import correction_name
from tocsin.notices.face import Contribution, PurposeCard, upward_lines

if TYPE_CHECKING:
    from uuid import UUID

    from tocsin.notices.face import Notice

_HEADS = {
    "proposed": gettext_lazy("On site it is otherwise than in your network's register: %(what)s."),
    "accepted": gettext_lazy("Your correction of a network was accepted: %(what)s."),
    "refused": gettext_lazy("Your correction of a network was refused: %(what)s."),
}


def texts(notices: "Sequence[Notice]") -> "Mapping[UUID, str]":
    """What is otherwise, or what was answered."""
    return {one.pk: "\n".join([*upward_lines(one), *_lines(one.figures)]) for one in notices}


def page(notice: "Notice") -> str:
    """The correction."""
    return reverse("network_correction", args=[notice.figures["correction"]])


def _lines(figures: Mapping[str, str]) -> list[str]:
    what = " · ".join(filter(None, (figures["code"], correction_name(figures["kind"]))))
    lines = [str(_HEADS[figures["act"]]) % {"what": what}, figures["text"]]
    if figures["answer"]:
        lines.append(_("Answer: %(answer)s") % {"answer": figures["answer"]})
    return lines


NOTICES = Contribution(
    purposes=(
        PurposeCard(
            CORRECTION,
            pgettext_lazy("purpose of a notice", "correction of a network"),
            texts=texts,
            page=page,
            acted_on=page,
            permissions=("assets.manage", "duty.keep"),
            stays=True,
        ),
    ),
    reasons={
        OWNS: pgettext_lazy("told as", "owner of the object"),
        ASKED_FOR_IT: pgettext_lazy("told as", "proposed it"),
    },
)
