"""What a column or a part of a filter is."""

from dataclasses import dataclass
from enum import StrEnum

import polars as pl

from tocsin.base.errors import InvalidInput


class Kind(StrEnum):
    """Kinds of values that a filter tells apart."""

    TEXT = "text"
    NUMBER = "number"
    BOOLEAN = "boolean"
    DATE = "date"
    TIMESTAMP = "timestamp"
    LIST = "list"
    GEOMETRY = "geometry"


TEMPORAL = (Kind.DATE, Kind.TIMESTAMP)


@dataclass(frozen=True)
class Part:
    """A part of a filter: an expression with its kind."""

    expression: pl.Expr
    kind: Kind


def kind_of(dtype: pl.DataType) -> Kind | None:
    """The kind of a column; None for what no filter can ask about.

    >>> kind_of(pl.Int16()), kind_of(pl.List(pl.String())), kind_of(pl.Binary())
    (<Kind.NUMBER: 'number'>, <Kind.LIST: 'list'>, None)
    """
    if dtype.is_numeric():
        return Kind.NUMBER
    if isinstance(dtype, pl.List):
        inner = dtype.inner
        return Kind.LIST if inner == pl.String or (isinstance(inner, pl.DataType) and inner.is_numeric()) else None
    known = {pl.String: Kind.TEXT, pl.Categorical: Kind.TEXT, pl.Boolean: Kind.BOOLEAN, pl.Date: Kind.DATE}
    if isinstance(dtype, pl.Datetime):
        return Kind.TIMESTAMP
    return known.get(dtype.base_type())


def column(name: str, dtype: pl.DataType) -> Part:
    """A column as a part: whole numbers as Int64, others as Float64 without NaN, times in microseconds of UTC."""
    kind, values = kind_of(dtype), pl.col(name)
    if kind is None:
        raise InvalidInput("The property %(name)s can't be used in a filter.", name=name)
    if kind is Kind.NUMBER:
        values = values.cast(pl.Int64) if dtype.is_integer() and dtype != pl.UInt64 else values.cast(pl.Float64).fill_nan(None)
    elif kind is Kind.TEXT:
        values = values.cast(pl.String)
    elif kind is Kind.TIMESTAMP:
        values = values.dt.cast_time_unit("us").dt.replace_time_zone(None)
    return Part(values, kind)
