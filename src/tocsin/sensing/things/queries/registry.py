"""Pages of entities of the registry, with those that links lead to in their places."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import DataError
from django.db.models import Case, Count, F, IntegerField, Q, QuerySet, Value, When, Window
from django.db.models.functions import RowNumber
from django.db.models.lookups import Exact, GreaterThan, IsNull, LessThan

from tocsin.base.errors import InvalidInput
from tocsin.sensing.things.queries.conditions import condition_of
from tocsin.sensing.things.queries.sets import EntitySet
from tocsin.sensing.things.rules.evaluation import folded
from tocsin.sensing.things.rules.options import Order, Question, written_token
from tocsin.sensing.things.rules.tree import Kind

LEVEL_ROWS: Final = 10_000  # entities of one expansion, under all entities of a page together

type Row = dict[str, Any]
"""Values by the names of their properties, a place as (lon, lat); `_fields`: by which links lead on; `_links`: expansions."""


@dataclass
class Page:
    """Entities, how many there are where that was asked, and where the next page begins."""

    rows: list[Row]
    count: int | None = None
    token: str = ""
    skip: int = 0
    """Of what was to be skipped, what the next page still has to."""


def page_of(there: EntitySet, rows: QuerySet[Any], question: Question, now: datetime) -> Page:
    """A page of those rows, which are some of the set's."""
    try:
        found = rows if question.condition is None else rows.filter(condition_of(there, folded(question.condition, now)))
        page = Page([], count=found.count() if question.counted else None)
        if question.page == 0:
            return page
        named = _prepared(there, found, question)
        if question.after:
            named = named.filter(_behind(there, question))
        part = slice(question.skip, question.skip + question.page + 1)
        told = [_told(there, row) for row in named.values(*_names(there, question))[part]]
    except DataError as error:
        raise InvalidInput("A number of the condition grows too large.") from error
    page.rows = told[: question.page]
    if len(told) > question.page:
        page.token = _token(there, page.rows[-1], question)
    return page


def entities_of(there: EntitySet, rows: QuerySet[Any]) -> list[Row]:
    """Every one of few rows."""
    question = Question(entity=there.entity)
    return [_told(there, row) for row in _prepared(there, rows, question).values(*_names(there, question))]


def pages_behind(behind: EntitySet, target: str, keys: Sequence[Any], question: Question, now: datetime) -> dict[Any, Page]:
    """By key a page of the set's rows whose field `target` is that key."""
    rows = behind.rows.filter(**{f"{target}__in": list(keys)})
    most = min(question.page, max(1, LEVEL_ROWS // max(1, len(keys))))
    try:
        if question.condition is not None:
            rows = rows.filter(condition_of(behind, folded(question.condition, now)))
        counts = _counts(rows, target) if question.counted else {}
        numbers = _numbers(behind, rows, target, question, most)
        named = _prepared(behind, behind.rows.filter(pk__in=list(numbers)), question)
        found = list(named.values(*_names(behind, question)))
    except DataError as error:
        raise InvalidInput("A number of the condition grows too large.") from error
    pages = {key: Page([], counts.get(key, 0) if question.counted else None) for key in keys}
    for row in sorted(found, key=lambda one: numbers[one["pk"]]):
        page = pages[row[target]]
        if len(page.rows) < most:
            page.rows.append(_told(behind, row))
        elif most and not page.token:
            page.token = _token(behind, page.rows[-1], question)
    return pages


def _numbers(behind: EntitySet, rows: QuerySet[Any], target: str, question: Question, most: int) -> dict[Any, int]:
    """Ids of the rows of each page, and of one more, with their numbers in it. A query of its own: few columns are sorted."""
    number = Window(RowNumber(), partition_by=[F(target)], order_by=_order(behind, question))
    first, last = question.skip, question.skip + most + 1
    part = rows.order_by().annotate(_number=number).filter(_number__gt=first, _number__lte=last)
    return dict(part.values_list("pk", "_number"))


def _counts(rows: QuerySet[Any], target: str) -> dict[Any, int]:
    counted = rows.order_by().values(target).annotate(_count=Count("pk"))
    return {one[target]: one["_count"] for one in counted}


def _key_field(there: EntitySet) -> str:
    """By it the rows of a set stand in one order: never two with the same."""
    return "pk" if there.key == "pk" else "index"


def _names(there: EntitySet, question: Question) -> list[str]:
    fields = ["pk", "device_id", "index", "quantity"] if _key_field(there) == "index" else ["pk"]
    latitudes = [f"_p{number}_lat" for number, one in enumerate(there.columns.values()) if one.latitude is not None]
    sorts = [f"_s{number}" for number in range(len(question.orders))]
    return [*fields, *(f"_p{number}" for number in range(len(there.columns))), *latitudes, *sorts]


def _prepared(there: EntitySet, rows: QuerySet[Any], question: Question) -> QuerySet[Any]:
    """With a column for each property and each thing that is sorted by, in order."""
    columns: dict[str, Any] = {}
    for number, one in enumerate(there.columns.values()):
        columns[f"_p{number}"] = one.expression
        if one.latitude is not None:
            columns[f"_p{number}_lat"] = one.latitude
    for number, order in enumerate(question.orders):
        columns[f"_s{number}"] = there.columns[order.name].expression
    prepared: QuerySet[Any] = rows.annotate(**columns).order_by(*_order(there, question))
    return prepared


def _order(there: EntitySet, question: Question) -> list[Any]:
    """Entities without the property come last, whichever way."""
    found: list[Any] = []
    for order in question.orders:
        expression = there.columns[order.name].expression
        found.append(Case(When(IsNull(expression, True), then=Value(1)), default=Value(0), output_field=IntegerField()).asc())
        found.append(_column_order(expression, order))
    return [*found, F(_key_field(there)).asc()]


def _column_order(expression: Any, order: Order) -> Any:
    return expression.desc() if order.descending else expression.asc()


def _behind(there: EntitySet, question: Question) -> Q:
    """Rows that come after the one at which the page before ended."""
    *values, key = question.after
    last = _key_value(there, key)
    found = Q(GreaterThan(F(_key_field(there)), last))
    for order, given in zip(reversed(question.orders), reversed(values), strict=True):
        expression = there.columns[order.name].expression
        if given is None:
            found = Q(IsNull(expression, True)) & found
            continue
        value = Value(_sort_value(there, order.name, given))
        beyond = Q(LessThan(expression, value) if order.descending else GreaterThan(expression, value))
        found = beyond | Q(IsNull(expression, True)) | (Q(Exact(expression, value)) & found)
    return found


def _wrong_token() -> InvalidInput:
    return InvalidInput("$skiptoken comes from the address of a next page, unchanged.")


def _key_value(there: EntitySet, key: Any) -> Value:
    if _key_field(there) == "index":
        if not isinstance(key, int) or isinstance(key, bool) or not 0 <= key < 2**31:
            raise _wrong_token()
        return Value(key)
    return Value(_uuid(key))


def _uuid(text: Any) -> UUID:
    try:
        return UUID(str(text))
    except ValueError as error:
        raise _wrong_token() from error


def _sort_value(there: EntitySet, name: str, given: Any) -> Any:
    kind = getattr(there.entity.property_of(name), "kind", None)
    if there.columns[name].milliseconds or kind is Kind.NUMBER:
        good = isinstance(given, (int, float)) and not isinstance(given, bool) and abs(given) < 2**63
        value: Any = given
    elif kind is Kind.BOOLEAN:
        good, value = isinstance(given, bool), given
    elif kind is Kind.IDENTITY:
        good, value = True, _uuid(given)
    elif kind is Kind.TIME:
        good, value = isinstance(given, str), given
        try:
            value = datetime.fromisoformat(str(given))
        except ValueError as error:
            raise _wrong_token() from error
        good = value.tzinfo is not None
    else:
        good, value = isinstance(given, str) and "\0" not in given, given
    if not good:
        raise _wrong_token()
    return value


def _token(there: EntitySet, row: Row, question: Question) -> str:
    key = row["_fields"][_key_field(there)]
    return written_token([*(_plain(one) for one in row["_sorted"]), _plain(key)])


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value


def _told(there: EntitySet, row: Mapping[str, Any]) -> Row:
    """Columns by the names of their properties."""
    found: Row = {}
    for number, (name, column) in enumerate(there.columns.items()):
        value = row[f"_p{number}"]
        found[name] = value if column.latitude is None else (value, row[f"_p{number}_lat"])
    found["_fields"] = {name: row[name] for name in ("pk", "device_id", "index", "quantity") if name in row}
    found["_sorted"] = _numbered(row)
    return found


def _numbered(row: Mapping[str, Any]) -> list[Any]:
    found: list[Any] = []
    while f"_s{len(found)}" in row:
        found.append(row[f"_s{len(found)}"])
    return found
