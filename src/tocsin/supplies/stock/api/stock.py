"""What lies where, totals, lots with their ledger: for programs."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Field, Query, Router, Schema

from tocsin.base.errors import NotAllowed
from tocsin.jurisdiction.face import may_anywhere
from tocsin.screens.clock import current_time
from tocsin.screens.lists.slices import Grouped, GroupedPart, GroupedSlice
from tocsin.screens.shapes import Moment
from tocsin.supplies.catalogue.rules import rights
from tocsin.supplies.stock.models import Holding
from tocsin.supplies.stock.queries import lots as queries
from tocsin.supplies.stock.queries.totals import Cut, kinds_in_stock, totals
from tocsin.supplies.stock.rules.lots import Colour, Level, Reserve
from tocsin.supplies.stock.shown.groups import GROUPS
from tocsin.supplies.stock.shown.stock import HoldingOut, LotOut, StockLineOut, describe_holding, describe_line, describe_lot
from tocsin.supplies.stock.shown.totals import TotalsOut, describe_totals

router = Router()


class StockIn(Schema):
    """Which stock."""

    search: str = Field("", max_length=60, description="lot, item or store")
    region: str = Field("", pattern=r"^\d{0,6}$", description="the beginning of a region code")
    category: str = Field("", max_length=4)
    owner: UUID | None = None
    reserve: Reserve | None = None
    level: Level | None = None
    colour: Colour | None = Field(None, description="by the days that are left")
    store: UUID | None = None
    item: UUID | None = None
    empty: bool = Field(False, description="also lots of which nothing is left")


class HoldingsOut(Grouped):
    items: list[HoldingOut]
    total: int


class LotWholeOut(LotOut):
    """A lot with where it lies and its newest lines."""

    holdings: list[HoldingOut]
    lines: list[StockLineOut]


def _chosen(given: StockIn) -> queries.StockFilters:
    return queries.StockFilters(
        search=given.search,
        region=given.region,
        category=given.category,
        owner=given.owner,
        reserve=given.reserve or "",
        level=given.level or "",
        colour=given.colour or "",
        store=given.store,
        item=given.item,
        empty=given.empty,
    )


@router.get("/stock", response=HoldingsOut)
def stock(
    request: HttpRequest, slice_: Query[GroupedSlice], given: Query[StockIn], at: Moment | None = None
) -> GroupedPart[HoldingOut]:
    """What lies where, first what expires first; with `at`, what lay there at a past moment."""
    _see(request)
    day = timezone.localdate(current_time())
    found = slice_.grouped(queries.visible_holdings(request.user, _chosen(given), day), GROUPS)
    rows = list(found["items"])
    past = queries.balances_at(Holding.objects.filter(pk__in=[one.pk for one in rows]), at) if at else {}
    items = [describe_holding(one, day, past.get(one.pk)) for one in rows]
    return {"items": items, "total": found["total"], "groups": found["groups"]}


@router.get("/totals", response=TotalsOut)
def stock_totals(
    request: HttpRequest,
    by: Literal["category", "region_code", "owner", "reserve", "level"] = "category",
    region: str = "",
    category: str = "",
    owner: UUID | None = None,
    reserve: Reserve | None = None,
    level: Level | None = None,
    at: Moment | None = None,
) -> TotalsOut:
    """Pieces by state over all levels and kinds of reserve, each lot once, and of how many kinds there is some."""
    _see(request)
    cut = Cut(region, category, owner, reserve or "", level or "")
    return describe_totals(totals(request.user, cut, by, at), by, kinds_in_stock(request.user, cut), at)


@router.get("/lots/{uuid:lot_id}", response=LotWholeOut)
def lot(request: HttpRequest, lot_id: UUID, at: Moment | None = None) -> LotWholeOut:
    """One lot: where it lies, now or at a past moment, and the newest hundred lines of its ledger."""
    return lot_whole(request, lot_id, at)


def lot_whole(request: HttpRequest, lot_id: UUID, at: datetime | None = None) -> LotWholeOut:
    """The lot as its reader may see it."""
    found = queries.visible_lots(request.user).get(pk=lot_id)
    day = timezone.localdate(current_time())
    rows = queries.holdings_of_lot(request.user, found)
    past = queries.balances_at(rows, at) if at else {}
    return LotWholeOut(
        **describe_lot(found, day).dict(),
        holdings=[describe_holding(one, day, past.get(one.pk)) for one in rows],
        lines=[describe_line(one) for one in queries.lines_of_lot(request.user, found)[:100]],
    )


def _see(request: HttpRequest) -> None:
    if not may_anywhere(request.user, rights.SEE):
        raise NotAllowed(_("Your roles do not show you supplies."))
