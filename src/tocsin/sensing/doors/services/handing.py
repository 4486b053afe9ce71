"""Messages go to the subject that the catalogue names for their topic; what it does not take is kept with its reason."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from django.conf import settings
from django.db.models import F
from django.utils.module_loading import import_string

from tocsin.sensing.devices.models import Device
from tocsin.sensing.devices.queries import registry as queries
from tocsin.sensing.doors.rules.handed import HandedMessage, RefusedPart, TakeMessages, TakenMessage
from tocsin.sensing.quarantine.rules import Form, Reason
from tocsin.sensing.quarantine.services.asides import Aside, set_aside
from tocsin.sensing.quarantine.services.keeping import Owner, Unread, keep_messages

NOBODY: Final = TakenMessage()


def is_handed(topic: str | None) -> bool:
    """Whether somebody takes messages of that topic."""
    return topic in settings.DEVICE_TOPICS


def hand_on(messages: Sequence[HandedMessage]) -> list[TakenMessage]:
    """Each topic's messages at once to its subject, in the caller's transaction; the answers in the order of the messages."""
    answers = [NOBODY] * len(messages)
    for topic, taker in settings.DEVICE_TOPICS.items():
        own = [number for number, one in enumerate(messages) if one.topic == topic]
        if own:
            take: TakeMessages = import_string(taker.replace(":", "."))
            for number, answer in zip(own, take([messages[number] for number in own]), strict=True):
                answers[number] = answer
    return answers


def take_handed(messages: Sequence[HandedMessage]) -> frozenset[str]:
    """Hands messages on and keeps those of which something was not taken; the topics of which none may come for a while."""
    answers = hand_on(messages)
    refused = [(one, answer.refused) for one, answer in zip(messages, answers, strict=True) if answer.refused]
    if refused:
        _keep(refused)
    return frozenset(one.topic for one, answer in zip(messages, answers, strict=True) if answer.is_full)


def _keep(refused: Sequence[tuple[HandedMessage, tuple[RefusedPart, ...]]]) -> None:
    devices = queries.devices_by_code({one.code for one, _parts in refused})
    keep_messages(
        [_unread(one, parts[0]) for one, parts in refused],
        {code: Owner(device.pk, device.region_code) for code, device in devices.items()},
    )
    for one, parts in refused:
        device = devices.get(one.code)
        if device is not None:
            set_aside(_aside(one, parts, one.arrived_at), device.pk, device.region_code)
            Device.objects.filter(pk=device.pk).update(rejected=F("rejected") + 1)


def _unread(one: HandedMessage, part: RefusedPart) -> Unread:
    return Unread(
        code=one.code,
        door=one.door,
        form=Form.HANDED,
        place=f"tocsin/{one.code}/{one.topic}",
        content=one.content,
        context=b"",
        taken=b"",
        reason=Reason.CONTENT_REFUSED,
        why=part.why,
        arrived_at=one.arrived_at,
    )


def _aside(one: HandedMessage, parts: tuple[RefusedPart, ...], at: datetime) -> Aside:
    last = parts[-1]
    return Aside(one.code, Reason.CONTENT_REFUSED, one.door, last.why, last.sample, len(parts), at, at)
