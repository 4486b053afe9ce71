"""The answer to who asks too often, or while too much is asked: one sentence and when to come again. Costs no database."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string

from tocsin.base.errors import TocsinError
from tocsin.portal.refusals import status_of
from tocsin.screens.budgets.requests import Busy, TooMuch

PROGRAMS = ("/api/", "/live/")


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


def problem_of(error: TooMuch | Busy) -> dict[str, object]:
    """The same as the API's errors are told."""
    return {"code": code_of(error), "message": str(error), "detail": {"retry_after_s": error.retry_after_s}}


def code_of(error: TocsinError) -> str:
    """What programs tell errors apart by."""
    return error.code if isinstance(error, TooMuch) else "unavailable"
