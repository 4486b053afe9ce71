"""Comparing, calculating and folding of values."""

import math
import operator
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import reduce

import polars as pl

from tocsin.base.errors import InvalidInput
from tocsin.engine.filters.kinds import TEMPORAL, Kind, Part

COMPARISONS: dict[str, Callable[[pl.Expr, pl.Expr], pl.Expr]] = {
    "=": operator.eq,
    "<>": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
ARITHMETIC = ("+", "-", "*", "/", "%", "div", "^")
EXACT = 2**53  # whole numbers beyond can't be told apart as floats


@dataclass(frozen=True)
class Pattern:
    """A pattern of LIKE: `%` any text, `_` any letter, a backslash takes either as it stands. `folds`: innermost first."""

    text: str
    folds: tuple[str, ...] = ()


def literal(value: object) -> Part:
    """A text, number or truth value as it stands in a filter."""
    if isinstance(value, bool):
        return Part(pl.lit(value), Kind.BOOLEAN)
    if isinstance(value, str):
        return Part(pl.lit(value), Kind.TEXT)
    if isinstance(value, int | float) and math.isfinite(value):
        whole = value == int(value) and abs(value) < EXACT
        return Part(pl.lit(int(value), pl.Int64) if whole else pl.lit(float(value), pl.Float64), Kind.NUMBER)
    if value is None:
        raise InvalidInput("Nothing is equal to null: write IS NULL.")
    raise InvalidInput("This is no value of a filter: %(value)s", value=str(value)[:80])


def joined(parts: list[pl.Expr], *, every: bool) -> pl.Expr:
    """All or any of the conditions."""
    return reduce(operator.and_ if every else operator.or_, parts)


def compared(sign: str, first: Part, second: Part) -> pl.Expr:
    """One value beside another of its kind; unknown where one is absent."""
    if first.kind is Kind.LIST or not (first.kind is second.kind or {first.kind, second.kind} <= set(TEMPORAL)):
        raise InvalidInput("A %(first)s can't be compared with a %(second)s.", first=first.kind.value, second=second.kind.value)
    one, other = first.expression, second.expression
    if first.kind is not second.kind:
        one, other = one.cast(pl.Datetime("us")), other.cast(pl.Datetime("us"))
    return COMPARISONS[sign](one, other)


def among(item: Part, choices: list[Part], written: Sequence[object]) -> pl.Expr:
    """Whether the value is one of these; `written`: the same as they stand in the filter."""
    for one in choices:
        compared("=", item, one)  # refuses another kind
    plain = all(isinstance(one, str | int | float) for one in written)
    if plain and item.kind is Kind.TEXT:
        return item.expression.is_in(pl.Series(written, dtype=pl.String).implode())
    if plain and item.kind is Kind.NUMBER:
        return item.expression.cast(pl.Float64).is_in(pl.Series(written, dtype=pl.Float64, strict=False).implode())
    return joined([compared("=", item, one) for one in choices], every=False)


def calculated(sign: str, first: Part, second: Part) -> Part:
    """A sum, difference, product, quotient, remainder, whole quotient or power; unknown where it is no finite number.

    The whole quotient is cut towards zero and the remainder has the sign of the first number, as in SQL.
    """
    if first.kind is not Kind.NUMBER or second.kind is not Kind.NUMBER:
        raise InvalidInput("%(sign)s takes two numbers.", sign=sign)
    one, other = (part.expression.cast(pl.Float64) for part in (first, second))
    match sign:
        case "+":
            result = one + other
        case "-":
            result = one - other
        case "*":
            result = one * other
        case "/":
            result = one / other
        case "^":
            result = one.pow(other)
        case "div":
            result = _towards_zero(one / other)
        case _:
            result = one - other * _towards_zero(one / other)
    return Part(pl.when(result.is_finite()).then(result), Kind.NUMBER)


def _towards_zero(value: pl.Expr) -> pl.Expr:
    return pl.when(value >= 0).then(value.floor()).otherwise(value.ceil())


def folded(name: str, part: Part) -> Part:
    """A text without regard to case (`casei`) or to accents (`accenti`)."""
    if part.kind is not Kind.TEXT:
        raise InvalidInput("%(name)s takes a text.", name=name.upper())
    return Part(_fold(name, part.expression), Kind.TEXT)


def _fold(name: str, text: pl.Expr) -> pl.Expr:
    if name == "casei":
        return text.str.to_lowercase()
    return text.str.normalize("NFKD").str.replace_all(r"\p{M}", "").str.normalize("NFKC")


def like(part: Part, pattern: Pattern) -> pl.Expr:
    """Whether the whole text is of this pattern."""
    if part.kind is not Kind.TEXT:
        raise InvalidInput("LIKE compares a text with a pattern.")
    text = pattern.text
    for name in pattern.folds:
        text = pl.select(_fold(name, pl.lit(text))).item()
    return part.expression.str.contains(like_expression(text))


def like_expression(pattern: str) -> str:
    r"""The regular expression of a pattern of LIKE.

    >>> like_expression("50\\%_%")
    '(?s)^50%..*$'
    """
    parts: list[str] = []
    letters = iter(pattern)
    for letter in letters:
        if letter == "\\":
            parts.append(_escaped(next(letters, "\\")))
        else:
            parts.append({"%": ".*", "_": "."}.get(letter) or _escaped(letter))
    return f"(?s)^{''.join(parts)}$"


def _escaped(letter: str) -> str:
    return letter if letter.isalnum() or letter in "%_" else re.escape(letter)
