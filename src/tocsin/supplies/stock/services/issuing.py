"""Goods go out: what is named, or what has to go first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from tocsin.base.errors import Conflict, InvalidInput
from tocsin.supplies.catalogue.queries.items import visible_items
from tocsin.supplies.catalogue.rules.amounts import to_number
from tocsin.supplies.stock.models import Holding, Movement, Store
from tocsin.supplies.stock.policy import stock_policy
from tocsin.supplies.stock.rules.ledger import Kind, move
from tocsin.supplies.stock.rules.lots import Override, Pick, Pickable, choose_by_expiry, judge_override
from tocsin.supplies.stock.services.acts import carry_out, done_before, store_within

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from tocsin.jurisdiction.face import User


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """So much of an item (thousandths of its unit), or of one lot of it whose turn it need not be."""

    item_id: UUID
    amount: int
    lot_id: UUID | None = None


def issue(
    *,
    actor: "User",
    store_id: UUID,
    lines: Sequence[Wanted],
    partner: str,
    now: datetime,
    at: datetime | None = None,
    reason: str = "",
    document: str = "",
    key: str = "",
) -> Movement:
    """Gives goods out of a store: of each item what expires first, unless a lot is named.

    Conflict where there is not enough, or a named lot is past its day; InvalidInput where a lot is named before its turn without
    a reason.
    """
    store = store_within(actor, store_id)
    if (before := done_before(store, key, Kind.ISSUE)) is not None:
        return before
    if not partner.strip():
        raise InvalidInput(_("Say to whom it is given."))
    _check_count(lines)
    picks = picked(actor, store, lines, reason, timezone.localdate(at or now))
    moves = [move(one.holding_id, Kind.ISSUE, one.amount) for one in picks]
    return carry_out(actor, Kind.ISSUE, store, moves, now=now, at=at, document=document, partner=partner, reason=reason, key=key)


def picked(actor: "User", store: Store, lines: Sequence[Wanted], reason: str, day: date) -> list[Pick]:
    """The holdings of a store that give what is wanted; Conflict names the item of which there is not enough."""
    picks: list[Pick] = []
    taken: dict[int, int] = {}
    names = {one.pk: one for one in visible_items(actor).filter(pk__in={line.item_id for line in lines})}
    for line in lines:
        if line.item_id not in names:
            raise InvalidInput(_("There is no such item in your catalogue."))
        item = names[line.item_id]
        found = [_less(one, taken) for one in pickable(Holding.objects.filter(store=store, item=item))]
        if line.lot_id is None:
            choice = choose_by_expiry(found, line.amount, day, stock_policy().expiry.give_out_days)
            if choice.missing:
                raise Conflict(_not_enough(str(item), choice.missing, choice.too_old, item.unit_zh))
            new = list(choice.picks)
        else:
            new = [_named(store, line, line.lot_id, found, reason, day)]
        for one in new:
            taken[one.holding_id] = taken.get(one.holding_id, 0) + one.amount
        picks += new
    return picks


def pickable(rows: "QuerySet[Holding]") -> list[Pickable]:
    """What may be picked of these holdings: what is free and not recalled. A report that does not count gives nothing, nor do
    goods that were requisitioned for one request.
    """
    fields = ("pk", "free", "expires_on", "received_on", "item__perishable")
    found = rows.filter(free__gt=0, blocked=False, counted=True, lot__kept_for=None).values_list(*fields)
    return [Pickable(*one) for one in found]


def _less(one: Pickable, taken: dict[int, int]) -> Pickable:
    left = one.amount - taken.get(one.holding_id, 0)
    return Pickable(one.holding_id, left, one.expires_on, one.received_on, one.perishable)


def _named(store: Store, line: Wanted, lot_id: UUID, found: list[Pickable], reason: str, day: date) -> Pick:
    holding = Holding.objects.select_related("lot").get(store=store, lot_id=lot_id, item_id=line.item_id)
    if holding.lot.kept_for is not None:
        raise Conflict(
            _("Lot %(lot)s is requisitioned: it goes out by the deliveries of its request alone.") % {"lot": holding.lot.number}
        )
    chosen = next((one for one in found if one.holding_id == holding.pk), None)
    if chosen is None:
        return Pick(holding.pk, line.amount)  # the ledger refuses it and says why
    verdict = judge_override(chosen, found, reason, day, stock_policy().expiry.give_out_days)
    if verdict is Override.EXPIRED:
        raise Conflict(_("Lot %(lot)s is past its last day.") % {"lot": holding.lot.number})
    if verdict is Override.NO_REASON:
        raise InvalidInput(_("Another lot has to go first: say why it is lot %(lot)s.") % {"lot": holding.lot.number})
    return Pick(holding.pk, line.amount)


def _check_count(lines: Sequence[Wanted]) -> None:
    most = stock_policy().bulk.most_lines
    if not 1 <= len(lines) <= most:
        raise InvalidInput(_("1 to %(most)s lines can be given at once.") % {"most": most})


def _not_enough(item: str, missing: int, too_old: int, unit: str) -> str:
    told = {"item": item, "missing": f"{to_number(missing)} {unit}", "old": f"{to_number(too_old)} {unit}"}
    if too_old:
        return _("Of %(item)s %(missing)s are missing; %(old)s are too near to their last day or past it.") % told
    return _("Of %(item)s %(missing)s are missing.") % told
