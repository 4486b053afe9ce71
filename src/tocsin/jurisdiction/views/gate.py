"""What several pages of rights share: the signed-in person, the permission before a page, an act whose refusal is told."""

from collections.abc import Callable
from functools import wraps

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from tocsin.base.errors import NotAllowed, Refusal
from tocsin.jurisdiction.models import User
from tocsin.jurisdiction.queries import may_anywhere
from tocsin.jurisdiction.rules import Permission

type View = Callable[..., HttpResponse]


def person_of(request: HttpRequest) -> User:
    """The signed-in person; NotAllowed for anybody else (the login gate lets none through)."""
    if not isinstance(request.user, User):
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
