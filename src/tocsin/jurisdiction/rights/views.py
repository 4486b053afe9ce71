"""What several pages of rights share: the signed-in person, the permission before a page, an act whose refusal is told."""

from collections.abc import Callable
from datetime import date
from functools import wraps
from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.auth import get_user_model
from django.http import HttpRequest, HttpResponse
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from tocsin.base.errors import NotAllowed, Refusal
from tocsin.jurisdiction.rights.queries import may_anywhere
from tocsin.jurisdiction.rights.rules import Permission

if TYPE_CHECKING:
    from django.contrib.auth.models import _User

type View = Callable[..., HttpResponse]


def person_of(request: HttpRequest) -> "_User":
    """The signed-in person; NotAllowed for anybody else (the login gate lets none through)."""
    if not isinstance(request.user, get_user_model()):
        raise NotAllowed(_("Sign in, or send a token."))
    return request.user


def needs(permission: Permission) -> Callable[[View], View]:
    """A page that opens only to who holds the permission somewhere; NotAllowed becomes the page of refusals."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
            if not may_anywhere(request.user, permission):
                raise NotAllowed(_("This page needs the permission %(permission)s.") % {"permission": permission})
            return view(request, *args, **kwargs)

        return guarded

    return decorate


def told(request: HttpRequest, act: Callable[[], object], success: str) -> bool:
    """Does the act and leaves a message of success or of the refusal for the next page; True where it was done."""
    try:
        act()
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return False
    messages.success(request, success)
    return True


def parse_day(text: str) -> date | None:
    """The day of `2026-01-05`; None for an empty text or one that can't be read."""
    try:
        return parse_date(text.strip())
    except ValueError:
        return None


def whole(request: HttpRequest, name: str, default: int = 1) -> int:
    """A whole number of a form, the default where the field is empty, 0 where it can't be read."""
    text = request.POST.get(name, "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0 if text else default
