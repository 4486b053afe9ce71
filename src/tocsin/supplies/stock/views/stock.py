"""What there is: one total, and what lies where."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from tocsin.base.errors import NotAllowed
from tocsin.jurisdiction.areas.rules.codes import governing_prefix
from tocsin.jurisdiction.face import may_anywhere, regions_within
from tocsin.screens.clock import current_time
from tocsin.screens.forms import read_filters
from tocsin.screens.lists.empty import EmptyState
from tocsin.screens.lists.page import list_file, list_page
from tocsin.screens.lists.tables import Column, ordered
from tocsin.supplies.catalogue.rules import rights
from tocsin.supplies.stock.models import Holding
from tocsin.supplies.stock.queries import lots as queries
from tocsin.supplies.stock.queries.totals import Cut, kinds_in_stock, totals
from tocsin.supplies.stock.shown.groups import GROUPS, categories
from tocsin.supplies.stock.shown.names import COLOUR_NAMES, LEVEL_NAMES, RESERVE_NAMES
from tocsin.supplies.stock.shown.stock import STOCK_COLUMNS, HoldingOut, describe_holding
from tocsin.supplies.stock.shown.totals import describe_totals

TABLE = (
    Column("item", pgettext_lazy("supplies", "Item"), order="item__name_zh", fixed=True),
    Column("lot", pgettext_lazy("supplies", "Lot"), order="lot__number"),
    Column("store", pgettext_lazy("supplies", "Store"), order="store__name"),
    Column("owner", pgettext_lazy("supplies", "Owner")),
    Column("free", pgettext_lazy("state of goods", "available"), order="free", falling=True, number=True),
    Column("others", pgettext_lazy("supplies", "Other states")),
    Column("last_day", gettext_lazy("Last day"), order="expires_on"),
)
EMPTY = EmptyState(
    gettext_lazy("Stock is booked in at a store, or counted at a stock-take."), link=gettext_lazy("Stores"), to="supply_stores"
)


@dataclass(frozen=True)
class Filters:
    """What the page shows: which stock, cut by what, when."""

    search: str = ""
    region: str = ""
    category: str = ""
    reserve: str = ""
    level: str = ""
    colour: str = ""
    store: UUID | None = None
    item: UUID | None = None
    by: Literal["category", "region_code", "owner", "reserve", "level"] = "category"
    at: datetime | None = None


@never_cache
@require_GET
def stock(request: HttpRequest) -> HttpResponse:
    """The totals above, the list below; `rows` alone for htmx, or a file."""
    user = request.user
    if not may_anywhere(user, rights.SEE):
        raise NotAllowed(_("Your roles do not show you supplies."))
    chosen = read_filters(Filters, request.GET)
    region = governing_prefix(chosen.region)
    day = timezone.localdate(current_time())
    wanted = queries.StockFilters(
        *(chosen.search, region, chosen.category, None, chosen.reserve, chosen.level, chosen.colour, chosen.store, chosen.item)
    )
    found = ordered(request, queries.visible_holdings(user, wanted, day), TABLE)
    cut = Cut(region, chosen.category, None, chosen.reserve, chosen.level)
    context = {
        "chosen": chosen,
        "totals": describe_totals(totals(user, cut, chosen.by, chosen.at), chosen.by, kinds_in_stock(user, cut), chosen.at),
        "regions": [(one.code, f"{one} {one.code}") for one in regions_within(user, rights.SEE)],
        "categories": categories(),
        "reserves": [(one.value, name) for one, name in RESERVE_NAMES.items()],
        "levels": [(one.value, name) for one, name in LEVEL_NAMES.items()],
        "colours": [(one.value, name) for one, name in COLOUR_NAMES.items()],
        "cuts": [
            ("category", _("by category")),
            ("region_code", _("by region")),
            ("owner", _("by owner")),
            ("reserve", _("by kind of reserve")),
            ("level", _("by level")),
        ],
    }
    return list_file(request, found, "supplies", STOCK_COLUMNS, lambda one: describe_holding(one, day)) or list_page(
        request,
        found,
        "supplies/stock/stock.html",
        empty=EMPTY,
        describe_page=lambda rows: described(rows, day, chosen.at),
        context=context,
        table=TABLE,
        groups=GROUPS,
    )


def described(rows: list[Holding], day: date, at: datetime | None) -> list[HoldingOut]:
    """The rows of a page as they are, or were at a past moment."""
    past = queries.balances_at(Holding.objects.filter(pk__in=[one.pk for one in rows]), at) if at else {}
    return [describe_holding(one, day, past.get(one.pk)) for one in rows]
