"""One frame of one camera: the camera's health, what is seen, and the events that go through the door of all recognisers."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from hashlib import sha256
from zoneinfo import ZoneInfo

from django.conf import settings
from PIL import Image

from tocsin.base.errors import InvalidInput, NotAllowed
from tocsin.engine.frames.objects import Corners
from tocsin.engine.frames.watching import FrameContents, Looking, Noted, ZoneMemory, note
from tocsin.vision.health.policy import health_policy
from tocsin.vision.health.services.decoding import open_frame, read_grey, taken_at
from tocsin.vision.health.services.frames import judge_frame
from tocsin.vision.recognition.models import CameraSource
from tocsin.vision.recognition.policy import RecognitionPolicy, recognition_policy
from tocsin.vision.recognition.queries import watching_of
from tocsin.vision.recognition.rules.models import OBJECTS, POSE
from tocsin.vision.recognition.services.crops import cropped
from tocsin.vision.recognition.services.own.detecting import OwnDetectors
from tocsin.vision.recognition.services.plates import PlateReader
from tocsin.vision.recognition.services.seeing import Seeing, can_look, told_above, told_score
from tocsin.vision.sightings.rules.events import Fault, NewEvent
from tocsin.vision.sightings.services.intake import take_events


@dataclass
class FrameJudge:
    """The models, once they are needed."""

    seeing: Seeing = field(default_factory=Seeing)
    can_look: bool = field(default_factory=can_look)
    own: OwnDetectors = field(default_factory=OwnDetectors)
    plates: PlateReader = field(default_factory=PlateReader)
    offer: Callable[[CameraSource, bytes, datetime], None] | None = None
    """Takes frames whose plates are read elsewhere; without it they are read at once."""

    def judge(self, source: CameraSource, data: bytes, memory: ZoneMemory, now: datetime, *, health: bool) -> ZoneMemory:
        """Judges a frame of that moment, stores what is to be reported, and returns when zones were last seen with somebody in
        them.

        InvalidInput for what is no frame; NotAllowed where who set the source may send no events any more; Unavailable
        while too many events wait to be judged.
        """
        limits, policy = health_policy().frame, recognition_policy()
        told_at = taken_at(data, limits, ZoneInfo(settings.TIME_ZONE))
        if health:
            judge_frame(camera=source.camera, picture=read_grey(data, limits), at=told_at, now=now, by_itself=True)
        (self.offer or self.plates.look)(source, data, now)
        events = self._own_events(source, data, now, policy)
        watching = watching_of(source)
        if watching.zones and self.can_look:
            picture = read_colours(data)
            contents = self.seeing.look(picture, watching.zones.keys(), policy.seeing)
            noted, memory = note(contents, watching, memory, now)
            events += [self._event(source, picture, one, number, now, policy) for number, one in enumerate(noted)]
        if events:
            answers = take_events(actor=source.entered_by, events=events, now=now)
            if any(one.fault is Fault.NO_CAMERA for one in answers):
                raise NotAllowed(
                    "who set the source may send no events of this camera any more: let somebody who may set it again"
                )
        return memory

    def contents(self, data: bytes, policy: RecognitionPolicy) -> FrameContents:
        """What is seen in a frame, of everything that can be looked for; nothing is stored."""
        return self.seeing.look(read_colours(data), list(Looking), policy.seeing)

    def _own_events(self, source: CameraSource, data: bytes, now: datetime, policy: RecognitionPolicy) -> list[NewEvent]:
        found = self.own.look(source.camera.code, data)
        picture = read_colours(data) if found else None
        return [
            new_event(source, picture, one.box, policy)(
                event_id=f"{now.isoformat()}-{one.card.code}-{number}",
                kind=one.kind,
                at=now,
                score=told_above(one.score, one.card.least_score),
                model=one.card.code,
                version=one.card.version,
            )
            for number, one in enumerate(found)
            if picture is not None
        ]

    def _event(
        self, source: CameraSource, picture: Image.Image, one: Noted, number: int, now: datetime, policy: RecognitionPolicy
    ) -> NewEvent:
        card = POSE if one.kind is Looking.PERSON_DOWN else OBJECTS
        return new_event(source, picture, one.box, policy)(
            event_id=f"{now.isoformat()}-{one.kind}-{number}",
            kind=one.kind.value,
            at=now,
            score=told_score(one.score, one.kind, policy.seeing),
            model=card.code,
            version=card.version,
        )


def new_event(source: CameraSource, picture: Image.Image, box: Corners, policy: RecognitionPolicy) -> "partial[NewEvent]":
    """An event of the camera with its crop; what else it is is given to what comes back."""
    crop = cropped(picture, box, policy.seeing.crop_px)
    return partial(NewEvent, camera=source.camera.code, box=box, crop=crop, sha256=sha256(crop).hexdigest())


def read_colours(data: bytes) -> Image.Image:
    """A frame as an RGB picture."""
    try:
        with open_frame(data, health_policy().frame) as opened:
            return opened.convert("RGB")
    except (OSError, SyntaxError, ValueError):
        raise InvalidInput("the frame is broken: its end is missing, or it was changed on its way") from None
