"""One event of a recogniser as it comes, and why it is not taken."""

import math
from base64 import b64decode
from binascii import Error
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import Final

from tocsin.base.errors import InvalidInput
from tocsin.base.storable import is_storable

EVENT_ID_LENGTH: Final = 80
MODEL_LENGTH: Final = 60
NO_PICTURE: Final = b"?"
"""Stands for a crop that is no Base64: it is refused as what is no JPEG, its event alone."""
_JPEG: Final = (b"\xff\xd8\xff", b"\xff\xd9")


class Fault(StrEnum):
    """Why an event is refused. The last two are no fault of the event: it may be sent again."""

    NO_CAMERA = "no_camera"
    OUT_OF_SERVICE = "out_of_service"
    NO_KIND = "no_kind"
    NO_ID = "no_id"
    BAD_BOX = "bad_box"
    BAD_SCORE = "bad_score"
    TOO_EARLY = "too_early"
    TOO_OLD = "too_old"
    NO_JPEG = "no_jpeg"
    CROP_TOO_LARGE = "crop_too_large"
    OTHER_HASH = "other_hash"
    OVER_BUDGET = "over_budget"


FAULT_TEXTS: Final[dict[Fault, InvalidInput]] = {
    Fault.NO_CAMERA: InvalidInput("there is no such camera for which you may send events"),
    Fault.OUT_OF_SERVICE: InvalidInput("the camera is out of service"),
    Fault.NO_KIND: InvalidInput("the policy vision.cameras has no such kind"),
    Fault.NO_ID: InvalidInput("event id or model is empty, too long (80 and 60 characters), or has signs that no text may have"),
    Fault.BAD_BOX: InvalidInput("the box is no part of the picture: left, upper, width, height from 0 to 1"),
    Fault.BAD_SCORE: InvalidInput("the score does not lie between 0 and 1"),
    Fault.TOO_EARLY: InvalidInput("its time lies in the future: set the camera's clock"),
    Fault.TOO_OLD: InvalidInput("it is too old"),
    Fault.NO_JPEG: InvalidInput("the crop is no whole JPEG"),
    Fault.CROP_TOO_LARGE: InvalidInput("the crop has too many bytes"),
    Fault.OTHER_HASH: InvalidInput("the crop has another SHA-256 than the recogniser told"),
    Fault.OVER_BUDGET: InvalidInput("the camera sends more than its budget: send it again in a minute"),
}
"""Why, in words."""


@dataclass(frozen=True, kw_only=True)
class NewEvent:
    """What a recogniser reports. `box`: left, upper, width, height as shares of the picture; `at`: by the camera's clock;
    `sha256`: of the crop as the recogniser took it, empty where it tells none; `anywhere`: zones of the camera don't count, as
    whoever tells of it has held it against them.
    """

    camera: str
    event_id: str
    kind: str
    at: datetime
    score: float
    box: tuple[float, float, float, float]
    model: str
    version: str = ""
    crop: bytes = b""
    sha256: str = ""
    anywhere: bool = False


@dataclass(frozen=True)
class EventBounds:
    """How far a camera's clock may be ahead, how old an event may be, how large a crop."""

    ahead: timedelta
    oldest: timedelta
    crop_bytes: int


def crop_of(text: str) -> bytes:
    r"""The bytes of a crop in Base64; `NO_PICTURE` for what is none.

    >>> crop_of("/9j/"), crop_of("%%%"), crop_of("")
    (b'\xff\xd8\xff', b'?', b'')
    """
    try:
        return b64decode(text, validate=True)
    except (Error, ValueError):
        return NO_PICTURE


def fault_of(event: NewEvent, bounds: EventBounds, now: datetime) -> Fault | None:
    """What is wrong with an event in itself; None where nothing is."""
    if not (0 < len(event.event_id) <= EVENT_ID_LENGTH and 0 < len(event.model) <= MODEL_LENGTH):
        return Fault.NO_ID
    if not (is_storable(event.event_id) and is_storable(event.model) and is_storable(event.version)):
        return Fault.NO_ID
    left, upper, width, height = event.box
    if not (all(map(math.isfinite, event.box)) and left >= 0 and upper >= 0 and width > 0 and height > 0):
        return Fault.BAD_BOX
    if left + width > 1 + 1e-6 or upper + height > 1 + 1e-6:
        return Fault.BAD_BOX
    if not 0 <= event.score <= 1:
        return Fault.BAD_SCORE
    if event.at > now + bounds.ahead:
        return Fault.TOO_EARLY
    if event.at < now - bounds.oldest:
        return Fault.TOO_OLD
    return _fault_of_crop(event, bounds)


def _fault_of_crop(event: NewEvent, bounds: EventBounds) -> Fault | None:
    if not event.crop:
        return None
    if len(event.crop) > bounds.crop_bytes:
        return Fault.CROP_TOO_LARGE
    if not (event.crop.startswith(_JPEG[0]) and event.crop.endswith(_JPEG[1])):
        return Fault.NO_JPEG
    if event.sha256 and event.sha256.lower() != sha256(event.crop).hexdigest():
        return Fault.OTHER_HASH
    return None
