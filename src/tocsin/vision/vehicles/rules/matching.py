"""A plate that was read, beside the orders that await a vehicle there. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from tocsin.engine.frames.expected import ReadVerdict, SignCosts, compare, distance, plain
from tocsin.engine.frames.text import plate_in


class PlateVerdict(StrEnum):
    """MATCH: the vehicle of an order, in its window. DOUBTFUL: signs may be misread. WINDOW: the vehicle of an order at another
    time. NONE: of no order. UNKNOWN: the firm keeps no orders here, so nobody can say.
    """

    MATCH = "match"
    DOUBTFUL = "doubtful"
    WINDOW = "window"
    NONE = "none"
    UNKNOWN = "unknown"


KIND_OF: Final = {
    PlateVerdict.DOUBTFUL: "vehicle_unexpected",
    PlateVerdict.WINDOW: "vehicle_out_of_window",
    PlateVerdict.NONE: "vehicle_unexpected",
}
"""The kind of sighting that a person is asked to decide."""
DANGEROUS_KIND: Final = "tanker_without_order"
VEHICLE_KINDS: Final = ("vehicle_unexpected", "vehicle_out_of_window", DANGEROUS_KIND)


@dataclass(frozen=True)
class Awaited:
    """One order as a plate is compared with it. `present`: its vehicle is there, or left a moment ago."""

    id: UUID
    plates: tuple[str, ...]
    from_at: datetime
    until_at: datetime
    present: bool = False


@dataclass(frozen=True)
class MatchingRule:
    """Up to which distance signs may be misread, how surely a plate must be read to count by itself, how much earlier and later
    than its window a vehicle comes in time.
    """

    doubtful: float
    sure: float
    early: timedelta
    late: timedelta
    costs: SignCosts


@dataclass(frozen=True)
class PlateMatch:
    """The verdict, the order that is nearest, and how far the plate is from it."""

    verdict: PlateVerdict
    order: Awaited | None = None
    distance: float | None = None


def match_plate(plate: str, confidence: float, at: datetime, orders: Sequence[Awaited], rule: MatchingRule) -> PlateMatch:
    """Which order a plate belongs to. A vehicle that is there already is itself also where a sign is misread; before others
    counts what is nearest, then what is in its window, then what ends first.
    """
    found: list[tuple[float, bool, bool, datetime, Awaited]] = []
    for one in orders:
        far = min(distance(plate, plain(own), rule.costs) for own in one.plates)
        if far <= rule.doubtful:
            late = not one.present and not one.from_at - rule.early <= at <= one.until_at + rule.late
            found.append((far, late, not one.present, one.until_at, one))
    if not found:
        return PlateMatch(PlateVerdict.NONE)
    far, late, _absent, _end, order = min(found, key=lambda one: one[:4])
    if order.present:
        return PlateMatch(PlateVerdict.MATCH, order, far)
    if far > 0 or confidence < rule.sure:
        return PlateMatch(PlateVerdict.DOUBTFUL, order, far)
    return PlateMatch(PlateVerdict.WINDOW if late else PlateVerdict.MATCH, order, far)


@dataclass(frozen=True)
class FoundPlate:
    """A plate among the lines of a picture: which line it stands in."""

    plate: str
    line: int


def plates_among(lines: Sequence[str], awaited: Sequence[str], doubtful: float, costs: SignCosts) -> list[FoundPlate]:
    """What is written like a plate, and what is near to an awaited one though a misread sign makes it none; each line once.

    >>> plates_among(["鲁B·D7362", "苯", "鲁BO8362"], ["鲁B08362"], 1.0, SignCosts())
    [FoundPlate(plate='鲁BD7362', line=0), FoundPlate(plate='鲁BO8362', line=2)]
    """
    found = []
    for number, text in enumerate(lines):
        plate = plate_in(text)
        if not plate:
            near = [one for one in (compare([text], wanted, doubtful, costs) for wanted in awaited) if one.distance is not None]
            best = min(near, key=lambda one: one.distance or 0.0, default=None)
            plate = best.nearest if best is not None and best.verdict is not ReadVerdict.OTHER else ""
        if plate:
            found.append(FoundPlate(plate, number))
    return found


def says_dangerous(lines: Sequence[str], words: Sequence[str]) -> bool:
    """Whether one of the words of dangerous goods is written there.

    >>> says_dangerous(["危险品 3"], ["危险"]), says_dangerous(["flam mable"], ["FLAMMABLE"]), says_dangerous(["Milk"], ["危险"])
    (True, True, False)
    """
    told = [plain(one) for one in lines]
    return any(plain(word) in text for word in words for text in told)
