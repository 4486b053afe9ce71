"""Threads hand letters to channels side by side; one thread of the database leases and settles."""

import asyncio
import logging
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.utils import timezone

from tocsin.bus.connection import Connection
from tocsin.bus.threads import OwnThread, own_thread
from tocsin.notices.channels.queries import link_address, open_channels, tables
from tocsin.notices.channels.rules.letters import Answer, Channel
from tocsin.notices.channels.rules.verdicts import Verdict
from tocsin.notices.messages.policy import sending
from tocsin.notices.sending.services.fates import Done, look_after
from tocsin.notices.sending.services.outbox import Leased, exchange
from tocsin.screens.clock import current_time

log = logging.getLogger(__name__)

LOOK_S = 0.1
PAUSE_S = 0.1  # between two exchanges: who waits for SQLite's one lock looks every tenth of a second, and telling comes first
LOOK_AFTER_S = 1.0
FINISH_S = 5.0


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
    now, machine_now = current_time(), timezone.now()
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
