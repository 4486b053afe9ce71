"""What an alarm of a point inherits: the narrowest sheet that says something, field by field. Values in, values out."""

import math
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from tocsin.base.errors import InvalidInput

MOST_MIN: Final = 24 * 60
TEXTS: Final = ("cause", "consequence", "action")


class SheetScope(StrEnum):
    """For what a sheet is written, the narrowest last."""

    UNIT = "unit"
    KIND = "kind"  # points of a kind in a unit
    POINT = "point"


@dataclass(frozen=True)
class Sheet:
    """Cause, consequence and action in words, and within how many minutes somebody must have acted; empty: not said here."""

    cause: str = ""
    consequence: str = ""
    action: str = ""
    respond_min: float | None = None

    @property
    def is_empty(self) -> bool:
        """Whether it says nothing."""
        return self == Sheet()


@dataclass(frozen=True)
class Inherited:
    """What holds at a point, and by field where it is written."""

    sheet: Sheet
    scopes: dict[str, SheetScope]


def inherit(unit: Sheet | None, kind: Sheet | None, point: Sheet | None) -> Inherited:
    """What holds at a point of that kind in that unit.

    >>> inherit(Sheet(action="call the control room", respond_min=10.0), None, Sheet(respond_min=2.0)).scopes
    {'action': <SheetScope.UNIT: 'unit'>, 'respond_min': <SheetScope.POINT: 'point'>}
    """
    found, scopes = Sheet(), {}
    for name in (*TEXTS, "respond_min"):
        for scope, sheet in ((SheetScope.POINT, point), (SheetScope.KIND, kind), (SheetScope.UNIT, unit)):
            said = None if sheet is None else getattr(sheet, name)
            if said not in ("", None):
                found, scopes[name] = replace(found, **{name: said}), scope
                break
    return Inherited(found, scopes)


def check_sheet(sheet: Sheet) -> Sheet:
    """The sheet without blanks around its texts. InvalidInput for a text that is too long, or a time out of range."""
    texts = {name: getattr(sheet, name).strip() for name in TEXTS}
    for name, text in texts.items():
        if len(text) > 500:
            raise InvalidInput("%(name)s: at most %(most)s characters.", name=name, most=500)
    minutes = sheet.respond_min
    if minutes is not None and not (math.isfinite(minutes) and 0 < minutes <= MOST_MIN):
        raise InvalidInput(
            "Time to respond: more than 0 and at most %(most)s minutes, not %(given)s.", most=MOST_MIN, given=minutes
        )
    return replace(sheet, **texts)
