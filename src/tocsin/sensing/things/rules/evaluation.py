"""What a condition says of one entity, in plain Python: for its constant parts, and as the twin of both translations.

Logic has two values: a comparison with what has no value is false (`eq null` and `ne` aside), and so is a function upon it.
"""

import math
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final

import shapely

from tocsin.sensing.things.rules.tree import (
    And,
    Arithmetic,
    Call,
    Comparison,
    Linked,
    Literal,
    Negative,
    Node,
    Not,
    Or,
    Path,
    Place,
    children,
    paths,
    without_first_step,
)

EARLIEST: Final = datetime(1, 1, 1, tzinfo=UTC)
LATEST: Final = datetime(9999, 12, 31, 23, 59, 59, 999000, tzinfo=UTC)

type Row = Mapping[str, Any]
"""Properties by name; linked entities as a list of rows under the link's name."""


def holds(node: Node, row: Row, now: datetime) -> bool:
    """Whether the condition is true of the row."""
    match node:
        case And():
            return all(holds(one, row, now) for one in node.operands)
        case Or():
            return any(holds(one, row, now) for one in node.operands)
        case Not():
            return not holds(node.operand, row, now)
        case Linked():
            judged = [holds(node.condition, one, now) for one in row[node.link]]
            return all(judged) if node.every else any(judged)
    link = next((path.steps[0] for path in paths(node) if isinstance(row.get(path.steps[0]), list)), "")
    if link:
        return any(holds(without_first_step(node), one, now) for one in row[link])
    return value_of(node, row, now) is True


def folded(node: Node, now: datetime) -> Node:
    """The same with every part worked out that names no property."""
    match node:
        case Literal() | Path():
            return node
        case And():
            return And(tuple(folded(one, now) for one in node.operands))
        case Or():
            return Or(tuple(folded(one, now) for one in node.operands))
        case Not():
            return Not(folded(node.operand, now))
        case Linked():
            return Linked(node.link, folded(node.condition, now), node.every)
    if not paths(node):
        return Literal(value_of(node, {}, now))
    match node:
        case Call():
            return Call(node.name, tuple(folded(one, now) for one in children(node)))
        case Negative():
            return Negative(folded(node.operand, now))
        case Arithmetic():
            return Arithmetic(node.operator, folded(node.left, now), folded(node.right, now))
        case Comparison():
            return Comparison(node.operator, folded(node.left, now), folded(node.right, now))


def value_of(node: Node, row: Row, now: datetime) -> Any:
    """The value of a part; None where it has none."""
    match node:
        case Literal():
            return node.value
        case Path():
            return row.get(str(node))
        case Negative():
            value = value_of(node.operand, row, now)
            return None if value is None else -value
        case Arithmetic():
            return _reckoned(node.operator, value_of(node.left, row, now), value_of(node.right, row, now))
        case Comparison():
            return _compared(node.operator, value_of(node.left, row, now), value_of(node.right, row, now))
        case Call():
            return _called(node.name, [value_of(one, row, now) for one in node.arguments], now)
    return holds(node, row, now)


def _reckoned(operator: str, left: Any, right: Any) -> Any:
    if left is None or right is None:
        return None
    try:
        match operator:
            case "add":
                found = left + right
            case "sub":
                found = left - right
            case "mul":
                found = left * right
            case "div":
                found = left / right
            case _:
                found = left - right * math.trunc(left / right)
    except (ZeroDivisionError, OverflowError, ValueError):
        return None
    return None if isinstance(found, float) and not math.isfinite(found) else found


def _compared(operator: str, left: Any, right: Any) -> bool:
    if operator == "eq":
        return bool(left == right)
    if operator == "ne":
        return bool(left != right)
    if left is None or right is None:
        return False
    match operator:
        case "gt":
            return bool(left > right)
        case "ge":
            return bool(left >= right)
        case "lt":
            return bool(left < right)
    return bool(left <= right)


def _called(name: str, given: Sequence[Any], now: datetime) -> Any:
    match name:
        case "now":
            return now
        case "mindatetime":
            return EARLIEST
        case "maxdatetime":
            return LATEST
    if any(one is None for one in given):
        return None
    if isinstance(given[0], datetime):
        return _of_time(name, given[0].astimezone(UTC))
    if isinstance(given[0], str):
        return _of_text(name, given)
    if isinstance(given[0], Place):
        return _of_places(name, given[0].shape, given[1].shape)
    match name:
        case "round":
            return rounded(given[0])
        case "floor":
            return float(math.floor(given[0]))
    return float(math.ceil(given[0]))


def rounded(value: float) -> float:
    """To the nearest whole number, halves away from zero."""
    return float(math.floor(value + 0.5) if value >= 0 else math.ceil(value - 0.5))


def _of_time(name: str, at: datetime) -> float | date | time:
    match name:
        case "date":
            return at.date()
        case "time":
            return at.time()
        case "fractionalseconds":
            return at.microsecond / 1_000_000
        case "totaloffsetminutes":
            return 0.0
    return float(getattr(at, name))


def _of_text(name: str, given: Sequence[Any]) -> Any:
    first, *rest = given
    match name:
        case "contains":
            return rest[0] in first
        case "substringof":
            return first in rest[0]
        case "startswith":
            return first.startswith(rest[0])
        case "endswith":
            return first.endswith(rest[0])
        case "length":
            return float(len(first))
        case "indexof":
            return float(first.find(rest[0]))
        case "substring":
            return _part(first, *rest)
        case "tolower":
            return first.lower()
        case "toupper":
            return first.upper()
        case "trim":
            return first.strip(" ")
    return first + rest[0]


def _part(text: str, start: float, length: float = math.inf) -> str | None:
    if start < 0 or length < 0:
        return None
    return text[int(start) :] if math.isinf(length) else text[int(start) : int(start) + int(length)]


def _of_places(name: str, left: Any, right: Any) -> Any:
    match name:
        case "geo.distance":
            return float(shapely.distance(left, right))
        case "geo.intersects" | "st_intersects":
            return bool(shapely.intersects(left, right))
        case "st_within":
            return bool(shapely.within(left, right))
        case "st_disjoint":
            return bool(shapely.disjoint(left, right))
    return bool(shapely.equals(left, right))


def length_ms(length: timedelta) -> int:
    """A duration in whole milliseconds."""
    return round(length / timedelta(milliseconds=1))
