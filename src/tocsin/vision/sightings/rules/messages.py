"""Events as a recogniser publishes them: the body of the API's request as one message."""

from datetime import datetime
from typing import Annotated, Final

import msgspec

from tocsin.base.documents import decode_json
from tocsin.vision.sightings.rules.events import NewEvent, crop_of

MOST_EVENTS: Final = 200


class ToldEvent(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One event of a message; see `rules.events.NewEvent`. `crop`: JPEG in Base64."""

    camera: str
    event_id: str
    kind: str
    at: Annotated[datetime, msgspec.Meta(tz=True)]
    score: float
    box: tuple[float, float, float, float]
    model: str
    version: str = ""
    crop: str = ""
    sha256: str = ""


class ToldEvents(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A whole message."""

    events: Annotated[tuple[ToldEvent, ...], msgspec.Meta(min_length=1, max_length=MOST_EVENTS)]


def read_events(content: bytes) -> list[NewEvent]:
    """The events of a message; InvalidInput names the key that does not fit."""
    told = decode_json(content, ToldEvents)
    return [
        NewEvent(
            camera=one.camera,
            event_id=one.event_id,
            kind=one.kind,
            at=one.at,
            score=one.score,
            box=one.box,
            model=one.model,
            version=one.version,
            crop=crop_of(one.crop),
            sha256=one.sha256,
        )
        for one in told.events
    ]
