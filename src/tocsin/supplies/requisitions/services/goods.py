"""Requisitioned goods in the ledger: out of their owner's lot where it has them, in as a lot of its own, and back again.

Called inside the transaction of the signature that they belong to.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _

from tocsin.base.errors import Conflict, InvalidInput
from tocsin.supplies.catalogue.services.items import mark_used
from tocsin.supplies.requests.rules.states import RequestState
from tocsin.supplies.requests.services.plans import plan_anew
from tocsin.supplies.requisitions.models import Requisition, RequisitionLine, RequisitionList, RequisitionRow
from tocsin.supplies.stock.models import BUCKETS, Holding, Lot, Store
from tocsin.supplies.stock.rules.ledger import Kind, Move, State, move
from tocsin.supplies.stock.rules.lots import Reserve
from tocsin.supplies.stock.services.acts import carry_out
from tocsin.supplies.stock.services.receiving import holding_of

if TYPE_CHECKING:
    from uuid import UUID

    from tocsin.jurisdiction.face import User

_BACK_FROM: Final = (State.RETURNED, State.FREE, State.IN_REPAIR, State.OVERDUE, State.EXPIRED)


def take_goods(
    actor: "User", requisition: Requisition, made: RequisitionList, rows: Sequence[RequisitionRow], now: datetime
) -> None:
    """Each row comes in as a lot of its owner that only the requisition's request may take of. What the ledger had of it as the
    owner's own is taken out there in the same act, so that it counts once; Conflict where the owner's lot has less by now.
    """
    if not rows or made.store is None:
        return
    number, owner = requisition.number, requisition.owner_name
    for store, moves in _by_store(rows, Kind.TAKE_OVER):
        carry_out(actor, Kind.TAKE_OVER, store, moves, now=now, at=made.at, document=number, partner=owner)
    coming = []
    for row in rows:
        row.line.holding = _holding(requisition, row, made.store, made.at, now)
        coming.append(move(row.line.holding.pk, Kind.RECEIPT, row.whole))
    carry_out(actor, Kind.RECEIPT, made.store, coming, now=now, at=made.at, document=number, partner=owner)
    mark_used({one.line.item_id for one in rows if one.line.item_id is not None}, now)


def _by_store(rows: Sequence[RequisitionRow], kind: Kind) -> list[tuple[Store, list[Move]]]:
    """The moves of the owners' own lots, store by store in one order, so that two signatures never wait for one another in a
    circle.
    """
    heaps: dict[UUID, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    stores: dict[UUID, Store] = {}
    for row in rows:
        source, amount = row.line.source, row.whole + row.damaged
        if source is not None and amount:
            stores[source.store_id] = source.store
            heaps[source.store_id][source.pk] += amount
    return [(stores[pk], [move(held, kind, amount) for held, amount in heaps[pk].items()]) for pk in sorted(heaps)]


def _holding(requisition: Requisition, row: RequisitionRow, store: Store, at: datetime, now: datetime) -> Holding:
    line = row.line
    if line.item is None or requisition.owner_id is None:
        raise InvalidInput(_("%(line)s: only goods of the catalogue that a body owns enter the ledger.") % {"line": line.words})
    if line.holding is not None:
        if line.holding.store_id != store.pk:
            told = {"line": line.words, "store": line.holding.store.name}
            raise Conflict(_("%(line)s: the first of it came into %(store)s, so does the rest.") % told)
        return line.holding
    own: Lot | None = line.source.lot if line.source is not None else None
    lot = Lot.objects.create(
        item=line.item,
        number=f"{requisition.number}-{line.place}",
        owner_id=requisition.owner_id,
        reserve=Reserve.REQUISITIONED.value,
        level=store.level,
        maker=own.maker if own else "",
        made_on=own.made_on if own else None,
        expires_on=own.expires_on if own else row.expires_on,
        kept_for=requisition.request_id,
        compared_at=now,
        created_at=now,
    )
    return holding_of(store, lot, line.item, at)


def give_back_goods(actor: "User", requisition: Requisition, rows: Sequence[RequisitionRow], now: datetime) -> None:
    """What goes back leaves the ledger as requisitioned, and comes back into its owner's own lot where it was taken of one, to be
    looked at there. What was consumed or lost has left the ledger before.
    """
    number, owner = requisition.number, requisition.owner_name
    heaps: dict[UUID, list[Move]] = defaultdict(list)
    stores: dict[UUID, Store] = {}
    for row in rows:
        holding = row.line.holding
        if holding is not None and row.whole + row.damaged:
            stores[holding.store_id] = holding.store
            heaps[holding.store_id] += _moves_back(row.line, holding, row.whole + row.damaged)
    for pk in sorted(heaps):
        carry_out(actor, Kind.HAND_BACK, stores[pk], heaps[pk], now=now, document=number, partner=owner)
    for store, moves in _by_store(rows, Kind.RETURN):
        carry_out(actor, Kind.RETURN, store, moves, now=now, document=number, partner=number)


def _moves_back(line: RequisitionLine, holding: Holding, amount: int) -> list[Move]:
    moves, left = [], amount
    for state in _BACK_FROM:
        part = min(left, getattr(holding, BUCKETS[state]))
        if part:
            moves.append(move(holding.pk, Kind.HAND_BACK, part, state))
            left -= part
    if left:
        raise Conflict(_("%(line)s: less than that lies in the store by now: look again.") % {"line": line.words})
    return moves


def tell_request(requisition: Requisition, now: datetime) -> None:
    """The request plans anew: what came in for it can be delivered now, with the reach of whoever approved it."""
    request = requisition.request
    if request is not None and request.state == RequestState.APPROVED and request.decided_by is not None:
        plan_anew(request.decided_by, request, now)
