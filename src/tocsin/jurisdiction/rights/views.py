"""The permission before a page."""

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from tocsin.base.errors import NotAllowed
from tocsin.jurisdiction.rights.queries import may_anywhere
from tocsin.jurisdiction.rights.rules import Permission

type View = Callable[..., HttpResponse]


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
