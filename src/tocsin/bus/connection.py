"""The one connection of a process to the bus: publishing with an acknowledgement, reading the log, live readings.

Foreign errors become ours here: what may work when tried again is Unavailable, what never will is InvalidInput.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from nats.aio.client import Client, Srv
from nats.aio.msg import Msg
from nats.errors import Error as NatsError
from nats.errors import MaxPayloadError
from nats.js.api import DiscardPolicy, RetentionPolicy, StorageType, StoreCompression, StreamConfig
from nats.js.client import JetStreamContext
from nats.js.errors import NotFoundError, ServerError

from tocsin.base.errors import Conflict, InvalidInput, Unavailable
from tocsin.bus import copying, reader
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
NO_ROOM = 10047  # JetStream: insufficient storage resources available
NEWS_SUBJECT = "news"  # not stored: see `tocsin.bus.news`

ERRORS = (NatsError, OSError, TimeoutError)
"""What the client raises while the bus is away."""


class DiskTooSmall(Unavailable):
    """Waiting does not help: somebody has to make room for the log."""


class Connection:
    """A connection that reconnects by itself for ever. Its coroutines belong to the event loop that made it."""

    def __init__(self, client: Client, jetstream: JetStreamContext) -> None:
        self._client = client
        self._jetstream = jetstream

    @property
    def is_connected(self) -> bool:
        """True while the bus answers."""
        return bool(self._client.is_connected)

    async def publish_readings(self, readings: Readings, *, shard: int = 0, message_id: str = "") -> int:
        """Appends one batch to READINGS and returns its sequence: it is in the log. Unavailable when the bus does not say so.

        The same `message_id` within two minutes is stored once, so a batch may be sent again after Unavailable.
        """
        return await self._append(f"readings.{shard}", encode_readings(readings), READINGS, message_id)

    async def publish_detections(self, detections: Sequence[tuple[str, bytes]]) -> None:
        """Appends (id, JSON) pairs to DETECTIONS, in their order; returns when all are in the log."""
        appends = [self._append("detections", payload, DETECTIONS, identity) for identity, payload in detections]
        await asyncio.gather(*appends)

    async def publish_events(self, events: Sequence[Event]) -> None:
        """Appends events to EVENTS, in their order; returns when all are in the log."""
        appends = [self._append(f"events.{event.name}", encode_event(event), EVENTS, event.id) for event in events]
        await asyncio.gather(*appends)

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
            laid = await asyncio.gather(*(self._append(one.subject, one.payload, stream, "") for one in batch))
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

    async def _append(self, subject: str, payload: bytes, stream: str, message_id: str) -> int:
        headers = {"Nats-Expected-Stream": stream}
        if message_id:
            headers["Nats-Msg-Id"] = message_id
        try:
            answer = await self._jetstream.publish(subject, payload, timeout=PUBLISH_TIMEOUT_S, headers=headers)
        except MaxPayloadError as error:
            raise InvalidInput(f"{len(payload)} bytes are more than one message of the bus may hold") from error
        except ERRORS as error:
            raise Unavailable(f"the log {stream} did not acknowledge: {error!r}") from error
        return int(answer.seq)

    async def _say(self, subject: str, payload: bytes) -> None:
        try:
            await self._client.publish(subject, payload)
        except ERRORS as error:
            raise Unavailable(f"the bus does not take {subject}: {error!r}") from error


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
    """Address with token: TOCSIN_NATS_URL, else what our own server wrote; Unavailable while it has not started."""
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
    return Connection(client, jetstream)


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
                url,
                name="tocsin",
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
    )
    try:
        seen = (await jetstream.stream_info(stream.name)).config
    except NotFoundError:
        try:
            await jetstream.add_stream(wanted)
        except ServerError as error:
            if error.err_code == NO_ROOM:
                raise DiskTooSmall(
                    f"the disk of the message bus has no room for the log {stream.name}, up to {stream.max_bytes >> 20} MiB "
                    "(three quarters of what is free are used at most): make room there, or set TOCSIN_LOG_GIGABYTES lower"
                ) from error
            raise
        return
    if (seen.max_bytes, seen.max_age, seen.duplicate_window) != (wanted.max_bytes, wanted.max_age, wanted.duplicate_window):
        await jetstream.update_stream(wanted)


async def _log_error(error: Exception) -> None:
    log.warning("bus: %r", error)


async def _log_disconnect(client: Client) -> None:
    if not client.is_closed:
        log.warning("bus: connection lost; it is taken up again as soon as the bus answers")


async def _log_reconnect() -> None:
    log.info("bus: connected again")
