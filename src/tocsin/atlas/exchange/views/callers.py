"""Who asks: a token in `Authorization` (Bearer, or Basic with the token as the password), a session, or nobody known."""

import base64
import binascii
from collections.abc import Callable
from functools import wraps
from http import HTTPStatus

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tocsin.atlas.exchange.services.readings import RowsSpent
from tocsin.base.errors import InvalidInput, NotAllowed, Refusal
from tocsin.jurisdiction.face import person_of_token
from tocsin.jurisdiction.people.rules.sessions import SessionVerdict
from tocsin.screens.acts import Attempt
from tocsin.screens.budgets.requests import TooMuch, count
from tocsin.screens.clock import current_time

type View = Callable[..., HttpResponse]


class WrongToken(NotAllowed):
    """A token that is sent and opens nothing."""

    code = "not_authenticated"


class NotAcceptable(Refusal):
    """No form that there is here is one that the client takes."""

    code = "not_acceptable"


def protocol(view: View) -> View:
    """A document of the protocol: open to strangers, who see what is public; refusals are told as JSON."""

    @login_not_required
    @require_safe
    @wraps(view)
    def answer(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        try:
            with Attempt() as attempt:
                _know_caller(request)
                attempt.answer = view(request, *args, **kwargs)
        except (Http404, ObjectDoesNotExist):
            attempt.answer = problem(
                HTTPStatus.NOT_FOUND, "not_found", _("There is no such object, or your rights do not reach it.")
            )
        if isinstance(attempt.refusal, TooMuch):
            raise attempt.refusal  # told by the portal, with when to come again
        if isinstance(attempt.refusal, Refusal):
            attempt.answer = problem(_status(attempt.refusal), attempt.refusal.code, str(attempt.refusal))
        response: HttpResponse = attempt.answer
        if response.status_code == HTTPStatus.UNAUTHORIZED:
            response["WWW-Authenticate"] = 'Bearer realm="Tocsin", Basic realm="Tocsin"'
        return response

    return answer


def problem(status: HTTPStatus, code: str, message: str) -> HttpResponse:
    """An error in the form of the API, with the members that OGC's clients look for."""
    return JsonResponse({"code": code, "message": message, "detail": None, "description": message}, status=status)


def _status(error: Refusal) -> HTTPStatus:
    match error:
        case WrongToken():
            return HTTPStatus.UNAUTHORIZED
        case NotAllowed():
            return HTTPStatus.FORBIDDEN
        case RowsSpent():
            return HTTPStatus.TOO_MANY_REQUESTS
        case NotAcceptable():
            return HTTPStatus.NOT_ACCEPTABLE
    return HTTPStatus.BAD_REQUEST


def _know_caller(request: HttpRequest) -> None:
    if any("\0" in value for values in dict(request.GET.lists()).values() for value in values):
        raise InvalidInput(_("A text must not contain the NUL character."))
    secret = _secret(request.headers.get("Authorization", ""))
    address = request.META.get("REMOTE_ADDR", "")
    if secret is None:
        verdict = getattr(request, "session_verdict", None)
        if not request.user.is_authenticated or verdict not in (None, SessionVerdict.OPEN):
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
