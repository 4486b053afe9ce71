"""Number plates in frames and in pictures that are handed in: read, and held against the orders of the camera's firm."""

import io
import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Final
from uuid import UUID

from PIL import Image

from tocsin.base.errors import InvalidInput, Unavailable
from tocsin.engine.frames.watching import Looking
from tocsin.engine.sightings.places import lies_in
from tocsin.screens.clock import current_time
from tocsin.vision.cameras.models import Camera
from tocsin.vision.recognition.models import CameraSource
from tocsin.vision.recognition.policy import recognition_policy
from tocsin.vision.recognition.rules.text import ReadLine, ReadText
from tocsin.vision.recognition.services.crops import cropped
from tocsin.vision.recognition.services.giving_way import LAST
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
    """Reads frames of cameras that ask for it, each `every_s` of this machine after the last one; why it could not, by camera."""

    clock: Callable[[], datetime] = current_time
    read_s: dict[UUID, float] = field(default_factory=dict)
    failed: dict[UUID, str] = field(default_factory=dict)

    def is_due(self, source: CameraSource) -> bool:
        """Whether plates are looked for at the camera, and it is time to read another frame of it."""
        if KIND not in source.looking:
            self.failed.pop(source.camera_id, None)
            return False
        return time.monotonic() - self.read_s.get(source.camera_id, -math.inf) >= vehicle_policy().reading.every_s

    def look(self, source: CameraSource, data: bytes, at: datetime, niceness: int = LAST) -> None:
        """Reads a frame of that moment where it is time. NotAllowed where who set the source may send nothing any more."""
        if not self.is_due(source):
            return
        camera, within_s = source.camera, recognition_policy().reading.frame_within_s
        try:
            read = read_text(data, within_s, niceness)
            take_plates_of(read, actor=source.entered_by, camera=camera, at=at, now=max(at, self.clock()))
        except (InvalidInput, Unavailable) as refusal:
            self.failed[camera.pk] = refusal.in_english
        else:
            self.failed.pop(camera.pk, None)
        finally:
            self.read_s[camera.pk] = time.monotonic()


def take_plates_of(read: ReadText, *, actor: "User", camera: Camera, at: datetime, now: datetime) -> "list[PlateReading]":
    """The plates of a picture of that moment, taken as of the camera; those outside its zones for vehicles don't count."""
    lines = [one for one in read.lines if _is_inside(camera, one)]
    rule, policy = matching_rule(), vehicle_policy()
    texts = [one.text for one in lines]
    awaited = [plate for order in orders_beside(camera, at) for plate in order.plates]
    dangerous = says_dangerous(texts, policy.reading.dangerous)
    readings = [
        NewReading(
            plate=one.plate,
            confidence=lines[one.line].confidence,
            at=at,
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
