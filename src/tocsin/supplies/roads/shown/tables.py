"""Tables of travel times as people and programs read them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy
from ninja import Field, Schema

from tocsin.supplies.roads.models import TravelTable, TravelTime
from tocsin.supplies.roads.rules.tables import HEADINGS, PLACE_LENGTH, Fault, TableState

STATE_NAMES: Final[dict[TableState, Promise]] = {
    TableState.WRITING: pgettext_lazy("travel table", "not written to its end"),
    TableState.HOLDS: pgettext_lazy("travel table", "in force"),
    TableState.BEFORE: pgettext_lazy("travel table", "replaced"),
    TableState.WRONG: pgettext_lazy("travel table", "wrong, not taken"),
}
STATE_CLASSES: Final = {TableState.HOLDS: "good", TableState.WRONG: "bad", TableState.WRITING: "warn"}


class TravelProblemOut(Schema):
    """What is wrong with a cell."""

    line: int
    column: str
    text: str


class TravelTableOut(Schema):
    """A table of travel times of an area."""

    id: UUID
    region_code: str
    file_name: str
    state: TableState
    state_name: str
    at: datetime
    by: str
    held_at: datetime | None
    held_by: str
    rows: int
    wrong: int = Field(description="rows that are wrong")
    problems: list[TravelProblemOut] = Field(description="the first 500")

    @property
    def css(self) -> str:
        """The colour of its state."""
        return STATE_CLASSES.get(self.state, "")


class TravelTimeOut(Schema):
    """One row: minutes from a store to a place."""

    store_id: UUID
    store: str
    place: str
    lon: float
    lat: float
    minutes: float
    km: float | None


def describe_table(one: TravelTable) -> TravelTableOut:
    """One table; who gave it is loaded."""
    state = TableState(one.state)
    return TravelTableOut(
        id=one.pk,
        region_code=one.region_code,
        file_name=one.file_name or "–",
        state=state,
        state_name=str(STATE_NAMES[state]),
        at=one.at,
        by=str(one.by),
        held_at=one.held_at,
        held_by=str(one.held_by or ""),
        rows=one.count,
        wrong=one.wrong,
        problems=[_problem(each) for each in one.problems],
    )


def describe_time(one: TravelTime) -> TravelTimeOut:
    """One row; its store is loaded."""
    return TravelTimeOut(
        store_id=one.store_id,
        store=one.store.name,
        place=one.place,
        lon=one.lon,
        lat=one.lat,
        minutes=one.minutes,
        km=one.km,
    )


def _problem(told: Mapping[str, Any]) -> TravelProblemOut:
    words = HEADINGS[told["column"]][0]
    return TravelProblemOut(line=told["line"], column=words, text=_words(Fault(told["fault"]), told["given"]))


def _words(fault: Fault, given: str) -> str:
    match fault:
        case Fault.EMPTY:
            return _("This cell must not be empty.")
        case Fault.NO_NUMBER:
            return _("“%(given)s” is no number.") % {"given": given}
        case Fault.OUT_OF_RANGE:
            return _("“%(given)s” lies outside what is possible: degrees of WGS84, 0.1 to 10,080 minutes, 0 to 5,000 km.") % {
                "given": given
            }
        case Fault.NO_STORE:
            return _("This area has no open store called “%(given)s”: write its name as in the list of stores, or its id.") % {
                "given": given
            }
        case Fault.TWO_STORES:
            return _("Two stores are called “%(given)s”: write the id from the address of the store's page.") % {"given": given}
        case Fault.LONG:
            return _("This has more than %(most)s characters.") % {"most": PLACE_LENGTH}
    return _("Line %(line)s has the same store and place.") % {"line": given}
