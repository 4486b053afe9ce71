"""The one connection of a process to the bus: publishing with an acknowledgement, reading the log, live readings.

Foreign errors become ours here: what may work when tried again is Unavailable, what never will is InvalidInput.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Coroutine, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from nats.aio.client import Client, Srv
from nats.aio.msg import Msg
from nats.errors import Error as NatsError
from nats.errors import MaxPayloadError
from nats.js.api import DiscardPolicy, RetentionPolicy, StorageType, StoreCompression, StreamConfig
from nats.js.client import JetStreamContext
from nats.js.errors import APIError, NotFoundError

from tocsin.base import tracing
from tocsin.base.errors import Conflict, InvalidInput, Unavailable
from tocsin.base.ids import new_id
from tocsin.bus import cluster, copying, reader
from tocsin.bus.envelope import Event, decode_readings, encode_event, encode_readings
from tocsin.bus.peer import require_peer
from tocsin.bus.streams import DETECTIONS, EVENTS, LIVE_SUBJECT, MAX_PAYLOAD_BYTES, READINGS, Stream, streams
from tocsin.engine.columns import Readings

if TYPE_CHECKING:
    from pathlib import Path

log = logging.getLogger(__name__)

PUBLISH_TIMEOUT_S = 5.0
PENDING_BYTES = 4 * MAX_PAYLOAD_BYTES  # what a client keeps for a bus that is away; more is refused as Unavailable
BYTES_PER_GIGABYTE = 1_000_000_000
RETRY_S = 0.25
ATTEMPT_S = 3.0
CONNECT_S = 60.0
PATIENCE_S = 15.0  # how long an append waits while the servers of a cluster choose who leads a stream
NO_ROOM = 10047  # JetStream: insufficient storage resources available
NO_PEERS = (10005, 10074)  # JetStream: no suitable peers for placement; replicas need a cluster
NEWS_SUBJECT = "news"  # not stored: see `tocsin.bus.news`

ERRORS = (NatsError, OSError, TimeoutError)
"""What the client raises while the bus is away."""


class DiskTooSmall(Unavailable):
    """Waiting does not help: somebody has to make room for the log."""


@dataclass(frozen=True)
class Message:
    """What is to be appended. One with an id is stored once, however often it is sent within the stream's window."""

    subject: str
    payload: bytes
    id: str = ""

    def named(self) -> "Message":
        """The same with an id, its own or a new one."""
        return self if self.id else replace(self, id=new_id().hex)


class Connection:
    """A connection that reconnects by itself for ever. Its coroutines belong to the event loop that made it."""

    def __init__(self, client: Client, jetstream: JetStreamContext, *, replicas: int = 1) -> None:
        self._client = client
        self._jetstream = jetstream
        self._is_replicated = replicas > 1

    @property
    def is_connected(self) -> bool:
        """True while the bus answers."""
        return bool(self._client.is_connected)

    async def publish_readings(self, readings: Readings, *, shard: int = 0, message_id: str = "") -> int:
        """Appends one batch to READINGS and returns its sequence: it is in the log. Unavailable when the bus does not say so.

        The same `message_id` within two minutes is stored once, so a batch may be sent again after Unavailable.
        """
        payload = encode_readings(readings, tracing.here())
        return await self._append_surely(Message(f"readings.{shard}", payload, message_id), READINGS)

    async def publish_detections(self, detections: Sequence[tuple[str, bytes]]) -> None:
        """Appends (id, JSON) pairs to DETECTIONS, in their order; returns when all are in the log."""
        await self._append_in_order([Message("detections", payload, identity) for identity, payload in detections], DETECTIONS)

    async def publish_events(self, events: Sequence[Event]) -> None:
        """Appends events to EVENTS, in their order; returns when all are in the log."""
        messages = [Message(f"events.{event.name}", encode_event(event), event.id) for event in events]
        await self._append_in_order(messages, EVENTS)

    async def publish_live(self, readings: Readings) -> None:
        """Tells whoever listens now the newest reading of each changed sensor; nothing is stored, nobody waits."""
        await self._say(LIVE_SUBJECT, encode_readings(readings))

    async def subscribe_live(self) -> AsyncIterator[Readings]:
        """The batches of `publish_live` from now on. A slow listener misses batches, it never slows the others."""
        queue: asyncio.Queue[bytes] = asyncio.Queue(maxsize=64)

        async def keep(message: Msg) -> None:
            if queue.full():
                queue.get_nowait()
            queue.put_nowait(message.data)

        subscription = await self._client.subscribe(LIVE_SUBJECT, cb=keep)
        try:
            while True:
                yield decode_readings(await queue.get())
        finally:
            if self._client.is_connected:
                await subscription.unsubscribe()

    def read_log(
        self, stream: str, start_sequence: int | None = None, *, batch: int = 512, filter_subject: str = ""
    ) -> AsyncIterator[list[tuple[int, bytes]]]:
        """Lists of (sequence, payload) in the log's order, for ever, from `start_sequence` on (None: only what is new).

        Every message is given once, in order, whatever happens to the bus in between. A start before the oldest message
        that is still kept begins at that one.
        """
        return reader.read(self._client, self._jetstream, stream, start_sequence, batch, filter_subject)

    async def copy_log(self, stream: str, first: int, last: int) -> AsyncIterator[copying.Copied]:
        """The messages from sequence `first` to `last`, with their subjects; Unavailable when the log falls silent."""
        try:
            async for message in copying.read(self._jetstream, stream, first, last):
                yield message
        except ERRORS as error:
            raise Unavailable(f"the log {stream} can't be copied: {error!r}") from error

    async def lay_log(self, stream: str, first: int, messages: AsyncIterator[Sequence[copying.Copied]]) -> int:
        """Fills an empty stream with copied messages, under the sequences they had; returns the last one.

        Conflict where the stream has held a message before; InvalidInput where one is missing between them.
        """
        await copying.begin_at(self._jetstream, stream, first)
        following = first
        async for batch in messages:
            behind = copying.in_one_piece(batch, following)
            laid = await self._append_in_order([Message(one.subject, one.payload) for one in batch], stream)
            if laid != list(range(following, behind)):
                raise Conflict(f"somebody else wrote into the log {stream}")
            following = behind
        return following - 1

    async def newest(self, stream: str, subject: str) -> bytes | None:
        """The newest message that a stream keeps of a subject; None where it keeps none."""
        try:
            return (await self._jetstream.get_last_msg(stream, subject)).data or b""
        except NotFoundError:
            return None
        except ERRORS as error:
            raise Unavailable(f"the log {stream} does not answer: {error!r}") from error

    async def sequences(self, stream: str) -> tuple[int, int]:
        """First and last sequence that a stream holds; last is first - 1 for an empty one."""
        try:
            state = (await self._jetstream.stream_info(stream)).state
        except ERRORS as error:
            raise Unavailable(f"the log {stream} does not answer: {error!r}") from error
        return max(int(state.first_seq), 1), int(state.last_seq)

    async def close(self) -> None:
        """Ends the connection; what is not acknowledged by then is not in the log."""
        await self._client.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *exception: object) -> None:
        await self.close()

    async def _append_in_order(self, messages: Sequence[Message], stream: str) -> list[int]:
        """Appends messages in their order and returns their sequences.

        One server takes what a connection brings as it comes. Where several keep the stream, those that come while none of them
        leads are lost, and the next ones are not: so each names the sequence behind which it belongs, and what then fails is
        sent again, one after the other.
        """
        if not self._is_replicated:
            return list(await asyncio.gather(*(self._append(one, stream) for one in messages)))
        named = [one.named() for one in messages]
        if len(named) > 1:
            try:
                _first, last = await self.sequences(stream)
                appends = (self._append(one, stream, behind=last + place) for place, one in enumerate(named))
                return list(await _all(appends))
            except Unavailable as error:
                log.info("%d messages are sent one by one: %s", len(named), error)
        return [await self._append_surely(one, stream) for one in named]

    async def _append_surely(self, message: Message, stream: str) -> int:
        """Appends a message; again and again under its id while a cluster chooses who leads the stream."""
        if not self._is_replicated:
            return await self._append(message, stream)
        named, loop = message.named(), asyncio.get_running_loop()
        limit = loop.time() + PATIENCE_S
        while True:
            try:
                return await self._append(named, stream)
            except Unavailable:
                if loop.time() > limit:
                    raise
            await asyncio.sleep(RETRY_S)

    async def _append(self, message: Message, stream: str, *, behind: int | None = None) -> int:
        headers = {"Nats-Expected-Stream": stream}
        if message.id:
            headers["Nats-Msg-Id"] = message.id
        if behind is not None:
            headers["Nats-Expected-Last-Sequence"] = str(behind)
        try:
            answer = await self._jetstream.publish(message.subject, message.payload, timeout=PUBLISH_TIMEOUT_S, headers=headers)
        except MaxPayloadError as error:
            raise InvalidInput(f"{len(message.payload)} bytes are more than one message of the bus may hold") from error
        except ERRORS as error:
            raise Unavailable(f"the log {stream} did not acknowledge: {error!r}") from error
        return int(answer.seq)

    async def _say(self, subject: str, payload: bytes) -> None:
        try:
            await self._client.publish(subject, payload)
        except ERRORS as error:
            raise Unavailable(f"the bus does not take {subject}: {error!r}") from error


async def _all(appends: Iterable[Coroutine[Any, Any, int]]) -> list[int]:
    """The results of all, when all have ended; the first error where some failed."""
    ended = await asyncio.gather(*appends, return_exceptions=True)
    for one in ended:
        if isinstance(one, BaseException):
            raise one
    return [one for one in ended if not isinstance(one, BaseException)]


async def connect(*, patience_s: float = CONNECT_S) -> Connection:
    """Waits for the bus (ours or the one of TOCSIN_NATS_URL), sees that the streams exist, and returns the connection.

    Unavailable when the bus does not answer within `patience_s`, DiskTooSmall at once where its disk can't hold the log.
    """
    loop = asyncio.get_running_loop()
    limit = loop.time() + patience_s
    while True:
        try:
            return await _connect_once(server_url())
        except DiskTooSmall:
            raise
        except (*ERRORS, Unavailable) as error:
            if loop.time() > limit:
                raise Unavailable(f"the bus did not answer within {patience_s:.0f} s: {error!r}") from error
        await asyncio.sleep(RETRY_S)


def server_url() -> str:
    """Addresses with token: TOCSIN_NATS_URL, else what our own server wrote; Unavailable while it has not started."""
    configuration = settings.CONFIGURATION
    if not configuration.embedded_bus:
        return str(configuration.nats_url)
    path: Path = configuration.data / "bus" / "url"
    try:
        return path.read_text().strip()
    except FileNotFoundError:
        raise Unavailable(f"the bus has not started: there is no {path}") from None


async def _connect_once(url: str) -> Connection:
    client = await plain_client(url)
    try:
        async with asyncio.timeout(ATTEMPT_S):
            jetstream = client.jetstream(timeout=PUBLISH_TIMEOUT_S)
            for stream in configured_streams():
                await _ensure_stream(jetstream, stream)
    except BaseException:
        await client.close()
        raise
    return Connection(client, jetstream, replicas=cluster.replicas())


class _OwnBusClient(Client):
    """Before each connection it reads where the server listens now and by which token, and sees that the server is ours."""

    async def _connect_to_server(self, s: Srv) -> None:
        s.uri = self._parse_server_uri(server_url())
        await super()._connect_to_server(s)
        transport: Any = self._transport
        try:
            own, other = (transport._io_writer.get_extra_info(name) for name in ("sockname", "peername"))
            await require_peer(own=own, other=other, uid=(settings.CONFIGURATION.data / "bus").stat().st_uid)
        except BaseException:
            transport.close()
            raise


async def plain_client(url: str, *, no_echo: bool = False) -> Client:
    """A client of the bus that reconnects by itself for ever; one of `ERRORS` where it does not answer now."""
    client = _OwnBusClient() if settings.CONFIGURATION.embedded_bus else Client()
    try:
        async with asyncio.timeout(ATTEMPT_S):  # the client itself would go on for ever, with this address
            await client.connect(
                cluster.addresses(url),
                name="tocsin",
                tls=cluster.tls(),
                reconnect_time_wait=RETRY_S,  # type: ignore[arg-type]  # declared int, but slept as it is
                max_reconnect_attempts=-1,
                ping_interval=5,
                max_outstanding_pings=2,
                pending_size=PENDING_BYTES,
                no_echo=no_echo,
                error_cb=_log_error,
                disconnected_cb=partial(_log_disconnect, client),
                reconnected_cb=_log_reconnect,
            )
    except BaseException:
        await client.close()
        raise
    return client


def configured_streams() -> tuple[Stream, ...]:
    """The streams with the operator's limits."""
    configuration = settings.CONFIGURATION
    return streams(int(configuration.log_gigabytes * BYTES_PER_GIGABYTE), configuration.log_days * 86_400.0)


async def _ensure_stream(jetstream: JetStreamContext, stream: Stream) -> None:
    wanted = StreamConfig(
        name=stream.name,
        subjects=list(stream.subjects),
        retention=RetentionPolicy.LIMITS,
        storage=StorageType.FILE,
        discard=DiscardPolicy.OLD,
        max_bytes=stream.max_bytes,
        max_age=stream.max_age_s,
        duplicate_window=stream.duplicate_window_s,
        compression=StoreCompression.S2 if stream.compressed else StoreCompression.NONE,
        allow_direct=True,
        num_replicas=cluster.replicas(),
        placement=cluster.placement(),
    )
    try:
        seen = (await jetstream.stream_info(stream.name)).config
    except NotFoundError:
        await _make_stream(jetstream, wanted)
        return
    kept_by = max(seen.num_replicas or 1, wanted.num_replicas or 1)  # one process that names fewer servers takes none away
    placed = wanted.placement or seen.placement
    before = (seen.max_bytes, seen.max_age, seen.duplicate_window, seen.num_replicas or 1)
    if before != (wanted.max_bytes, wanted.max_age, wanted.duplicate_window, kept_by):
        await _make_stream(jetstream, replace(wanted, num_replicas=kept_by, placement=seen.placement), anew=True)
    if placed != seen.placement:  # the server refuses to scale and to move at once
        await _make_stream(jetstream, replace(wanted, num_replicas=kept_by, placement=placed), anew=True)


async def _make_stream(jetstream: JetStreamContext, wanted: StreamConfig, *, anew: bool = False) -> None:
    try:
        await (jetstream.update_stream(wanted) if anew else jetstream.add_stream(wanted))
    except APIError as error:
        if error.err_code == NO_ROOM:
            raise DiskTooSmall(
                f"the disk of the message bus has no room for the log {wanted.name}, up to {(wanted.max_bytes or 0) >> 20} MiB "
                "(three quarters of what is free are used at most): make room there, or set TOCSIN_LOG_GIGABYTES lower"
            ) from error
        if error.err_code in NO_PEERS:
            raise Unavailable(
                f"the cluster has no {wanted.num_replicas} servers for the log {wanted.name}: start those that are missing, "
                "or set TOCSIN_LOG_REPLICAS, TOCSIN_LOG_CLUSTER and TOCSIN_LOG_TAGS as the cluster is"
            ) from error
        raise


async def _log_error(error: Exception) -> None:
    log.warning("bus: %r", error)


async def _log_disconnect(client: Client) -> None:
    if not client.is_closed:
        log.warning("bus: connection lost; it is taken up again as soon as the bus answers")


async def _log_reconnect() -> None:
    log.info("bus: connected again")
