"""Live updates for browsers and programs: one stream of server-sent events each, fed by one subscription of the process.

Its events are those of `LIVE` in the catalogue: `alarm` (the alarm as the API gives it), `diagnosis` ({alarm_id}), `early_sign`
({early_sign_id}), `news` ({name}: a page asks for more), `case` ({name, case_ids}: the same), `health` ([[index, health], ...]);
besides `readings` ([[index, ts, value], ...]), `time` ({now, speed}) once a second, and `reset` when so much was missed that the
page must load its lists anew. `id:` is the place in the log of events: a browser that comes back with `Last-Event-ID` misses
nothing.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING, cast

from asgiref.sync import sync_to_async
from django.contrib.auth.decorators import login_not_required
from django.db import connections
from django.http import HttpRequest, HttpResponseBase, JsonResponse, StreamingHttpResponse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tocsin.jurisdiction.face import Person, RefusedToken, keep_session_of_stream, person_of_token, region_prefixes
from tocsin.portal.later import later_answer
from tocsin.screens.budgets.policy import BUDGETS
from tocsin.screens.budgets.requests import Busy, TooMuch, count
from tocsin.screens.live.hub import Hub, Listener, Scope, current_hub
from tocsin.screens.live.tables import live_permissions

if TYPE_CHECKING:
    from tocsin.jurisdiction.rights.rules import Permission

HEART_BEAT_S = 15.0
RIGHTS_S = 30.0  # a right that was taken away ends within this time

_open: Counter[object] = Counter()  # streams by person


@login_not_required  # it answers programs with a token too, and refuses by itself
async def stream(request: HttpRequest) -> HttpResponseBase:
    """The stream of whoever asks, cut to the regions that person may see; 401 for strangers, 403 without any region."""
    try:
        person = await _person_of(request)
    except RefusedToken as refusal:
        return JsonResponse({"code": refusal.code, "message": str(refusal), "detail": None}, status=403)
    if person is None:
        return JsonResponse({"code": "not_authenticated", "message": _("Sign in, or send a token."), "detail": None}, status=401)
    scope = await sync_to_async(_scope_of)(person)
    if not any(scope.values()):
        message = _("There is no region whose alarms you may see.")
        return JsonResponse({"code": "not_allowed", "message": message, "detail": None}, status=403)
    if (refused := _no_room(request, person)) is not None:
        return refused
    last = request.headers.get("Last-Event-ID") or request.GET.get("last_event_id", "")
    listener = Listener(scope=scope, language=get_language() or "zh-hans")
    last_sequence = int(last) if last.isascii() and last.isdigit() and len(last) < 20 else None
    return StreamingHttpResponse(
        _events(current_hub(), listener, request, person.pk, last_sequence),
        content_type="text/event-stream",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


def _no_room(request: HttpRequest, person: Person) -> HttpResponseBase | None:
    """The refusal where person, token or process have no stream left; who came with a token is counted here."""
    limits, token = BUDGETS.current().stream, getattr(person, "token_id", None)
    try:
        if token is not None:
            count(person=person.pk, token=token)
    except TooMuch as error:
        return later_answer(request, error)
    if _open.total() >= limits.of_process:
        return later_answer(request, Busy(_("Much is being asked just now: try again in a moment.")))
    if _open[person.pk] < limits.of_person:
        return None
    message = _("Too many live streams are open in your name.")
    refusal = {"code": "too_many_streams", "message": message, "detail": None}
    return JsonResponse(refusal, status=429, headers={"Retry-After": str(round(RIGHTS_S))})


@asynccontextmanager
async def _counted(person: object) -> AsyncIterator[None]:
    """One stream more while it lasts."""
    _open[person] += 1
    try:
        yield
    finally:
        _open[person] -= 1
        if not _open[person]:
            del _open[person]


async def _events(hub: Hub, listener: Listener, request: HttpRequest, whose: object, last: int | None) -> AsyncIterator[str]:
    loop = asyncio.get_running_loop()
    async with _counted(whose), hub.listening(listener, last):
        await _give_back_connection()
        check_at = loop.time() + RIGHTS_S
        while True:
            try:
                text = await asyncio.wait_for(listener.next_text(), HEART_BEAT_S)
            except TimeoutError:
                text = ": still here\n\n"
            if text is None:  # the process stops, or this browser is too slow
                return
            yield text
            if loop.time() >= check_at:
                check_at, person = loop.time() + RIGHTS_S, None
                with suppress(RefusedToken):
                    person = await _person_of(request, anew=True)
                scope: Scope = {} if person is None else await sync_to_async(_scope_of)(person)
                await _give_back_connection()
                if scope != listener.scope:
                    return  # the browser comes back and is judged by its new rights


async def _person_of(request: HttpRequest, *, anew: bool = False) -> Person | None:
    """Who asks: a token's person or the session's; None for strangers and in a session that is over or not yet good for it."""
    header = request.headers.get("Authorization", "")
    if header.startswith("Bearer "):
        address = request.META.get("REMOTE_ADDR", "")
        return await sync_to_async(person_of_token)(secret=header.removeprefix("Bearer "), now=timezone.now(), address=address)
    user = await request.auser()
    if not user.is_authenticated:
        return None
    if anew:
        user = await type(user).objects.filter(pk=user.pk).afirst() or user
    verdict = await sync_to_async(keep_session_of_stream)(
        user=user, session_key=request.session.session_key or "", now=timezone.now()
    )
    return user if user.is_active and verdict.is_open else None


async def _give_back_connection() -> None:
    """Between two looks at rights a stream holds no connection to the database: a hundred screens would use up PostgreSQL's."""
    await sync_to_async(_close_connections)()


def _close_connections() -> None:
    for one in connections.all(initialized_only=True):
        if not one.in_atomic_block:
            one.close()


def _scope_of(person: Person) -> Scope:
    return {permission: region_prefixes(person, cast("Permission", permission)) for permission in live_permissions()}
