"""What publishers of figures are told of editions, in words, and where these are read."""

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from tocsin.mobilisation.figures.rules import rights
from tocsin.mobilisation.figures.rules.telling import FIGURES, PUBLISHES
from tocsin.mobilisation.figures.shown.figures import period_name
from tocsin.notices.face import Contribution, PurposeCard, upward_lines

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from uuid import UUID

    from tocsin.notices.face import Notice


def texts(notices: "Sequence[Notice]") -> "Mapping[UUID, str]":
    """Which period is out, or was corrected and why: all of it stands on a page for everybody."""
    return {one.pk: "\n".join([*upward_lines(one), _line(one.figures)]) for one in notices}


def page(notice: "Notice") -> str:
    """The page of the period, as everybody reads it."""
    return f"{reverse('hazard_figures')}?period={notice.figures['period']}"


def _line(figures: "Mapping[str, object]") -> str:
    told = {**figures, "period": period_name(str(figures["period"]))}
    if figures["edition"] == 1:
        return _("Figures about reports by the public: %(period)s is published.") % told
    return _("Figures about reports by the public: %(period)s was corrected (edition %(edition)s): %(reason)s") % told


NOTICES = Contribution(
    purposes=(
        PurposeCard(
            FIGURES,
            pgettext_lazy("purpose of a notice", "figures about reports by the public"),
            texts=texts,
            page=page,
            acted_on=page,
            permissions=(rights.PUBLISH,),
        ),
    ),
    reasons={PUBLISHES: pgettext_lazy("told as", "publishes figures")},
)
