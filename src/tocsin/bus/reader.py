"""Reading a stream of the log from a sequence on, in order, through every restart of the bus.

A pull consumer without acknowledgements is made at the next wanted sequence; the server numbers what it delivers without
gaps. A gap in that numbering, missed heartbeats or any error mean that something was lost on the way: the consumer is thrown
away and a new one made at the sequence that was next. (A gap in the *stream's* numbering is no loss: limits and filters
leave some.)
"""

import asyncio
import contextlib
import json
import logging
from collections.abc import AsyncIterator
from types import TracebackType
from typing import TYPE_CHECKING, Self

from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import Error as NatsError
from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy
from nats.js.client import JetStreamContext

from tocsin.base.ids import new_id

if TYPE_CHECKING:
    from nats.aio.subscription import Subscription

log = logging.getLogger(__name__)

Entry = tuple[int, bytes]

EXPIRES_S = 10.0
HEARTBEAT_S = 0.5
MISSED_S = 1.5  # three heartbeats
LATE_S, TRIALS = 0.05, 3  # a timer that runs out so late tells of an event loop that stood still: heartbeats lie in its socket
MAX_BYTES = 16 * 1024 * 1024
RETRY_S = 0.25
FORGOTTEN_AFTER_S = 60.0  # the server drops a consumer that nobody asks any more

ERRORS = (NatsError, OSError, TimeoutError)


class LostError(Exception):
    """This consumer can't be trusted any more; nothing is lost, it is made anew."""


async def read(
    client: Client, jetstream: JetStreamContext, stream: str, start: int | None, batch: int, filter_subject: str
) -> AsyncIterator[list[Entry]]:
    """See `Connection.read_log`."""
    following = start
    while True:
        try:
            if following is None:
                following = int((await jetstream.stream_info(stream)).state.last_seq) + 1
            async with _Entries(client, jetstream, stream, filter_subject, following) as consumer:
                while True:
                    entries = await consumer.next_entries(batch)
                    following = entries[-1][0] + 1
                    yield entries
        except (LostError, *ERRORS) as error:
            log.info("reading %s is taken up again at %s: %r", stream, following, error)
        await asyncio.sleep(RETRY_S)


class Consumer[T]:
    """One pull consumer on the server and the inbox to which it delivers; `entry` says what of a message is given."""

    def __init__(self, client: Client, jetstream: JetStreamContext, stream: str, filter_subject: str, start: int) -> None:
        self._client = client
        self._jetstream = jetstream
        self._stream = stream
        self._filter_subject = filter_subject
        self._start = start
        self._name = f"reader-{new_id().hex}"
        self._inbox = client.new_inbox()
        self._arrived: asyncio.Queue[Msg] = asyncio.Queue()
        self.waiting = 0  # messages that the stream held for it when it was made
        self._subscription: Subscription | None = None
        self._asked = 0  # messages that the open request may still bring
        self._delivered = 0

    async def __aenter__(self) -> Self:
        self._subscription = await self._client.subscribe(self._inbox, cb=self._arrived.put)
        made = await self._jetstream.add_consumer(
            self._stream,
            ConsumerConfig(
                name=self._name,
                deliver_policy=DeliverPolicy.BY_START_SEQUENCE,
                opt_start_seq=self._start,
                ack_policy=AckPolicy.NONE,
                filter_subject=self._filter_subject or None,
                inactive_threshold=FORGOTTEN_AFTER_S,
                mem_storage=True,
                max_waiting=8,
            ),
        )
        self.waiting = int(made.num_pending or 0)
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Best effort: a bus that is away forgets inbox and consumer by itself."""
        try:
            if self._subscription and self._client.is_connected:
                await self._subscription.unsubscribe()
                await self._jetstream.delete_consumer(self._stream, self._name)
        except ERRORS as failure:
            log.debug("consumer %s was not removed: %r", self._name, failure)

    async def next_entries(self, batch: int) -> list[T]:
        """What has arrived, at least one entry; LostError when this consumer must be made anew."""
        entries: list[T] = []
        while not entries:
            if self._asked <= 0:
                await self._ask(batch)
            self._take(await self._next_message(), entries)
            while len(entries) < batch and not self._arrived.empty():
                self._take(self._arrived.get_nowait(), entries)
        return entries

    def entry(self, sequence: int, message: Msg) -> T:
        """What is given of a message."""
        raise NotImplementedError

    async def _next_message(self) -> Msg:
        """TimeoutError where heartbeats are missing. A timer that ran out while this process stood still says nothing of them."""
        loop = asyncio.get_running_loop()
        for _ in range(TRIALS):
            due = loop.time() + MISSED_S
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout_at(due):
                    return await self._arrived.get()
            if loop.time() - due < LATE_S:
                break
        raise TimeoutError

    async def _ask(self, batch: int) -> None:
        request = {
            "batch": batch,
            "max_bytes": MAX_BYTES,
            "expires": int(EXPIRES_S * 1e9),
            "idle_heartbeat": int(HEARTBEAT_S * 1e9),
        }
        subject = f"$JS.API.CONSUMER.MSG.NEXT.{self._stream}.{self._name}"
        await self._client.publish(subject, json.dumps(request).encode(), reply=self._inbox)
        self._asked = batch

    def _take(self, message: Msg, entries: list[T]) -> None:
        status = (message.headers or {}).get("Status") if not message.data else None
        if status is None:
            number = message.metadata.sequence
            self._delivered += 1
            self._asked -= 1
            if number.consumer != self._delivered:
                raise LostError(f"delivery {number.consumer} came where {self._delivered} was next")
            entries.append(self.entry(number.stream, message))
        elif status == "408" or (status == "409" and "Consumer" not in (message.headers or {}).get("Description", "")):
            self._asked = 0  # the request has expired or brought all it could: ask again
        elif status != "100":
            raise LostError(f"the server answers {message.headers}")


class _Entries(Consumer[Entry]):
    def entry(self, sequence: int, message: Msg) -> Entry:
        return sequence, message.data
