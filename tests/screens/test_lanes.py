"""Lanes before the application: acts on alarms never wait behind reads, slow senders and readers hold no place."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import pytest

from tocsin.portal.lanes import Lane, Lanes, owner_of
from tocsin.portal.web import impatient
from tocsin.screens.budgets.gate import Entry
from tocsin.screens.budgets.policy import BUDGETS, ConnectionLimits, LaneLimits

pytestmark = pytest.mark.one_database

ONE = LaneLimits(at_once=2, of_one=1, waiting=2, waiting_of_one=1, wait_s=0.0)


def scope(path: str, method: str = "GET", cookie: bytes = b"", client: str = "203.0.113.7") -> dict[str, object]:
    headers = [(b"cookie", b"sessionid=" + cookie)] if cookie else []
    return {"type": "http", "method": method, "path": path, "headers": headers, "client": (client, 1), "query_string": b""}


LANES = {
    "a page": ("GET", "/alarms/", "common"),
    "an act on an alarm": ("POST", "/alarms/1/acknowledge/", "acts"),
    "the same by a program": ("POST", "/api/v1/warning/alarms/1/acknowledge", "acts"),
    "a crew's entry": ("POST", "/api/v1/command/entries", "acts"),
    "an import of a table": ("POST", "/api/v1/supervision/object-imports", "common"),
    "live updates": ("GET", "/live/", "acts"),
    "signing in": ("POST", "/login/", "entrance"),
    "a one-time link": ("GET", "/n/abc/", "entrance"),
    "a printed code": ("GET", "/q/abc", "entrance"),
    "a history": ("GET", "/api/v1/sensing/sensors/1/readings", "common"),
}


@pytest.mark.parametrize(("method", "path", "lane"), LANES.values(), ids=LANES)
def test_every_request_has_its_lane(method: str, path: str, lane: str) -> None:
    policy = BUDGETS.shipped
    assert Lanes(_nothing, policy).lane_of(method, path).limits == getattr(policy, lane)


def test_whose_a_request_is() -> None:
    anna = owner_of(scope("/", cookie=b"anna; theme=dark"))
    assert anna == owner_of(scope("/", cookie=b"anna", client="198.51.100.1")) != owner_of(scope("/", cookie=b"ben"))
    assert owner_of(scope("/", client="2001:db8::1")) == owner_of(scope("/", client="2001:db8::2"))


def test_places_are_given_in_the_order_of_coming() -> None:
    async def play() -> list[str]:
        lane = Lane(LaneLimits(at_once=1, of_one=1, waiting=9, waiting_of_one=9, wait_s=20.0))
        order: list[str] = []

        async def ask(owner: str) -> None:
            assert await lane.enter(owner) is Entry.IN
            order.append(owner)
            await asyncio.sleep(0)
            lane.leave(owner)

        await asyncio.gather(*(ask(owner) for owner in ("a", "a", "b", "a")))
        assert not lane._waiting and not lane._working
        return order

    assert asyncio.run(play()) == ["a", "a", "b", "a"]


def test_too_many_of_one_are_told_so_and_others_pass() -> None:
    async def play() -> list[Entry]:
        lane = Lane(ONE)
        return [await lane.enter("a"), await lane.enter("a"), await lane.enter("b"), await lane.enter("c")]

    assert asyncio.run(play()) == [Entry.IN, Entry.TOO_MANY_OF_ONE, Entry.IN, Entry.FULL]


def test_who_left_while_waiting_takes_no_place() -> None:
    async def play() -> int:
        lane = Lane(LaneLimits(at_once=1, of_one=1, waiting=9, waiting_of_one=9, wait_s=20.0))
        await lane.enter("a")
        gone = asyncio.create_task(lane.enter("b"))
        await asyncio.sleep(0)
        gone.cancel()
        await asyncio.gather(gone, return_exceptions=True)
        lane.leave("a")
        return lane._working.total() + len(lane._waiting)

    assert asyncio.run(play()) == 0


class Crowd:
    """An application that works until it is let go, behind lanes."""

    def __init__(self) -> None:
        self.lanes = Lanes(self._work, BUDGETS.shipped)
        self.go_on = asyncio.Event()
        self.working = 0
        self.answered: list[int] = []

    async def _work(self, _scope: Any, receive: Callable[[], Awaitable[Mapping[str, Any]]], send: Any) -> None:
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                return
            if not message.get("more_body"):
                break
        self.working += 1
        await self.go_on.wait()
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    def ask(self, path: str, method: str = "GET", cookie: bytes = b"x", body: bool = True) -> asyncio.Task[None]:
        """A request; without `body` its sender never comes to the end of it."""

        async def receive() -> Mapping[str, Any]:
            if not body:
                await asyncio.Event().wait()
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message: Mapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                self.answered.append(message["status"])

        return asyncio.create_task(self.lanes(scope(path, method, cookie), receive, send))


async def settle() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


def test_fifty_greedy_readers_hold_up_no_act() -> None:
    async def play() -> tuple[int, int, list[int]]:
        crowd = Crowd()
        reads = [crowd.ask("/api/v1/sensing/sensors/1/readings", cookie=b"reader %d" % (k % 50)) for k in range(150)]
        await settle()
        at_once = crowd.working
        acts = [crowd.ask("/alarms/1/acknowledge/", "POST", b"officer"), crowd.ask("/login/", "POST", b"new")]
        await settle()
        with_acts = crowd.working
        crowd.go_on.set()
        await asyncio.gather(*reads, *acts)
        return at_once, with_acts, crowd.answered

    at_once, with_acts, answered = asyncio.run(play())
    assert at_once == BUDGETS.shipped.common.at_once
    assert with_acts == at_once + 2  # both are worked on beside the full common lane
    assert answered == [200] * 152  # and the readers get theirs one after another


def test_one_reader_with_a_hundred_requests_is_told_to_wait() -> None:
    async def play() -> tuple[int, int, list[int]]:
        crowd = Crowd()
        greedy = [crowd.ask("/sensors/", cookie=b"greedy") for _ in range(100)]
        await settle()
        of_one = crowd.working
        other = crowd.ask("/sensors/", cookie=b"other")
        await settle()
        both = crowd.working
        crowd.go_on.set()
        await asyncio.gather(*greedy, other)
        return of_one, both, crowd.answered

    of_one, both, answered = asyncio.run(play())
    limits = BUDGETS.shipped.common
    assert (of_one, both) == (limits.of_one, limits.of_one + 1)
    assert answered.count(429) == 100 - limits.of_one - limits.waiting_of_one


def test_who_sends_slowly_holds_no_place() -> None:
    async def play() -> int:
        crowd = Crowd()
        slow = [crowd.ask("/sensors/", "POST", b"slow %d" % k, body=False) for k in range(100)]
        await settle()
        crowd.ask("/sensors/", cookie=b"other")
        await settle()
        for one in slow:
            one.cancel()
        return crowd.working

    assert asyncio.run(play()) == 1


def test_a_body_that_never_ends_is_given_up() -> None:
    async def play() -> list[int]:
        crowd = Crowd()
        crowd.lanes._body = ConnectionLimits(most=1, queued=1, header_s=1.0, body_s=0.0, body_bytes_per_s=1000)
        await crowd.ask("/sensors/", "POST", body=False)
        return crowd.answered

    assert asyncio.run(play()) == [408]


class Dripping:
    """A connection to the web server, and when it is let go."""

    def __init__(self, header_s: float) -> None:
        from uvicorn.config import Config
        from uvicorn.server import ServerState

        limits = ConnectionLimits(most=10, queued=1, header_s=header_s, body_s=1.0, body_bytes_per_s=1000)
        config = Config(_answers, lifespan="off", ws="none", log_config=None)
        config.load()
        self.ended = False
        self.protocol = impatient(limits)(config, ServerState(), {})
        self.protocol.connection_made(self)  # type: ignore[arg-type]

    def get_extra_info(self, _name: str) -> None:
        return None

    def is_closing(self) -> bool:
        return self.ended

    def write(self, _data: bytes) -> None: ...

    def pause_reading(self) -> None: ...

    def resume_reading(self) -> None: ...

    def close(self) -> None:
        self.ended = True

    abort = close


def test_headers_that_drip_are_given_up_and_a_whole_request_is_not() -> None:
    async def play() -> list[bool]:
        dripping, quick, later = Dripping(0.0), Dripping(30.0), Dripping(30.0)
        dripping.protocol.data_received(b"GET / HTTP/1.1\r\nHost: x\r\n")
        quick.protocol.data_received(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        later.protocol.data_received(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        await settle()
        later.protocol.data_received(b"GET / HTTP/1.1\r\n")  # the next one on the same connection
        dripping.protocol.data_received(b"X-Slow: 1\r\n")
        await asyncio.sleep(0.001)
        running = [one.protocol._deadline is not None for one in (quick, later)]
        return [dripping.ended, quick.ended, later.ended, *running]

    assert asyncio.run(play()) == [True, False, False, False, True]


async def _nothing(*_anything: Any) -> None: ...


async def _answers(_scope: Any, receive: Any, send: Any) -> None:
    await receive()
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"0")]})
    await send({"type": "http.response.body", "body": b""})
