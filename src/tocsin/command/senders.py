"""The worker's loop over sendings: threads hand letters to channels side by side, one thread of the database leases and settles.

Each may die at any moment: what was in flight then is found by its lease. A channel that stalls holds only its own threads.
"""

import asyncio
import logging
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.utils import timezone

from tocsin.bus import Connection
from tocsin.bus.threads import OwnThread, own_thread
from tocsin.command.notify.letters import Answer, Channel
from tocsin.command.notify.settings import link_address, open_channels, tables
from tocsin.command.notify.superiors import Answer as SuperiorAnswer
from tocsin.command.notify.superiors import hand_up, superiors
from tocsin.command.policy.reports import report_policy
from tocsin.command.policy.sending import sending
from tocsin.command.rules.notices import Verdict
from tocsin.command.services import transmissions
from tocsin.command.services.reachability import begin_when_due
from tocsin.command.services.sending import Leased, exchange
from tocsin.command.services.settling import Done, look_after

log = logging.getLogger(__name__)

LOOK_S = 0.1
PAUSE_S = 0.1  # between two exchanges: who waits for SQLite's one lock looks every tenth of a second, and telling comes first
LOOK_AFTER_S = 1.0
FINISH_S = 5.0
REACHABILITY_S = 60.0
HAND_UP_S = 0.5


@dataclass
class Senders:
    """The channels that are open, and what is in flight on each."""

    channels: dict[str, Channel]
    in_flight: Counter[str] = field(default_factory=Counter)
    done: list[Done] = field(default_factory=list)
    news: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self._pools = {kind: ThreadPoolExecutor(sending().at_once_per_channel, kind) for kind in self.channels}

    @property
    def room(self) -> dict[str, int]:
        """How many more each channel may hold."""
        return {kind: sending().at_once_per_channel - self.in_flight[kind] for kind in self.channels}

    def hand_over(self, leased: Leased) -> None:
        """Sends in a thread; the answer is settled in the next exchange."""
        self.in_flight[leased.channel] += 1
        pool = self._pools[leased.channel]
        future = asyncio.get_running_loop().run_in_executor(pool, _send, self.channels[leased.channel], leased)
        future.add_done_callback(lambda answered: self._take(leased, answered))

    def take_done(self) -> list[Done]:
        """What has been answered since the last call."""
        done, self.done = self.done, []
        self.news.clear()
        return done

    async def finish(self) -> None:
        """Waits a moment for what is in flight; what stalls is left to its lease."""
        until = asyncio.get_running_loop().time() + FINISH_S
        while self.in_flight.total() and asyncio.get_running_loop().time() < until:
            await asyncio.sleep(LOOK_S / 2)
        for kind, channel in self.channels.items():
            self._pools[kind].shutdown(wait=False, cancel_futures=True)
            channel.close()

    def _take(self, leased: Leased, answered: "asyncio.Future[Answer]") -> None:
        self.in_flight[leased.channel] -= 1
        if not answered.cancelled():
            self.done.append(Done(leased.sending_id, answered.result()))
            self.news.set()


async def send_notices(connection: Connection) -> None:
    """Leases, sends and settles until cancelled; several processes may do so side by side."""
    async with own_thread("send-notices") as run:
        while True:  # anew whenever the settings of the channels have changed
            await _send_with(tables(), run)


async def hand_reports_up(connection: Connection) -> None:
    """Hands signed reports to superior platforms until cancelled; one that stalls holds only its own thread."""
    clock, most, in_flight = settings.CONFIGURATION.clock, report_policy().transmission.at_once, set[asyncio.Task[None]]()
    async with own_thread("hand-reports-up") as run:

        async def hand(leased: transmissions.Leased) -> None:
            answer = await asyncio.to_thread(_hand_up, leased)
            await run(transmissions.settle, transmissions.Done(leased.id, answer), machine_now=timezone.now())

        try:
            while True:
                await run(transmissions.look_after, now=clock.now(), machine_now=timezone.now())
                room = most - len(in_flight)
                for one in await run(transmissions.take, most=room, now=clock.now(), machine_now=timezone.now()):
                    in_flight.add(asyncio.create_task(hand(one)))
                ended = {task for task in in_flight if task.done()}
                in_flight -= ended
                for task in ended:
                    task.result()  # what the database refused ends this loop; the worker begins it anew, and leases run out
                await asyncio.sleep(HAND_UP_S)
        finally:
            if in_flight:  # a moment for what is in flight; what stalls is left to its lease
                await asyncio.wait(in_flight, timeout=FINISH_S)


def _hand_up(leased: transmissions.Leased) -> SuperiorAnswer:
    """The outermost place of a report's attempt: what raises here is a fault of our own, and it may have left."""
    try:
        superior = superiors().get(leased.platform)
        if superior is None:
            return SuperiorAnswer(Verdict.LATER, f"superiors.toml has no table {leased.platform} any more")
        return hand_up(superior, leased.report, key=leased.key, attempt=leased.attempt)
    except ValueError as problem:
        return SuperiorAnswer(Verdict.LATER, str(problem))
    except Exception:
        log.exception("handing the report %s to %s failed", leased.report["number"], leased.platform)
        return SuperiorAnswer(Verdict.UNKNOWN, "sending failed: see the log")


async def hold_reachability_drills(connection: Connection) -> None:
    """Begins the monthly reachability drill on its day; runs until cancelled."""
    async with own_thread("reachability") as run:
        while True:
            await run(begin_when_due, now=settings.CONFIGURATION.clock.now())
            await asyncio.sleep(REACHABILITY_S)


async def _send_with(read: dict[str, dict[str, Any]], run: OwnThread) -> None:
    channels, wrong = open_channels()
    for problem in wrong:
        log.error("%s", problem)
    senders, clock, loop = Senders(channels), settings.CONFIGURATION.clock, asyncio.get_running_loop()
    look_after_at = 0.0
    try:
        while tables() is read:
            if loop.time() >= look_after_at:
                await run(look_after, now=clock.now(), machine_now=timezone.now())
                look_after_at = loop.time() + LOOK_AFTER_S
            leased = await _exchange(senders, run, room=senders.room)
            for one in leased:
                senders.hand_over(one)
            await (asyncio.sleep(PAUSE_S) if leased else _wait(senders.news, LOOK_S))
    finally:
        await senders.finish()
        await _exchange(senders, run, room={})


async def _exchange(senders: Senders, run: OwnThread, *, room: dict[str, int]) -> list[Leased]:
    now, machine_now = settings.CONFIGURATION.clock.now(), timezone.now()
    return await run(exchange, senders.take_done(), room=room, links=link_address(), now=now, machine_now=machine_now)


def _send(channel: Channel, leased: Leased) -> Answer:
    """The outermost place of a sending: a channel that raises has a fault of its own, and the letter may have left."""
    try:
        return channel.send(leased.letter)
    except Exception:
        log.exception("the channel %s failed on sending %s", channel.kind, leased.sending_id)
        return Answer(Verdict.UNKNOWN, "the channel failed: see the log")


async def _wait(news: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(news.wait(), seconds)
    except TimeoutError:
        return
