"""Each request counted before anything is done for it: for its address, then for the person, the token or the strangers there."""

from collections.abc import Awaitable, Callable
from typing import Any, ClassVar

from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from tocsin.portal.later import PROGRAMS, later_answer
from tocsin.screens.budgets.requests import TooMuch, count, under_way

UNCOUNTED = ("/health/",)


class Budgets:
    """The middleware. It stands behind the choice of language and before sessions are read."""

    sync_capable: ClassVar[bool] = True
    async_capable: ClassVar[bool] = True

    def __init__(self, get_response: Callable[[HttpRequest], Any]) -> None:
        self._get_response = get_response
        self._is_async = iscoroutinefunction(get_response)
        if self._is_async:
            markcoroutinefunction(self)

    def __call__(self, request: HttpRequest) -> HttpResponseBase | Awaitable[HttpResponseBase]:
        if self._is_async:
            return self._answer_async(request)
        with under_way():
            answer: HttpResponseBase = self._refused(request) or self._get_response(request)
            return answer

    async def _answer_async(self, request: HttpRequest) -> HttpResponseBase:
        with under_way():
            return self._refused(request) or await self._get_response(request)

    def _refused(self, request: HttpRequest) -> HttpResponseBase | None:
        return _counted(request, address=request.META.get("REMOTE_ADDR", ""))

    def process_view(
        self, request: HttpRequest, view_func: Callable[..., HttpResponseBase], view_args: Any, view_kwargs: Any
    ) -> HttpResponseBase | None:
        """Counts for who is signed in, else for the strangers of the address; a token is counted where it is read."""
        if request.path.startswith(UNCOUNTED) or (request.path.startswith(PROGRAMS) and "Authorization" in request.headers):
            return None
        if request.user.is_authenticated:
            return _counted(request, person=request.user.pk)
        return _counted(request, stranger=request.META.get("REMOTE_ADDR", ""))


def _counted(request: HttpRequest, **whom: Any) -> HttpResponseBase | None:
    try:
        count(**whom)
    except TooMuch as error:
        return later_answer(request, error)
    return None
