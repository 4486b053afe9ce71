"""Days of colours and scores as drawings."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from tocsin.supervision.objects.models import LedgerDay
from tocsin.supervision.points.queries.ledger import Board
from tocsin.supervision.points.queries.rules import rules_of_version
from tocsin.supervision.points.shown.names import LADDER

WIDTH: Final = 640
HEIGHT: Final = 150


@dataclass(frozen=True)
class Piece:
    """Objects of one colour in a bar."""

    colour: str
    y: float
    height: float
    objects: int


@dataclass(frozen=True)
class Bar:
    """One day of the board."""

    day: date
    x: float
    width: float
    pieces: list[Piece]

    @property
    def numbers(self) -> list[int]:
        """Objects of each colour, in the order of a table."""
        return [piece.objects for piece in reversed(self.pieces)]


@dataclass(frozen=True)
class DaysChart:
    """Bars of the days, in the units of the picture."""

    bars: list[Bar]
    first: date
    last: date
    width: int = WIDTH
    height: int = HEIGHT


def stacked(boards: Sequence[Board]) -> DaysChart | None:
    """Bars of the days, each of five pieces."""
    if not boards:
        return None
    step = WIDTH / len(boards)
    bars = []
    for number, one in enumerate(boards):
        whole = sum(one.all.values()) or 1
        top, pieces = 0.0, []
        for colour in LADDER[::-1]:
            tall = HEIGHT * one.all[colour] / whole
            pieces.append(Piece(colour, round(top, 2), round(tall, 2), one.all[colour]))
            top += tall
        bars.append(Bar(one.day, round(number * step + 1, 2), round(step - 2, 2), pieces))
    return DaysChart(bars, boards[0].day, boards[-1].day)


@dataclass(frozen=True)
class Mark:
    """The score of one day."""

    x: float
    y: float
    colour: str
    day: date


@dataclass(frozen=True)
class Band:
    """Where a colour lies."""

    colour: str
    y: float
    height: float


@dataclass(frozen=True)
class ScoreChart:
    """The score over the days, in the units of the picture; `line`: its points as SVG writes them."""

    marks: list[Mark]
    bands: list[Band]
    line: str
    first: date
    last: date
    width: int = WIDTH
    height: int = HEIGHT


def scores(rows: Sequence[LedgerDay]) -> ScoreChart | None:
    """The score over the days, oldest first, above the bands of the newest day's rules."""
    if not rows:
        return None
    yellow, blue, green = rules_of_version(rows[0].rule_version).figures().bands
    step = WIDTH / max(1, len(rows) - 1)
    days = list(reversed(rows))
    marks = [
        Mark(round(number * step, 1), round(HEIGHT * (1 - row.score / 10_000), 1), row.colour, row.day)
        for number, row in enumerate(days)
    ]
    edges = [0, yellow, blue, green, 10_000]
    bands = [
        Band(colour, round(HEIGHT * (1 - high / 10_000), 1), round(HEIGHT * (high - low) / 10_000, 1))
        for colour, low, high in zip(("red", "yellow", "blue", "green"), edges, edges[1:], strict=False)
    ]
    return ScoreChart(marks, bands, " ".join(f"{one.x},{one.y}" for one in marks), days[0].day, days[-1].day)
