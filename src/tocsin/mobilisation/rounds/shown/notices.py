"""What is told of doors, in words."""

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from tocsin.mobilisation.public_warnings.rules.states import DRAFT
from tocsin.mobilisation.rounds.rules import notices as told
from tocsin.mobilisation.rounds.rules.rights import KNOCK
from tocsin.notices.face import Contribution, PurposeCard, upward_lines
from tocsin.screens.words import in_language

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from uuid import UUID

    from tocsin.notices.face import Notice


def walker_texts(notices: "Sequence[Notice]") -> "Mapping[UUID, str]":
    """What whoever walks reads."""
    return {one.pk: _walker_line(one) for one in notices}


def _walker_line(notice: "Notice") -> str:
    figures = notice.figures
    words = {name: figures[name] for name in ("town", "stretch")} | {"headline": in_language(figures["headline"])}
    if figures["what"] == told.TAKEN_BACK:
        return _("%(town)s: your doors were given to others, you need not go on. Thank you.") % words
    return (
        _("Knock on doors in %(town)s (%(stretch)s): %(headline)s. Open the page once before you set out: it works offline.")
        % words
    )


def help_texts(notices: "Sequence[Notice]") -> "Mapping[UUID, str]":
    """What the desk reads of a door."""
    return {one.pk: "\n".join([*upward_lines(one), _help_line(one)]) for one in notices}


def _help_line(notice: "Notice") -> str:
    words = {name: notice.figures[name] for name in ("town", "place", "text")}
    return _("Somebody needs help behind a door: %(town)s, %(place)s. %(text)s") % words


def walker_page(_notice: "Notice") -> str:
    """The phone page."""
    return reverse("knocker_phone")


def help_page(notice: "Notice") -> str:
    """The door on the page of its town."""
    return f"{reverse('door_rounds', args=[notice.figures['warning']])}#door-{notice.figures['door']}"


NOTICES = Contribution(
    purposes=(
        PurposeCard(
            told.WALKS,
            pgettext_lazy("purpose of a notice", "doors to knock on"),
            texts=walker_texts,
            page=walker_page,
            permissions=(KNOCK,),
            stays=True,
        ),
        PurposeCard(
            told.HELP,
            pgettext_lazy("purpose of a notice", "help behind a door"),
            texts=help_texts,
            page=help_page,
            acted_on=help_page,
            permissions=(DRAFT,),
        ),
    ),
    reasons={
        told.WALKER_AS: pgettext_lazy("told as", "knocks on doors"),
        told.DESK_AS: pgettext_lazy("told as", "desk of the area"),
    },
)
