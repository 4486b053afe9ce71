"""Stores: their list, one store with what lies in it, and what its keepers do."""

from dataclasses import asdict, dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from tocsin.base.errors import InvalidInput, NotAllowed
from tocsin.jurisdiction.areas.rules.codes import governing_prefix
from tocsin.jurisdiction.face import may, may_anywhere, regions_within, visible_organisations
from tocsin.screens.acts import Act, perform_and_tell
from tocsin.screens.acts import act as one_act
from tocsin.screens.clock import current_time
from tocsin.screens.forms import Line, read_filters
from tocsin.screens.lists.empty import EmptyState
from tocsin.screens.lists.maps import ListMap, MapPoint
from tocsin.screens.lists.page import list_file, list_page
from tocsin.screens.request import Actor, actor_of
from tocsin.supplies.catalogue.models import Item
from tocsin.supplies.catalogue.queries.items import item_by_words, visible_items
from tocsin.supplies.catalogue.rules import rights
from tocsin.supplies.catalogue.rules.amounts import to_amount
from tocsin.supplies.stock.models import Store
from tocsin.supplies.stock.queries.lots import StockFilters, visible_holdings, visible_movements
from tocsin.supplies.stock.queries.movements import arriving_at
from tocsin.supplies.stock.queries.stores import visible_stores
from tocsin.supplies.stock.rules.lots import Level, Reserve
from tocsin.supplies.stock.services import issuing, receiving, reservations, transfers
from tocsin.supplies.stock.services import stores as services
from tocsin.supplies.stock.services.stores import StoreFacts
from tocsin.supplies.stock.shown.names import LEVEL_NAMES, RESERVE_NAMES
from tocsin.supplies.stock.shown.stock import STOCK_COLUMNS, describe_holding, describe_movement, describe_store, goods_of

COLUMNS = (
    "name",
    "region_code",
    "body",
    "level_name",
    "address",
    "contact",
    "telephone",
    "opening",
    "capacity_m3",
    "lon",
    "lat",
    "written_at",
)
MOST_OFFERED = 300  # items that a form offers by name; others are entered by code or pinyin
EMPTY = EmptyState(
    gettext_lazy("Stores come from a table, or are registered one by one."),
    link=gettext_lazy("Register a store"),
    to="#new-store",
    may="may_lead",
)


@dataclass(frozen=True)
class Filters:
    """Which stores the list shows."""

    search: str = ""
    region: str = ""
    level: str = ""
    closed: bool = False


@dataclass(frozen=True)
class StoreForm:
    """A store's card as it is typed."""

    name: Line
    level: Level
    lon: float | None = None
    lat: float | None = None
    address: Line = ""
    access: Line = ""
    contact: Line = ""
    telephone: Line = ""
    opening: Line = ""
    capacity_m3: float | None = None

    @property
    def facts(self) -> StoreFacts:
        """What the service takes."""
        return StoreFacts(**asdict(self))


@never_cache
@require_GET
def stores(request: HttpRequest) -> HttpResponse:
    """The stores of the reader's areas or body; `rows` alone for htmx, or a file."""
    user = request.user
    if not may_anywhere(user, rights.SEE):
        raise NotAllowed(_("Your roles do not show you supplies."))
    chosen, now = read_filters(Filters, request.GET), current_time()
    found = visible_stores(
        user, search=chosen.search, region=governing_prefix(chosen.region), level=chosen.level, closed=chosen.closed
    )
    leads = may_anywhere(user, rights.LEAD)
    context = {
        "chosen": chosen,
        "levels": [(one.value, name) for one, name in LEVEL_NAMES.items()],
        "regions": [(one.code, f"{one} {one.code}") for one in regions_within(user, rights.SEE)],
        "led": regions_within(user, rights.LEAD),
        "bodies": visible_organisations(user) if leads else [],
        "may_lead": leads,
    }
    return list_file(request, found, "stores", COLUMNS, lambda one: describe_store(one, now)) or list_page(
        request,
        found,
        "supplies/stock/stores.html",
        empty=EMPTY,
        describe=lambda one: describe_store(one, now),
        context=context,
        places=ListMap(_points),
    )


def _points(rows: list[Store]) -> list[MapPoint]:
    return [
        MapPoint(
            *(one.lon, one.lat, one.name, " · ".join(filter(None, (str(one.body), one.address)))),
            reverse("supply_store", args=[one.pk]),
        )
        for one in rows
    ]


@never_cache
@one_act("supply_stores", alone=True)
def register(request: HttpRequest, *, region_code: Line, organisation_id: UUID, facts: StoreForm) -> HttpResponse:
    """A new store; its page follows."""
    made = services.register_store(actor=actor_of(request), region_code=region_code, body_id=organisation_id, facts=facts.facts)
    return redirect("supply_store", made.pk)


@never_cache
@require_GET
def store(request: HttpRequest, store_id: UUID) -> HttpResponse:
    """One store: its card, what lies in it, what comes, its newest acts, and the forms of its keepers."""
    user, now = request.user, current_time()
    found = visible_stores(user, closed=True).get(pk=store_id)
    own = (found.region_code, (found.body_id,))
    day = timezone.localdate(now)
    rows = visible_holdings(user, StockFilters(store=found.pk), day)
    keeps = may(user, rights.KEEP, *own) and found.active
    others = visible_stores(user).exclude(pk=found.pk)[:MOST_OFFERED] if keeps else []
    context = {
        "one": describe_store(found, now),
        "coming": [(describe_movement(one), goods_of(one)) for one in arriving_at(found)],
        "acts": [describe_movement(one) for one in visible_movements(user).filter(store=found)[:20]],
        "may_keep": keeps,
        "may_reserve": may(user, rights.RESERVE, *own) and found.active,
        "may_lead": may(user, rights.LEAD, *own),
        "levels": [(one.value, name) for one, name in LEVEL_NAMES.items()],
        "reserves": [(one.value, name) for one, name in RESERVE_NAMES.items() if one is not Reserve.REQUISITIONED],
        "items": visible_items(user).filter(active=True).order_by("code")[:MOST_OFFERED] if keeps else [],
        "others": [(str(one.pk), f"{one.name} {one.region_code}") for one in others],
    }
    return list_file(request, rows, "store", STOCK_COLUMNS, lambda one: describe_holding(one, day)) or list_page(
        request, rows, "supplies/stock/store.html", describe=lambda one: describe_holding(one, day), context=context
    )


def _item(actor: Actor, words: str) -> Item:
    found = item_by_words(actor, words)
    if found is None:
        raise InvalidInput(_("No item, or more than one, is called so: enter its code."))
    return found


def _wanted(actor: Actor, words: str, quantity: Decimal) -> list[issuing.Wanted]:
    return [issuing.Wanted(item_id=_item(actor, words).pk, amount=to_amount(quantity))]


def _receive(
    actor: Actor,
    store_id: UUID,
    *,
    item: Line,
    quantity: Decimal,
    lot: Line,
    reserve: Reserve,
    made_on: date | None,
    expires_on: date | None,
    partner: Line,
    document: Line,
    at: datetime | None,
) -> str:
    line = receiving.Received(
        item_id=_item(actor, item).pk,
        amount=to_amount(quantity),
        number=lot,
        reserve=reserve,
        made_on=made_on,
        expires_on=expires_on,
    )
    receiving.receive(actor=actor, store_id=store_id, lines=[line], at=at, partner=partner, document=document, now=current_time())
    return _("Received, and written into the ledger.")


def _issue(actor: Actor, store_id: UUID, *, item: Line, quantity: Decimal, partner: Line, document: Line) -> str:
    lines = _wanted(actor, item, quantity)
    issuing.issue(actor=actor, store_id=store_id, lines=lines, partner=partner, document=document, now=current_time())
    return _("Issued, what expires first before all.")


def _send(actor: Actor, store_id: UUID, *, item: Line, quantity: Decimal, to_store_id: UUID, document: Line) -> str:
    lines = _wanted(actor, item, quantity)
    transfers.send(actor=actor, store_id=store_id, to_store_id=to_store_id, lines=lines, document=document, now=current_time())
    return _("On its way; the other store is told.")


def _arrive(actor: Actor, store_id: UUID, *, movement_id: UUID, missing: Decimal | None, reason: Line) -> str:
    visible_stores(actor).get(pk=store_id)
    amount = to_amount(missing) if missing else 0
    transfers.arrive(actor=actor, movement_id=movement_id, missing=amount, reason=reason, now=current_time())
    return _("Counted in.")


def _reserve(actor: Actor, store_id: UUID, *, item: Line, quantity: Decimal, purpose: Line, until: datetime | None) -> str:
    lines = _wanted(actor, item, quantity)
    made = reservations.reserve(actor=actor, store_id=store_id, lines=lines, purpose=purpose, until=until, now=current_time())
    return _("Reserved until %(until)s.") % {"until": timezone.localtime(made.until).strftime("%Y-%m-%d %H:%M")}


def _change(actor: Actor, store_id: UUID, *, facts: StoreForm) -> str:
    services.change_store(actor=actor, store_id=store_id, facts=facts.facts)
    return _("The card is changed.")


def _state(actor: Actor, store_id: UUID, *, active: bool) -> None:
    services.close_store(actor=actor, store_id=store_id, active=active)


ACTS: dict[str, Act] = {
    "receive": _receive,
    "issue": _issue,
    "send": _send,
    "arrive": _arrive,
    "reserve": _reserve,
    "change": _change,
    "state": _state,
}


@never_cache
@require_POST
def act(request: HttpRequest, store_id: UUID, name: str) -> HttpResponse:
    """What a keeper or head of supplies does with the store."""
    perform_and_tell(request, ACTS, name, actor_of(request), store_id)
    return redirect("supply_store", store_id)
