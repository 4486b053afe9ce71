"""A form as typed values: what a class or a function declares is what it takes of a form, and nothing else.

Fields are those of a dataclass, or the keyword-only parameters of a function:

    def suspend(actor: User, case_id: UUID, *, until: datetime, text: str) -> Case: ...

    suspend(actor, case_id, **fields_of(suspend, request.POST))

A text that was not sent is empty; `Line` is a text without blanks around it. Another kind that was not sent, or left empty, takes
its default, or None where that is allowed, and is refused where neither is there. A time without a zone is local. A box is ticked
or not. A list holds what was sent under its name. A field that is itself a dataclass is read from the same form.
The underscore at the end of a parameter (`with_`) is not part of the name.
"""

import inspect
import math
import types
from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from enum import Enum
from itertools import zip_longest
from typing import Annotated, Any, Final, Literal, Union, get_args, get_origin, get_type_hints
from uuid import UUID

from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from tocsin.base.errors import InvalidInput

MOST_DIGITS: Final = 2**53  # a whole number beyond it is not exact in a browser
YEARS: Final = range(1900, 3000)
SEARCHED: Final = 100  # characters of a filter that are looked at
TICKED: Final = {**dict.fromkeys(("yes", "on", "1", "true"), True), **dict.fromkeys(("no", "off", "0", "false", ""), False)}


class FormRefused(InvalidInput):
    """A field of a form can't be read; `field` is its name, the text tells the reader what is wrong with it."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(reason)
        self.field = field


@dataclass(frozen=True)
class Trimmed:
    """Marks a text whose blanks at both ends are no part of it."""


type Line = Annotated[str, Trimmed()]


@dataclass(frozen=True)
class _Field:
    name: str
    kind: Any  # a type or a form of `typing`
    default: object  # inspect.Parameter.empty where there is none


def read_form[T](into: type[T], form: QueryDict) -> T:
    """The values of a dataclass from a form; FormRefused for the first field that can't be read."""
    return into(**{one.name: _read(one, form) for one in _fields_of_class(into)})


def read_filters[T](into: type[T], query: QueryDict) -> T:
    """The same of the filters of a list, of which none is refused: one that can't be read has its default."""
    return into(**{one.name: _read_filter(one, query) for one in _fields_of_class(into)})


def read_rows[T](into: type[T], form: QueryDict, most: int = 100) -> list[T]:
    """The rows of a table in a form: the first values of all fields are the first row, and so on, at most so many."""
    named = _fields_of_class(into)
    columns = [form.getlist(one.name)[:most] for one in named]
    rows = zip_longest(*columns, fillvalue="")
    return [into(**{one.name: _read(one, {one.name: text}) for one, text in zip(named, row, strict=True)}) for row in rows]


def read_value[T](kind: type[T], name: str, text: str) -> T:
    """One text as a value of that kind; FormRefused in the name of the field."""
    value: T = _value(name, kind, text)
    return value


def fields_of(function: Callable[..., object], form: QueryDict, given: Mapping[str, object] | None = None) -> dict[str, Any]:
    """The keyword-only arguments of a function from a form, without those `given`; FormRefused for one that can't be read."""
    return {one.name: _read(one, form) for one in _fields_of_function(function) if given is None or one.name not in given}


def _fields_of_class(kind: Any) -> tuple[_Field, ...]:
    hints = get_type_hints(kind, include_extras=True)
    empty = inspect.Parameter.empty
    return tuple(
        _Field(one.name, hints[one.name], empty if one.default is MISSING else one.default) for one in fields(kind) if one.init
    )


def _fields_of_function(function: Callable[..., object]) -> tuple[_Field, ...]:
    """Only what is keyword-only is read from a form, so only that is resolved: other annotations may be for the type checker."""
    named = [one for one in inspect.signature(function).parameters.values() if one.kind is one.KEYWORD_ONLY]
    scope = getattr(inspect.unwrap(function), "__globals__", {})
    kinds = [eval(one.annotation, scope) if isinstance(one.annotation, str) else one.annotation for one in named]  # noqa: S307
    return tuple(_Field(one.name, kind, one.default) for one, kind in zip(named, kinds, strict=True))


def _read(field: _Field, form: Mapping[str, Any]) -> object:
    name, (kind, optional, trimmed) = field.name.removesuffix("_"), _plain(field.kind)
    if isinstance(kind, type) and is_dataclass(kind):
        return kind(**{one.name: _read(one, form) for one in _fields_of_class(kind)})
    if get_origin(kind) is list:
        return [_value(name, get_args(kind)[0], text) for text in _texts(form, name) if text.strip()]
    text = form.get(name)
    if kind is bool:
        return bool(field.default) if text is None and field.default is True else _ticked(name, text or "")
    if text is None or not text.strip():
        if text is not None and get_origin(kind) is Literal and "" in get_args(kind):
            return ""
        if field.default is not inspect.Parameter.empty and (text is None or kind is not str):
            return field.default
        if kind is str and not optional:
            return "" if trimmed else text or ""
        if optional:
            return None
        raise FormRefused(name, _("A field of the form is missing: %(field)s.") % {"field": name})
    return _value(name, Annotated[kind, Trimmed()] if trimmed else kind, text)


def _texts(form: Mapping[str, Any], name: str) -> list[str]:
    return form.getlist(name) if isinstance(form, QueryDict) else [form.get(name, "")]


def _read_filter(field: _Field, query: QueryDict) -> object:
    try:
        value = _read(field, query)
    except FormRefused:
        if field.default is inspect.Parameter.empty:
            return None
        return field.default
    return value[:SEARCHED] if isinstance(value, str) and not isinstance(value, Enum) else value


def _plain(kind: Any) -> tuple[Any, bool, bool]:
    """A kind without its wrapping, whether it may be None, and whether its text is trimmed."""
    trimmed = optional = False
    while True:
        if hasattr(kind, "__value__"):  # `type Line = …`
            kind = kind.__value__
        elif get_origin(kind) is Annotated:
            trimmed = trimmed or any(isinstance(one, Trimmed) for one in get_args(kind)[1:])
            kind = get_args(kind)[0]
        elif get_origin(kind) in (Union, types.UnionType):
            kinds = [one for one in get_args(kind) if one is not types.NoneType]
            if len(kinds) != 1:
                raise TypeError(f"a field of a form is of one kind, not {kind}")
            kind, optional = kinds[0], True
        else:
            return kind, optional, trimmed


def _value(name: str, kind: Any, text: str) -> Any:
    kind, _optional, trimmed = _plain(kind)
    if kind is str:
        return text.strip() if trimmed else text
    if get_origin(kind) is Literal:
        if text not in get_args(kind):
            raise FormRefused(name, _none_of(text))
        return text
    try:
        if isinstance(kind, type) and issubclass(kind, Enum):
            return _choice(kind, text)
        return _READERS[kind](text.strip())
    except (ValueError, OverflowError):
        raise FormRefused(name, _wrong(kind, text)) from None


def _choice(kind: type[Enum], text: str) -> Enum:
    """A member by its value as it is written in a form: that of an IntEnum is a number there."""
    for member in kind:
        if str(member.value) == text.strip():
            return member
    raise ValueError(text)


def _ticked(name: str, text: str) -> bool:
    value = TICKED.get(text.strip().lower())
    if value is None:
        raise FormRefused(name, _none_of(text))
    return value


def _number(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(text)
    return number


def _decimal(text: str) -> Decimal:
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise ValueError(text) from None
    if not number.is_finite():
        raise ValueError(text)
    return number


def _whole(text: str) -> int:
    number = int(text)
    if abs(number) > MOST_DIGITS:
        raise ValueError(text)
    return number


def _day(text: str) -> date:
    day = date.fromisoformat(text)
    if day.year not in YEARS:
        raise ValueError(text)
    return day


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.year not in YEARS:
        raise ValueError(text)
    return timezone.make_aware(moment) if timezone.is_naive(moment) else moment


_READERS: Final[dict[Any, Callable[[str], object]]] = {
    int: _whole,
    float: _number,
    Decimal: _decimal,
    UUID: UUID,
    date: _day,
    datetime: _moment,
}


def _wrong(kind: Any, text: str) -> str:
    """One text for each kind, in the reader's language."""
    given = {"given": text[:40]}
    if kind is int:
        return _("“%(given)s” is no whole number.") % given
    if kind in (float, Decimal):
        return _("“%(given)s” is no number.") % given
    if kind is date:
        return _("“%(given)s” is no day.") % given
    if kind is datetime:
        return _("“%(given)s” is no time.") % given
    return _none_of(text)


def _none_of(text: str) -> str:
    return _("“%(given)s” is none of the form's choices.") % {"given": text[:40]}
