"""Number plates in frames and in pictures that are handed in: read, and held against the orders of the camera's firm."""

import io
import math
import time
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Final
from uuid import UUID

from PIL import Image

from tocsin.base.errors import InvalidInput, Unavailable
from tocsin.engine.frames.watching import Looking
from tocsin.engine.sightings.places import lies_in
from tocsin.vision.cameras.models import Camera
from tocsin.vision.recognition.models import CameraSource
from tocsin.vision.recognition.policy import recognition_policy
from tocsin.vision.recognition.rules.text import ReadLine, ReadText
from tocsin.vision.recognition.services.crops import cropped
from tocsin.vision.recognition.services.reading import read_text
from tocsin.vision.vehicles.policy import matching_rule, vehicle_policy
from tocsin.vision.vehicles.queries import orders_beside
from tocsin.vision.vehicles.rules.matching import VEHICLE_KINDS, plates_among, says_dangerous
from tocsin.vision.vehicles.services.readings import NewReading, take_plates

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User
    from tocsin.vision.vehicles.models import PlateReading

MODEL: Final = "pp-ocrv6"
KIND: Final = Looking.VEHICLE_UNEXPECTED.value


@dataclass
class PlateReader:
    """Reads frames of cameras that ask for it, each at most every `every_s` of this machine; why it could not, by camera."""

    read_s: dict[UUID, float] = field(default_factory=dict)
    failed: dict[UUID, str] = field(default_factory=dict)

    def look(self, source: CameraSource, data: bytes, now: datetime) -> None:
        """Reads a frame where it is time. NotAllowed where who set the source may send nothing any more."""
        camera, now_s = source.camera, time.monotonic()
        if KIND not in source.looking:
            self.failed.pop(camera.pk, None)
            return
        if now_s - self.read_s.get(camera.pk, -math.inf) < vehicle_policy().reading.every_s:
            return
        self.read_s[camera.pk] = now_s
        try:
            take_plates_of(read_text(data), actor=source.entered_by, camera=camera, now=now)
        except (InvalidInput, Unavailable) as refusal:
            self.failed[camera.pk] = refusal.in_english
        else:
            self.failed.pop(camera.pk, None)


def take_plates_of(read: ReadText, *, actor: "User", camera: Camera, now: datetime) -> "list[PlateReading]":
    """The plates of a picture that was read, taken as of the camera; those outside its zones for vehicles don't count."""
    lines = [one for one in read.lines if _is_inside(camera, one)]
    rule, policy = matching_rule(), vehicle_policy()
    texts = [one.text for one in lines]
    awaited = [plate for order in orders_beside(camera, now) for plate in order.plates]
    dangerous = says_dangerous(texts, policy.reading.dangerous)
    readings = [
        NewReading(
            plate=one.plate,
            confidence=lines[one.line].confidence,
            at=now,
            model=MODEL,
            dangerous=dangerous,
            box=_box(lines[one.line]),
            crop=_crop(read, _box(lines[one.line])),
        )
        for one in plates_among(texts, awaited, rule.doubtful, rule.costs)
    ]
    return take_plates(actor=actor, camera=camera, readings=readings, now=now)


def _is_inside(camera: Camera, line: ReadLine) -> bool:
    zones = [one for one in camera.own_zones() if not one.kinds or not set(VEHICLE_KINDS).isdisjoint(one.kinds)]
    middle = sum(x for x, _y in line.corners) / len(line.corners), sum(y for _x, y in line.corners) / len(line.corners)
    return not camera.zones or any(lies_in(middle, one.corners) for one in zones)


def _box(line: ReadLine) -> tuple[float, float, float, float]:
    """The upright box around a line, as shares of the picture."""
    across, down = ([min(1.0, max(0.0, corner[axis])) for corner in line.corners] for axis in (0, 1))
    left, upper = min(across), min(down)
    return left, upper, max(max(across) - left, 1e-4), max(max(down) - upper, 1e-4)


def _crop(read: ReadText, box: tuple[float, float, float, float]) -> bytes:
    with Image.open(io.BytesIO(read.picture), formats=("JPEG",)) as picture:
        return cropped(picture.convert("RGB"), box, recognition_policy().seeing.crop_px)
