"""One way to carry out what a person does on a page, and to tell a refusal.

A refusal does not pass the act: it is told as a message on the page that follows, or by the page that asked. What does not exist
for the person (DoesNotExist, Http404) passes on; the portal makes a page of it.
"""

from collections.abc import Callable, Mapping
from functools import wraps
from types import TracebackType
from typing import Any, Self

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from tocsin.base.errors import InvalidInput, NotAllowed, Refusal, Unavailable
from tocsin.base.tracing import span
from tocsin.screens.forms import fields_of

type Act = Callable[..., Any]
type View = Callable[..., HttpResponse | str | None]


class Attempt:
    """An act as a block: `with Attempt(request) as attempt: …`.

    With a request the refusal is a message of the next page; without one the page shows `reason`. `temporarily` also takes what
    does not answer now for a refusal.
    """

    def __init__(self, request: HttpRequest | None = None, *, temporarily: bool = False) -> None:
        self.refusal: Refusal | Unavailable | None = None
        self.answer: Any = None  # what the act of a table answered
        self._request = request
        self._kinds = (Refusal, Unavailable) if temporarily else (Refusal,)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> bool:
        if isinstance(error, self._kinds):
            self.refusal = error
            if self._request is not None:
                messages.error(self._request, str(error))
            return True
        return False

    @property
    def done(self) -> bool:
        """Whether nothing was refused."""
        return self.refusal is None

    @property
    def reason(self) -> str:
        """The refusal in words, empty where there is none."""
        return "" if self.refusal is None else str(self.refusal)

    @property
    def status(self) -> int:
        """The HTTP status of a page that shows the reason itself: 200, 403, 400, or 409 for a refusal of another kind."""
        if self.refusal is None:
            return 200
        return 403 if isinstance(self.refusal, NotAllowed) else 400 if isinstance(self.refusal, InvalidInput) else 409


def perform(request: HttpRequest, acts: Mapping[str, Act], name: str, *args: object, **given: object) -> Attempt:
    """Does the act of that name in a table, with its keyword-only parameters from the form; Http404 for a name that is not there.

    A service stands in a table itself only where whoever may post may fill in all that it takes beside `given`.
    """
    if name not in acts:
        raise Http404
    with span("act", act=name), Attempt() as attempt:
        attempt.answer = acts[name](*args, **given, **fields_of(acts[name], request.POST, given))
    return attempt


def perform_and_tell(request: HttpRequest, acts: Mapping[str, Act], name: str, *args: object, **given: object) -> Attempt:
    """The same with the refusal, or the words that the act returns, as a message of the page that follows."""
    attempt = perform(request, acts, name, *args, **given)
    if not attempt.done:
        messages.error(request, attempt.reason)
    elif isinstance(attempt.answer, str):
        messages.success(request, attempt.answer)
    return attempt


def next_of(request: HttpRequest, otherwise: str = "") -> str:
    """What a form says of where to go afterwards: its field `next`, not yet trusted."""
    return str(request.POST.get("next", otherwise))


def act(back: str | Callable[..., HttpResponse], *, alone: bool = False) -> Callable[[View], Callable[..., HttpResponse]]:
    """A view that does one thing: POST, its keyword-only parameters from the form, a refusal told on the page that follows.

    A view that returns words has done it, and the words are told there, too; one that returns an answer is answered so. The page
    that follows is `back`: the name of a page that takes the first argument of the address (`alone`: one that takes none), or a
    function that answers like a view.
    """

    def decorate(view: View) -> Callable[..., HttpResponse]:
        @wraps(view)
        def done(request: HttpRequest, **address: Any) -> HttpResponse:
            answer: HttpResponse | str | None = None
            with span("act", act=view.__name__), Attempt(request):
                answer = view(request, **address, **fields_of(view, request.POST, address))
            if isinstance(answer, HttpResponse):
                return answer
            if answer:
                messages.success(request, answer)
            if not isinstance(back, str):
                return back(request, **address)
            return redirect(back) if alone else redirect(back, *list(address.values())[:1])

        return require_POST(done)

    return decorate
