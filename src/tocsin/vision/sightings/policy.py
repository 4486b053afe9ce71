"""`policy.toml` as frozen values."""

from datetime import timedelta
from pathlib import Path
from typing import Annotated

import msgspec

from tocsin.base.policy import PolicyFile, reader
from tocsin.vision.sightings.rules.events import EventBounds

FILE = Path(__file__).with_name("policy.toml")

type Seconds = Annotated[float, msgspec.Meta(ge=0, le=31_622_400)]


class DoorFigures(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the door takes."""

    ahead_s: Seconds
    oldest_s: Seconds
    lateness_s: Annotated[float, msgspec.Meta(ge=0, le=60)]
    crop_bytes: Annotated[int, msgspec.Meta(ge=1000, le=1_000_000)]
    camera_events_a_minute: Annotated[int, msgspec.Meta(ge=1, le=100_000)]
    unjudged: Annotated[int, msgspec.Meta(ge=100, le=10_000_000)]
    clock_off_s: Seconds


class DecidingFigures(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a person decides."""

    undo_s: Seconds
    look_s: Seconds
    near_m: Annotated[float, msgspec.Meta(ge=0, le=2000)]
    alike: Annotated[int, msgspec.Meta(ge=1, le=500)]


class KeepingFigures(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How long events and crops are kept."""

    events_days: Annotated[int, msgspec.Meta(ge=1, le=3650)]
    sightings_days: Annotated[int, msgspec.Meta(ge=1, le=3650)]


class SightingPolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file."""

    door: DoorFigures
    deciding: DecidingFigures
    keeping: KeepingFigures


SIGHTINGS = PolicyFile("vision.sightings", FILE, reader(SightingPolicy), "智能识别上报与确认", "Sightings")


def sighting_policy() -> SightingPolicy:
    """The policy in force."""
    return SIGHTINGS.current()


def event_bounds() -> EventBounds:
    """What an event may be."""
    door = sighting_policy().door
    return EventBounds(timedelta(seconds=door.ahead_s), timedelta(seconds=door.oldest_s), door.crop_bytes)
