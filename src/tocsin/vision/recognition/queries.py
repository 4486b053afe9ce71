"""Sources of frames as the recogniser reads them, and where a folder lies."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final
from uuid import UUID

from django.conf import settings

from tocsin.base.documents import decode_json
from tocsin.base.errors import InvalidInput
from tocsin.engine.frames.measuring import LabelFigures
from tocsin.engine.frames.watching import Looking, WatchedZone, Watching
from tocsin.vision.cameras.models import Camera
from tocsin.vision.recognition.models import CameraSource
from tocsin.vision.recognition.policy import recognition_policy
from tocsin.vision.recognition.rules.own_models import OwnModelCard

log = logging.getLogger(__name__)

MODEL: Final = "model.onnx"
ENROLLED: Final = "enrolled.json"


def sources_to_work() -> list[CameraSource]:
    """All sources of cameras in service, in an order that stays."""
    rows = CameraSource.objects.filter(camera__active=True).select_related(
        "camera__object__organisation", "camera__organisation", "entered_by"
    )
    return list(rows.order_by("entered_at", "camera"))


def groups_of(sources: Sequence[CameraSource], size: int, most: int) -> tuple[list[list[UUID]], list[UUID]]:
    """The cameras that each process looks at, and those for which there is no process."""
    ids = [one.camera_id for one in sources]
    places = size * most
    worked = ids[:places]
    return [worked[start : start + size] for start in range(0, len(worked), size)], ids[places:]


def folder_of(camera: Camera) -> Path:
    """The camera's own folder for frames."""
    return Path(settings.CONFIGURATION.data) / "cameras" / camera.code


def watching_of(source: CameraSource) -> Watching:
    """What is looked for at a camera: a zone counts for the kinds that it names, and one that names none for all."""
    kept = source.camera.own_zones()
    zones = {
        looking: tuple(WatchedZone(one.name, one.corners) for one in kept if not one.kinds or looking.value in one.kinds)
        for looking in (Looking(code) for code in source.looking)
    }
    if kept:  # zones for other kinds alone: this one is looked for nowhere
        zones = {looking: chosen for looking, chosen in zones.items() if chosen}
    return Watching(zones, source.most_people, recognition_policy().seeing.absent_s)


@dataclass(frozen=True)
class EnrolledModel:
    """A city's own model that is in use. `figures`: of each label, on `pictures` of its test set; `cameras`: codes."""

    card: OwnModelCard
    sha256: str
    enrolled_at: datetime
    pictures: int
    figures: tuple[LabelFigures, ...]
    cameras: tuple[str, ...]


def own_model_folder() -> Path:
    """Where models of the city's own lie, a folder each."""
    return Path(settings.CONFIGURATION.data) / "recognisers"


def enrolled_models() -> list[EnrolledModel]:
    """Those that are in use, by their codes."""
    found = []
    for path in sorted(own_model_folder().glob(f"*/{ENROLLED}")):
        try:
            found.append(decode_json(path.read_bytes(), EnrolledModel))
        except (InvalidInput, OSError) as error:
            log.warning("%s: %s", path, error)
    return found
