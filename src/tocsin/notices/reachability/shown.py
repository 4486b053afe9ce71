"""What the monthly drill asks, in words."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from tocsin.notices.messages.queries.contributions import Contribution, PurposeCard
from tocsin.notices.messages.rules.fates import REACHABILITY

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from uuid import UUID

    from tocsin.notices.messages.models import Notice


def texts(notices: "Sequence[Notice]") -> "Mapping[UUID, str]":
    """The same for everybody."""
    words = _("Monthly test: please answer that you have read this. Nothing has happened.")
    return {notice.pk: words for notice in notices}


NOTICES = Contribution(
    purposes=(
        PurposeCard(
            REACHABILITY,
            pgettext_lazy("purpose of a notice", "reachability drill"),
            texts=texts,
            signature=True,
            stays=True,
            public=True,
        ),
    ),
    reasons={REACHABILITY: pgettext_lazy("told as", "reachability drill")},
)
