"""Setting up the second step of signing in: by one's own wish, or before anything else where the role demands it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from tocsin.jurisdiction.people import queries
from tocsin.jurisdiction.people.models import User
from tocsin.jurisdiction.people.services import second_step as services
from tocsin.jurisdiction.people.services.browsers import source_of
from tocsin.jurisdiction.people.services.logins import check_password
from tocsin.jurisdiction.people.services.sessions import note_second_step, second_step_comes_first
from tocsin.screens.acts import Attempt
from tocsin.screens.request import actor_of

SECRET = "second_step_secret"  # noqa: S105 - a key of the session: what is shown as a picture until its first code comes, sealed


@never_cache
@sensitive_post_parameters("password", "code")
@require_http_methods(["GET", "POST"])
def second_step(request: HttpRequest) -> HttpResponse:
    """The secret as a picture, its first code, then the recovery codes, this once."""
    user = actor_of(request)
    secret = request.session.setdefault(SECRET, services.new_second_step_secret())
    if request.method == "GET":
        return _page(request, user, secret)
    with Attempt(temporarily=True) as attempt:
        _check_password(request, user)
        codes = services.set_up_second_step(
            user=user,
            secret=secret,
            code=request.POST.get("code", ""),
            session_key=request.session.session_key or "",
            now=timezone.now(),
        )
        del request.session[SECRET]
        note_second_step(request=request)
        return render(request, "jurisdiction/people/recovery_codes.html", {"codes": codes})
    return _page(request, user, secret, error=attempt.reason)


def _check_password(request: HttpRequest, user: User) -> None:
    """Who sets up or replaces a second step shows the password: a screen that was left open must not be enough."""
    if not user.has_usable_password():
        return
    check_password(user=user, password=request.POST.get("password", ""), source=source_of(request), now=timezone.now())


def _page(request: HttpRequest, user: User, sealed: str, *, error: str = "") -> HttpResponse:
    secret = services.shown_secret(sealed)
    has_one = queries.has_app(user)
    context = {
        "picture": services.draw_second_step(user, secret),
        "secret": " ".join(secret[k : k + 4] for k in range(0, len(secret), 4)),
        "first": second_step_comes_first(request) and not queries.has_second_step(user),
        "has_one": has_one,
        "error": error,
    }
    return render(request, "jurisdiction/people/second_step.html", context, status=400 if error else 200)
