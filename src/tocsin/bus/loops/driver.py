"""The one driver of all loops: it wakes them, does their rounds, begins anew what fails, and says how each stands."""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Sequence
from contextlib import nullcontext

from django.apps import apps
from django.conf import settings
from django.db import OperationalError

from tocsin.base.errors import Unavailable
from tocsin.base.log_fields import bind
from tocsin.base.tracing import span
from tocsin.bus import news
from tocsin.bus.connection import Connection
from tocsin.bus.loops.lane import Lane
from tocsin.bus.loops.leases import give_back, renew_leases, take_lease, worker_name
from tocsin.bus.loops.rows import BusLoop, Hands, LogLoop, Loop, Row, Step
from tocsin.bus.loops.standing import Health, Standing, forget_worker, write_standings
from tocsin.bus.messenger import news_come
from tocsin.bus.threads import OwnThread, own_thread

log = logging.getLogger(__name__)

SHORTEST_PAUSE_S, LONGEST_WAIT_S, LONGEST_PAUSE_S = 0.5, 5.0, 30.0
DEAF_S = 0.1  # how often a loop that waits for news is looked at while none come in
SAY_S = 10.0
LEASE_LOOK_S = 2.0

type Tell = Callable[[Standing], None]
"""Told in a thread with a database when a loop begins to keep failing, and when it works again."""


async def run_loops(rows: Sequence[Row], connection: Connection | None, *, tell: Tell | None = None) -> None:
    """Runs every row until cancelled; rounds that have begun are finished. Only rows that ask the bus nothing do without it."""
    worker = worker_name()
    lane = Lane()
    running = [Running(row, connection, worker, lane) for row in rows]
    async with own_thread("loops") as thread:
        tasks = [asyncio.create_task(one.keep(), name=one.row.name) for one in running]
        tasks.append(asyncio.create_task(_say(running, worker, thread, tell), name="standings"))
        try:
            await asyncio.gather(*tasks)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            with contextlib.suppress(OperationalError):
                await asyncio.shield(asyncio.ensure_future(thread(_leave, worker)))


def _leave(worker: str) -> None:
    give_back(worker)
    forget_worker(worker)


async def _say(running: "Sequence[Running]", worker: str, thread: OwnThread, tell: Tell | None) -> None:
    """Writes down how all loops stand, holds their leases on, and tells of those that keep failing."""
    failing: set[str] = set()
    while True:
        await asyncio.sleep(SAY_S)
        try:
            await thread(write_standings, worker, [one.standing for one in running])
            for one in running:
                one.standing.lag_s = 0.0
            held = [one for one in running if one.holds]
            for lease_s in {one.row.lease_s for one in held}:
                names = [one.row.name for one in held if one.row.lease_s == lease_s]
                lost = await thread(renew_leases, names, holder=worker, lease_s=lease_s)
                for one in held:
                    if one.row.name in lost:
                        one.let_go()
            for one in running:
                fails = one.standing.health is Health.FAILING
                if fails != (one.row.name in failing):
                    failing ^= {one.row.name}
                    log.log(logging.ERROR if fails else logging.INFO, "loop %s %s", one.row.name, _what(one.standing))
                    if tell is not None:
                        await thread(tell, one.standing)
        except Exception:
            log.exception("how the loops stand could not be written down; it is tried again")


def _what(standing: Standing) -> str:
    return f"keeps failing, {standing.failures} times by now: {standing.error}" if standing.failures else "works again"


class Running:
    """One row in this process."""

    def __init__(self, row: Row, connection: Connection | None, worker: str, lane: Lane) -> None:
        self.row = row
        self.standing = Standing(row.name, row.period_s)
        self.holds = False
        self._connection = connection
        self._worker = worker
        self._lane = lane
        self._loop = asyncio.get_running_loop()
        self._woken = asyncio.Event()
        self._woken_at = 0.0
        self._living: asyncio.Task[None] | None = None
        tables = frozenset(apps.get_model(label)._meta.db_table for label in row.wakes_on)
        self._subscription = news.Subscription(tables, self._wake_from_thread, row.name)

    async def keep(self) -> None:
        """Lives, fails, pauses and lives again, for ever."""
        bind(loop=self.row.name)
        while True:
            self._living = living = asyncio.create_task(self._live())
            try:
                await asyncio.wait({living})
            finally:
                living.cancel()
                await asyncio.gather(living, return_exceptions=True)
            if not living.cancelled() and (error := living.exception()) is not None:
                await asyncio.sleep(self._pause_after(error))

    def _pause_after(self, error: BaseException) -> float:
        """What may work when tried again is waited for at the loop's own pace; anything else with pauses that double."""
        self.standing.fail(error)
        if isinstance(error, Unavailable | OperationalError):
            log.warning("loop %s waits: %s", self.row.name, error)
            return min(max(self.row.period_s, SHORTEST_PAUSE_S), LONGEST_WAIT_S)
        pause = min(SHORTEST_PAUSE_S * 2 ** min(self.standing.failures - 1, 10), LONGEST_PAUSE_S)
        log.error("loop %s failed; it begins again in %.1f s", self.row.name, pause, exc_info=error)
        return float(pause)

    def let_go(self) -> None:
        """Another worker has taken the lease: this one waits for it again."""
        log.warning("another worker runs the loop %s", self.row.name)
        self.holds = False
        if self._living is not None:
            self._living.cancel()

    async def _hold(self, thread: OwnThread) -> None:
        while not self.holds:
            self.holds = await thread(take_lease, self.row.name, holder=self._worker, lease_s=self.row.lease_s)
            if not self.holds:
                self.standing.waits = True
                await asyncio.sleep(LEASE_LOOK_S)

    async def _live(self) -> None:
        async with own_thread(self.row.name, urgent=self.row.urgent) as thread:
            if self.row.lease_s:
                await self._hold(thread)
            hands = Hands(self._connection, thread, self._wake)
            match self.row:
                case LogLoop():
                    await self._follow_log(self.row, hands)
                case BusLoop():
                    async with self.row.opens(hands) as step:
                        await self._do_rounds(step, thread, None)
                case Loop():
                    await self._do_rounds(self._step_of(self.row, thread), thread, self.row.due)

    def _step_of(self, row: Loop, thread: OwnThread) -> Step:
        return lambda: thread(row.work, now=settings.CONFIGURATION.clock.now())

    async def _do_rounds(self, step: Step, thread: OwnThread, due: Callable[[], float | None] | None) -> None:
        with news.listening(self._subscription):
            expected = self._loop.time()
            while True:
                self._woken.clear()
                if await self._round(step, expected):
                    expected = self._loop.time()
                    continue
                wait = self._pause()
                if due is not None:
                    until = await thread(due)
                    wait = wait if until is None else min(wait, until if until > 0 else DEAF_S)
                expected = await self._rest(wait)

    async def _round(self, step: Step, expected: float) -> object:
        if not self.row.urgent:
            await self._lane.free()
        began = self._loop.time()
        self.standing.begin(lag_s=began - expected)
        with self._lane.taken() if self.row.urgent else nullcontext(), span("loop run", quiet=True, loop=self.row.name):
            more = await step()
        if self.standing.end(took_s=self._loop.time() - began):
            log.info("loop %s works again", self.row.name)
        return more

    def _pause(self) -> float:
        period = self.row.period_s / (settings.CONFIGURATION.clock.speed if self.row.by_clock else 1.0)
        return min(period, DEAF_S) if self.row.wakes_on and not news_come() else period

    async def _rest(self, wait_s: float) -> float:
        """Returns when the next round shall begin: the moment when it could have."""
        rest = min(self.row.rest_s, wait_s)
        began = self._loop.time()
        await asyncio.sleep(rest)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(wait_s - rest):
                await self._woken.wait()
        if self._woken.is_set():
            return max(self._woken_at, began + rest)
        return began + wait_s

    async def _follow_log(self, row: LogLoop, hands: Hands) -> None:
        connection, thread = hands.connection, hands.thread
        position = await thread(row.position)
        _, last = await connection.sequences(row.stream)
        if position > last:
            log.warning("the log %s began anew: it ends at %d, %s stood at %d", row.stream, last, row.name, position)
            position = 0
        async for entries in connection.read_log(row.stream, position + 1):
            came = self._loop.time()
            for start in range(0, len(entries), row.batch):
                part = entries[start : start + row.batch]
                self.standing.behind = len(entries) - start - len(part)

                async def step(part: Sequence[tuple[int, bytes]] = part) -> object:
                    return await thread(row.work, part)

                await self._round(step, came)

    def _wake_from_thread(self) -> None:
        if not self._woken.is_set():
            with contextlib.suppress(RuntimeError):  # the event loop is closed: the process ends
                self._loop.call_soon_threadsafe(self._wake)

    def _wake(self) -> None:
        if not self._woken.is_set():
            self._woken_at = self._loop.time()
            self._woken.set()
