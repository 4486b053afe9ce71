"""What people and vehicles in one frame amount to, by the zones that a kind is looked for in. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from tocsin.engine.frames.objects import Corners, Seen
from tocsin.engine.sightings.places import Corner, lies_in


class Looking(StrEnum):
    """What is looked for, by the codes of the vocabulary of sightings."""

    PERSON_DOWN = "person_down"
    ZONE_CROSSED = "zone_crossed"
    OVER_MANNING = "over_manning"
    CONTROL_ROOM_LEFT = "control_room_left"
    WATCHER_GONE = "watcher_gone"
    VEHICLE = "vehicle"
    VEHICLE_UNEXPECTED = "vehicle_unexpected"
    UNLOADING_UNWATCHED = "unloading_unwatched"


ABSENCES: Final = (Looking.CONTROL_ROOM_LEFT, Looking.WATCHER_GONE, Looking.UNLOADING_UNWATCHED)
BY_TEXT: Final = (Looking.VEHICLE_UNEXPECTED,)  # what is read tells of it, and no detector
SURE_ABSENCE: Final = 0.9  # no score of an absence is higher: a detector may miss whoever sits still


@dataclass(frozen=True)
class WatchedZone:
    """A polygon of the picture, corners as shares."""

    name: str
    corners: tuple[Corner, ...]


@dataclass(frozen=True)
class Watching:
    """What is looked for at one camera, in which zones (none: the whole picture), how many people are too many, and for how many
    seconds a zone must have been seen empty before that says that somebody left.
    """

    zones: Mapping[Looking, tuple[WatchedZone, ...]]
    most_people: int
    absent_s: float


@dataclass(frozen=True)
class FrameContents:
    """What detectors saw in one frame. `lying`: of the people, those whose body lies, with the score of that."""

    people: tuple[Seen, ...] = ()
    lying: tuple[Seen, ...] = ()
    vehicles: tuple[Seen, ...] = ()


@dataclass(frozen=True)
class Noted:
    """One thing to report: kind, box (left, upper, width, height as shares) and score."""

    kind: Looking
    box: Corners
    score: float


@dataclass(frozen=True)
class ZoneMemory:
    """When somebody was last seen in each zone that must not be empty, by kind and name; each begins as if somebody was there."""

    last_seen: Mapping[tuple[Looking, str], datetime]


WHOLE = WatchedZone("", ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)))


def stands_in(seen: Seen, zone: WatchedZone) -> bool:
    """Whether feet or wheels are in the zone: the middle of the lower edge, a little above it."""
    left, upper, wide, high = seen.box
    return lies_in((left + wide / 2, upper + high * 0.95), zone.corners)


def touches(seen: Seen, zone: WatchedZone) -> bool:
    """Whether the middle of the box or its foot lies in the zone: somebody at a desk shows no feet."""
    left, upper, wide, high = seen.box
    return stands_in(seen, zone) or lies_in((left + wide / 2, upper + high / 2), zone.corners)


def note(contents: FrameContents, watching: Watching, memory: ZoneMemory, now: datetime) -> tuple[list[Noted], ZoneMemory]:
    """What one frame gives to report, and when zones were last seen with somebody in them. What is not looked for now is
    forgotten: when it is again, it begins as if somebody was there.
    """
    noted: list[Noted] = []
    last_seen = {key: at for key, at in memory.last_seen.items() if key[0] in watching.zones}
    for kind, chosen in watching.zones.items():
        for zone in chosen or (WHOLE,):
            if kind in ABSENCES:
                noted += _absence(kind, zone, contents.people, last_seen, watching.absent_s, now)
            else:
                noted += _presence(kind, zone, contents, watching.most_people)
    return noted, ZoneMemory(last_seen)


def _presence(kind: Looking, zone: WatchedZone, contents: FrameContents, most_people: int) -> list[Noted]:
    if kind is Looking.PERSON_DOWN:
        return [Noted(kind, one.box, one.score) for one in contents.lying if touches(one, zone)]
    if kind is Looking.VEHICLE:
        return [Noted(kind, one.box, one.score) for one in contents.vehicles if stands_in(one, zone)]
    inside = sorted((one for one in contents.people if stands_in(one, zone)), key=lambda one: -one.score)
    if kind is Looking.OVER_MANNING:
        return [Noted(kind, around([one.box for one in inside]), inside[most_people].score)] if len(inside) > most_people else []
    return [Noted(kind, one.box, one.score) for one in inside]


def _absence(
    kind: Looking,
    zone: WatchedZone,
    people: Sequence[Seen],
    last_seen: dict[tuple[Looking, str], datetime],
    absent_s: float,
    now: datetime,
) -> list[Noted]:
    key = (kind, zone.name)
    if key not in last_seen or any(touches(one, zone) for one in people):
        last_seen[key] = now
        return []
    empty_s = (now - last_seen[key]).total_seconds()
    if empty_s < absent_s:
        return []
    xs, ys = ([corner[axis] for corner in zone.corners] for axis in (0, 1))
    score = min(SURE_ABSENCE, 0.5 + 0.2 * empty_s / absent_s)
    return [Noted(kind, (min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys)), round(score, 3))]


def around(boxes: Sequence[Corners]) -> Corners:
    """The smallest box around all of these.

    >>> around([(0.1, 0.1, 0.2, 0.2), (0.5, 0.4, 0.25, 0.1)])
    (0.1, 0.1, 0.65, 0.4)
    """
    left, upper = min(one[0] for one in boxes), min(one[1] for one in boxes)
    right, lower = max(one[0] + one[2] for one in boxes), max(one[1] + one[3] for one in boxes)
    return left, upper, round(right - left, 9), round(lower - upper, 9)
