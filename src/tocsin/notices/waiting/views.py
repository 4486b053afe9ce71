"""What waits for me, on screen."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from tocsin.notices.waiting import queries
from tocsin.notices.waiting.shown import describe_kinds, describe_waiting
from tocsin.screens.clock import current_time
from tocsin.screens.forms import read_filters
from tocsin.screens.lists.page import list_file, list_page
from tocsin.screens.request import actor_of

COLUMNS = ("kind_name", "about", "since", "due", "overdue", "address")


@dataclass(frozen=True)
class Filters:
    """What is listed."""

    kind: str = ""


@never_cache
@require_GET
def waiting(request: HttpRequest) -> HttpResponse:
    """Everything that waits for this person, the longest overdue first; `format=csv`."""
    now, user = current_time(), actor_of(request)
    chosen = read_filters(Filters, request.GET)
    rows = describe_waiting(queries.waiting_for(user, now=now, kind=chosen.kind), now=now)
    kinds = describe_kinds(queries.counts_for(user, now=now))
    context = {"kinds": kinds, "chosen": chosen, "all": sum(kind.waiting for kind in kinds), "now": now}
    return list_file(request, rows, "waiting", COLUMNS, lambda row: row) or list_page(
        request, rows, "notices/waiting/waiting.html", describe=lambda row: row, context=context
    )


@never_cache
@require_GET
def count(request: HttpRequest) -> JsonResponse:
    """For the menu: how many things wait."""
    counts = queries.counts_for(actor_of(request), now=current_time())
    return JsonResponse({"waiting": sum(number for _kind, number in counts)})
