"""Signs that somebody only ticks boxes. Each is a question for a person; none of them moves a point."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from tocsin.base.geometry import distance_m


class GamingKind(StrEnum):
    """What was seen."""

    BULK = "bulk"  # many tasks ticked off within minutes, late at night
    SAME_PHOTO = "same_photo"  # the picture had been given before
    IMPOSSIBLE_TRAVEL = "impossible_travel"  # nobody can be in both places


class GamingState(StrEnum):
    """What a person made of it."""

    OPEN = "open"
    CONFIRMED = "confirmed"
    DISMISSED = "dismissed"


@dataclass(frozen=True)
class GamingFigures:
    """Where a sign begins."""

    bulk_entries: int
    bulk_within_min: float
    bulk_from_minute: int  # of the local day
    same_photo_bits: int  # of 64 that may differ
    same_photo_days: int
    travel_km_h: float
    travel_least_m: float  # positions of phones err by so much


@dataclass(frozen=True)
class Spot:
    """Where and when an entry was made by one person; WGS84 degrees."""

    id: str
    at: datetime
    lon: float
    lat: float


def bulk(times: Sequence[datetime], figures: GamingFigures) -> tuple[int, int] | None:
    """First and last (excluded) of the longest run of sorted local times that is too many at once, late in the evening."""
    best: tuple[int, int] | None = None
    first = 0
    for last, at in enumerate(times):
        while at - times[first] > timedelta(minutes=figures.bulk_within_min):
            first += 1
        is_late = at.hour * 60 + at.minute >= figures.bulk_from_minute
        length = last - first + 1
        if is_late and length >= figures.bulk_entries and (best is None or length > best[1] - best[0]):
            best = (first, last + 1)
    return best


def impossible_travel(earlier: Spot, later: Spot, figures: GamingFigures) -> float | None:
    """Kilometres an hour that it would have taken, where nobody goes so fast; None where it is possible."""
    metres = max(0.0, distance_m(earlier.lon, earlier.lat, later.lon, later.lat) - figures.travel_least_m)
    hours = max((later.at - earlier.at).total_seconds(), 1.0) / 3600
    speed = metres / 1000 / hours
    return speed if metres > 0 and speed > figures.travel_km_h else None
