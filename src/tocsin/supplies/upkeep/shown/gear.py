"""Upkeep of gear as people and programs read it."""

from datetime import date, datetime
from typing import Final
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy, pgettext_lazy
from ninja import Field, Schema

from tocsin.supplies.catalogue.rules.amounts import to_number
from tocsin.supplies.stock.shown.stock import item_name, unit_name
from tocsin.supplies.upkeep.models import Upkeep, UpkeepEntry
from tocsin.supplies.upkeep.policy import upkeep_policy
from tocsin.supplies.upkeep.rules.runs import Due, UpkeepAct, UpkeepVerdict, stand_of

DUE_NAMES: Final[dict[Due, Promise]] = {
    Due.OVERDUE: pgettext_lazy("upkeep of gear", "overdue, not promised"),
    Due.LATE: pgettext_lazy("upkeep of gear", "past its day"),
    Due.SOON: pgettext_lazy("upkeep of gear", "due soon"),
    Due.LATER: pgettext_lazy("upkeep of gear", "later"),
}
DUE_CLASSES: Final = {Due.OVERDUE: "bad", Due.LATE: "orange", Due.SOON: "warn", Due.LATER: "good"}
RESULT_NAMES: Final[dict[UpkeepAct, Promise]] = {
    UpkeepAct.PASSED: pgettext_lazy("result of upkeep", "runs well"),
    UpkeepAct.FAILED: pgettext_lazy("result of upkeep", "does not work"),
    UpkeepAct.NOTE: pgettext_lazy("result of upkeep", "note"),
    UpkeepAct.PHOTO: pgettext_lazy("result of upkeep", "photo"),
}
VERDICT_WORDS: Final = {
    UpkeepVerdict.BEHIND: gettext_lazy("a later result of this gear was known already"),
    UpkeepVerdict.BESIDE: gettext_lazy("somebody else entered that it does not work: look at it together"),
}


class UpkeepOut(Schema):
    """The upkeep of one lot of gear in one store."""

    id: UUID
    version: int
    store_id: UUID
    store: str
    region_code: str
    lot_id: UUID
    lot: str
    item: str
    unit: str
    bay: str
    what: str = Field(description="what is done")
    months: int
    there: float = Field(description="how much lies there, available, reserved or held back")
    held_back: float = Field(description="not promised, because the upkeep is overdue")
    due_on: date
    due: Due
    due_name: str
    done_at: datetime | None
    done_by: str
    result: str
    result_name: str
    words: str
    conflict: bool = Field(description="two people entered different results, and neither knew of the other")

    @property
    def css(self) -> str:
        """How a page marks it."""
        return DUE_CLASSES[self.due]


def describe_upkeep(one: Upkeep, day: date) -> UpkeepOut:
    """One of them; its store, lot and item are loaded."""
    held, figures = one.holding, upkeep_policy().due
    due = stand_of(one.due_on, day, figures.tell_days, figures.grace_days)
    return UpkeepOut(
        id=one.pk,
        version=one.version,
        store_id=held.store_id,
        store=held.store.name,
        region_code=one.region_code,
        lot_id=held.lot_id,
        lot=held.lot.number,
        item=item_name(held.item),
        unit=unit_name(held.item),
        bay=held.bay,
        what=held.item.upkeep,
        months=held.item.inspect_every_months,
        there=float(to_number(held.free + held.reserved + held.overdue)),
        held_back=float(to_number(held.overdue)),
        due_on=one.due_on,
        due=due,
        due_name=str(DUE_NAMES[due]),
        done_at=one.done_at,
        done_by=str(one.done_by or ""),
        result=one.result,
        result_name=str(RESULT_NAMES[UpkeepAct(one.result)]) if one.result else "",
        words=one.words,
        conflict=one.conflict,
    )


def conflict_of(entry: UpkeepEntry) -> str:
    """Why an entry is not what holds; empty where it is."""
    return str(VERDICT_WORDS.get(UpkeepVerdict(entry.verdict), ""))


UPKEEP_COLUMNS: Final = (
    *("store", "region_code", "item", "lot", "bay", "what", "months", "there", "held_back", "unit"),
    *("due_on", "due_name", "done_at", "done_by", "result_name", "words"),
)
