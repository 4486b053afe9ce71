"""The log's part of a backup: one file a stream, message behind message, and a bus to speak with."""

import contextlib
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import msgspec
from django.conf import settings

from tocsin.base.errors import InvalidInput, Unavailable
from tocsin.bus.connection import Connection, connect
from tocsin.bus.copying import Copied
from tocsin.bus.server import for_one_command
from tocsin.portal.backup.manifest import Span

BATCH = 500
_LENGTH_BYTES = 4


@contextlib.asynccontextmanager
async def bus() -> AsyncIterator[Connection]:
    """A connection to the bus that runs, else to one that runs only for this command."""
    async with contextlib.AsyncExitStack() as stack:
        try:
            connection = await connect(patience_s=0.0)
        except Unavailable:
            if settings.CONFIGURATION.embedded_bus:
                stack.enter_context(for_one_command())
            connection = await connect()
        yield await stack.enter_async_context(connection)


async def copy_stream(connection: Connection, stream: str, path: Path, first: int, last: int) -> Span:
    """Writes the messages from `first` to `last` and says which they were."""
    copied = Span(first, first - 1)
    with path.open("wb") as file:
        if first > last:
            return copied
        async for message in connection.copy_log(stream, first, last):
            if copied.last < copied.first:
                copied = Span(message.sequence, message.sequence - 1)
            if message.sequence != copied.last + 1:
                raise Unavailable(f"the log {stream} dropped message {copied.last + 1} while it was copied")
            data = msgspec.msgpack.encode(message)
            file.write(len(data).to_bytes(_LENGTH_BYTES, "big") + data)
            copied = Span(copied.first, message.sequence)
    return copied


async def lay_stream(connection: Connection, stream: str, path: Path, span: Span) -> None:
    """Fills the empty stream from the file; positions that others remember stay true."""
    last = await connection.lay_log(stream, span.first, _batches(path))
    if last != span.last:
        raise InvalidInput(f"the copy of the log {stream} ends at {last}, not at {span.last}")


async def _batches(path: Path) -> AsyncIterator[list[Copied]]:
    batch: list[Copied] = []
    for message in _messages(path):
        batch.append(message)
        if len(batch) == BATCH:
            yield batch
            batch = []
    yield batch


def _messages(path: Path) -> Iterator[Copied]:
    with path.open("rb") as file:
        while head := file.read(_LENGTH_BYTES):
            yield msgspec.msgpack.decode(file.read(int.from_bytes(head, "big")), type=Copied)
