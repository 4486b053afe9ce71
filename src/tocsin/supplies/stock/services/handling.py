"""What a store keeper does with goods that are there: counts, scraps, takes back, repairs."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tocsin.base.errors import Conflict, InvalidInput
from tocsin.base.storable import storable
from tocsin.records.face import record_audit
from tocsin.supplies.stock.models import Holding, Lot, Movement
from tocsin.supplies.stock.rules.ledger import Kind, State, move
from tocsin.supplies.stock.rules.lots import Reserve
from tocsin.supplies.stock.services.acts import carry_out, holding_within, store_within

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User

HANDLED: Final = frozenset((Kind.SCRAP, Kind.RETURN, Kind.ACCEPT, Kind.REPAIR, Kind.MENDED))


def adjust(
    *, actor: "User", store_id: UUID, lot_id: UUID, counted: int, reason: str, now: datetime, at: datetime | None = None
) -> Movement | None:
    """Sets what is free of a lot to what was counted (thousandths); None where the ledger says the same.

    Conflict where somebody took of it since it was read: count again.
    """
    store = store_within(actor, store_id)
    holding = holding_within(store, lot_id)
    if counted < 0:
        raise InvalidInput(_("A count is never below 0."))
    difference = counted - holding.free
    if not difference:
        return None
    kind = Kind.SURPLUS if difference > 0 else Kind.LOSS
    line = move(holding.pk, kind, abs(difference), State.OUTSIDE if difference > 0 else State.FREE)
    return carry_out(actor, kind, store, [line], now=now, at=at, reason=reason)


def handle(
    *,
    actor: "User",
    store_id: UUID,
    lot_id: UUID,
    kind: Kind,
    amount: int,
    now: datetime,
    source: State | None = None,
    partner: str = "",
    reason: str = "",
) -> Movement:
    """Scraps goods (SCRAP), takes back what was given out (RETURN), finds it fit for use (ACCEPT), sends it to repair (REPAIR) or
    has it back from there (MENDED). `source`: the state that it is taken from, where the kind can take from several.
    """
    store = store_within(actor, store_id)
    holding = holding_within(store, lot_id)
    if kind is Kind.RETURN and holding.reserve == Reserve.REQUISITIONED:
        raise Conflict(_("Lot %(lot)s is requisitioned: it comes back by its deliveries alone.") % {"lot": holding.lot.number})
    if kind not in HANDLED:
        raise InvalidInput(_("Goods in that state can't be treated so."))
    try:
        line = move(holding.pk, kind, amount, source)
    except ValueError:
        raise InvalidInput(_("Goods in that state can't be treated so.")) from None
    return carry_out(actor, kind, store, [line], now=now, partner=partner, reason=reason)


@transaction.atomic
def place(*, actor: "User", store_id: UUID, lot_id: UUID, bay: str) -> Holding:
    """Writes down where in the store a lot lies; nothing for a lot that has no place of its own."""
    store = store_within(actor, store_id)
    holding = holding_within(store, lot_id)
    holding.bay = storable(bay.strip())[:40]
    holding.save(update_fields=["bay"])
    record_audit(actor, "stock.placed", "supply_lot", lot_id, store.region_code, {"store": store.name, "bay": holding.bay})
    return holding


def prolong(*, actor: "User", store_id: UUID, lot_id: UUID, expires_on: date, reason: str, now: datetime) -> Lot:
    """A test has shown that a lot is good for longer, or its last day was entered wrongly: the lot has the new day everywhere,
    and what had expired in this store is free again.
    """
    store = store_within(actor, store_id)
    holding = holding_within(store, lot_id)
    if not reason.strip():
        raise InvalidInput(_("Say why: the reason stays with the line."))
    if expires_on <= timezone.localdate(now):
        raise InvalidInput(_("The new last day must lie ahead."))
    with transaction.atomic():
        Lot.objects.filter(pk=lot_id).update(expires_on=expires_on, compared_at=None)
        Holding.objects.filter(lot_id=lot_id).update(expires_on=expires_on)
        told = _("last day %(day)s: %(reason)s") % {"day": expires_on.isoformat(), "reason": reason.strip()}
        moves = [move(holding.pk, Kind.REVIVE, holding.expired)] if holding.expired else []
        carry_out(actor, Kind.REVIVE, store, moves, now=now, reason=told)
    holding.lot.expires_on = expires_on
    return holding.lot
