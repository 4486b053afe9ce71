"""The list of alarms: open ones and those of the past, filtered."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from tocsin.base.errors import NotAllowed
from tocsin.base.levels import AlarmLevel
from tocsin.jurisdiction.face import may_anywhere
from tocsin.screens.tables import MOST_IN_A_FILE, as_csv, wants_csv
from tocsin.screens.words import LEVEL_NAMES, QUANTITY_NAMES
from tocsin.warning.alarms import queries
from tocsin.warning.alarms.rules.states import PERMISSION_SEE
from tocsin.warning.alarms.shown.alarms import describe_alarm

PAGE_SIZE = 50
COLUMNS = (
    *("title", "place", "state_name", "level_name", "value", "limit", "unit", "quantity", "rule", "region_code", "asset_code"),
    *("raised_at", "acknowledged_at", "acknowledged_by", "returned_at", "closed_at", "count", "case_number", "lon", "lat"),
)
STATE_CHOICES = (
    ("open", gettext_lazy("Open")),
    ("unacknowledged", gettext_lazy("Unacknowledged")),
    ("shelved", gettext_lazy("Shelved")),
    ("closed", gettext_lazy("Over")),
    ("all", gettext_lazy("All")),
)


@require_GET
def alarms(request: HttpRequest) -> HttpResponse:
    """The list, as a page, as its `rows` for htmx, or as a file."""
    if not may_anywhere(request.user, PERMISSION_SEE):
        raise NotAllowed(_("Your roles do not show you alarms."))
    state = request.GET.get("state", "open")
    level = request.GET.get("level", "")
    chosen = {
        "state": state if state in dict(STATE_CHOICES) else "open",
        "level": level if level in ("1", "2", "3", "4") else "",
        "quantity": request.GET.get("quantity", "")[:40],
        "search": request.GET.get("search", "")[:100],
    }
    found = queries.search_alarms(
        request.user,
        state=chosen["state"],
        level=int(chosen["level"]) if chosen["level"] else None,
        quantity=chosen["quantity"],
        search=chosen["search"],
    )
    if wants_csv(request):
        return as_csv("alarms", COLUMNS, (describe_alarm(one) for one in found[:MOST_IN_A_FILE].iterator(chunk_size=2000)))
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": [{**describe_alarm(one), "class": AlarmLevel(one.level).name.lower()} for one in page],
        "chosen": chosen,
        "states": STATE_CHOICES,
        "levels": [(str(level.value), LEVEL_NAMES[level.value]) for level in sorted(AlarmLevel, reverse=True) if level],
        "quantities": list(QUANTITY_NAMES.items()),
    }
    return render(
        request, "warning/alarms/alarms.html#rows" if getattr(request, "htmx", False) else "warning/alarms/alarms.html", context
    )
