"""Settings of the server on a page: where each comes from, and those that are entered here."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from tocsin.base.errors import InvalidInput
from tocsin.base.server_settings import SCANNER_AWAY, Variable
from tocsin.jurisdiction.areas.rules.codes import EVERYWHERE
from tocsin.jurisdiction.face import require
from tocsin.records.server import services
from tocsin.records.server.shown import AWAY_NAMES, ServerSettingOut, describe_settings, headings
from tocsin.screens.acts import act
from tocsin.screens.forms import Line
from tocsin.screens.request import actor_of


@never_cache
@require_GET
def server(request: HttpRequest) -> HttpResponse:
    """The page."""
    require(actor_of(request), "system.see", EVERYWHERE)
    problem, rows = "", list[ServerSettingOut]()
    try:
        rows = describe_settings()
    except InvalidInput as error:
        problem, rows = str(error), describe_settings({})
    by_name = {one.variable: one for one in rows}
    context: dict[str, object] = {
        "headings": headings(rows),
        "problem": problem,
        "fields": {name.name.lower(): by_name[name] for name in Variable},
        "ways": [(one, AWAY_NAMES[one]) for one in SCANNER_AWAY],
    }
    return render(request, "records/server/server.html", context)


@act("server_settings", alone=True)
def enter_server_settings(
    request: HttpRequest,
    *,
    title: Line | None = None,
    public_hosts: str | None = None,
    largest_request: Line | None = None,
    virus_scanner: Line | None = None,
    virus_scanner_away: Line | None = None,
) -> str:
    """Keeps those that the form could change."""
    given = {
        Variable.TITLE: title,
        Variable.PUBLIC_HOSTS: public_hosts,
        Variable.LARGEST_REQUEST: largest_request,
        Variable.VIRUS_SCANNER: virus_scanner,
        Variable.VIRUS_SCANNER_AWAY: virus_scanner_away,
    }
    sent = {name: text or "" for name, text in given.items() if name.name.lower() in request.POST}
    changed = services.enter_server_settings(actor=actor_of(request), told=sent, host=request.get_host())
    return _("Kept: every process follows at once.") if changed else _("Nothing was changed.")
