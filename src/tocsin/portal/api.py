"""The API: one NinjaAPI, who may call it, and the one shape of its errors. What it holds is named in `catalogue.API_ROUTERS`."""

import json
import logging
from importlib import import_module
from importlib.metadata import version
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import ObjectDoesNotExist, RequestDataTooBig, SuspiciousOperation
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.utils import timezone, translation
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from ninja import NinjaAPI, Router, Schema
from ninja.errors import HttpError, ValidationError
from ninja.operation import Operation
from ninja.parser import Parser
from ninja.security import HttpBearer
from ninja.security.base import AuthBase
from ninja.utils import check_csrf

from tocsin.base.documents import read_json
from tocsin.base.errors import InvalidInput, NotAllowed, Refusal, Unavailable
from tocsin.jurisdiction import face as jurisdiction
from tocsin.jurisdiction.face import Person
from tocsin.jurisdiction.people.rules.sessions import SessionVerdict
from tocsin.portal.catalogue import API_ROUTERS
from tocsin.portal.gone import gone_at_this_address, gone_words
from tocsin.portal.later import busy_answer, later_answer
from tocsin.portal.refusals import status_of
from tocsin.screens.budgets.requests import Busy, TooMuch, count

log = logging.getLogger(__name__)

CODE_OF_STATUS = {400: "invalid_input", 401: "not_authenticated", 403: "not_allowed", 404: "not_found", 405: "not_allowed"}


class Problem(Schema):
    """What every error answers: `code` is stable, `message` is in the reader's language, `detail` says where."""

    code: str
    message: str
    detail: Any = None


class PlainTextParser(Parser):
    """JSON and queries of texts that every database can hold: no NUL characters, no halves of surrogate pairs."""

    def parse_body(self, request: HttpRequest) -> dict[str, Any]:
        if b"\\u0000" in request.body or b"\0" in request.body:
            raise InvalidInput(_("A text must not contain the NUL character."))
        body: dict[str, Any] = read_json(request.body)  # ninja's types look at what it is
        if b"\\ud" in request.body.lower() and not _is_unicode(body):
            raise InvalidInput(_("A text must be Unicode."))
        return body

    def parse_querydict(self, data: MultiValueDict[str, Any], list_fields: list[str], request: HttpRequest) -> dict[str, Any]:
        if any("\0" in str(value) for _key, values in data.lists() for value in values):
            raise HttpError(400, _("A text must not contain the NUL character."))
        return super().parse_querydict(data, list_fields, request)


def _is_unicode(parsed: object) -> bool:
    try:
        json.dumps(parsed, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return True


class PasswordChangeRequired(NotAllowed):
    """The one-time password has not been changed yet."""

    code = "password_change_required"


class SecondStepRequired(NotAllowed):
    """The person's role demands a second step of signing in, which has not been set up yet."""

    code = "second_step_required"


class TokenAuth(HttpBearer):
    """`Authorization: Bearer <token>`: the person of the token, narrowed to its scopes. A wrong token ends the request."""

    def authenticate(self, request: HttpRequest, token: str) -> Person | None:
        user = jurisdiction.person_of_token(secret=token, now=timezone.now(), address=request.META.get("REMOTE_ADDR", ""))
        if user is None:
            count(stranger=request.META.get("REMOTE_ADDR", ""))
            raise HttpError(401, _("This token is unknown or has ended."))
        count(person=user.pk, token=user.token_id)
        request.user = user
        if user.language and "Accept-Language" not in request.headers:
            translation.activate(user.language)
        return user


class SessionAuth(AuthBase):
    """The session of a signed-in browser, with CSRF for everything that writes."""

    openapi_type = "apiKey"
    openapi_in = "cookie"
    openapi_name = "sessionid"
    csrf = True

    def __call__(self, request: HttpRequest) -> Person | None:
        if not request.user.is_authenticated:
            return None
        if check_csrf(request):
            raise HttpError(403, _("The CSRF token is missing or wrong."))
        # set by portal.middleware, which ends what is over
        verdict: SessionVerdict | None = getattr(request, "session_verdict", None)
        if verdict is SessionVerdict.PASSWORD_FIRST:
            raise PasswordChangeRequired(_("Change your one-time password first."))
        if verdict is SessionVerdict.SECOND_STEP_FIRST:
            raise SecondStepRequired(_("Set up the second step of signing in first."))
        return request.user if verdict is not None and verdict.is_open else None


class Programs(NinjaAPI):
    """The API whose operations have a name that stays when code moves: the capability and the function, each pair once."""

    def get_openapi_operation_id(self, operation: Operation) -> str:
        """`<capability>_<function>`, wherever in the capability the function is."""
        function = operation.view_func
        return f"{function.__module__.split('.')[1]}_{function.__name__}"


def build_api() -> NinjaAPI:
    """The API with all routers of the catalogue; closed to whoever is not signed in, by default and without exception."""
    api = Programs(
        title="Tocsin",
        version=version("tocsin"),
        description=(
            "Everything on the screens, for programs. Send `Authorization: Bearer <token>`; a token is made on the account page, "
            "is narrower than its person and has an end. Times are ISO 8601 in UTC. Every error has the form "
            '`{"code", "message", "detail"}`; texts come in the language of `Accept-Language`.'
        ),
        urls_namespace="api",
        auth=[TokenAuth(), SessionAuth()],
        docs_decorator=login_required,
        parser=PlainTextParser(),
    )
    for prefix, names in API_ROUTERS.items():
        for name in names:
            module, attribute = name.split(":")
            router: Router = getattr(import_module(module), attribute)
            api.add_router(f"/{prefix}", router, tags=[prefix])
    add_error_handlers(api)
    return api


def add_error_handlers(api: NinjaAPI) -> None:
    """From here on every error of this API has the form of `Problem`."""

    def answer(request: HttpRequest, status: int, code: str, message: str, detail: Any = None) -> HttpResponse:
        return api.create_response(request, {"code": code, "message": message, "detail": detail}, status=status)

    @api.exception_handler(Refusal)
    def refused(request: HttpRequest, error: Refusal) -> HttpResponse:
        return answer(request, status_of(error), error.code, str(error))

    @api.exception_handler(TooMuch)
    @api.exception_handler(Busy)
    def come_later(request: HttpRequest, error: TooMuch | Busy) -> HttpResponse:
        return later_answer(request, error)

    @api.exception_handler(OperationalError)
    def database_away(request: HttpRequest, error: OperationalError) -> HttpResponse:
        return busy_answer(request, error)

    @api.exception_handler(Unavailable)
    def unavailable(request: HttpRequest, error: Unavailable) -> HttpResponse:
        response = answer(request, 503, "unavailable", str(error))
        response["Retry-After"] = "2"
        return response

    @api.exception_handler(ValidationError)
    def unreadable(request: HttpRequest, error: ValidationError) -> HttpResponse:
        detail = [{"where": ".".join(map(str, one["loc"])), "message": one["msg"]} for one in error.errors]
        return answer(request, 422, "invalid_input", _("The request can't be read."), detail)

    @api.exception_handler(Http404)
    @api.exception_handler(ObjectDoesNotExist)
    def absent(request: HttpRequest, error: Exception) -> HttpResponse:
        grave = gone_at_this_address(request)
        if grave is not None:
            return answer(request, 410, "gone", gone_words(grave), {"number": str(grave), "digest": grave.digest})
        return answer(request, 404, "not_found", _("There is no such object, or your rights do not reach it."))

    @api.exception_handler(RequestDataTooBig)
    def too_large(request: HttpRequest, error: RequestDataTooBig) -> HttpResponse:
        return answer(request, 413, "too_large", _("This request is larger than the server takes."))

    @api.exception_handler(SuspiciousOperation)
    @api.exception_handler(MultiPartParserError)
    def no_request(request: HttpRequest, error: Exception) -> HttpResponse:
        return answer(request, 400, "invalid_input", _("The request can't be read."))

    @api.exception_handler(HttpError)
    def http_error(request: HttpRequest, error: HttpError) -> HttpResponse:
        if isinstance(error.__cause__, Refusal):  # what the parser says of a body, which ninja replaces by a text of its own
            return refused(request, error.__cause__)
        message = _("Sign in, or send a token.") if error.message == "Unauthorized" else error.message
        return answer(request, error.status_code, CODE_OF_STATUS.get(error.status_code, "refused"), message)

    @api.exception_handler(Exception)
    def failed(request: HttpRequest, error: Exception) -> HttpResponse:
        log.error("%s %s failed", request.method, request.path, exc_info=error)
        return answer(request, 500, "internal", _("Something failed inside Tocsin; its log says what."))


api = build_api()
