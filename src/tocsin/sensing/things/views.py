"""The protocol: the service's document, sets, entities, properties."""

import hashlib
from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any

import msgspec
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ObjectDoesNotExist
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from tocsin.base.errors import NotAllowed, Refusal, TocsinError, Unavailable
from tocsin.jurisdiction.face import WrongToken, know_caller, may_anywhere
from tocsin.screens.acts import Attempt
from tocsin.screens.budgets.requests import Busy, TooMuch, charged
from tocsin.screens.clock import current_time
from tocsin.sensing.things.queries.answers import answer_of
from tocsin.sensing.things.queries.registry import Page
from tocsin.sensing.things.rules.addresses import Address, Ending, NoSuchAddress, read_address
from tocsin.sensing.things.rules.options import KNOWN, Question, read_options
from tocsin.sensing.things.rules.tree import Unsupported
from tocsin.sensing.things.shown import documents

type View = Callable[..., HttpResponse]

OF_ONE = frozenset({"$select", "$expand"})
VARIES = ("Accept-Language", "Authorization", "Cookie")
STATUSES: tuple[tuple[type[TocsinError], HTTPStatus], ...] = (
    (WrongToken, HTTPStatus.UNAUTHORIZED),
    (NotAllowed, HTTPStatus.FORBIDDEN),
    (NoSuchAddress, HTTPStatus.NOT_FOUND),
    (Unsupported, HTTPStatus.NOT_IMPLEMENTED),
    (Refusal, HTTPStatus.BAD_REQUEST),
    (Unavailable, HTTPStatus.SERVICE_UNAVAILABLE),
)


class NotSignedIn(WrongToken):
    """Nobody known asks."""


def protocol(view: View) -> View:
    """A document of the protocol: who is not known gets 401, whatever is refused is told in the standard's form."""

    @login_not_required
    @csrf_exempt
    @wraps(view)
    def answer(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        try:
            with Attempt(temporarily=True) as attempt:
                attempt.answer = _read_only(request) or _known(request, view, *args, **kwargs)
        except ObjectDoesNotExist:
            attempt.answer = problem(
                HTTPStatus.NOT_FOUND, "not_found", _("There is no such object, or your rights do not reach it.")
            )
        refusal = attempt.refusal
        if isinstance(refusal, TooMuch | Busy):
            raise refusal  # told by the portal, with when to come again
        if refusal is not None:
            status = next(status for kind, status in STATUSES if isinstance(refusal, kind))
            attempt.answer = problem(status, getattr(refusal, "code", "unavailable"), str(refusal))
        response: HttpResponse = attempt.answer
        if response.status_code == HTTPStatus.UNAUTHORIZED:
            response["WWW-Authenticate"] = 'Bearer realm="Tocsin", Basic realm="Tocsin"'
        response["Cache-Control"] = "private, no-cache"
        patch_vary_headers(response, VARIES)
        return _tagged(request, response)

    return answer


def _tagged(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """A document under the mark of its bytes: who has it already gets 304 and nothing more."""
    if response.status_code != HTTPStatus.OK:
        return response
    tag = f'W/"{hashlib.blake2b(response.content, digest_size=16).hexdigest()}"'
    response["ETag"] = tag
    return get_conditional_response(request, etag=tag, response=response) or response


def _known(request: HttpRequest, view: View, *args: object, **kwargs: object) -> HttpResponse:
    know_caller(request)
    return view(request, *args, **kwargs)


def _read_only(request: HttpRequest) -> HttpResponse | None:
    """The answer to whoever wants to write: the registry is kept on its own pages."""
    if request.method in ("GET", "HEAD"):
        return None
    text = _("This address is for reading: devices post to the HTTP door, and the registry is kept on the page Devices.")
    response = problem(HTTPStatus.METHOD_NOT_ALLOWED, "not_allowed_here", text)
    response["Allow"] = "GET, HEAD"
    return response


def problem(status: HTTPStatus, code: str, message: str) -> HttpResponse:
    """An error as OData's JSON has it; `code` and `message` beside it are those of the API."""
    return _json({"error": {"code": code, "message": message}, "code": code, "message": message}, status)


def _json(told: Any, status: HTTPStatus = HTTPStatus.OK) -> HttpResponse:
    return HttpResponse(msgspec.json.encode(told), content_type="application/json", status=status)


def _root(request: HttpRequest) -> str:
    return request.build_absolute_uri(reverse("sensorthings")).rstrip("/")


@protocol
def service(request: HttpRequest) -> HttpResponse:
    """Every set, and which classes of the standard hold. It tells nothing of the city and so is open."""
    return _json(documents.service(_root(request)))


@protocol
@charged
def entities(request: HttpRequest, address: str) -> HttpResponse:
    """What the address leads to."""
    where = read_address(address)
    _require(request)
    sent = {name: [str(value) for value in values] for name, values in request.GET.lists()}
    question = read_options(where.entity, sent, _allowed(where))
    if where.entity.name == "Observations" or question.tells("Observations"):
        _require_history(request)
    page = answer_of(request.user, where, question, current_time())
    return _answer(request, where, question, page)


def _require(request: HttpRequest) -> None:
    if not request.user.is_authenticated:
        raise NotSignedIn(_("Send a token: Authorization: Bearer …"))
    if not may_anywhere(request.user, "sensors.see"):
        raise NotAllowed(_("Your rights do not reach sensors."))


def _require_history(request: HttpRequest) -> None:
    if not may_anywhere(request.user, "history.see"):
        raise NotAllowed(_("Your rights do not reach the history of readings."))


def _allowed(where: Address) -> frozenset[str]:
    if where.is_set:
        return KNOWN
    return OF_ONE if where.ending is Ending.WHOLE else frozenset()


def _answer(request: HttpRequest, where: Address, question: Question, page: Page) -> HttpResponse:
    root, base = _root(request), request.build_absolute_uri("/").rstrip("/")
    sensors, here = documents.sensor_page(base), request.build_absolute_uri(request.path)
    if where.ending is Ending.REFERENCES:
        return _json(documents.references(root, here, question, page))
    if where.is_set:
        return _json(documents.whole_set(root, sensors, here, question, page))
    row = page.rows[0]
    if where.ending is Ending.WHOLE:
        return _json(documents.describe(root, sensors, question, row))
    value = documents.property_of(question, sensors, row, where.property_name)
    if where.ending is Ending.PROPERTY:
        return (
            HttpResponse(status=HTTPStatus.NO_CONTENT)
            if value is None
            else _json({where.property_name.rpartition("/")[2]: value})
        )
    return _raw(value)


def _raw(value: Any) -> HttpResponse:
    """The bare value: text as it is, all else as JSON writes it; 204 for none."""
    if value is None:
        return HttpResponse(status=HTTPStatus.NO_CONTENT)
    text = value if isinstance(value, str) else msgspec.json.encode(value).decode()
    return HttpResponse(text, content_type="text/plain; charset=utf-8")
