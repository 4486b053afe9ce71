"""In and out: the password, then the code where the person has a second step."""

from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.contrib import auth
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from tocsin.base.errors import Unavailable
from tocsin.jurisdiction.people import queries
from tocsin.jurisdiction.people.models import User
from tocsin.jurisdiction.people.policy import policy
from tocsin.jurisdiction.people.services import logins as services
from tocsin.jurisdiction.people.services.browsers import remember_browser, source_of
from tocsin.jurisdiction.people.services.passkeys import ask_to_sign_in, check_passkey, unknown_passkey
from tocsin.jurisdiction.people.services.second_step import check_second_step
from tocsin.jurisdiction.people.services.sessions import begin_session, forget_browser
from tocsin.jurisdiction.rights.models import ROLE_NAMES
from tocsin.screens.acts import next_of
from tocsin.screens.forms import read_form

LANGUAGE_COOKIE_AGE_S = 365 * 24 * 3600
FIRST_STEP = "first_step"  # in the session between password and code


@login_not_required
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def login(request: HttpRequest) -> HttpResponse:
    """User name and password; then to where the person was going. The answer never says which of the two was wrong."""
    target = target_of(request)
    if request.method == "GET":
        if request.user.is_authenticated:
            return HttpResponseRedirect(target)
        return _page(request, target)
    username = request.POST.get("username", "").strip().lower()
    password = request.POST.get("password", "")
    try:
        user = services.sign_in_by_password(
            request=request, username=username, password=password, source=source_of(request), now=timezone.now()
        )
    except services.TooManyFailures as refusal:
        return _page(request, target, error=str(refusal), status=429)
    except Unavailable as busy:
        return _page(request, target, error=str(busy), status=503)
    if user is None:
        return _page(request, target, error=_("User name or password is wrong."), status=403)
    return go_on(request, user, next_page=target)


def go_on(request: HttpRequest, user: User, *, next_page: str, provider: bool = False) -> HttpResponse:
    """The first step is done, by password or by a provider: to the second where there is one, else in.

    That a provider asks for a second step is believed of nobody who is an administrator: it would hold their powers alone.
    """
    openid = settings.CONFIGURATION.openid
    vouched = provider and openid is not None and openid.second_step and not queries.is_administrator(user)
    if queries.has_second_step(user) and not vouched:
        request.session.cycle_key()
        request.session[FIRST_STEP] = {
            "user": str(user.pk),
            "at": timezone.now().timestamp(),
            "next": next_page,
            "provider": provider,
        }
        return redirect("login_code")
    return _enter(request, user, next_page, second_step=vouched, provider=provider)


@login_not_required
@never_cache
@sensitive_post_parameters("code")
@require_http_methods(["GET", "POST"])
def login_code(request: HttpRequest) -> HttpResponse:
    """The code of the app, or a recovery code; back to the password where that was too long ago."""
    first = request.session.get(FIRST_STEP)
    now = timezone.now()
    if not first or first["at"] + policy().second_step.wait_s <= now.timestamp():
        request.session.pop(FIRST_STEP, None)
        return redirect("login")
    user = User.objects.select_related("organisation").filter(pk=UUID(first["user"]), is_active=True).first()
    if user is None:
        return redirect("login")
    if request.method == "GET":
        return _code_page(request, user)
    source, answer = source_of(request), request.POST.get("answer", "")
    try:
        if answer:
            right = check_passkey(user=user, answer=answer, source=source, now=now)
        else:
            right = check_second_step(user=user, code=request.POST.get("code", ""), source=source, now=now)
    except services.TooManyFailures as refusal:
        return _code_page(request, user, error=str(refusal), status=429)
    if not right:
        error = unknown_passkey() if answer else _("This code is wrong.")
        return _code_page(request, user, error=error, status=403)
    return _enter(request, user, first["next"], second_step=True, provider=first["provider"])


@dataclass(frozen=True)
class LeaveForm:
    """What the browser says of itself as its person leaves: how many entries wait sealed, and where its push came from."""

    unsent: int = 0
    push: str = ""


def enter_by_passkey(request: HttpRequest, user: User) -> HttpResponse:
    """In by a passkey with PIN, finger or face: both steps at once."""
    return _enter(request, user, target_of(request), second_step=True, provider=False)


def target_of(request: HttpRequest) -> str:
    """Where somebody was going when the sign-in came between."""
    return _target(request, next_of(request) or request.GET.get("next") or "")


@require_POST
def logout(request: HttpRequest) -> HttpResponse:
    """Ends the session; back to the login page. The browser forgets what it kept of it, and gets no push any more.

    Where a phone page kept entries that could not be sent, it has sealed them to their person (`web/src/field/seal.ts`) and says
    so: then storage is left alone, for nothing that was entered may vanish.
    """
    form = read_form(LeaveForm, request.POST)
    if form.push and isinstance(request.user, User):
        forget_browser(user=request.user, endpoint=form.push)
    auth.logout(request)
    response = HttpResponseRedirect(settings.LOGOUT_REDIRECT_URL or "/")
    response["Clear-Site-Data"] = '"cache"' if form.unsent else '"cache", "storage"'
    return response


def _enter(request: HttpRequest, user: User, next_page: str, *, second_step: bool, provider: bool) -> HttpResponse:
    if user.locked_at is not None:
        return _page(request, next_page, error=services.locked_words(), status=403)
    begin_session(request=request, user=user, second_step=second_step, provider=provider)
    request.session.pop(FIRST_STEP, None)
    response = HttpResponseRedirect(_target(request, next_page))
    remember_browser(request=request, response=response, user=user, now=timezone.now())
    if user.language:
        response.set_cookie(settings.LANGUAGE_COOKIE_NAME, user.language, max_age=LANGUAGE_COOKIE_AGE_S, samesite="Lax")
    return response


def _code_page(request: HttpRequest, user: User, *, error: str = "", status: int = 200) -> HttpResponse:
    """The second step: a passkey for who has one, and a code; of who has no app it is a recovery code."""
    passkeys = queries.passkeys_of(user).exists()
    context = {"error": error, "options": ask_to_sign_in(user) if passkeys else None, "has_app": queries.has_app(user)}
    return render(request, "jurisdiction/people/login_code.html", context, status=status)


def _page(request: HttpRequest, target: str, *, error: str = "", status: int = 200) -> HttpResponse:
    openid = settings.CONFIGURATION.openid
    offered = _shown_around()
    asked = request.GET.get("tour", "")
    begins = any(one.username == asked for one in offered)
    context = {
        "next": f"{reverse('today')}?tour=1" if begins else target,
        "error": error,
        "username": asked if begins else request.POST.get("username", ""),
        "provider": openid.name if openid else "",
        "shown_around": offered,
    }
    return render(request, "jurisdiction/people/login.html", context, status=status)


@dataclass(frozen=True)
class ShownAround:
    """Somebody of a demonstration as whom one is shown around."""

    username: str
    role: str


def _shown_around() -> list[ShownAround]:
    """Whom the setting TOCSIN_SHOW_AROUND offers to everybody who reaches the page; usually nobody."""
    names = settings.CONFIGURATION.shown_around
    found = queries.people_with_roles(names) if names else []
    return [ShownAround(user.username, ", ".join(str(ROLE_NAMES[role]) for role in roles)) for user, roles in found]


def _target(request: HttpRequest, target: str) -> str:
    """Where to go afterwards: a page of this site only; who was going nowhere in particular goes to their own work."""
    allowed = target != "/" and url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    return target if allowed else settings.LOGIN_REDIRECT_URL
