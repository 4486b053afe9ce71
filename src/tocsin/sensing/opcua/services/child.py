"""The process that speaks to servers of OPC UA: it loads asyncua once and forks itself for each server.

    python -I -m tocsin.sensing.opcua.services.child

Its standard input is a socket; with each byte comes the end of another socket, over which the new child gets its order and
tells what it hears (`rules.orders`). What a server sends is read here and nowhere else: where it wants more memory or time than
is allowed, this one child falls, and the one that reads no other server. A child ends with the socket that it has.
"""

import asyncio
import os
import resource
import signal
import socket
import sys
from contextlib import suppress
from typing import Final

import msgspec

from tocsin.base.documents import decode_json
from tocsin.base.errors import TocsinError, Unavailable
from tocsin.sensing.opcua.rules.orders import MOST_ORDER, Heard, Order, Said, Unread, reason_of

NICE: Final = 5  # readings that come by themselves are read first
BEAT_S: Final = 5.0
PATIENCE_S: Final = 60  # a child whose loop has not turned for so long is ended by the kernel
MOST_BRANCHES: Final = 500


class Line:
    """The line to the house: what is told goes out whole, and is answered by a number, the seconds to wait."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer
        self._one_at_a_time = asyncio.Lock()

    async def order(self) -> Order:
        """The first line."""
        return decode_json(await self._read(), Order, most_bytes=MOST_ORDER)

    async def tell(self, said: Said) -> None:
        """Returns when it is where nothing is lost."""
        async with self._one_at_a_time:
            self._writer.write(msgspec.json.encode(said) + b"\n")
            await self._writer.drain()
            wait_s = float(await self._read())
        if wait_s:
            await asyncio.sleep(wait_s)

    async def _read(self) -> bytes:
        try:
            found = await self._reader.readline()
        except (OSError, ValueError):
            found = b""
        if not found.endswith(b"\n"):
            os._exit(0)  # the house has let go
        return found


async def serve(end: socket.socket) -> None:
    """One order, until it is done or the house lets go."""
    reader, writer = await asyncio.open_connection(sock=end, limit=MOST_ORDER)
    line = Line(reader, writer)
    order = await line.order()
    memory = order.limits.memory_bytes
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    beating = asyncio.create_task(_beat(reader))
    try:
        await _do(order, line)
    except TocsinError as error:
        await line.tell(Said(trouble=reason_of(error)))
    finally:
        beating.cancel()


async def _do(order: Order, line: Line) -> None:
    from tocsin.sensing.opcua.services.session import Session
    from tocsin.sensing.opcua.services.watching import Watch, judged, ms_of

    if order.work == "watch":
        await Watch(order, line.tell).run()
        return
    session = Session(order)
    try:
        if order.work == "certificates":
            said = Said(answered=True, offered=await session.offered())
        else:
            await session.open()
            if order.work == "browse":
                branches, cut_short = await session.browse(order.branch, MOST_BRANCHES)
                said = Said(answered=True, branches=tuple(branches), cut_short=cut_short)
            else:
                found = [judged(node, answer, ms_of(answer.SourceTimestamp)) for node, answer in await session.read(order.nodes)]
                said = Said(
                    answered=True,
                    heard=tuple(one for one in found if isinstance(one, Heard)),
                    unread=tuple(one for one in found if isinstance(one, Unread)),
                )
        await line.tell(said)
    finally:
        await session.close()


async def _beat(reader: asyncio.StreamReader) -> None:
    """While the loop turns, the kernel is told to wait; where the house has let go, this is the end, whatever is waited for."""
    while not reader.at_eof():
        signal.alarm(PATIENCE_S)
        await asyncio.sleep(BEAT_S)
    os._exit(0)


def main() -> int:
    """Forks for each socket that comes, until there is nobody who sends one."""
    from tocsin.sensing.opcua.services import session as loaded  # once, for all children

    with suppress(OSError):
        os.nice(NICE)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for them: they tell how it went themselves
    channel = socket.socket(fileno=os.dup(0))
    while True:
        said, ends, _flags, _address = socket.recv_fds(channel, 1, 1)
        if not said or loaded is None:
            return 0
        for end in ends:
            if os.fork() == 0:
                channel.close()
                _child(end)
            os.close(end)


def _child(end: int) -> None:
    """Never returns."""
    code = 1
    try:
        asyncio.run(serve(socket.socket(fileno=end)))
        code = 0
    except (OSError, MemoryError, Unavailable):
        code = 2
    finally:
        os._exit(code)


if __name__ == "__main__":
    sys.exit(main())
