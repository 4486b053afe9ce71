"""Questions asked for every alarm: Django works out their statement once in a thread, and later only fills in the values.

To make SQL of a queryset takes Django up to 5 ms of Python, many times what the database needs for the answer.
"""

import threading
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import update_wrapper
from itertools import chain, count, islice
from typing import Any, Final
from uuid import UUID

from django.db import connections, models

MOST: Final = 64  # values of a collection; more are asked for as Django does
_MARKS: Final[dict[type, Callable[[int], Any]]] = {  # values that no query has by itself: by them its parameters are known
    UUID: lambda number: UUID(int=0x5AFE_0000_0000_4000_8000_0000_0000_0000 + number),
    datetime: lambda number: datetime(1907, 3, 1, 4, 5, 6, 789_123, UTC) + timedelta(seconds=number),
    int: lambda number: 31_007 + number,  # the smallest integer of a database has room for it
    str: lambda number: f"\N{OBJECT REPLACEMENT CHARACTER}{number}",
}

type _Shape = tuple[tuple[type, int | None], ...]  # kind of each argument, and of a collection how many values


@dataclass(frozen=True)
class _Statement:
    """What a thread keeps of a question of one shape."""

    queryset: Any
    compiler: Any
    sql: str
    params: Sequence[Any]
    places: Sequence[tuple[int, int]]  # position among the parameters, number of the value


class Prepared[**P, R]:
    """A function that makes a queryset of its arguments; called, it answers the rows.

    Arguments are UUID, aware datetime, int, str, and collections of one of these. The queryset hands them to the database as
    they come: what is computed from one is computed before. It loads nothing by `prefetch_related`; one that locks rows is
    called inside a transaction. TypeError for other arguments, ValueError where one does not reach the statement as it is.
    """

    def __init__(self, build: "Callable[P, models.QuerySet[Any, R]]") -> None:
        update_wrapper(self, build)
        self._build = build
        self._kept = threading.local()

    def __call__(self, *values: P.args, **named: P.kwargs) -> list[R]:
        """One statement; none where a collection is empty."""
        if named:
            raise TypeError("arguments of a prepared question have no names")
        given = [_filled(list(one)) if isinstance(one, Collection) and not isinstance(one, str) else one for one in values]
        if any(isinstance(one, list) and not 0 < len(one) <= MOST for one in given):
            return list(self._build(*values, **named))
        statement = self._statement(tuple(map(_shape_of, given)))
        flat, params = list(_each(given)), list(statement.params)
        for place, number in statement.places:
            params[place] = _ready(flat[number], statement.compiler.connection)
        statement.compiler.as_sql = lambda: (statement.sql, params)
        rows: Iterable[R] = statement.queryset._iterable_class(statement.queryset)
        return list(rows)

    def _statement(self, shape: _Shape) -> _Statement:
        kept: dict[_Shape, _Statement] = self._kept.__dict__.setdefault("statements", {})
        found = kept.get(shape)
        if found is None or found.compiler.connection is not connections[found.queryset.db]:
            found = kept[shape] = _worked_out(self._build, shape)
        return found


def _worked_out(build: "Callable[..., models.QuerySet[Any, Any]]", shape: _Shape) -> _Statement:
    numbers = count()
    marks = [
        _MARKS[kind](next(numbers)) if size is None else [_MARKS[kind](number) for number in islice(numbers, size)]
        for kind, size in shape
    ]
    queryset: Any = build(*marks)
    if queryset._prefetch_related_lookups:
        raise ValueError(f"{build.__name__} loads something by prefetch_related")
    compiler = queryset.query.get_compiler(using=queryset.db)
    sql, params = compiler.as_sql()
    number_of = {_ready(mark, compiler.connection): number for number, mark in enumerate(_each(marks))}
    places = [(place, number_of[one]) for place, one in enumerate(params) if isinstance(one, tuple(_MARKS)) and one in number_of]
    if {number for _place, number in places} != set(number_of.values()):
        raise ValueError(f"an argument of {build.__name__} does not reach its statement as it is")
    converters = compiler.get_converters([row[0] for row in compiler.select[: compiler.col_count]])
    compiler.get_converters = lambda _columns: converters
    queryset.query.get_compiler = lambda *_using, **_named: compiler
    return _Statement(queryset, compiler, sql, params, places)


def prepared[**P, R](build: "Callable[P, models.QuerySet[Any, R]]") -> Prepared[P, R]:
    """The decorator that makes a `Prepared` of a function."""
    return Prepared(build)


def _filled(values: list[Any]) -> list[Any]:
    """To a power of two, by the last value again: so there are few shapes."""
    return values + values[-1:] * ((1 << (len(values) - 1).bit_length()) - len(values)) if values else values


def _shape_of(value: Any) -> tuple[type, int | None]:
    first = value[0] if isinstance(value, list) else value
    kind = next((one for one in _MARKS if isinstance(first, one) and not isinstance(first, bool)), None)
    if kind is None:
        raise TypeError(f"{type(first).__name__} is no argument of a prepared question")
    return kind, len(value) if isinstance(value, list) else None


def _each(values: Iterable[Any]) -> Iterable[Any]:
    return chain.from_iterable(one if isinstance(one, list) else (one,) for one in values)


def _ready(value: Any, connection: Any) -> Any:
    """As Django's fields hand it to the driver; members of enumerations as what they stand for."""
    match value:
        case UUID():
            return value if connection.features.has_native_uuid_field else value.hex
        case datetime():
            return connection.ops.adapt_datetimefield_value(value)
        case int():
            return int(value)
        case _:
            return str.__str__(value)
