"""What keepers of devices are told, in words, and where they look."""

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext, ngettext, pgettext_lazy

from tocsin.notices.face import Contribution, PurposeCard
from tocsin.sensing.quarantine.rules import DEVICES, KEEPER, KEPT_ROOM, ROOM_KEEPER

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


def room_texts(notices: "Sequence[Notice]") -> "Mapping[UUID, str]":
    """How much is kept, and which device has most."""
    text = gettext(
        "There is no more place for messages that could not be read: %(mebibytes)s MiB are kept, most of them of %(code)s. "
        "Who keeps it mends what is wrong and reads them again, or throws them away; the bound is policy."
    )
    return {notice.pk: text % notice.figures for notice in notices}


def room_page(notice: "Notice") -> str:
    """The messages of the device that has most; the figures of the installation for who keeps no devices."""
    if not notice.figures["keeps"]:
        return reverse("installation")
    return f"{reverse('quarantine')}kept/?{urlencode({'device': notice.figures['code']})}"


NOTICES = Contribution(
    purposes=(
        PurposeCard(
            KEPT_ROOM,
            pgettext_lazy("purpose of a notice", "room for messages"),
            texts=room_texts,
            acted_on=room_page,
            permissions=("system.see", "sensors.manage"),
            stays=True,
        ),
        PurposeCard(
            DEVICES,
            pgettext_lazy("purpose of a notice", "devices"),
            texts=texts,
            acted_on=page,
            permissions=("sensors.manage",),
            stays=True,
        ),
    ),
    reasons={
        KEEPER: pgettext_lazy("told as", "keeper of devices"),
        ROOM_KEEPER: pgettext_lazy("told as", "keeper of the room for messages"),
    },
)
