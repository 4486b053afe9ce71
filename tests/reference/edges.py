"""What a twin tells: an edge with the figures that the detector tells, too."""

from typing import NamedTuple

from tocsin.engine.detection.rule import Edge


class Told(NamedTuple):
    """One edge of one rule; `figures` are the four of `FIGURES[rule]`."""

    rule: str
    edge: Edge
    level: int
    ts: int
    value: float
    limit: float
    figures: tuple[float, float, float, float]


class History(list[tuple[int, float]]):
    """Times and values of the believed readings of one sensor, oldest first."""

    @property
    def values(self) -> list[float]:
        return [value for _, value in self]
