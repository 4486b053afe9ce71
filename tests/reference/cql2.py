"""A filter in CQL2 JSON decided row by row in plain Python: the slow twin of `tocsin.engine.filters`."""

import re
import unicodedata
from datetime import UTC, date, datetime, time
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

type Row = dict[str, Any]
LOW, HIGH = datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, tzinfo=UTC)


def decide(tree: Any, row: Row) -> Any:
    """True, False, or None for unknown; the value of a part that is no condition."""
    if not isinstance(tree, dict):
        return tree
    if "property" in tree:
        return row[tree["property"]]
    if "date" in tree:
        return date.fromisoformat(tree["date"])
    if "timestamp" in tree:
        return datetime.fromisoformat(tree["timestamp"]).astimezone(UTC)
    if "type" in tree or "bbox" in tree:
        return shapely.box(*tree["bbox"]) if "bbox" in tree else shapely.geometry.shape(tree)
    name, arguments = tree["op"], tree["args"]
    if name == "in":
        value = decide(arguments[0], row)
        return None if value is None else value in [decide(one, row) for one in arguments[1]]
    if name.startswith("t_"):
        return _temporal(name, _span(arguments[0], row), _span(arguments[1], row))
    if name.startswith("a_"):
        own = decide(arguments[0], row)
        return None if own is None else _arrays(name, set(own), set(arguments[1]))
    if name == "between":
        value, low, high = arguments
        return decide({"op": "and", "args": [{"op": ">=", "args": [value, low]}, {"op": "<=", "args": [value, high]}]}, row)
    values = [decide(one, row) for one in arguments]
    match name:
        case "and":
            return False if False in values else None if None in values else True
        case "or":
            return True if True in values else None if None in values else False
        case "not":
            return None if values[0] is None else not values[0]
        case "isNull":
            return values[0] is None
    if None in values:
        return None
    if name.startswith("s_"):
        return bool(getattr(BaseGeometry, name[2:])(*values))
    return _of_values(name, *values)


def _of_values(name: str, first: Any, second: Any = None) -> Any:
    match name:
        case "=":
            return first == second
        case "<>":
            return first != second
        case "<":
            return first < second
        case "<=":
            return first <= second
        case ">":
            return first > second
        case ">=":
            return first >= second
        case "like":
            return _like(first, second)
        case "casei":
            return first.lower()
        case "accenti":
            return "".join(one for one in unicodedata.normalize("NFKD", first) if not unicodedata.combining(one))
        case "+":
            return float(first + second)
        case "-":
            return float(first - second)
        case "*":
            return float(first * second)
        case "/":
            return None if second == 0 else first / second
        case "div":
            return None if second == 0 else float(int(first / second))
    raise AssertionError(name)


def _like(text: str, pattern: str) -> bool:
    parts = re.split(r"(\\.|%|_)", pattern, flags=re.DOTALL)
    told = "".join(
        {"%": ".*", "_": "."}.get(one) or re.escape(one[1:] if one.startswith("\\") and len(one) == 2 else one) for one in parts
    )
    return re.fullmatch(told, text, flags=re.DOTALL) is not None


def _span(tree: Any, row: Row) -> tuple[datetime | None, datetime | None]:
    ends = tree.get("interval", [tree, tree])
    unbounded = (LOW, HIGH)
    return (
        _moment(unbounded[0] if ends[0] == ".." else _end(ends[0], row)),
        _moment(unbounded[1] if ends[1] == ".." else _end(ends[1], row)),
    )


def _end(tree: Any, row: Row) -> Any:
    return decide({"timestamp" if "T" in tree else "date": tree} if isinstance(tree, str) else tree, row)


def _moment(value: Any) -> datetime | None:
    return datetime.combine(value, time(), UTC) if isinstance(value, date) and not isinstance(value, datetime) else value


def _temporal(name: str, first: tuple[Any, Any], second: tuple[Any, Any]) -> bool | None:
    (a, b), (c, d) = first, second
    pairs = {
        "t_after": [(a, ">", d)],
        "t_before": [(b, "<", c)],
        "t_contains": [(a, "<", c), (b, ">", d)],
        "t_during": [(a, ">", c), (b, "<", d)],
        "t_equals": [(a, "=", c), (b, "=", d)],
        "t_finishedby": [(a, "<", c), (b, "=", d)],
        "t_finishes": [(a, ">", c), (b, "=", d)],
        "t_intersects": [(a, "<=", d), (b, ">=", c)],
        "t_meets": [(b, "=", c)],
        "t_metby": [(a, "=", d)],
        "t_overlappedby": [(a, ">", c), (a, "<", d), (b, ">", d)],
        "t_overlaps": [(a, "<", c), (b, ">", c), (b, "<", d)],
        "t_startedby": [(a, "=", c), (b, ">", d)],
        "t_starts": [(a, "=", c), (b, "<", d)],
    }
    if name == "t_disjoint":
        meets = _temporal("t_intersects", first, second)
        return None if meets is None else not meets
    verdicts = [None if one is None or other is None else _of_values(sign, one, other) for one, sign, other in pairs[name]]
    return False if False in verdicts else None if None in verdicts else True


def _arrays(name: str, own: set[Any], given: set[Any]) -> bool:
    return {"a_contains": own >= given, "a_containedby": own <= given, "a_equals": own == given, "a_overlaps": bool(own & given)}[
        name
    ]
