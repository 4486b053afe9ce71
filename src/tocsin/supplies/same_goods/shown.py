"""Pairs of lots as people and programs read them, and what of them waits."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext, pgettext_lazy
from ninja import Field, Schema

from tocsin.engine.same_goods import Report, Sameness
from tocsin.jurisdiction.face import scope
from tocsin.screens.waiting import Waiting, WaitingKind
from tocsin.screens.waterfall import Bar
from tocsin.screens.words import listed
from tocsin.supplies.catalogue.rules import rights
from tocsin.supplies.catalogue.rules.amounts import to_number
from tocsin.supplies.same_goods.models import SameGoods
from tocsin.supplies.same_goods.queries import reports_of, visible_pairs
from tocsin.supplies.stock.models import Holding, Lot
from tocsin.supplies.stock.rules.lots import Level, Reserve
from tocsin.supplies.stock.shown.names import LEVEL_NAMES, RESERVE_NAMES
from tocsin.supplies.stock.shown.stock import item_name, unit_name

if TYPE_CHECKING:
    from tocsin.screens.request import Actor

STANDING_NAMES: Final = {
    Sameness.UNSURE: pgettext_lazy("standing of two lots", "to decide"),
    Sameness.SAME: pgettext_lazy("standing of two lots", "the same goods"),
    Sameness.APART: pgettext_lazy("standing of two lots", "different goods"),
}
FIELD_NAMES: Final = {
    "number": pgettext_lazy("field of a lot", "number of the lot"),
    "days": pgettext_lazy("field of a lot", "days"),
    "maker": pgettext_lazy("field of a lot", "maker"),
    "owner": pgettext_lazy("field of a lot", "owner"),
    "place": pgettext_lazy("field of a lot", "place"),
    "amount": pgettext_lazy("field of a lot", "quantity"),
}
ENDS: Final = {
    "equal": pgettext_lazy("comparison of lots", "equal"),
    "equal_short": pgettext_lazy("comparison of lots", "equal, but short"),
    "within": pgettext_lazy("comparison of lots", "one holds the other"),
    "typed": pgettext_lazy("comparison of lots", "one character apart"),
    "different": pgettext_lazy("comparison of lots", "different"),
    "one_differs": pgettext_lazy("comparison of lots", "one day differs"),
    "within_near": pgettext_lazy("comparison of lots", "in the same yard"),
    "within_close": pgettext_lazy("comparison of lots", "close by"),
    "within_far": pgettext_lazy("comparison of lots", "in the same town or city"),
    "beyond": pgettext_lazy("comparison of lots", "far away"),
    "near": pgettext_lazy("comparison of lots", "nearly equal"),
}


class ReportedLotOut(Schema):
    """One of the two reports."""

    lot_id: UUID
    number: str
    owner: str
    level: Level
    level_name: str
    reserve: Reserve
    reserve_name: str
    maker: str
    made_on: date | None
    expires_on: date | None
    stores: list[str]
    quantity: float = Field(description="in all states together")
    counts: bool = Field(description="in totals")


class BarOut(Schema):
    """What was compared, how it ended, and how much that speaks for the same goods."""

    field: str
    end: str
    bits: float
    metres: float | None


class SameGoodsOut(Schema):
    """Two reports that are, or may be, of the same goods."""

    id: UUID
    item: str
    unit: str
    region_code: str
    standing: Sameness
    standing_name: str
    probability: float = Field(description="as the machine judged them")
    first: ReportedLotOut
    second: ReportedLotOut
    weights: list[BarOut]
    judged_at: datetime
    decided_at: datetime | None
    decided_by: str
    reason: str

    @property
    def percent(self) -> float:
        """The probability in per cent."""
        return round(100 * self.probability, 1)

    @property
    def sides(self) -> tuple[ReportedLotOut, ReportedLotOut]:
        """Both reports."""
        return self.first, self.second

    @property
    def bars(self) -> list[Bar]:
        """What speaks for and against in words, then their sum."""
        told = [Bar(str(FIELD_NAMES[one.field]), str(ENDS[one.end]), one.bits, one.metres) for one in self.weights]
        return [*told, Bar(gettext("together"), "", round(sum(one.bits for one in told), 2))] if told else []


def describe_pairs(rows: Iterable[SameGoods]) -> list[SameGoodsOut]:
    """Pairs with both reports, in four queries for all of them."""
    pairs = list(rows)
    ids = {lot for one in pairs for lot in (one.first_id, one.second_id)}
    reports = reports_of(Lot.objects.filter(pk__in=ids))
    stores: dict[UUID, list[str]] = {}
    lying = Holding.objects.filter(lot__in=ids).order_by("store__name", "pk").values_list("lot", "store__name")
    for lot, name in lying:
        stores.setdefault(lot, []).append(name)
    return [_describe(one, reports, stores) for one in pairs]


def _describe(one: SameGoods, reports: dict[UUID, Report], stores: dict[UUID, list[str]]) -> SameGoodsOut:
    return SameGoodsOut(
        id=one.pk,
        item=item_name(one.first.item),
        unit=unit_name(one.first.item),
        region_code=one.region_code,
        standing=Sameness(one.standing),
        standing_name=str(STANDING_NAMES[Sameness(one.standing)]),
        probability=one.probability,
        first=_describe_lot(one.first, reports.get(one.first_id), stores.get(one.first_id, [])),
        second=_describe_lot(one.second, reports.get(one.second_id), stores.get(one.second_id, [])),
        weights=[BarOut(field=bar["field"], end=bar["level"], bits=bar["bits"], metres=bar["measured"]) for bar in one.bars],
        judged_at=one.judged_at,
        decided_at=one.decided_at,
        decided_by=str(one.decided_by or ""),
        reason=one.reason,
    )


def _describe_lot(lot: Lot, report: Report | None, stores: list[str]) -> ReportedLotOut:
    return ReportedLotOut(
        lot_id=lot.pk,
        number=lot.number,
        owner=str(lot.owner),
        level=Level(lot.level),
        level_name=str(LEVEL_NAMES[Level(lot.level)]),
        reserve=Reserve(lot.reserve),
        reserve_name=str(RESERVE_NAMES[Reserve(lot.reserve)]),
        maker=lot.maker,
        made_on=lot.made_on,
        expires_on=lot.expires_on,
        stores=stores,
        quantity=float(to_number(report.amount)) if report else 0.0,
        counts=lot.counted_as_id is None,
    )


def _to_decide(user: "Actor", _now: datetime) -> QuerySet[SameGoods]:
    return scope(visible_pairs(user, Sameness.UNSURE.value), user, rights.LEAD).order_by("judged_at", "id")


def _tell(one: SameGoods) -> Waiting:
    about = listed(item_name(one.first.item), one.first.number, one.second.number)
    return Waiting(about, reverse("same_goods") + f"?lot={one.first_id}", one.judged_at)


WAITING: Final = (
    WaitingKind(
        "same_goods",
        pgettext_lazy("what waits", "Supplies: are two reports the same goods?"),
        (rights.LEAD,),
        found=_to_decide,
        tell=_tell,
    ),
)
