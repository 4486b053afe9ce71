"""The streams of the log and how long they remember."""

from dataclasses import dataclass

READINGS = "READINGS"
DETECTIONS = "DETECTIONS"
EVENTS = "EVENTS"
PLATFORMS = "PLATFORMS"
RESOURCES = "RESOURCES"

LIVE_SUBJECT = "live.readings"  # not stored: the newest reading of each changed sensor, once a second
MAX_PAYLOAD_BYTES = 8 * 1024 * 1024
DAY_S = 86_400.0


@dataclass(frozen=True)
class Stream:
    """A stream and its limits: whichever of size and age is reached first drops the oldest messages.

    A message id that comes again within `duplicate_window_s` is acknowledged and not stored a second time.
    """

    name: str
    subjects: tuple[str, ...]
    max_bytes: int
    max_age_s: float
    duplicate_window_s: float
    compressed: bool = False


def streams(readings_bytes: int, readings_age_s: float) -> tuple[Stream, ...]:
    """All streams, with the limits of READINGS as an operator set them; where that is small, the others are too."""
    others = min(1024**3, readings_bytes // 8)
    return (
        Stream(READINGS, ("readings.>",), readings_bytes, readings_age_s, 120.0, compressed=True),
        Stream(DETECTIONS, ("detections",), others, 30 * DAY_S, 3600.0),
        Stream(EVENTS, ("events.>",), others, 30 * DAY_S, 3600.0),
        Stream(PLATFORMS, ("platforms.>",), others, 30 * DAY_S, 3600.0),
        Stream(RESOURCES, ("resources.>",), others, 30 * DAY_S, 3600.0),
    )
