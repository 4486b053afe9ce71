"""The thread that carries news of changed rows between the processes, over the bus."""

import asyncio
import contextlib
import json
import logging
import threading

from nats.aio.client import Client
from nats.aio.msg import Msg

from tocsin.base.documents import decode_json
from tocsin.base.errors import InvalidInput, Unavailable
from tocsin.bus import news
from tocsin.bus.connection import ERRORS, NEWS_SUBJECT, plain_client, server_url

log = logging.getLogger(__name__)

RETRY_S = 1.0
GATHER_S = 0.002  # what is written within this time goes out as one message


class Messenger:
    """A connection of its own in a thread of its own, so that any thread may tell and no loop is held up."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._waiting: set[str] = set()
        self._any = asyncio.Event()
        self._client: Client | None = None

    @property
    def is_connected(self) -> bool:
        """True while news of other processes can come in."""
        return self._client is not None and bool(self._client.is_connected)

    def tell(self, tables: frozenset[str]) -> None:
        """From any thread; returns at once."""
        with contextlib.suppress(RuntimeError):  # the process ends
            self._loop.call_soon_threadsafe(self._take, tables)

    def run(self) -> None:
        """Carries until the process ends."""
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._carry())

    def _take(self, tables: frozenset[str]) -> None:
        self._waiting |= tables
        self._any.set()

    async def _carry(self) -> None:
        client = await self._connect()
        await client.subscribe(NEWS_SUBJECT, cb=_hear)
        self._client = client
        while True:
            await self._any.wait()
            await asyncio.sleep(GATHER_S)
            self._any.clear()
            tables, self._waiting = self._waiting, set()
            with contextlib.suppress(*ERRORS):  # the bus is away: whoever waits looks by itself meanwhile
                await client.publish(NEWS_SUBJECT, json.dumps(sorted(tables)).encode())

    async def _connect(self) -> Client:
        while True:
            try:
                return await plain_client(server_url(), no_echo=True)
            except (*ERRORS, Unavailable) as error:
                log.debug("news of other processes wait for the bus: %r", error)
            await asyncio.sleep(RETRY_S)


async def _hear(message: Msg) -> None:
    try:
        tables = frozenset(decode_json(message.data, list[str]))
    except InvalidInput:
        log.warning("news that can't be read: %r", message.data[:100])
        return
    news.wake(tables)


_messenger: Messenger | None = None


def carry_news() -> None:
    """News go out of this process and come into it from here on; once in a process."""
    global _messenger
    if _messenger is None:
        _messenger = Messenger()
        news.carry_with(_messenger.tell)
        threading.Thread(target=_messenger.run, daemon=True, name="news").start()


def news_come() -> bool:
    """Whether what other processes write is told here."""
    return _messenger is not None and _messenger.is_connected
