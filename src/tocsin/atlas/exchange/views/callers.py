"""Who asks (`jurisdiction.face.know_caller`), and how a refusal is told to a program."""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tocsin.atlas.exchange.services.readings import RowsSpent
from tocsin.base.errors import NotAllowed, Refusal
from tocsin.jurisdiction.face import WrongToken, know_caller
from tocsin.screens.acts import Attempt
from tocsin.screens.budgets.requests import TooMuch

type View = Callable[..., HttpResponse]


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
                know_caller(request)
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
