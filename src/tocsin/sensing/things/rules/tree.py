"""A condition of the query language as a tree, and what is refused."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from tocsin.base.errors import Refusal

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry


class Unsupported(Refusal):
    """Something of the standard that is not answered here: 501."""

    code = "not_supported"


class Kind(StrEnum):
    """What a value is."""

    NULL = "null"
    BOOLEAN = "boolean"
    NUMBER = "number"
    TEXT = "text"
    TIME = "time"
    DATE = "date"
    TIME_OF_DAY = "time of day"
    DURATION = "duration"
    PLACE = "place"
    IDENTITY = "id"


@dataclass(frozen=True)
class Place:
    """A literal geometry, longitude before latitude."""

    shape: "BaseGeometry"


type Value = bool | float | str | datetime | date | time | timedelta | Place | None


@dataclass(frozen=True)
class Literal:
    """A value that is written out."""

    value: Value


@dataclass(frozen=True)
class Path:
    """A property, perhaps of an entity that links lead to: `Thing/properties/code`."""

    steps: tuple[str, ...]

    def __str__(self) -> str:
        return "/".join(self.steps)


@dataclass(frozen=True)
class Call:
    """A function with its arguments."""

    name: str
    arguments: "tuple[Node, ...]"


@dataclass(frozen=True)
class Arithmetic:
    """`add`, `sub`, `mul`, `div`, `mod`."""

    operator: str
    left: "Node"
    right: "Node"


@dataclass(frozen=True)
class Comparison:
    """`eq`, `ne`, `gt`, `ge`, `lt`, `le`."""

    operator: str
    left: "Node"
    right: "Node"


@dataclass(frozen=True)
class Negative:
    """The number with the other sign."""

    operand: "Node"


@dataclass(frozen=True)
class Not:
    """True where its operand is not."""

    operand: "Node"


@dataclass(frozen=True)
class And:
    """True where all are."""

    operands: "tuple[Node, ...]"


@dataclass(frozen=True)
class Or:
    """True where one is."""

    operands: "tuple[Node, ...]"


@dataclass(frozen=True)
class Linked:
    """True where an entity that the link leads to fulfils the condition; `every`: where all do (also where there is none)."""

    link: str
    condition: "Node"
    every: bool = False


type Node = Literal | Path | Call | Arithmetic | Comparison | Negative | Not | And | Or | Linked


def children(node: Node) -> tuple[Node, ...]:
    """The parts of a node; the condition upon linked entities is none: its paths are theirs."""
    match node:
        case Call():
            return node.arguments
        case Arithmetic() | Comparison():
            return (node.left, node.right)
        case Negative() | Not():
            return (node.operand,)
        case And() | Or():
            return node.operands
    return ()


def paths(node: Node) -> list[Path]:
    """All properties that are named in it, those of linked entities aside."""
    if isinstance(node, Path):
        return [node]
    return [path for part in children(node) for path in paths(part)]


def without_first_step(node: Node) -> Node:
    """The same as the entity says it to which the first step of every path leads."""
    match node:
        case Path():
            return Path(node.steps[1:])
        case Call():
            return Call(node.name, tuple(without_first_step(part) for part in node.arguments))
        case Arithmetic():
            return Arithmetic(node.operator, without_first_step(node.left), without_first_step(node.right))
        case Comparison():
            return Comparison(node.operator, without_first_step(node.left), without_first_step(node.right))
        case Negative():
            return Negative(without_first_step(node.operand))
        case Not():
            return Not(without_first_step(node.operand))
        case And():
            return And(tuple(without_first_step(part) for part in node.operands))
        case Or():
            return Or(tuple(without_first_step(part) for part in node.operands))
    return node
