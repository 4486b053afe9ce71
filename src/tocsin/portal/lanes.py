"""Lanes before the application: so many requests are worked on at once, and what is done about alarms has a lane of its own.

A request takes its place when its body is there, and gives it back with the first byte of its answer: who sends or reads slowly
holds up nobody. Whoever it is is told by the key or cookie alone, as nothing has been looked up yet.
"""

import asyncio
import hashlib
import time
from collections import Counter
from http import HTTPStatus
from io import BytesIO

from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation import gettext as _

from tocsin.base.addresses import network_of
from tocsin.portal.later import later_answer
from tocsin.portal.request_limit import Application, Message, Receive, Send
from tocsin.screens.budgets.gate import Entry
from tocsin.screens.budgets.policy import BudgetPolicy, ConnectionLimits, LaneLimits
from tocsin.screens.budgets.requests import Busy, too_much

READS = ("GET", "HEAD", "OPTIONS")
STATIC = "/static/"


class Lane:
    """Places for requests, given in the order of coming as far as an owner has not all of its own."""

    def __init__(self, limits: LaneLimits) -> None:
        self.limits = limits
        self._working: Counter[str] = Counter()
        self._waiting: list[tuple[str, asyncio.Future[None]]] = []

    async def enter(self, owner: str) -> Entry:
        """Takes a place, after a wait where it must be."""
        limits = self.limits
        if self._has_room(owner):
            self._working[owner] += 1
            return Entry.IN
        own = sum(one == owner for one, _turn in self._waiting)
        if own >= limits.waiting_of_one:
            return Entry.TOO_MANY_OF_ONE
        if len(self._waiting) >= limits.waiting:
            return Entry.FULL
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((owner, turn))
        try:
            await asyncio.wait_for(asyncio.shield(turn), limits.wait_s)
        except TimeoutError:
            if not turn.done():
                self._waiting.remove((owner, turn))
                return Entry.TOO_MANY_OF_ONE if self._working[owner] >= limits.of_one else Entry.FULL
        except asyncio.CancelledError:
            if turn.done():
                self.leave(owner)
            else:
                self._waiting.remove((owner, turn))
            raise
        return Entry.IN

    def leave(self, owner: str) -> None:
        """Gives the place to the first who waits and may have it."""
        self._working[owner] -= 1
        self._working += Counter()
        for place, (next_owner, turn) in enumerate(self._waiting):
            if self._has_room(next_owner):
                del self._waiting[place]
                self._working[next_owner] += 1
                turn.set_result(None)
                return

    def _has_room(self, owner: str) -> bool:
        return self._working.total() < self.limits.at_once and self._working[owner] < self.limits.of_one


class Lanes:
    """An ASGI application around another one."""

    def __init__(self, application: Application, policy: BudgetPolicy) -> None:
        self._application = application
        self._common = Lane(policy.common)
        self._others = [Lane(policy.entrance), Lane(policy.acts)]
        self._body = policy.connection

    async def __call__(self, scope: dict[str, object], receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or str(scope["path"]).startswith(STATIC):
            return await self._application(scope, receive, send)
        passage = _Passage(self.lane_of(str(scope["method"]), str(scope["path"])), owner_of(scope), self._body, receive, send)
        try:
            await self._application(scope, passage.receive, passage.send)
        finally:
            passage.leave()
        if passage.refused is not None:
            await _send(scope, send, passage.refused)
        return None

    def lane_of(self, method: str, path: str) -> Lane:
        """Which lane is whose."""
        for lane in self._others:
            if path.startswith(lane.limits.paths) or (method not in READS and path.startswith(lane.limits.sent_to)):
                return lane
        return self._common


class _Passage:
    """One request on its way through its lane. `refused`: why it came no further."""

    def __init__(self, lane: Lane, owner: str, body: ConnectionLimits, receive: Receive, send: Send) -> None:
        self.refused: Entry | HTTPStatus | None = None
        self._lane, self._owner, self._body = lane, owner, body
        self._receive, self._send = receive, send
        self._inside = self._complete = False
        self._began_s, self._received = time.monotonic(), 0

    async def receive(self) -> Message:
        """The next piece; with the last one the place. To the application a refusal looks like a client that left."""
        if self._complete:
            return await self._receive()
        until = self._began_s + self._body.body_s + self._received / self._body.body_bytes_per_s
        try:
            message = await asyncio.wait_for(self._receive(), max(0.0, until - time.monotonic()))
        except TimeoutError:
            self.refused = HTTPStatus.REQUEST_TIMEOUT
            return {"type": "http.disconnect"}
        self._received += len(message.get("body", b""))
        if message["type"] == "http.request" and not message.get("more_body", False):
            self._complete = True
            entry = await self._lane.enter(self._owner)
            if entry is not Entry.IN:
                self.refused = entry
                return {"type": "http.disconnect"}
            self._inside = True
        return message

    async def send(self, message: Message) -> None:
        """Passes on; the answer begins, so the work is done."""
        self.leave()
        await self._send(message)

    def leave(self) -> None:
        """Gives the place back, once."""
        if self._inside:
            self._inside = False
            self._lane.leave(self._owner)


def owner_of(scope: dict[str, object]) -> str:
    """Whose request it seems to be: the key or session it shows, else the address it comes from."""
    headers: list[tuple[bytes, bytes]] = scope["headers"]  # type: ignore[assignment]
    for name, value in headers:
        if name == b"authorization" or (name == b"cookie" and b"sessionid=" in value):
            shown = value if name == b"authorization" else value.partition(b"sessionid=")[2].partition(b";")[0]
            return hashlib.sha256(shown).hexdigest()
    client: tuple[str, int] | None = scope.get("client")  # type: ignore[assignment]
    return network_of(client[0]) if client else ""


async def _send(scope: dict[str, object], send: Send, refused: Entry | HTTPStatus) -> None:
    request: HttpRequest = ASGIRequest(scope, BytesIO())
    with translation.override(translation.get_language_from_request(request)):
        response = _answer(request, refused)
    headers = [(name.lower().encode("latin1"), value.encode("latin1")) for name, value in response.items()]
    if refused is HTTPStatus.REQUEST_TIMEOUT:
        headers.append((b"connection", b"close"))
    await send({"type": "http.response.start", "status": response.status_code, "headers": headers})
    await send({"type": "http.response.body", "body": response.content})


def _answer(request: HttpRequest, refused: Entry | HTTPStatus) -> HttpResponse:
    if refused is HTTPStatus.REQUEST_TIMEOUT:
        return HttpResponse(
            _("The request came too slowly: send it again."), status=408, content_type="text/plain; charset=utf-8"
        )
    if refused is Entry.TOO_MANY_OF_ONE:
        return later_answer(request, too_much(Busy.retry_after_s))
    return later_answer(request, Busy(_("Much is being asked just now: try again in a moment.")))
