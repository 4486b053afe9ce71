"""Stock-takes: their list, one with its lines, and what is done about it."""

from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from tocsin.base.errors import NotAllowed
from tocsin.jurisdiction.face import may, may_anywhere
from tocsin.screens.acts import Act, perform_and_tell
from tocsin.screens.acts import act as one_act
from tocsin.screens.clock import current_time
from tocsin.screens.forms import Line, read_filters
from tocsin.screens.lists.empty import EmptyState
from tocsin.screens.lists.page import list_file, list_page
from tocsin.screens.request import Actor, actor_of
from tocsin.supplies.catalogue.policy.classes import reads_chinese
from tocsin.supplies.catalogue.queries.items import category_choices
from tocsin.supplies.catalogue.rules import rights
from tocsin.supplies.stock.queries.stores import visible_stores
from tocsin.supplies.stocktakes.models import CountLine
from tocsin.supplies.stocktakes.queries.takes import counted_whole, lines_of, visible_stocktakes
from tocsin.supplies.stocktakes.rules.counting import Extent, TakeState
from tocsin.supplies.stocktakes.services import counts, takes
from tocsin.supplies.stocktakes.shown.takes import (
    EXTENT_NAMES,
    LINE_COLUMNS,
    TAKE_NAMES,
    CountLineOut,
    describe_lines,
    describe_take,
    describe_takes,
)

MOST_STORES = 300  # that the form offers
EMPTY = EmptyState(
    gettext_lazy("A stock-take counts what a store holds; what differs is booked."),
    link=gettext_lazy("Open a stock-take"),
    to="#open-stocktake",
    may="stores",
)


@dataclass(frozen=True)
class Filters:
    """Which stock-takes the list shows."""

    state: str = ""
    store: UUID | None = None


@never_cache
@require_GET
def stocktakes(request: HttpRequest) -> HttpResponse:
    """The stock-takes of the reader's areas or body, newest first, and the form that opens one."""
    user = request.user
    if not may_anywhere(user, rights.SEE):
        raise NotAllowed(_("Your roles do not show you supplies."))
    chosen = read_filters(Filters, request.GET)
    found = visible_stocktakes(user)
    if chosen.state:
        found = found.filter(state=chosen.state)
    if chosen.store:
        found = found.filter(store=chosen.store)
    kept = list(visible_stores(user, permission=rights.KEEP)[:MOST_STORES]) if may_anywhere(user, rights.KEEP) else []
    whole = counted_whole([one.pk for one in kept], timezone.localdate(current_time()))
    context = {
        "chosen": chosen,
        "states": [(one.value, name) for one, name in TAKE_NAMES.items()],
        "stores": [(str(one.pk), one.name if one.pk in whole else f"{one.name} · {_('full count due')}") for one in kept],
        "extents": [(one.value, name) for one, name in EXTENT_NAMES.items()],
        "categories": [("", "–"), *((code, zh if reads_chinese() else en) for code, zh, en in category_choices())],
    }
    return list_page(request, found, "supplies/stocktakes/takes.html", empty=EMPTY, describe_page=describe_takes, context=context)


@never_cache
@one_act("supply_stocktakes", alone=True)
def open_take(request: HttpRequest, *, store_id: UUID, extent: Extent, category: Line) -> HttpResponse:
    """A frozen list of what lies in a store; its page follows."""
    made = takes.open_stocktake(actor=actor_of(request), store_id=store_id, extent=extent, category=category, now=current_time())
    return redirect("supply_stocktake", made.pk)


@never_cache
@require_GET
def stocktake(request: HttpRequest, stocktake_id: UUID) -> HttpResponse:
    """One stock-take with its list; what somebody has to do something about comes first."""
    user = request.user
    take = visible_stocktakes(user).get(pk=stocktake_id)

    def described(rows: list[CountLine]) -> list[CountLineOut]:
        return describe_lines(take, rows)

    rows = lines_of(take)
    differing = described([one for one in rows.exclude(difference=0, conflict=False) if one.counted is not None or one.conflict])
    context = {
        "one": describe_take(take),
        "differing": differing,
        "open": take.state == TakeState.COUNTING,
        "may_keep": take.state == TakeState.COUNTING and may(user, rights.KEEP, take.region_code, (take.store.body_id,)),
        "me": str(user),
    }
    return list_file(request, rows, "stocktake", LINE_COLUMNS, lambda one: described([one])[0]) or list_page(
        request, rows, "supplies/stocktakes/take.html", describe_page=described, context=context
    )


def _book(actor: Actor, stocktake_id: UUID, *, leave_uncounted: bool) -> str:
    takes.book_stocktake(actor=actor, stocktake_id=stocktake_id, leave_uncounted=leave_uncounted, now=current_time())
    return _("Booked: the differences are in the ledger.")


def _drop(actor: Actor, stocktake_id: UUID, *, reason: Line) -> str:
    takes.drop_stocktake(actor=actor, stocktake_id=stocktake_id, reason=reason, now=current_time())
    return _("Dropped: nothing of it is in the ledger.")


def _reason(actor: Actor, stocktake_id: UUID, *, count_line_id: UUID, reason: Line) -> str:
    counts.give_reason(actor=actor, stocktake_id=stocktake_id, count_line_id=count_line_id, reason=reason)
    return _("The reason is kept.")


def _confirm(actor: Actor, stocktake_id: UUID, *, count_line_id: UUID) -> str:
    counts.confirm_difference(actor=actor, stocktake_id=stocktake_id, count_line_id=count_line_id)
    return _("Confirmed.")


def _decide(actor: Actor, stocktake_id: UUID, *, count_line_id: UUID, count_entry_id: UUID) -> str:
    counts.decide_count(actor=actor, stocktake_id=stocktake_id, count_line_id=count_line_id, count_entry_id=count_entry_id)
    return _("This count holds.")


ACTS: dict[str, Act] = {"book": _book, "drop": _drop, "reason": _reason, "confirm": _confirm, "decide": _decide}


@never_cache
@require_POST
def act(request: HttpRequest, stocktake_id: UUID, name: str) -> HttpResponse:
    """What somebody does about the stock-take at the desk."""
    perform_and_tell(request, ACTS, name, actor_of(request), stocktake_id)
    return redirect("supply_stocktake", stocktake_id)
