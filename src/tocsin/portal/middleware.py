"""Gates around every page: signed in, in a session that is good for it; a refusal told as a page."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth import logout
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.deprecation import MiddlewareMixin
from django.utils.translation import gettext as _

from tocsin.base.errors import InvalidInput, Refusal, Unavailable
from tocsin.jurisdiction import services
from tocsin.jurisdiction.rules.sessions import SessionVerdict
from tocsin.portal.refusals import status_of

API = "/api/"
FIRST_PAGES = {SessionVerdict.PASSWORD_FIRST: "change_password", SessionVerdict.SECOND_STEP_FIRST: "second_step"}


class LoginRequired(LoginRequiredMiddleware):
    """Closed by default: a page opens itself with `login_not_required`. The API answers 401 by itself, see `portal.api`."""

    def process_view(
        self, request: HttpRequest, view_func: Callable[..., HttpResponseBase], view_args: Any, view_kwargs: Any
    ) -> HttpResponseBase | None:
        verdict = self._keep_session(request)
        if request.path.startswith(API):
            return None
        return super().process_view(request, view_func, view_args, view_kwargs) or self._first(request, view_func, verdict)

    def _keep_session(self, request: HttpRequest) -> SessionVerdict | None:
        """The verdict upon the session of who is signed in, None for strangers; a session that is over makes one a stranger."""
        if not request.user.is_authenticated:
            return None
        verdict = services.keep_session(user=request.user, session=request.session, now=timezone.now())
        if verdict.is_over:
            logout(request)
            return None
        request.session_verdict = verdict  # type: ignore[attr-defined]  # asked for by portal.api
        return verdict

    def _first(
        self, request: HttpRequest, view_func: Callable[..., HttpResponseBase], verdict: SessionVerdict | None
    ) -> HttpResponseBase | None:
        """Who must change a one-time password or set up a second step sees nothing before."""
        if verdict not in FIRST_PAGES or not getattr(view_func, "login_required", True):
            return None
        page = reverse(FIRST_PAGES[verdict])
        return None if request.path in (page, reverse("logout")) else HttpResponseRedirect(page)


class RefusalPages(MiddlewareMixin):
    """A refusal that a page did not answer itself becomes a page that tells the reason, never a failure."""

    def process_view(
        self, request: HttpRequest, view_func: Callable[..., HttpResponseBase], view_args: Any, view_kwargs: Any
    ) -> HttpResponseBase | None:
        """PostgreSQL's texts can't hold a NUL character, and no form sends one: refused before it gets so far."""
        if request.path.startswith(API):
            return None
        sent = [request.GET, request.POST] if request.method == "POST" else [request.GET]
        if any("\0" in str(value) for fields in sent for _name, values in fields.lists() for value in values):
            return self.process_exception(request, InvalidInput(_("A text must not contain the NUL character.")))
        return None

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponseBase | None:
        """The page of a refusal; None, so Django's own way, for anything else."""
        if not isinstance(exception, Refusal | Unavailable):
            return None
        status = status_of(exception)
        return render(request, "refused.html", {"reason": str(exception), "status": status}, status=status)


class PrivateAnswers(MiddlewareMixin):
    """What a view did not say of its answer: no browser or proxy keeps it, and its page gets no device but the place.

    Static files are answered before.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Adds the two headers where they are absent."""
        response.headers.setdefault("Cache-Control", "no-store")
        response.headers.setdefault("Permissions-Policy", "geolocation=(self), camera=(), microphone=(), payment=(), usb=()")
        return response
