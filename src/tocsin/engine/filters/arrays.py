"""Lists compared as sets: A_CONTAINS, A_CONTAINEDBY, A_EQUALS, A_OVERLAPS."""

from collections.abc import Sequence

import polars as pl

from tocsin.base.errors import InvalidInput
from tocsin.engine.filters.kinds import Kind, kind_of

RELATIONS = ("a_contains", "a_containedby", "a_equals", "a_overlaps")
TURNED = {"a_contains": "a_containedby", "a_containedby": "a_contains"}


def literals(written: Sequence[object], dtype: pl.DataType | None) -> list[str] | list[float]:
    """The values of a list in a filter, of the kind that the property's list has."""
    inner = dtype.inner if isinstance(dtype, pl.List) else None
    if not isinstance(inner, pl.DataType):
        raise InvalidInput("The property is no list.")
    if kind_of(inner) is Kind.TEXT and all(isinstance(one, str) for one in written):
        return [str(one) for one in written]
    if kind_of(inner) is Kind.NUMBER and all(isinstance(one, int | float) and not isinstance(one, bool) for one in written):
        return [float(one) for one in written if isinstance(one, int | float)]
    raise InvalidInput("The list of the filter holds values of another kind than the property's.")


def related(name: str, lists: pl.Expr, values: list[str] | list[float]) -> pl.Expr:
    """How the list of each row lies to the values; unknown where there is no list."""
    dtype = pl.String if values and isinstance(values[0], str) else pl.Float64
    if not values:
        return _beside_nothing(name, lists)
    own, known = lists.list.eval(pl.element().cast(dtype)), pl.lit(pl.Series(values, dtype=dtype).implode())
    extra = own.list.set_difference(known).list.len()
    held = own.list.set_intersection(known).list.len()
    match name:
        case "a_contains":
            answer = held == len(set(values))
        case "a_containedby":
            answer = extra == 0
        case "a_equals":
            answer = (held == len(set(values))) & (extra == 0)
        case _:
            answer = held > 0
    return pl.when(lists.is_not_null()).then(answer)


def _beside_nothing(name: str, lists: pl.Expr) -> pl.Expr:
    if name == "a_contains":
        return pl.when(lists.is_not_null()).then(statement=True)
    if name == "a_overlaps":
        return pl.when(lists.is_not_null()).then(statement=False)
    return lists.list.len() == 0
