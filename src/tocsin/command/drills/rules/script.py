"""The script of a drill: acts with their minute, checked before anything begins. Values in, values out.

An act names its case by a label of the script ("A"), since numbers are given when cases are opened.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec

from tocsin.base.decoding import convert
from tocsin.base.errors import InvalidInput
from tocsin.base.levels import LevelName
from tocsin.command.orders.rules.acts import OrderAct

MOST_ACTS: Final = 200
MOST_MINUTES: Final = 7 * 24 * 60
UNIT_ACTS: Final = (
    OrderAct.ACCEPT,
    OrderAct.RETURN,
    OrderAct.LEAVE,
    OrderAct.ARRIVE,
    OrderAct.CONTROL,
    OrderAct.MEND,
    OrderAct.NOTE,
    OrderAct.CHECK_IN,
)  # what a body that nobody plays may be made to do; readings and findings are the players' own


class OpenCase(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="act", tag="open_case"):
    """A made-up alarm or call: a case of the drill."""

    after_min: float
    case: str
    title: str
    place: str
    level: LevelName
    kind: str = ""
    lon: float | None = None
    lat: float | None = None
    text: str = ""


class Say(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="act", tag="say"):
    """Somebody says something: a line of the case's time line."""

    after_min: float
    case: str
    who: str
    text: str


class SetLevel(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="act", tag="set_level"):
    """It becomes worse, or better."""

    after_min: float
    case: str
    level: LevelName
    text: str


class UnitActs(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="act", tag="unit"):
    """A body that nobody plays does something with its order: by the code of the organisation."""

    after_min: float
    case: str
    unit: str
    does: OrderAct
    text: str = ""


class End(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="act", tag="end"):
    """The drill is over."""

    after_min: float


Act = OpenCase | Say | SetLevel | UnitActs | End


def read_script(script: Iterable[Any]) -> tuple[Act, ...]:
    """The acts of a script in the order of their time; InvalidInput names the act, counted from 1, and what is wrong with it."""
    given = list(script)
    if not given or len(given) > MOST_ACTS:
        raise InvalidInput("a script has 1 to %(most)s acts", most=MOST_ACTS)
    acts = sorted((_read(number, one) for number, one in enumerate(given, 1)), key=lambda act: act.after_min)
    opened: set[str] = set()
    for number, act in enumerate(acts, 1):
        for problem in _problems(act, opened):
            raise InvalidInput("act %(number)s (+%(after)s min): %(why)s", number=number, after=f"{act.after_min:g}", why=problem)
        if isinstance(act, OpenCase):
            opened.add(act.case)
    ends = [number for number, act in enumerate(acts, 1) if isinstance(act, End)]
    if ends and ends != [len(acts)]:
        raise InvalidInput("nothing comes after the end")
    return tuple(acts)


def due_at(act: Act, began_at: datetime) -> datetime:
    """When the act is due in a drill that began then."""
    return began_at + timedelta(minutes=act.after_min)


def _read(number: int, one: Any) -> Act:
    try:
        act: Act = convert(one, Act)
    except msgspec.ValidationError as error:
        raise InvalidInput("act %(number)s: %(why)s", number=number, why=error) from None
    return act


def _problems(act: Act, opened: set[str]) -> Iterable[str]:
    if not 0 <= act.after_min <= MOST_MINUTES:
        yield f"its minute lies between 0 and {MOST_MINUTES}"
    if isinstance(act, End):
        return
    if isinstance(act, OpenCase):
        if act.case in opened:
            yield f"case {act.case} is opened twice"
        if not act.case or not act.title.strip() or not act.place.strip():
            yield "a case needs a label, a title and a place"
        if (act.lon is None) is not (act.lat is None):
            yield "a spot needs longitude and latitude"
        return
    if act.case not in opened:
        yield f"case {act.case} has not been opened by then"
    if isinstance(act, UnitActs) and act.does not in UNIT_ACTS:
        yield f"a unit of the script can't {act.does}; it can {', '.join(UNIT_ACTS)}"
    if isinstance(act, Say) and not (act.who.strip() and act.text.strip()):
        yield "say who says what"
    if isinstance(act, SetLevel) and not act.text.strip():
        yield "a level is set for a reason"
