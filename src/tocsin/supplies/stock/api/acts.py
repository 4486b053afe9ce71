"""Acts upon stock for programs. Quantities are in the item's count unit, with at most three decimals."""

from datetime import date
from decimal import Decimal
from typing import Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from tocsin.screens.clock import current_time
from tocsin.screens.lists.slices import Part, Slice
from tocsin.screens.request import actor_of
from tocsin.screens.shapes import Moment
from tocsin.supplies.catalogue.rules.amounts import to_amount
from tocsin.supplies.stock.api.stock import LotWholeOut, lot_whole
from tocsin.supplies.stock.models import Movement, Reservation
from tocsin.supplies.stock.queries.lots import visible_movements
from tocsin.supplies.stock.queries.reservations import visible_reservations
from tocsin.supplies.stock.rules.ledger import Kind, State
from tocsin.supplies.stock.rules.lots import Level, Reserve
from tocsin.supplies.stock.services import handling, issuing, recalling, receiving, reservations, transfers
from tocsin.supplies.stock.shown.stock import MovementOut, ReservationOut, describe_movement, describe_reservation

router = Router()
HANDLED = {
    "scrap": (Kind.SCRAP, None),
    "take_back": (Kind.RETURN, State.OUTSIDE),
    "accept": (Kind.ACCEPT, State.RETURNED),
    "repair": (Kind.REPAIR, None),
    "mend": (Kind.MENDED, State.IN_REPAIR),
}
"""Acts upon a lot, with the state that they take from; None: the one that is named."""
Source = Literal["free", "returned", "in_repair", "expired", "overdue"]


class ReceivedIn(Schema, extra="forbid"):
    item_id: UUID
    quantity: Decimal = Field(gt=0)
    lot: str = Field(min_length=1, max_length=60, description="the lot's number, as printed")
    owner_organisation_id: UUID | None = Field(None, description="null: the body that keeps the store")
    reserve: Reserve = Reserve.GOVERNMENT
    level: Level | None = Field(None, description="of who reports it; null: the store's")
    made_on: date | None = None
    expires_on: date | None = Field(None, description="null: by shelf life from the day it was made")
    component_days: list[date] = Field([], max_length=100, description="last days of what lies in a kit")
    maker: str = Field("", max_length=120)
    lead_time_h: int = Field(0, ge=0, le=8760, description="of agreements and capacity: until it can be loaded")


class ReceiptIn(Schema, extra="forbid"):
    store_id: UUID
    lines: list[ReceivedIn] = Field(min_length=1, max_length=10_000)
    at: Moment | None = Field(None, description="when it came; null: now")
    document: str = Field("", max_length=60)
    partner: str = Field("", max_length=120, description="from whom")
    key: str = Field("", max_length=80, description="of the sender: the same key of a store again is the same receipt")


class WantedIn(Schema, extra="forbid"):
    item_id: UUID
    quantity: Decimal = Field(gt=0)
    lot_id: UUID | None = Field(None, description="null: what expires first")


class StockIssueIn(Schema, extra="forbid"):
    store_id: UUID
    lines: list[WantedIn] = Field(min_length=1, max_length=10_000)
    partner: str = Field(max_length=120, description="to whom")
    at: Moment | None = None
    reason: str = Field("", max_length=300, description="needed where a lot is named before its turn")
    document: str = Field("", max_length=60)
    key: str = Field("", max_length=80)


class TransferIn(Schema, extra="forbid"):
    store_id: UUID
    to_store_id: UUID
    lines: list[WantedIn] = Field(min_length=1, max_length=10_000)
    reason: str = Field("", max_length=300)
    document: str = Field("", max_length=60)
    key: str = Field("", max_length=80)


class ArrivalIn(Schema, extra="forbid"):
    missing: Decimal = Field(Decimal(0), ge=0, description="of a transfer of one lot")
    reason: str = Field("", max_length=300)


class HandlingIn(Schema, extra="forbid"):
    act: Literal["scrap", "take_back", "accept", "repair", "mend"]
    store_id: UUID
    quantity: Decimal = Field(gt=0)
    source: Literal["free", "returned", "in_repair", "expired", "overdue"] = Field(
        "free", description="out of which state, of scrap and repair"
    )
    partner: str = Field("", max_length=120)
    reason: str = Field("", max_length=300)


class CountIn(Schema, extra="forbid"):
    store_id: UUID
    counted: Decimal = Field(ge=0, description="what is available by the count")
    reason: str = Field("", max_length=300)


class BayIn(Schema, extra="forbid"):
    store_id: UUID
    bay: str = Field("", max_length=40, description="where in the store; empty: nowhere of its own")


class LastDayIn(Schema, extra="forbid"):
    store_id: UUID
    expires_on: date
    reason: str = Field(max_length=300)


class RecallIn(Schema, extra="forbid"):
    recalled: bool
    reason: str = Field(max_length=300, description="told to every store that has some of it")


class ReserveIn(Schema, extra="forbid"):
    store_id: UUID
    lines: list[WantedIn] = Field(min_length=1, max_length=20_000)
    purpose: str = Field(max_length=200)
    until: Moment | None = Field(None, description="null: as long as the policy says")
    reason: str = Field("", max_length=300)


class UntilIn(Schema, extra="forbid"):
    until: Moment


class ReservedIssueIn(Schema, extra="forbid"):
    partner: str = Field(max_length=120)
    document: str = Field("", max_length=60)


class MovementsOut(Schema):
    items: list[MovementOut]
    total: int


class ReservationsOut(Schema):
    items: list[ReservationOut]
    total: int


def _wanted(lines: list[WantedIn]) -> list[issuing.Wanted]:
    return [issuing.Wanted(item_id=one.item_id, amount=to_amount(one.quantity), lot_id=one.lot_id) for one in lines]


def _told(made: Movement) -> MovementOut:
    return describe_movement(Movement.objects.select_related("store", "by").get(pk=made.pk))


@router.get("/movements", response=MovementsOut)
def movements(request: HttpRequest, slice_: Query[Slice], store: UUID | None = None) -> Part[MovementOut]:
    """Acts upon stores that you see, newest first."""
    rows = visible_movements(request.user)
    found = slice_.part(rows.filter(store=store) if store else rows)
    return {"items": [describe_movement(one) for one in found["items"]], "total": found["total"]}


@router.post("/receipts", response=MovementOut)
def receive(request: HttpRequest, given: ReceiptIn) -> MovementOut:
    """Goods come in, many lots at once; all lines or none. Sent twice with the same key it counts once."""
    lines = [
        receiving.Received(
            amount=to_amount(one.quantity),
            number=one.lot,
            owner_id=one.owner_organisation_id,
            component_days=tuple(one.component_days),
            **one.dict(exclude={"quantity", "lot", "owner_organisation_id", "component_days"}),
        )
        for one in given.lines
    ]
    rest = given.dict(exclude={"lines"})
    return _told(receiving.receive(actor=actor_of(request), lines=lines, now=current_time(), **rest))


@router.post("/issues", response=MovementOut)
def issue(request: HttpRequest, given: StockIssueIn) -> MovementOut:
    """Goods go out: of each item what expires first, unless a lot is named."""
    rest = given.dict(exclude={"lines"})
    return _told(issuing.issue(actor=actor_of(request), lines=_wanted(given.lines), now=current_time(), **rest))


@router.post("/transfers", response=MovementOut)
def transfer(request: HttpRequest, given: TransferIn) -> MovementOut:
    """Goods leave for another store, whose body is told."""
    rest = given.dict(exclude={"lines"})
    return _told(transfers.send(actor=actor_of(request), lines=_wanted(given.lines), now=current_time(), **rest))


@router.post("/movements/{uuid:movement_id}/arrival", response=MovementOut)
def arrive(request: HttpRequest, movement_id: UUID, given: ArrivalIn) -> MovementOut:
    """The receiving store counts a transfer in."""
    missing = to_amount(given.missing) if given.missing else 0
    made = transfers.arrive(
        actor=actor_of(request), movement_id=movement_id, missing=missing, reason=given.reason, now=current_time()
    )
    return _told(made)


@router.post("/lots/{uuid:lot_id}/acts", response=LotWholeOut)
def handle(request: HttpRequest, lot_id: UUID, given: HandlingIn) -> LotWholeOut:
    """Scraps, takes back, accepts what came back, sends to repair, mends."""
    kind, source = HANDLED[given.act]
    handling.handle(
        actor=actor_of(request),
        store_id=given.store_id,
        lot_id=lot_id,
        kind=kind,
        amount=to_amount(given.quantity),
        source=source or State[given.source.upper()],
        partner=given.partner,
        reason=given.reason,
        now=current_time(),
    )
    return lot_whole(request, lot_id)


@router.post("/lots/{uuid:lot_id}/count", response=LotWholeOut)
def count(request: HttpRequest, lot_id: UUID, given: CountIn) -> LotWholeOut:
    """Sets what is available to what was counted; a difference needs a reason."""
    counted = to_amount(given.counted) if given.counted else 0
    handling.adjust(
        actor=actor_of(request), store_id=given.store_id, lot_id=lot_id, counted=counted, reason=given.reason, now=current_time()
    )
    return lot_whole(request, lot_id)


@router.post("/lots/{uuid:lot_id}/last-day", response=LotWholeOut)
def prolong(request: HttpRequest, lot_id: UUID, given: LastDayIn) -> LotWholeOut:
    """A lot is good for longer, or its last day was entered wrongly."""
    handling.prolong(actor=actor_of(request), lot_id=lot_id, now=current_time(), **given.dict())
    return lot_whole(request, lot_id)


@router.post("/lots/{uuid:lot_id}/bay", response=LotWholeOut)
def place(request: HttpRequest, lot_id: UUID, given: BayIn) -> LotWholeOut:
    """Writes down where in a store the lot lies."""
    handling.place(actor=actor_of(request), lot_id=lot_id, **given.dict())
    return lot_whole(request, lot_id)


@router.post("/lots/{uuid:lot_id}/recall", response=LotWholeOut)
def recall(request: HttpRequest, lot_id: UUID, given: RecallIn) -> LotWholeOut:
    """Blocks the lot in every store of your area, or lifts the recall; the stores are told."""
    act = recalling.recall if given.recalled else recalling.lift_recall
    act(actor=actor_of(request), lot_id=lot_id, reason=given.reason, now=current_time())
    return lot_whole(request, lot_id)


@router.get("/reservations", response=ReservationsOut)
def stock_reservations(request: HttpRequest, slice_: Query[Slice], state: str = "") -> Part[ReservationOut]:
    """Reservations of your areas or body, newest first."""
    found = slice_.part(visible_reservations(request.user, state=state))
    return {"items": [describe_reservation(one) for one in found["items"]], "total": found["total"]}


@router.post("/reservations", response=ReservationOut)
def reserve(request: HttpRequest, given: ReserveIn) -> ReservationOut:
    """Keeps goods of a store until a moment; then they free themselves. All of it, or nothing."""
    rest = given.dict(exclude={"lines"})
    made = reservations.reserve(actor=actor_of(request), lines=_wanted(given.lines), now=current_time(), **rest)
    return describe_reservation(made)


@router.post("/reservations/{uuid:reservation_id}/release", response=ReservationOut)
def release(request: HttpRequest, reservation_id: UUID) -> ReservationOut:
    """What is still kept is free again."""
    return _reservation(reservations.release(actor=actor_of(request), reservation_id=reservation_id, now=current_time()))


@router.post("/reservations/{uuid:reservation_id}/prolong", response=ReservationOut)
def prolong_reservation(request: HttpRequest, reservation_id: UUID, given: UntilIn) -> ReservationOut:
    """The reservation holds until another moment."""
    made = reservations.prolong_reservation(
        actor=actor_of(request), reservation_id=reservation_id, until=given.until, now=current_time()
    )
    return _reservation(made)


@router.post("/reservations/{uuid:reservation_id}/issue", response=ReservationOut)
def issue_reserved(request: HttpRequest, reservation_id: UUID, given: ReservedIssueIn) -> ReservationOut:
    """All that is still kept is given out."""
    made = reservations.issue_reserved(actor=actor_of(request), reservation_id=reservation_id, now=current_time(), **given.dict())
    return _reservation(made)


def _reservation(made: Reservation) -> ReservationOut:
    return describe_reservation(Reservation.objects.select_related("made_by").get(pk=made.pk))
