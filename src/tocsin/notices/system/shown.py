"""What system administrators are told of the installation, in words, and where they look."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from tocsin.notices.messages.queries.contributions import Contribution, PurposeCard
from tocsin.notices.system.rules import ADMINISTRATOR, BACKUP, INSTALLATION

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from uuid import UUID

    from tocsin.notices.messages.models import Notice


def texts(notices: "Sequence[Notice]") -> "Mapping[UUID, str]":
    """Which loop fails, since when, and with what error; or since when there is no backup."""
    return {notice.pk: _text(notice) for notice in notices}


def page(notice: "Notice") -> str:
    """The page of the loops; of the whole installation where a backup is late."""
    return reverse("installation" if notice.figures.get("matter") == BACKUP else "loops")


def _text(notice: "Notice") -> str:
    if notice.figures.get("matter") == BACKUP:
        since = timezone.localtime(datetime.fromisoformat(notice.figures["since"]))
        text = (
            _("No backup was taken since %(since)s.")
            if notice.figures["ever"]
            else _("No backup was ever taken, since %(since)s.")
        )
        return text % {"since": f"{since:%Y-%m-%d %H:%M}"}
    words = {"loop": notice.figures["loop"], "error": notice.figures["error"]}
    return _("Background work keeps failing: %(loop)s. %(error)s") % words


NOTICES = Contribution(
    purposes=(
        PurposeCard(
            INSTALLATION,
            pgettext_lazy("purpose of a notice", "installation"),
            texts=texts,
            acted_on=page,
            permissions=("system.see",),
            stays=True,
        ),
    ),
    reasons={ADMINISTRATOR: pgettext_lazy("told as", "system administrator")},
)
