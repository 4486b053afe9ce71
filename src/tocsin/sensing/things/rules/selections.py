"""A condition upon Observations as an expression of Polars, over columns `sensor`, `ts` (ms), `value` (null: unknown), `quality`.

Times are microseconds in it, days and times of the day counts, so that all of them compare as whole numbers.
"""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final

import polars as pl

from tocsin.sensing.things.rules.entities import OBSERVATIONS
from tocsin.sensing.things.rules.kinds import kind_of
from tocsin.sensing.things.rules.tree import (
    And,
    Arithmetic,
    Call,
    Comparison,
    Kind,
    Linked,
    Literal,
    Negative,
    Node,
    Not,
    Or,
    Path,
    Unsupported,
)
from tocsin.sensing.trust.rules import MarkQuality

DAY_US: Final = 86_400_000_000
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
QUALITIES: Final = {int(one): one.name.lower() for one in MarkQuality}
COLUMNS: Final[dict[str, pl.Expr]] = {
    "@iot.id": pl.format("{}-{}", pl.col("sensor"), pl.col("ts")),
    "phenomenonTime": pl.col("ts") * 1000,
    "resultTime": pl.col("ts") * 1000,
    "result": pl.col("value"),
    "resultQuality": pl.col("quality").cast(pl.Int64).replace_strict(QUALITIES, default="bad", return_dtype=pl.String),
}


def selection_of(node: Node) -> pl.Expr:
    """The condition, its constant parts worked out, as an expression that is true or false and never null."""
    match node:
        case And():
            return pl.all_horizontal([selection_of(one) for one in node.operands])
        case Or():
            return pl.any_horizontal([selection_of(one) for one in node.operands])
        case Not():
            return ~selection_of(node.operand)
        case Literal():
            return pl.lit(node.value is True)
        case Linked():
            raise Unsupported(
                "Observations are found by the conditions upon their Datastream that stand beside others, joined by and."
            )
        case Comparison():
            return _comparison(node)
    return _value(node).fill_null(False)


def _comparison(node: Comparison) -> pl.Expr:
    left, right = _value(node.left), _value(node.right)
    if node.operator == "eq":
        return left.eq_missing(right)
    if node.operator == "ne":
        return left.ne_missing(right)
    if Literal(None) in (node.left, node.right):
        return pl.lit(False)
    found = {"gt": left > right, "ge": left >= right, "lt": left < right, "le": left <= right}[node.operator]
    return found.fill_null(False)


def _value(node: Node) -> pl.Expr:
    match node:
        case Literal():
            return _literal(node.value)
        case Path():
            return COLUMNS[str(node)]
        case Negative():
            return -_value(node.operand)
        case Arithmetic():
            return _reckoned(node)
        case Call():
            return _function(node)
    return selection_of(node)


def _literal(value: Any) -> pl.Expr:
    match value:
        case datetime():
            return pl.lit((value - EPOCH) // timedelta(microseconds=1), pl.Int64)
        case date():
            return pl.lit(value.toordinal() - EPOCH.toordinal(), pl.Int64)
        case time():
            whole = (value.hour * 60 + value.minute) * 60 + value.second
            return pl.lit(whole * 1_000_000 + value.microsecond, pl.Int64)
        case timedelta():
            return pl.lit(value // timedelta(microseconds=1), pl.Int64)
    return pl.lit(value)


def _finite(value: pl.Expr) -> pl.Expr:
    return pl.when(value.is_finite()).then(value)


def _towards_zero(value: pl.Expr) -> pl.Expr:
    return pl.when(value >= 0).then(value.floor()).otherwise(value.ceil())


def _reckoned(node: Arithmetic) -> pl.Expr:
    left, right = _value(node.left), _value(node.right)
    if kind_of(node, OBSERVATIONS) is not Kind.NUMBER:
        return left + right if node.operator == "add" else left - right
    match node.operator:
        case "add":
            return _finite(left + right)
        case "sub":
            return _finite(left - right)
        case "mul":
            return _finite(left * right)
    quotient = _finite(left / right)
    return quotient if node.operator == "div" else _finite(left - right * _towards_zero(quotient))


def _function(call: Call) -> pl.Expr:
    if any(one == Literal(None) for one in call.arguments):
        return pl.lit(None)
    kind = kind_of(call.arguments[0], OBSERVATIONS)
    if kind is Kind.TIME:
        return _of_time(call.name, _value(call.arguments[0]))
    if kind is Kind.TEXT:
        return _of_text(call)
    value = _value(call.arguments[0])
    match call.name:
        case "floor":
            return value.floor()
        case "ceiling":
            return value.ceil()
    return pl.when(value >= 0).then((value + 0.5).floor()).otherwise((value - 0.5).ceil())


def _of_time(name: str, moment: pl.Expr) -> pl.Expr:
    match name:
        case "date":
            return moment // DAY_US
        case "time":
            return moment % DAY_US
        case "fractionalseconds":
            return (moment % 1_000_000) / 1_000_000
        case "totaloffsetminutes":
            return moment.cast(pl.Float64) * 0.0
    parts = moment.cast(pl.Datetime("us", "UTC")).dt
    part: pl.Expr = getattr(parts, name)()
    return part.cast(pl.Float64)


def _of_text(call: Call) -> pl.Expr:
    if call.name == "substring":
        return _part(call)
    given = [_value(one) for one in call.arguments]
    match call.name:
        case "contains":
            return given[0].str.contains(given[1], literal=True)
        case "substringof":
            return given[1].str.contains(given[0], literal=True)
        case "startswith":
            return given[0].str.starts_with(given[1])
        case "endswith":
            return given[0].str.ends_with(given[1])
        case "length":
            return given[0].str.len_chars().cast(pl.Float64)
        case "indexof":
            return given[0].str.find(given[1], literal=True).cast(pl.Float64).fill_null(-1.0)
        case "tolower":
            return given[0].str.to_lowercase()
        case "toupper":
            return given[0].str.to_uppercase()
        case "trim":
            return given[0].str.strip_chars(" ")
    return given[0] + given[1]


def _part(call: Call) -> pl.Expr:
    bounds = [one.value if isinstance(one, Literal) else None for one in call.arguments[1:]]
    if not all(isinstance(one, float) for one in bounds):
        raise Unsupported("substring takes numbers that are written out.")
    begin, *length = (int(one) for one in bounds if isinstance(one, float))
    if begin < 0 or (length and length[0] < 0):
        return pl.lit(None, pl.String)
    return _value(call.arguments[0]).str.slice(begin, *length)
