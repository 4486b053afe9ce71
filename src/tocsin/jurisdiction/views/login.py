"""In and out."""

from django.conf import settings
from django.contrib import auth
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from tocsin.jurisdiction import services
from tocsin.jurisdiction.models import User

LANGUAGE_COOKIE_AGE_S = 365 * 24 * 3600


@login_not_required
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def login(request: HttpRequest) -> HttpResponse:
    """User name and password; then to where the person was going. The answer never says which of the two was wrong."""
    target = _target(request)
    if request.method == "GET":
        if request.user.is_authenticated:
            return HttpResponseRedirect(target)
        return render(request, "jurisdiction/login.html", {"next": target})
    username = request.POST.get("username", "").strip().lower()
    address = request.META.get("REMOTE_ADDR", "")
    now = timezone.now()
    try:
        services.check_brake(username=username, address=address, now=now)
    except services.TooManyFailures as refusal:
        return _again(request, str(refusal), status=429)
    user = auth.authenticate(request, username=username, password=request.POST.get("password", ""))
    if not isinstance(user, User):
        services.record_failure(username=username, address=address, now=now)
        return _again(request, _("User name or password is wrong."), status=403)
    auth.login(request, user)
    services.record_login(user=user, address=address)
    response = HttpResponseRedirect(target)
    if user.language:
        response.set_cookie(settings.LANGUAGE_COOKIE_NAME, user.language, max_age=LANGUAGE_COOKIE_AGE_S, samesite="Lax")
    return response


@require_POST
def logout(request: HttpRequest) -> HttpResponse:
    """Ends the session; back to the login page."""
    auth.logout(request)
    return HttpResponseRedirect(settings.LOGOUT_REDIRECT_URL or "/")


def _again(request: HttpRequest, error: str, status: int) -> HttpResponse:
    context = {"next": _target(request), "error": error, "username": request.POST.get("username", "")}
    return render(request, "jurisdiction/login.html", context, status=status)


def _target(request: HttpRequest) -> str:
    """Where to go afterwards: a page of this site only."""
    target = request.POST.get("next") or request.GET.get("next") or settings.LOGIN_REDIRECT_URL
    allowed = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    return target if allowed else settings.LOGIN_REDIRECT_URL
