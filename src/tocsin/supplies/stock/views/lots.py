"""One lot: where it lies, its ledger, and what a store keeper does with it."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from tocsin.jurisdiction.face import may
from tocsin.screens.acts import Act, perform_and_tell
from tocsin.screens.clock import current_time
from tocsin.screens.forms import Line, read_filters
from tocsin.screens.request import Actor, actor_of
from tocsin.supplies.catalogue.rules import rights
from tocsin.supplies.catalogue.rules.amounts import to_amount
from tocsin.supplies.stock.queries import lots as queries
from tocsin.supplies.stock.rules.ledger import Kind, State
from tocsin.supplies.stock.services import handling, issuing, recalling, reservations
from tocsin.supplies.stock.shown.names import STATE_NAMES
from tocsin.supplies.stock.shown.stock import describe_holding, describe_line, describe_lot

Source = Literal["free", "returned", "in_repair", "expired", "overdue"]


@dataclass(frozen=True)
class Moment:
    """At which moment the lot is looked at; none is now."""

    at: datetime | None = None


@never_cache
@require_GET
def lot(request: HttpRequest, lot_id: UUID) -> HttpResponse:
    """Where it lies now or at a past moment, and its newest lines."""
    user, chosen = request.user, read_filters(Moment, request.GET)
    found = queries.visible_lots(user).get(pk=lot_id)
    day = timezone.localdate(current_time())
    held = list(queries.holdings_of_lot(user, found))
    past = queries.balances_at(queries.holdings_of_lot(user, found), chosen.at) if chosen.at else {}
    kept = [one.store for one in held if may(user, rights.KEEP, one.region_code, (one.store.body_id,)) and one.store.active]
    reserved = [
        one.store for one in held if may(user, rights.RESERVE, one.region_code, (one.store.body_id,)) and one.store.active
    ]
    context = {
        "one": describe_lot(found, day),
        "chosen": chosen,
        "holdings": [describe_holding(one, day, past.get(one.pk)) for one in held],
        "lines": [describe_line(one) for one in queries.lines_of_lot(user, found)[:100]],
        "kept": [(str(one.pk), one.name) for one in kept],
        "reserved": [(str(one.pk), one.name) for one in reserved],
        "may_recall": any(may(user, rights.LEAD, one.region_code, (one.store.body_id,)) for one in held),
        "scrap_sources": _states("free", "returned", "in_repair", "expired", "overdue"),
        "repair_sources": _states("free", "returned", "overdue"),
    }
    return render(request, "supplies/stock/lot.html", context)


def _states(*names: str) -> list[tuple[str, object]]:
    return [(name, STATE_NAMES[State[name.upper()]]) for name in names]


def _issue(actor: Actor, lot_id: UUID, *, store_id: UUID, quantity: Decimal, partner: Line, reason: Line, document: Line) -> str:
    lot = queries.visible_lots(actor).get(pk=lot_id)
    line = issuing.Wanted(item_id=lot.item_id, amount=to_amount(quantity), lot_id=lot_id)
    issuing.issue(
        actor=actor, store_id=store_id, lines=[line], partner=partner, reason=reason, document=document, now=current_time()
    )
    return _("Issued, and written into the ledger.")


def _reserve(actor: Actor, lot_id: UUID, *, store_id: UUID, quantity: Decimal, purpose: Line, hours: int, reason: Line) -> str:
    lot = queries.visible_lots(actor).get(pk=lot_id)
    line = issuing.Wanted(item_id=lot.item_id, amount=to_amount(quantity), lot_id=lot_id)
    now = current_time()
    made = reservations.reserve(
        actor=actor,
        store_id=store_id,
        lines=[line],
        purpose=purpose,
        until=now + timedelta(hours=hours),
        reason=reason,
        now=now,
    )
    return _("Reserved until %(until)s.") % {"until": timezone.localtime(made.until).strftime("%Y-%m-%d %H:%M")}


def _count(actor: Actor, lot_id: UUID, *, store_id: UUID, counted: Decimal, reason: Line) -> str:
    amount = to_amount(counted) if counted else 0
    made = handling.adjust(actor=actor, store_id=store_id, lot_id=lot_id, counted=amount, reason=reason, now=current_time())
    return _("The count agrees with the ledger.") if made is None else _("The difference is written into the ledger.")


def _handle(
    actor: Actor, store_id: UUID, lot_id: UUID, kind: Kind, quantity: Decimal, source: State | None = None, **told: str
) -> str:
    handling.handle(
        actor=actor,
        store_id=store_id,
        lot_id=lot_id,
        kind=kind,
        amount=to_amount(quantity),
        source=source,
        now=current_time(),
        **told,
    )
    return _("Written into the ledger.")


def _scrap(actor: Actor, lot_id: UUID, *, store_id: UUID, quantity: Decimal, source: Source, reason: Line) -> str:
    return _handle(actor, store_id, lot_id, Kind.SCRAP, quantity, State[source.upper()], reason=reason)


def _repair(actor: Actor, lot_id: UUID, *, store_id: UUID, quantity: Decimal, source: Source, reason: Line) -> str:
    return _handle(actor, store_id, lot_id, Kind.REPAIR, quantity, State[source.upper()], reason=reason)


def _take_back(actor: Actor, lot_id: UUID, *, store_id: UUID, quantity: Decimal, partner: Line) -> str:
    _handle(actor, store_id, lot_id, Kind.RETURN, quantity, partner=partner)
    return _("Written into the ledger. Look at it before it is given out again.")


def _accept(actor: Actor, lot_id: UUID, *, store_id: UUID, quantity: Decimal) -> str:
    return _handle(actor, store_id, lot_id, Kind.ACCEPT, quantity)


def _mend(actor: Actor, lot_id: UUID, *, store_id: UUID, quantity: Decimal) -> str:
    return _handle(actor, store_id, lot_id, Kind.MENDED, quantity)


def _prolong(actor: Actor, lot_id: UUID, *, store_id: UUID, expires_on: date, reason: Line) -> str:
    handling.prolong(actor=actor, store_id=store_id, lot_id=lot_id, expires_on=expires_on, reason=reason, now=current_time())
    return _("The lot has its new last day.")


def _place(actor: Actor, lot_id: UUID, *, store_id: UUID, bay: Line) -> str:
    handling.place(actor=actor, store_id=store_id, lot_id=lot_id, bay=bay)
    return _("The bay is written down.")


def _recall(actor: Actor, lot_id: UUID, *, reason: Line) -> str:
    stores = recalling.recall(actor=actor, lot_id=lot_id, reason=reason, now=current_time())
    return _("Recalled in %(count)s stores; their keepers are told.") % {"count": stores}


def _lift(actor: Actor, lot_id: UUID, *, reason: Line) -> str:
    recalling.lift_recall(actor=actor, lot_id=lot_id, reason=reason, now=current_time())
    return _("The recall is lifted; the stores are told.")


ACTS: dict[str, Act] = {
    "issue": _issue,
    "reserve": _reserve,
    "count": _count,
    "scrap": _scrap,
    "repair": _repair,
    "return": _take_back,
    "accept": _accept,
    "mend": _mend,
    "prolong": _prolong,
    "place": _place,
    "recall": _recall,
    "lift": _lift,
}


@never_cache
@require_POST
def act(request: HttpRequest, lot_id: UUID, name: str) -> HttpResponse:
    """What somebody does with the lot in one of its stores."""
    perform_and_tell(request, ACTS, name, actor_of(request), lot_id)
    return redirect("supply_lot", lot_id)
