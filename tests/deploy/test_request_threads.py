"""A request is answered by one thread in one go, and the next one finds thread and connection there."""

import asyncio
import threading
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.test import override_settings
from django.urls import path

from tocsin.portal.handler import MOST_IDLE, OneGoHandler

COUNT = MOST_IDLE + 3
seen: list[int] = []
begun = threading.Event()
let_go = threading.Event()
all_there = threading.Barrier(COUNT)


def plain(request: HttpRequest) -> HttpResponse:
    seen.append(threading.get_ident())
    return HttpResponse("plain")


def slow(request: HttpRequest) -> HttpResponse:
    begun.set()
    let_go.wait(10)
    return plain(request)


def together(request: HttpRequest) -> HttpResponse:
    all_there.wait(30)
    return plain(request)


async def awaited(request: HttpRequest) -> HttpResponse:
    await asyncio.sleep(0)
    return HttpResponse("awaited")


async def streamed(request: HttpRequest) -> StreamingHttpResponse:
    async def parts() -> Any:
        yield "one "
        await asyncio.sleep(0)
        yield "two"

    return StreamingHttpResponse(parts())


def broken(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("broken")


urlpatterns = [
    path("plain", plain),
    path("slow", slow),
    path("together", together),
    path("awaited", awaited),
    path("streamed", streamed),
    path("broken", broken),
]
MIDDLEWARE = ["django.middleware.security.SecurityMiddleware", "servestatic.middleware.ServeStaticMiddleware"]
MIDDLEWARE += ["django.middleware.common.CommonMiddleware", "django.middleware.clickjacking.XFrameOptionsMiddleware"]


@pytest.fixture
def handler() -> Any:
    seen.clear()
    begun.clear()
    let_go.clear()
    with override_settings(ROOT_URLCONF=__name__, MIDDLEWARE=MIDDLEWARE, ALLOWED_HOSTS=["testserver"]):
        made = OneGoHandler()
        yield made
        for thread in made._idle:
            thread.shutdown(wait=True)


async def ask(handler: OneGoHandler, address: str) -> tuple[int, bytes, dict[bytes, bytes]]:
    messages: list[Any] = []
    inbox: asyncio.Queue[Any] = asyncio.Queue()
    inbox.put_nowait({"type": "http.request", "body": b"", "more_body": False})

    async def send(message: Any) -> None:
        messages.append(message)

    scope = {"type": "http", "method": "GET", "path": f"/{address}", "query_string": b"", "headers": [(b"host", b"testserver")]}
    await handler({**scope, "http_version": "1.1", "scheme": "http", "server": ("testserver", 80)}, inbox.get, send)
    return messages[0]["status"], b"".join(one.get("body", b"") for one in messages), dict(messages[0]["headers"])


@pytest.mark.parametrize(
    ("address", "status", "body"), [("plain", 200, b"plain"), ("awaited", 200, b"awaited"), ("streamed", 200, b"one two")]
)
def test_views_of_all_kinds_are_answered_through_all_middleware(
    handler: OneGoHandler, address: str, status: int, body: bytes
) -> None:
    answered, said, headers = asyncio.run(ask(handler, address))
    assert (answered, said) == (status, body)
    assert headers[b"X-Content-Type-Options"] == b"nosniff" and headers[b"X-Frame-Options"] == b"DENY"


def test_a_broken_view_is_a_failure_and_its_thread_goes_on(handler: OneGoHandler) -> None:
    async def both() -> tuple[int, int]:
        return (await ask(handler, "broken"))[0], (await ask(handler, "plain"))[0]

    assert asyncio.run(both()) == (500, 200)
    assert len(handler._idle) == 1


def test_one_after_the_other_has_the_same_thread(handler: OneGoHandler) -> None:
    async def three() -> None:
        for _one in range(3):
            await ask(handler, "plain")

    asyncio.run(three())
    assert len(seen) == 3 and len(set(seen)) == 1


def test_many_at_once_have_threads_of_their_own_of_which_some_are_kept(handler: OneGoHandler) -> None:
    async def many() -> None:
        await asyncio.gather(*[ask(handler, "together") for _one in range(COUNT)])

    asyncio.run(many())
    assert len(seen) == len(set(seen)) == COUNT
    assert len(handler._idle) <= MOST_IDLE


def test_the_thread_of_a_request_broken_off_serves_nobody_until_it_is_done(handler: OneGoHandler) -> None:
    async def break_off() -> None:
        asked = asyncio.create_task(ask(handler, "slow"))
        await asyncio.to_thread(begun.wait, 10)
        asked.cancel()
        await asyncio.sleep(0)
        let_go.set()
        with pytest.raises(asyncio.CancelledError):
            await asked
        assert (await ask(handler, "plain"))[0] == 200

    asyncio.run(break_off())
    assert all(thread.is_free for thread in handler._idle)
