"""What is told of keys that closed while devices are missing, in words, and where they are renewed."""

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from tocsin.notices.face import Contribution, PurposeCard
from tocsin.sensing.onboarding.queries import MANAGE
from tocsin.sensing.onboarding.rules.enrolment import CLOSED_KEYS, KEY_KEEPER, KeyState

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from uuid import UUID

    from tocsin.notices.face import Notice


def texts(notices: "Sequence[Notice]") -> "Mapping[UUID, str]":
    """Which key, and how many devices have come in by it."""
    return {notice.pk: _text(notice) for notice in notices}


def page(notice: "Notice") -> str:
    """The page of the key, where it is renewed."""
    return reverse("enrolment_key", args=[notice.figures["key"]])


def _text(notice: "Notice") -> str:
    words = {name: notice.figures[name] for name in ("name", "used", "most")}
    if notice.figures["state"] == KeyState.EXPIRED:
        return _("The key for enrolment “%(name)s” has expired: %(used)s of %(most)s devices are in.") % words
    return _("The key for enrolment “%(name)s” is used up (%(most)s devices), and further devices ask.") % words


NOTICES = Contribution(
    purposes=(
        PurposeCard(
            CLOSED_KEYS,
            pgettext_lazy("purpose of a notice", "keys for enrolment"),
            texts=texts,
            acted_on=page,
            permissions=(MANAGE,),
            stays=True,
        ),
    ),
    reasons={KEY_KEEPER: pgettext_lazy("told as", "keeper of keys for enrolment")},
)
