"""The models that Tocsin carries: where each is from, what it is for, and what it can't do."""

from dataclasses import dataclass
from typing import Final

from tocsin.engine.frames.watching import Looking


@dataclass(frozen=True)
class ModelCard:
    """One model. `code` and `version` stand with each of its events; `file`: in `weights/`; `side`: of its input, in pixels."""

    code: str
    version: str
    file: str
    side: int
    source: str
    licence: str
    looking: tuple[Looking, ...]


OBJECTS: Final = ModelCard(
    "ssd-mobilenet-v2-oidv4",
    "0.4.1675468480",
    "objects.tflite",
    300,
    "npm @mediapipe/objectron",
    "Apache-2.0",
    (Looking.ZONE_CROSSED, Looking.OVER_MANNING, Looking.CONTROL_ROOM_LEFT, Looking.WATCHER_GONE, Looking.VEHICLE),
)
POSE: Final = ModelCard(
    "blazepose-detector", "0.5.1675469404", "pose.tflite", 224, "npm @mediapipe/pose", "Apache-2.0", (Looking.PERSON_DOWN,)
)
CARDS: Final = (OBJECTS, POSE)
PERSON: Final = (4,)  # rows of objects.labels.txt
VEHICLES: Final = (18, 23)  # Vehicle, Car
