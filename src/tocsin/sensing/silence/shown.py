"""What keepers of devices are told of those that do not answer, in words, and where they ask them."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import ngettext, pgettext_lazy

from tocsin.notices.face import Contribution, PurposeCard
from tocsin.sensing.silence.queries import OPCUA
from tocsin.sensing.silence.rules import SILENT_UNITS, UNIT_KEEPER

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from uuid import UUID

    from tocsin.notices.face import Notice


def texts(notices: "Sequence[Notice]") -> "Mapping[UUID, str]":
    """How many devices, the first of them, and since when."""
    return {notice.pk: _text(notice) for notice in notices}


def page(notice: "Notice") -> str:
    """The page of the one device, where it is asked at once; of several their list."""
    is_server, page_id = notice.figures["protocol"] == OPCUA, notice.figures["page_id"]
    if page_id:
        return reverse("opcua_server" if is_server else "modbus_unit", args=[page_id])
    return reverse("opcua_servers" if is_server else "modbus_units")


def _text(notice: "Notice") -> str:
    count = int(notice.figures["count"])
    since = timezone.localtime(datetime.fromisoformat(notice.figures["since"]))
    words = {"count": count, "codes": ", ".join(notice.figures["codes"]), "since": f"{since:%m-%d %H:%M}"}
    return (
        ngettext(
            "%(count)d device that is asked does not answer since %(since)s: %(codes)s",
            "%(count)d devices that are asked do not answer, the first since %(since)s: %(codes)s",
            count,
        )
        % words
    )


NOTICES = Contribution(
    purposes=(
        PurposeCard(
            SILENT_UNITS,
            pgettext_lazy("purpose of a notice", "devices that do not answer"),
            texts=texts,
            acted_on=page,
            permissions=("sensors.manage",),
            stays=True,
        ),
    ),
    reasons={UNIT_KEEPER: pgettext_lazy("told as", "keeper of devices that are asked")},
)
