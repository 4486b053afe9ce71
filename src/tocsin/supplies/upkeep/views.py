"""The list of gear with the day by which each lot is to be run or inspected."""

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from tocsin.base.errors import NotAllowed
from tocsin.jurisdiction.areas.rules.codes import governing_prefix
from tocsin.jurisdiction.face import may_anywhere, regions_within
from tocsin.screens.clock import current_time
from tocsin.screens.forms import read_filters
from tocsin.screens.lists.empty import EmptyState
from tocsin.screens.lists.page import list_file, list_page
from tocsin.supplies.catalogue.rules import rights
from tocsin.supplies.upkeep.queries.due import due_by, visible_upkeep
from tocsin.supplies.upkeep.shown.gear import UPKEEP_COLUMNS, describe_upkeep

EMPTY = EmptyState(gettext_lazy("Gear falls due for upkeep as the catalogue says."), over="due=all")


@dataclass(frozen=True)
class Filters:
    """Which gear the list shows."""

    region: str = ""
    due: Literal["due", "all"] = "due"
    store: UUID | None = None


@never_cache
@require_GET
def upkeep(request: HttpRequest) -> HttpResponse:
    """What is due first before all; `rows` alone for htmx, or a file."""
    if not may_anywhere(request.user, rights.SEE):
        raise NotAllowed(_("Your roles do not show you supplies."))
    chosen, day = read_filters(Filters, request.GET), timezone.localdate(current_time())
    found = visible_upkeep(request.user)
    if chosen.due == "due":
        found = found.filter(due_by(day))
    if chosen.region:
        found = found.filter(region_code__startswith=governing_prefix(chosen.region))
    if chosen.store:
        found = found.filter(holding__store=chosen.store)
    context = {
        "chosen": chosen,
        "regions": [(one.code, f"{one} {one.code}") for one in regions_within(request.user, rights.SEE)],
        "dues": [("due", _("due now or soon")), ("all", _("all gear"))],
        "keeps": may_anywhere(request.user, rights.KEEP),
    }
    return list_file(request, found, "upkeep", UPKEEP_COLUMNS, lambda one: describe_upkeep(one, day)) or list_page(
        request,
        found,
        "supplies/upkeep/upkeep.html",
        empty=EMPTY,
        describe=lambda one: describe_upkeep(one, day),
        context=context,
    )
