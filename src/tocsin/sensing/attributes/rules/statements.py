"""What a device says of itself: which values an attribute takes, and which moves of it are told as changes."""

import math
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import msgspec

from tocsin.base.errors import InvalidInput

BATTERY: Final = "battery"
VOLTAGE: Final = "battery_voltage"


class KnownAttribute(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An attribute of the fixed vocabulary: a number of this unit from `low` to `high`, or a text. A move of a number by less
    than `step` is no change.
    """

    unit: str = ""
    low: float = -math.inf
    high: float = math.inf
    step: float = 0.0
    text: bool = False


FREE: Final = KnownAttribute()
"""A name outside the vocabulary: a number or a text, as it comes."""


@dataclass(frozen=True)
class Statement:
    """One attribute of the device of this code, with the time that the device states (UTC ms). `number` where it is one."""

    code: str
    name: str
    text: str
    number: float | None
    stated_ms: int


@dataclass(frozen=True)
class Stated:
    """What one message of a device says, which came through this door."""

    code: str
    door: str
    statements: tuple[Statement, ...]
    received_at: datetime

    @property
    def size(self) -> int:
        """Bytes that it takes while it waits, more or less."""
        return 200 + sum(150 + len(one.text) for one in self.statements)


def read_name(name: str, longest: int) -> str:
    """The name of an attribute; InvalidInput for one that is none.

    >>> read_name("battery", 40)
    'battery'
    """
    if not 0 < len(name) <= longest or not name.isprintable() or "/" in name or name != name.strip():
        raise InvalidInput(
            "“%(name)s” is no name of an attribute: 1 to %(most)s letters that can be printed, without / and spaces at its ends",
            name=name[:40],
            most=longest,
        )
    return name


def read_value(name: str, value: object, known: KnownAttribute, longest: int) -> tuple[str, float | None]:
    """The value as a text, and as a number where it is one; InvalidInput says what is taken instead.

    >>> read_value("battery", 87, KnownAttribute("%", 0, 100, 1), 200), read_value("firmware", "1.4.2", FREE, 200)
    (('87', 87.0), ('1.4.2', None))
    """
    if isinstance(value, bool):
        value = str(value).lower()
    if isinstance(value, (int, float)):
        return _number(name, value, known)
    if not isinstance(value, str):
        raise InvalidInput("the value of “%(name)s” must be a text, a number, true or false", name=name)
    text = value.strip()
    if not known.text and known is not FREE:
        try:
            return _number(name, float(text), known)
        except ValueError:
            raise InvalidInput(
                "the value of “%(name)s” must be a number in %(unit)s", name=name, unit=known.unit or "1"
            ) from None
    if not text or len(text) > longest or not text.isprintable():
        raise InvalidInput(
            "the value of “%(name)s” must be 1 to %(most)s letters that can be printed, in one line", name=name, most=longest
        )
    return text, None


def _number(name: str, value: int | float, known: KnownAttribute) -> tuple[str, float | None]:
    try:
        number = float(value)
    except OverflowError:  # an integer of more than 308 digits
        number = math.inf
    if known.text:
        return str(value)[:40], None
    if not math.isfinite(number) or not known.low <= number <= known.high:
        raise InvalidInput(
            "the value of “%(name)s” must be a number from %(low)s to %(high)s %(unit)s, not %(value)s",
            name=name,
            low=f"{known.low:g}",
            high=f"{known.high:g}",
            unit=known.unit,
            value=f"{number:g}",
        )
    return f"{number:.10g}", number


def is_change(known: KnownAttribute, noted: tuple[str, float | None], said: tuple[str, float | None]) -> bool:
    """Whether what is said differs from the value of the last change that was kept, so that it is one itself.

    >>> [is_change(KnownAttribute("%", 0, 100, 1), ("80", 80.0), ("", value)) for value in (79.5, 79.0)]
    [False, True]
    """
    if noted[1] is not None and said[1] is not None:
        return noted[1] != said[1] and abs(noted[1] - said[1]) >= known.step
    return noted[0] != said[0]
