"""What people and programs read of kept messages and rereadings."""

from base64 import b64encode
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from ninja import Field, Schema

from tocsin.jurisdiction.face import Person, may
from tocsin.sensing.devices.models import Device
from tocsin.sensing.devices.shown import DeviceSection
from tocsin.sensing.quarantine.models import REASON_NAMES, KeptMessage, KeptRoom
from tocsin.sensing.quarantine.rules import Form, Reason
from tocsin.sensing.rereading.models import Rereading
from tocsin.sensing.rereading.queries import MANAGE, Sender, messages_before, senders
from tocsin.sensing.rereading.rules import Tally, view_of

TEXTS: Final = {Form.HJ212: ("gb18030",), Form.SPARKPLUG: (), Form.GB26875: ()}
"""In which encodings a content may be a text; UTF-8 where nothing is said, none for what is none."""


class KeptMessageOut(Schema):
    """One kept message, without its content."""

    id: UUID
    device_id: UUID
    device_code: str
    region_code: str
    reason: str
    reason_text: str
    detail: str = Field(description="where it is wrong and how to mend it")
    door: str
    form: str = Field(description="how it is read: readings, observations, sparkplug, hj212, gb26875, foreign, handed")
    form_text: str
    place: str = Field(description="its topic or address")
    size: int = Field(description="bytes that it takes")
    taken: int = Field(description="how many of its readings are in the log already")
    arrived_at: datetime
    tried_at: datetime | None = Field(description="when it was last read again in vain")


class KeptMessageDetail(KeptMessageOut):
    """One kept message with its content."""

    content: str = Field(description="the bytes, in base64")
    text: str = Field(description="the beginning as a text, or as hexadecimal digits")
    is_hex: bool
    is_cut: bool


class KeptRoomOut(Schema):
    """How much of one device is kept."""

    device_id: UUID
    device_code: str
    region_code: str
    messages: int
    size: int
    dropped: int = Field(description="messages that found no place, or grew too old")
    last_dropped_at: datetime | None


class ReasonCount(Schema):
    reason: str
    reason_text: str
    count: int


class TallyOut(Schema):
    """What reading messages again would bring."""

    found: int = Field(description="messages of the choice")
    tried: int = Field(description="as many of them were read on trial, the oldest")
    whole: int
    partly: int
    unread: int
    readings: int = Field(description="for the log: detectors judge them as they judge what comes late")
    imported: int = Field(description="so old that they only go into the history")
    reasons: list[ReasonCount] = Field(description="of what is left")


class RereadingOut(Schema):
    """One rereading, and how far it has come."""

    id: UUID
    state: str
    state_text: str
    asked_by: str
    asked_at: datetime
    device_code: str
    reason: str
    reason_text: str
    begins: datetime | None
    ends: datetime
    found: int
    tried: int
    whole: int
    partly: int
    unread: int
    readings: int
    imported: int
    ended_at: datetime | None


class UnregisteredSenderOut(Schema):
    """A sender that is not registered, and what is kept of it."""

    door: str
    claimed: str = Field(description="what it calls itself: MN of HJ 212, source address of GB/T 26875.3")
    addresses: list[str] = Field(description="where it came from")
    messages: int
    size: int = Field(description="bytes")
    first_at: datetime
    last_at: datetime


def describe_sender(one: Sender) -> UnregisteredSenderOut:
    """A row of the list."""
    return UnregisteredSenderOut(**vars(one))


def _section(device: Device, person: Person) -> dict[str, object] | None:
    if not may(person, MANAGE, device.region_code):
        return None
    found = senders(messages_before(device))
    return {"device": device, "senders": [describe_sender(one) for one in found]} if found else None


SECTION = DeviceSection("messages_before", _section, "sensing/rereading/_of_device.html")


def describe_message(one: KeptMessage) -> KeptMessageOut:
    """A row of the list."""
    return KeptMessageOut(**_facts(one))


def describe_content(one: KeptMessage) -> KeptMessageDetail:
    """All of it."""
    content = bytes(one.content)
    view = view_of(content, TEXTS.get(Form(one.form), ("utf-8",)))
    shown: dict[str, Any] = {"text": view.text, "is_hex": view.is_hex, "is_cut": view.is_cut}
    return KeptMessageDetail(**_facts(one), **shown, content=b64encode(content).decode())


def describe_room(one: KeptRoom) -> KeptRoomOut:
    """How full it is."""
    return KeptRoomOut(
        device_id=one.device_id,
        device_code=one.device.code,
        region_code=one.region_code,
        messages=one.messages,
        size=one.size,
        dropped=one.dropped,
        last_dropped_at=one.last_dropped_at,
    )


def describe_tally(tally: Tally, found: int) -> TallyOut:
    """The result of a dry run."""
    reasons = [
        ReasonCount(reason=reason, reason_text=str(REASON_NAMES[Reason(reason)]), count=count)
        for reason, count in sorted(tally.reasons.items(), key=lambda pair: (-pair[1], pair[0]))
    ]
    return TallyOut(
        found=found,
        tried=tally.tried,
        whole=tally.whole,
        partly=tally.partly,
        unread=tally.unread,
        readings=tally.readings,
        imported=tally.imported,
        reasons=reasons,
    )


def describe_rereading(one: Rereading) -> RereadingOut:
    """What was asked, and what came of it."""
    return RereadingOut(
        id=one.pk,
        state=one.state,
        state_text=one.get_state_display(),
        asked_by=str(one.asked_by),
        asked_at=one.asked_at,
        device_code=one.device_code,
        reason=one.reason,
        reason_text=str(REASON_NAMES[Reason(one.reason)]) if one.reason in set(Reason) else one.reason,
        begins=one.begins,
        ends=one.ends,
        found=one.found,
        tried=one.tried,
        whole=one.whole,
        partly=one.partly,
        unread=one.unread,
        readings=one.readings,
        imported=one.imported,
        ended_at=one.ended_at,
    )


def _facts(one: KeptMessage) -> dict[str, Any]:
    return {
        "id": one.pk,
        "device_id": one.device_id,
        "device_code": one.device_code,
        "region_code": one.region_code,
        "reason": one.reason,
        "reason_text": one.get_reason_display(),
        "detail": one.detail,
        "door": one.door,
        "form": one.form,
        "form_text": one.get_form_display(),
        "place": one.place,
        "size": one.size,
        "taken": len(one.taken) // 12,
        "arrived_at": one.arrived_at,
        "tried_at": one.tried_at,
    }
