"""What was read in a picture."""

from dataclasses import dataclass

import msgspec


class ReadLine(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One line of text. `corners`: shares of width and height, upper left first, clockwise as it is read; `confidence`: 0 to 1,
    on average over its signs; `plate`: the number plate in it, empty where there is none.
    """

    text: str
    confidence: float
    corners: list[tuple[float, float]]
    plate: str = ""


@dataclass(frozen=True)
class ReadText:
    """What was read, from the top down, and the picture as it was read, upright (JPEG)."""

    lines: list[ReadLine]
    picture: bytes
    width: int
    height: int
