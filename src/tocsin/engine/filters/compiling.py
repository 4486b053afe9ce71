"""From the tree of a filter to an expression of Polars.

The logic has three values: what compares with an absent value is unknown, and only rows for which the filter is true are kept.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import polars as pl
from shapely.geometry.base import BaseGeometry

from tocsin.base.errors import InvalidInput
from tocsin.engine.filters import arrays, spatial, temporal, values
from tocsin.engine.filters.kinds import TEMPORAL, Kind, Part, column
from tocsin.engine.filters.reading import DEEPEST, Tree
from tocsin.engine.filters.temporal import AFTER_ALL, BEFORE_ALL, Span

GEOMETRY = "geometry"
MOST_VALUES = 10_000


def compile_filter(
    tree: Tree, columns: Mapping[str, pl.DataType], *, to_degrees: Callable[[BaseGeometry], BaseGeometry] = lambda one: one
) -> pl.Expr:
    """What keeps the rows for which the filter is true.

    `columns`: the properties that it may name. `to_degrees` brings a geometry of the filter into WGS84, longitude first.

    >>> frame = pl.DataFrame({"floors": [2, 5, None]})
    >>> tree: Tree = {"op": ">", "args": [{"property": "floors"}, 3]}
    >>> frame.filter(compile_filter(tree, dict(frame.schema)))["floors"].to_list()
    [5]
    """
    return Compiler(columns, to_degrees).condition(tree)


@dataclass(frozen=True)
class Compiler:
    """One filter on its way."""

    columns: Mapping[str, pl.DataType]
    to_degrees: Callable[[BaseGeometry], BaseGeometry]
    depth: list[int] = field(default_factory=lambda: [0])

    def condition(self, tree: Tree) -> pl.Expr:
        """A part that is true, false or unknown."""
        part = self.part(tree)
        if part.kind is not Kind.BOOLEAN:
            raise InvalidInput("A condition is expected, not a %(kind)s.", kind=part.kind.value)
        return part.expression

    def part(self, tree: Tree) -> Part:
        """Any part that has a value."""
        self.depth[0] += 1
        if self.depth[0] > 2 * DEEPEST:
            raise InvalidInput("The filter has more than %(most)s brackets within each other.", most=DEEPEST)
        try:
            return self._part(tree)
        finally:
            self.depth[0] -= 1

    def _part(self, tree: Tree) -> Part:
        if not isinstance(tree, dict):
            return values.literal(tree)
        if set(tree) == {"property"}:
            return self._property(tree["property"])
        if set(tree) == {"date"}:
            return temporal.read_date(tree["date"])
        if set(tree) == {"timestamp"}:
            return temporal.read_timestamp(tree["timestamp"])
        name, arguments = tree.get("op"), tree.get("args")
        if set(tree) != {"op", "args"} or not isinstance(name, str) or not isinstance(arguments, list):
            raise InvalidInput("This is no part of a filter: %(part)s", part=", ".join(sorted(tree))[:80])
        return self._operation(name, arguments)

    def _property(self, name: Tree) -> Part:
        dtype = self.columns.get(name) if isinstance(name, str) else None
        if name == GEOMETRY and dtype is None:
            raise InvalidInput("The geometry is compared by functions such as S_INTERSECTS.")
        if not isinstance(name, str) or dtype is None:
            raise InvalidInput("There is no property %(name)s to filter by.", name=str(name)[:80])
        return column(name, dtype)

    def _operation(self, name: str, arguments: list[Tree]) -> Part:
        match name.lower():
            case "and" | "or" as word if len(arguments) >= 1:
                parts = [self.condition(one) for one in arguments]
                return Part(values.joined(parts, every=word == "and"), Kind.BOOLEAN)
            case "not" if len(arguments) == 1:
                return Part(~self.condition(arguments[0]), Kind.BOOLEAN)
            case "isnull" if len(arguments) == 1:
                return Part(self._is_absent(arguments[0]), Kind.BOOLEAN)
            case "between" if len(arguments) == 3:
                value, low, high = (self.part(one) for one in arguments)
                return Part(values.compared(">=", value, low) & values.compared("<=", value, high), Kind.BOOLEAN)
            case "in" if len(arguments) == 2:
                return self._among(arguments[0], arguments[1])
            case "like" if len(arguments) == 2:
                return Part(values.like(self.part(arguments[0]), self._pattern(arguments[1])), Kind.BOOLEAN)
            case "casei" | "accenti" as word if len(arguments) == 1:
                return values.folded(word, self.part(arguments[0]))
            case word if word in values.COMPARISONS and len(arguments) == 2:
                first, second = (self.part(one) for one in arguments)
                return Part(values.compared(word, first, second), Kind.BOOLEAN)
            case word if word in values.ARITHMETIC and len(arguments) == 2:
                return values.calculated(word, *(self.part(one) for one in arguments))
            case word if word in spatial.PREDICATES and len(arguments) == 2:
                return self._spatial(word, *arguments)
            case word if word in temporal.RELATIONS and len(arguments) == 2:
                one, other = (self._span(argument) for argument in arguments)
                return Part(temporal.RELATIONS[word](one, other), Kind.BOOLEAN)
            case word if word in arrays.RELATIONS and len(arguments) == 2:
                return self._array(word, *arguments)
        raise InvalidInput("There is no operator %(name)s with %(count)s arguments.", name=name[:40], count=len(arguments))

    def _is_absent(self, tree: Tree) -> pl.Expr:
        if tree == {"property": GEOMETRY} and GEOMETRY not in self.columns:
            return pl.col("_geometry").is_null()
        return self.part(tree).expression.is_null()

    def _among(self, item: Tree, choices: Tree) -> Part:
        if not isinstance(choices, list) or not 1 <= len(choices) <= MOST_VALUES:
            raise InvalidInput("IN takes a list of 1 to %(most)s values.", most=MOST_VALUES)
        part = self.part(item)
        return Part(values.among(part, [self.part(one) for one in choices], choices), Kind.BOOLEAN)

    def _pattern(self, tree: Tree) -> values.Pattern:
        folds: list[str] = []
        while isinstance(tree, dict) and tree.get("op") in ("casei", "accenti"):
            inner = tree.get("args")
            folds.append(str(tree["op"]))
            tree = inner[0] if isinstance(inner, list) and len(inner) == 1 else None
        if not isinstance(tree, str):
            raise InvalidInput("LIKE takes a pattern in quotes.")
        return values.Pattern(tree, tuple(reversed(folds)))

    def _spatial(self, name: str, first: Tree, second: Tree) -> Part:
        here = {"property": GEOMETRY}
        if (first == here) == (second == here):
            raise InvalidInput("%(name)s compares the property geometry with a geometry.", name=name.upper())
        if second == here:
            name, second = spatial.TURNED.get(name, name), first
        literal = spatial.checked(self.to_degrees(spatial.read_geometry(second)))
        return Part(spatial.relation(name, literal), Kind.BOOLEAN)

    def _span(self, tree: Tree) -> Span:
        if not isinstance(tree, dict) or set(tree) != {"interval"}:
            part = self._temporal(tree)
            return temporal.span_of(part, part)
        ends = tree["interval"]
        if not isinstance(ends, list) or len(ends) != 2:
            raise InvalidInput("An interval has two ends.")
        return temporal.span_of(self._end(ends[0], BEFORE_ALL), self._end(ends[1], AFTER_ALL))

    def _end(self, tree: Tree, unbounded: int) -> Part | int:
        return temporal.read_end(tree, unbounded) if isinstance(tree, str) else self._temporal(tree)

    def _temporal(self, tree: Tree) -> Part:
        part = self.part(tree)
        if part.kind not in TEMPORAL:
            raise InvalidInput("A date, a timestamp or an interval is expected, not a %(kind)s.", kind=part.kind.value)
        return part

    def _array(self, name: str, first: Tree, second: Tree) -> Part:
        if isinstance(first, list):
            name, first, second = arrays.TURNED.get(name, name), second, first
        part = self.part(first)
        if part.kind is not Kind.LIST or not isinstance(second, list) or len(second) > MOST_VALUES:
            raise InvalidInput("%(name)s compares a property that is a list with a list of values.", name=name.upper())
        inner = self.columns[str(first["property"])] if isinstance(first, dict) else None
        return Part(arrays.related(name, part.expression, arrays.literals(second, inner)), Kind.BOOLEAN)
