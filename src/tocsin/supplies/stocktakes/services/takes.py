"""A stock-take is opened with a frozen list, dropped, or booked: its differences become lines of the ledger with its number."""

from collections import defaultdict
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tocsin.base.errors import Conflict, InvalidInput
from tocsin.base.storable import storable
from tocsin.bus.bulk import insert_all, save_all
from tocsin.records.face import record_audit
from tocsin.supplies.catalogue.policy.classes import classes
from tocsin.supplies.catalogue.rules import rights
from tocsin.supplies.catalogue.rules.amounts import to_number
from tocsin.supplies.stock.models import BUCKETS, Holding, Store
from tocsin.supplies.stock.rules.ledger import Kind, Move, State, move
from tocsin.supplies.stock.services.acts import carry_out, store_within
from tocsin.supplies.stocktakes.models import CountLine, Stocktake
from tocsin.supplies.stocktakes.policy import stocktake_policy
from tocsin.supplies.stocktakes.queries.takes import amounts_at_counts, holdings_to_count, visible_stocktakes
from tocsin.supplies.stocktakes.rules.counting import (
    Difference,
    Extent,
    TakeState,
    judge_difference,
    losses_of,
    on_shelf,
)
from tocsin.supplies.stocktakes.services.telling import end_telling, tell_of_booking, tell_of_opening

if TYPE_CHECKING:
    from tocsin.jurisdiction.face import User


def open_stocktake(*, actor: "User", store_id: UUID, extent: Extent, now: datetime, category: str = "") -> Stocktake:
    """Freezes the list of what lies in a store: all of it, one category, or what is due. Its keepers are told.

    Conflict where one is under way; InvalidInput where nothing is to be counted, or more than one list holds.
    """
    store = store_within(actor, store_id)
    if extent is Extent.CATEGORY and category not in classes().of("province"):
        raise InvalidInput(_("Choose the category that is counted."))
    held = holdings_to_count(store, extent, category, timezone.localdate(now))
    most = stocktake_policy().count_list.most_lines
    if not held:
        raise InvalidInput(_("Nothing is due to be counted in this store.") if extent is Extent.DUE else _("Nothing lies there."))
    if len(held) > most:
        raise InvalidInput(
            _("%(count)s lots lie there, and one list holds %(most)s: count by category.") % {"count": len(held), "most": most}
        )
    try:
        with transaction.atomic():
            return _write(actor, store, extent, category, held, now)
    except IntegrityError:
        raise Conflict(_("A stock-take of this store is under way: book or drop it first.")) from None


def _write(actor: "User", store: Store, extent: Extent, category: str, held: list[Holding], now: datetime) -> Stocktake:
    day = timezone.localdate(now)
    before = Stocktake.objects.filter(store=store, number__startswith=f"PD{day:%Y%m%d}-").count()
    made = Stocktake.objects.create(
        number=f"PD{day:%Y%m%d}-{before + 1:02d}",
        store=store,
        region_code=store.region_code,
        extent=extent.value,
        category=category if extent is Extent.CATEGORY else "",
        percent=stocktake_policy().difference.percent,
        state=TakeState.COUNTING.value,
        opened_at=now,
        opened_by=actor,
    )
    insert_all(
        CountLine(stocktake=made, holding=one, place=place, frozen=on_shelf(_amounts(one))) for place, one in enumerate(held, 1)
    )
    told = {"number": made.number, "store": store.name, "extent": extent.value, "lines": len(held)}
    record_audit(actor, "stocktake.opened", "stocktake", made.pk, store.region_code, told)
    tell_of_opening(made, len(held), now)
    return made


def _amounts(one: Holding) -> dict[State, int]:
    return {state: getattr(one, name) for state, name in BUCKETS.items()}


@transaction.atomic
def drop_stocktake(*, actor: "User", stocktake_id: UUID, reason: str, now: datetime) -> Stocktake:
    """The stock-take is given up: counts stay on record, and nothing is written into the ledger."""
    take = held_stocktake(actor, stocktake_id)
    if not reason.strip():
        raise InvalidInput(_("Say why."))
    _close(actor, take, TakeState.DROPPED, now, storable(reason.strip())[:300])
    return take


def held_stocktake(actor: "User", stocktake_id: UUID) -> Stocktake:
    """The open stock-take, which nobody else changes; DoesNotExist out of reach, Conflict for one that is closed."""
    seen = visible_stocktakes(actor, rights.KEEP).filter(pk=stocktake_id).order_by().values("pk")
    take = Stocktake.objects.select_for_update(of=("self",)).select_related("store", "store__body").get(pk__in=seen)
    if take.state != TakeState.COUNTING:
        raise Conflict(_("This stock-take is closed already."))
    return take


def _close(actor: "User", take: Stocktake, state: TakeState, now: datetime, remark: str) -> None:
    take.state, take.closed_at, take.closed_by, take.remark = state.value, now, actor, remark
    take.save(update_fields=["state", "closed_at", "closed_by", "remark"])
    end_telling(take, now)
    told = {"number": take.number, "remark": remark}
    record_audit(actor, f"stocktake.{state.value}", "stocktake", take.pk, take.region_code, told)


@transaction.atomic
def book_stocktake(*, actor: "User", stocktake_id: UUID, now: datetime, leave_uncounted: bool = False) -> Stocktake:
    """Writes the differences into the ledger, each lot's with the number of the stock-take and its reason, and closes it.

    Conflict names the lots that are not counted (unless they are to be left), differ between two counts, or differ by more than
    the limit without a reason or a second person.
    """
    take = held_stocktake(actor, stocktake_id)
    lines = list(CountLine.objects.filter(stocktake=take).select_related("holding__lot", "holding__item"))
    counted = [one for one in lines if one.counted is not None]
    if not counted:
        raise Conflict(_("Nothing is counted yet."))
    if len(counted) < len(lines) and not leave_uncounted:
        raise Conflict(_("Not counted yet: %(lots)s.") % {"lots": _named([one for one in lines if one.counted is None])})
    amounts = amounts_at_counts(counted)
    for one in counted:
        one.difference = (one.counted or 0) - on_shelf(amounts[one.holding_id])
    _refuse_unsettled(take, counted)
    save_all(counted, "difference")
    for (kind, reason), moves in _moves(take, counted).items():
        carry_out(actor, kind, take.store, moves, now=now, document=take.number, reason=reason)
    _close(actor, take, TakeState.BOOKED, now, "")
    if differing := [one for one in counted if one.difference]:
        over = [one for one in differing if verdict_of(take, one) is Difference.OVER]
        tell_of_booking(take, len(differing), len(over), now)
    return take


def _refuse_unsettled(take: Stocktake, lines: list[CountLine]) -> None:
    if differ := [one for one in lines if one.conflict]:
        raise Conflict(_("Two counts differ, decide which holds: %(lots)s.") % {"lots": _named(differ)})
    over = [one for one in lines if verdict_of(take, one) is Difference.OVER]
    if silent := [one for one in over if not one.reason]:
        raise Conflict(_("Differs by more than the limit, say why: %(lots)s.") % {"lots": _named(silent)})
    if alone := [one for one in over if one.confirmed_by_id is None]:
        raise Conflict(_("A second person has to confirm: %(lots)s.") % {"lots": _named(alone)})


def verdict_of(take: Stocktake, one: CountLine) -> Difference:
    """What the count of a line makes of the book."""
    counted = one.counted or 0
    return judge_difference(counted - one.difference, counted, take.percent)


def _moves(take: Stocktake, lines: list[CountLine]) -> dict[tuple[Kind, str], list[Move]]:
    found: dict[tuple[Kind, str], list[Move]] = defaultdict(list)
    now = {one.pk: _amounts(one) for one in Holding.objects.filter(pk__in=[line.holding_id for line in lines if line.difference])}
    for one in lines:
        reason = one.reason or _("stock-take %(number)s") % {"number": take.number}
        if one.difference > 0:
            found[Kind.SURPLUS, reason].append(move(one.holding_id, Kind.SURPLUS, one.difference))
        elif one.difference < 0:
            losses = losses_of(now[one.holding_id], -one.difference)
            if losses.short:
                told = {"lot": one.holding.lot.number, "short": f"{to_number(losses.short)} {one.holding.item.unit_zh}"}
                raise Conflict(_("Lot %(lot)s: %(short)s of what is missing are reserved; free them first.") % told)
            found[Kind.LOSS, reason] += [move(one.holding_id, Kind.LOSS, amount, state) for state, amount in losses.parts]
    return found


def _named(lines: list[CountLine]) -> str:
    names = [f"{one.holding.item.name_zh} {one.holding.lot.number}" for one in lines[:5]]
    return ", ".join(names) + (f" (+{len(lines) - 5})" if len(lines) > 5 else "")
