"""Gates around every page: signed in, with a password of one's own; a refusal told as a page."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.deprecation import MiddlewareMixin
from django.utils.translation import gettext as _

from tocsin.base.errors import InvalidInput, Refusal, Unavailable
from tocsin.portal.refusals import status_of

API = "/api/"


class LoginRequired(LoginRequiredMiddleware):
    """Closed by default: a page opens itself with `login_not_required`. The API answers 401 by itself, see `portal.api`."""

    def process_view(
        self, request: HttpRequest, view_func: Callable[..., HttpResponseBase], view_args: Any, view_kwargs: Any
    ) -> HttpResponseBase | None:
        if request.path.startswith(API):
            return None
        return super().process_view(request, view_func, view_args, view_kwargs) or self._password_first(request, view_func)

    def _password_first(self, request: HttpRequest, view_func: Callable[..., HttpResponseBase]) -> HttpResponseBase | None:
        """A person with a one-time password sees nothing before it is changed."""
        if not getattr(view_func, "login_required", True) or not request.user.is_authenticated:
            return None
        open_page = reverse("change_password")
        if not request.user.must_change_password or request.path in (open_page, reverse("logout")):
            return None
        return HttpResponseRedirect(open_page)


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
