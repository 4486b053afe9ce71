"""Events that recognisers publish over MQTT as devices: each device for the cameras that name it, by the rules of the API."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from tocsin.base.errors import InvalidInput
from tocsin.sensing.doors.rules.handed import HandedMessage, RefusedPart, TakenMessage
from tocsin.vision.sightings.queries import cameras_of_recogniser
from tocsin.vision.sightings.rules.events import FAULT_TEXTS, NewEvent
from tocsin.vision.sightings.rules.messages import read_events
from tocsin.vision.sightings.services.intake import has_enough, store_events

SAMPLE: Final = 300
TOGETHER: Final = timedelta(seconds=1)  # messages of a device that came within it are stored at once, as of the first


def take_messages(messages: Sequence[HandedMessage]) -> list[TakenMessage]:
    """Takes the messages of the topic `events`; what can't be read or is refused is told with its reason. While too many events
    wait to be judged these are taken all the same, and a pause is asked for.
    """
    is_full = has_enough()
    answers = [TakenMessage(is_full=is_full)] * len(messages)
    for numbers in _groups(messages):
        refused = _take([messages[number] for number in numbers])
        for number, parts in zip(numbers, refused, strict=True):
            answers[number] = TakenMessage(parts, is_full)
    return answers


def _groups(messages: Sequence[HandedMessage]) -> list[list[int]]:
    """The places of messages of one device that came together, in their order."""
    groups: list[list[int]] = []
    open_: dict[str, list[int]] = {}
    for number, one in enumerate(messages):
        group = open_.get(one.code)
        if group is None or one.arrived_at - messages[group[0]].arrived_at > TOGETHER:
            group = open_[one.code] = []
            groups.append(group)
        group.append(number)
    return groups


def _take(messages: Sequence[HandedMessage]) -> list[tuple[RefusedPart, ...]]:
    """What of each message was refused."""
    read = [_read(one.content) for one in messages]
    events = [event for one in read if not isinstance(one, RefusedPart) for event in one]
    cameras = cameras_of_recogniser(messages[0].code, {one.camera for one in events})
    answers = iter(store_events(events, cameras, messages[0].arrived_at))
    refused: list[tuple[RefusedPart, ...]] = []
    for one in read:
        if isinstance(one, RefusedPart):
            refused.append((one,))
            continue
        faults = [(number, event, next(answers).fault) for number, event in enumerate(one, start=1)]
        refused.append(tuple(_refused(number, event, FAULT_TEXTS[fault]) for number, event, fault in faults if fault))
    return refused


def _read(content: bytes) -> list[NewEvent] | RefusedPart:
    try:
        return read_events(content)
    except InvalidInput as error:
        return RefusedPart(error, content[:SAMPLE].decode("utf-8", "replace"))


def _refused(number: int, event: NewEvent, why: InvalidInput) -> RefusedPart:
    about = InvalidInput("event %(number)s (%(id)s): %(why)s", number=number, id=event.event_id[:80], why=why)
    return RefusedPart(about, f"{event.camera} {event.kind} {event.event_id}"[:SAMPLE])
