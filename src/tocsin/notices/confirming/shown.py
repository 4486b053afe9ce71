"""The code in words: in the message alone, and on no page."""

from typing import TYPE_CHECKING
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from tocsin.jurisdiction.face import contact_code
from tocsin.notices.confirming.rules import CODE
from tocsin.notices.messages.queries.contributions import Contribution, PurposeCard

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tocsin.notices.messages.models import Notice


def texts(notices: "Sequence[Notice]") -> "Mapping[UUID, str]":
    """The same for everybody: what the code is for."""
    words = _("Somebody wants to be reached here by alarms. If that is not you, do nothing.")
    return {notice.pk: words for notice in notices}


def code(notice: "Notice") -> str:
    """The code itself; empty where it holds no more."""
    found = contact_code(UUID(notice.figures["contact_point"]))
    return _("Your code: %(code)s") % {"code": found} if found else ""


NOTICES = Contribution(
    purposes=(
        PurposeCard(
            CODE,
            pgettext_lazy("purpose of a notice", "code of a contact point"),
            texts=texts,
            in_letters=code,
            stays=True,
            public=True,
        ),
    ),
    reasons={CODE: pgettext_lazy("told as", "to be confirmed")},
)
