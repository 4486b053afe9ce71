"""Several notices told in one, where an address has had as many as its cap allows."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from tocsin.notices.messages.queries.contributions import Contribution, PurposeCard
from tocsin.notices.messages.rules.fates import SUMMARY

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from uuid import UUID

    from tocsin.notices.messages.models import Notice


def texts(notices: "Sequence[Notice]") -> "Mapping[UUID, str]":
    """The numbers of what is told."""
    return {
        notice.pk: _("Cases: %(numbers)s. Open the notices on screen.") % {"numbers": ", ".join(notice.figures.get("cases", []))}
        for notice in notices
    }


NOTICES = Contribution(
    purposes=(
        PurposeCard(
            SUMMARY, pgettext_lazy("purpose of a notice", "several notices in one"), texts=texts, stays=True, public=True
        ),
    ),
)
