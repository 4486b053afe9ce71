"""What the watch holds for likely before a limit is crossed: the analyst's list."""

from typing import Any, cast
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from tocsin.base.errors import NotAllowed
from tocsin.jurisdiction.face import may, may_anywhere
from tocsin.screens.tables import MOST_IN_A_FILE, as_csv, wants_csv
from tocsin.sensing.face import chart_texts
from tocsin.warning.alarms.rules.states import PERMISSION_HANDLE
from tocsin.warning.causes.rules import told_percent
from tocsin.warning.diagnosis.rules import PERMISSION_DIAGNOSIS
from tocsin.warning.early_signs import queries, services
from tocsin.warning.early_signs.shown import describe_early_sign, explain_early_sign, search_early_signs

PAGE_SIZE = 30
COLUMNS = (
    *("label", "percent", "place", "asset_code", "region_code", "quantity_name", "raised_at", "limit_at", "ended_at", "end"),
    *("seen_at", "seen_by", "lon", "lat"),
)
STATE_CHOICES = (
    ("standing", gettext_lazy("Standing")),
    ("became_alarm", gettext_lazy("Became an alarm")),
    ("all", gettext_lazy("All")),
)
ENDS = {
    "alarm": gettext_lazy("became an alarm"),
    "another_cause": gettext_lazy("another cause"),
    "calm": gettext_lazy("calm again"),
}


@require_GET
def early_signs(request: HttpRequest) -> HttpResponse:
    """The list, as a page, as its `rows` for htmx, or as a file."""
    if not may_anywhere(request.user, PERMISSION_DIAGNOSIS):
        raise NotAllowed(_("Your roles do not show you diagnoses."))
    state = request.GET.get("state", "standing")
    state = state if state in dict(STATE_CHOICES) else "standing"
    found = search_early_signs(request.user, state)
    if wants_csv(request):
        return as_csv("early-signs", COLUMNS, (_row(one) for one in found[:MOST_IN_A_FILE].iterator(chunk_size=2000)))
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"page": page, "rows": [_row(row) for row in page], "state": state, "states": STATE_CHOICES}
    template = "warning/early_signs/early_signs.html"
    return render(request, f"{template}#rows" if getattr(request, "htmx", False) else template, context)


@require_GET
def early_sign(request: HttpRequest, early_sign_id: UUID) -> HttpResponse:
    """One sign with what speaks for and against it."""
    row = get_object_or_404(queries.visible_early_signs(request.user), pk=early_sign_id)
    context = {
        "sign": {**explain_early_sign(row), "percent": told_percent(row.probability), "end": ENDS.get(row.ended_by, "")},
        "page_texts": chart_texts(),
        "may_handle": may(request.user, PERMISSION_HANDLE, row.region_code),
    }
    return render(request, "warning/early_signs/early_sign.html", context)


@require_POST
def see(request: HttpRequest, early_sign_id: UUID) -> HttpResponse:
    """Notes that it was looked at, and shows it again."""
    get_object_or_404(queries.visible_early_signs(request.user), pk=early_sign_id)
    services.see_early_sign(actor=cast("Any", request.user), early_sign_id=early_sign_id)
    return redirect("early_sign", early_sign_id)


def _row(row: Any) -> dict[str, Any]:
    return {**describe_early_sign(row), "percent": told_percent(row.probability), "end": ENDS.get(row.ended_by, "")}
