"""A unit drawn as its equipment and the pipes between, with what is measured now."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from uuid import UUID

from tocsin.hazchem.sites.rules.layout import lay_out
from tocsin.hazchem.sites.shown.parts import PlantPartOut, describe_part

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tocsin.hazchem.installations.models import PlantJoint
    from tocsin.hazchem.sites.queries.plants import Part

CELL_W: Final = 300
CELL_H: Final = 210
_CARD: Final = (-6, 200)  # the edges of a card, from the left of its cell
_LEFT: Final = 110  # room for pipes from other units
_EDGE: Final = 20
_MIDDLE: Final = 85  # of a symbol, below the top of its cell
_LINES: Final = 3


@dataclass(frozen=True)
class DrawnValue:
    """A line of values below a symbol."""

    text_y: int
    tag: str
    value: float | None
    unit: str
    css: str


@dataclass(frozen=True)
class DrawnPart:
    """A piece of equipment in its cell. `symbol`: tank, sphere, horizontal, reactor, column, arm, pipeline, store or other."""

    part: PlantPartOut
    x: int
    y: int
    symbol: str
    values: list[DrawnValue]


@dataclass(frozen=True)
class DrawnPipe:
    """A pipe as a line of three pieces; `elsewhere`: the tag of the end that stands in another unit."""

    points: str
    valve_x: float
    valve_y: float
    isolating: bool
    tag: str
    elsewhere: str


@dataclass(frozen=True)
class Mimic:
    """The whole drawing, in units of its view box."""

    width: int
    height: int
    parts: list[DrawnPart]
    pipes: list[DrawnPipe]


def draw_mimic(parts: "Sequence[Part]", joints: "Iterable[PlantJoint]") -> Mimic:
    """The mimic of the equipment, pipes to other units as stubs."""
    pipes = list(joints)
    places = lay_out([one.equipment.pk for one in parts], [(one.source_id, one.target_id) for one in pipes])
    drawn = [_drawn(one, *places[one.equipment.pk]) for one in parts]
    columns = max((column for column, _row in places.values()), default=0) + 1
    rows = max((row for _column, row in places.values()), default=0) + 1
    return Mimic(columns * CELL_W + _LEFT, rows * CELL_H + _EDGE, drawn, [_pipe(one, places) for one in pipes])


def _drawn(part: "Part", column: int, row: int) -> DrawnPart:
    told = describe_part(part)
    points = [one for one in told.equipment.points if one.value is not None or one.interlock][:_LINES]
    values = [
        DrawnValue(144 + 16 * number, one.tag, one.value, one.unit, one.css if one.fresh or one.interlock else "")
        for number, one in enumerate(points)
    ]
    return DrawnPart(told, _LEFT + column * CELL_W, _EDGE + row * CELL_H, _symbol(told), values)


_SYMBOLS: Final = {
    "reactor": "reactor",
    "column": "column",
    "loading_arm": "arm",
    "pipeline": "pipeline",
    "warehouse_bay": "store",
    "cylinder_store": "store",
    "other": "other",
}


def _symbol(part: PlantPartOut) -> str:
    return _SYMBOLS.get(part.equipment.kind, part.equipment.shape)


def _pipe(joint: "PlantJoint", places: dict[UUID, tuple[int, int]]) -> DrawnPipe:
    source, target = places.get(joint.source_id), places.get(joint.target_id)
    begin = _port(source, out=True) if source else None
    end = _port(target, out=False) if target else None
    elsewhere = ""
    if begin is None and end is not None:
        begin, elsewhere = (end[0] - 84, end[1] + 14), joint.source.tag
    if end is None and begin is not None:
        end, elsewhere = (begin[0] + 84, begin[1] + 14), joint.target.tag
    if begin is None or end is None:  # neither end is drawn: the firm has more equipment than a page draws
        begin = end = (0.0, 0.0)
    middle = (begin[0] + end[0]) / 2
    points = f"{begin[0]:g},{begin[1]:g} {middle:g},{begin[1]:g} {middle:g},{end[1]:g} {end[0]:g},{end[1]:g}"
    return DrawnPipe(points, middle, (begin[1] + end[1]) / 2, joint.isolating, joint.tag, elsewhere)


def _port(place: tuple[int, int], *, out: bool) -> tuple[float, float]:
    column, row = place
    x = _LEFT + column * CELL_W + _CARD[out]
    return float(x), float(_EDGE + row * CELL_H + _MIDDLE)
