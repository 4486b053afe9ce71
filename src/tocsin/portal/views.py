"""Pages that belong to no capability: is the web process well, and the choice of language."""

from typing import TYPE_CHECKING, cast

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import TooManyFilesSent
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import check_for_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from tocsin.bus.loops.standing import Health, loops_shown
from tocsin.jurisdiction.face import may_anywhere, roles_of
from tocsin.portal.navigation import PHONES
from tocsin.records.face import own_tour
from tocsin.screens.acts import next_of
from tocsin.screens.clock import current_time
from tocsin.screens.home import pieces_of_roles, read_pieces
from tocsin.screens.request import actor_of

if TYPE_CHECKING:
    from tocsin.jurisdiction.rights.rules import Permission

API = "/api/"
LANGUAGE_COOKIE_AGE_S = 365 * 24 * 3600


@login_not_required
@require_GET
def health(request: HttpRequest) -> HttpResponse:
    """200 where this process can read the database; a failure is Django's 500. Tells how the worker's loops stand."""
    loops = loops_shown(now=timezone.now())
    failing = sorted({row.name for row in loops if row.health is Health.FAILING})
    speaks = any(row.health is not Health.SILENT for row in loops)
    return JsonResponse(
        {
            "status": "failing" if failing else "ok",
            "now_ms": settings.CONFIGURATION.clock.now_ms(),
            "worker": "speaks" if speaks else "silent",
            "failing_loops": failing,
        }
    )


@login_not_required
def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """An address that leads nowhere; what it was called is not told back."""
    return _refused(request, _("There is no such page."), 404, "not_found")


@login_not_required
def unreadable(request: HttpRequest, exception: Exception) -> HttpResponse:
    """A request that can't be read: too many files or fields, a broken form."""
    reason = _("The request can't be read.")
    if isinstance(exception, TooManyFilesSent):
        reason = _("A form takes at most %(most)d files: send the others afterwards.") % {
            "most": settings.DATA_UPLOAD_MAX_NUMBER_FILES
        }
    return _refused(request, reason, 400, "invalid_input")


@login_not_required
def foreign_form(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form without the token of its page (CSRF): sent by another site, or by a page that was open for too long."""
    told = _("This form comes from another site or from a page that is too old. Load the page again and send it once more.")
    return _refused(request, told, 403, "not_allowed")


def _refused(request: HttpRequest, reason: str, status: int, code: str) -> HttpResponse:
    """A page that tells the reason; for programs the one form of every error of the API."""
    if request.path.startswith(API):
        return JsonResponse({"code": code, "message": reason, "detail": None}, status=status)
    return render(request, "portal/refused.html", {"reason": reason, "status": status}, status=status)


@never_cache
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """Leads everybody to their own work: `HOMES` of the catalogue, else what waits for them."""
    return redirect(next((page for permission, page in settings.HOMES if may_anywhere(request.user, permission)), "waiting"))


@never_cache
@require_GET
def today(request: HttpRequest) -> HttpResponse:
    """The page on which everybody begins: the pieces of the reader's roles, each read for who holds its permission."""
    user, now = actor_of(request), current_time()
    pieces = [
        one
        for one in pieces_of_roles(role.value for role in roles_of(user))
        if not one.permission or may_anywhere(user, cast("Permission", one.permission))
    ]
    phones = [(words, reverse(name)) for permission, name, words in PHONES if may_anywhere(user, permission)]
    context = {
        "pieces": read_pieces(pieces, user, now),
        "now": now,
        "phones": phones,
        "tour": own_tour(user),
        "begins_tour": "tour" in request.GET,
    }
    return render(request, "portal/today.html", context)


@login_not_required
@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """Keeps the chosen language in a cookie, and with the person where somebody is signed in; back to the page it came from."""
    language = request.POST.get("language", "")
    target = next_of(request, "/")
    if not url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure()):
        target = "/"
    response = HttpResponseRedirect(target)
    if language in dict(settings.LANGUAGES) and check_for_language(language):
        response.set_cookie(settings.LANGUAGE_COOKIE_NAME, language, max_age=LANGUAGE_COOKIE_AGE_S, samesite="Lax")
        if request.user.is_authenticated:
            from tocsin.jurisdiction import face as jurisdiction

            jurisdiction.set_language(user=request.user, language=language)
    return response
