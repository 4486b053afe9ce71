"""The two gates before every page: signed in, and with a password of one's own."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

API = "/api/"


class LoginRequired(LoginRequiredMiddleware):
    """Closed by default: a page opens itself with `login_not_required`. The API answers 401 by itself, see `portal.api`."""

    def process_view(
        self, request: HttpRequest, view_func: Callable[..., HttpResponse], view_args: Any, view_kwargs: Any
    ) -> HttpResponse | None:
        if request.path.startswith(API):
            return None
        return super().process_view(request, view_func, view_args, view_kwargs) or self._password_first(request, view_func)

    def _password_first(self, request: HttpRequest, view_func: Callable[..., HttpResponse]) -> HttpResponse | None:
        """A person with a one-time password sees nothing before it is changed."""
        if not getattr(view_func, "login_required", True) or not request.user.is_authenticated:
            return None
        open_page = reverse("change_password")
        if not request.user.must_change_password or request.path in (open_page, reverse("logout")):
            return None
        return HttpResponseRedirect(open_page)
