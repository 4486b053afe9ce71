"""What keepers of devices are told, in words, and where they look."""

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import ngettext, pgettext_lazy

from tocsin.notices.face import Contribution, PurposeCard
from tocsin.sensing.quarantine.rules import DEVICES, KEEPER

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from uuid import UUID

    from tocsin.notices.face import Notice


def texts(notices: "Sequence[Notice]") -> "Mapping[UUID, str]":
    """How many devices, and the first of them."""
    return {notice.pk: _text(notice) for notice in notices}


def page(notice: "Notice") -> str:
    """The page of what was set aside."""
    return reverse("quarantine")


def _text(notice: "Notice") -> str:
    count = int(notice.figures["count"])
    words = {"count": count, "codes": ", ".join(notice.figures["codes"])}
    return (
        ngettext(
            "%(count)s device sends more than its quota, or other values for known moments: %(codes)s",
            "%(count)s devices send more than their quota, or other values for known moments: %(codes)s",
            count,
        )
        % words
    )


NOTICES = Contribution(
    purposes=(
        PurposeCard(
            DEVICES,
            pgettext_lazy("purpose of a notice", "devices"),
            texts=texts,
            acted_on=page,
            permissions=("sensors.manage",),
            stays=True,
        ),
    ),
    reasons={KEEPER: pgettext_lazy("told as", "keeper of devices")},
)
