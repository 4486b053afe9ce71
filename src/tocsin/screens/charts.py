"""Bars that the server draws: the geometry of a small picture, which a template writes as SVG."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

MOST: Final = 0.86  # of the height
LEAST: Final = 2.0  # a bar that is there is seen


@dataclass(frozen=True)
class Bar:
    """One bar in units of the picture; `value` None: hidden."""

    name: str
    value: int | None
    x: float
    width: float
    y: float
    height: float


def bars(values: Sequence[tuple[str, int | None]], *, width: float = 600, height: float = 120) -> list[Bar]:
    """One bar for each name, the highest nearly as high as the picture. What is hidden has a stub of one height for all.

    >>> [(one.x, one.height) for one in bars([("Mon", 1), ("Tue", 2)], width=100, height=50)]
    [(6.0, 21.5), (56.0, 43.0)]
    """
    step = width / max(1, len(values))
    highest = max((value or 0 for _name, value in values), default=0) or 1
    return [
        Bar(name, value, round(at * step + step * 0.12, 1), round(step * 0.76, 1), round(height - tall, 1), round(tall, 1))
        for at, (name, value) in enumerate(values)
        for tall in (height * 0.08 if value is None else max(LEAST, height * MOST * value / highest),)
    ]
