"""Stock-takes as people and programs read them. Quantities are in the item's count unit."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Final
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy, pgettext_lazy
from ninja import Field, Schema

from tocsin.supplies.catalogue.rules.amounts import to_number
from tocsin.supplies.catalogue.shown.items import class_name
from tocsin.supplies.stock.shown.stock import item_name, unit_name
from tocsin.supplies.stocktakes.models import CountEntry, CountLine, Stocktake
from tocsin.supplies.stocktakes.queries.takes import TakeProgress, progress_of
from tocsin.supplies.stocktakes.rules.counting import CountAct, CountVerdict, Difference, Extent, TakeState, judge_difference

EXTENT_NAMES: Final[dict[Extent, Promise]] = {
    Extent.DUE: pgettext_lazy("what is counted", "what is due"),
    Extent.ALL: pgettext_lazy("what is counted", "all that lies there"),
    Extent.CATEGORY: pgettext_lazy("what is counted", "one category"),
}
TAKE_NAMES: Final[dict[TakeState, Promise]] = {
    TakeState.COUNTING: pgettext_lazy("stock-take", "being counted"),
    TakeState.BOOKED: pgettext_lazy("stock-take", "booked"),
    TakeState.DROPPED: pgettext_lazy("stock-take", "dropped"),
}
ACT_NAMES: Final[dict[CountAct, Promise]] = {
    CountAct.COUNT: pgettext_lazy("stock-take", "counted"),
    CountAct.REASON: pgettext_lazy("stock-take", "reason"),
    CountAct.NOTE: pgettext_lazy("stock-take", "note"),
    CountAct.FINISH: pgettext_lazy("stock-take", "all is counted"),
}
DIFFERENCE_NAMES: Final[dict[Difference, Promise]] = {
    Difference.AGREES: pgettext_lazy("stock-take", "agrees"),
    Difference.WITHIN: pgettext_lazy("stock-take", "differs within the limit"),
    Difference.OVER: pgettext_lazy("stock-take", "differs over the limit"),
}
DIFFERENCE_CLASSES: Final = {Difference.AGREES: "good", Difference.WITHIN: "warn", Difference.OVER: "bad"}
VERDICT_WORDS: Final = {
    CountVerdict.BEHIND: gettext_lazy("a later count of this lot was known already"),
    CountVerdict.BESIDE: gettext_lazy("somebody else counted this lot differently: the desk sees both"),
}


class StockTakeOut(Schema):
    """A stock-take with how far it is."""

    id: UUID
    number: str
    store_id: UUID
    store: str
    region_code: str
    extent: Extent
    extent_name: str
    category_name: str
    percent: float = Field(description="a difference above this needs a reason and a second person")
    state: TakeState
    state_name: str
    opened_at: datetime
    opened_by: str
    finished_at: datetime | None
    closed_at: datetime | None
    closed_by: str
    remark: str
    version: int
    lines: int
    counted: int
    differing: int
    conflicts: int


class CountTold(Schema):
    """One count of a lot that was counted differently."""

    count_entry_id: UUID
    counted: float
    by: str
    at: datetime


class CountLineOut(Schema):
    """One lot of the frozen list."""

    id: UUID
    version: int
    place: int
    lot_id: UUID
    lot: str
    item: str
    code: str
    unit: str
    owner: str
    bay: str
    expires_on: date | None
    frozen: float = Field(description="what the ledger said when the list was frozen")
    expected: float | None = Field(description="what it said at the moment of the count")
    counted: float | None
    counted_at: datetime | None
    counted_by: str
    difference: float
    verdict: Difference | None
    verdict_name: str
    reason: str
    confirmed_by: str
    conflict: bool
    counts: list[CountTold] = Field(description="of a conflict: each count")

    @property
    def css(self) -> str:
        """How a page marks it."""
        return DIFFERENCE_CLASSES[self.verdict] if self.verdict else ""

    @property
    def needs(self) -> bool:
        """Whether somebody has to do something about it before it can be booked."""
        return self.conflict or (self.verdict is Difference.OVER and not (self.reason and self.confirmed_by))


class StockTakeWholeOut(StockTakeOut):
    """A stock-take with its list."""

    line_list: list[CountLineOut]


def describe_take(one: Stocktake, progress: TakeProgress | None = None) -> StockTakeOut:
    """One of them; its store and people are loaded."""
    far = progress or progress_of([one])[one.pk]
    return StockTakeOut(
        id=one.pk,
        number=one.number,
        store_id=one.store_id,
        store=one.store.name,
        region_code=one.region_code,
        extent=Extent(one.extent),
        extent_name=str(EXTENT_NAMES[Extent(one.extent)]),
        category_name=class_name("province", one.category) if one.category else "",
        percent=one.percent,
        state=TakeState(one.state),
        state_name=str(TAKE_NAMES[TakeState(one.state)]),
        opened_at=one.opened_at,
        opened_by=str(one.opened_by),
        finished_at=one.finished_at,
        closed_at=one.closed_at,
        closed_by=str(one.closed_by or ""),
        remark=one.remark,
        version=one.version,
        lines=far.lines,
        counted=far.counted,
        differing=far.differing,
        conflicts=far.conflicts,
    )


def describe_takes(rows: list[Stocktake]) -> list[StockTakeOut]:
    """A page of them, their progress in one query."""
    progress = progress_of(rows)
    return [describe_take(one, progress[one.pk]) for one in rows]


def describe_lines(take: Stocktake, lines: Iterable[CountLine]) -> list[CountLineOut]:
    """The list; what differs between two counts has each of them."""
    rows = list(lines)
    counts = _counts([one for one in rows if one.conflict])
    return [_line(take, one, counts.get(one.pk, [])) for one in rows]


def _counts(lines: list[CountLine]) -> Mapping[UUID, list[CountTold]]:
    found: dict[UUID, list[CountTold]] = {one.pk: [] for one in lines}
    entries = CountEntry.objects.filter(line__in=lines, act=CountAct.COUNT.value).select_related("actor").order_by("version")
    for one in entries:
        if one.line_id is not None:
            told = CountTold(count_entry_id=one.pk, counted=float(one.data.get("counted", 0)), by=str(one.actor or ""), at=one.at)
            found[one.line_id].append(told)
    return found


def _line(take: Stocktake, one: CountLine, counts: list[CountTold]) -> CountLineOut:
    held = one.holding
    verdict = None
    if one.counted is not None:
        verdict = judge_difference(one.counted - one.difference, one.counted, take.percent)
    return CountLineOut(
        id=one.pk,
        version=one.version,
        place=one.place,
        lot_id=held.lot_id,
        lot=held.lot.number,
        item=item_name(held.item),
        code=held.item.code,
        unit=unit_name(held.item),
        owner=str(held.owner),
        bay=held.bay,
        expires_on=held.expires_on,
        frozen=_units(one.frozen),
        expected=None if one.counted is None else _units(one.counted - one.difference),
        counted=None if one.counted is None else _units(one.counted),
        counted_at=one.counted_at,
        counted_by=str(one.counted_by or ""),
        difference=_units(one.difference),
        verdict=verdict,
        verdict_name=str(DIFFERENCE_NAMES[verdict]) if verdict else "",
        reason=one.reason,
        confirmed_by=str(one.confirmed_by or ""),
        conflict=one.conflict,
        counts=counts,
    )


def _units(thousandths: int) -> float:
    return float(to_number(thousandths))


def conflict_of(entry: CountEntry) -> str:
    """Why an entry is not what holds; empty where it is."""
    return str(VERDICT_WORDS.get(CountVerdict(entry.verdict), ""))


LINE_COLUMNS: Final = (
    *("place", "bay", "code", "item", "lot", "owner", "unit", "expires_on", "frozen", "expected", "counted", "difference"),
    *("verdict_name", "reason", "counted_by", "counted_at", "confirmed_by", "conflict"),
)
