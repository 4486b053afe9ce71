"""What a position must be to be taken. Values in, a named fault out."""

import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from tocsin.base.errors import InvalidInput

MOST_SPEED: Final = 300.0  # km/h


class Fault(StrEnum):
    """Why a position is refused."""

    NO_TAG = "no_tag"
    OUT_OF_SERVICE = "out_of_service"
    NO_PLACE = "no_place"
    NO_PLAN = "no_plan"
    BAD_PLACE = "bad_place"
    FAR_AWAY = "far_away"
    BAD_ACCURACY = "bad_accuracy"
    BAD_FIGURE = "bad_figure"
    TOO_EARLY = "too_early"
    TOO_OLD = "too_old"
    OVER_BUDGET = "over_budget"


FAULT_TEXTS: Final[dict[Fault, InvalidInput]] = {
    Fault.NO_TAG: InvalidInput("the firm has no such tag: enter it first"),
    Fault.OUT_OF_SERVICE: InvalidInput("the tag was withdrawn"),
    Fault.NO_PLACE: InvalidInput("neither lon and lat nor x and y"),
    Fault.NO_PLAN: InvalidInput("x and y, and the gateway names no plan: enter reference points"),
    Fault.BAD_PLACE: InvalidInput("these coordinates are no place"),
    Fault.FAR_AWAY: InvalidInput("too far from every place of the firm: wrong plan or datum"),
    Fault.BAD_ACCURACY: InvalidInput("the accuracy is negative, or too wide to be a place"),
    Fault.BAD_FIGURE: InvalidInput("speed or battery are out of their range"),
    Fault.TOO_EARLY: InvalidInput("its time lies in the future: set the gateway's clock"),
    Fault.TOO_OLD: InvalidInput("it is too old"),
    Fault.OVER_BUDGET: InvalidInput("the gateway sends more than its budget: send it again in a minute"),
}
"""Why, in words."""


@dataclass(frozen=True, kw_only=True)
class NewPosition:
    """One position as a gateway sends it: degrees, or plant coordinates. Metres, km/h, percent."""

    tag: str
    at: datetime
    lon: float | None = None
    lat: float | None = None
    x: float | None = None
    y: float | None = None
    accuracy_m: float = 5.0
    floor: str = ""
    speed_km_h: float | None = None
    battery_percent: float | None = None
    sos: bool = False


@dataclass(frozen=True)
class PositionBounds:
    """What a position may be."""

    ahead: timedelta
    oldest: timedelta
    accuracy_m: float


def fault_of(position: NewPosition, bounds: PositionBounds, now: datetime) -> Fault | None:
    """What is wrong with a position by itself; None where it may be taken."""
    if position.at > now + bounds.ahead:
        return Fault.TOO_EARLY
    if position.at < now - bounds.oldest:
        return Fault.TOO_OLD
    if not 0 <= position.accuracy_m <= bounds.accuracy_m:
        return Fault.BAD_ACCURACY
    speed, battery = position.speed_km_h, position.battery_percent
    if (speed is not None and not 0 <= speed <= MOST_SPEED) or (battery is not None and not 0 <= battery <= 100):
        return Fault.BAD_FIGURE
    return _place_fault(position)


def _place_fault(position: NewPosition) -> Fault | None:
    degrees, own = (position.lon, position.lat), (position.x, position.y)
    if None not in degrees:
        lon, lat = position.lon or 0.0, position.lat or 0.0
        return None if -180 <= lon <= 180 and -90 <= lat <= 90 and (lon, lat) != (0.0, 0.0) else Fault.BAD_PLACE
    if None in own:
        return Fault.NO_PLACE
    return None if all(math.isfinite(one) for one in own if one is not None) else Fault.BAD_PLACE
