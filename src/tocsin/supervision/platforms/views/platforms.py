"""Platforms that tell of firms: how each stands, what it could not deliver, and a button that tries it."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from tocsin.base.errors import NotAllowed, Refusal
from tocsin.engine.work.firm import Source
from tocsin.jurisdiction.face import may, may_anywhere, own_tokens, regions_within
from tocsin.screens.acts import Attempt, act
from tocsin.screens.clock import current_time
from tocsin.screens.request import actor_of
from tocsin.screens.tables import as_csv, wants_csv
from tocsin.supervision.evidence.shown import LEVEL_NAMES, source_name
from tocsin.supervision.objects.rules import rights
from tocsin.supervision.platforms import queries
from tocsin.supervision.platforms import shown as told
from tocsin.supervision.platforms.policy import FILE
from tocsin.supervision.platforms.services import senders
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
    context: dict[str, Any] = {
        "rows": rows,
        "wrong": queries.wrong_tables(request.user),
        "may_manage": may_anywhere(request.user, rights.MANAGE),
        "tables": [told.describe_table(one) for one in queries.visible_tables(request.user)],
        "senders": [told.describe_sender(one) for one in queries.visible_senders(request.user)],
        "file": FILE,
        "now": current_time(),
    }
    if context["may_manage"]:
        bound = {one.token_id for one in context["senders"]}
        free = [one for one in own_tokens(actor_of(request), rights.SEND, now=current_time()) if one.pk not in bound]
        context |= {
            "tokens": [(one.pk, one.name) for one in free],
            "levels": list(LEVEL_NAMES.items()),
            "regions": [(one.code, str(one)) for one in regions_within(request.user, rights.MANAGE)],
            "sources": [(one.value, source_name(one)) for one in Source],
        }
    return render(request, "supervision/platforms/platforms.html", context)


@act("platforms", alone=True)
def bind_token(request: HttpRequest, *, token: UUID | None, platform: str, level: str, region: str, sources: list[Source]) -> str:
    """One of the reader's own tokens sends from now on as this platform."""
    if token is None:
        raise Refusal(_("Choose one of your own tokens with the scope evidence.send; it is made on your account page."))
    made = senders.bind_token(
        actor=actor_of(request),
        token_id=token,
        platform=platform,
        level=level,
        region_code=region,
        sources=sources,
        now=current_time(),
    )
    return _("The token sends from now on as %(platform)s.") % {"platform": made.platform}


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
        "table": queries.visible_tables(request.user).filter(name=row.state.name).first(),
        "file": FILE,
        "now": current_time(),
    }
    return render(request, "supervision/platforms/platform.html", context)
