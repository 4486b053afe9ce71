"""What is entered of the ledger, and what of it can't be. Values in, InvalidInput out."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from tocsin.base.errors import InvalidInput
from tocsin.hazchem.prevention.rules.grading import Factors
from tocsin.hazchem.prevention.rules.kinds import CheckPeriod, MeasureKind, RiskMethod

MOST_NAME: Final = 120
MOST_TEXT: Final = 500


@dataclass(frozen=True, kw_only=True)
class PlaceSheet:
    """Where an event belongs: an analysis object and a unit of it, by their names; new ones are made of new names."""

    risk_object: str
    unit: str
    plant_unit_id: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class EventSheet:
    """An event with what it is graded by."""

    text: str
    method: RiskMethod
    factors: Factors
    cause: str = ""
    consequence: str = ""


@dataclass(frozen=True, kw_only=True)
class MeasureSheet:
    """What stands against an event."""

    kind: MeasureKind
    text: str


@dataclass(frozen=True, kw_only=True)
class CheckSheet:
    """What is looked at, how often, by a person or whoever holds a post (`posts.toml`)."""

    text: str
    period: CheckPeriod
    person_id: UUID | None = None
    role: str = ""


@dataclass(frozen=True, kw_only=True)
class AnalysisObjectSheet:
    """What an analysis object is called, and who answers for it."""

    name: str
    department: str = ""
    person_id: UUID | None = None


def check_place(sheet: PlaceSheet) -> None:
    """InvalidInput where a place has no names."""
    _text("risk_object", sheet.risk_object, MOST_NAME)
    _text("unit", sheet.unit, MOST_NAME)


def check_event(sheet: EventSheet) -> None:
    """InvalidInput where an event can't be so."""
    _text("text", sheet.text, MOST_TEXT)
    for name, text in (("cause", sheet.cause), ("consequence", sheet.consequence)):
        _text(name, text, MOST_TEXT, needed=False)


def check_measure(sheet: MeasureSheet) -> None:
    """InvalidInput where a measure can't be so."""
    _text("text", sheet.text, MOST_TEXT)


def check_check(sheet: CheckSheet) -> None:
    """InvalidInput where nobody is named, or two are."""
    _text("text", sheet.text, MOST_TEXT)
    if (sheet.person_id is None) == (not sheet.role):
        raise InvalidInput("A check needs a person or a post, one of both.")


def check_analysis_object(sheet: AnalysisObjectSheet) -> None:
    """InvalidInput where an analysis object can't be so."""
    _text("name", sheet.name, MOST_NAME)
    _text("department", sheet.department, MOST_NAME, needed=False)


def _text(name: str, text: str, most: int, *, needed: bool = True) -> None:
    if not (0 if not needed else 1) <= len(text.strip()) <= most:
        if needed:
            raise InvalidInput("%(name)s: 1 to %(most)s characters.", name=name, most=most)
        raise InvalidInput("%(name)s: at most %(most)s characters.", name=name, most=most)
