"""Ways out of public warnings in words: channels with their fates, devices, receipts that fit nothing."""

from datetime import datetime
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import pgettext, pgettext_lazy
from ninja import Field, Schema

from tocsin.jurisdiction.face import contact_kinds
from tocsin.mobilisation.public_warnings.rules.outlets import OUTLET, OutletKind, ReceiptVerdict
from tocsin.notices.face import webhook_key_shown

if TYPE_CHECKING:
    from tocsin.mobilisation.public_warnings.models import WarningOutlet
    from tocsin.mobilisation.public_warnings.queries.outlets import WayOut
    from tocsin.notices.channels.rules.letters import Answer

KIND_NAMES: Final[dict[str, Promise]] = {
    OutletKind.SCREEN: pgettext_lazy("device for public warnings", "screen"),
    OutletKind.LOUDSPEAKER: pgettext_lazy("device for public warnings", "loudspeaker"),
    OutletKind.AREA: pgettext_lazy("device for public warnings", "gateway that takes an area"),
    OutletKind.WEBHOOK: pgettext_lazy("device for public warnings", "webhook"),
}
FATE_NAMES: Final[dict[str, Promise]] = {
    "queued": pgettext_lazy("fate of a public warning", "waiting"),
    "sending": pgettext_lazy("fate of a public warning", "on its way"),
    "sent": pgettext_lazy("fate of a public warning", "sent"),
    "delivered": pgettext_lazy("fate of a public warning", "delivered"),
    "failed": pgettext_lazy("fate of a public warning", "failed"),
    "uncertain": pgettext_lazy("fate of a public warning", "uncertain"),
    "stopped": pgettext_lazy("fate of a public warning", "stopped"),
}
FAULT_NAMES: Final[dict[str, Promise]] = {
    ReceiptVerdict.UNKNOWN: pgettext_lazy("receipt of a gateway", "for no letter"),
    ReceiptVerdict.OTHER: pgettext_lazy("receipt of a gateway", "for a letter of another way"),
    ReceiptVerdict.TOO_EARLY: pgettext_lazy("receipt of a gateway", "before the letter left"),
    ReceiptVerdict.TWICE: pgettext_lazy("receipt of a gateway", "a second time"),
}
EXAMPLE: Final = """url = "https://screens.example.org/show"
headers = { Authorization = "Bearer $secret" }
body = { id = "$id", text = "$text", level = "$level", until = "$expires" }
secret_env = "TOCSIN_OUT_SCREENS"
taken = { path = "code", values = ["0"] }
"""


class FateOut(Schema):
    name: str
    count: int


class WayOutOut(Schema):
    """What became of what left by a channel within a week; `faults`: receipts that fit nothing and were not counted."""

    channel: str
    channel_name: str
    fates: list[FateOut]
    faults: list[FateOut]


class OutletOut(Schema):
    """A device that gets public warnings. Of its template the host alone is shown."""

    id: UUID
    region_code: str
    town_code: str
    name: str
    kind: str
    kind_name: str
    host: str
    longest: int | None
    key: str = Field(description="of a webhook: by which its receiver checks the signature")
    gives_receipts: bool
    created_at: datetime


def describe_way(way: "WayOut") -> WayOutOut:
    """One channel."""
    known = contact_kinds().get(way.channel)
    device = pgettext("channel", "devices")
    return WayOutOut(
        channel=way.channel,
        channel_name=device if way.channel == OUTLET else str(known.channel) if known else way.channel,
        fates=[FateOut(name=str(FATE_NAMES.get(one, one)), count=count) for one, count in way.fates.items()],
        faults=[FateOut(name=str(FAULT_NAMES.get(one, one)), count=count) for one, count in way.faults.items()],
    )


def describe_outlet(outlet: "WarningOutlet") -> OutletOut:
    """One device."""
    return OutletOut(
        id=outlet.pk,
        region_code=outlet.region_code,
        town_code=outlet.town_code,
        name=outlet.name,
        kind=outlet.kind,
        kind_name=str(KIND_NAMES[outlet.kind]),
        host=urlsplit(outlet.template.get("url", "")).hostname or "",
        longest=outlet.longest,
        key=webhook_key_shown(outlet.pk) if outlet.kind == OutletKind.WEBHOOK else "",
        gives_receipts=bool(outlet.template.get("receipt")),
        created_at=outlet.created_at,
    )


def verdict_words(answer: "Answer") -> str:
    """What a device said of a test."""
    words = {
        "taken": pgettext("answer of a device", "taken"),
        "delivered": pgettext("answer of a device", "shown"),
        "later": pgettext("answer of a device", "not now"),
        "never": pgettext("answer of a device", "refused"),
    }
    return words.get(answer.verdict.value, pgettext("answer of a device", "no clear answer"))
