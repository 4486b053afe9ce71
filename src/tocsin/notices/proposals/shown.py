"""What a second person reads of a draft, and where they confirm or decline it."""

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from tocsin.notices.messages.queries.contributions import Contribution, PurposeCard
from tocsin.notices.proposals.rules import PROPOSAL, SECOND
from tocsin.records.face import policy_title

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from uuid import UUID

    from tocsin.notices.messages.models import Notice


def texts(notices: "Sequence[Notice]") -> "Mapping[UUID, str]":
    """Which policy, by whom."""
    return {notice.pk: _text(notice) for notice in notices}


def page(notice: "Notice") -> str:
    """The draft with its two buttons."""
    return reverse("policy_version", args=[notice.figures["version"]])


def _text(notice: "Notice") -> str:
    title = " ".join(filter(None, [policy_title(notice.figures["policy"]), notice.figures["item"]]))
    words = {"policy": title, "name": notice.figures["by"]}
    return _("%(policy)s: %(name)s has drafted and tried a version. A second person confirms or declines it.") % words


NOTICES = Contribution(
    purposes=(
        PurposeCard(
            PROPOSAL,
            pgettext_lazy("purpose of a notice", "draft of policy"),
            texts=texts,
            acted_on=page,
            permissions=("policy.confirm",),
            stays=True,
        ),
    ),
    reasons={SECOND: pgettext_lazy("told as", "second person")},
)
