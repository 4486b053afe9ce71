"""How a way from a store to a place of need is known."""

from enum import StrEnum
from typing import TypedDict


class KnownBy(StrEnum):
    """By what the minutes of a way are known: entered at the request, from a travel table, on the city's streets, or reckoned
    from the distance.
    """

    ENTERED = "entered"
    TABLE = "table"
    STREETS = "streets"
    DISTANCE = "distance"


class WayTold(TypedDict):
    """A way as a plan keeps it: `store` is an id, `place` that of the travel table, `around` names what is closed, `course` is
    the line on streets (longitude, latitude), empty where none is known.
    """

    store: str
    minutes: float
    by: str
    place: str
    km: float
    around: list[str]
    further_min: float
    course: list[list[float]]
