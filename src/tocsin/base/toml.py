"""Writes TOML: what was read from a file, changed, and is read or shown again."""

import json
import math
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time
from typing import Any

type Document = dict[str, object]
"""What stands in a TOML text: values that are plain, lists, or tables again, whatever a reader makes of them."""

_BARE = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-")
_LONGEST_LINE = 120


def write_toml(table: Mapping[str, Any], *, under: tuple[str, ...] = ()) -> str:
    """The text of a table; `under` is the name of the table that it stands in. None stands for a missing value.

    >>> print(write_toml({"a": 1, "b": {"c": [1.5, 2.0]}, "row": [{"at": "x"}]}, under=("top",)), end="")
    [top]
    a = 1
    <BLANKLINE>
    [top.b]
    c = [1.5, 2.0]
    <BLANKLINE>
    [[top.row]]
    at = "x"
    """
    return "\n".join(_lines(table, under, is_row=False)).strip("\n") + "\n"


def dotted(names: tuple[str, ...]) -> str:
    """A key of several parts as TOML writes it.

    >>> dotted(("profile", "sewer.level"))
    'profile."sewer.level"'
    """
    return ".".join(name if name and set(name) <= _BARE else json.dumps(name, ensure_ascii=False) for name in names)


def _lines(table: Mapping[str, Any], under: tuple[str, ...], *, is_row: bool) -> Iterator[str]:
    plain = {name: value for name, value in table.items() if not _is_table(value) and not _is_rows(value) and value is not None}
    tables = {name: value for name, value in table.items() if _is_table(value)}
    rows = {name: value for name, value in table.items() if _is_rows(value)}
    if under and (is_row or plain or not (tables or rows)):
        yield ""
        yield f"[[{dotted(under)}]]" if is_row else f"[{dotted(under)}]"
    for name, value in plain.items():
        yield f"{dotted((name,))} = {_value(value)}"
    for name, value in tables.items():
        yield from _lines(value, (*under, name), is_row=False)
    for name, value in rows.items():
        for row in value:
            yield from _lines(row, (*under, name), is_row=True)


def _is_table(value: object) -> bool:
    return isinstance(value, Mapping)


def _is_rows(value: object) -> bool:
    return isinstance(value, list | tuple) and bool(value) and all(isinstance(row, Mapping) for row in value)


def _value(value: Any) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case float():
            return repr(value) if math.isfinite(value) else ("nan" if math.isnan(value) else "inf" if value > 0 else "-inf")
        case int():
            return str(value)
        case str():
            return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
        case datetime() | date() | time():
            return value.isoformat()
        case Mapping():
            inner = ", ".join(f"{dotted((name,))} = {_value(one)}" for name, one in value.items())
            return f"{{ {inner} }}" if inner else "{}"
        case list() | tuple():
            parts = [_value(one) for one in value]
            line = f"[{', '.join(parts)}]"
            return line if len(line) <= _LONGEST_LINE else "[\n" + "".join(f"  {part},\n" for part in parts) + "]"
    raise TypeError(f"TOML has no {type(value).__name__}")
