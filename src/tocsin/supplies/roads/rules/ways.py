"""How a way from a store to a place of need is known."""

from enum import StrEnum


class KnownBy(StrEnum):
    """By what the minutes of a way are known: entered at the request, from a travel table, on the city's streets, or reckoned
    from the distance.
    """

    ENTERED = "entered"
    TABLE = "table"
    STREETS = "streets"
    DISTANCE = "distance"
