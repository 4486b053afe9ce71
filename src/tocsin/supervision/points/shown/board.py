"""The board of colours as people and programs read it, and what a trial of the policy shows."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from ninja import Field, Schema

from tocsin.supervision.objects.policy.register import trade_name
from tocsin.supervision.objects.queries.register import region_name
from tocsin.supervision.objects.shown import colour_name
from tocsin.supervision.points.queries.ledger import Board
from tocsin.supervision.points.queries.replay import Changed, Tried
from tocsin.supervision.points.shown.names import LADDER, points


class ColourMovedOut(Schema):
    object_id: UUID
    code: str
    name: str
    region_code: str
    trade: str
    day: date
    before: str
    after: str
    score: float

    @property
    def region_name(self) -> str:
        """The region in words."""
        return region_name(self.region_code)

    @property
    def trade_name(self) -> str:
        """The trade in words."""
        return trade_name(self.trade)

    @property
    def before_name(self) -> str:
        """The colour before, in words."""
        return colour_name(self.before)

    @property
    def after_name(self) -> str:
        """The colour after, in words."""
        return colour_name(self.after)


class ColourCountOut(Schema):
    colour: str = Field(description="green, blue, yellow, red or grey: not enough data")
    name: str
    objects: int


class ColourRowOut(Schema):
    """One region or one trade."""

    key: str
    name: str
    all: int
    green: int
    blue: int
    yellow: int
    red: int
    grey: int

    @property
    def counts(self) -> list[tuple[str, int]]:
        """How many objects show each colour, in the order of a table."""
        return [(colour, getattr(self, colour)) for colour in LADDER]


class ColourMoveOut(Schema):
    before: str
    after: str
    objects: int

    @property
    def before_name(self) -> str:
        """The colour before, in words."""
        return colour_name(self.before)

    @property
    def after_name(self) -> str:
        """The colour after, in words."""
        return colour_name(self.after)


class ColoursOut(Schema):
    """Colours of a day by region and trade."""

    day: date | None = Field(description="the day whose points these are; none before the first night")
    all: int
    counts: list[ColourCountOut]
    regions: list[ColourRowOut]
    trades: list[ColourRowOut]


class MovesOut(Schema):
    """How many objects moved on a day."""

    up: int
    down: int
    ways: list[ColourMoveOut]


class PointsBoardOut(ColoursOut, MovesOut):
    pass


def describe_board(board: Board, region_names: Mapping[str, str]) -> ColoursOut:
    """One day of the board, by region and trade, worst share of red first."""

    def rows(table: Mapping[str, Mapping[str, int]], name_of: Callable[[str], str]) -> list[ColourRowOut]:
        made = [ColourRowOut(key=key, name=name_of(key), all=sum(counts.values()), **counts) for key, counts in table.items()]
        return sorted(made, key=lambda row: (-row.red / row.all, -row.yellow / row.all, row.key))

    return ColoursOut(
        day=board.day,
        all=sum(board.all.values()),
        counts=[ColourCountOut(colour=one, name=colour_name(one), objects=board.all[one]) for one in LADDER],
        regions=rows(board.regions, lambda code: region_names.get(code, code)),
        trades=rows(board.trades, trade_name),
    )


def describe_moves(found: Mapping[tuple[str, str], int]) -> MovesOut:
    """How many went up and down, and each way of going; coming from or to grey is neither."""
    order = {"red": 0, "yellow": 1, "blue": 2, "green": 3}
    up = sum(number for (before, after), number in found.items() if order.get(before, 9) < order.get(after, -1))
    down = sum(number for (before, after), number in found.items() if order.get(before, -1) > order.get(after, 9))
    ways = [
        ColourMoveOut(before=before, after=after, objects=number)
        for (before, after), number in sorted(found.items(), key=lambda one: -one[1])
    ]
    return MovesOut(up=up, down=down, ways=ways)


def describe_moved(row: Any) -> ColourMovedOut:
    """One object that shows another colour than the day before."""
    before = row.was or "grey"
    return ColourMovedOut(
        object_id=row.object_id,
        code=row.object.code,
        name=row.object.name,
        region_code=row.object.region_code,
        trade=row.object.trade,
        day=row.day,
        before=before,
        after=row.colour,
        score=row.score / 100,
    )


@dataclass(frozen=True)
class Cell:
    """Objects of one move; `stays`: from a colour to the same."""

    objects: int
    stays: bool


@dataclass(frozen=True)
class MatrixRow:
    """Where the objects of one colour would go."""

    colour: str
    name: str
    cells: list[Cell]


@dataclass(frozen=True)
class ChangedObject:
    """An object that would show another colour; scores in points."""

    object: str
    name: str
    before: str
    before_name: str
    after: str
    after_name: str
    score_before: float | None
    score_after: float | None


@dataclass(frozen=True)
class Simulation:
    """What a draft would have changed: the from-to matrix as a table, and who would change."""

    changed: int
    looked_at: int
    first: str
    until: str
    days: int
    heads: list[tuple[str, str]]
    rows: list[MatrixRow]
    listed: list[ChangedObject]


def describe_simulation(tried: Tried, names: Mapping[str, str]) -> Simulation:
    """A finished trial; of the objects that changed those whose names are given."""
    heads = [(one, colour_name(one)) for one in LADDER]
    rows = [
        MatrixRow(before, name, [Cell(tried["matrix"].get(f"{before}>{after}", 0), before == after) for after in LADDER])
        for before, name in heads
    ]
    listed = [_changed(one, names[one["object"]]) for one in tried["list"] if one["object"] in names]
    days = tried["first"], tried["until"], tried["days"]
    return Simulation(tried["changed"], tried["looked_at"], *days, heads, rows, listed)


def _changed(changed: Changed, name: str) -> ChangedObject:
    return ChangedObject(
        object=changed["object"],
        name=name,
        before=changed["before"],
        before_name=colour_name(changed["before"]),
        after=changed["after"],
        after_name=colour_name(changed["after"]),
        score_before=points(changed["score_before"]),
        score_after=points(changed["score_after"]),
    )
