"""The answer to who asks too often, or while too much is asked: one sentence and when to come again. Costs no database."""

import logging
from http import HTTPStatus

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from tocsin.base.errors import TocsinError
from tocsin.portal.refusals import status_of
from tocsin.screens.budgets.requests import Busy, TooMuch

log = logging.getLogger(__name__)

PROGRAMS = ("/api/", "/live/", "/ogc/", "/sensorthings/")


def later_answer(request: HttpRequest, error: TooMuch | Busy) -> HttpResponse:
    """429 or 503 with Retry-After: JSON for programs, the sentence alone for a part of a page, else a page of its own."""
    status, reason = status_of(error), str(error)
    response: HttpResponse
    if request.path.startswith(PROGRAMS) or "application/json" in request.headers.get("Accept", ""):
        response = JsonResponse(problem_of(error), status=status)
    elif "HX-Request" in request.headers:
        response = HttpResponse(reason, status=status, content_type="text/plain; charset=utf-8")
    else:
        again = request.get_full_path() if request.method == "GET" else ""
        context = {"reason": reason, "again": again, "crowded": status == HTTPStatus.SERVICE_UNAVAILABLE}
        page = render_to_string("portal/later.html", context)
        response = HttpResponse(page, status=status)
    response._has_been_logged = True  # type: ignore[attr-defined]  # `RefusalsTold` tells it, and not each
    response["Retry-After"] = str(error.retry_after_s)
    return response


def busy_answer(request: HttpRequest, error: OperationalError) -> HttpResponse:
    """503 where the database was busy for longer than a request waits, or is away: the transaction was taken back."""
    view = request.resolver_match.view_name if request.resolver_match else ""
    log.warning("the database could not answer %s of %s: %s", request.method, view, error)
    return later_answer(request, Busy(_("The database is busy. Nothing was changed; please try again in a moment.")))


def problem_of(error: TooMuch | Busy) -> dict[str, object]:
    """The same as the API's errors are told."""
    return {"code": code_of(error), "message": str(error), "detail": {"retry_after_s": error.retry_after_s}}


def code_of(error: TocsinError) -> str:
    """What programs tell errors apart by."""
    return error.code if isinstance(error, TooMuch) else "unavailable"
