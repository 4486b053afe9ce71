"""What a request for features asks: read from the parameters of its address, and refused with the reason where it can't be."""

import base64
import binascii
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from functools import reduce
from typing import Any, Final

import polars as pl
import shapely
from shapely.geometry.base import BaseGeometry

from tocsin.atlas.exchange.rules.collections import KEY, FeatureCollection
from tocsin.atlas.exchange.rules.frames import CRS84, Frame, frame_of
from tocsin.base.documents import read_json
from tocsin.base.errors import InvalidInput
from tocsin.engine.filters import spatial, temporal
from tocsin.engine.filters.compiling import compile_filter
from tocsin.engine.filters.kinds import Kind, column
from tocsin.engine.filters.reading import named_in, read_text, read_tree

MOST: Final = 10_000
READERS: Final = {"cql2-text": read_text, "cql2-json": read_tree}
OF_SELECTION: Final = ("bbox", "bbox-crs", "datetime", "filter", "filter-lang", "filter-crs")
OF_ITEM: Final = {"crs", "properties", "f"}
OF_PAGE: Final = ("limit", "after", "sortby", "crs", "properties", "f")


@dataclass(frozen=True)
class Order:
    """One property to sort by; features without it come last."""

    name: str
    descending: bool


@dataclass(frozen=True)
class Question:
    """Which features, in which order, after which one, how many, with what of them, in which system."""

    conditions: tuple[pl.Expr, ...]
    orders: tuple[Order, ...]
    after: tuple[Any, ...] | None
    limit: int
    properties: tuple[str, ...]
    frame: Frame
    asked: dict[str, str]  # the parameters as they came, without the place where the page begins

    @property
    def selection(self) -> str:
        """What was selected, in a line for people: without what concerns the page alone."""
        return " ".join(f"{name}={value}" for name, value in self.asked.items() if name not in ("limit", "crs", "f"))


def read_question(collection: FeatureCollection, sent: Mapping[str, Sequence[str]]) -> Question:
    """The question of these parameters; InvalidInput for one that is unknown, comes twice, or can't be read."""
    asked = single(sent, {*OF_SELECTION, *OF_PAGE, *collection.types})
    orders = _orders(collection, asked.get("sortby", ""))
    return Question(
        conditions=tuple(_conditions(collection, asked)),
        orders=orders,
        after=_cursor(asked["after"], collection, orders) if "after" in asked else None,
        limit=read_limit(asked.get("limit", "")),
        properties=_properties(collection, asked.get("properties")),
        frame=frame_of(asked["crs"]) if "crs" in asked else CRS84,
        asked={name: value for name, value in asked.items() if name != "after"},
    )


def single(sent: Mapping[str, Sequence[str]], known: set[str]) -> dict[str, str]:
    """The parameters with their one value each."""
    unknown = sorted(set(sent) - known)
    if unknown:
        raise InvalidInput(
            "There is no parameter %(name)s here; known are %(known)s.", name=unknown[0][:60], known=", ".join(sorted(known))
        )
    twice = next((name for name, values in sent.items() if len(values) != 1), None)
    if twice is not None:
        raise InvalidInput("The parameter %(name)s comes more than once.", name=twice)
    return {name: values[0] for name, values in sent.items()}


def read_limit(text: str) -> int:
    """How many features a page has at most: `MOST` if nothing is said, and never more.

    >>> read_limit(""), read_limit("5"), read_limit("123456")
    (10000, 5, 10000)
    """
    if not text:
        return MOST
    if not (text.isascii() and text.isdigit()) or len(text) > 18 or int(text) < 1:
        raise InvalidInput("limit is a whole number from 1 to %(most)s, not %(written)s.", most=MOST, written=text[:40])
    return min(int(text), MOST)


def read_box(text: str, frame: Frame) -> tuple[BaseGeometry, ...]:
    """The rectangle of `bbox` in WGS84; two where it crosses the 180th meridian."""
    try:
        numbers = [float(part) for part in text.split(",")]
    except ValueError:
        numbers = []
    if len(numbers) not in (4, 6):
        raise InvalidInput("bbox has four numbers, west,south,east,north, not %(written)s.", written=text[:80])
    half = len(numbers) // 2
    first, second = numbers[:2], numbers[half : half + 2]
    if frame.latitude_first:
        first, second = first[::-1], second[::-1]
    low, high = first, second
    if frame.mercator:
        low, high = (list(shapely.get_coordinates(frame.to_degrees(shapely.Point(*one)))[0]) for one in (first, second))
    if low[0] <= high[0]:
        return (spatial.box_of([*low, *high]),)
    return (spatial.box_of([low[0], low[1], 180.0, high[1]]), spatial.box_of([-180.0, low[1], high[0], high[1]]))


def read_moments(text: str) -> tuple[datetime | None, datetime | None]:
    """Both ends of the parameter `datetime`, in UTC without a zone; None where it is open."""
    ends = text.split("/")
    if len(ends) > 2 or not text.strip():
        raise InvalidInput(
            "datetime is a time or an interval such as 2026-11-01T00:00:00Z/.., not %(written)s.", written=text[:80]
        )
    start = None if ends[0] in temporal.OPEN else _moment(ends[0], last=False)
    end = None if ends[-1] in temporal.OPEN else _moment(ends[-1], last=True)
    if start is not None and end is not None and start > end:
        raise InvalidInput("datetime ends before it begins: %(written)s.", written=text[:80])
    return start, end


def _moment(text: str, *, last: bool) -> datetime:
    if "T" in text.upper():
        return temporal.moment(text)
    day: datetime = datetime.combine(pl.select(temporal.read_date(text).expression).item(), time())
    return day + timedelta(days=1) - timedelta(microseconds=1) if last else day


def _conditions(collection: FeatureCollection, asked: dict[str, str]) -> list[pl.Expr]:
    found: list[pl.Expr] = []
    if "bbox" in asked:
        boxes = read_box(asked["bbox"], frame_of(asked["bbox-crs"]) if "bbox-crs" in asked else CRS84)
        found.append(reduce(lambda one, other: one | other, (spatial.relation("s_intersects", box) for box in boxes)))
    if "datetime" in asked:
        found += _within(collection, *read_moments(asked["datetime"]))
    if "filter" in asked:
        language = asked.get("filter-lang", "cql2-text")
        if language not in READERS:
            raise InvalidInput("filter-lang is one of %(known)s.", known=", ".join(READERS))
        frame = frame_of(asked["filter-crs"]) if "filter-crs" in asked else CRS84
        tree = READERS[language](asked["filter"])
        for name in sorted(named_in(tree) & collection.masked):
            raise _masked(name)
        found.append(compile_filter(tree, collection.asked_by, to_degrees=frame.to_degrees))
    elif "filter-lang" in asked:
        _known_language(asked["filter-lang"])
    for name, dtype in collection.types.items():
        if name in asked and name not in OF_SELECTION and name not in OF_PAGE:
            if name in collection.masked:
                raise _masked(name)
            found.append(_equal(name, dtype, asked[name]))
    return found


def _masked(name: str) -> InvalidInput:
    return InvalidInput(
        "%(name)s is shown masked here: it can't be filtered or sorted by, since that would find out what it hides.", name=name
    )


def _known_language(text: str) -> None:
    if text not in READERS:
        raise InvalidInput("filter-lang is one of %(known)s.", known=", ".join(READERS))


def _within(collection: FeatureCollection, start: datetime | None, end: datetime | None) -> list[pl.Expr]:
    """A collection without a time has all its features at every time."""
    if not collection.moment:
        return []
    part = column(collection.moment, collection.types[collection.moment])
    value = part.expression.cast(pl.Datetime("us"))
    dated = part.kind is Kind.DATE
    first = start if start is None or not dated else datetime.combine(start.date(), time())
    bounds = ([] if first is None else [value >= first]) + ([] if end is None else [value <= end])
    return bounds or [value.is_not_null()]


def _equal(name: str, dtype: pl.DataType, text: str) -> pl.Expr:
    part = column(name, dtype)
    match part.kind:
        case Kind.TEXT:
            return part.expression == text
        case Kind.BOOLEAN if text in ("true", "false"):
            return part.expression == (text == "true")
        case Kind.NUMBER:
            try:
                return part.expression == float(text)
            except ValueError:
                raise InvalidInput("%(name)s is a number, not %(written)s.", name=name, written=text[:40]) from None
        case Kind.DATE:
            return part.expression == temporal.read_date(text).expression
        case Kind.TIMESTAMP:
            return part.expression == temporal.moment(text)
    raise InvalidInput("%(name)s is true or false, not %(written)s.", name=name, written=text[:40])


def _orders(collection: FeatureCollection, text: str) -> tuple[Order, ...]:
    if not text:
        return ()
    orders = tuple(Order(one.lstrip("+- "), one.startswith("-")) for one in text.split(","))
    for one in orders:
        if one.name in collection.masked:
            raise _masked(one.name)
        if one.name not in collection.types:
            raise InvalidInput("There is no property %(name)s to sort by.", name=one.name[:80])
    if len({one.name for one in orders}) != len(orders):
        raise InvalidInput("sortby names a property twice.")
    return orders


def _properties(collection: FeatureCollection, text: str | None) -> tuple[str, ...]:
    if text is None:
        return tuple(collection.types)
    names = tuple(dict.fromkeys(text.split(","))) if text else ()
    unknown = next((one for one in names if one not in collection.types), None)
    if unknown is not None:
        raise InvalidInput("There is no property %(name)s.", name=unknown[:80])
    return names


def cursor_of(values: Sequence[Any]) -> str:
    """The place after a feature, for the link to the next page: what it is sorted by and its key."""
    plain = [one.isoformat() if hasattr(one, "isoformat") else one for one in values]
    return base64.urlsafe_b64encode(json.dumps(plain, separators=(",", ":")).encode()).decode().rstrip("=")


def _cursor(text: str, collection: FeatureCollection, orders: tuple[Order, ...]) -> tuple[Any, ...]:
    try:
        values = read_json(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        if not isinstance(values, list) or len(values) != len(orders) + 1 or not isinstance(values[-1], str):
            raise ValueError(text)
        kinds = [collection.types[one.name] for one in orders]
        return (*(_read_back(value, dtype) for value, dtype in zip(values, [*kinds, pl.String()], strict=True)),)
    except (ValueError, TypeError, binascii.Error, InvalidInput):
        raise InvalidInput("after is not a place that a link of this collection names.") from None


def _read_back(value: Any, dtype: pl.DataType) -> Any:
    if value is None:
        return None
    if isinstance(dtype, pl.Datetime):
        return datetime.fromisoformat(value).astimezone(UTC)
    if dtype == pl.Date:
        return pl.select(temporal.read_date(value).expression).item()
    expected: type | tuple[type, ...] = {pl.String: str, pl.Boolean: bool}.get(dtype.base_type(), (int, float))
    if not isinstance(value, expected):
        raise ValueError(value)
    return value


def beyond(question: Question) -> pl.Expr | None:
    """What keeps the features behind the place where the page begins, in the order of the question."""
    if question.after is None:
        return None
    *values, key = question.after
    condition: pl.Expr = pl.col(KEY) > key
    for order, value in zip(reversed(question.orders), reversed(values), strict=True):
        here = pl.col(order.name)
        if value is None:  # the last ones: only others without a value follow
            condition = here.is_null() & condition
        else:
            literal = pl.lit(value)
            farther = (here < literal if order.descending else here > literal).fill_null(value=False) | here.is_null()
            condition = farther | ((here == literal).fill_null(value=False) & condition)
    return condition
