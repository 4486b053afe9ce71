"""What is told of volunteers, in words."""

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from tocsin.mobilisation.volunteers.rules import notices as told
from tocsin.mobilisation.volunteers.rules import rights
from tocsin.mobilisation.volunteers.rules.register import Standing
from tocsin.notices.face import Contribution, PurposeCard, upward_lines
from tocsin.screens.words import in_language

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from uuid import UUID

    from tocsin.notices.face import Notice


def desk_texts(notices: "Sequence[Notice]") -> "Mapping[UUID, str]":
    """What the body reads that keeps an entry or opened a need."""
    return {one.pk: "\n".join([*upward_lines(one), _desk_line(one.figures)]) for one in notices}


def _desk_line(figures: "Mapping[str, str]") -> str:
    words = {name: figures.get(name, "") for name in ("name",)}
    return _("%(name)s wants to help and waits to be taken into the register of volunteers.") % words


def news_texts(notices: "Sequence[Notice]") -> "Mapping[UUID, str]":
    """What a volunteer reads."""
    return {one.pk: _news_line(one.figures) for one in notices}


def _news_line(figures: "Mapping[str, str]") -> str:
    words = {"body": in_language(figures.get("body", {})), "reason": figures.get("reason", "")}  # type: ignore[arg-type]
    if figures["what"] == Standing.CONFIRMED:
        return _("%(body)s has taken you in as a volunteer: from now on you may be called.") % words
    return _("%(body)s has not taken you in as a volunteer: %(reason)s") % words


def desk_page(notice: "Notice") -> str:
    """The entry that waits."""
    volunteer = notice.figures.get("volunteer")
    return reverse("volunteer", args=[volunteer]) if volunteer else reverse("volunteers")


def own_page(_notice: "Notice") -> str:
    """One's own entry."""
    return reverse("own_volunteer")


NOTICES = Contribution(
    purposes=(
        PurposeCard(
            told.DESK,
            pgettext_lazy("purpose of a notice", "volunteers"),
            texts=desk_texts,
            acted_on=desk_page,
            permissions=(rights.MANAGE, rights.CALL),
        ),
        PurposeCard(
            told.NEWS,
            pgettext_lazy("purpose of a notice", "your help"),
            texts=news_texts,
            acted_on=own_page,
            permissions=(rights.HELP,),
            stays=True,
        ),
    ),
    reasons={
        told.ADMITTED: pgettext_lazy("told as", "volunteer"),
        told.ASKED_IN: pgettext_lazy("told as", "keeps the register of volunteers"),
    },
)
