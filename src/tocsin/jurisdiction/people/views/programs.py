"""Who calls: a token in `Authorization` (Bearer, or Basic with the token as the password), a session, or nobody known."""

import base64
import binascii
from typing import TYPE_CHECKING

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.utils import translation
from django.utils.translation import gettext as _

from tocsin.base.errors import InvalidInput, NotAllowed
from tocsin.jurisdiction.people.services.tokens import person_of_token
from tocsin.screens.budgets.requests import count
from tocsin.screens.clock import current_time

if TYPE_CHECKING:
    from tocsin.jurisdiction.people.rules.sessions import SessionVerdict


class WrongToken(NotAllowed):
    """A token that is sent and opens nothing."""

    code = "not_authenticated"


def know_caller(request: HttpRequest) -> None:
    """From here on `request.user` is the token's person, the session's, or nobody; WrongToken for one that opens nothing."""
    if any("\0" in value for values in dict(request.GET.lists()).values() for value in values):
        raise InvalidInput(_("A text must not contain the NUL character."))
    secret = _secret(request.headers.get("Authorization", ""))
    address = request.META.get("REMOTE_ADDR", "")
    if secret is None:
        verdict: SessionVerdict | None = getattr(request, "session_verdict", None)
        if not request.user.is_authenticated or not (verdict is None or verdict.is_open):
            request.user = AnonymousUser()
        return
    user = person_of_token(secret=secret, now=current_time(), address=address)
    if user is None:
        count(stranger=address)
        raise WrongToken(_("This token is unknown or has ended."))
    count(person=user.pk, token=user.token_id)
    request.user = user
    if user.language and "Accept-Language" not in request.headers:
        translation.activate(user.language)


def _secret(header: str) -> str | None:
    """The token of the header; None where none is sent, and an empty one where it can't be read."""
    scheme, _space, rest = header.strip().partition(" ")
    if not scheme:
        return None
    if scheme.lower() == "bearer":
        return rest.strip()
    if scheme.lower() == "basic":
        try:
            return base64.b64decode(rest.strip(), validate=True).decode().partition(":")[2]
        except (binascii.Error, UnicodeDecodeError):
            return ""
    return ""
