"""Stock-takes for programs. Quantities are in the item's count unit."""

from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from tocsin.screens.clock import current_time
from tocsin.screens.lists.slices import Part, Slice
from tocsin.screens.request import actor_of
from tocsin.supplies.stocktakes.queries.takes import lines_of, visible_stocktakes
from tocsin.supplies.stocktakes.rules.counting import Extent
from tocsin.supplies.stocktakes.services import counts, takes
from tocsin.supplies.stocktakes.shown.takes import (
    StockTakeOut,
    StockTakeWholeOut,
    describe_lines,
    describe_take,
    describe_takes,
)

router = Router()


class NewStockTakeIn(Schema, extra="forbid"):
    store_id: UUID
    extent: Extent
    category: str = Field("", max_length=4, description="of a count of one category")


class BookStockTakeIn(Schema, extra="forbid"):
    leave_uncounted: bool = Field(False, description="lots that nobody counted stay as they are")


class DropStockTakeIn(Schema, extra="forbid"):
    reason: str = Field(max_length=300)


class CountReasonIn(Schema, extra="forbid"):
    count_line_id: UUID
    reason: str = Field(max_length=300)


class CountConfirmIn(Schema, extra="forbid"):
    count_line_id: UUID


class CountDecisionIn(Schema, extra="forbid"):
    count_line_id: UUID
    count_entry_id: UUID = Field(description="the count that holds")


class StockTakesOut(Schema):
    items: list[StockTakeOut]
    total: int


@router.get("/stocktakes", response=StockTakesOut)
def stocktakes(request: HttpRequest, slice_: Query[Slice], state: str = "", store_id: UUID | None = None) -> Part[StockTakeOut]:
    """Stock-takes of your areas or body, newest first."""
    rows = visible_stocktakes(request.user)
    if state:
        rows = rows.filter(state=state)
    if store_id:
        rows = rows.filter(store=store_id)
    part = slice_.part(rows)
    return {"items": describe_takes(list(part["items"])), "total": part["total"]}


@router.post("/stocktakes", response=StockTakeOut)
def open_stocktake(request: HttpRequest, given: NewStockTakeIn) -> StockTakeOut:
    """Freezes the list of what lies in a store; its keepers are told."""
    return describe_take(takes.open_stocktake(actor=actor_of(request), now=current_time(), **given.dict()))


@router.get("/stocktakes/{uuid:stocktake_id}", response=StockTakeWholeOut)
def stocktake(request: HttpRequest, stocktake_id: UUID) -> StockTakeWholeOut:
    """One stock-take with its list."""
    return _whole(request, stocktake_id)


@router.post("/stocktakes/{uuid:stocktake_id}/book", response=StockTakeWholeOut)
def book_stocktake(request: HttpRequest, stocktake_id: UUID, given: BookStockTakeIn) -> StockTakeWholeOut:
    """Writes the differences into the ledger and closes it."""
    takes.book_stocktake(
        actor=actor_of(request), stocktake_id=stocktake_id, leave_uncounted=given.leave_uncounted, now=current_time()
    )
    return _whole(request, stocktake_id)


@router.post("/stocktakes/{uuid:stocktake_id}/drop", response=StockTakeWholeOut)
def drop_stocktake(request: HttpRequest, stocktake_id: UUID, given: DropStockTakeIn) -> StockTakeWholeOut:
    """Gives it up: nothing is written into the ledger."""
    takes.drop_stocktake(actor=actor_of(request), stocktake_id=stocktake_id, reason=given.reason, now=current_time())
    return _whole(request, stocktake_id)


@router.post("/stocktakes/{uuid:stocktake_id}/reason", response=StockTakeWholeOut)
def give_reason(request: HttpRequest, stocktake_id: UUID, given: CountReasonIn) -> StockTakeWholeOut:
    """Says why a lot differs."""
    counts.give_reason(actor=actor_of(request), stocktake_id=stocktake_id, **given.dict())
    return _whole(request, stocktake_id)


@router.post("/stocktakes/{uuid:stocktake_id}/confirm", response=StockTakeWholeOut)
def confirm_difference(request: HttpRequest, stocktake_id: UUID, given: CountConfirmIn) -> StockTakeWholeOut:
    """A second person confirms a difference over the limit."""
    counts.confirm_difference(actor=actor_of(request), stocktake_id=stocktake_id, count_line_id=given.count_line_id)
    return _whole(request, stocktake_id)


@router.post("/stocktakes/{uuid:stocktake_id}/decide", response=StockTakeWholeOut)
def decide_count(request: HttpRequest, stocktake_id: UUID, given: CountDecisionIn) -> StockTakeWholeOut:
    """Of counts that differ the one that holds."""
    counts.decide_count(actor=actor_of(request), stocktake_id=stocktake_id, **given.dict())
    return _whole(request, stocktake_id)


def _whole(request: HttpRequest, stocktake_id: UUID) -> StockTakeWholeOut:
    take = visible_stocktakes(request.user).get(pk=stocktake_id)
    return StockTakeWholeOut(**describe_take(take).model_dump(), line_list=describe_lines(take, lines_of(take)))
