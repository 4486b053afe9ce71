"""Levels by region and item, people at risk, and lots to be exchanged."""

from dataclasses import dataclass, field
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from tocsin.base.errors import NotAllowed
from tocsin.jurisdiction.areas.rules.codes import governing_prefix
from tocsin.jurisdiction.face import Person, may_anywhere, regions_within
from tocsin.screens.acts import act as one_act
from tocsin.screens.clock import current_time
from tocsin.screens.forms import Line, read_filters
from tocsin.screens.lists.empty import EmptyState
from tocsin.screens.lists.page import list_file, list_page
from tocsin.screens.request import actor_of
from tocsin.supplies.catalogue.rules import rights
from tocsin.supplies.levels.queries.exposed import parts_of_region, people_of_parts, people_of_region
from tocsin.supplies.levels.queries.levels import lots_to_rotate, region_levels, visible_people
from tocsin.supplies.levels.rules.people import PeopleBasis
from tocsin.supplies.levels.services.people import enter_people
from tocsin.supplies.levels.shown.levels import LEVEL_COLUMNS, describe_levels, hazard_names
from tocsin.supplies.levels.shown.people import describe_part, describe_people, describe_proposed
from tocsin.supplies.stock.shown.stock import STOCK_COLUMNS, describe_holding

EMPTY = EmptyState(gettext_lazy("A lot stands here when its last day comes near."), link=gettext_lazy("Stock"), to="supply_stock")


@dataclass(frozen=True)
class Filters:
    """Of which region; `propose`: for which region people are to be proposed from the register of exposed bodies, or for which
    `part`s of it alone.
    """

    region: str = ""
    region_code: str = ""
    propose: bool = False
    part: list[str] = field(default_factory=list)


@never_cache
@require_GET
def levels(request: HttpRequest) -> HttpResponse:
    """What each region has of each item, what it should have, and what to move or buy; `rows` alone for htmx, or a file."""
    user = request.user
    if not may_anywhere(user, rights.SEE):
        raise NotAllowed(_("Your roles do not show you supplies."))
    chosen, now, hazards = read_filters(Filters, request.GET), current_time(), hazard_names()
    people = list(visible_people(user).filter(region_code__startswith=governing_prefix(chosen.region)))
    rows = describe_levels(region_levels({one.region_code for one in people}, now))
    basis = _proposed(user, chosen, now) if chosen.propose else None
    parts = parts_of_region(user, chosen.region_code, now) if chosen.propose else ()
    context = {
        "chosen": chosen,
        "proposed": describe_proposed("region", basis) if basis else None,
        "parts": [describe_part(one) for one in parts],
        "regions": [(one.code, f"{one} {one.code}") for one in regions_within(user, rights.SEE)],
        "people": [describe_people(one, hazards) for one in people],
        "led": [(one.code, f"{one} {one.code}") for one in regions_within(user, rights.LEAD)],
        "hazards": list(hazards.items()),
    }
    return list_file(request, rows, "levels", LEVEL_COLUMNS, lambda one: one) or list_page(
        request, rows, "supplies/levels/levels.html", describe=lambda one: one, context=context
    )


def _proposed(user: Person, chosen: Filters, now: datetime) -> PeopleBasis | None:
    if chosen.part:
        return people_of_parts(user, chosen.region_code, chosen.part, now)
    return people_of_region(user, chosen.region_code, now)


@never_cache
@one_act("supply_levels", alone=True)
def people(
    request: HttpRequest,
    *,
    region_code: Line,
    hazard: Line,
    people: int | None,
    source: Line,
    from_register: bool = False,
    parts: list[str],
) -> str:
    """How many people of a region a kind of disaster threatens."""
    enter_people(
        actor=actor_of(request),
        region_code=region_code,
        hazard=hazard,
        people=people,
        source=source,
        from_register=from_register,
        parts=parts,
        now=current_time(),
    )
    return _("The figure is kept.")


@never_cache
@require_GET
def rotation(request: HttpRequest) -> HttpResponse:
    """Lots of which little of their life is left: to be used first, or exchanged."""
    user = request.user
    if not may_anywhere(user, rights.SEE):
        raise NotAllowed(_("Your roles do not show you supplies."))
    chosen, day = read_filters(Filters, request.GET), timezone.localdate(current_time())
    rows = lots_to_rotate(user, day, governing_prefix(chosen.region))
    context = {
        "chosen": chosen,
        "regions": [(one.code, f"{one} {one.code}") for one in regions_within(user, rights.SEE)],
    }
    return list_file(request, rows, "rotation", STOCK_COLUMNS, lambda one: describe_holding(one, day)) or list_page(
        request,
        rows,
        "supplies/levels/rotation.html",
        empty=EMPTY,
        describe=lambda one: describe_holding(one, day),
        context=context,
    )
