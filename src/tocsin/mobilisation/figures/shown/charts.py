"""Bars of the last months, drawn by the server."""

from dataclasses import dataclass

WIDTH, HEIGHT = 600, 120
_MOST = 0.86  # of the height
_LEAST = 2.0  # a bar that is there is seen


@dataclass(frozen=True)
class Bar:
    """One month; `value` None: hidden."""

    name: str
    value: int | None
    x: float
    width: float
    y: float
    height: float


def bars(months: list[tuple[str, int | None]]) -> list[Bar]:
    """One bar for each month, the highest as high as the chart allows. What is hidden has a stub of one height for all."""
    if not months:
        return []
    step = WIDTH / len(months)
    highest = max((value or 0 for _name, value in months), default=0) or 1
    made = []
    for at, (name, value) in enumerate(months):
        height = HEIGHT * 0.08 if value is None else max(_LEAST, HEIGHT * _MOST * value / highest)
        made.append(
            Bar(
                name, value, round(at * step + step * 0.12, 1), round(step * 0.76, 1), round(HEIGHT - height, 1), round(height, 1)
            )
        )
    return made
