"""Platforms that tell of firms: how each stands, what it could not deliver, and a button that tries it."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from tocsin.base.errors import NotAllowed
from tocsin.jurisdiction.face import may, may_anywhere
from tocsin.screens.acts import Attempt
from tocsin.screens.clock import current_time
from tocsin.screens.tables import as_csv, wants_csv
from tocsin.supervision.objects.rules import rights
from tocsin.supervision.platforms import queries
from tocsin.supervision.platforms import shown as told
from tocsin.supervision.platforms.policy import FILE
from tocsin.supervision.platforms.services.trial import try_platform

COLUMNS = (
    "title",
    "level_name",
    "way_name",
    "kind_name",
    "standing_name",
    "silent_h",
    "last_good_at",
    "newest_at",
    "taken_24h",
    "known_24h",
    "refused_24h",
    "firms",
    "error",
)


@never_cache
@require_GET
def platforms(request: HttpRequest) -> HttpResponse:
    """All platforms, the worst first."""
    if not may_anywhere(request.user, rights.SEE):
        raise NotAllowed(_("Your roles do not show you supervised objects."))
    rows = [told.describe_platform(one) for one in queries.platform_rows(request.user, now=current_time())]
    if wants_csv(request):
        return as_csv("platforms", COLUMNS, rows)
    context = {
        "rows": rows,
        "wrong": queries.wrong_tables(request.user),
        "may_manage": may_anywhere(request.user, rights.MANAGE),
        "file": FILE,
        "now": current_time(),
    }
    return render(request, "supervision/platforms/platforms.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
def platform(request: HttpRequest, connector_id: UUID) -> HttpResponse:
    """One platform with its firms; posting tries it. Refused rows and settings are shown to who keeps platforms."""
    found = queries.rows_of(request.user, queries.visible_connectors(request.user).filter(pk=connector_id), now=current_time())
    if not found:
        raise Http404(_("There is no such platform, or your rights do not reach it."))
    (row,) = found
    manages = may(request.user, rights.MANAGE, row.state.region_code)
    steps: list[told.TrialStepOut] = []
    if request.method == "POST" and row.settings is not None:
        with Attempt(request):
            tried = try_platform(actor=request.user, name=row.state.name, now=current_time())
            steps = [told.describe_step(one) for one in tried]
    context: dict[str, object] = {
        "one": told.describe_platform(row),
        "firms": queries.firms_of(request.user, row.state),
        "manages": manages,
        "refused": told.describe_refused(row) if manages else (),
        "settings": told.describe_settings(row) if manages else (),
        "steps": steps,
        "file": FILE,
        "now": current_time(),
    }
    return render(request, "supervision/platforms/platform.html", context)
