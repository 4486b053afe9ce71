"""Breaches: the list, one of them, and the press that acknowledges it."""

from dataclasses import asdict, dataclass
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from tocsin.hazchem.zones.queries import zones as queries
from tocsin.hazchem.zones.services.zones import acknowledge_breach
from tocsin.hazchem.zones.shown.words import BREACH_NAMES
from tocsin.hazchem.zones.shown.zones import describe_breach
from tocsin.screens.acts import act
from tocsin.screens.clock import current_time
from tocsin.screens.forms import Line, read_filters
from tocsin.screens.lists.empty import EmptyState
from tocsin.screens.lists.page import list_file, list_page
from tocsin.screens.request import actor_of

COLUMNS = (
    *("firm", "kind", "kind_name", "zone", "holder", "permit", "value", "limit"),
    *("raised_at", "ended_at", "acknowledged_at", "acknowledged_by", "note"),
)
EMPTY = EmptyState(gettext_lazy("A breach is noted when a tag is where the rules of a zone forbid it."))


@dataclass(frozen=True)
class Filters:
    """Which breaches are listed."""

    firm: UUID | None = None
    which: queries.Which = ""
    kind: str = ""


@never_cache
@require_GET
def zone_breaches(request: HttpRequest) -> HttpResponse:
    """Breaches at firms whose people the reader may see now, newest first."""
    chosen = read_filters(Filters, request.GET)
    found = queries.search_breaches(request.user, **asdict(chosen))
    choices = [("waits", _("not acknowledged")), ("stands", _("not over")), ("over", _("over"))]
    context = {"chosen": chosen, "choices": choices, "kinds": BREACH_NAMES.items()}
    return list_file(request, found, "zone-breaches", COLUMNS, describe_breach) or list_page(
        request, found, "hazchem/zones/breaches.html", empty=EMPTY, describe=describe_breach, context=context, part=""
    )


@never_cache
@require_GET
def zone_breach(request: HttpRequest, zone_breach_id: UUID) -> HttpResponse:
    """One breach."""
    found = queries.visible_breaches(request.user).get(pk=zone_breach_id)
    waits = queries.breaches_to_acknowledge(request.user).filter(pk=found.pk).exists()
    return render(request, "hazchem/zones/breach.html", {"one": describe_breach(found), "waits": waits})


@act("zone_breach")
def acknowledge(request: HttpRequest, zone_breach_id: UUID, *, note: Line) -> str:
    """The control room has seen it."""
    acknowledge_breach(actor=actor_of(request), breach_id=zone_breach_id, note=note, now=current_time())
    return _("Acknowledged.")
