"""Goods come in: lots are made where they are new, and the ledger has a line for each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tocsin.base.errors import Conflict, InvalidInput, Refusal
from tocsin.base.storable import storable
from tocsin.jurisdiction.face import Organisation, visible_organisations
from tocsin.supplies.catalogue.models import Item
from tocsin.supplies.catalogue.queries.items import visible_items
from tocsin.supplies.catalogue.rules.amounts import MOST
from tocsin.supplies.catalogue.rules.kits import KitExpiry, kit_expiry
from tocsin.supplies.catalogue.services.items import mark_used
from tocsin.supplies.stock.models import Holding, Lot, Movement, Store
from tocsin.supplies.stock.policy import stock_policy
from tocsin.supplies.stock.rules.ledger import Kind, move
from tocsin.supplies.stock.rules.lots import Level, Reserve, shelf_end
from tocsin.supplies.stock.services.acts import carry_out, done_before, store_within

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User


@dataclass(frozen=True, kw_only=True)
class Received:
    """One line of a receipt. `amount`: thousandths of the item's unit. `owner_id`: None is the body that keeps the store;
    `level`: None is the store's own. `component_days`: last days of what lies in a kit.
    """

    item_id: UUID
    amount: int
    number: str
    owner_id: UUID | None = None
    reserve: Reserve = Reserve.GOVERNMENT
    level: Level | None = None
    made_on: date | None = None
    expires_on: date | None = None
    component_days: tuple[date, ...] = ()
    maker: str = ""
    lead_time_h: int = 0


def receive(
    *,
    actor: "User",
    store_id: UUID,
    lines: Sequence[Received],
    now: datetime,
    at: datetime | None = None,
    document: str = "",
    partner: str = "",
    key: str = "",
) -> Movement:
    """Writes a receipt. The same `key` of a store again is the receipt that is there already.

    InvalidInput names the line that can't be taken; then none is. Conflict where a lot of that number has another last day.
    """
    store = store_within(actor, store_id)
    if (before := done_before(store, key, Kind.RECEIPT)) is not None:
        return before
    most = stock_policy().bulk.most_lines
    if any(one.reserve is Reserve.REQUISITIONED for one in lines):
        raise InvalidInput(_("Requisitioned goods come in by the hand-over list of their requisition."))
    if not 1 <= len(lines) <= most:
        raise InvalidInput(_("A receipt has 1 to %(most)s lines.") % {"most": most})
    when = at or now
    try:
        with transaction.atomic():
            holdings = _holdings(actor, store, lines, when, now)
            moves = [move(one.pk, Kind.RECEIPT, line.amount) for one, line in zip(holdings, lines, strict=True)]
            made = carry_out(actor, Kind.RECEIPT, store, moves, now=now, at=when, document=document, partner=partner, key=key)
            mark_used({line.item_id for line in lines}, now)
            return made
    except IntegrityError:
        if (before := done_before(store, key, Kind.RECEIPT)) is not None:
            return before  # the same receipt came twice at the same time
        raise Conflict(_("Somebody entered the same lot at this moment: send it again.")) from None


def _holdings(actor: "User", store: Store, lines: Sequence[Received], at: datetime, now: datetime) -> list[Holding]:
    items = {one.pk: one for one in visible_items(actor).filter(pk__in={line.item_id for line in lines}, active=True)}
    owners = {
        one.pk: one for one in visible_organisations(actor).filter(pk__in={line.owner_id for line in lines if line.owner_id})
    }
    owners[store.body_id] = store.body
    lots = _known_lots(lines)
    found: list[Holding] = []
    for number, line in enumerate(lines, 1):
        try:
            found.append(_holding(store, line, items, owners, lots, at, now))
        except Refusal as refusal:
            raise type(refusal)(_("Line %(number)d: %(why)s") % {"number": number, "why": refusal}) from None
    return found


type _LotKey = tuple[UUID, str, UUID, str, str]


def _known_lots(lines: Sequence[Received]) -> dict[_LotKey, Lot]:
    """Lots that are there already, locked: whether they count is decided wholly before this receipt or wholly after it."""
    rows = Lot.objects.filter(item__in={one.item_id for one in lines}, number__in={one.number.strip() for one in lines})
    rows = rows.select_for_update(of=("self",)).order_by("pk")
    return {(one.item_id, one.number, one.owner_id, one.reserve, one.level): one for one in rows}


def _holding(
    store: Store,
    line: Received,
    items: dict[UUID, Item],
    owners: dict[UUID, Organisation],
    lots: dict[_LotKey, Lot],
    at: datetime,
    now: datetime,
) -> Holding:
    item, owner = items.get(line.item_id), owners.get(line.owner_id or store.body_id)
    if item is None:
        raise InvalidInput(_("There is no such item in your catalogue."))
    if owner is None:
        raise InvalidInput(_("There is no such body."))
    if not 0 < line.amount <= MOST:
        raise InvalidInput(_("The quantity must lie above 0."))
    number = storable(line.number.strip())
    if not number or len(number) > 60:
        raise InvalidInput(_("Name the lot with at most 60 characters."))
    level = (line.level or Level(store.level)).value
    key = (item.pk, number, owner.pk, line.reserve.value, level)
    expires_on = last_day(item, line)
    lot = lots.get(key)
    if lot is None:
        lot = lots[key] = Lot.objects.create(
            item=item,
            number=number,
            owner=owner,
            reserve=line.reserve.value,
            level=level,
            lead_time_h=line.lead_time_h,
            maker=storable(line.maker.strip())[:120],
            made_on=line.made_on,
            expires_on=expires_on,
            created_at=now,
        )
    elif expires_on is not None and lot.expires_on != expires_on:
        raise Conflict(_("Lot %(number)s has another last day: %(day)s.") % {"number": number, "day": lot.expires_on or "–"})
    return holding_of(store, lot, item, at)


def holding_of(store: Store, lot: Lot, item: Item, at: datetime) -> Holding:
    """The row that counts this lot in this store, made where it is not there yet. An earlier receipt moves its first day back."""
    day = timezone.localdate(at)
    found, made = Holding.objects.get_or_create(
        store=store,
        lot=lot,
        defaults={
            "item": item,
            "region_code": store.region_code,
            "category": item.category,
            "owner_id": lot.owner_id,
            "reserve": lot.reserve,
            "level": lot.level,
            "expires_on": lot.expires_on,
            "received_on": day,
            "pieces_per_unit": item.pieces_per_unit,
            "blocked": lot.recalled_at is not None,
            "counted": lot.counted_as_id is None,
        },
    )
    if not made and day < found.received_on:
        Holding.objects.filter(pk=found.pk, received_on__gt=day).update(received_on=day)
    return found


def last_day(item: Item, line: Received) -> date | None:
    """The last day of what comes in: as it is told, as the kit's rule says, else by shelf life from the day it was made."""
    told = line.expires_on
    if told is None and line.made_on is not None and item.shelf_life_months:
        told = shelf_end(line.made_on, item.shelf_life_months)
    if line.component_days:
        told = kit_expiry(KitExpiry(item.kit_expiry), told, line.component_days)
    if told is not None and line.made_on is not None and told < line.made_on:
        raise InvalidInput(_("The last day lies before the day on which it was made."))
    return told
