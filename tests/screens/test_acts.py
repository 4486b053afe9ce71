"""An act on a page: done, or refused with the reason on the page that follows."""

from uuid import UUID

import pytest
from django.contrib.auth.models import AnonymousUser
from django.contrib.messages import get_messages
from django.contrib.messages.storage.cookie import CookieStorage
from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse
from django.test import RequestFactory
from django.utils import translation

from tocsin.base.errors import Conflict, InvalidInput, NotAllowed, Refusal, Unavailable
from tocsin.screens.acts import Attempt, act, perform, perform_and_tell
from tocsin.screens.clock import current_time
from tocsin.screens.request import actor_of


def posted(**fields: str) -> HttpRequest:
    request = RequestFactory().post("/", fields)
    request._messages = CookieStorage(request)  # type: ignore[attr-defined]
    return request


def told(request: HttpRequest) -> list[str]:
    return [f"{one.level_tag}: {one.message}" for one in get_messages(request)]


STATUSES = {
    "done": (None, 200, []),
    "not allowed": (NotAllowed("not so"), 403, ["error: not so"]),
    "unreadable": (InvalidInput("not so"), 400, ["error: not so"]),
    "too late": (Conflict("not so"), 409, ["error: not so"]),
    "refused": (Refusal("not so"), 409, ["error: not so"]),
}


@pytest.mark.parametrize(("refusal", "status", "words"), STATUSES.values(), ids=STATUSES)
def test_an_attempt_tells_how_it_ended(refusal: Refusal | None, status: int, words: list[str]) -> None:
    request = posted()
    with Attempt(request) as attempt:
        if refusal is not None:
            raise refusal
    assert (attempt.done, attempt.reason, attempt.status) == (refusal is None, "not so" if refusal else "", status)
    assert told(request) == words


@pytest.mark.parametrize("error", [ObjectDoesNotExist(), Http404(), ValueError(), Unavailable("later on")])
def test_anything_else_passes(error: Exception) -> None:
    request = posted()
    with pytest.raises(type(error)), Attempt(request):
        raise error
    assert told(request) == []


def test_what_does_not_answer_now_is_told_where_the_page_says_so() -> None:
    with Attempt(temporarily=True) as attempt:
        raise Unavailable("later on")
    assert attempt.reason == "later on"


def shelve(actor: str, number: int, *, reason: str, minutes: int) -> str:
    return f"{actor} {number} {reason} {minutes}"


def test_a_table_of_acts() -> None:
    attempt = perform(posted(reason="dust", minutes="5"), {"shelve": shelve}, "shelve", "Li", 7)
    assert (attempt.done, attempt.answer) == (True, "Li 7 dust 5")
    assert (
        perform(posted(reason="dust", minutes="5"), {"shelve": shelve}, "shelve", "Li", 7, reason="mine").answer == "Li 7 mine 5"
    )
    request = posted(reason="dust", minutes="5")
    assert perform_and_tell(request, {"shelve": shelve}, "shelve", "Li", 7).done
    assert told(request) == ["success: Li 7 dust 5"]
    request = posted(minutes="five")
    with translation.override("en"):
        assert perform_and_tell(request, {"shelve": shelve}, "shelve", "Li", 7).status == 400
    assert told(request) == ["error: “five” is no whole number."]
    with pytest.raises(Http404):
        perform(posted(), {"shelve": shelve}, "acknowledge", "Li", 7)


@act("supervised_object")
def keep(request: HttpRequest, object_id: UUID, name: str, *, text: str, anew: bool) -> HttpResponse | str:
    if not text:
        raise InvalidInput("Say why.")
    return HttpResponse(f"{text} {name}") if anew else "Kept."


IDENTITY = UUID(int=1)
ANSWERS = {
    "as the view answers": ({"text": "x", "anew": "yes"}, 200, []),
    "back": ({"text": "x"}, 302, ["success: Kept."]),
    "refused": ({}, 302, ["error: Say why."]),
    "unreadable": ({"anew": "perhaps"}, 302, ["error: “perhaps” is none of the form's choices."]),
}


@pytest.mark.parametrize(("fields", "status", "words"), ANSWERS.values(), ids=ANSWERS)
def test_a_view_that_does_one_thing(fields: dict[str, str], status: int, words: list[str]) -> None:
    request = posted(**fields)
    with translation.override("en"):
        answer = keep(request, object_id=IDENTITY, name="it")
    assert (answer.status_code, told(request)) == (status, words)
    assert answer.headers.get("Location", "").endswith(f"/{IDENTITY}/") == (status == 302)
    assert keep(RequestFactory().get("/"), object_id=IDENTITY, name="it").status_code == 405


def test_a_stranger_acts_nowhere() -> None:
    request = posted()
    request.user = AnonymousUser()
    with pytest.raises(NotAllowed):
        actor_of(request)


def test_the_time_has_a_zone() -> None:
    assert current_time().tzinfo is not None
