"""What goes into the database before its sender is answered: messages of which something could not be read, and attributes.

Readings that can be read never come here. A write is under way as long as something waits; what a failing database did not take
is tried again, and its senders are not answered meanwhile.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor

from django.db import DatabaseError

from tocsin.sensing.attributes.rules.statements import Stated
from tocsin.sensing.doors.rules.handed import HandedMessage
from tocsin.sensing.doors.services import traffic
from tocsin.sensing.quarantine.services.keeping import Unread
from tocsin.sensing.quarantine.services.strangers import Strange

log = logging.getLogger(__name__)

RETRY_S = 0.5
COMPLAIN_EVERY_S = 30.0
BUSY_S = 3.0  # so long nothing is taken on a topic whose subject has asked for a pause
MOST_BYTES = 16 * 1024 * 1024  # that wait; more, and the doors refuse such messages until there is room
BATCH, BATCH_BYTES = 200, 2 * 1024 * 1024  # one transaction of some milliseconds

Told = Callable[[], None]

type Kept = Unread | Stated | Strange | HandedMessage


class Keeper:
    """Positions count what was given to `keep`; `written` is the last one that the database has."""

    def __init__(self, thread: ThreadPoolExecutor) -> None:
        self._thread = thread
        self._waiting: deque[Kept] = deque()
        self._bytes = 0
        self._told: deque[tuple[int, Told]] = deque()
        self._busy_until: dict[str, float] = {}
        self._given = 0
        self.written = 0
        self._work: asyncio.Task[None] | None = None

    @property
    def is_full(self) -> bool:
        """Whether nothing more can be kept until the database has taken some."""
        return self._bytes >= MOST_BYTES

    def is_busy(self, topic: str) -> bool:
        """Whether who takes messages of that topic has asked for none for a while."""
        return self._busy_until.get(topic, 0.0) > asyncio.get_running_loop().time()

    def keep_strange(self, message: Strange) -> None:
        """Takes it where a quarter of the room is free of others: what devices send comes first, and no stranger is answered."""
        if self._bytes + message.size <= MOST_BYTES // 4:
            self.keep(message)

    def keep(self, message: Kept) -> int:
        """Takes it; the position to be handed to `tell`."""
        self._waiting.append(message)
        self._bytes += message.size
        self._given += 1
        if self._work is None or self._work.done():
            self._work = asyncio.get_running_loop().create_task(self._write_all())
        return self._given

    def tell(self, position: int, told: Told) -> None:
        """`told` is called when everything up to that position is in the database: at once where it is. In the order of calls."""
        if position <= self.written:
            told()
        else:
            self._told.append((position, told))

    async def drained(self) -> None:
        """Returns when everything is in the database."""
        while self._work is not None and not self._work.done():
            await asyncio.wait([self._work])

    async def _write_all(self) -> None:
        loop, complained = asyncio.get_running_loop(), float("-inf")
        while self._waiting:
            batch = self._next_batch()
            try:
                busy = await self._write(batch)
            except DatabaseError as error:
                if loop.time() - complained >= COMPLAIN_EVERY_S:
                    complained = loop.time()
                    log.warning("%d messages wait for the database, unanswered: %s", len(self._waiting), error)
                await asyncio.sleep(RETRY_S)
                continue
            self._busy_until.update(dict.fromkeys(busy, loop.time() + BUSY_S))
            for one in batch:
                self._waiting.popleft()
                self._bytes -= one.size
            self.written += len(batch)
            while self._told and self._told[0][0] <= self.written:
                self._told.popleft()[1]()

    async def _write(self, batch: Sequence[Kept]) -> Iterable[str]:
        return await asyncio.get_running_loop().run_in_executor(self._thread, traffic.keep, batch)

    def _next_batch(self) -> list[Kept]:
        batch: list[Kept] = []
        size = 0
        for one in self._waiting:
            if batch and (len(batch) == BATCH or size + one.size > BATCH_BYTES):
                break
            batch.append(one)
            size += one.size
        return batch
