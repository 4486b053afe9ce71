"""What people inside read of the doors themselves: a message was refused, a service is silent."""

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext_lazy, pgettext_lazy

from tocsin.mobilisation.incoming_warnings.rules.notices import DESK_AS, KEEPS_AS, SERVICE
from tocsin.mobilisation.incoming_warnings.rules.reasons import told
from tocsin.mobilisation.incoming_warnings.rules.states import ANSWER, MANAGE
from tocsin.mobilisation.incoming_warnings.shown.incoming import verdict_name
from tocsin.notices.face import Contribution, PurposeCard, upward_lines
from tocsin.screens.words import short_moment

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from uuid import UUID

    from tocsin.notices.face import Notice

_LINES = {
    "refused": gettext_lazy("A warning of %(name)s was refused and is not followed: %(verdict)s. %(reason)s"),
    "silent": gettext_lazy("%(name)s has given no sign of life since %(since)s: its warnings do not arrive. %(reason)s"),
}


def texts(notices: "Sequence[Notice]") -> "Mapping[UUID, str]":
    """What somebody inside reads."""
    return {one.pk: "\n".join([*upward_lines(one), _line(one)]) for one in notices}


def page(notice: "Notice") -> str:
    """The refused message, or the services."""
    if notice.figures["what"] == "refused":
        return reverse("incoming_message", args=[notice.figures["message"]])
    return reverse("warning_services")


def _line(notice: "Notice") -> str:
    figures = notice.figures
    since = short_moment(figures["since"]) if "since" in figures else ""
    told_of = {
        "name": figures["name"],
        "verdict": verdict_name(figures.get("verdict", "")),
        "reason": told(figures.get("reason") or {}),
        "since": since,
    }
    return (str(_LINES[figures["what"]]) % told_of).strip()


NOTICES = Contribution(
    purposes=(
        PurposeCard(
            SERVICE,
            pgettext_lazy("purpose of a notice", "service that warns"),
            texts=texts,
            page=page,
            acted_on=page,
            permissions=(ANSWER, MANAGE),
        ),
    ),
    reasons={
        DESK_AS: pgettext_lazy("told as", "desk of a warned area"),
        KEEPS_AS: pgettext_lazy("told as", "keeper of a service that warns"),
    },
)
