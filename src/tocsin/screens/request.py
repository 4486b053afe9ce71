"""Who asks."""

from typing import TYPE_CHECKING

from django.http import HttpRequest
from django.utils.translation import gettext as _

from tocsin.base.errors import NotAllowed

if TYPE_CHECKING:
    from django.contrib.auth.models import _User

type Actor = "_User"  # the person model of the installation, as the type checker knows it


def actor_of(request: HttpRequest) -> Actor:
    """The signed-in person; NotAllowed for a stranger, whom the gates of pages and API do not let through."""
    if not request.user.is_authenticated:
        raise NotAllowed(_("Sign in, or send a token."))
    return request.user
