"""What may be changed in a network, and the geometry of it: lines are split and joined, ends go with their points."""

import hashlib
import itertools
import json
import math
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Final

from tocsin.base.errors import InvalidInput

type Place = tuple[float, float]
type Values = dict[str, object]

EARTH_M_PER_DEGREE: Final = 111_320.0  # along a meridian, and along the equator (WGS84, mean)
TOUCHES_M: Final = 0.5  # two places nearer than this are one
ON_THE_LINE_M: Final = 20.0  # a line is split no farther from it than this
KEEPS_APART: Final = frozenset({"valve", "pump_station", "heat_station", "gas_regulator", "substation", "building"})
"""Kinds of points through which no line passes: what stands between two lines ends both."""

CORRECTION: Final = "network_correction"  # what a notice about it is for
OWNS: Final = "owns_the_object"
ASKED_FOR_IT: Final = "proposed_it"


class EditAct(StrEnum):
    """What somebody did with an object of a network."""

    CREATED = "created"
    CHANGED = "changed"
    MOVED = "moved"
    SPLIT = "split"
    JOINED = "joined"
    REMOVED = "removed"
    TAKEN_BACK = "taken_back"


class CorrectionKind(StrEnum):
    """What is otherwise on site than in the register."""

    STATE = "state"  # a valve is stuck, a cover is broken
    PLACE = "place"  # it lies elsewhere
    FACTS = "facts"  # another diameter, material, owner
    GONE = "gone"  # there is no such object
    MISSING = "missing"  # there is an object that the register lacks


class CorrectionState(StrEnum):
    """Where a proposed correction stands."""

    OPEN = "open"
    ACCEPTED = "accepted"
    REFUSED = "refused"


def metres(one: Place, other: Place) -> float:
    """Metres between two places (longitude, latitude in degrees), near enough within a few kilometres."""
    shrink = math.cos(math.radians((one[1] + other[1]) / 2))
    return EARTH_M_PER_DEGREE * math.hypot((one[0] - other[0]) * shrink, one[1] - other[1])


def nearest(line: Sequence[Place], place: Place) -> tuple[int, Place, float]:
    """The place on a line that is nearest to another: number of its stretch, the place itself, metres to it."""
    shrink = math.cos(math.radians(place[1]))
    best = (0, line[0], math.inf)
    for number, (a, b) in enumerate(itertools.pairwise(line)):
        dx, dy = (b[0] - a[0]) * shrink, b[1] - a[1]
        length = dx * dx + dy * dy
        share = 0.0
        if length > 0:
            share = min(1.0, max(0.0, ((place[0] - a[0]) * shrink * dx + (place[1] - a[1]) * dy) / length))
        on = (a[0] + share * (b[0] - a[0]), a[1] + share * (b[1] - a[1]))
        apart = metres(on, place)
        if apart < best[2]:
            best = (number, on, apart)
    return best


def split(line: Sequence[Place], place: Place) -> tuple[list[Place], list[Place]]:
    """The two parts of a line, cut where it is nearest to a place.

    InvalidInput for a place farther than `ON_THE_LINE_M`, or at an end of the line.
    """
    number, cut, apart = nearest(line, place)
    if apart > ON_THE_LINE_M:
        raise InvalidInput(
            "The place lies %(apart)s m from the line; a line is split at most %(most)s m from it.",
            apart=round(apart),
            most=round(ON_THE_LINE_M),
        )
    if min(metres(cut, line[0]), metres(cut, line[-1])) < TOUCHES_M:
        raise InvalidInput("The line ends there already: choose a place between its ends.")
    first, second = [*line[: number + 1], cut], [cut, *line[number + 1 :]]
    return _without_doubles(first), _without_doubles(second)


def join(first: Sequence[Place], second: Sequence[Place]) -> list[Place]:
    """One line of two that share an end, in the direction of the first. InvalidInput where they share none, or both."""
    meets = [(a, b) for a in (0, -1) for b in (0, -1) if metres(first[a], second[b]) < TOUCHES_M]
    if len(meets) != 1:
        raise InvalidInput("The two lines do not meet at exactly one end: only lines that follow each other are joined.")
    at_first, at_second = meets[0]
    one = list(first) if at_first == -1 else list(reversed(first))
    other = list(second) if at_second == 0 else list(reversed(second))
    whole = _without_doubles([*one, *other])
    return whole if at_first == -1 else list(reversed(whole))


def with_end(line: Sequence[Place], *, begins: bool, place: Place) -> list[Place]:
    """The line with its begin or its end at another place."""
    return [place, *line[1:]] if begins else [*line[:-1], place]


def _without_doubles(line: Sequence[Place]) -> list[Place]:
    kept = [line[0]]
    for place in line[1:]:
        if place != kept[-1]:
            kept.append(place)
    return kept if len(kept) > 1 else [line[0], line[-1]]


def mark_of(values: Mapping[str, object]) -> str:
    """Sixteen characters that change with any value of an object: whoever saw another state than is there now is told so."""
    text = json.dumps(values, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def differences(before: Mapping[str, object] | None, after: Mapping[str, object] | None) -> dict[str, tuple[object, object]]:
    """By name the values that differ, as before and as after; an object that is not there has none."""
    old, new = before or {}, after or {}
    return {name: (old.get(name), new.get(name)) for name in {**old, **new} if old.get(name) != new.get(name)}
