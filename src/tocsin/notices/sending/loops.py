"""Threads hand letters to channels side by side; one thread of the database leases and settles."""

import asyncio
import logging
from collections import Counter
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.utils import timezone

from tocsin.base.tracing import span
from tocsin.bus.loops.rows import BusLoop, Hands, Step
from tocsin.notices.channels.queries import link_address, open_channels, tables
from tocsin.notices.channels.rules.letters import Answer, Channel
from tocsin.notices.channels.rules.verdicts import Verdict
from tocsin.notices.messages.policy import sending
from tocsin.notices.sending.services.fates import Done, look_after
from tocsin.notices.sending.services.outbox import Leased, exchange, seconds_until_next

log = logging.getLogger(__name__)

LOOK_S = 0.05
LOOK_AFTER_S = 1.0  # no two looks at what time alone does are closer
REST_S = 5.0  # between two looks while nothing was written
FINISH_S = 1.5


@dataclass
class Senders:
    """The channels that are open, and what is in flight on each."""

    channels: dict[str, Channel]
    settings: dict[str, dict[str, Any]]
    tell: Callable[[], None]
    in_flight: Counter[str] = field(default_factory=Counter)
    done: list[Done] = field(default_factory=list)

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
        return done

    async def finish(self) -> None:
        """Waits a moment for what is in flight; what stalls is left to its lease."""
        until = asyncio.get_running_loop().time() + FINISH_S
        while self.in_flight.total() and asyncio.get_running_loop().time() < until:
            await asyncio.sleep(LOOK_S)
        for kind, channel in self.channels.items():
            self._pools[kind].shutdown(wait=False, cancel_futures=True)
            channel.close()

    def _take(self, leased: Leased, answered: "asyncio.Future[Answer]") -> None:
        self.in_flight[leased.channel] -= 1
        if not answered.cancelled():
            self.done.append(Done(leased.sending_id, answered.result()))
            self.tell()


@asynccontextmanager
async def sending_notices(hands: Hands) -> AsyncIterator[Step]:
    """Leases, sends and settles; several processes may do so side by side. Anew whenever the settings of the channels change."""
    loop, clock = asyncio.get_running_loop(), settings.CONFIGURATION.clock
    senders, look_after_at = _open_senders(hands), 0.0
    alarm_clock: asyncio.TimerHandle | None = None

    def come_back_in(wait_s: float) -> None:
        nonlocal alarm_clock
        if alarm_clock is not None:
            alarm_clock.cancel()
        alarm_clock = loop.call_later(wait_s, hands.wake)

    async def step() -> None:
        nonlocal senders, look_after_at
        if tables() is not senders.settings:
            await _close(senders, hands)
            senders = _open_senders(hands)
        wait_s = max(LOOK_AFTER_S, REST_S / max(clock.speed, 1.0))
        if loop.time() >= look_after_at:
            await hands.thread(look_after, now=clock.now(), machine_now=timezone.now())
            look_after_at = loop.time() + LOOK_AFTER_S
        else:  # woken so soon: what was written is looked after when it is time
            wait_s = look_after_at - loop.time()
        leased = await _exchange(senders, hands, room=senders.room)
        for one in leased:
            senders.hand_over(one)
        if leased:
            hands.wake()
        elif (until_s := await hands.thread(seconds_until_next, list(senders.channels), machine_now=timezone.now())) is not None:
            wait_s = min(wait_s, until_s if until_s > 0 else LOOK_AFTER_S)  # one whose time has come may wait for a cap
        come_back_in(wait_s)

    try:
        yield step
    finally:
        if alarm_clock is not None:
            alarm_clock.cancel()
        await _close(senders, hands)


def _open_senders(hands: Hands) -> Senders:
    read = tables()
    channels, wrong = open_channels()
    for problem in wrong:
        log.error("%s", problem)
    return Senders(channels, read, hands.wake)


async def _close(senders: Senders, hands: Hands) -> None:
    await senders.finish()
    await _exchange(senders, hands, room={})


async def _exchange(senders: Senders, hands: Hands, *, room: dict[str, int]) -> list[Leased]:
    now, machine_now = settings.CONFIGURATION.clock.now(), timezone.now()
    return await hands.thread(exchange, senders.take_done(), room=room, links=link_address(), now=now, machine_now=machine_now)


def _send(channel: Channel, leased: Leased) -> Answer:
    """The outermost place of a sending: a channel that raises has a fault of its own, and the letter may have left."""
    try:
        with span("notice sent", parent=leased.trace, channel=channel.kind.code, sending=str(leased.sending_id)):
            return channel.send(leased.letter)
    except Exception:
        log.exception("the channel %s failed on sending %s", channel.kind.code, leased.sending_id)
        return Answer(Verdict.UNKNOWN, "the channel failed: see the log")


SEND_NOTICES = BusLoop(
    name="send-notices", opens=sending_notices, period_s=REST_S, wakes_on=("notices.Sending", "notices.Notice"), rest_s=0.1
)  # a rest between two exchanges: who waits for SQLite's one lock looks every tenth of a second, and telling comes first
LOOPS = (SEND_NOTICES,)
