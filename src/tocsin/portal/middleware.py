"""Gates around every page: signed in, in a session that is good for it; a refusal told as a page."""

import logging
import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.core.exceptions import ObjectDoesNotExist
from django.db import OperationalError
from django.http import HttpRequest, HttpResponseNotAllowed, HttpResponseRedirect
from django.http.request import RawPostDataException
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.deprecation import MiddlewareMixin
from django.utils.translation import gettext as _

from tocsin.base.addresses import network_of
from tocsin.base.errors import InvalidInput, Refusal, Unavailable
from tocsin.jurisdiction import face as jurisdiction
from tocsin.jurisdiction.people.rules.sessions import SessionVerdict
from tocsin.portal.gone import gone_at_this_address, gone_page
from tocsin.portal.later import busy_answer, later_answer
from tocsin.portal.log_throttle import Throttle
from tocsin.portal.refusals import status_of
from tocsin.screens.budgets.requests import Busy, TooMuch

log = logging.getLogger(__name__)

API = "/api/"
REFUSE_THEMSELVES = (API, "/ogc/", "/sensorthings/")  # what a program sent and can't be read is told as JSON
TOLD = (401, 403, 429, 503)
NAMELESS = "/hazard/"  # who reports a hazard leaves no address
TOLD_LATELY = Throttle(of_one=5, of_all=300)
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
        verdict = jurisdiction.keep_session(user=request.user, session=request.session, now=timezone.now())
        if verdict.is_over:
            logout(request)
            request.session_has_ended = True  # type: ignore[attr-defined]
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
        return None if request.path.startswith(page) or request.path == reverse("logout") else HttpResponseRedirect(page)


class RefusalPages(MiddlewareMixin):
    """A refusal that a page did not answer itself becomes a page that tells the reason, never a failure."""

    def process_view(
        self, request: HttpRequest, view_func: Callable[..., HttpResponseBase], view_args: Any, view_kwargs: Any
    ) -> HttpResponseBase | None:
        """PostgreSQL's texts can't hold a NUL character, and no form sends one: refused before it gets so far."""
        if request.path.startswith(REFUSE_THEMSELVES):
            return None
        sent = [request.GET, request.POST] if request.method == "POST" else [request.GET]
        if any("\0" in str(value) for fields in sent for _name, values in fields.lists() for value in values):
            return self.process_exception(request, InvalidInput(_("A text must not contain the NUL character.")))
        return None

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponseBase | None:
        """The page of a refusal, or of an object that is not there for this person; None, so Django's own way, for the rest."""
        if isinstance(exception, ObjectDoesNotExist):
            grave = gone_at_this_address(request)
            if grave is not None:
                return gone_page(request, grave)
            reason, status = _("There is no such object, or your rights do not reach it."), 404
        elif isinstance(exception, RawPostDataException):  # a form, where a page reads JSON
            reason, status = _("The form can't be read."), 400
        elif isinstance(exception, OperationalError):
            return busy_answer(request, exception)
        elif isinstance(exception, TooMuch | Busy):
            return later_answer(request, exception)
        elif isinstance(exception, Refusal | Unavailable):
            reason, status = str(exception), status_of(exception)
        else:
            return None
        return render(request, "portal/refused.html", {"reason": reason, "status": status}, status=status)

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Who opens an address that only takes forms (a page left open, a link kept) reads so, not a blank page."""
        if (
            not isinstance(response, HttpResponseNotAllowed)
            or request.method != "GET"
            or request.path.startswith(REFUSE_THEMSELVES)
        ):
            return response
        context = {"reason": _("This address only takes what a form sends. Go back to the page of the form."), "status": 405}
        page = render(request, "portal/refused.html", context, status=405)
        for name, value in response.headers.items():  # of the middleware below: frames, what is allowed
            page.headers.setdefault(name, value)
        return page


class PrivateAnswers(MiddlewareMixin):
    """What a view did not say of its answer: no browser or proxy keeps it, its page gets no device but the place, and behind
    HTTPS no cookie goes without.

    Static files are answered before.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Adds what is absent."""
        response.headers.setdefault("Cache-Control", "no-store")
        if getattr(request, "session_has_ended", False):  # the rest: web/src/field/leave.ts
            response.headers.setdefault("Clear-Site-Data", '"cache"')
        response.headers.setdefault("Permissions-Policy", "geolocation=(self), camera=(), microphone=(), payment=(), usb=()")
        for cookie in response.cookies.values():
            cookie["secure"] = cookie["secure"] or settings.SESSION_COOKIE_SECURE
        return response


class RefusalsTold(MiddlewareMixin):
    """A refusal that says something of who asks is written down: not signed in, not allowed, too often, too many at work."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """One line in the log, of one offender a few in a minute; address and path are what a stranger may write, `portal.logs`
        keeps them on it.
        """
        if response.status_code not in TOLD:
            return response
        person = getattr(request, "user", None)
        who = person.get_username() if person is not None and person.is_authenticated else "a stranger"
        address = request.META.get("REMOTE_ADDR", "")
        if request.path.startswith(NAMELESS):
            address = "anywhere"
        silent = TOLD_LATELY.tell(f"{who} {network_of(address)} {response.status_code}", time.monotonic())
        if silent is not None:
            where, more = _without_token(request), f" (and {silent} more in the minute before)" if silent else ""
            log.warning("%s %s by %s from %s: refused with %d%s", request.method, where, who, address, response.status_code, more)
        return response


def _without_token(request: HttpRequest) -> str:
    """The path; of a one-time link its form, because the path is the key."""
    match = request.resolver_match
    return f"/{match.route}" if match is not None and "token" in match.kwargs else request.path
