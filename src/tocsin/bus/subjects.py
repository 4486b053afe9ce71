"""Messages of one subject, from a sequence on, for who is no process of the bus: our own bus, or a foreign one by its address.

It is asked from an ordinary thread and keeps no place on the server: no durable consumer, no acknowledgement. Whoever reads
remembers the sequence. A foreign server is connected to at the address that was checked, and to no other one that it names;
it sends so many bytes at most; a login goes to it over TLS where that was asked for, or not at all.
"""

import asyncio
import logging
import ssl
import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import TracebackType
from typing import Any, Final, Self

from nats.aio.client import Client, Srv
from nats.aio.msg import Msg
from nats.errors import Error as NatsError
from nats.errors import NoRespondersError
from nats.js.api import StreamInfo
from nats.js.client import JetStreamContext
from nats.js.errors import NotFoundError, ServiceUnavailableError

from tocsin.base.errors import Unavailable
from tocsin.bus.connection import plain_client, server_url
from tocsin.bus.reader import Consumer, LostError

log = logging.getLogger(__name__)

CONNECT_S: Final = 5.0
ASK_S: Final = 5.0
BATCH: Final = 500
OPERATION: Final = "KV-Operation"  # header of a bucket's markers: DEL, PURGE
_GONE: Final = ("DEL", "PURGE")
_BESIDE: Final = 1_000_000  # bytes of the protocol beside those of messages


class Trouble(StrEnum):
    """What can be wrong with a bus."""

    AWAY = "away"
    LOGIN = "login"
    PLAIN = "plain"
    NO_LOG = "no_log"
    NO_STREAM = "no_stream"
    NOT_ALLOWED = "not_allowed"
    TOO_MUCH = "too_much"
    BROKE_OFF = "broke_off"


class SubjectError(Exception):
    """The subject can't be read; `why` in the server's words."""

    def __init__(self, trouble: Trouble, why: object = "") -> None:
        super().__init__(f"{trouble}: {why}")
        self.trouble, self.why = trouble, " ".join(str(why).split())[:200]


@dataclass(frozen=True)
class ForeignBus:
    """A server: `address` is the one that was checked for `host`. A user with a password, or a token, or neither."""

    host: str
    address: str
    port: int
    encrypted: bool = False
    user: str = ""
    secret: str = field(default="", repr=False)
    certificates: str = ""


@dataclass(frozen=True)
class Message:
    """One message; `removes`: it marks what its subject stands for as gone."""

    sequence: int
    subject: str
    at: datetime
    payload: bytes
    removes: bool = False


@dataclass(frozen=True)
class StreamSeen:
    """The stream as it stands: `made` tells it apart from an earlier one of its name."""

    name: str
    made: str
    first: int
    last: int


class _Messages(Consumer[Message]):
    def entry(self, sequence: int, message: Msg) -> Message:
        told = (message.headers or {}).get(OPERATION, "")
        return Message(sequence, message.subject, message.metadata.timestamp, message.data, removes=told in _GONE)


class _ForeignClient(Client):
    """A client of a stranger's server."""

    encrypted = False
    most_bytes = 0
    came = 0

    async def _connect_to_server(self, s: Srv) -> None:
        await super()._connect_to_server(s)
        transport: Any = self._transport
        read = transport.read

        async def counted(size: int) -> bytes:
            content: bytes = await read(size)
            self.came += len(content)
            if self.came > self.most_bytes + _BESIDE:
                raise OSError("the server sends too much")
            return content

        transport.read = counted

    def _connect_command(self) -> bytes:
        """What tells the login is written only once the connection is as it has to be."""
        transport: Any = self._transport
        if self.encrypted and transport._io_writer.get_extra_info("ssl_object") is None:
            raise SubjectError(Trouble.PLAIN)
        told: bytes = super()._connect_command()
        return told


class Subject:
    """One subject of a stream, open for reading by one thread. SubjectError says why it can't be read."""

    def __init__(self, bus: ForeignBus | None, subject: str, stream: str, *, ends_at: float, most_bytes: int) -> None:
        """`bus` None: the installation's own; `stream` empty: the one that keeps the subject; `ends_at`: of `time.monotonic`."""
        self._bus, self._subject, self._stream = bus, subject, stream
        self._ends_at, self._most_bytes = ends_at, most_bytes
        self._loop = asyncio.new_event_loop()
        self._client: Client | None = None
        self._consumer: _Messages | None = None
        self._told: list[str] = []  # what the server says beside its answers, as that something is not allowed

    def __enter__(self) -> Self:
        try:
            self._client = self._do(self._connect, CONNECT_S)
        except BaseException:
            self._loop.close()
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        try:
            self._loop.run_until_complete(self._close())
        finally:
            self._loop.close()

    def look(self) -> StreamSeen:
        """How the stream stands."""
        info: StreamInfo = self._do(self._info, ASK_S)
        self._stream = str(info.config.name)
        state = info.state
        return StreamSeen(self._stream, str(info.created or ""), max(int(state.first_seq), 1), int(state.last_seq))

    def begin(self, after: int) -> int:
        """Reads what stands behind a sequence from now on; how many messages wait there."""
        self._do(self._close_consumer, ASK_S)

        async def begin() -> int:
            consumer = _Messages(self._connected, self._log, self._stream, self._subject, after + 1)
            self._consumer = await consumer.__aenter__()
            return consumer.waiting

        return self._do(begin, ASK_S)

    def next(self, most: int) -> list[Message]:
        """The next messages, at least one: it is asked only for what waits."""
        consumer = self._consumer
        if consumer is None:
            raise RuntimeError("begin comes first")
        return self._do(lambda: consumer.next_entries(min(most, BATCH)), ASK_S)

    @property
    def came(self) -> int:
        """Bytes that a foreign server has sent; of our own bus they are not counted."""
        return self._client.came if isinstance(self._client, _ForeignClient) else 0

    @property
    def _connected(self) -> Client:
        if self._client is None:
            raise RuntimeError("the subject is not open")
        return self._client

    @property
    def _log(self) -> JetStreamContext:
        return self._connected.jetstream(timeout=ASK_S)

    async def _connect(self) -> Client:
        bus = self._bus
        if bus is None:
            return await plain_client(server_url())
        client = _ForeignClient()
        client.encrypted, client.most_bytes = bus.encrypted, self._most_bytes
        login = {"user": bus.user, "password": bus.secret} if bus.user else {"token": bus.secret} if bus.secret else {}
        host = f"[{bus.address}]" if ":" in bus.address else bus.address
        try:
            await client.connect(
                f"nats://{host}:{bus.port}",
                name="tocsin",
                allow_reconnect=False,
                connect_timeout=int(CONNECT_S),
                tls=ssl.create_default_context(cafile=bus.certificates or None),
                tls_hostname=bus.host,
                error_cb=self._hear,
                **login,  # type: ignore[arg-type]
            )
        except BaseException:
            await client.close()
            raise
        return client

    async def _hear(self, error: Exception) -> None:
        self._told.append(str(error))

    async def _info(self) -> StreamInfo:
        name = self._stream or await self._log.find_stream_name_by_subject(self._subject)
        return await self._log.stream_info(name)

    async def _close_consumer(self) -> None:
        if self._consumer is not None:
            await self._consumer.__aexit__(None, None, None)
            self._consumer = None

    async def _close(self) -> None:
        try:
            async with asyncio.timeout(ASK_S):
                await self._close_consumer()
                await self._connected.close()
        except (NatsError, OSError, TimeoutError) as error:
            log.debug("the subject %s was not closed: %r", self._subject, error)

    def _do[T](self, work: Callable[[], Coroutine[Any, Any, T]], most_s: float) -> T:
        left_s = min(most_s, self._ends_at - time.monotonic())

        async def bounded() -> T:
            async with asyncio.timeout(max(left_s, 0.0)):
                return await work()

        try:
            return self._loop.run_until_complete(bounded())
        except (NatsError, OSError, TimeoutError, Unavailable, LostError) as error:
            raise self._sorted(error) from error

    def _sorted(self, error: Exception) -> SubjectError:
        told = " ".join([str(error) or type(error).__name__, *self._told])
        if isinstance(self._client, _ForeignClient) and self._client.came > self._most_bytes:
            return SubjectError(Trouble.TOO_MUCH)
        if "uthorization" in told or "uthentication" in told:
            return SubjectError(Trouble.LOGIN, told)
        if "ermissions" in told:
            return SubjectError(Trouble.NOT_ALLOWED, self._told[-1] if self._told else told)
        if isinstance(error, NotFoundError):
            return SubjectError(Trouble.NO_STREAM, told)
        if isinstance(error, NoRespondersError | ServiceUnavailableError):
            return SubjectError(Trouble.NO_LOG, told)
        return SubjectError(Trouble.AWAY if self._client is None else Trouble.BROKE_OFF, told)
