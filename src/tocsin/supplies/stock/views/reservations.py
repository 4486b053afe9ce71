"""Reservations: their list, one with what it keeps, and what becomes of it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from tocsin.base.errors import NotAllowed
from tocsin.jurisdiction.face import may, may_anywhere
from tocsin.screens.acts import Act, perform_and_tell
from tocsin.screens.clock import current_time
from tocsin.screens.forms import Line, read_filters
from tocsin.screens.lists.empty import EmptyState
from tocsin.screens.lists.page import list_page
from tocsin.screens.request import Actor, actor_of
from tocsin.supplies.catalogue.rules import rights
from tocsin.supplies.catalogue.rules.amounts import to_number
from tocsin.supplies.stock.queries.reservations import promises_of, visible_reservations
from tocsin.supplies.stock.rules.reservations import Hold
from tocsin.supplies.stock.services import reservations as services
from tocsin.supplies.stock.shown.names import HOLD_NAMES
from tocsin.supplies.stock.shown.stock import describe_reservation, item_name, unit_name

EMPTY = EmptyState(
    gettext_lazy("Stock is reserved when a request is planned."),
    link=gettext_lazy("Requests of supplies"),
    to="supply_requests",
    over="state=",
)


@dataclass(frozen=True)
class Filters:
    """Which reservations the list shows."""

    state: str = Hold.HELD.value


@never_cache
@require_GET
def reservations(request: HttpRequest) -> HttpResponse:
    """The reservations of the reader's areas or body, newest first."""
    if not may_anywhere(request.user, rights.SEE):
        raise NotAllowed(_("Your roles do not show you supplies."))
    chosen = read_filters(Filters, request.GET)
    found = visible_reservations(request.user, state=chosen.state)
    context = {"chosen": chosen, "states": [(one.value, name) for one, name in HOLD_NAMES.items()]}
    return list_page(
        request, found, "supplies/stock/reservations.html", empty=EMPTY, describe=describe_reservation, context=context
    )


@never_cache
@require_GET
def reservation(request: HttpRequest, reservation_id: UUID) -> HttpResponse:
    """One reservation with what it still keeps."""
    found = visible_reservations(request.user).get(pk=reservation_id)
    own = (found.region_code, (found.body_id,))
    kept = [
        (one.holding, item_name(one.holding.item), to_number(one.amount), unit_name(one.holding.item))
        for one in promises_of(found.pk)[:500]
    ]
    context = {
        "one": describe_reservation(found),
        "kept": kept,
        "may_reserve": found.state == Hold.HELD and may(request.user, rights.RESERVE, *own),
        "may_issue": found.state == Hold.HELD and may(request.user, rights.KEEP, *own),
    }
    return render(request, "supplies/stock/reservation.html", context)


def _release(actor: Actor, reservation_id: UUID) -> str:
    services.release(actor=actor, reservation_id=reservation_id, now=current_time())
    return _("What was kept is free again.")


def _prolong(actor: Actor, reservation_id: UUID, *, until: datetime) -> str:
    made = services.prolong_reservation(actor=actor, reservation_id=reservation_id, until=until, now=current_time())
    return _("Reserved until %(until)s.") % {"until": timezone.localtime(made.until).strftime("%Y-%m-%d %H:%M")}


def _issue(actor: Actor, reservation_id: UUID, *, partner: Line, document: Line) -> str:
    services.issue_reserved(actor=actor, reservation_id=reservation_id, partner=partner, document=document, now=current_time())
    return _("Issued, and written into the ledger.")


ACTS: dict[str, Act] = {"release": _release, "prolong": _prolong, "issue": _issue}


@never_cache
@require_POST
def act(request: HttpRequest, reservation_id: UUID, name: str) -> HttpResponse:
    """What becomes of the reservation."""
    perform_and_tell(request, ACTS, name, actor_of(request), reservation_id)
    return redirect("supply_reservation", reservation_id)
