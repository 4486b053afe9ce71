"""The page of the monthly reachability drill, its file, and holding one at once."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from tocsin.jurisdiction.face import regions_within
from tocsin.notices.messages.policy import sending
from tocsin.notices.messages.rules import rights
from tocsin.notices.reachability import queries, services
from tocsin.notices.reachability.shown import ReachedRow, describe_reached
from tocsin.screens.acts import act
from tocsin.screens.clock import current_time
from tocsin.screens.request import actor_of
from tocsin.screens.tables import as_csv

COLUMNS = ("organisation", "asked", "answered", "percent", "silent")


@never_cache
@require_http_methods(["GET", "POST"])
def reachability(request: HttpRequest) -> HttpResponse:
    """Who answered, by organisation; who sets up channels may hold the drill at once."""
    if request.method == "POST":
        return _begin(request)
    month, months = _month(request)
    context = {
        "month": month,
        "months": months,
        "rows": _rows(request, month) if month else [],
        "window": round(sending().reachability.window_min),
        "regions": list(regions_within(request.user, rights.CHANNELS)[:50]),
    }
    return render(request, "notices/reachability/reachability.html", context)


@act("reachability", alone=True)
def _begin(request: HttpRequest, *, region: str) -> str:
    count = services.begin_by_hand(actor=actor_of(request), region_code=region[:6], now=current_time())
    told = ngettext("%(count)d contact point is asked.", "%(count)d contact points are asked.", count)
    return told % {"count": count}


@act("own_notices", alone=True)
def try_own_channels(request: HttpRequest) -> str:
    """One test by each of one's own ways."""
    count = services.try_own_channels(actor=actor_of(request), now=current_time())
    told = ngettext("%(count)d test is on its way to you.", "%(count)d tests are on their way to you.", count)
    return told % {"count": count}


@never_cache
@require_GET
def reachability_csv(request: HttpRequest) -> HttpResponse:
    """One month as a file."""
    month, _months = _month(request)
    rows = [{**dict(row), "silent": row.silent_ways} for row in (_rows(request, month) if month else [])]
    return as_csv(f"reachability-{month}", COLUMNS, rows)


def _month(request: HttpRequest) -> tuple[str, list[str]]:
    queries.require_reader(request.user)
    months = queries.months()
    wanted = request.GET.get("month", "")
    return (wanted if wanted in months else next(iter(months), "")), months


def _rows(request: HttpRequest, month: str) -> list[ReachedRow]:
    return [describe_reached(one, request.user) for one in queries.reached(request.user, month)]
