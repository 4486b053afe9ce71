"""How versions lie on each other: which of them hold, what they make of the shipped content, and what differs between two
contents.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tocsin.base.toml import Document

SHIPPED = "shipped"
"""A version whose name begins so keeps what was shipped for rows that name it; it lies on nothing."""

type Path = tuple[str, ...]


@dataclass(frozen=True)
class Layer:
    """A confirmed version as its place among others is decided. `prefix` begins the codes of its regions; `order` tells the newer
    one.
    """

    id: str
    key: str
    prefix: str
    trade: str
    begins: datetime
    ends: datetime | None
    content: Mapping[str, Any]
    whole: bool = False
    withdrawn: bool = False

    def holds(self, region: str, trade: str, at: datetime) -> bool:
        """Whether it has begun and reaches that region and trade."""
        return self.begins <= at and region.startswith(self.prefix) and self.trade in ("", trade)


def layers_in_force(layers: Iterable[Layer], *, region: str, trade: str, at: datetime) -> tuple[Layer, ...]:
    """The layers that hold, the widest first: of each scope the one that began last; none where that one has ended.

    A longer region prefix is narrower; between equal ones a version for a trade is.
    """
    newest: dict[tuple[int, bool, str], Layer] = {}
    for layer in layers:
        if layer.holds(region, trade, at):
            scope = len(layer.prefix), bool(layer.trade), layer.key
            known = newest.get(scope)
            if known is None or (known.begins, known.id) < (layer.begins, layer.id):
                newest[scope] = layer
    standing = {scope: layer for scope, layer in newest.items() if layer.ends is None or at < layer.ends}
    return tuple(standing[scope] for scope in sorted(standing))


def laid_over(content: Mapping[str, Any], layers: Sequence[Layer], items: str = "", items_by: str = "code") -> Document:
    """The content with the layers above it, in their order; rows of `items` are exchanged one by one, by `items_by`."""
    found = dict(content)
    for layer in layers:
        if layer.key:
            found[items] = _exchanged(found.get(items, ()), layer, items_by)
        elif layer.withdrawn:
            found = dict(content) if layer.whole else found
        else:
            found = dict(layer.content) if layer.whole else merged(found, layer.content)
    return found


def _exchanged(rows: Sequence[Mapping[str, Any]], layer: Layer, items_by: str) -> list[Mapping[str, Any]]:
    new = [] if layer.withdrawn else [layer.content]
    place = next((number for number, row in enumerate(rows) if str(row.get(items_by)) == layer.key), len(rows))
    return [*rows[:place], *new, *rows[place + 1 :]]


def merged(content: Mapping[str, Any], over: Mapping[str, Any]) -> Document:
    """Tables key by key, anything else replaced.

    >>> merged({"a": {"x": 1, "y": 2}, "b": [1]}, {"a": {"y": 3}, "b": [4]})
    {'a': {'x': 1, 'y': 3}, 'b': [4]}
    """
    found = dict(content)
    for name, value in over.items():
        old = found.get(name)
        found[name] = merged(old, value) if isinstance(old, Mapping) and isinstance(value, Mapping) else value
    return found


def difference(content: Mapping[str, Any], wanted: Mapping[str, Any]) -> Document | None:
    """What laid over the content makes it the wanted one; None where a key must go, which laying over can't do.

    >>> difference({"a": {"x": 1, "y": 2}, "b": [1]}, {"a": {"x": 1, "y": 3}, "b": [1]})
    {'a': {'y': 3}}
    """
    if set(content) - set(wanted):
        return None
    found: Document = {}
    for name, value in wanted.items():
        old = content.get(name)
        if isinstance(old, Mapping) and isinstance(value, Mapping):
            inner = difference(old, value)
            if inner is None:
                return None
            if inner:
                found[name] = inner
        elif name not in content or not same(old, value):
            found[name] = value
    return found


def same(one: object, other: object) -> bool:
    """Equal, where 1 and 1.0 are the same figure and true is none."""
    return one == other and isinstance(one, bool) == isinstance(other, bool)


def leaves(content: Mapping[str, Any], above: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Every key with its value in the order of the content; rows that have a code or a key are told apart by it, others by
    number.

    >>> list(leaves({"a": 1, "b": {"c": [1, 2]}, "row": [{"code": "x", "y": 2}]}))
    [(('a',), 1), (('b', 'c'), [1, 2]), (('row', 'x', 'code'), 'x'), (('row', 'x', 'y'), 2)]
    """
    for name, value in content.items():
        if isinstance(value, Mapping) and value:
            yield from leaves(value, (*above, name))
        elif isinstance(value, list | tuple) and value and all(isinstance(row, Mapping) for row in value):
            for number, row in enumerate(value, start=1):
                yield from leaves(row, (*above, name, _row_name(row, number)))
        else:
            yield (*above, name), value


def _row_name(row: Mapping[str, Any], number: int) -> str:
    return next(
        (str(row[name]) for name in ("code", "key", "id", "kind", "cause", "year") if isinstance(row.get(name), str | int)),
        str(number),
    )


def changes(shipped: Mapping[str, Any], own: Mapping[str, Any]) -> list[tuple[Path, Any, Any]]:
    """Keys whose values differ: path, shipped value, own value; None where a side has no such key."""
    before, after = dict(leaves(shipped)), dict(leaves(own))
    paths = [*before, *(path for path in after if path not in before)]
    return [(path, before.get(path), after.get(path)) for path in paths if not same(before.get(path), after.get(path))]


def single(path: Path, value: Any) -> Document:
    """A content of that one key."""
    for name in reversed(path):
        value = {name: value}
    found: Document = value
    return found


def plain_leaves(content: Mapping[str, Any], above: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Every key that laying over can set by itself: rows count as one value."""
    for name, value in content.items():
        if isinstance(value, Mapping) and value:
            yield from plain_leaves(value, (*above, name))
        else:
            yield (*above, name), value
