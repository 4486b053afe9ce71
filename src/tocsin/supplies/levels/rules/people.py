"""From where a number of people is: the register of exposed bodies over an area, or what else knows it, and when it was asked."""

from datetime import date, datetime
from enum import StrEnum
from typing import Literal

import msgspec


class PeopleFrom(StrEnum):
    """WITHIN: so many metres round the place. WARNING: the area of a public warning. CLOSING: whom a closed valve cuts off.
    REGION: everybody in a region. PARTS: everybody in some of its towns, or of its counties. RELEASE: the area that a release of
    a chemical may reach.
    """

    WITHIN = "within"
    WARNING = "warning"
    CLOSING = "closing"
    REGION = "region"
    PARTS = "parts"
    RELEASE = "release"


class PeopleBasis(msgspec.Struct, frozen=True):
    """How many people somebody was proposed, and from where: kept beside the number that was entered in the end.

    `slot`: the time of day at which there are most of them. `oldest`, `newest`: days of the figures. `label`: number or name of
    what the area belongs to.
    """

    source: PeopleFrom
    count: int
    at: datetime
    label: str = ""
    metres: float = 0
    slot: Literal["", "day", "night", "day_off"] = ""
    from_bodies: int = 0
    from_grid: int = 0
    oldest: date | None = None
    newest: date | None = None
